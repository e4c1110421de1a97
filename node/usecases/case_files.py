"""Names under which a case's personal data lies in the vault, under the case id.

The vault never overwrites: evidence given again gets a new name, which the case then refers to.
"""

from __future__ import annotations

from node.ports import Randomness

SALT_FILE = "pin-salt"
"""Random bytes under which the case remembers codes (`node.domain.pins`)."""

TYPED_FILE = "typed-birth-date"
"""ISO 8601 date that the customer typed."""

REVIEW_FILE = "review.json"
"""Who decided on review, when, and why."""

SUFFIX_BYTES = 8


def new_file(kind: str, suffix: str, randomness: Randomness) -> str:
    """A fresh name such as `surface-1f0a....zip`."""
    return f"{kind}-{randomness(SUFFIX_BYTES).hex()}.{suffix}"


def pin_event_file(number: int) -> str:
    """Name of the n-th event in the case's memory of codes, from 0."""
    return f"pin-event-{number}.json"
