"""OCSP answers: the two that count, and everything that must not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from node.revocation import OcspRevocation
from tests.sim.card.authority import generate_key
from tests.sim.card.jpki import attributes
from tests.sim.card.samples import HANAKO, jpki_authority, jpki_blank, signing_card
from verifier.card.jpki import RevocationStatus

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
URL = "http://ocsp.example/"


def ask(answer: Callable[[bytes], httpx.Response | bytes]) -> RevocationStatus:
    def respond(request: httpx.Request) -> httpx.Response:
        assert request.headers["Content-Type"] == "application/ocsp-request"
        given = answer(request.content)
        return given if isinstance(given, httpx.Response) else httpx.Response(200, content=given)

    with httpx.Client(transport=httpx.MockTransport(respond)) as http:
        source = OcspRevocation(http, URL)
        return source.status(signing_card().certificate, jpki_authority().certificate, NOW)


def test_a_good_certificate_is_good():
    assert ask(lambda request: jpki_authority().answer(request, now=NOW)) is RevocationStatus.GOOD


def test_a_revoked_certificate_is_revoked():
    revoked = frozenset({signing_card().certificate.serial_number})
    answered = ask(lambda request: jpki_authority().answer(request, now=NOW, revoked=revoked))
    assert answered is RevocationStatus.REVOKED


def test_a_responder_that_the_issuer_appointed_is_believed():
    key = generate_key()
    responder = jpki_authority().responder(key=key)
    answered = ask(
        lambda request: jpki_authority().answer(request, now=NOW, signing_key=key, certificate=responder)
    )
    assert answered is RevocationStatus.GOOD


def test_a_certificate_without_the_purpose_appoints_nobody():
    key = generate_key()
    responder = jpki_authority().responder(key=key, may_sign_ocsp=False)
    answered = ask(
        lambda request: jpki_authority().answer(request, now=NOW, signing_key=key, certificate=responder)
    )
    assert answered is RevocationStatus.UNKNOWN


def appointed_by_another(request: bytes) -> bytes:
    key = generate_key()
    return jpki_authority().answer(
        request, now=NOW, signing_key=key, certificate=jpki_blank().impostor.responder(key=key)
    )


def about_another(_request: bytes) -> bytes:
    asked = ocsp.OCSPRequestBuilder().add_certificate(
        jpki_authority().issue(attributes(HANAKO), key=signing_card().key).certificate,
        jpki_authority().certificate,
        hashes.SHA1(),  # noqa: S303  names the issuer
    )
    return jpki_authority().answer(asked.build().public_bytes(Encoding.DER), now=NOW)


def unsuccessful(_request: bytes) -> bytes:
    built = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.UNAUTHORIZED)
    return built.public_bytes(Encoding.DER)


def time_out(_request: bytes) -> bytes:
    raise httpx.ReadTimeout("slow")


@pytest.mark.parametrize(
    "answer",
    [
        lambda request: jpki_authority().answer(request, now=NOW, signing_key=jpki_blank().impostor.key),
        lambda request: jpki_authority().answer(request, now=NOW - timedelta(hours=2)),
        lambda request: jpki_authority().answer(request, now=NOW + timedelta(hours=1)),
        lambda request: jpki_authority().answer(request, now=NOW)[:-1] + b"\x00",
        appointed_by_another,
        about_another,
        unsuccessful,
        time_out,
        lambda _request: b"",
        lambda _request: b"<html>",
        lambda _request: bytes(70_000),
        lambda _request: httpx.Response(503),
    ],
    ids=[
        "signed by another key",
        "out of date",
        "from the future",
        "signature changed",
        "responder of another CA",
        "about another certificate",
        "unauthorised",
        "time-out",
        "empty",
        "a web page",
        "too large",
        "HTTP error",
    ],
)
def test_what_proves_nothing_is_unknown(answer: Callable[[bytes], bytes]):
    assert ask(answer) is RevocationStatus.UNKNOWN


def test_an_altered_answer_never_turns_into_another_status():
    revoked = frozenset({signing_card().certificate.serial_number})

    def altered(place: int) -> Callable[[bytes], bytes]:
        def answer(request: bytes) -> bytes:
            data = bytearray(jpki_authority().answer(request, now=NOW, revoked=revoked))
            data[place % len(data)] ^= 0x21
            return bytes(data)

        return answer

    for place in range(0, 600, 13):
        assert ask(altered(place)) is not RevocationStatus.GOOD
