"""The part of the lock that goes into the image."""

from __future__ import annotations

import pytest

from scripts.runtime_lock import read_lock, runtime

pytestmark = pytest.mark.unit

HASH = "    --hash=sha256:" + "0" * 64
LOCK = f"""\
# header
direct==1.0 \\
{HASH}
    # via rireki (pyproject.toml)
through==2.0 ; sys_platform == 'linux' \\
{HASH} \\
{HASH}
    # via
    #   direct
    #   tester
deeper==3.0 \\
{HASH}
    # via through
tester==4.0 \\
{HASH}
    # via rireki (pyproject.toml:dev)
tester-only==5.0 \\
{HASH}
    # via tester
py-solc-x==6.0 \\
{HASH}
    # via rireki (pyproject.toml)
"""


def test_only_what_the_project_itself_asks_for_remains():
    assert [one.name for one in runtime(read_lock(LOCK))] == ["direct", "through", "deeper"]


def test_versions_conditions_and_hashes_are_kept():
    (_, through, _) = runtime(read_lock(LOCK))
    assert through.text.startswith("through==2.0 ; sys_platform == 'linux'")
    assert through.text.count("--hash=sha256:") == 2


@pytest.mark.parametrize("text", ["", "direct==1.0\n    # via rireki (pyproject.toml)\n"])
def test_a_lock_without_hashes_is_refused(text):
    with pytest.raises(ValueError, match="hashes"):
        read_lock(text)
