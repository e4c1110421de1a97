"""What the node raises when it could not decide.

Outcomes (a refused attestation, an expired consent) are values with reason codes. An exception means
that no outcome could be reached. HTTP statuses for these live in one table, `node.api.errors`.
"""

from __future__ import annotations


class NodeError(Exception):
    """Root of everything the node raises on purpose.

    Attributes:
        code: stable dotted identifier, e.g. "chain.unreachable".
        message: one line, no personal data.
        hint: what an operator does next, one line; `usual_hint` of the kind where none is given.
    """

    usual_hint = "see the code in the documentation"

    def __init__(self, code: str, message: str, *, hint: str = "") -> None:
        """Build from a stable code, a one-line message without personal data, and a hint."""
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint or self.usual_hint

    def __str__(self) -> str:
        return f"{self.message} [{self.code}]"


class InvalidInput(NodeError):
    """The caller's fault: malformed request, unknown id, wrong state, missing permission."""

    usual_hint = "correct the input and repeat the call"


class Unavailable(NodeError):
    """Something needed is away for now: chain, peer, database, reader. Retry later."""

    usual_hint = "try again later; nothing recorded is lost"


class Corrupt(NodeError):
    """The history or a stored record disagrees with itself. Stop and call a person."""

    usual_hint = "stop, find out what changed, and restore from a backup"
