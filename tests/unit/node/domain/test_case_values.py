"""What a case, its links, its sessions and its stored evidence say by themselves."""

from __future__ import annotations

import pytest

from node.domain.bundle import pack_clip, pack_images, unpack_clip, unpack_images
from node.domain.evidence import ClipFiles, PinTry, facts_from_bytes, facts_to_bytes
from node.domain.link import LINK_LIFE_S, LinkPurpose, new_link
from node.domain.pins import PinEvent, spent
from node.domain.register import RecordEntry, RecordState
from node.domain.session import SIGN_IN, new_ceremony, new_session, token_digest
from node.errors import Corrupt, InvalidInput
from tests.sim.scenario import verification

pytestmark = pytest.mark.unit

ONE, OTHER = PinTry("aa", "ocr"), PinTry("bb", "typed")
NOW = 1000


def _random(count: int) -> bytes:
    return b"\x07" * count


def test_images_and_clips_come_back_in_order():
    images = tuple(bytes([n]) for n in range(12))
    assert unpack_images(pack_images(images)) == images
    clip = ClipFiles(images, tuple(range(12)))
    assert unpack_clip(pack_clip(clip)) == clip


@pytest.mark.parametrize("blob", [b"", b"no archive", pack_images((b"x",))])
def test_a_stored_clip_that_is_none_is_corrupt(blob):
    with pytest.raises(Corrupt) as caught:
        unpack_clip(blob)
    assert caught.value.code == "bundle.corrupt"


def test_facts_for_a_reviewer_come_back_whole():
    assert facts_from_bytes(facts_to_bytes(verification())) == verification()
    bare = verification(portrait=None, document_expires_on=None, document_issuer_key_id=None)
    assert facts_from_bytes(facts_to_bytes(bare)) == bare


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"birth_date": 1}'])
def test_damaged_facts_are_corrupt(data):
    with pytest.raises(Corrupt) as caught:
        facts_from_bytes(data)
    assert caught.value.code == "facts.corrupt"


def test_a_code_counts_until_the_card_accepts_it():
    sent, taken = PinEvent(ONE, accepted=False), PinEvent(ONE, accepted=True)
    other = PinEvent(OTHER, accepted=False)
    assert spent([sent]) == (ONE,)
    assert spent([sent, other]) == (ONE, OTHER)
    assert spent([sent, other, taken]) == (OTHER,)
    assert spent([sent, taken, sent]) == (ONE,)
    assert PinEvent.from_bytes(sent.to_bytes()) == sent


def test_a_damaged_memory_of_codes_is_corrupt():
    with pytest.raises(Corrupt) as caught:
        PinEvent.from_bytes(b'{"digest": "aa"}')
    assert caught.value.code == "pins.corrupt"


def test_tokens_of_links_and_sessions_are_not_kept():
    link, token = new_link(LinkPurpose.ENROL, "r", now=NOW, randomness=_random)
    session, cookie = new_session("b", now=NOW, randomness=_random)
    assert token not in repr(link)
    assert cookie not in repr(session)
    assert link.link_id == token_digest(token)


def test_a_link_lives_to_its_last_second_and_is_used_once():
    link, _ = new_link(LinkPurpose.ENROL, "r", now=NOW, randomness=_random)
    link.require_open(now=NOW + LINK_LIFE_S - 1)
    with pytest.raises(InvalidInput) as caught:
        link.require_open(now=NOW + LINK_LIFE_S)
    assert caught.value.code == "link.expired"
    with pytest.raises(InvalidInput) as caught:
        link.used(now=NOW).used(now=NOW)
    assert caught.value.code == "link.used"


def test_a_ceremony_answers_only_its_own_purpose():
    ceremony = new_ceremony("enrol", "r", now=NOW, randomness=_random)
    with pytest.raises(InvalidInput) as caught:
        ceremony.used(purpose=SIGN_IN, now=NOW)
    assert caught.value.code == "ceremony.unknown"


def test_a_revocation_outlasts_a_withdrawal_and_keeps_its_first_reason():
    entry = RecordEntry("r", "c", "jp.chip+face", 1, "00", RecordState.ATTESTABLE.value, 1)
    withdrawn = entry.withdrawn(now=2)
    assert (withdrawn.state, withdrawn.is_attestable) == ("withdrawn", False)
    revoked = withdrawn.revoked(reason="error", now=3)
    assert revoked.withdrawn(now=4).revoked(reason="ended", now=4) == revoked
    assert (revoked.state, revoked.closed_reason, revoked.closed_at) == ("revoked", "error", 3)


@pytest.mark.parametrize("state", [s for s in RecordState if s is not RecordState.UNBOUND])
def test_only_an_unbound_record_takes_a_passkey(state):
    entry = RecordEntry("r", "c", "jp.chip+face", 1, "00", state.value, 1)
    with pytest.raises(InvalidInput) as caught:
        entry.bound()
    assert caught.value.code == "binding.exists"
