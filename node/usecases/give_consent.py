"""The customer's consent: what is shown for signing, and what the signature sets in motion.

The receipt is kept before it is signed, so that what was signed is what was shown. The signature makes
one attestation: what is released, its row, the use of the version and the chain intent are one transaction.
Spec: protocol.md "The journey" 3 and 4; `node.domain.consent`, `node.domain.release`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from node.domain.attestation import Attestation, PushedRequest, ReleaseState, RequestState
from node.domain.attributes import Attribute
from node.domain.binding import Binding
from node.domain.consent import ConsentReceipt, Party, build_receipt, parse_receipt
from node.domain.ids import MemberId
from node.domain.passkey import relying_party, verify_assertion
from node.domain.record import VerificationRecord
from node.domain.registration import assertion_options, credential_id_of
from node.domain.session import token_digest
from node.domain.transfer import sealing_context
from node.errors import InvalidInput
from node.usecases.open_request import OpenRequest, Question
from node.usecases.prepare_release import Prepared, prepare_release
from node.usecases.prepare_versions import replenish_versions
from node.usecases.releasable import (
    Release,
    code_file,
    load_record,
    missing_attributes,
    next_release,
    sealed_file,
    transfer_file,
)
from node.usecases.reuse_ports import Exchange, ReuseUnit
from node.usecases.standing import fresh_now, protocol_now, this_member

NOTICE_VERSION = "2026-11"
"""Version of the privacy notice on the consent page (node/web/templates/authorize.html)."""

LANGUAGE = "ja"

CODE_BYTES = 32
"""256 bits: RFC 6749 section 10.10 asks for at least 128."""


@dataclass(frozen=True)
class OfferConsent:
    """Write the receipt for the customer's choice and ask the passkey to sign it."""

    exchange: Exchange

    def __call__(
        self, request_id: str, browser: str, binding: Binding, chosen: Iterable[Attribute]
    ) -> dict[str, Any]:
        """Return PublicKeyCredentialRequestOptionsJSON whose challenge is the receipt's digest.

        Raises:
            InvalidInput: those of `OpenRequest`, of `next_release` and of `build_receipt`;
                `release.attributes` when the record lacks a required attribute.
            Unavailable: `chain_stale`.
        """
        exchange = self.exchange
        with exchange.transaction() as unit:
            now = fresh_now(exchange, unit)
            question = OpenRequest(exchange).within(unit, request_id, browser, now=now)
            record = _fitting(unit, binding, question, now=now)
            issuer = this_member(exchange, unit)
            receipt = build_receipt(
                question.asked,
                chosen,
                issuer=Party(MemberId(issuer.member_id), issuer.name),
                recipient=Party(MemberId(question.recipient.member_id), question.recipient.name),
                method=record.method,
                verified_at=record.verified_at,
                notice_version=NOTICE_VERSION,
                language=LANGUAGE,
                now=now,
                randomness=exchange.randomness,
            )
            offered = question.request.offered(receipt.to_json(), binding.record_id)
            unit.requests.replace(offered, was=question.request)
        return _signing_options(exchange.endpoint, receipt, binding)

    def check(self, binding: Binding, question: Question) -> VerificationRecord:
        """The record to be released, if it fits what was asked.

        Raises:
            InvalidInput: those of `next_release`, `release.attributes`.
        """
        with self.exchange.snapshot() as unit:
            return _fitting(unit, binding, question, now=protocol_now(unit))


