"""Every test gets a fresh desk."""

from __future__ import annotations

import pytest

from tests.unit.node.usecases.issuing_fixtures import Desk


@pytest.fixture
def desk():
    return Desk()
