"""Which relay may connect, and which card a case is read from.

A ticket is 256 random bits, kept as its SHA-256 only, good for one connection to one case. Tickets and lines
live in memory: a restarted node asks for a new ticket. Times are of the monotonic clock, so nobody's calendar
prolongs them.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from hashlib import sha256

from node.errors import InvalidInput
from node.relay.line import RelayLine
from verifier.card.transport import OpenCard, Transport
from verifier.errors import Unavailable

CONNECT_WITHIN_S = 120
"""From the ticket to the connection: staff reads the ticket out or pastes it at once."""

LIFE_S = 300
"""From the ticket to the end of the line: one customer's card, with a second attempt."""

TICKET_BYTES = 32


@dataclass(slots=True)
class _Ticket:
    """One case's relay: asked for, then perhaps connected."""

    digest: bytes
    connect_before: float
    ends_at: float
    line: RelayLine | None = None


class Relays:
    """All relays of one node."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """Begin without any."""
        self._now = now
        self._lock = threading.Lock()
        self._by_case: dict[str, _Ticket] = {}

    def issue(self, case_id: str) -> str:
        """Give a case's ticket; an earlier one, and the relay connected with it, end here."""
        ticket, now = secrets.token_urlsafe(TICKET_BYTES), self._now()
        with self._lock:
            self._forget_ended()
            before = self._by_case.get(case_id)
            self._by_case[case_id] = _Ticket(_digest(ticket), now + CONNECT_WITHIN_S, now + LIFE_S)
        if before is not None and before.line is not None:
            before.line.hang_up()
        return ticket

    def redeem(self, case_id: str, ticket: str) -> RelayLine:
        """Spend a ticket.

        Raises:
            InvalidInput: unknown, spent, too late, or for another case ("relay.ticket_invalid").
        """
        with self._lock:
            found = self._by_case.get(case_id)
            fits = found is not None and secrets.compare_digest(found.digest, _digest(ticket))
            if found is None or not fits or found.line is not None or self._now() >= found.connect_before:
                raise InvalidInput(
                    "relay.ticket_invalid",
                    "this relay ticket is not valid",
                    hint="ask for a new one: POST /v1/cases/{case_id}/relay-ticket",
                )
            found.line = RelayLine(life_s=found.ends_at - self._now())
            return found.line

    def card_source(self, case_id: str) -> OpenCard | None:
        """Where the case's card is; None when no relay was asked for: then the node's own reader counts."""
        with self._lock:
            self._forget_ended()
            found = self._by_case.get(case_id)
        if found is None:
            return None
        return _absent if found.line is None else found.line.open_card

    def _forget_ended(self) -> None:
        now = self._now()
        self._by_case = {case: ticket for case, ticket in self._by_case.items() if now < ticket.ends_at}


def _absent() -> AbstractContextManager[Transport]:
    raise Unavailable(
        "card.relay_absent",
        "no card relay has connected for this case yet",
        hint="start rireki card-relay with the ticket, or wait until the ticket has run out",
    )


def _digest(ticket: str) -> bytes:
    return sha256(ticket.encode()).digest()