@dataclass(frozen=True)
class SignConsent:
    """Take the signed receipt and record the release on chain."""

    exchange: Exchange

    def __call__(
        self, request_id: str, browser: str, binding: Binding, assertion: Mapping[str, Any]
    ) -> Attestation:
        """Queue the attestation. Signing the same request again gives the same attestation.

        Raises:
            InvalidInput: `consent.not_offered`, `consent.other_passkey`, `consent.signature_invalid`,
                and those of `OpenRequest` and `next_release`.
            Unavailable: `chain_stale`.
        """
        exchange = self.exchange
        with exchange.transaction() as unit:
            now = fresh_now(exchange, unit)
            if (made := self._made_before(unit, request_id, browser)) is not None:
                return made
            question = OpenRequest(exchange).within(unit, request_id, browser, now=now)
            receipt = self._verified_receipt(question.request, binding, assertion)
            release = next_release(unit, binding.record_id, question.asked, now=now)
            prepared = prepare_release(exchange, unit, release, receipt, assertion, now=now)
            return self._record(unit, question, release, prepared, now)

    @staticmethod
    def _made_before(unit: ReuseUnit, request_id: str, browser: str) -> Attestation | None:
        unit.requests.get(request_id).require_browser(token_digest(browser))
        found = unit.attestations.find(request_id=request_id)
        return found[0] if found else None

    def _verified_receipt(
        self, request: PushedRequest, binding: Binding, assertion: Mapping[str, Any]
    ) -> ConsentReceipt:
        if request.receipt is None or request.record_id != binding.record_id:
            raise InvalidInput("consent.not_offered", "no receipt was shown for signing", hint="start again")
        if credential_id_of(assertion) != binding.binding_id:
            raise InvalidInput("consent.other_passkey", "another passkey signed than the one signed in")
        receipt = parse_receipt(request.receipt)
        site = relying_party(self.exchange.endpoint)
        # No counter here: the sign-in a moment ago keeps it, and a synced passkey has none.
        if not verify_assertion(assertion, receipt.digest, passkey=binding.jwk, site=site).holds:
            raise InvalidInput("consent.signature_invalid", "the passkey's signature does not hold")
        return receipt

    def _record(
        self, unit: ReuseUnit, question: Question, release: Release, prepared: Prepared, now: int
    ) -> Attestation:
        request = question.request
        code = self.exchange.randomness(CODE_BYTES).hex()
        attestation = _entry(request, release, prepared, code, now)
        unit.requests.replace(request.closed(RequestState.SIGNED), was=request)
        unit.attestations.add(attestation)
        self._replenish(unit, attestation.record_id, now)
        self._keep(unit, question, prepared, attestation, code)
        self.exchange.history.attest(unit, attestation.intent_id, prepared.attestation_id, prepared.terms)
        return attestation

    def _replenish(self, unit: ReuseUnit, record_id: str, now: int) -> None:
        record, exchange = load_record(unit.vault, record_id), self.exchange
        replenish_versions(unit, record_id, record, exchange.ledger, randomness=exchange.randomness, now=now)

    def _keep(
        self, unit: ReuseUnit, question: Question, prepared: Prepared, attestation: Attestation, code: str
    ) -> None:
        """Everything about the release lies under the record: erasing the record erases it too."""
        plaintext = prepared.transfer.to_bytes()
        sealed = self.exchange.sealing.seal(
            plaintext,
            question.recipient_keys.keys.transfer_key,
            context=sealing_context(question.asked.digest, prepared.attestation_id),
        )
        record_id, identifier = attestation.record_id, prepared.attestation_id
        unit.vault.put(record_id, transfer_file(identifier), plaintext)
        unit.vault.put(record_id, sealed_file(identifier), sealed)
        unit.vault.put(record_id, code_file(identifier), code.encode())


def _fitting(unit: ReuseUnit, binding: Binding, question: Question, *, now: int) -> VerificationRecord:
    next_release(unit, binding.record_id, question.asked, now=now)
    record = load_record(unit.vault, binding.record_id)
    if missing_attributes(record, question.asked):
        raise InvalidInput("release.attributes", "this verification lacks what the recipient requires")
    return record


def _entry(request: PushedRequest, release: Release, prepared: Prepared, code: str, now: int) -> Attestation:
    receipt, identifier = prepared.transfer.consent, prepared.attestation_id.hex()
    return Attestation(
        attestation_id=identifier,
        request_id=request.request_id,
        record_id=release.entry.record_id,
        version=release.leaf.number,
        recipient_id=receipt.recipient.member_id,
        purpose=receipt.purpose.value,
        attributes=[attribute.value for attribute in receipt.attributes],
        consent_digest=receipt.digest.hex(),
        code_digest=sha256(code.encode()).hexdigest(),
        state=ReleaseState.QUEUED.value,
        intent_id=f"attest:{identifier}",
        created_at=now,
        decide_by=prepared.terms.decide_by,
    )


def _signing_options(endpoint: str, receipt: ConsentReceipt, binding: Binding) -> dict[str, Any]:
    options = assertion_options(relying_party(endpoint), challenge=receipt.digest)
    return {**options, "allowCredentials": [{"type": "public-key", "id": binding.binding_id}]}
