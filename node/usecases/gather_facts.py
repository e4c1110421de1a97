"""Gather what the recipient's checks look at: chain index, transfer, form, engine. Decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from node.domain.acceptance import AcceptanceFacts, ChainFacts, CustomerFacts, IssuerFacts, KeyInterval
from node.domain.attributes import Attribute
from node.domain.commitments import method_code
from node.domain.events import AttestationState, Role, Status
from node.domain.ids import AttestationId
from node.domain.jwk import jwk_of_point
from node.domain.ledger import MemberKeys
from node.domain.outcome import Outcome
from node.domain.request import parse_request
from node.domain.reuse import Reuse
from node.domain.transfer import Transfer, parse_transfer
from node.errors import InvalidInput
from node.usecases.receive_transfer import TRANSFER_FILE, load_application
from node.usecases.reuse_ports import Exchange, ReuseUnit, Screening
from node.usecases.standing import fresh_now


@dataclass(frozen=True)
class GatherFacts:
    """Collect the facts of one received reuse."""

    exchange: Exchange
    screen: Screening

    def __call__(self, reuse: Reuse, *, rebound: Outcome) -> AcceptanceFacts:
        """Read everything; the caller has synchronised the index.

        Args:
            reuse: received or rebinding.
            rebound: what binding the person again came to.

        Raises:
            Unavailable: `chain_stale`.
        """
        exchange = self.exchange
        identifier = AttestationId(bytes.fromhex(reuse.attestation_id or ""))
        with exchange.snapshot() as unit:
            now = fresh_now(exchange, unit)
            transfer = parse_transfer(unit.vault.get(reuse.reuse_id, TRANSFER_FILE))
            application = load_application(unit, reuse.reuse_id)
            issuer = _issuer(unit, reuse.issuer_id)
            chain = self._chain(unit, identifier, transfer, reuse.issuer_id, now)
        return AcceptanceFacts(
            now=now,
            ledger=exchange.ledger,
            request=parse_request(reuse.request),
            attestation_id=identifier,
            transfer=transfer,
            issuer=issuer,
            chain=chain,
            customer=self._customer(reuse, application, transfer, rebound),
        )

    def _chain(
        self, unit: ReuseUnit, identifier: AttestationId, transfer: Transfer, issuer_id: int, now: int
    ) -> ChainFacts:
        entry = unit.ledger.attestation(identifier)
        return ChainFacts(
            state=entry.state_at(now) if entry else AttestationState.NONE,
            terms=entry.terms if entry else None,
            attested_at=entry.attested_at if entry else None,
            anchored_at=unit.ledger.anchored_at(issuer_id, transfer.anchor_proof.root),
            rule=unit.ledger.method_rule(method_code(transfer.presentation.method)),
            legal_bases=unit.ledger.legal_bases(),
            confirmed_at=_confirmed_at(unit, now),
        )

    def _customer(
        self, reuse: Reuse, kept: Mapping[str, Any], transfer: Transfer, rebound: Outcome
    ) -> CustomerFacts:
        return CustomerFacts(
            application={Attribute(name): value for name, value in kept["application"].items()},
            high_risk=frozenset(kept["high_risk"]),
            rebound=rebound,
            screening=self._screening(transfer),
            reaudit_drawn=reuse.is_drawn,
        )

    def _screening(self, transfer: Transfer) -> Outcome:
        claims = transfer.presentation.claims
        if Attribute.NAME not in claims:
            return Outcome.NOT_PERFORMED
        hit = self.screen(claims[Attribute.NAME], claims.get(Attribute.BIRTH_DATE, ""))
        if hit is None:
            return Outcome.NOT_PERFORMED
        return Outcome.FAILED if hit else Outcome.PASSED


def _confirmed_at(unit: ReuseUnit, now: int) -> int | None:
    """`checked_at` is by the node's clock; its age is carried over to the later of both clocks."""
    checked_at = unit.index_status().checked_at
    return now - (unit.now - checked_at) if checked_at else None


def _issuer(unit: ReuseUnit, issuer_id: int) -> IssuerFacts:
    try:
        member = unit.ledger.member(issuer_id)
    except InvalidInput:
        return IssuerFacts(Role.NONE, Status.NONE)
    keys = unit.ledger.keys(issuer_id)
    endpoint = keys[-1].keys.endpoint if keys else ""
    return IssuerFacts(member.role, member.status, endpoint, tuple(_interval(one) for one in keys))


def _interval(keys: MemberKeys) -> KeyInterval:
    return KeyInterval(
        jwk_of_point(keys.keys.record_key), keys.valid_from, keys.valid_until, keys.compromised_since
    )
