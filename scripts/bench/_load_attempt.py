"""What came of one customer's visit, as the customer saw it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

from scripts.bench._load_browser import Notes, RefusedError

ACCEPTED = "accepted"

TOLD_WITHIN_S = 2.0
"""A page that says "later" must say so before people press the button again; our choice."""


@dataclass
class Attempt:
    """One reuse by one customer.

    Attributes:
        seconds: from the application to the outcome.
        outcome: the final state, or the code of what went wrong.
        attestation_id: what the issuer said the chain will hold.
        sent_signature: whether the signature was sent, answered or not.
        notes: what the browser and the member's app were told.
        upload_s: how long the slowest upload took, from the first byte to the answer.
        place: the highest place in the queue that was shown.
    """

    seconds: float = 0.0
    outcome: str = ""
    attestation_id: str | None = None
    sent_signature: bool = False
    notes: list[Notes] = field(default_factory=list)
    upload_s: float = 0.0
    place: int = 0

    @property
    def told(self) -> bool:
        """Whether the node said "later" at least once."""
        return any(one.told for one in self.notes)

    @property
    def told_late(self) -> bool:
        """Whether that word came later than it may."""
        return any(one.told_slowest_s > TOLD_WITHIN_S for one in self.notes)

    @property
    def served(self) -> bool:
        """Whether the customer got what was wanted."""
        return self.outcome == ACCEPTED


@contextmanager
def outcome_of(one: Attempt) -> Iterator[None]:
    """Whatever ends the visit early becomes its outcome."""
    try:
        yield
    except RefusedError as error:
        one.outcome = error.code
    except httpx.TransportError as error:
        one.outcome = f"transport.{type(error).__name__}"
    except AssertionError:
        one.outcome = "page.never_moved"
