"""Decode contract logs into `node.domain.events` by slicing words.

Decides nothing beyond the layout. Written by hand because a general decoder manages some thousands of logs a
second, and a node that catches up reads hundreds of thousands; only the three events with strings or bytes
use one. Spec: the events in contracts/src/interfaces/*.sol; Solidity contract ABI specification, "Events".
"""

from __future__ import annotations

from collections.abc import Callable

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

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
from node.errors import Corrupt

METHOD_BYTES = 4

Decoder = Callable[[bytes, bytes], HistoryEvent]
"""(topics, data) -> event."""


def decode_log(topics: bytes, data: bytes) -> HistoryEvent:
    """Decode one log of the contract.

    Args:
        topics: 32 bytes each, one after the other; the first names the event.
        data: the unindexed arguments.

    Raises:
        Corrupt: no event of the contract, or not laid out as one (`chain.undecodable_log`).
    """
    decoder = _DECODERS.get(topics[:WORD_BYTES])
    if decoder is None:
        raise _undecodable("is no event of this contract")
    try:
        return decoder(topics, data)
    except (ValueError, DecodingError) as error:
        raise _undecodable("is not laid out as its event") from error


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


def _attested(topics: bytes, data: bytes) -> Attested:
    terms = Terms(
        _uint(data, 0), _uint(data, 1), _method(data, 2), _uint(data, 3), _uint(data, 4), _uint(data, 5)
    )
    return Attested(_word(topics, 1), _uint(topics, 2), _uint(topics, 3), terms)


def _decided(topics: bytes, data: bytes) -> Decided:
    return Decided(_word(topics, 1), _uint(topics, 2), _word(data, 0))


def _revoked(topics: bytes, data: bytes) -> Revoked:
    return Revoked(_word(topics, 1), _uint(topics, 2), ReasonClass(_uint(data, 0)))


SIGNATURES: dict[str, Decoder] = {
    "ProposalMade(uint256,uint16,uint8,bytes,uint40)": _proposal_made,
    "ProposalApproved(uint256,uint16)": _proposal_approved,
    "ProposalExecuted(uint256)": _proposal_executed,
    "MemberAdmitted(uint16,address,uint8,string)": _member_admitted,
    "MemberStatusChanged(uint16,uint8)": _member_status_changed,
    "SignerReplaced(uint16,address)": _signer_replaced,
    "MethodRuleSet(bytes4,(uint40,uint40,uint16))": _method_rule_set,
    "LegalBasesSet(uint256)": _legal_bases_set,
    "KeysPublished(uint16,bytes32,(bytes,bytes,string,string,string))": _keys_published,
    "CompromiseDeclared(uint16,uint40)": _compromise_declared,
    "Anchored(uint16,bytes32,uint32)": _anchored,
    "Attested(bytes32,uint16,uint16,(uint16,uint16,bytes4,uint8,uint16,uint40))": _attested,
    "Decided(bytes32,uint16,bytes32)": _decided,
    "Revoked(bytes32,uint16,uint8)": _revoked,
}
"""Every event, as the ABI writes it; a test compares this with the artifact."""

_DECODERS = {keccak(signature.encode()): decoder for signature, decoder in SIGNATURES.items()}
