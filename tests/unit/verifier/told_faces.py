"""A live face whose checks say what a test wants, so that no model is needed."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from verifier.policy import PRESENCE
from verifier.types import CheckResult, Outcome
from verifier.verification import live_face

FACES = {"photo-faces.png": b"two faces"}
"""What a reviewer is given of the two faces."""


def all_passed() -> list[CheckResult]:
    """The match, then liveness: nothing is the matter."""
    return [CheckResult(name, Outcome.PASSED) for name in (*PRESENCE, "liveness.medium")]


def tell_faces(monkeypatch: pytest.MonkeyPatch, checks: Sequence[CheckResult]) -> None:
    """Let the match say the first of these checks, and liveness the others, whatever the clip shows."""
    monkeypatch.setattr(live_face, "track", lambda *_, **__: "track")
    monkeypatch.setattr(live_face, "match", lambda *_: checks[0])
    monkeypatch.setattr(live_face, "gather", lambda *_: "evidence")
    monkeypatch.setattr(live_face, "judge", lambda *_: tuple(checks[1:]))
    monkeypatch.setattr(live_face, "best_selfie", lambda _: None)
    monkeypatch.setattr(live_face, "face_evidence", lambda *_: FACES)
