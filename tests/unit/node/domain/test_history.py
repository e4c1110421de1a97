"""Folding: one fixed expectation per kind, written with the general ABI encoder."""

from __future__ import annotations

from typing import Any

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from node.domain import events
from node.domain.history import EMPTY_HEAD, HEAD_BYTES, HistoryKind, fold, keys_digest

pytestmark = pytest.mark.unit

ADDRESS = "0x5fbdb2315678afecb367f032d93f642f64180aa3"
ID, DIGEST = b"\1" * 32, b"\2" * 32
KEYS = events.KeySet(b"r" * 64, b"t" * 1216, "https://a.example", "第0号", "金融庁")
KEYS_TYPE = "(bytes,bytes,string,string,string)"
KEYS_TUPLE = (KEYS.record_key, KEYS.transfer_key, KEYS.endpoint, KEYS.licence, KEYS.supervisor)
TERMS = events.Terms(1, 2, b"abcd", 6, 20_000, 2**40 - 1)
TERMS_TUPLE = (1, 2, b"abcd", 6, 20_000, 2**40 - 1)
TERMS_TYPE = "(uint16,uint16,bytes4,uint8,uint16,uint40)"
NOW = 1_800_000_000


def hashed(abi_type: str, value: Any) -> bytes:
    return keccak(encode([abi_type], [value]))


CASES: list[tuple[events.HistoryEvent, int, list[str], list[Any]]] = [
    (
        events.ProposalMade(7, 1, events.Action.REMOVE, b"payload", NOW + 1),
        1,
        ["uint256", "uint16", "uint8", "bytes32", "uint40"],
        [7, 1, 3, hashed("bytes", b"payload"), NOW + 1],
    ),
    (events.ProposalApproved(7, 2), 2, ["uint256", "uint16"], [7, 2]),
    (events.ProposalExecuted(7), 3, ["uint256"], [7]),
    (
        events.MemberAdmitted(4, ADDRESS, events.Role.REGULATOR, "金融庁"),
        4,
        ["uint16", "address", "uint8", "bytes32"],
        [4, ADDRESS, 2, hashed("string", "金融庁")],
    ),
    (events.MemberStatusChanged(4, events.Status.SUSPENDED), 5, ["uint16", "uint8"], [4, 2]),
    (events.SignerReplaced(4, ADDRESS), 6, ["uint16", "address"], [4, ADDRESS]),
    (
        events.MethodRuleSet(b"abcd", events.MethodRule(1, 2, 3)),
        7,
        ["bytes4", "(uint40,uint40,uint16)"],
        [b"abcd", (1, 2, 3)],
    ),
    (events.LegalBasesSet(2**256 - 1), 8, ["uint256"], [2**256 - 1]),
    (
        events.KeysPublished(1, hashed(KEYS_TYPE, KEYS_TUPLE), KEYS),
        9,
        ["uint16", "bytes32", "bytes32"],
        [1, hashed(KEYS_TYPE, KEYS_TUPLE), hashed(KEYS_TYPE, KEYS_TUPLE)],
    ),
    (events.CompromiseDeclared(1, NOW), 10, ["uint16", "uint40"], [1, NOW]),
    (events.Anchored(1, DIGEST, 16), 11, ["uint16", "bytes32", "uint32"], [1, DIGEST, 16]),
    (
        events.Attested(ID, 1, 2, TERMS),
        12,
        ["bytes32", "uint16", "uint16", TERMS_TYPE],
        [ID, 1, 2, TERMS_TUPLE],
    ),
    (events.Decided(ID, 2, DIGEST), 13, ["bytes32", "uint16", "bytes32"], [ID, 2, DIGEST]),
    (
        events.Revoked(ID, 1, events.ReasonClass.ERROR),
        14,
        ["bytes32", "uint16", "uint8"],
        [ID, 1, 3],
    ),
]


@pytest.mark.parametrize(
    ("event", "kind", "types", "fields"), CASES, ids=[c[0].__class__.__name__ for c in CASES]
)
def test_an_event_folds_as_the_abi_encodes_it(event, kind, types, fields):
    head = b"\7" * HEAD_BYTES
    encoded = encode(["bytes32", "uint8", "uint40", *types], [head + bytes(5), kind, NOW, *fields])
    assert fold(head, event, NOW) == keccak(encoded)[:HEAD_BYTES]


def test_every_event_has_a_kind_of_its_own():
    assert {kind for _, kind, _, _ in CASES} == set(HistoryKind)


def test_the_time_of_the_block_is_part_of_the_fold():
    event = events.ProposalExecuted(1)
    assert fold(EMPTY_HEAD, event, NOW) != fold(EMPTY_HEAD, event, NOW + 1)


def test_false_keys_under_a_true_digest_change_the_fold():
    true = events.KeysPublished(1, keys_digest(KEYS), KEYS)
    other = events.KeySet(b"R" * 64, KEYS.transfer_key, KEYS.endpoint, KEYS.licence, KEYS.supervisor)
    false = events.KeysPublished(1, keys_digest(KEYS), other)
    assert fold(EMPTY_HEAD, true, NOW) != fold(EMPTY_HEAD, false, NOW)


@pytest.mark.parametrize("length", [0, 26, 28, 32])
def test_a_head_of_another_length_is_refused(length: int):
    with pytest.raises(ValueError, match="27 bytes"):
        fold(bytes(length), events.ProposalExecuted(1), NOW)
