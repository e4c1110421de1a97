"""Review cases: what a recipient's staff looks at when an issuer revokes what the recipient relied on.

A revocation opens a case and closes nothing by itself (protocol.md, "The journey" 7).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from node.errors import InvalidInput


class ReviewState(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class ReviewCase:
    """One revoked attestation that this member had accepted.

    Attributes:
        case_id: random hex.
        attestation_id: hex without 0x; unique, so that one revocation opens one case.
        reuse_id: the reuse that rested on it.
        reason: the coarse reason on chain: ended, superseded, suspended or error.
        revoked_at: block time of the revocation.
        created_at: when the case was opened, seconds since 1970.
        state: a `ReviewState` value.
        closed_by: holder of the API key that closed it.
        closed_at: seconds since 1970, or None.
        note: what was found and done.
    """

    case_id: str
    attestation_id: str
    reuse_id: str
    reason: str
    revoked_at: int
    created_at: int
    state: str = ReviewState.OPEN.value
    closed_by: str | None = None
    closed_at: int | None = None
    note: str = ""

    def closed(self, *, by: str, note: str, now: int) -> ReviewCase:
        """Close with a note.

        Raises:
            InvalidInput: closed already (`review.wrong_state`) or without a note (`review.note_missing`).
        """
        if self.state != ReviewState.OPEN:
            raise InvalidInput("review.wrong_state", "this case is closed already")
        if not note.strip():
            raise InvalidInput("review.note_missing", "say what was found and done", hint="send a note")
        return replace(self, state=ReviewState.CLOSED.value, closed_by=by, closed_at=now, note=note)
