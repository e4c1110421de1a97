"""Follow an attestation from the outbox to the chain, and tell the browser where to go with it.

May be asked any number of times, by the waiting page and by the job alike.
"""

from __future__ import annotations

from dataclasses import dataclass

from node.domain.attestation import Attestation, ReleaseState
from node.domain.ids import AttestationId
from node.domain.session import token_digest
from node.errors import InvalidInput
from node.usecases.open_request import return_url
from node.usecases.releasable import code_file
from node.usecases.reuse_ports import Exchange, ReuseUnit
from node.usecases.standing import protocol_now

CHANGED = "attestation.changed"
"""The job, the customer's page or the asker wrote the release first: go on from what they wrote."""


@dataclass(frozen=True)
class SettleReleases:
    """Note which queued attestations the chain took or refused."""

    exchange: Exchange

    def __call__(self) -> int:
        """Settle all; gives how many moved."""
        with self.exchange.snapshot() as unit:
            queued = unit.attestations.find(state=ReleaseState.QUEUED.value)
            ready = [one for one in queued if _is_settled(self.exchange, unit, one)]
        return sum(self._settle(one) for one in ready)

    def _settle(self, queued: Attestation) -> bool:
        try:
            with self.exchange.transaction() as unit:
                found = unit.attestations.get(queued.attestation_id)
                return settle(self.exchange, unit, found) != found
        except InvalidInput as error:
            if error.code != CHANGED:
                raise
            return False


@dataclass(frozen=True)
class FollowRelease:
    """Where the browser goes once the chain has the attestation."""

    exchange: Exchange

    def __call__(self, request_id: str, browser: str) -> str | None:
        """The URL that leads back with code, state and iss; None while the chain has not answered.

        Raises:
            InvalidInput: `request.unknown`, `request.other_browser`.
        """
        url, has_settled = self._look(request_id, browser)
        if url is not None:
            return url
        if not has_settled:
            self.exchange.history.flush()
            has_settled = self._look(request_id, browser)[1]
        if not has_settled:
            return None
        try:
            return self._note(request_id)
        except InvalidInput as error:
            if error.code != CHANGED:
                raise
            return self._look(request_id, browser)[0]

    def _look(self, request_id: str, browser: str) -> tuple[str | None, bool]:
        """The way back if it is known already, and whether the chain has answered."""
        exchange = self.exchange
        with exchange.snapshot() as unit:
            request = unit.requests.get(request_id)
            request.require_browser(token_digest(browser))
            found = unit.attestations.find(request_id=request_id)
            if not found:
                return None, False
            if found[0].state == ReleaseState.QUEUED:
                return None, _is_settled(exchange, unit, found[0])
            return return_url(request, exchange.endpoint, **_answer(unit, found[0])), True

    def _note(self, request_id: str) -> str | None:
        exchange = self.exchange
        with exchange.transaction() as unit:
            request = unit.requests.get(request_id)
            found = unit.attestations.find(request_id=request_id)
            current = settle(exchange, unit, found[0]) if found else None
            if current is None or current.state == ReleaseState.QUEUED:
                return None
            return return_url(request, exchange.endpoint, **_answer(unit, current))


def _is_settled(exchange: Exchange, unit: ReuseUnit, attestation: Attestation) -> bool:
    intent = exchange.history.intent(unit, attestation.intent_id)
    return intent is not None and intent.is_settled


def _answer(unit: ReuseUnit, settled: Attestation) -> dict[str, str]:
    if settled.state == ReleaseState.FAILED:
        return {"error": "server_error", "error_description": settled.failure or ""}
    name = code_file(AttestationId(bytes.fromhex(settled.attestation_id)))
    return {"code": unit.vault.get(settled.record_id, name).decode()}


def settle(exchange: Exchange, unit: ReuseUnit, attestation: Attestation) -> Attestation:
    """Bring one attestation up to what its intent says."""
    if attestation.state != ReleaseState.QUEUED:
        return attestation
    intent = exchange.history.intent(unit, attestation.intent_id)
    if intent is None or not intent.is_settled:
        return attestation
    if intent.is_recorded:
        moved = attestation.mined(now=protocol_now(unit))
    else:
        moved = attestation.refused(intent.code or "attest_failed")
    unit.attestations.replace(moved, was=attestation)
    return moved
