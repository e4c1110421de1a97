"""Which worker gets which tests, when there are several (`-n 2`): whole files, the longest first.

A file's tests share servers, and some files share more than that, so they stay together. Taking the longest
first keeps a worker from beginning a long file when the other has nothing left to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.run.durations import expected, file_of, measured

if TYPE_CHECKING:
    from xdist.scheduler import LoadScopeScheduling

TOGETHER = {"tests/browser/": "browser and demo", "tests/integration/test_demo": "browser and demo"}
"""Beginning of a name -> piece of work: they share a browser and its nodes, or the demo's folder, ports."""


def piece_of(nodeid: str) -> str:
    """The piece of work that a test belongs to: its file, or a group of files."""
    return next((piece for start, piece in TOGETHER.items() if nodeid.startswith(start)), file_of(nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    from xdist.scheduler import LoadScopeScheduling  # noqa: PLC0415  not needed where one process runs all

    class LongestFirst(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return piece_of(nodeid)

        def _assign_work_unit(self, node: Any) -> None:
            seconds = measured()

            def length_s(piece: str) -> float:
                return sum(expected(self.workqueue[piece], seconds).values())

            longest = max(self.workqueue, key=length_s)
            self.workqueue.move_to_end(longest, last=False)
            super()._assign_work_unit(node)

    return LongestFirst(config, log)
