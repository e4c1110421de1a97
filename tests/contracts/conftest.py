"""One anvil for all contract tests; every test starts from the same small consortium and leaves no trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.contracts.consortium import Consortium
from tests.contracts.coverage import NOT_TRACED, TABLE, Recorder, TracedAnvil
from tests.sim import ledger
from tests.sim.anvil import Anvil

if TYPE_CHECKING:
    from collections.abc import Iterator

OPTION = "--record-coverage"

# 25,000 steps, each compared with storage: a quarter of an hour at the rate of a shorter run (34 ms a step).
settings.register_profile(
    "soak",
    max_examples=250,
    stateful_step_count=100,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(OPTION, action="store_true", help="write docs/contracts/coverage.md from traces")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption(OPTION, default=False):
        items[:] = [item for item in items if item.path.stem.removeprefix("test_") not in NOT_TRACED]


@pytest.fixture(scope="session")
def recorder(request: pytest.FixtureRequest) -> Iterator[Recorder | None]:
    if not request.config.getoption(OPTION, default=False):
        yield None
        return
    recording = Recorder()
    yield recording
    TABLE.write_text(recording.table(), encoding="utf-8")


@pytest.fixture(autouse=True)
def _named(request: pytest.FixtureRequest, recorder: Recorder | None) -> None:
    if recorder is not None:
        recorder.test = request.node.originalname


@pytest.fixture(scope="session")
def chain(recorder: Recorder | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Anvil]:
    if recorder is None:
        running = Anvil(accounts=12)
    else:
        running = TracedAnvil(recorder)
        ledger.ARTIFACT = recorder.write_artifact(tmp_path_factory.mktemp("coverage"))
    with running:
        yield running


@pytest.fixture(scope="session")
def founded(chain: Anvil) -> Consortium:
    return Consortium.found(chain)


@pytest.fixture
def consortium(chain: Anvil, founded: Consortium) -> Iterator[Consortium]:
    before = chain.snapshot()
    yield founded
    chain.revert(before)
