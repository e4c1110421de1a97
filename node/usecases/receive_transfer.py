"""The customer comes back to the recipient: take the code, fetch the sealed transfer, open it.

Each step is kept before the next is tried, so that a stop anywhere is resumed by the job or by the
customer's next look.
Spec: protocol.md "The journey" 4 and 5; RFC 9207 (iss).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from node.domain.canonical import parse_object
from node.domain.ids import AttestationId
from node.domain.request import parse_request
from node.domain.reuse import Reuse, ReuseState
from node.domain.session import token_digest
from node.domain.transfer import parse_transfer, sealing_context
from node.errors import InvalidInput
from node.usecases.reuse_ports import Exchange, ReuseUnit
from node.usecases.standing import CALLBACK_PATH, current_keys, protocol_now
from node.usecases.start_reuse import APPLICATION_FILE, verifier_file

CODE_FILE = "code"
TRANSFER_FILE = "transfer.json"

CONSENT_REFUSED = "consent_refused"
"""The customer said no at the issuer."""

REPLAYED = "attestation_replayed"
"""The issuer handed out an attestation that this member already has."""

ISSUER_FAILED = "issuer_failed"
"""The issuer could not attest."""


@dataclass(frozen=True)
class TakeAnswer:
    """Keep what the browser brings back from the issuer."""

    exchange: Exchange

    def __call__(
        self, *, oauth_state: str, browser: str, issuer: str, code: str | None, error: str | None
    ) -> Reuse:
        """Keep the code, or end the reuse. The same answer again changes nothing.

        Raises:
            InvalidInput: `reuse.unknown`, `reuse.other_browser`, `reuse.wrong_issuer`.
        """
        exchange = self.exchange
        with exchange.transaction() as unit:
            found = unit.reuses.find(oauth_state=oauth_state)
            if not found:
                raise InvalidInput("reuse.unknown", "no such reuse", hint="start again")
            reuse = found[0]
            reuse.require_browser(token_digest(browser))
            keys = current_keys(unit, reuse.issuer_id, protocol_now(unit), area="issuer")
            if issuer != keys.keys.endpoint:
                raise InvalidInput("reuse.wrong_issuer", "another member answered than the one asked")
            if reuse.state != ReuseState.ASKED:
                return reuse
            if code is None:
                moved = reuse.ended(CONSENT_REFUSED if error == "access_denied" else ISSUER_FAILED)
            else:
                unit.vault.put(reuse.reuse_id, CODE_FILE, code.encode())
                moved = reuse.consented()
            unit.reuses.replace(moved, was=reuse)
        return moved


@dataclass(frozen=True)
class FetchTransfer:
    """Redeem the code and open what comes back."""

    exchange: Exchange

    def __call__(self, reuse: Reuse) -> Reuse:
        """Move a consented reuse to received, or end it with the issuer's or the opening's code.

        Raises:
            Unavailable: the issuer is away; the reuse stays as it is.
        """
        if reuse.state != ReuseState.CONSENTED:
            return reuse
        try:
            attestation_id, plaintext = self._fetch(reuse)
        except InvalidInput as error:
            return self._replace(reuse, reuse.ended(error.code))
        with self.exchange.transaction() as unit:
            if unit.reuses.find(attestation_id=attestation_id):
                moved = reuse.ended(REPLAYED)
            else:
                unit.vault.put(reuse.reuse_id, TRANSFER_FILE, plaintext)
                moved = reuse.received(attestation_id)
            unit.reuses.replace(moved, was=reuse)
        return moved

    def _replace(self, was: Reuse, moved: Reuse) -> Reuse:
        with self.exchange.transaction() as unit:
            unit.reuses.replace(moved, was=was)
        return moved

    def _fetch(self, reuse: Reuse) -> tuple[str, bytes]:
        exchange = self.exchange
        with exchange.snapshot() as unit:
            keys = current_keys(unit, reuse.issuer_id, protocol_now(unit), area="issuer")
            code = unit.vault.get(reuse.reuse_id, CODE_FILE).decode()
            verifier = unit.vault.get(reuse.reuse_id, verifier_file(reuse.oauth_state or "")).decode()
        attestation_id, sealed = exchange.peers.redeem(
            keys.keys.endpoint,
            code=code,
            verifier=verifier,
            redirect_uri=exchange.endpoint + CALLBACK_PATH,
        )
        identifier = parse_attestation_id(attestation_id)
        context = sealing_context(parse_request(reuse.request).digest, identifier)
        plaintext = exchange.sealing.open(sealed, context=context)
        parse_transfer(plaintext)
        return identifier.hex(), plaintext


def parse_attestation_id(text: str) -> AttestationId:
    """32 bytes from hex, with or without 0x. Raises InvalidInput (`attestation.malformed`)."""
    try:
        identifier = bytes.fromhex(text.removeprefix("0x"))
    except ValueError as error:
        raise InvalidInput("attestation.malformed", "an attestation id is 32 bytes in hex") from error
    if len(identifier) != 32:  # noqa: PLR2004  bytes32
        raise InvalidInput("attestation.malformed", "an attestation id is 32 bytes in hex")
    return AttestationId(identifier)


def load_application(unit: ReuseUnit, reuse_id: str) -> dict[str, Any]:
    """What the applicant wrote and staff assessed (`start_reuse.OpenReuse`)."""
    return parse_object(unit.vault.get(reuse_id, APPLICATION_FILE), code="reuse.application_corrupt")
