"""JPKI: any certificate is read or refused, and a card that answers anything never signs anybody in."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.properties.babbler import Babbler
from tests.properties.mutation import mutations
from tests.sim.card.jpki import PASSWORD, attributes
from tests.sim.card.samples import jpki_authority, signing_card
from verifier.card.chain import check_issued, parse_certificate
from verifier.card.jpki import sign_with_card
from verifier.card.jpki.holder import parse_holder
from verifier.errors import InvalidInput
from verifier.types import Person, Sex

pytestmark = pytest.mark.properties

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)


def encoded() -> bytes:
    return signing_card().certificate.public_bytes(Encoding.DER)


@settings(deadline=None, max_examples=150)
@given(st.deferred(lambda: mutations([encoded()])) | st.binary(max_size=300))
def test_any_certificate_is_read_or_refused_and_an_altered_one_is_never_believed(data: bytes):
    try:
        certificate = parse_certificate(data)
        parse_holder(certificate)
    except InvalidInput as refusal:
        assert refusal.code.startswith("card.")  # noqa: PT017  a result is right as well
        return
    finding = check_issued(certificate, [jpki_authority().certificate], at=NOW)
    assert finding.fault is not None or certificate.tbs_certificate_bytes in encoded()


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=40)


@settings(deadline=None, max_examples=40)
@given(texts, texts, st.dates(date(1900, 1, 1), date(2026, 1, 1)), st.sampled_from(Sex), st.data())
def test_what_was_issued_is_read_back(name: str, address: str, birth: date, sex: Sex, data: st.DataObject):
    if not name.strip() or not address.strip():
        return
    flagged = data.draw(st.integers(0, len(name)))
    person = Person(name, address, birth, sex)
    issued = jpki_authority().issue(attributes(person, substituted=flagged), key=signing_card().key)
    holder = parse_holder(parse_certificate(issued.certificate.public_bytes(Encoding.DER)))
    assert (holder.person, holder.substituted) == (person, flagged)


@settings(deadline=None, max_examples=100)
@given(st.data())
def test_a_card_that_answers_anything_never_signs_and_gets_the_password_once(data: st.DataObject):
    card = Babbler(data, [b"JPKIAPICCTOKEN2".ljust(32), encoded()[:256], encoded()])
    try:
        signed = sign_with_card(
            card,
            sign_password=PASSWORD,
            data=b"x",
            trust=jpki_authority().trust_store(),
            at=NOW,
            tries_floor=2,
        )
    except InvalidInput as refusal:
        assert refusal.code.startswith("card.")  # noqa: PT017  either way of refusing is right
    else:
        assert signed.holder is None
    assert sum(PASSWORD.encode() in command for command in card.sent) <= 1
