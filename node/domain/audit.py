"""What a regulator can check without trusting any member.

Completeness: the local index equals the contract's history, and every decided attestation has an opening that
gives the commitment on chain. Opening one attestation: its id recomputed from what a member discloses.
Fetches nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from node.domain.commitments import method_code
from node.domain.days import jst_day
from node.domain.release import recomputed_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from node.domain.consent import ConsentReceipt
    from node.domain.decision import DecisionOpening
    from node.domain.events import Terms
    from node.domain.ids import AttestationId, Ledger


@dataclass(frozen=True, slots=True)
class HistoryPosition:
    """How far a history has come.

    Attributes:
        head: 27 bytes.
        count: events folded.
    """

    head: bytes
    count: int


@dataclass(frozen=True, slots=True)
class Completeness:
    """What the audit found.

    Attributes:
        head_matches: the local index is the contract's history, whole and unchanged.
        decided: number of decided attestations.
        unopened: decided, but no opening has arrived.
        false_openings: an opening that does not give the commitment on chain.
        unexpected: openings of attestations that are not decided on chain.
    """

    head_matches: bool
    decided: int
    unopened: tuple[AttestationId, ...]
    false_openings: tuple[AttestationId, ...]
    unexpected: tuple[AttestationId, ...]

    @property
    def is_complete(self) -> bool:
        """Nothing is missing and nothing is false."""
        return self.head_matches and not (self.unopened or self.false_openings or self.unexpected)


def completeness(
    *,
    local: HistoryPosition,
    chain: HistoryPosition,
    decided: Mapping[AttestationId, bytes],
    openings: Iterable[DecisionOpening],
) -> Completeness:
    """Compare the index with the chain and the openings with the commitments.

    Args:
        local: folded from the regulator's own index.
        chain: read from the contract at the same block.
        decided: attestation id -> commitment, from the index.
        openings: what recipients delivered.
    """
    by_id = {opening.decision.attestation_id: opening for opening in openings}
    return Completeness(
        head_matches=local == chain,
        decided=len(decided),
        unopened=tuple(i for i in decided if i not in by_id),
        false_openings=tuple(i for i, c in decided.items() if i in by_id and by_id[i].commitment != c),
        unexpected=tuple(i for i in by_id if i not in decided),
    )


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What a member shows to open one attestation.

    Attributes:
        credential_digest: 32 bytes; recomputed by the regulator when the credential itself is shown.
        consent: the receipt.
        secret: the attestation secret, 32 bytes.
    """

    credential_digest: bytes
    consent: ConsentReceipt
    secret: bytes


def disclosure_code(
    ledger: Ledger, attestation: AttestationId, terms: Terms, shown: Disclosure
) -> str | None:
    """Whether what a member shows is what stands on chain.

    Args:
        ledger: where the attestation stands.
        attestation: its id.
        terms: its public terms.
        shown: what the member discloses.

    Returns:
        None if it is; "id_mismatch" if the parts give another id; "terms_mismatch" if the consent says other
        than the public terms.
    """
    recomputed = recomputed_id(
        ledger,
        terms,
        credential_digest=shown.credential_digest,
        consent_digest=shown.consent.digest,
        secret=shown.secret,
    )
    if recomputed != attestation:
        return "id_mismatch"
    return None if _stated(shown.consent) == _public(terms) else "terms_mismatch"


def _stated(consent: ConsentReceipt) -> tuple[int, int, bytes, int, int]:
    return (
        consent.issuer.member_id,
        consent.recipient.member_id,
        method_code(consent.method),
        int(consent.legal_basis),
        jst_day(consent.verified_at),
    )


def _public(terms: Terms) -> tuple[int, int, bytes, int, int]:
    return (terms.issuer, terms.recipient, terms.method, terms.legal_basis, terms.verified_on)
