"""The rules a recipient may rely on, what each saves and what each still demands.

"Another bank verified this person" is not by itself a listed method, so every request, receipt and decision
names one of these. Engineering background, not legal advice: everything but the hooks is a reading to be
confirmed by counsel.

Source: Act on Prevention of Transfer of Criminal Proceeds, its Order (Art. 13) and Ordinance (Art. 6, 13).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from node.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable


class LegalBasis(IntEnum):
    """Index on chain; never renumbered. The wire form is the name."""

    BANK_INQUIRY = 0
    DIRECT_DEBIT = 1
    CARD = 2
    ENTRUSTED = 3
    OUTSOURCED = 4
    ASSIST = 5
    RELIANCE = 6


@dataclass(frozen=True, slots=True)
class Profile:
    """What one legal basis means for the recipient.

    Attributes:
        hook: the provision; empty if none was found.
        saves: what the recipient may leave out.
        duties: what it must still do.
        needs_reference: whether it stays off until a rulebook or regulator's reference is recorded.
    """

    hook: str
    saves: str
    duties: tuple[str, ...]
    needs_reference: bool = False


PROFILES: dict[LegalBasis, Profile] = {
    LegalBasis.BANK_INQUIRY: Profile(
        hook="Ordinance Art. 6(1)(i)ト(1); ニ from 2027-04-01 (inferred)",
        saves="face match, mail",
        duties=(
            "read the chip of a single-issue ID (an image of it until 2027-03-31)",
            "have the issuer confirm the same person and its record",
            "make an own verification record with purpose and occupation",
        ),
    ),
    LegalBasis.DIRECT_DEBIT: Profile(
        hook="Ordinance Art. 13(1)(i)",
        saves="the verification, where settled by debit at the issuer",
        duties=("agree beforehand with the issuer, which keeps the record",),
    ),
    LegalBasis.CARD: Profile(
        hook="Ordinance Art. 13(1)(ii)",
        saves="the verification, where settled by the issuer's card",
        duties=("agree beforehand with the issuer, which keeps the record",),
    ),
    LegalBasis.ENTRUSTED: Profile(
        hook="Order Art. 13(1)(i)",
        saves="the verification",
        duties=("really entrust the transaction to the issuer",),
    ),
    LegalBasis.OUTSOURCED: Profile(
        hook="ordinary outsourcing",
        saves="operations",
        duties=("have the issuer perform a fresh listed method; the recipient is liable",),
    ),
    LegalBasis.ASSIST: Profile(
        hook="none needed",
        saves="nothing legal: prefill, fraud signal, refresh",
        duties=("perform a full method of its own",),
    ),
    LegalBasis.RELIANCE: Profile(
        hook="",
        saves="everything",
        duties=("record the rulebook or regulator's reference that permits it",),
        needs_reference=True,
    ),
}


def basis_of(name: str) -> LegalBasis:
    """Parse a wire name.

    Raises:
        InvalidInput: no such basis ("legal_basis.unknown").
    """
    try:
        return LegalBasis[name]
    except KeyError:
        raise InvalidInput(
            "legal_basis.unknown",
            "no such legal basis",
            hint=f"One of {', '.join(b.name for b in LegalBasis)}.",
        ) from None


def bitmap_of(bases: Iterable[LegalBasis], *, reference: str = "") -> int:
    """Bitmap to propose on chain, bit = 1 << index.

    Args:
        bases: what to enable.
        reference: rulebook or regulator's reference on which `RELIANCE` rests.

    Raises:
        InvalidInput: a basis that needs a reference without one ("legal_basis.reference_missing").
    """
    chosen = frozenset(bases)
    if not reference.strip() and any(PROFILES[basis].needs_reference for basis in chosen):
        raise InvalidInput(
            "legal_basis.reference_missing",
            "RELIANCE stays off until a reference is recorded",
            hint="Name the rulebook or regulator's reference that permits it.",
        )
    return sum(1 << basis for basis in chosen)


def is_enabled(bitmap: int, basis: int) -> bool:
    """Whether the bitmap in force on chain has this basis."""
    return bool(bitmap >> basis & 1)
