"""A card that answers anything, for the properties of whatever reads a card."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

LIKELY = (0x9000, 0x9000, 0x9000, 0x63C3, 0x63CA, 0x6300, 0x6282, 0x6105, 0x6C10, 0x6A82)
"""Status words that a reader acts on; success most often, or no conversation gets far."""


class Babbler:
    """Answers with one of these bodies or any other, and with any status; notes what it was sent."""

    def __init__(self, data: st.DataObject, bodies: Sequence[bytes]) -> None:
        """Draw from `data`."""
        self.sent: list[bytes] = []
        self._data = data
        self._bodies = st.sampled_from([b"", *bodies]) | st.binary(max_size=256)
        self._status = st.sampled_from(LIKELY) | st.integers(0, 0xFFFF)

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        """Any answer."""
        self.sent.append(command)
        return self._data.draw(self._bodies), self._data.draw(self._status)
