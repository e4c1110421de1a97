"""Payloads of proposals."""

from __future__ import annotations

import pytest

from node.chain import proposals
from node.domain.events import Action, MethodRule, Role
from node.errors import InvalidInput

pytestmark = pytest.mark.unit

ADDRESS = "0x5b38da6a701c568545dcfcb03fcb875f56beddc4"

EXAMPLES = [
    (
        proposals.admit(ADDRESS, Role.REGULATOR, "見本監督局"),
        Action.ADMIT,
        {"signer": ADDRESS, "role": 2, "name": "見本監督局"},
    ),
    (proposals.suspend(3), Action.SUSPEND, {"member_id": 3}),
    (proposals.reinstate(3), Action.REINSTATE, {"member_id": 3}),
    (proposals.remove(3), Action.REMOVE, {"member_id": 3}),
    (proposals.replace_signer(3, ADDRESS), Action.REPLACE_SIGNER, {"member_id": 3, "signer": ADDRESS}),
    (
        proposals.set_method_rule(b"abcd", MethodRule(1, 2, 3)),
        Action.SET_METHOD_RULE,
        {"method": b"abcd", "rule": (1, 2, 3)},
    ),
    (proposals.set_legal_bases(5), Action.SET_LEGAL_BASES, {"bitmap": 5}),
]


@pytest.mark.parametrize(
    ("proposal", "action", "parts"), EXAMPLES, ids=lambda value: getattr(value, "name", "")
)
def test_a_payload_can_be_read_back_by_who_is_asked_to_approve(proposal, action, parts):
    assert proposal[0] is action
    assert proposals.read_payload(*proposal) == parts


def test_a_payload_that_is_none_is_invalid():
    with pytest.raises(InvalidInput) as caught:
        proposals.read_payload(Action.ADMIT, b"short")
    assert caught.value.code == "proposal.malformed"
