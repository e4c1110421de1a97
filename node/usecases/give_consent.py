"""The customer's consent: what is shown for signing, and what the signature sets in motion.

The receipt is kept before it is signed, so that what was signed is what was shown. The signature makes
one attestation: its row, the use of the version and the chain intent are one transaction; the vault is
written before it, under names that nobody reads unless the transaction commits.
Spec: protocol.md "The journey" 3 and 4; `node.domain.consent`, `node.domain.release`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from node.domain import base64url
from node.domain.attestation import Attestation, PushedRequest, ReleaseState, RequestState
from node.domain.attributes import Attribute
from node.domain.binding import Binding
from node.domain.consent import ConsentReceipt, Party, build_receipt, parse_receipt
from node.domain.credential import credential_digest, present, sign_credential
from node.domain.ids import AttestationId, MemberId
from node.domain.passkey import relying_party, verify_assertion
from node.domain.record import VerificationRecord
from node.domain.registration import assertion_options, credential_id_of
from node.domain.release import DECIDE_WITHIN_S, recomputed_id, terms_of
from node.domain.session import token_digest
from node.domain.transfer import Transfer, sealing_context
from node.domain.versions import disclosures, unsigned_core
from node.errors import InvalidInput
from node.usecases.open_request import OpenRequest, Question
from node.usecases.releasable import (
    Release,
    code_file,
    load_record,
    load_version,
    missing_attributes,
    next_release,
    sealed_file,
    transfer_file,
)
from node.usecases.reuse_ports import Exchange
from node.usecases.standing import protocol_now, require_fresh, this_member

NOTICE_VERSION = "2026-11"
"""Version of the privacy notice on the consent page (node/web/templates/authorize.html)."""

LANGUAGE = "ja"

SECRET_BYTES = 32
CODE_BYTES = 32
"""256 bits each."""


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
        exchange, now = self.exchange, protocol_now(self.exchange)
        require_fresh(exchange)
        question = OpenRequest(exchange).again(request_id, browser)
        record = load_record(exchange.vault, binding.record_id)
        if missing_attributes(record, question.asked):
            raise InvalidInput("release.attributes", "this verification lacks what the recipient requires")
        with exchange.transaction() as unit:
            next_release(unit, binding.record_id, question.asked, now=now)
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
        exchange, now = self.exchange, protocol_now(self.exchange)
        require_fresh(exchange)
        if (made := self._made_before(request_id, browser)) is not None:
            return made
        question = OpenRequest(exchange).again(request_id, browser)
        receipt = self._verified_receipt(question.request, binding, assertion)
        with exchange.transaction() as unit:
            release = next_release(unit, binding.record_id, question.asked, now=now)
            me = this_member(exchange, unit)
        prepared = self._prepare(question, receipt, release, assertion, now)
        return self._record(question.request, prepared, MemberId(me.member_id))

    def _made_before(self, request_id: str, browser: str) -> Attestation | None:
        with self.exchange.transaction() as unit:
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

    def _prepare(
        self,
        question: Question,
        receipt: ConsentReceipt,
        release: Release,
        assertion: Mapping[str, Any],
        now: int,
    ) -> _Prepared:
        exchange = self.exchange
        record = load_record(exchange.vault, release.entry.record_id)
        version = load_version(exchange.vault, release.entry.record_id, release.leaf.number)
        jwt = sign_credential(
            unsigned_core(record, version),
            issuer=exchange.ledger.urn(receipt.issuer.member_id),
            audience=exchange.ledger.urn(receipt.recipient.member_id),
            consent_digest=receipt.digest,
            issued_at=now,
            expires_at=now + DECIDE_WITHIN_S,
            key=exchange.record_key,
        )
        transfer = Transfer(
            credential=present(jwt, disclosures(record, version), receipt.attributes),
            anchor_proof=release.proof,
            consent=receipt,
            assertion=assertion,
            leaf_secret=version.leaf_secret,
            attestation_secret=exchange.randomness(SECRET_BYTES),
        )
        return _Prepared(
            transfer, credential_digest(jwt), record, release, question.recipient_keys.keys.transfer_key, now
        )

    def _record(self, request: PushedRequest, prepared: _Prepared, me: MemberId) -> Attestation:
        exchange = self.exchange
        attestation_id = prepared.attestation_id(exchange)
        code = exchange.randomness(CODE_BYTES).hex()
        attestation = prepared.entry(request, attestation_id, code)
        self._keep(request, prepared, attestation_id, code)
        receipt = prepared.transfer.consent
        terms = terms_of(
            issuer=me,
            recipient=receipt.recipient.member_id,
            method=receipt.method,
            legal_basis=receipt.legal_basis,
            verified_at=receipt.verified_at,
            decide_by=attestation.decide_by,
        )
        with exchange.transaction() as unit:
            kept = unit.requests.get(request.request_id)
            unit.requests.replace(kept.closed(RequestState.SIGNED), was=request)
            unit.attestations.add(attestation)
            exchange.history.attest(unit, attestation.intent_id, attestation_id, terms)
        return attestation

    def _keep(
        self, request: PushedRequest, prepared: _Prepared, attestation_id: AttestationId, code: str
    ) -> None:
        record_id = prepared.release.entry.record_id
        plaintext = prepared.transfer.to_bytes()
        context = sealing_context(bytes.fromhex(request.digest), attestation_id)
        sealed = self.exchange.sealing.seal(plaintext, prepared.transfer_key, context=context)
        vault = self.exchange.vault
        vault.put(record_id, transfer_file(attestation_id), plaintext)
        vault.put(record_id, sealed_file(attestation_id), sealed)
        vault.put(record_id, code_file(attestation_id), code.encode())


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A release made ready, before anything is recorded."""

    transfer: Transfer
    credential_digest: bytes
    record: VerificationRecord
    release: Release
    transfer_key: bytes
    now: int

    def attestation_id(self, exchange: Exchange) -> AttestationId:
        receipt = self.transfer.consent
        terms = terms_of(
            issuer=receipt.issuer.member_id,
            recipient=receipt.recipient.member_id,
            method=receipt.method,
            legal_basis=receipt.legal_basis,
            verified_at=receipt.verified_at,
            decide_by=self.now + DECIDE_WITHIN_S,
        )
        return recomputed_id(
            exchange.ledger,
            terms,
            credential_digest=self.credential_digest,
            consent_digest=receipt.digest,
            secret=self.transfer.attestation_secret,
        )

    def entry(self, request: PushedRequest, attestation_id: AttestationId, code: str) -> Attestation:
        receipt = self.transfer.consent
        return Attestation(
            attestation_id=attestation_id.hex(),
            request_id=request.request_id,
            record_id=self.release.entry.record_id,
            version=self.release.leaf.number,
            recipient_id=receipt.recipient.member_id,
            purpose=receipt.purpose.value,
            attributes=[attribute.value for attribute in receipt.attributes],
            consent_digest=receipt.digest.hex(),
            code_digest=sha256(code.encode()).hexdigest(),
            state=ReleaseState.QUEUED.value,
            intent_id=f"attest:{attestation_id.hex()}",
            created_at=self.now,
            decide_by=self.now + DECIDE_WITHIN_S,
        )


def _signing_options(endpoint: str, receipt: ConsentReceipt, binding: Binding) -> dict[str, Any]:
    options = assertion_options(relying_party(endpoint), challenge=receipt.digest)
    allowed = [{"type": "public-key", "id": binding.binding_id}]
    if options["challenge"] != base64url.encode(receipt.digest):
        raise AssertionError("the challenge is the receipt's digest")
    return {**options, "allowCredentials": allowed}
