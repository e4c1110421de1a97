"""The customer makes a passkey in a real browser."""

from __future__ import annotations

import pytest

from tests.browser.journey import enrol, enrolment_link
from tests.integration.reuse_network import record_at

pytestmark = pytest.mark.browser


def test_the_page_makes_one_passkey_that_speaks_for_the_record_and_no_second(network, person):
    record_id = record_at(network.a)
    link = enrolment_link(network, record_id)
    enrol(network, person, record_id, link)
    person.finds_it_usable()
    with network.a.node.transaction() as unit:
        (binding,) = unit.bindings.find(record_id=record_id)
    assert binding.jwk["kty"] == "EC"

    assert person.looks_at(link) == 400
    person.sees("link.used")
    person.finds_it_usable()
    person.forgives()
