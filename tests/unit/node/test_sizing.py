"""Threads and connections fit together, whatever number is set."""

from __future__ import annotations

import pytest

from node.sizing import FEWEST_JOBS, FEWEST_REQUESTS, sizes

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("concurrency", [0, 1, 4, 16, 64, 512])
@pytest.mark.parametrize("engines", [0, 1, 8])
def test_every_thread_that_can_hold_a_unit_of_work_finds_a_connection(concurrency, engines):
    found = sizes(concurrency, engines=engines)
    assert found.connections >= found.threads + found.jobs + max(1, engines)
    assert found.threads > found.requests, "health needs a thread when every place is taken"
    assert found.jobs >= FEWEST_JOBS


def test_without_a_number_the_machine_decides():
    assert sizes(0, engines=1).requests >= FEWEST_REQUESTS


def test_a_number_is_taken_as_it_is():
    assert sizes(3, engines=1).requests == 3
