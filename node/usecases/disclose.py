"""Open one attestation to a regulator: two auditors ask, the member answers, the regulator recomputes.

Spec: protocol.md "The journey" 8; `node.domain.audit.disclosure_code`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from node.domain.access import ApiKey
from node.domain.attributes import Attribute
from node.domain.audit import Disclosure as Shown
from node.domain.audit import disclosure_code
from node.domain.disclosure import Disclosure, DisclosureAnswer, DisclosureState, disclosure_context
from node.domain.events import Role, Terms
from node.domain.ids import AttestationId
from node.domain.jwk import jwk_of_point
from node.domain.ledger import Member
from node.domain.passkey import relying_party, verify_assertion
from node.domain.presentation import signature_holds
from node.domain.transfer import Transfer, parse_transfer
from node.errors import InvalidInput
from node.usecases.receive_transfer import TRANSFER_FILE
from node.usecases.releasable import transfer_file
from node.usecases.reuse_ports import Exchange, ReuseUnit
from node.usecases.standing import current_keys, require_role, this_member

DISCLOSURE_ID_BYTES = 16

DISCLOSED_FILE = "disclosed.json"
"""Vault name, under the disclosure id, of what the member disclosed."""

MAX_CASE_CHARACTERS = 64


@dataclass(frozen=True)
class RequestDisclosure:
    """The first auditor asks."""

    exchange: Exchange

    def __call__(self, attestation_id: AttestationId, case_number: str, *, key: ApiKey) -> Disclosure:
        """Note the request; nothing is asked of anybody yet.

        Raises:
            InvalidInput: `attestation.unknown`, `disclosure.case_number`, `disclosure.wrong_role` when
                this node is no regulator.
        """
        exchange = self.exchange
        if not 0 < len(case_number.strip()) <= MAX_CASE_CHARACTERS:
            raise InvalidInput("disclosure.case_number", "a case number has 1 to 64 characters")
        with exchange.transaction() as unit:
            require_role(this_member(exchange, unit), Role.REGULATOR, area="disclosure")
            disclosure = Disclosure(
                disclosure_id=exchange.randomness(DISCLOSURE_ID_BYTES).hex(),
                attestation_id=attestation_id.hex(),
                member_id=_terms(unit, attestation_id).issuer,
                case_number=case_number.strip(),
                requested_by=key.holder,
                requested_key=key.key_id,
                created_at=exchange.clock.now(),
            )
            unit.disclosures.add(disclosure)
        return disclosure


@dataclass(frozen=True)
class ApproveDisclosure:
    """The second auditor agrees, and the member is asked."""

    exchange: Exchange

    def __call__(self, disclosure_id: str, *, key: ApiKey) -> Disclosure:
        """Approve and execute. When the member is away, calling again asks again.

        Raises:
            InvalidInput: `disclosure.unknown`, `disclosure.same_person`, `disclosure.lapsed`, the
                member's code.
            Unavailable: the member is away (`peer.unreachable`); the approval is kept.
        """
        exchange = self.exchange
        with exchange.transaction() as unit:
            disclosure = unit.disclosures.get(disclosure_id)
            if disclosure.state == DisclosureState.REQUESTED:
                approved = disclosure.approved(by=key.holder, key_id=key.key_id, now=exchange.clock.now())
                unit.disclosures.replace(approved, was=disclosure)
                disclosure = approved
        if disclosure.state == DisclosureState.ANSWERED:
            return disclosure
        plaintext = self._ask(disclosure)
        findings = self._findings(disclosure, parse_transfer(plaintext))
        with exchange.transaction() as unit:
            unit.vault.put(disclosure.disclosure_id, DISCLOSED_FILE, plaintext)
            answered = disclosure.answered(findings, now=exchange.clock.now())
            unit.disclosures.replace(answered, was=disclosure)
        return answered

    def _ask(self, disclosure: Disclosure) -> bytes:
        exchange = self.exchange
        with exchange.snapshot() as unit:
            keys = current_keys(unit, disclosure.member_id, unit.now, area="member")
        form = {
            "disclosure_id": disclosure.disclosure_id,
            "attestation_id": disclosure.attestation_id,
            "case_number": disclosure.case_number,
            "auditors": json.dumps([disclosure.requested_by, disclosure.approved_by], ensure_ascii=False),
        }
        sealed = exchange.peers.request_disclosure(keys.keys.endpoint, form)
        context = disclosure_context(disclosure.disclosure_id)
        return exchange.sealing.open(sealed, context=context)

    def _findings(self, disclosure: Disclosure, transfer: Transfer) -> dict[str, Any]:
        exchange, presentation = self.exchange, transfer.presentation
        identifier = AttestationId(bytes.fromhex(disclosure.attestation_id))
        with exchange.snapshot() as unit:
            terms = _terms(unit, identifier)
            keys = unit.ledger.keys(terms.issuer)
            anchored = unit.ledger.anchored_at(terms.issuer, transfer.anchor_proof.root)
        shown = Shown(presentation.credential_digest, transfer.consent, transfer.attestation_secret)
        code = disclosure_code(exchange.ledger, identifier, terms, shown)
        signers = [one for one in keys if signature_holds(presentation, jwk_of_point(one.keys.record_key))]
        sites = {relying_party(one.keys.endpoint) for one in keys}
        consented = any(_consent_holds(transfer, site) for site in sites)
        return {
            "id_matches": code is None,
            "code": code,
            "credential_signed_by_issuer": bool(signers),
            "consent_signed_by_customer": consented,
            "anchored_at": anchored,
            "attributes": [attribute.value for attribute in presentation.claims],
        }


@dataclass(frozen=True)
class AnswerDisclosure:
    """A member opens one attestation to a regulator: as its issuer, or as its recipient."""

    exchange: Exchange

    def __call__(
        self,
        client: Member,
        *,
        disclosure_id: str,
        attestation_id: AttestationId,
        case_number: str,
        auditors: Sequence[str],
    ) -> bytes:
        """Note who asked and why, and give what was released, sealed to the regulator.

        Raises:
            InvalidInput: `client.wrong_role`, `disclosure.case_number`, `disclosure.two_auditors`,
                `attestation.unknown`.
        """
        exchange = self.exchange
        require_role(client, Role.REGULATOR, area="client")
        _require_grounds(case_number, auditors)
        with exchange.transaction() as unit:
            keys = current_keys(unit, client.member_id, exchange.clock.now(), area="client")
            plaintext = _released(unit, attestation_id)
            answer = DisclosureAnswer(
                answer_id=f"{client.member_id}:{disclosure_id}",
                attestation_id=attestation_id.hex(),
                regulator_id=client.member_id,
                case_number=case_number,
                auditors=list(auditors),
                created_at=exchange.clock.now(),
            )
            if not unit.disclosure_answers.find(answer_id=answer.answer_id):
                unit.disclosure_answers.add(answer)
        return exchange.sealing.seal(
            plaintext, keys.keys.transfer_key, context=disclosure_context(disclosure_id)
        )


def disclosed_claims(exchange: Exchange, disclosure: Disclosure) -> Mapping[str, Any]:
    """What the member disclosed of the person, without the portrait; empty before the answer."""
    if disclosure.state != DisclosureState.ANSWERED:
        return {}
    with exchange.snapshot() as unit:
        transfer = parse_transfer(unit.vault.get(disclosure.disclosure_id, DISCLOSED_FILE))
    claims = transfer.presentation.claims
    return {name.value: value for name, value in claims.items() if name is not Attribute.PORTRAIT}


def _require_grounds(case_number: str, auditors: Sequence[str]) -> None:
    if not 0 < len(case_number) <= MAX_CASE_CHARACTERS:
        raise InvalidInput("disclosure.case_number", "a case number has 1 to 64 characters")
    if len(set(auditors)) != 2 or len(auditors) != 2 or not all(auditors):  # noqa: PLR2004  two people
        raise InvalidInput("disclosure.two_auditors", "two different auditors must stand behind a disclosure")


def _released(unit: ReuseUnit, attestation_id: AttestationId) -> bytes:
    """What was released, as this member keeps it."""
    issued = unit.attestations.find(attestation_id=attestation_id.hex())
    if issued:
        return unit.vault.get(issued[0].record_id, transfer_file(attestation_id))
    received = unit.reuses.find(attestation_id=attestation_id.hex())
    if received:
        return unit.vault.get(received[0].reuse_id, TRANSFER_FILE)
    raise InvalidInput("attestation.unknown", "this member neither issued nor received such an attestation")


def _terms(unit: ReuseUnit, attestation_id: AttestationId) -> Terms:
    entry = unit.ledger.attestation(attestation_id)
    if entry is None:
        raise InvalidInput("attestation.unknown", "the chain knows no such attestation")
    return entry.terms


def _consent_holds(transfer: Transfer, site: Any) -> bool:
    passkey, digest = transfer.presentation.passkey, transfer.consent.digest
    return verify_assertion(transfer.assertion, digest, passkey=passkey, site=site).holds
