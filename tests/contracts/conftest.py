"""One anvil for all contract tests; every test starts from the same small consortium and leaves no trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.contracts.consortium import Consortium
from tests.sim.anvil import Anvil

if TYPE_CHECKING:
    from collections.abc import Iterator

settings.register_profile(
    "soak",
    max_examples=400,
    stateful_step_count=100,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="session")
def chain() -> Iterator[Anvil]:
    with Anvil(accounts=12) as running:
        yield running


@pytest.fixture(scope="session")
def founded(chain: Anvil) -> Consortium:
    return Consortium.found(chain)


@pytest.fixture
def consortium(chain: Anvil, founded: Consortium) -> Iterator[Consortium]:
    before = chain.snapshot()
    yield founded
    chain.revert(before)
