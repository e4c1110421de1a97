"""What the person is asked to do, in which order and when: pure, unpredictable, serialisable.

Decides: the actions and their time windows, from randomness and time that the caller passes in. Does not
judge (verifier/liveness/judge.py) and does not sign: the caller signs the JSON, binds it to its case, and
refuses an answer to any other (node/domain/challenge.py).

Left and right are the person's own: TURN_LEFT is answered by turning the head towards one's own left
shoulder, WINK_LEFT by closing one's own left eye. In an unmirrored image the nose of a head turned to its
left moves to the image's right side. A page that shows a mirrored preview must send the unmirrored frames.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, Protocol

from verifier.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

VERSION: Final = 2
"""Of the JSON form. Version 1 knew turns to the sides only; who still has one asks for another."""
NONCE_BYTES: Final = 32
MIN_ACTIONS: Final = 2
"""One turn to each side: the planar test needs both."""
DEFAULT_ACTIONS: Final = 3
MAX_ACTIONS: Final = 5
"""Five take about 10 s, as long as people bear; a clip may last 15."""

# Dwell times in milliseconds; the three actions of the default last 5.3 to 8.3 s, 6.9 on average. The prompts
# are spread as widely as the windows are long, so that a recording of another answer seldom fits even where
# the actions are the same: measured on drawn pairs, 34 % of other challenges of two actions, 1.3 % of three,
# 0.08 % of four.
FIRST_PROMPT_MS: Final = (800, 1800)
"""How long the person looks straight ahead first; gives their own baseline."""
WINDOW_MS: Final = (1100, 1400)
"""From a prompt to the last moment at which its action may begin; slow human reaction is about 0.6 s, and
some of it goes by before a turn or an approach is far enough to be seen."""
PAUSE_MS: Final = (400, 900)
"""From the end of one window to the next prompt, for coming back to rest."""
TAIL_MS: Final = 500
"""Recording goes on this long after the last window."""


class Action(StrEnum):
    """What can be asked. The person's own left and right."""

    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"
    TURN_UP = "turn_up"
    TURN_DOWN = "turn_down"
    BLINK = "blink"
    WINK_LEFT = "wink_left"
    WINK_RIGHT = "wink_right"
    OPEN_MOUTH = "open_mouth"
    MOVE_CLOSER = "move_closer"


SIDES: Final = (Action.TURN_LEFT, Action.TURN_RIGHT)
"""Asked in every challenge."""
EYE_ACTIONS: Final = frozenset({Action.BLINK, Action.WINK_LEFT, Action.WINK_RIGHT})
"""Over in 100 to 300 ms: their windows are looked at more densely."""


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
        steps: in time order; a turn to each side is among them.
        issued_at: aware, UTC.
        duration_ms: when recording stops.
    """

    nonce: str
    steps: tuple[Step, ...]
    issued_at: datetime
    duration_ms: int

    def eye_windows(self) -> tuple[tuple[int, int], ...]:
        """(from, to) milliseconds in which a lid is asked to move: worth a denser look."""
        return tuple((s.start_ms, s.end_ms + TAIL_MS) for s in self.steps if s.action in EYE_ACTIONS)

    def to_json(self) -> dict[str, Any]:
        """A JSON object that `from_json` reads back."""
        return {
            "version": VERSION,
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
        """Read what `to_json` wrote, and nothing else.

        Raises:
            InvalidInput: another version ("challenge.version"); or anything is missing, of the wrong type,
                out of order or unknown ("challenge.malformed").
        """
        try:
            if document.get("version") != VERSION:
                raise InvalidInput(
                    "challenge.version",
                    "the challenge is of another version",
                    hint="ask for a new challenge and record again",
                )
            challenge = cls(
                nonce=document["nonce"],
                steps=tuple(map(_step, document["steps"])),
                issued_at=datetime.fromisoformat(document["issued_at"]).astimezone(UTC),
                duration_ms=document["duration_ms"],
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise _malformed() from error
        if not _in_order(challenge) or challenge.to_json() != document:
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


def issue(
    *,
    randomness: Randomness,
    now: datetime,
    actions: int = DEFAULT_ACTIONS,
    pool: Collection[Action] = frozenset(Action),
) -> Challenge:
    """Draw a challenge: a turn to each side and others of the pool, in random order, at random times.

    Neighbours differ, so that every action has to be begun anew; beyond that all orders are equally likely.

    Args:
        randomness: `secrets.SystemRandom()` outside tests.
        now: aware datetime.
        actions: how many, `MIN_ACTIONS` to `MAX_ACTIONS`; each adds about 2 s.
        pool: what the others are drawn from, the sides included; at least three.
    """
    if not MIN_ACTIONS <= actions <= MAX_ACTIONS:
        raise ValueError(f"actions must be {MIN_ACTIONS} to {MAX_ACTIONS}")
    steps: list[Step] = []
    start_ms = randomness.randint(*FIRST_PROMPT_MS)
    for action in _order(randomness, actions, [action for action in Action if action in pool]):
        end_ms = start_ms + randomness.randint(*WINDOW_MS)
        steps.append(Step(action, start_ms, end_ms))
        start_ms = end_ms + randomness.randint(*PAUSE_MS)
    nonce = randomness.getrandbits(8 * NONCE_BYTES).to_bytes(NONCE_BYTES, "big").hex()
    return Challenge(nonce, tuple(steps), now.astimezone(UTC), steps[-1].end_ms + TAIL_MS)


def _order(randomness: Randomness, actions: int, pool: Sequence[Action]) -> list[Action]:
    """Sequences drawn until one has both sides and no action twice in a row: rejection keeps them uniform."""
    if not set(SIDES) < set(pool):
        raise ValueError("the pool needs both sides and something else")
    while True:
        drawn = [pool[randomness.randint(0, len(pool) - 1)] for _ in range(actions)]
        if set(SIDES) <= set(drawn) and all(a != b for a, b in pairwise(drawn)):
            return drawn


def _step(document: Mapping[str, Any]) -> Step:
    return Step(Action(document["action"]), document["start_ms"], document["end_ms"])


def _in_order(challenge: Challenge) -> bool:
    edges = [edge for step in challenge.steps for edge in (step.start_ms, step.end_ms)]
    times = [0, *edges, challenge.duration_ms]
    if any(type(value) is not int for value in times):
        return False
    ordered = all(a < b for a, b in pairwise([*times[:-1], times[-1] + 1]))
    both_sides = set(SIDES) <= {step.action for step in challenge.steps}
    counted = MIN_ACTIONS <= len(challenge.steps) <= MAX_ACTIONS
    return ordered and both_sides and counted and _is_nonce(challenge.nonce)


def _is_nonce(nonce: object) -> bool:
    return isinstance(nonce, str) and len(nonce) == 2 * NONCE_BYTES and set(nonce) <= set("0123456789abcdef")


def _malformed() -> InvalidInput:
    return InvalidInput(
        "challenge.malformed",
        "the challenge cannot be read",
        hint="pass the challenge exactly as it was issued",
    )
