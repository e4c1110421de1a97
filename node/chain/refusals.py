"""What the contract's refusals are called in the node: custom error -> stable code.

Decides names only. Codes that protocol.md's recipient checks use are the same words here. A `Refusal` is an
outcome, not an exception: the contract did decide. Spec: contracts/src/interfaces/*.sol; Solidity "Errors and
the Revert Statement".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eth_abi.exceptions import DecodingError

from node.chain.abi import SELECTOR_BYTES

if TYPE_CHECKING:
    from node.chain.abi import Artifact

UNEXPLAINED = "reverted"
"""A revert without data or with data that the ABI does not name, e.g. out of gas."""

CODES = {
    # Consortium
    "NotActiveMember": "member_not_active",
    "NotActiveProvider": "provider_not_active",
    "UnknownMember": "member_unknown",
    "WrongStatus": "member_wrong_status",
    "SignerTaken": "signer_taken",
    "InvalidSigner": "signer_invalid",
    "InvalidRole": "role_invalid",
    "InvalidRule": "method_rule_invalid",
    "InvalidKeys": "keys_invalid",
    "ConsortiumFull": "consortium_full",
    "UnknownProposal": "proposal_unknown",
    "ProposalLapsed": "proposal_lapsed",
    "ProposalClosed": "proposal_closed",
    "AlreadyApproved": "already_approved",
    "LastProvider": "last_provider",
    "InvalidCompromiseTime": "compromise_time_invalid",
    # IdentityHistory
    "RootKnown": "root_known",
    "InvalidSize": "size_invalid",
    "IdKnown": "id_known",
    "InvalidId": "id_invalid",
    "UnknownAttestation": "attestation_not_found",
    "NotIssuer": "not_issuer",
    "NotRecipient": "not_recipient",
    "RecipientNotActive": "recipient_not_active",
    "IssuerNotActive": "issuer_not_active",
    "SelfAttestation": "self_attestation",
    "MethodNotAllowed": "method_not_allowed",
    "VerifiedInFuture": "verified_in_future",
    "TooOld": "too_old",
    "DecideByOutOfRange": "decide_by_out_of_range",
    "LegalBasisNotEnabled": "legal_basis_not_enabled",
    "NotPending": "attestation_not_pending",
    "AlreadyRevoked": "already_revoked",
    "EmptyBatch": "batch_empty",
    "LengthMismatch": "length_mismatch",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the contract would not do it.

    Attributes:
        code: stable, from `CODES`, or `UNEXPLAINED`.
        error: the custom error's name, or "".
        arguments: its arguments in the ABI's order.
    """

    code: str
    error: str = ""
    arguments: tuple[Any, ...] = ()


def explain(data: bytes, artifact: Artifact) -> Refusal:
    """Name a revert by its data."""
    entry = artifact.errors.get(data[:SELECTOR_BYTES])
    if entry is None or entry.name not in CODES:
        return Refusal(UNEXPLAINED)
    try:
        return Refusal(CODES[entry.name], entry.name, entry.arguments(data))
    except DecodingError:
        return Refusal(UNEXPLAINED, entry.name)
