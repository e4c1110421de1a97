"""Recompute the contract's running hash from its events.

Equal heads mean that an index holds every event, unchanged and in order: the check against an incomplete or
lying chain node. Does not fetch, order or decode events.
Spec: contracts/src/HistoryFold.sol and `historyHead` in IIdentityHistory.sol:
`head' = bytes27(keccak256(abi.encode(bytes32(head), uint8 kind, uint40 block.timestamp, fields...)))`; every
event field in ABI order, static structs inline; strings, bytes and structs holding them enter as keccak256 of
their abi.encode.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any

from eth_abi.abi import encode

from node.domain.events import (
    Anchored,
    Attested,
    CompromiseDeclared,
    Decided,
    HistoryEvent,
    KeySet,
    KeysPublished,
    LegalBasesSet,
    MemberAdmitted,
    MemberStatusChanged,
    MethodRule,
    MethodRuleSet,
    ProposalApproved,
    ProposalExecuted,
    ProposalMade,
    Revoked,
    SignerReplaced,
    Terms,
)
from node.domain.evm_words import WORD_BYTES, address_word, bytes_word, uint_word
from node.domain.keccak import keccak

if TYPE_CHECKING:
    from collections.abc import Callable

HEAD_BYTES = 27
"""Bytes of a head: it shares one storage slot with a 5-byte count."""

EMPTY_HEAD = bytes(HEAD_BYTES)
"""The head before the first event."""


class HistoryKind(IntEnum):
    """Which event a fold step covers; numbers are part of the hash and never reused."""

    PROPOSAL_MADE = 1
    PROPOSAL_APPROVED = 2
    PROPOSAL_EXECUTED = 3
    MEMBER_ADMITTED = 4
    MEMBER_STATUS_CHANGED = 5
    SIGNER_REPLACED = 6
    METHOD_RULE_SET = 7
    LEGAL_BASES_SET = 8
    KEYS_PUBLISHED = 9
    COMPROMISE_DECLARED = 10
    ANCHORED = 11
    ATTESTED = 12
    DECIDED = 13
    REVOKED = 14


_BEHIND_HEAD = {kind: bytes(WORD_BYTES - HEAD_BYTES) + uint_word(kind) for kind in HistoryKind}
"""What follows the head in the hash: the rest of its word, and the event's kind."""


def fold(head: bytes, event: HistoryEvent, timestamp: int) -> bytes:
    """Fold one event into the head.

    Args:
        head: 27 bytes; `EMPTY_HEAD` before the first event.
        event: the event, in log order.
        timestamp: of its block, seconds since 1970.

    Returns:
        The next head, 27 bytes.

    Raises:
        ValueError: the head is not 27 bytes, or a field does not fit its word.
    """
    if len(head) != HEAD_BYTES:
        raise ValueError(f"a history head has {HEAD_BYTES} bytes")
    kind, fields = _LAYOUTS[type(event)]
    return fold_words(head, kind, timestamp, fields(event))


def fold_words(head: bytes, kind: HistoryKind, timestamp: int, words: bytes) -> bytes:
    """Fold an event's fields as they are hashed; `event_words` gives them.

    For a node that catches up: a log without strings or bytes holds its fields in just this form already.
    """
    folded = (head, _BEHIND_HEAD[kind], uint_word(timestamp), words)
    return keccak(b"".join(folded))[:HEAD_BYTES]


def event_words(event: HistoryEvent) -> bytes:
    """An event's fields as the running hash takes them."""
    return _LAYOUTS[type(event)][1](event)


def keys_digest(keys: KeySet) -> bytes:
    """Digest under which the contract stores a key set: keccak256 of its abi.encode, 32 bytes."""
    values = (keys.record_key, keys.transfer_key, keys.endpoint, keys.licence, keys.supervisor)
    return keccak(encode(["(bytes,bytes,string,string,string)"], [values]))


def _dynamic(abi_type: str, value: object) -> bytes:
    return keccak(encode([abi_type], [value]))


