"""Who may call: every way in which a client assertion can be wrong has its own code."""

from __future__ import annotations

from dataclasses import replace

import pytest
from joserfc import jws
from joserfc.jwk import ECKey

from node.domain.canonical import canonical_bytes
from node.domain.ids import Ledger, MemberId
from node.domain.jwk import point_of_jwk
from node.errors import InvalidInput
from node.exchange.client_assertion import (
    CLOCK_SKEW_S,
    LIFETIME_S,
    Assertion,
    member_named,
    read_assertion,
    sign_assertion,
    verify_assertion,
)

pytestmark = pytest.mark.unit

NOW = 1_800_000_000
LEDGER = Ledger(31_337, "0x5FbDB2315678afecb367f032d93F642f64180aa3")
AUDIENCE = "https://a.example"
KEY = ECKey.generate_key("P-256")
POINT = point_of_jwk({k: v for k, v in KEY.as_dict(private=False).items() if k in {"kty", "crv", "x", "y"}})
CLAIMS = Assertion(MemberId(2), AUDIENCE, "token-1", NOW, NOW + LIFETIME_S)


def verified(jwt: str, *, audience: str = AUDIENCE, now: int = NOW) -> Assertion:
    return verify_assertion(LEDGER, jwt, record_key=POINT, audience=audience, now=now)


def code_of(jwt: str, **changes: object) -> str:
    with pytest.raises(InvalidInput) as caught:
        verified(jwt, **changes)  # type: ignore[arg-type]
    return caught.value.code


def test_an_assertion_signed_by_the_key_on_chain_is_believed():
    assert verified(sign_assertion(LEDGER, CLAIMS, key=KEY)) == CLAIMS


def test_another_key_is_refused():
    jwt = sign_assertion(LEDGER, CLAIMS, key=ECKey.generate_key("P-256"))
    assert code_of(jwt) == "client.signature_invalid"


def test_an_unsigned_assertion_is_refused():
    head, payload, _ = sign_assertion(LEDGER, CLAIMS, key=KEY).split(".")
    assert code_of(f"{head}.{payload}.") == "client.signature_invalid"


def test_an_assertion_for_another_node_is_refused():
    assert (
        code_of(sign_assertion(LEDGER, CLAIMS, key=KEY), audience="https://c.example")
        == "client.wrong_audience"
    )


@pytest.mark.parametrize("now", [NOW - CLOCK_SKEW_S - 1, NOW + LIFETIME_S + CLOCK_SKEW_S + 1])
def test_an_assertion_outside_its_minute_is_refused(now: int):
    assert code_of(sign_assertion(LEDGER, CLAIMS, key=KEY), now=now) == "client.assertion_expired"


def test_an_assertion_that_lives_longer_than_a_minute_is_refused():
    long_lived = replace(CLAIMS, expires_at=NOW + LIFETIME_S + 1)
    assert code_of(sign_assertion(LEDGER, long_lived, key=KEY)) == "client.assertion_expired"


def test_a_name_on_another_deployment_is_nobody_here():
    other = replace(LEDGER, chain_id=1)
    assert code_of(sign_assertion(other, CLAIMS, key=KEY)) == "client.unknown"


@pytest.mark.parametrize(
    "name", ["", "2", "urn:rireki:31337:0x0:2", LEDGER.urn(MemberId(2)) + "x", "urn:rireki:٢"]
)
def test_only_exact_ledger_names_are_members(name: str):
    with pytest.raises(InvalidInput) as caught:
        member_named(LEDGER, name)
    assert caught.value.code == "client.unknown"


@pytest.mark.parametrize(
    "jwt", ["", "a.b", "a.!.c", "x" * 5_000, "e30.e30.e30", "e30.W10.e30"], ids=lambda text: text[:8]
)
def test_what_is_no_assertion_is_called_malformed(jwt: str):
    with pytest.raises(InvalidInput) as caught:
        read_assertion(LEDGER, jwt)
    assert caught.value.code == "client.assertion_malformed"


def test_issuer_and_subject_must_be_the_same_member():
    payload = {
        "iss": LEDGER.urn(MemberId(2)),
        "sub": LEDGER.urn(MemberId(3)),
        "aud": AUDIENCE,
        "jti": "t",
        "iat": NOW,
        "exp": NOW + 1,
    }
    jwt = jws.serialize_compact({"alg": "ES256"}, canonical_bytes(payload), KEY, algorithms=["ES256"])
    assert code_of(jwt) == "client.assertion_malformed"
