"""What the person is asked to do, in which order and when: pure, unpredictable, serialisable.

Decides: the actions and their time windows, from randomness and time that the caller passes in. Does not
judge (verifier/liveness/judge.py) and does not sign: binding the challenge to a case is the caller's job,
by its nonce.

Left and right are the person's own: TURN_LEFT is answered by turning the head towards one's own left
shoulder. In an unmirrored image the nose then moves to the image's right side. A page that shows a mirrored
preview must send the unmirrored frames.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Protocol

from verifier.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping

NONCE_BYTES: Final = 32
MIN_TURNS: Final = 2
"""One to each side: the planar test needs both."""
MAX_TURNS: Final = 4
"""Four take about 10 s, as long as people bear."""

# Dwell times in milliseconds; two turns last 4.3 to 7.1 s. The prompts are spread as widely as the windows
# are long, so that a recording of another answer seldom fits. Measured on drawn pairs: it fits 28 % of other
# challenges of two turns and 7 % of three.
FIRST_PROMPT_MS: Final = (800, 2000)
"""How long the person looks straight ahead first; gives the frontal baseline."""
WINDOW_MS: Final = (1200, 1500)
"""From a prompt to the last moment at which its turn may begin; slow human reaction is about 0.6 s."""
PAUSE_MS: Final = (500, 1500)
"""From the end of one window to the next prompt, for turning back."""
TAIL_MS: Final = 600
"""Recording goes on this long after the last window."""


class Action(StrEnum):
    """What can be asked. The person's own left and right."""

    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"


@dataclass(frozen=True, slots=True)
class Step:
    """One requested action; times in milliseconds since the challenge was shown.

    Attributes:
        action: what to do.
        start_ms: when the prompt appears.
        end_ms: the action must have begun before.
    """

    action: Action
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Challenge:
    """A request to one person for one clip.

    Attributes:
        nonce: 64 hex digits, unique.
        steps: in time order.
        issued_at: aware, UTC.
        duration_ms: when recording stops.
    """

    nonce: str
    steps: tuple[Step, ...]
    issued_at: datetime
    duration_ms: int

    def to_json(self) -> dict[str, Any]:
        """A JSON object that `from_json` reads back."""
        return {
            "nonce": self.nonce,
            "issued_at": self.issued_at.isoformat(),
            "duration_ms": self.duration_ms,
            "steps": [
                {"action": step.action.value, "start_ms": step.start_ms, "end_ms": step.end_ms}
                for step in self.steps
            ],
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Challenge:
        """Read what `to_json` wrote.

        Raises:
            InvalidInput: anything is missing, of the wrong type or out of order ("challenge.malformed").
        """
        try:
            challenge = cls(
                nonce=str(document["nonce"]),
                steps=tuple(
                    Step(Action(step["action"]), int(step["start_ms"]), int(step["end_ms"]))
                    for step in document["steps"]
                ),
                issued_at=datetime.fromisoformat(document["issued_at"]).astimezone(UTC),
                duration_ms=int(document["duration_ms"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise _malformed() from error
        if not _in_order(challenge):
            raise _malformed()
        return challenge


class Randomness(Protocol):
    """The two draws a challenge needs; `secrets.SystemRandom()` and `random.Random(seed)` both fit."""

    def randint(self, a: int, b: int, /) -> int:
        """Whole number from a to b, both included."""
        ...

    def getrandbits(self, k: int, /) -> int:
        """Whole number of k random bits."""
        ...


def issue(*, randomness: Randomness, now: datetime, turns: int = MIN_TURNS) -> Challenge:
    """Draw a challenge: turns in random order, each side at least once, with random dwell times.

    Args:
        randomness: `secrets.SystemRandom()` outside tests.
        now: aware datetime.
        turns: how many, `MIN_TURNS` to `MAX_TURNS`; each adds about 2.3 s.
    """
    if not MIN_TURNS <= turns <= MAX_TURNS:
        raise ValueError(f"turns must be {MIN_TURNS} to {MAX_TURNS}")
    order = _sides(randomness, turns)
    steps: list[Step] = []
    start_ms = randomness.randint(*FIRST_PROMPT_MS)
    for action in order:
        end_ms = start_ms + randomness.randint(*WINDOW_MS)
        steps.append(Step(action, start_ms, end_ms))
        start_ms = end_ms + randomness.randint(*PAUSE_MS)
    nonce = randomness.getrandbits(8 * NONCE_BYTES).to_bytes(NONCE_BYTES, "big").hex()
    return Challenge(nonce, tuple(steps), now.astimezone(UTC), steps[-1].end_ms + TAIL_MS)


def _sides(randomness: Randomness, turns: int) -> list[Action]:
    """Uniform over all sequences in which both sides occur: neither all zeros nor all ones."""
    bits = randomness.randint(1, 2**turns - 2)
    return [Action.TURN_LEFT if bits >> place & 1 else Action.TURN_RIGHT for place in range(turns)]


def _in_order(challenge: Challenge) -> bool:
    edges = [edge for step in challenge.steps for edge in (step.start_ms, step.end_ms)]
    ordered = all(a < b for a, b in zip([0, *edges], [*edges, challenge.duration_ms + 1], strict=True))
    return bool(challenge.steps) and ordered and len(challenge.nonce) == 2 * NONCE_BYTES


def _malformed() -> InvalidInput:
    return InvalidInput(
        "challenge.malformed",
        "the challenge cannot be read",
        hint="pass the challenge exactly as it was issued",
    )
