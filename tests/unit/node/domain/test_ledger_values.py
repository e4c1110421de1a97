"""What ledger values answer by themselves."""

from __future__ import annotations

import pytest

from node.domain.events import AttestationState, KeySet, ReasonClass, Terms
from node.domain.ledger import AttestationEntry, IndexStatus, Intent, IntentState, MemberKeys

pytestmark = pytest.mark.unit

KEYS = KeySet(b"r", b"t", "https://node.example", "1", "s")
TERMS = Terms(1, 2, b"abcd", 0, 20_000, 1000)


def _keys(*, until: int | None = None, compromised: int | None = None) -> MemberKeys:
    return MemberKeys(1, b"d" * 32, KEYS, 100, until, compromised)


@pytest.mark.parametrize(
    ("keys", "second", "valid"),
    [
        (_keys(), 99, False),
        (_keys(), 100, True),
        (_keys(), 10_000, True),
        (_keys(until=200), 199, True),
        (_keys(until=200), 200, False),
        (_keys(compromised=150), 149, True),
        (_keys(compromised=150), 150, False),
    ],
)
def test_a_key_is_valid_from_its_block_until_the_next_or_its_compromise(keys, second, valid):
    assert keys.is_valid_at(second) is valid


def _entry(*, decided: int | None = None, revoked: int | None = None) -> AttestationEntry:
    reason = ReasonClass.ENDED if revoked else None
    return AttestationEntry(b"i" * 32, TERMS, 500, decided, b"c" * 32 if decided else None, revoked, reason)


@pytest.mark.parametrize(
    ("entry", "second", "state"),
    [
        (_entry(), 1000, AttestationState.PENDING),
        (_entry(), 1001, AttestationState.LAPSED),
        (_entry(decided=900), 899, AttestationState.PENDING),
        (_entry(decided=900), 5000, AttestationState.DECIDED),
        (_entry(decided=900, revoked=950), 949, AttestationState.DECIDED),
        (_entry(decided=900, revoked=950), 950, AttestationState.REVOKED),
        (_entry(revoked=600), 5000, AttestationState.REVOKED),
    ],
)
def test_an_attestations_state_is_known_for_every_second(entry, second, state):
    assert entry.state_at(second) is state


@pytest.mark.parametrize(
    ("checked_at", "now", "stale"), [(0, 10, True), (100, 160, False), (100, 161, True), (200, 100, False)]
)
def test_a_view_is_stale_when_it_was_not_proven_complete_lately(checked_at, now, stale):
    assert IndexStatus(5, 90, 5, checked_at, 3, b"h" * 27).is_stale(now, 60) is stale


@pytest.mark.parametrize(
    ("state", "recorded", "settled"),
    [
        (IntentState.QUEUED, False, False),
        (IntentState.SIGNED, False, False),
        (IntentState.SENT, False, False),
        (IntentState.MINED, True, True),
        (IntentState.FINAL, True, True),
        (IntentState.FAILED, False, True),
    ],
)
def test_an_intent_says_whether_it_is_recorded_and_settled(state, recorded, settled):
    intent = Intent("i", "attest", state, None, None, None)
    assert (intent.is_recorded, intent.is_settled) == (recorded, settled)
