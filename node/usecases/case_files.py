"""Names under which a case's personal data lies in the vault, under the case id.

The vault never overwrites: evidence given again gets a new name, which the case then refers to, and what a
case adds to by and by is numbered.
"""

from __future__ import annotations

from collections.abc import Callable

from node.errors import InvalidInput
from node.ports import Randomness, Vault

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


def ask_file(surface_file: str) -> str:
    """Says that the customer must confirm what is read from these photographs."""
    return f"ask-{_suffix(surface_file)}"


def reading_file(surface_file: str) -> str:
    """What was read from these photographs."""
    return f"reading-{_suffix(surface_file)}.json"


def confirmed_file(surface_file: str, number: int) -> str:
    """Name of the n-th confirmation of what these photographs show, from 0."""
    return f"confirmed-{_suffix(surface_file)}-{number}.json"


def _suffix(surface_file: str) -> str:
    return surface_file.removeprefix("surface-").removesuffix(".zip")


def stored(vault: Vault, case_id: str, name: str) -> bytes | None:
    """A file of the case; None when there is none."""
    try:
        return vault.get(case_id, name)
    except InvalidInput:
        return None


def numbered(vault: Vault, case_id: str, name: Callable[[int], str]) -> list[bytes]:
    """Files that continue one another, in order; `name` gives the n-th file's, from 0."""
    found: list[bytes] = []
    while (data := stored(vault, case_id, name(len(found)))) is not None:
        found.append(data)
    return found


def asked_again_file(number: int) -> str:
    """Says that a clip showed too little for the n-th time, from 0."""
    return f"asked-again-{number}"


def seen_frames_file(number: int) -> str:
    """Name of the digests of the n-th clip's frames, from 0."""
    return f"seen-frames-{number}.json"


def pin_event_file(number: int) -> str:
    """Name of the n-th event in the case's memory of codes, from 0."""
    return f"pin-event-{number}.json"
