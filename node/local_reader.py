"""The node's own card reader, for one case at a time.

Two verifications at the reader at once would take each other's card, and try one customer's code on it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from verifier.card.transport import OpenCard, Transport


@dataclass
class LocalReader:
    """Lends the reader.

    Attributes:
        when_free: called whenever a card was given back.
    """

    when_free: Callable[[], None] = lambda: None
    _lent: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def in_turn(self, open_card: OpenCard) -> OpenCard:
        """The same card source, waiting while another case has the reader."""

        @contextmanager
        def opened() -> Iterator[Transport]:
            try:
                with self._lent, open_card() as card:
                    yield card
            finally:
                self.when_free()

        return opened
