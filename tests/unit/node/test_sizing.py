"""Places, threads and connections fit together, whatever number is set."""

from __future__ import annotations

import pytest

from node.sizing import FEWEST_JOBS, FEWEST_REQUESTS, sizes

pytestmark = pytest.mark.unit

POSTGRES_CONNECTIONS = 100 - 3
"""`max_connections` less `superuser_reserved_connections`, as PostgreSQL comes."""


@pytest.mark.parametrize("concurrency", [0, 1, 4, 16, 64, 512])
@pytest.mark.parametrize("engines", [0, 1, 8])
def test_every_thread_that_can_hold_a_unit_of_work_finds_a_connection_and_health_another(
    concurrency, engines
):
    found = sizes(concurrency, engines=engines)
    assert found.connections > found.threads + found.jobs + engines
    assert found.jobs >= FEWEST_JOBS


def test_three_nodes_share_a_database_server_of_the_default_size():
    assert 3 * sizes(FEWEST_REQUESTS, engines=1).connections < POSTGRES_CONNECTIONS


def test_without_a_number_the_machine_decides():
    assert sizes(0, engines=1).requests >= FEWEST_REQUESTS


def test_a_number_is_taken_as_it_is():
    assert sizes(3, engines=1).requests == 3
