"""What would judge a licence's signature, and the honest answer while nothing can.

The licence is signed (RSA-2048, SHA-256, PKCS#1 v1.5) over DF1/0001, DF1/0002 and DF2/0001, but which bytes
exactly, in which padding, and whose certificate belongs to it is not public. Whoever knows implements
`LicenceSignature` and passes it to `read_licence`; nothing else changes. Until then the answer is undecided,
so no policy can take a licence for authentic.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from verifier.types import CheckResult, Outcome

DATA: Final = "chip.data_signature"


@dataclass(frozen=True, slots=True)
class SignedFiles:
    """The files that the signature covers, whole, filler included.

    Attributes:
        entries: DF1/0001, 880 bytes.
        domicile: DF1/0002, 82 bytes; for the digest only: 本籍 must not be collected.
        photo: DF2/0001, 2005 bytes.
    """

    entries: bytes = field(repr=False)
    domicile: bytes = field(repr=False)
    photo: bytes = field(repr=False)


class LicenceSignature(Protocol):
    """Judges the signature of a licence."""

    def check(self, files: SignedFiles, fields: Mapping[int, bytes]) -> CheckResult:
        """Judge.

        Args:
            files: what is signed.
            fields: values of DF1/0007 by tag, B1 (signature, 256 bytes) to B5 as far as there.

        Returns:
            A "chip.data_signature" result: PASSED, or "chip.data_signature_invalid",
            "chip.issuer_unknown" (undecided).
        """
        ...


def unsupported() -> CheckResult:
    """The result without a `LicenceSignature`: undecided, "chip.signature_unsupported"."""
    return CheckResult(DATA, Outcome.UNDECIDED, "chip.signature_unsupported")
