"""Everything that the recipient's checks look at, as one immutable value.

Gathered by a use case from chain, transfer, own request and own systems; nothing here is fetched or decided.
Times are seconds since 1970.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from node.domain.outcome import Outcome
from node.domain.presentation import Presentation, parse_presentation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from node.domain.attributes import Attribute
    from node.domain.events import AttestationState, MethodRule, Role, Status, Terms
    from node.domain.ids import AttestationId, Ledger
    from node.domain.jwk import Jwk
    from node.domain.request import ReuseRequest
    from node.domain.transfer import Transfer


@dataclass(frozen=True, slots=True)
class KeyInterval:
    """One record key that the issuer published.

    Attributes:
        key: public JWK.
        valid_from: block time of its publication.
        valid_until: block time of the next publication, or None.
        compromised_since: from when its signatures are disowned, or None.
    """

    key: Jwk
    valid_from: int
    valid_until: int | None = None
    compromised_since: int | None = None

    def covers(self, at: int) -> bool:
        """Whether this was the published key at that time."""
        return self.valid_from <= at and (self.valid_until is None or at < self.valid_until)


@dataclass(frozen=True, slots=True)
class IssuerFacts:
    """The issuer as the chain shows it now.

    Attributes:
        role: NONE if there is no such member.
        status: of the membership.
        endpoint: published base URL; its host is where the customer's passkey lives.
        keys: every record key it ever published.
    """

    role: Role
    status: Status
    endpoint: str = ""
    keys: tuple[KeyInterval, ...] = ()


@dataclass(frozen=True, slots=True)
class ChainFacts:
    """What the chain says about this attestation, and how fresh that view is.

    Attributes:
        state: NONE if there is no such attestation.
        terms: its public terms, None with state NONE.
        attested_at: block time of `attest`, None with state NONE.
        anchored_at: block time at which the issuer anchored the root of the transferred proof, None if it did
            not.
        rule: the method rule in force for the credential's method, None if there is none.
        legal_bases: bitmap in force.
        confirmed_at: when this node last found its index equal to the contract's history head; None if it is
            not.
    """

    state: AttestationState
    terms: Terms | None
    attested_at: int | None
    anchored_at: int | None
    rule: MethodRule | None
    legal_bases: int
    confirmed_at: int | None


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """What the recipient itself found out about the applicant.

    Attributes:
        application: what the applicant wrote into the form; None if there is no form.
        high_risk: reasons to verify anew (impersonation or false particulars suspected, listed country,
            foreign PEP); empty if none, None if not assessed.
        rebound: see `rebind.rebind_outcome`.
        screening: against the recipient's own lists: FAILED on a hit, NOT_PERFORMED where no list is
            configured.
        reaudit_drawn: whether the random draw sends this reuse to full verification; None if no draw was
            made.
    """

    application: Mapping[Attribute, Any] | None = None
    high_risk: frozenset[str] | None = None
    rebound: Outcome = Outcome.NOT_PERFORMED
    screening: Outcome = Outcome.NOT_PERFORMED
    reaudit_drawn: bool | None = None


@dataclass(frozen=True)
class AcceptanceFacts:
    """One reuse, ready to be judged.

    Attributes:
        now: the later of the node's clock and the newest block's time.
        ledger: where the attestation stands.
        request: what this recipient asked.
        attestation_id: as the issuer named it.
        transfer: as opened.
        issuer: see IssuerFacts.
        chain: see ChainFacts.
        customer: see CustomerFacts.
    """

    now: int
    ledger: Ledger
    request: ReuseRequest
    attestation_id: AttestationId
    transfer: Transfer
    issuer: IssuerFacts
    chain: ChainFacts
    customer: CustomerFacts = field(default_factory=CustomerFacts)

    @cached_property
    def presentation(self) -> Presentation:
        """The transferred credential, taken apart."""
        return parse_presentation(self.transfer.credential)

    @property
    def signing_key(self) -> KeyInterval | None:
        """The issuer's key that was published when the credential says it was signed."""
        return next((k for k in self.issuer.keys if k.covers(self.presentation.issued_at)), None)
