"""PKCE: the vector of RFC 7636 appendix B, and what is refused."""

from __future__ import annotations

import pytest

from node.domain.pkce import challenge_of, require_challenge, verifier_matches
from node.errors import InvalidInput

pytestmark = pytest.mark.unit

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_the_vector_of_rfc_7636_holds():
    assert challenge_of(VERIFIER) == CHALLENGE
    assert verifier_matches(VERIFIER, CHALLENGE)


@pytest.mark.parametrize("verifier", ["", "short", VERIFIER[:-1] + "l", VERIFIER + "あ", "x" * 129])
def test_another_verifier_does_not_match(verifier: str):
    assert not verifier_matches(verifier, CHALLENGE)


@pytest.mark.parametrize(
    ("challenge", "method"), [(CHALLENGE, "plain"), (CHALLENGE, ""), ("abc", "S256"), ("", "S256")]
)
def test_only_s256_challenges_are_taken(challenge: str, method: str):
    with pytest.raises(InvalidInput) as caught:
        require_challenge(challenge, method)
    assert caught.value.code == "request.pkce"
