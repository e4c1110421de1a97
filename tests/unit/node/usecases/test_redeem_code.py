"""Two who redeem or settle one release at a moment: the slower goes on from what the faster one wrote."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

import pytest

from node.domain.attestation import Attestation, PushedRequest, ReleaseState
from node.domain.pkce import challenge_of
from node.errors import InvalidInput, Unavailable
from node.usecases.redeem_code import ATTEMPTS, RedeemCode

pytestmark = pytest.mark.unit

NOW, RECIPIENT, CODE, VERIFIER = 1_800_000_000, 2, "見本の符号", "v" * 43
SEALED = b"sealed"
CLIENT: Any = SimpleNamespace(member_id=RECIPIENT)
BACK = "https://b.example/callback"
FORM = {
    "grant_type": "authorization_code",
    "code": CODE,
    "code_verifier": VERIFIER,
    "redirect_uri": BACK,
}
REQUEST = PushedRequest(
    request_id="r",
    recipient_id=RECIPIENT,
    details={},
    digest="",
    redirect_uri=BACK,
    oauth_state="",
    code_challenge=challenge_of(VERIFIER),
    state="signed",
    pushed_at=NOW - 20,
    sign_by=NOW + 900,
)
ATTESTED = Attestation(
    attestation_id="ab" * 32,
    request_id="r",
    record_id="record",
    version=0,
    recipient_id=RECIPIENT,
    purpose="account_opening",
    attributes=["name"],
    consent_digest="",
    code_digest=sha256(CODE.encode()).hexdigest(),
    state=ReleaseState.ATTESTED.value,
    intent_id="i",
    created_at=NOW - 10,
    decide_by=NOW + 86_400,
    attested_at=NOW - 5,
)


class _Contested:
    """An issuer's exchange in which others are `faster` so many times."""

    def __init__(self, faster: int) -> None:
        self._faster = faster
        self._stored = ATTESTED

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        yield SimpleNamespace(
            now=NOW,
            index_status=lambda: SimpleNamespace(block_time=NOW),
            attestations=SimpleNamespace(find=lambda **_: [self._stored], replace=self._replace),
            requests=SimpleNamespace(get=lambda _: REQUEST),
            vault=SimpleNamespace(get=lambda *_: SEALED),
        )

    def _replace(self, entity: Attestation, *, was: Attestation) -> None:
        assert was == self._stored
        if self._faster:
            self._faster -= 1
            raise InvalidInput("attestation.changed", "changed by somebody else")
        self._stored = entity


@pytest.mark.parametrize("faster", range(ATTEMPTS))
def test_a_code_is_redeemed_although_others_write_the_release_at_that_moment(faster):
    redeem = RedeemCode(_Contested(faster))  # type: ignore[arg-type]
    assert redeem(CLIENT, FORM) == (ATTESTED.attestation_id, SEALED)


def test_an_asker_is_never_refused_because_others_keep_writing():
    redeem = RedeemCode(_Contested(ATTEMPTS))  # type: ignore[arg-type]
    with pytest.raises(Unavailable) as caught:
        redeem(CLIENT, FORM)
    assert caught.value.code == "attestation.busy"
