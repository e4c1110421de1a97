"""Hand out the sealed transfer for a code, to the member and verifier that asked, and to nobody else.

The transfer was sealed at consent, so a repeated redemption gives the same bytes.
Spec: RFC 6749 section 4.1.3, RFC 7636 section 4.6; protocol.md "The journey" 5 and "Faults".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from node.domain.attestation import Attestation, PushedRequest
from node.domain.ids import AttestationId
from node.domain.ledger import Member
from node.domain.pkce import verifier_matches
from node.errors import InvalidInput, Unavailable
from node.usecases.follow_release import CHANGED, settle
from node.usecases.releasable import sealed_file
from node.usecases.reuse_ports import Exchange, ReuseUnit
from node.usecases.standing import protocol_now

ATTEMPTS = 3
"""Writers that one redemption can meet: the job, the customer's page, the asker's page or job."""


@dataclass(frozen=True)
class RedeemCode:
    """Exchange a code for (attestation id as hex, sealed transfer)."""

    exchange: Exchange

    def __call__(self, client: Member, form: Mapping[str, str]) -> tuple[str, bytes]:
        """Redeem, again with the same answer until decide-by.

        Raises:
            InvalidInput: `grant.type`, `grant.unknown`, `grant.wrong_client`, `grant.wrong_verifier`,
                `grant.redirect_uri`, `grant.not_attested`, `grant.expired`, `revoked`.
            Unavailable: `attestation.busy`, others kept writing it; the asker's next try will do.
        """
        for _ in range(ATTEMPTS):
            try:
                return self._redeem(client, form)
            except InvalidInput as error:
                # Not for the asker to hear: to it a refusal is final, and it would give up the reuse.
                if error.code != CHANGED:
                    raise
        raise Unavailable("attestation.busy", "the release is being written", hint="try again")

    def _redeem(self, client: Member, form: Mapping[str, str]) -> tuple[str, bytes]:
        exchange = self.exchange
        with exchange.transaction() as unit:
            now = protocol_now(unit)
            found = settle(exchange, unit, _granted(unit, client, form))
            redeemed = found.redeemed(now=now)
            if redeemed != found:
                unit.attestations.replace(redeemed, was=found)
            name = sealed_file(AttestationId(bytes.fromhex(redeemed.attestation_id)))
            return redeemed.attestation_id, unit.vault.get(redeemed.record_id, name)


def _granted(unit: ReuseUnit, client: Member, form: Mapping[str, str]) -> Attestation:
    if form.get("grant_type") != "authorization_code":
        raise InvalidInput("grant.type", "grant_type must be authorization_code")
    found = unit.attestations.find(code_digest=sha256(form.get("code", "").encode()).hexdigest())
    if not found:
        raise InvalidInput("grant.unknown", "no such code")
    _require_asker(unit.requests.get(found[0].request_id), client, form)
    return found[0]


def _require_asker(request: PushedRequest, client: Member, form: Mapping[str, str]) -> None:
    if request.recipient_id != client.member_id:
        raise InvalidInput("grant.wrong_client", "this code was given to another member")
    if not verifier_matches(form.get("code_verifier", ""), request.code_challenge):
        raise InvalidInput("grant.wrong_verifier", "the code verifier does not match the request")
    if form.get("redirect_uri") != request.redirect_uri:
        raise InvalidInput("grant.redirect_uri", "redirect_uri is not that of the request")
