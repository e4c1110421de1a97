"""Signing with a My Number card: the genuine one, every forged one, and how tries are spent."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tests.sim.card import InProcessTransport, Quirks, VirtualCard
from tests.sim.card.jpki import (
    AID,
    KEY,
    PASSWORD,
    PASSWORD_FILE,
    SigningCard,
    attributes,
    jpki_card,
)
from tests.sim.card.jpki_negative import REFUSED, JpkiBlank
from tests.sim.card.samples import HANAKO, jpki_authority, jpki_blank, signing_card
from verifier.card.jpki import (
    JpkiSignature,
    NoRevocationSource,
    RevocationStatus,
    check_revocation,
    jpki_tries_left,
    sign_with_card,
)
from verifier.card.jpki.signing import CHECKS
from verifier.card.transport import LoggedTransport
from verifier.card.trust import TrustStore
from verifier.errors import InvalidInput, Unavailable
from verifier.types import Outcome, Sex

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
DATA = b'{"case":"mihon"}'


def issue(changes: dict[str, str], **options: object) -> SigningCard:
    values = {arc: text for arc, text in (attributes(HANAKO) | changes).items() if text}
    return jpki_authority().issue(values, key=signing_card().key, **options)  # type: ignore[arg-type]


def sign(
    card: VirtualCard, *, trust: TrustStore | None = None, password: str = PASSWORD, **transport: float
) -> JpkiSignature:
    return sign_with_card(
        InProcessTransport(card, **transport),  # type: ignore[arg-type]
        sign_password=password,
        data=DATA,
        trust=jpki_authority().trust_store() if trust is None else trust,
        at=NOW,
        tries_floor=2,
    )


def codes(signature: JpkiSignature) -> list[str | None]:
    return [check.code for check in signature.checks]


def test_a_genuine_card_signs_and_tells_the_four_attributes():
    signature = sign(jpki_card(signing_card()))
    assert tuple(check.check for check in signature.checks) == CHECKS
    assert codes(signature) == [None] * 4
    assert signature.holder is not None
    assert signature.holder.person == HANAKO
    assert signature.holder.substituted == 0
    assert (signature.tries_left_before, signature.issuer) == (5, jpki_authority().certificate)


def test_signing_takes_no_more_commands_than_the_recipe():
    size = len(signing_card().certificate.public_bytes(Encoding.DER))
    reads = -(-size // 256)
    # SELECT AP; token: SELECT, READ; password: SELECT, counter, VERIFY; certificate: SELECT, READs; key:
    # SELECT, sign
    assert sign(jpki_card(signing_card())).apdus == 9 + reads


@pytest.mark.parametrize(
    "quirks",
    [Quirks(max_read=100), Quirks(exact_le=True), Quirks(chain_answers=True)],
    ids=["short reads", "6Cxx", "61xx"],
)
def test_readers_and_cards_that_differ_are_understood(quirks: Quirks):
    assert codes(sign(jpki_card(signing_card(), quirks=quirks))) == [None] * 4


@pytest.mark.parametrize(("make", "code"), REFUSED.items(), ids=[make.__name__ for make in REFUSED])
def test_a_card_that_must_be_refused_is(make: Callable[[JpkiBlank], VirtualCard], code: str):
    signature = sign(make(jpki_blank()))
    place = codes(signature).index(code)
    assert not signature.checks[place].passed
    assert signature.holder is None
    assert all(later.outcome is Outcome.NOT_PERFORMED for later in signature.checks[place + 1 :])


def test_an_unknown_authority_is_undecided_and_named_by_its_digest():
    signature = sign(jpki_card(signing_card()), trust=TrustStore())
    assert signature.checks[1].outcome is Outcome.UNDECIDED
    assert signature.checks[1].code == "jpki.issuer_unknown"
    assert len(str(signature.checks[1].facts["authority_sha256"])) == 64
    assert signature.signature is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"2": "10000"}, "jpki.substitute_characters"),
        ({"2": "1"}, "jpki.substitutes_malformed"),
        ({"2": ""}, "jpki.substitutes_malformed"),
        ({"6": "x" * len(HANAKO.address or "")}, "jpki.substitutes_malformed"),
    ],
)
def test_substitute_characters_are_left_to_a_person(changes: dict[str, str], code: str):
    signature = sign(jpki_card(issue(changes)))
    assert signature.checks[3].code == code
    assert signature.checks[3].outcome is Outcome.UNDECIDED
    assert signature.holder is not None
    assert signature.holder.person.name == HANAKO.name


@pytest.mark.parametrize("sex", ["9", "0", "男"])
def test_a_sex_that_is_not_stated_is_unknown(sex: str):
    holder = sign(jpki_card(issue({"3": sex}))).holder
    assert holder is not None
    assert holder.person.sex is Sex.UNKNOWN


@pytest.mark.parametrize(
    "changes",
    [
        {"1": ""},
        {"5": ""},
        {"3": ""},
        {"4": ""},
        {"1": "　"},
        {"4": "400000000"},
        {"4": "19800217"},
        {"4": "920260101"},
    ],
)
def test_a_certificate_without_the_attributes_is_refused(changes: dict[str, str]):
    with pytest.raises(InvalidInput) as refusal:
        sign(jpki_card(issue(changes)))
    assert refusal.value.code == "card.jpki_attributes"


def test_the_era_digit_stands_before_a_gregorian_date():
    holder = sign(jpki_card(issue({"4": "419900102"}))).holder
    assert holder is not None
    assert holder.person.birth_date == date(1990, 1, 2)


@pytest.mark.parametrize(
    ("token", "named"),
    [
        (b"JPKIAPICCTOKEN", "resident-register"),
        (b"JPKIAPGPSETOKEN", "Android"),
        (b"JPKIAPIOSTOKEN", "iPhone"),
        (b"JPKIAPICCTOKEN3", "unknown"),
        (b"\xff\xfe", "unknown"),
    ],
)
def test_other_tokens_are_refused_by_name_before_anything_else(token: bytes, named: str):
    card = jpki_card(signing_card(), token=token)
    with pytest.raises(InvalidInput) as refusal:
        sign(card)
    assert refusal.value.code == "card.jpki_token_unknown"
    assert named in refusal.value.message
    assert not any(command[1] == 0x20 for command in card.log)


def test_a_card_without_the_application_is_refused():
    with pytest.raises(InvalidInput) as refusal:
        sign(VirtualCard({}))
    assert refusal.value.code == "card.no_jpki"


@pytest.mark.parametrize(
    "password", ["", "ABC12", "A" * 17, "mihon2026", "ABC-123", "ＡＢＣ１２３", "ABC123\n"]
)
def test_a_malformed_password_never_reaches_the_card(password: str):
    card = jpki_card(signing_card())
    with pytest.raises(InvalidInput) as refusal:
        sign(card, password=password)
    assert refusal.value.code == "jpki.password_malformed"
    assert card.log == []
    assert password == "" or password not in str(refusal.value)


def test_a_wrong_password_is_sent_once_and_counted():
    card = jpki_card(signing_card())
    signature = sign(card, password="WRONG12345")
    assert signature.checks[0].code == "jpki.password_wrong"
    assert signature.checks[0].facts["tries_left"] == 4
    assert not signature.accepted
    assert sum(command[1] == 0x20 and len(command) > 4 for command in card.log) == 1
    assert jpki_tries_left(InProcessTransport(card)) == 4


@pytest.mark.parametrize(
    ("left", "code"),
    [(0, "jpki.password_locked"), (1, "jpki.tries_exhausted_guard"), (2, "jpki.tries_exhausted_guard")],
)
def test_at_or_under_the_floor_nothing_is_sent(left: int, code: str):
    card = jpki_card(signing_card())
    card.applications[AID].pins[PASSWORD_FILE].left = left
    signature = sign(card)
    assert signature.checks[0].code == code
    assert jpki_tries_left(InProcessTransport(card)) == left
    assert not any(command[1] == 0x20 and len(command) > 4 for command in card.log)


def test_the_key_signs_only_after_the_password():
    card = jpki_card(signing_card())
    transport = InProcessTransport(card)
    assert jpki_tries_left(transport) == 5
    transport.transmit(bytes.fromhex("00A4020C02") + KEY.to_bytes(2, "big"))
    assert transport.transmit(bytes.fromhex("802A008001AA00"))[1] == 0x6982


@pytest.mark.parametrize("after", range(0, 14, 2))
def test_a_card_that_leaves_is_reported_and_loses_no_try(after: int):
    card = jpki_card(signing_card())
    with pytest.raises(Unavailable) as failure:
        sign(card, pulled_after=after)
    assert failure.value.code == "card.removed"
    assert jpki_tries_left(InProcessTransport(card)) == 5


def test_no_log_line_holds_the_password(caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.DEBUG):
        sign_with_card(
            LoggedTransport(InProcessTransport(jpki_card(signing_card()))),
            sign_password=PASSWORD,
            data=DATA,
            trust=jpki_authority().trust_store(),
            at=NOW,
            tries_floor=2,
        )
    assert caplog.text
    assert PASSWORD not in caplog.text
    assert PASSWORD.encode().hex().upper() not in caplog.text.upper()


class Says:
    """A source that gives one answer."""

    def __init__(self, status: RevocationStatus) -> None:
        self.said = status

    def status(self, *_args: object) -> RevocationStatus:
        return self.said


@pytest.mark.parametrize(
    ("status", "outcome", "code"),
    [
        (RevocationStatus.GOOD, Outcome.PASSED, None),
        (RevocationStatus.REVOKED, Outcome.FAILED, "jpki.revoked"),
        (RevocationStatus.UNKNOWN, Outcome.UNDECIDED, "jpki.revocation_unknown"),
    ],
)
def test_a_revocation_answer_becomes_a_check(status: RevocationStatus, outcome: Outcome, code: str | None):
    issuer = jpki_authority().certificate
    result = check_revocation(Says(status), signing_card().certificate, issuer, at=NOW)
    assert (result.outcome, result.code) == (outcome, code)


def test_without_a_source_revocation_is_unknown():
    issuer = jpki_authority().certificate
    result = check_revocation(NoRevocationSource(), signing_card().certificate, issuer, at=NOW)
    assert result.code == "jpki.revocation_unknown"
