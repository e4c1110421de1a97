"""The invented customer of stories that begin behind the engine: an application, and what it found. 見本."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from node.domain.record import CheckFact, VerificationFacts

APPLICATION = {
    "name": "見本 花子",
    "address": "東京都見本区一丁目2番3号",
    "birth_date": "1990-04-01",
    "sex": "female",
}
PORTRAIT = b"specimen image"
FACE_CHECKS = (
    "liveness.single_face",
    "liveness.action",
    "liveness.planar",
    "liveness.same_face",
    "face.match",
)
"""What an engine answers when it is shown a face."""


def turn_challenge(now: int) -> dict[str, Any]:
    """A liveness challenge as an engine draws it: one turn, in a second and a half."""
    steps = [{"action": "turn_left", "start_ms": 500, "end_ms": 1_000}]
    return {"nonce": secrets.token_hex(8), "issued_at": now, "duration_ms": 1_500, "steps": steps}


def verified_facts(method: str, *, verified_at: int) -> VerificationFacts:
    """What an engine found of the customer when everything passed."""
    return VerificationFacts(
        method=method,
        name=APPLICATION["name"],
        address=APPLICATION["address"],
        birth_date=date.fromisoformat(APPLICATION["birth_date"]),
        sex=APPLICATION["sex"],
        portrait=PORTRAIT,
        document_kind="mynumber_card",
        document_expires_on=date(2031, 4, 1),
        document_issuer_key_id="ab" * 20,
        checks=(CheckFact("chip.data_signature", "passed"), CheckFact("face.match", "passed", score=0.6)),
        verified_at=verified_at,
    )
