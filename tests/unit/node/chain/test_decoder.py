"""The log decoder against the general ABI encoder, and against logs that are none."""

from __future__ import annotations

import json

import pytest
from eth_abi.abi import encode
from eth_utils.abi import collapse_if_tuple
from eth_utils.crypto import keccak

from node.chain.abi import ARTIFACT
from node.chain.decoder import EVENTS, decode_log
from node.domain import events
from node.domain.history import fold, fold_words
from node.errors import Corrupt

pytestmark = pytest.mark.unit

ADDRESS = "0x5B38Da6a701c568545dCfcB03FcB875f56beddC4"
WORD = bytes(range(32))
METHOD = b"\x01\x02\x03\x04"
KEYS = events.KeySet(b"r" * 64, b"t" * 1216, "https://node.example", "第1号", "関東財務局")
TERMS = events.Terms(1, 2, METHOD, 3, 20_000, 2**40 - 1)

EXAMPLES = [
    events.ProposalMade(2**200, 65_535, events.Action.SET_METHOD_RULE, b"payload" * 9, 2**40 - 1),
    events.ProposalApproved(7, 3),
    events.ProposalExecuted(7),
    events.MemberAdmitted(3, ADDRESS, events.Role.REGULATOR, "見本監督局"),
    events.MemberStatusChanged(3, events.Status.REMOVED),
    events.SignerReplaced(3, ADDRESS),
    events.MethodRuleSet(METHOD, events.MethodRule(1, 2**40 - 1, 365)),
    events.LegalBasesSet(2**255 + 5),
    events.KeysPublished(3, WORD, KEYS),
    events.CompromiseDeclared(3, 1_800_000_000),
    events.Anchored(1, WORD, 2**32 - 1),
    events.Attested(WORD, 1, 2, TERMS),
    events.Decided(WORD, 2, WORD[::-1]),
    events.Revoked(WORD, 1, events.ReasonClass.ERROR),
]

VARYING = (events.ProposalMade, events.MemberAdmitted, events.KeysPublished)
"""Events with strings or bytes: their own decoder allows for what follows them."""

STATIC = [event for event in EXAMPLES if not isinstance(event, VARYING)]


def _abi() -> dict[str, dict]:
    items = json.loads(ARTIFACT.read_text())["abi"]
    return {item["name"]: item for item in items if item["type"] == "event"}


def _plain(value: object) -> object:
    if isinstance(value, events.MethodRule | events.KeySet | events.Terms):
        return tuple(getattr(value, name) for name in value.__slots__)
    return value


def _encoded(event: events.HistoryEvent) -> tuple[bytes, bytes]:
    """Encode an event as the EVM does, by the ABI's own description."""
    item = _abi()[type(event).__name__]
    types = [collapse_if_tuple(parameter) for parameter in item["inputs"]]
    values = [_plain(getattr(event, name)) for name in event.__slots__]
    topics, data_types, data_values = [keccak(f"{item['name']}({','.join(types)})".encode())], [], []
    for parameter, kind, value in zip(item["inputs"], types, values, strict=True):
        if parameter["indexed"]:
            topics.append(encode([kind], [value]))
        else:
            data_types.append(kind)
            data_values.append(value)
    return b"".join(topics), encode(data_types, data_values)


def test_every_event_of_the_contract_can_be_decoded():
    described = {
        f"{name}({','.join(collapse_if_tuple(parameter) for parameter in item['inputs'])})"
        for name, item in _abi().items()
    }
    assert described == set(EVENTS)
    assert {type(event).__name__ for event in EXAMPLES} == set(_abi())


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: type(event).__name__)
def test_decoding_gives_back_what_was_encoded(event):
    assert decode_log(*_encoded(event)).event == event


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: type(event).__name__)
def test_what_a_log_holds_folds_to_the_same_head_as_its_event(event):
    _, kind, words = decode_log(*_encoded(event))
    assert fold_words(b"\x05" * 27, kind, 1_800_000_000, words) == fold(b"\x05" * 27, event, 1_800_000_000)


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: type(event).__name__)
def test_a_log_with_a_topic_too_many_is_corrupt(event):
    topics, data = _encoded(event)
    with pytest.raises(Corrupt):
        decode_log(topics + WORD, data)


@pytest.mark.parametrize("event", STATIC, ids=lambda event: type(event).__name__)
def test_a_log_with_a_word_too_many_is_corrupt(event):
    topics, data = _encoded(event)
    with pytest.raises(Corrupt):
        decode_log(topics, data + WORD)


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: type(event).__name__)
def test_a_log_without_its_topics_is_corrupt(event):
    topics, _ = _encoded(event)
    with pytest.raises(Corrupt) as caught:
        decode_log(topics[:32], b"")
    assert caught.value.code == "chain.undecodable_log"


def test_a_foreign_event_is_corrupt():
    with pytest.raises(Corrupt) as caught:
        decode_log(keccak(b"Transfer(address,address,uint256)"), b"")
    assert caught.value.code == "chain.undecodable_log"


def test_an_enum_value_that_does_not_exist_is_corrupt():
    topics, _ = _encoded(events.Revoked(WORD, 1, events.ReasonClass.ENDED))
    with pytest.raises(Corrupt):
        decode_log(topics, (99).to_bytes(32, "big"))
