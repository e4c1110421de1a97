"""Decode contract logs into `node.domain.events` by slicing words.

Decides nothing beyond the layout. Written by hand because a general decoder manages some thousands of logs a
second, and a node that catches up reads hundreds of thousands; only the three events with strings or bytes
use one. Bits of a word outside its type are not looked at: the running hash covers the whole word, so a log
that carries any does not pass. Spec: the events in contracts/src/interfaces/*.sol; Solidity contract ABI
specification, "Events".
"""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct
from typing import NamedTuple

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError
from eth_utils.address import to_checksum_address

from node.domain.events import (
    Action,
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
    ReasonClass,
    Revoked,
    Role,
    SignerReplaced,
    Status,
    Terms,
)
from node.domain.evm_words import WORD_BYTES
from node.domain.history import HistoryKind, event_words
from node.domain.keccak import keccak
from node.errors import Corrupt

METHOD_BYTES = 4

Decoder = Callable[[bytes, bytes], HistoryEvent]
"""(topics, data) -> event."""


class Layout(NamedTuple):
    """How one event lies in a log.

    Attributes:
        kind: its number in the running hash.
        decode: makes the event.
        topics: words, with the signature's.
        data: words; None where strings or bytes make it vary.
    """

    kind: HistoryKind
    decode: Decoder
    topics: int
    data: int | None


class Decoded(NamedTuple):
    """An event, and what the running hash takes of it (`node.domain.history.fold_words`)."""

    event: HistoryEvent
    kind: HistoryKind
    words: bytes


def decode_log(topics: bytes, data: bytes) -> Decoded:
    """Decode one log of the contract.

    Args:
        topics: 32 bytes each, one after the other; the first names the event.
        data: the unindexed arguments.

    Raises:
        Corrupt: no event of the contract, or not laid out as one (`chain.undecodable_log`).
    """
    layout = _LAYOUTS.get(topics[:WORD_BYTES])
    if layout is None:
        raise _undecodable("is no event of this contract")
    kind, decoder, topic_words, data_words = layout
    if len(topics) != topic_words * WORD_BYTES:
        raise _undecodable("has other topics than its event")
    if data_words is not None and len(data) != data_words * WORD_BYTES:
        raise _undecodable("has other data than its event")
    try:
        event = decoder(topics, data)
    except (ValueError, DecodingError) as error:
        raise _undecodable("is not laid out as its event") from error
    return Decoded(event, kind, event_words(event) if data_words is None else topics[WORD_BYTES:] + data)


def _undecodable(what: str) -> Corrupt:
    hint = "check contract_address and that the node's release matches the deployed contract"
    return Corrupt("chain.undecodable_log", f"a log {what}", hint=hint)


def _word(data: bytes, index: int) -> bytes:
    word = data[WORD_BYTES * index : WORD_BYTES * (index + 1)]
    if len(word) != WORD_BYTES:
        raise ValueError("a word is missing")
    return word


def _uint(data: bytes, index: int) -> int:
    return int.from_bytes(_word(data, index), "big")


def _address(data: bytes, index: int) -> str:
    return to_checksum_address(_word(data, index)[-20:])


def _method(data: bytes, index: int) -> bytes:
    return _word(data, index)[:METHOD_BYTES]


def _proposal_made(topics: bytes, data: bytes) -> ProposalMade:
    payload, lapses_at = decode(("bytes", "uint40"), data)
    return ProposalMade(_uint(topics, 1), _uint(topics, 2), Action(_uint(topics, 3)), payload, lapses_at)


def _proposal_approved(topics: bytes, _data: bytes) -> ProposalApproved:
    return ProposalApproved(_uint(topics, 1), _uint(topics, 2))


def _proposal_executed(topics: bytes, _data: bytes) -> ProposalExecuted:
    return ProposalExecuted(_uint(topics, 1))


def _member_admitted(topics: bytes, data: bytes) -> MemberAdmitted:
    role, name = decode(("uint8", "string"), data)
    return MemberAdmitted(_uint(topics, 1), _address(topics, 2), Role(role), name)


def _member_status_changed(topics: bytes, data: bytes) -> MemberStatusChanged:
    return MemberStatusChanged(_uint(topics, 1), Status(_uint(data, 0)))


