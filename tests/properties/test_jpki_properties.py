"""JPKI: any certificate is read or refused, and a card that answers anything never signs anybody in."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.properties.mutation import mutations
from tests.sim.card.jpki import PASSWORD, JpkiAuthority, SigningCard, attributes
from tests.sim.card.samples import HANAKO
from verifier.card.chain import check_issued, parse_certificate
from verifier.card.jpki import sign_with_card
from verifier.card.jpki.holder import parse_holder
from verifier.errors import InvalidInput
from verifier.types import Person, Sex

pytestmark = pytest.mark.properties

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)


@cache
def authority() -> JpkiAuthority:
    return JpkiAuthority.generate()


@cache
def genuine() -> SigningCard:
    return authority().issue(attributes(HANAKO))


def encoded() -> bytes:
    return genuine().certificate.public_bytes(Encoding.DER)


@settings(deadline=None, max_examples=150)
@given(st.deferred(lambda: mutations([encoded()])) | st.binary(max_size=300))
def test_any_certificate_is_read_or_refused_and_an_altered_one_is_never_believed(data: bytes):
    try:
        certificate = parse_certificate(data)
        parse_holder(certificate)
    except InvalidInput as refusal:
        assert refusal.code.startswith("card.")  # noqa: PT017  a result is right as well
        return
    finding = check_issued(certificate, [authority().certificate], at=NOW)
    assert finding.fault is not None or certificate.tbs_certificate_bytes in encoded()


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=40)


@settings(deadline=None, max_examples=40)
@given(texts, texts, st.dates(date(1900, 1, 1), date(2026, 1, 1)), st.sampled_from(Sex), st.data())
def test_what_was_issued_is_read_back(name: str, address: str, birth: date, sex: Sex, data: st.DataObject):
    if not name.strip() or not address.strip():
        return
    flagged = data.draw(st.integers(0, len(name)))
    person = Person(name, address, birth, sex)
    issued = authority().issue(attributes(person, substituted=flagged), key=genuine().key)
    holder = parse_holder(parse_certificate(issued.certificate.public_bytes(Encoding.DER)))
    assert (holder.person, holder.substituted) == (person, flagged)


class Babbler:
    """A card that answers anything."""

    def __init__(self, data: st.DataObject) -> None:
        self.data = data
        self.sent: list[bytes] = []

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        self.sent.append(command)
        known = st.sampled_from([0x9000, 0x9000, 0x9000, 0x63C5, 0x6282, 0x6105, 0x6A82])
        token = b"JPKIAPICCTOKEN2".ljust(32)
        body = st.sampled_from([b"", token, encoded()[:256], encoded()]) | st.binary(max_size=256)
        return self.data.draw(body), self.data.draw(known | st.integers(0, 65535))


@settings(deadline=None, max_examples=100)
@given(st.data())
def test_a_card_that_answers_anything_never_signs_and_gets_the_password_once(data: st.DataObject):
    card = Babbler(data)
    try:
        signed = sign_with_card(
            card, sign_password=PASSWORD, data=b"x", trust=authority().trust_store(), at=NOW, tries_floor=2
        )
    except InvalidInput as refusal:
        assert refusal.code.startswith("card.")  # noqa: PT017  either way of refusing is right
    else:
        assert signed.holder is None
    assert sum(PASSWORD.encode() in command for command in card.sent) <= 1
