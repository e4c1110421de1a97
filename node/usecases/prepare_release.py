"""Make one consented release ready: sign the version, put the transfer together, compute its id.

Records nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from node.domain.consent import ConsentReceipt
from node.domain.credential import credential_digest, present, sign_credential
from node.domain.events import Terms
from node.domain.ids import AttestationId
from node.domain.release import DECIDE_WITHIN_S, recomputed_id, terms_of
from node.domain.transfer import Transfer
from node.domain.versions import disclosures, unsigned_core
from node.usecases.releasable import Release, load_record, load_version
from node.usecases.reuse_ports import Exchange, ReuseUnit

SECRET_BYTES = 32
"""256 bits that destroy the link when they are destroyed."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A release ready to be recorded.

    Attributes:
        transfer: what the recipient will open.
        terms: what the chain will show.
        attestation_id: what it will be called there.
    """

    transfer: Transfer
    terms: Terms
    attestation_id: AttestationId


def prepare_release(
    exchange: Exchange,
    unit: ReuseUnit,
    release: Release,
    receipt: ConsentReceipt,
    assertion: Mapping[str, Any],
    *,
    now: int,
) -> Prepared:
    """Sign the version for this recipient and consent.

    Raises:
        Corrupt: the vault lacks the record or the version.
    """
    decide_by = now + DECIDE_WITHIN_S
    record = load_record(unit.vault, release.entry.record_id)
    version = load_version(unit.vault, release.entry.record_id, release.leaf.number)
    jwt = sign_credential(
        unsigned_core(record, version),
        issuer=exchange.ledger.urn(receipt.issuer.member_id),
        audience=exchange.ledger.urn(receipt.recipient.member_id),
        consent_digest=receipt.digest,
        issued_at=now,
        expires_at=decide_by,
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
    terms = terms_of(
        issuer=receipt.issuer.member_id,
        recipient=receipt.recipient.member_id,
        method=receipt.method,
        legal_basis=receipt.legal_basis,
        verified_at=receipt.verified_at,
        decide_by=decide_by,
    )
    identifier = recomputed_id(
        exchange.ledger,
        terms,
        credential_digest=credential_digest(jwt),
        consent_digest=receipt.digest,
        secret=transfer.attestation_secret,
    )
    return Prepared(transfer, terms, identifier)
