"""The question whether a signing certificate was revoked: the port, and what an answer means.

Decides nothing about how the question is asked: an adapter of the node does (OCSP). J-LIS answers approved
signature verifiers only, at an address that it tells them; without a source the answer is "unknown", and a
policy that asks for the check refuses.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from cryptography import x509

from verifier.types import CheckResult, Outcome

REVOCATION: Final = "jpki.revocation"


class RevocationStatus(StrEnum):
    """What a source says of a certificate."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"
    """No answer that can be believed: no source, no connection, a stale or badly signed answer."""


class RevocationSource(Protocol):
    """Where revocation is asked."""

    def status(
        self, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime
    ) -> RevocationStatus:
        """Ask about one certificate.

        Args:
            certificate: in question.
            issuer: the pinned authority that issued it.
            at: aware moment for which the answer must hold.

        Returns:
            Never raises for want of an answer: that is UNKNOWN.
        """
        ...


class NoRevocationSource:
    """A node that was given no address to ask."""

    def status(
        self,
        certificate: x509.Certificate,  # noqa: ARG002  the port names them
        issuer: x509.Certificate,  # noqa: ARG002
        at: datetime,  # noqa: ARG002
    ) -> RevocationStatus:
        """Nothing is known."""
        return RevocationStatus.UNKNOWN


def check_revocation(
    source: RevocationSource, certificate: x509.Certificate, issuer: x509.Certificate, *, at: datetime
) -> CheckResult:
    """Ask, and say what the answer means: "jpki.revoked", "jpki.revocation_unknown" (undecided)."""
    status = source.status(certificate, issuer, at)
    if status is RevocationStatus.GOOD:
        return CheckResult(REVOCATION, Outcome.PASSED)
    if status is RevocationStatus.REVOKED:
        return CheckResult(REVOCATION, Outcome.FAILED, "jpki.revoked")
    return CheckResult(REVOCATION, Outcome.UNDECIDED, "jpki.revocation_unknown")
