"""What a check found: a status, a line, and for everything that is not well a code and a hint."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from node.config import Settings
from node.errors import NodeError

if TYPE_CHECKING:
    from verifier.errors import VerifierError

NOT_NEEDED = "check.not_needed"
"""Code of what does not apply to this node; every other check that was not performed counts against it."""


class Status(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARNING = "warning"
    """The node works; somebody should know."""
    FAILED = "failed"
    NOT_PERFORMED = "not performed"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found.

    Attributes:
        status: how it ended.
        message: one line, without secrets or personal data.
        code: stable, for everything but `OK`.
        hint: what an operator does next; empty where nothing is to be done.
    """

    status: Status
    message: str
    code: str = ""
    hint: str = ""

    @property
    def is_sound(self) -> bool:
        """Whether a node may be run with it."""
        return self.status in {Status.OK, Status.WARNING} or self.code == NOT_NEEDED


Check: TypeAlias = Callable[[Settings], Sequence[Finding]]
"""Looks at one subject. Raises NodeError or VerifierError where it could not find out."""


def ok(message: str) -> Finding:
    """All is well."""
    return Finding(Status.OK, message)


def warning(code: str, message: str, hint: str) -> Finding:
    """The node works, but something should be known."""
    return Finding(Status.WARNING, message, code, hint)


def failed(code: str, message: str, hint: str) -> Finding:
    """Something that the node needs does not work."""
    return Finding(Status.FAILED, message, code, hint)


def not_performed(code: str, message: str, hint: str) -> Finding:
    """Nobody knows: what the check needs is itself away."""
    return Finding(Status.NOT_PERFORMED, message, code, hint)


def not_needed(message: str) -> Finding:
    """Does not apply to this node."""
    return Finding(Status.NOT_PERFORMED, message, NOT_NEEDED)


def refused(error: NodeError | VerifierError) -> Finding:
    """An error that ended a check, as its finding."""
    return failed(error.code, error.message, error.hint)
