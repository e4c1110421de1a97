"""A clip answers one challenge of one case, in time: everything else is refused by its code."""

from __future__ import annotations

import pytest
from joserfc import jws
from joserfc.jwk import ECKey

from node.domain.canonical import canonical_bytes
from node.domain.challenge import LIFE_S, TOKEN, asked_of, require_answer, sign_challenge
from node.errors import InvalidInput

pytestmark = pytest.mark.unit

KEY = ECKey.generate_key("P-256")
NOW = 1_790_000_000
ASKED = {"version": 2, "nonce": "ab", "steps": [{"action": "blink", "start_ms": 900, "end_ms": 2100}]}
CHALLENGE = sign_challenge(ASKED, subject="case", now=NOW, key=KEY)


def refusal(token: str = CHALLENGE[TOKEN], **changes: object) -> str | None:
    given = {"challenge": CHALLENGE, "subject": "case", "now": NOW, "key": KEY} | changes
    try:
        require_answer(token, **given)
    except InvalidInput as error:
        return error.code
    return None


def signed(payload: dict, key: ECKey = KEY, **header: str) -> str:
    header = {"alg": "ES256", "typ": "rireki-challenge+jwt"} | header
    return jws.serialize_compact(header, canonical_bytes(payload), key, algorithms=["ES256"])


def test_the_signed_challenge_holds_what_is_asked_and_is_accepted_until_it_expires():
    assert asked_of(CHALLENGE) == ASKED
    assert refusal() is None
    assert refusal(now=NOW + LIFE_S - 1) is None
    assert refusal(now=NOW + LIFE_S) == "challenge.expired"


def test_an_answer_to_another_case_is_refused():
    assert refusal(subject="another") == "challenge.other_subject"


def test_an_answer_to_an_earlier_challenge_of_the_same_case_is_refused():
    newer = sign_challenge(ASKED | {"nonce": "cd"}, subject="case", now=NOW, key=KEY)
    assert refusal(challenge=newer) == "challenge.superseded"


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b.c",
        "x" * 10_000,
        CHALLENGE[TOKEN][:-4] + "AAAA",
        signed({"sub": "case", "exp": NOW + 9, "challenge": ASKED}, ECKey.generate_key("P-256")),
        signed({"sub": "case", "exp": NOW + 9, "challenge": ASKED}, typ="JWT"),
    ],
    ids=["none", "nonsense", "endless", "changed", "another key", "another kind"],
)
def test_what_this_node_did_not_sign_as_a_challenge_is_refused(token):
    assert refusal(token) == "challenge.signature_invalid"


def test_a_challenge_without_an_end_is_refused():
    assert refusal(signed({"sub": "case", "challenge": ASKED})) == "challenge.expired"
