"""What the engine raises when it could not decide.

Outcomes (a face that does not match, an invalid signature) are values, see `verifier.types`.
An exception means that no outcome could be reached; each carries a stable code and an operator hint.
"""

from __future__ import annotations


class VerifierError(Exception):
    """Root of everything the engine raises on purpose.

    Attributes:
        code: stable dotted identifier, e.g. "card.absent".
        hint: what an operator does next, one line.
    """

    def __init__(self, code: str, message: str, *, hint: str) -> None:
        """Build from a stable code, a one-line message without personal data, and a hint."""
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} [{self.code}]"


class InvalidInput(VerifierError):
    """The caller's evidence cannot be used: not an image, no face, malformed card data."""


class Unavailable(VerifierError):
    """Something needed is away for now: reader, card, model file. Retry later."""


class Corrupt(VerifierError):
    """Something that must be true is not: a model's digest differs, a trust store is damaged. Stop."""
