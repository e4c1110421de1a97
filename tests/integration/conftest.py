"""What several integration tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.sim.card import VirtualPcscd


@pytest.fixture(scope="session")
def pcscd() -> Iterator[VirtualPcscd]:
    """One for the whole run: libpcsclite reads the socket's name once per process."""
    with VirtualPcscd() as running:
        before = os.environ.copy()
        os.environ.update(running.environment)
        yield running
        os.environ.clear()
        os.environ.update(before)
