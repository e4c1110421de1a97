"""Hand the regulators the openings of decisions, and again until each has acknowledged.

Sealed anew for each try, to the key that stands on chain then. The regulator keeps the first and ignores
repetitions.
"""

from __future__ import annotations

from dataclasses import dataclass

from node.domain.ids import AttestationId
from node.domain.opening import DeliveryState, OpeningDelivery, opening_context
from node.domain.reuse import ReuseState
from node.errors import InvalidInput, NodeError, Unavailable
from node.usecases.decide_reuse import OPENING_FILE
from node.usecases.reuse_ports import Exchange
from node.usecases.standing import current_keys

_DECIDED = frozenset({ReuseState.ACCEPTED, ReuseState.REFUSED})


@dataclass(frozen=True)
class DeliverOpenings:
    """Try every delivery that is due."""

    exchange: Exchange

    def __call__(self) -> int:
        """Deliver; gives how many arrived. Failures are noted on the delivery and tried again later."""
        with self.exchange.snapshot() as unit:
            now = unit.now
            waiting = unit.deliveries.find(state=DeliveryState.WAITING.value)
            due = [
                one
                for one in waiting
                if one.next_try_at <= now and unit.reuses.get(one.reuse_id).state in _DECIDED
            ]
        return sum(self._deliver(one) for one in due)

    def _deliver(self, delivery: OpeningDelivery) -> bool:
        now = self.exchange.clock.now()
        try:
            self._send(delivery)
            moved = delivery.delivered(now=now)
        except (InvalidInput, Unavailable) as error:
            moved = delivery.failed(error.code, now=now)
        try:
            with self.exchange.transaction() as unit:
                unit.deliveries.replace(moved, was=delivery)
        except NodeError:
            return False  # another worker delivered it meanwhile; the regulator ignores repetitions
        return moved.state == DeliveryState.DELIVERED

    def _send(self, delivery: OpeningDelivery) -> None:
        exchange = self.exchange
        with exchange.snapshot() as unit:
            keys = current_keys(unit, delivery.regulator_id, unit.now, area="regulator")
            plaintext = unit.vault.get(delivery.reuse_id, OPENING_FILE)
        identifier = AttestationId(bytes.fromhex(delivery.attestation_id))
        sealed = exchange.sealing.seal(plaintext, keys.keys.transfer_key, context=opening_context(identifier))
        exchange.peers.deliver_opening(
            keys.keys.endpoint, attestation_id=delivery.attestation_id, sealed=sealed
        )
