"""The customer makes a passkey in a real browser."""

from __future__ import annotations

import pytest

from tests.browser.journey import enrol, enrolment_link
from tests.integration.reuse_network import record_at

pytestmark = pytest.mark.browser


def test_the_enrolment_page_makes_a_passkey_that_speaks_for_the_record(network, person):
    record_id = record_at(network.a)
    enrol(network, person, record_id)
    with network.a.node.transaction() as unit:
        (binding,) = unit.bindings.find(record_id=record_id)
    assert binding.jwk["kty"] == "EC"


def test_a_used_enrolment_link_says_so_instead_of_binding_a_second_passkey(network, person):
    record_id = record_at(network.a)
    link = enrolment_link(network, record_id)
    enrol(network, person, record_id, link)
    answer = person.page.goto(link)
    assert answer.status == 400
    person.sees("link.")
    person.complaints.clear()
