"""What a case remembers of the 照合番号B codes that were sent to a card: digests under the case's own secret.

Lies in the vault beside the evidence, because fourteen digits are soon guessed by whoever holds digest and
secret.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace

from node.domain.canonical import canonical_bytes
from node.domain.evidence import PinTry
from node.errors import Corrupt

CASE_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class PinLog:
    """The tries of one case.

    Attributes:
        secret: hex, random.
        tried: codes sent and not accepted so far, oldest first.
    """

    secret: str
    tried: tuple[PinTry, ...] = ()

    def with_try(self, one: PinTry) -> PinLog:
        """A code is about to be sent."""
        return replace(self, tried=(*self.tried, one))

    def without(self, one: PinTry) -> PinLog:
        """The card accepted a code: its counter is full again."""
        return replace(self, tried=tuple(prior for prior in self.tried if prior.digest != one.digest))

    def to_bytes(self) -> bytes:
        """Canonical JSON."""
        return canonical_bytes({"secret": self.secret, "tried": [asdict(one) for one in self.tried]})

    @classmethod
    def from_bytes(cls, data: bytes) -> PinLog:
        """Read back what `to_bytes` wrote. Raises Corrupt ("pins.corrupt")."""
        try:
            body = json.loads(data)
            return cls(body["secret"], tuple(PinTry(**one) for one in body["tried"]))
        except (ValueError, KeyError, TypeError) as error:
            raise Corrupt("pins.corrupt", "the memory of card tries cannot be read") from error
