"""Public keys that members publish and disown."""

from dataclasses import replace

import pytest

from node.domain.events import CompromiseDeclared, KeySet, KeysPublished
from node.domain.history import keys_digest
from tests.contracts.consortium import KEYS, Consortium
from tests.sim.ledger import Refusal

pytestmark = pytest.mark.contracts


def test_published_keys_are_told_whole_and_kept_as_a_digest(consortium: Consortium):
    receipt = consortium.send(consortium.a, "publishKeys", KEYS)
    digest = keys_digest(KEYS)
    assert receipt.history == (KeysPublished(1, digest, KEYS),)
    assert consortium.call("keysDigestOf", 1) == (digest, receipt.timestamp)


def test_new_keys_replace_the_old_digest(consortium: Consortium):
    consortium.send(consortium.a, "publishKeys", KEYS)
    moved = replace(KEYS, endpoint="https://b.example/rireki")
    consortium.send(consortium.a, "publishKeys", moved)
    assert consortium.call("keysDigestOf", 1)[0] == keys_digest(moved)


@pytest.mark.parametrize(
    "keys",
    [
        replace(KEYS, record_key=bytes(65)),
        replace(KEYS, transfer_key=bytes(32)),
        replace(KEYS, endpoint=""),
    ],
    ids=["record_key_with_prefix", "transfer_key_without_ml_kem", "no_endpoint"],
)
def test_malformed_keys_are_refused(consortium: Consortium, keys: KeySet):
    assert consortium.refusal(consortium.a, "publishKeys", keys).error == "InvalidKeys"


def test_outsiders_publish_nothing(consortium: Consortium):
    outsider = consortium.outsiders[0]
    assert consortium.refusal(outsider, "publishKeys", KEYS) == Refusal(
        "NotActiveMember", (outsider.lower(),)
    )


def test_a_compromise_is_declared_from_a_past_time(consortium: Consortium):
    since = consortium.chain.now() - 100
    receipt = consortium.send(consortium.a, "declareCompromised", since)
    assert receipt.history == (CompromiseDeclared(1, since),)


def test_a_compromise_cannot_begin_in_the_future_or_never(consortium: Consortium):
    future = consortium.chain.now() + 100
    refusal = consortium.refusal(consortium.a, "declareCompromised", future)
    assert refusal == Refusal("InvalidCompromiseTime", (future,))
    assert consortium.refusal(consortium.a, "declareCompromised", 0).error == "InvalidCompromiseTime"
