"""The regulator takes the opening of a decision, if it is what the chain commits to."""

from __future__ import annotations

from dataclasses import dataclass

from node.domain.canonical import canonical_bytes, parse_object
from node.domain.decision import DecisionOpening, parse_opening
from node.domain.events import Role
from node.domain.ids import AttestationId
from node.domain.ledger import Member
from node.domain.opening import Opening, opening_context
from node.errors import InvalidInput, Unavailable
from node.usecases.reuse_ports import Exchange
from node.usecases.standing import require_role, this_member

OPENING_FILE = "opening.json"
"""Vault name, under the attestation id, of document and secret."""


@dataclass(frozen=True)
class ReceiveOpening:
    """Open, compare with the chain, keep."""

    exchange: Exchange

    def __call__(self, client: Member, attestation_id: AttestationId, sealed: bytes) -> None:
        """Keep an opening; the same one again changes nothing.

        Raises:
            InvalidInput: `opening.wrong_recipient`, `opening.mismatch`, `transfer_altered`,
                `decision.malformed`, `client.not_a_regulator` when this node is none.
            Unavailable: `opening.not_decided`: this node's index has not seen the decision yet.
        """
        exchange = self.exchange
        plaintext = exchange.sealing.open(sealed, context=opening_context(attestation_id))
        opening = parse_opening(parse_object(plaintext, code="decision.malformed"))
        about = (opening.decision.attestation_id, opening.decision.recipient)
        if about != (attestation_id, client.member_id):
            raise InvalidInput("opening.wrong_recipient", "a member opens its own decisions only")
        self._require_committed(opening)
        with exchange.transaction() as unit:
            unit.vault.put(attestation_id.hex(), OPENING_FILE, canonical_bytes(opening.to_json()))
            if not unit.openings.find(attestation_id=attestation_id.hex()):
                unit.openings.add(_entry(opening, now=exchange.clock.now()))

    def _require_committed(self, opening: DecisionOpening) -> None:
        identifier = opening.decision.attestation_id
        self.exchange.history.sync()
        with self.exchange.snapshot() as unit:
            require_role(this_member(self.exchange, unit), Role.REGULATOR, area="opening")
            entry = unit.ledger.attestation(identifier)
        if entry is None or entry.commitment is None:
            raise Unavailable(
                "opening.not_decided", "this decision is not in the index yet", hint="deliver again"
            )
        if entry.commitment != opening.commitment:
            raise InvalidInput("opening.mismatch", "the opening does not give the commitment on chain")


def _entry(opening: DecisionOpening, *, now: int) -> Opening:
    decision = opening.decision
    return Opening(
        attestation_id=decision.attestation_id.hex(),
        recipient_id=decision.recipient,
        accepted=decision.accepted,
        codes=list(decision.codes),
        document=decision.to_json(),
        received_at=now,
    )
