"""What a case remembers of the 照合番号B codes that were sent to a card: digests under the case's own secret.

A log of events, because the vault that holds it never overwrites. Fourteen digits are soon guessed by whoever
holds digest and secret; both lie in the vault and nowhere else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from node.domain.canonical import canonical_bytes
from node.domain.evidence import PinTry
from node.errors import Corrupt

CASE_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class PinEvent:
    """One thing that happened to one code.

    Attributes:
        one: the code, as a digest.
        accepted: False when it is about to be sent; True when the card took it.
    """

    one: PinTry
    accepted: bool

    def to_bytes(self) -> bytes:
        """Canonical JSON."""
        return canonical_bytes({**asdict(self.one), "accepted": self.accepted})

    @classmethod
    def from_bytes(cls, data: bytes) -> PinEvent:
        """Read back what `to_bytes` wrote. Raises Corrupt ("pins.corrupt")."""
        try:
            body = json.loads(data)
            accepted = bool(body.pop("accepted"))
            return cls(PinTry(**body), accepted)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Corrupt("pins.corrupt", "the memory of card tries cannot be read") from error


def spent(events: Iterable[PinEvent]) -> tuple[PinTry, ...]:
    """Codes that were sent and not accepted since: a card that took one has its full counter again."""
    tried: dict[str, PinTry] = {}
    for event in events:
        if event.accepted:
            tried.pop(event.one.digest, None)
        else:
            tried[event.one.digest] = event.one
    return tuple(tried.values())
