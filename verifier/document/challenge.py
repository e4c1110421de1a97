"""How the customer shall tilt the card before the camera: pure, unpredictable, serialisable.

Decides directions and their time windows, from randomness and time that the caller passes in. A live film
that answers it was made after it was issued; it may still show a print, and a virtual camera can render an
answer. Directions are the card's own, upright before the camera.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, Protocol

from verifier.errors import InvalidInput

NONCE_BYTES: Final = 32
STEPS: Final = 3
"""Of four directions, none twice in a row: 36 sequences, and random times on top."""

FIRST_PROMPT_MS: Final = (1000, 2000)
"""Flat at first: the reference of all comparisons."""
WINDOW_MS: Final = (1300, 1700)
"""From a prompt to the last moment at which its tilt may begin."""
PAUSE_MS: Final = (600, 1200)
"""From the end of one window to the next prompt, for turning back."""
TAIL_MS: Final = 800


class Tilt(StrEnum):
    """Which edge of the card moves away from the camera."""

    TOP_AWAY = "top_away"
    BOTTOM_AWAY = "bottom_away"
    LEFT_AWAY = "left_away"
    RIGHT_AWAY = "right_away"


@dataclass(frozen=True, slots=True)
class TiltStep:
    """One requested tilt; times in milliseconds since the challenge was shown."""

    tilt: Tilt
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class TiltChallenge:
    """A request for one film of the card.

    Attributes:
        nonce: 64 hex digits, unique.
        steps: in time order.
        issued_at: aware, UTC.
        duration_ms: when filming stops.
    """

    nonce: str
    steps: tuple[TiltStep, ...]
    issued_at: datetime
    duration_ms: int

    def to_json(self) -> dict[str, Any]:
        """A JSON object that `from_json` reads back; each step's tilt is its "action"."""
        steps = [
            {"action": one.tilt.value, "start_ms": one.start_ms, "end_ms": one.end_ms} for one in self.steps
        ]
        issued = self.issued_at.isoformat()
        return {"nonce": self.nonce, "issued_at": issued, "duration_ms": self.duration_ms, "steps": steps}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> TiltChallenge:
        """Read what `to_json` wrote. Raises InvalidInput ("challenge.malformed")."""
        try:
            steps = tuple(
                TiltStep(Tilt(one["action"]), int(one["start_ms"]), int(one["end_ms"]))
                for one in document["steps"]
            )
            issued_at = datetime.fromisoformat(document["issued_at"]).astimezone(UTC)
            challenge = cls(str(document["nonce"]), steps, issued_at, int(document["duration_ms"]))
        except (KeyError, TypeError, ValueError) as error:
            raise _malformed() from error
        edges = [
            0,
            *(edge for one in steps for edge in (one.start_ms, one.end_ms)),
            challenge.duration_ms + 1,
        ]
        if not steps or edges != sorted(set(edges)):
            raise _malformed()
        return challenge


class Randomness(Protocol):
    """`secrets.SystemRandom()` and `random.Random(seed)` both fit."""

    def randint(self, a: int, b: int, /) -> int:
        """Whole number from a to b, both included."""
        ...

    def getrandbits(self, k: int, /) -> int:
        """Whole number of k random bits."""
        ...


def issue_tilt(*, randomness: Randomness, now: datetime) -> TiltChallenge:
    """Draw a challenge.

    Args:
        randomness: `secrets.SystemRandom()` outside tests.
        now: aware datetime.
    """
    steps: list[TiltStep] = []
    start_ms = randomness.randint(*FIRST_PROMPT_MS)
    for _ in range(STEPS):
        end_ms = start_ms + randomness.randint(*WINDOW_MS)
        steps.append(TiltStep(_other_than(steps[-1].tilt if steps else None, randomness), start_ms, end_ms))
        start_ms = end_ms + randomness.randint(*PAUSE_MS)
    nonce = randomness.getrandbits(8 * NONCE_BYTES).to_bytes(NONCE_BYTES, "big").hex()
    return TiltChallenge(nonce, tuple(steps), now.astimezone(UTC), steps[-1].end_ms + TAIL_MS)


def _other_than(last: Tilt | None, randomness: Randomness) -> Tilt:
    choices = [tilt for tilt in Tilt if tilt is not last]
    return choices[randomness.randint(0, len(choices) - 1)]


def _malformed() -> InvalidInput:
    return InvalidInput(
        "challenge.malformed",
        "the challenge cannot be read",
        hint="pass the challenge exactly as it was issued",
    )
