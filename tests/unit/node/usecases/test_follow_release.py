"""The page and the job settle one release at the same moment: the slower sees what the faster one wrote."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from node.domain.attestation import Attestation, ReleaseState
from node.domain.session import token_digest
from node.errors import InvalidInput
from node.usecases.follow_release import FollowRelease, SettleReleases
from tests.unit.node.usecases.test_redeem_code import ATTESTED, NOW, REQUEST

pytestmark = pytest.mark.unit

BROWSER = "見本 browser"
QUEUED = replace(ATTESTED, state=ReleaseState.QUEUED.value, attested_at=None)
MINE = replace(REQUEST, browser_digest=token_digest(BROWSER))


class Contested:
    """An issuer's exchange in which somebody else notes the chain's answer first, or something is wrong."""

    endpoint = "https://a.example"

    def __init__(self, code: str = "attestation.changed") -> None:
        self._stored, self._code = QUEUED, code
        intent = SimpleNamespace(is_settled=True, is_recorded=True)
        self.history = SimpleNamespace(intent=lambda *_: intent, flush=lambda: None)

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        yield SimpleNamespace(
            now=NOW,
            index_status=lambda: SimpleNamespace(block_time=NOW),
            attestations=SimpleNamespace(
                get=lambda _: self._stored, find=lambda **_: [self._stored], replace=self._replace
            ),
            requests=SimpleNamespace(get=lambda _: MINE),
            vault=SimpleNamespace(get=lambda *_: b"code"),
        )

    snapshot = transaction

    def _replace(self, entity: Attestation, *, was: Attestation) -> None:
        assert was == self._stored
        self._stored = entity
        raise InvalidInput(self._code, "changed by somebody else")


def test_the_page_goes_on_from_what_the_job_wrote():
    url = FollowRelease(Contested())("r", BROWSER)  # type: ignore[arg-type]
    assert url is not None
    assert url.startswith(f"{REQUEST.redirect_uri}?code=code&")


def test_the_job_leaves_what_the_page_wrote():
    assert SettleReleases(Contested())() == 0  # type: ignore[arg-type]


@pytest.mark.parametrize("act", [lambda e: FollowRelease(e)("r", BROWSER), lambda e: SettleReleases(e)()])
def test_another_refusal_is_not_hidden(act):
    with pytest.raises(InvalidInput) as caught:
        act(Contested("attestation.wrong_state"))
    assert caught.value.code == "attestation.wrong_state"