def _signer_replaced(topics: bytes, _data: bytes) -> SignerReplaced:
    return SignerReplaced(_uint(topics, 1), _address(topics, 2))


def _method_rule_set(topics: bytes, data: bytes) -> MethodRuleSet:
    return MethodRuleSet(_method(topics, 1), MethodRule(_uint(data, 0), _uint(data, 1), _uint(data, 2)))


def _legal_bases_set(_topics: bytes, data: bytes) -> LegalBasesSet:
    return LegalBasesSet(_uint(data, 0))


def _keys_published(topics: bytes, data: bytes) -> KeysPublished:
    (keys,) = decode(("(bytes,bytes,string,string,string)",), data)
    return KeysPublished(_uint(topics, 1), _word(topics, 2), KeySet(*keys))


def _compromise_declared(topics: bytes, data: bytes) -> CompromiseDeclared:
    return CompromiseDeclared(_uint(topics, 1), _uint(data, 0))


def _anchored(topics: bytes, data: bytes) -> Anchored:
    return Anchored(_uint(topics, 1), _word(topics, 2), _uint(data, 0))


_UINT16 = "30xH"
_PARTIES = Struct(f">64x{_UINT16 * 2}")
_TERMS = Struct(f">{_UINT16 * 2}4s28x31xB{_UINT16}24xQ")
"""What the three frequent events need of their words, in one step; `x` skips a byte (Python's `struct`)."""


def _attested(topics: bytes, data: bytes) -> Attested:
    issuer, recipient = _PARTIES.unpack(topics)
    return Attested(topics[32:64], issuer, recipient, Terms(*_TERMS.unpack(data)))


def _decided(topics: bytes, data: bytes) -> Decided:
    return Decided(topics[32:64], _uint(topics, 2), data)


def _revoked(topics: bytes, data: bytes) -> Revoked:
    return Revoked(topics[32:64], _uint(topics, 2), ReasonClass(_uint(data, 0)))


EVENTS: dict[str, Layout] = {
    "ProposalMade(uint256,uint16,uint8,bytes,uint40)": Layout(
        HistoryKind.PROPOSAL_MADE, _proposal_made, 4, None
    ),
    "ProposalApproved(uint256,uint16)": Layout(HistoryKind.PROPOSAL_APPROVED, _proposal_approved, 3, 0),
    "ProposalExecuted(uint256)": Layout(HistoryKind.PROPOSAL_EXECUTED, _proposal_executed, 2, 0),
    "MemberAdmitted(uint16,address,uint8,string)": Layout(
        HistoryKind.MEMBER_ADMITTED, _member_admitted, 3, None
    ),
    "MemberStatusChanged(uint16,uint8)": Layout(
        HistoryKind.MEMBER_STATUS_CHANGED, _member_status_changed, 2, 1
    ),
    "SignerReplaced(uint16,address)": Layout(HistoryKind.SIGNER_REPLACED, _signer_replaced, 3, 0),
    "MethodRuleSet(bytes4,(uint40,uint40,uint16))": Layout(
        HistoryKind.METHOD_RULE_SET, _method_rule_set, 2, 3
    ),
    "LegalBasesSet(uint256)": Layout(HistoryKind.LEGAL_BASES_SET, _legal_bases_set, 1, 1),
    "KeysPublished(uint16,bytes32,(bytes,bytes,string,string,string))": Layout(
        HistoryKind.KEYS_PUBLISHED, _keys_published, 3, None
    ),
    "CompromiseDeclared(uint16,uint40)": Layout(HistoryKind.COMPROMISE_DECLARED, _compromise_declared, 2, 1),
    "Anchored(uint16,bytes32,uint32)": Layout(HistoryKind.ANCHORED, _anchored, 3, 1),
    "Attested(bytes32,uint16,uint16,(uint16,uint16,bytes4,uint8,uint16,uint40))": Layout(
        HistoryKind.ATTESTED, _attested, 4, 6
    ),
    "Decided(bytes32,uint16,bytes32)": Layout(HistoryKind.DECIDED, _decided, 3, 1),
    "Revoked(bytes32,uint16,uint8)": Layout(HistoryKind.REVOKED, _revoked, 3, 1),
}
"""Every event, as the ABI writes it; a test compares this with the artifact."""

_LAYOUTS = {keccak(signature.encode()): layout for signature, layout in EVENTS.items()}