def _proposal_made(event: ProposalMade) -> bytes:
    return b"".join((
        uint_word(event.proposal_id),
        uint_word(event.proposer),
        uint_word(event.action),
        _dynamic("bytes", event.payload),
        uint_word(event.lapses_at),
    ))  # fmt: skip


def _proposal_approved(event: ProposalApproved) -> bytes:
    return uint_word(event.proposal_id) + uint_word(event.member)


def _proposal_executed(event: ProposalExecuted) -> bytes:
    return uint_word(event.proposal_id)


def _member_admitted(event: MemberAdmitted) -> bytes:
    return b"".join((
        uint_word(event.member_id),
        address_word(event.signer),
        uint_word(event.role),
        _dynamic("string", event.name),
    ))  # fmt: skip


def _member_status_changed(event: MemberStatusChanged) -> bytes:
    return uint_word(event.member_id) + uint_word(event.status)


def _signer_replaced(event: SignerReplaced) -> bytes:
    return uint_word(event.member_id) + address_word(event.signer)


def _method_rule_set(event: MethodRuleSet) -> bytes:
    return bytes_word(event.method) + _rule(event.rule)


def _rule(rule: MethodRule) -> bytes:
    return uint_word(rule.allowed_from) + uint_word(rule.allowed_until) + uint_word(rule.max_age_days)


def _legal_bases_set(event: LegalBasesSet) -> bytes:
    return uint_word(event.bitmap)


def _keys_published(event: KeysPublished) -> bytes:
    # The digest is recomputed as well as copied, so a false digest and false keys both break the head.
    return uint_word(event.member_id) + bytes_word(event.digest) + keys_digest(event.keys)


def _compromise_declared(event: CompromiseDeclared) -> bytes:
    return uint_word(event.member_id) + uint_word(event.since)


def _anchored(event: Anchored) -> bytes:
    return uint_word(event.issuer) + bytes_word(event.root) + uint_word(event.size)


def _attested(event: Attested) -> bytes:
    parties = uint_word(event.issuer) + uint_word(event.recipient)
    return bytes_word(event.attestation_id) + parties + _terms(event.terms)


def _terms(terms: Terms) -> bytes:
    return b"".join((
        uint_word(terms.issuer),
        uint_word(terms.recipient),
        bytes_word(terms.method),
        uint_word(terms.legal_basis),
        uint_word(terms.verified_on),
        uint_word(terms.decide_by),
    ))  # fmt: skip


def _decided(event: Decided) -> bytes:
    return bytes_word(event.attestation_id) + uint_word(event.recipient) + bytes_word(event.commitment)


def _revoked(event: Revoked) -> bytes:
    return bytes_word(event.attestation_id) + uint_word(event.issuer) + uint_word(event.reason)


_LAYOUTS: dict[type, tuple[HistoryKind, Callable[[Any], bytes]]] = {
    ProposalMade: (HistoryKind.PROPOSAL_MADE, _proposal_made),
    ProposalApproved: (HistoryKind.PROPOSAL_APPROVED, _proposal_approved),
    ProposalExecuted: (HistoryKind.PROPOSAL_EXECUTED, _proposal_executed),
    MemberAdmitted: (HistoryKind.MEMBER_ADMITTED, _member_admitted),
    MemberStatusChanged: (HistoryKind.MEMBER_STATUS_CHANGED, _member_status_changed),
    SignerReplaced: (HistoryKind.SIGNER_REPLACED, _signer_replaced),
    MethodRuleSet: (HistoryKind.METHOD_RULE_SET, _method_rule_set),
    LegalBasesSet: (HistoryKind.LEGAL_BASES_SET, _legal_bases_set),
    KeysPublished: (HistoryKind.KEYS_PUBLISHED, _keys_published),
    CompromiseDeclared: (HistoryKind.COMPROMISE_DECLARED, _compromise_declared),
    Anchored: (HistoryKind.ANCHORED, _anchored),
    Attested: (HistoryKind.ATTESTED, _attested),
    Decided: (HistoryKind.DECIDED, _decided),
    Revoked: (HistoryKind.REVOKED, _revoked),
}
