"""Write commitments.json: what every implementation must compute. `python -m tests.vectors.commitments`.

Inputs are made from labels by SHA-256, so that the file can be made again byte for byte; outputs come from
`node.domain`. A Solidity harness on a real EVM checks them (tests/contracts/test_commitment_vectors.py).
"""

from __future__ import annotations

import hashlib
import itertools
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from node.domain import commitments
from node.domain.merkle import build_tree

if TYPE_CHECKING:
    from collections.abc import Callable

PATH = Path(__file__).with_suffix(".json")

CONTRACT = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
CHAIN_IDS = (1, 31_337, 2**64)
MEMBERS = ((1, 2), (2, 1), (1023, 65_535))
METHODS = ("jp.chip+face", "jp.chip+pin", "jp.photo+face", "jp.資料", "")
TREE_SIZES = (1, 2, 5, 16)


def digest(label: str) -> bytes:
    """32 bytes that stand for a digest or a secret."""
    return hashlib.sha256(f"rireki test vector: {label}".encode()).digest()


def counted(label: str) -> Callable[[int], bytes]:
    """Randomness that is the same every time."""
    numbers = itertools.count()
    return lambda size: digest(f"{label} {next(numbers)}")[:size]


def vectors() -> dict[str, Any]:
    """Everything that goes into the file."""
    parties = list(zip(CHAIN_IDS, MEMBERS, strict=True))
    return {
        "tags": {
            "leaf": _hex(commitments.TAG_LEAF),
            "attestation": _hex(commitments.TAG_ATTESTATION),
            "decision": _hex(commitments.TAG_DECISION),
        },
        "leafValues": [_leaf(chain, issuer) for chain, (issuer, _) in parties],
        "attestationIds": [_attestation(chain, *members) for chain, members in parties],
        "decisionCommitments": [_decision(accepted=accepted) for accepted in (True, False)],
        "methodCodes": [{"method": m, "code": _hex(commitments.method_code(m))} for m in METHODS],
        "merkleTrees": [_tree(size) for size in TREE_SIZES],
    }


def render() -> str:
    """File content."""
    return json.dumps(vectors(), indent=2, ensure_ascii=False) + "\n"


def _leaf(chain_id: int, issuer: int) -> dict[str, Any]:
    version, secret = digest(f"version {issuer}"), digest(f"leaf secret {issuer}")
    value = commitments.leaf_value(
        chain_id=chain_id, contract=CONTRACT, issuer_id=issuer, version_digest=version, secret=secret
    )
    return {
        "chainId": chain_id,
        "contract": CONTRACT,
        "issuerId": issuer,
        "versionDigest": _hex(version),
        "secret": _hex(secret),
        "value": _hex(value),
    }


def _attestation(chain_id: int, issuer: int, recipient: int) -> dict[str, Any]:
    names = ("credential", "consent", "attestation secret")
    credential, consent, secret = (digest(f"{name} {issuer}") for name in names)
    value = commitments.attestation_id(
        chain_id=chain_id,
        contract=CONTRACT,
        issuer_id=issuer,
        recipient_id=recipient,
        credential_digest=credential,
        consent_digest=consent,
        secret=secret,
    )
    return {
        "chainId": chain_id,
        "contract": CONTRACT,
        "issuerId": issuer,
        "recipientId": recipient,
        "credentialDigest": _hex(credential),
        "consentDigest": _hex(consent),
        "secret": _hex(secret),
        "id": _hex(value),
    }


def _decision(*, accepted: bool) -> dict[str, Any]:
    attestation, document, secret = digest("attestation"), digest("decision"), digest("decision secret")
    value = commitments.decision_commitment(
        attestation, accepted=accepted, decision_digest=document, secret=secret
    )
    return {
        "id": _hex(attestation),
        "accepted": accepted,
        "decisionDigest": _hex(document),
        "secret": _hex(secret),
        "commitment": _hex(value),
    }


def _tree(size: int) -> dict[str, Any]:
    values = [digest(f"value {number} of {size}") for number in range(size)]
    tree = build_tree(values, randomness=counted(f"tree of {size}"))
    return {
        "values": [_hex(value) for value in values],
        "layers": [[_hex(node) for node in layer] for layer in tree.layers],
        "root": _hex(tree.root),
        "proofs": [[_hex(sibling) for sibling in tree.proof(value)] for value in values],
    }


def _hex(value: bytes) -> str:
    return "0x" + value.hex()


if __name__ == "__main__":
    PATH.write_text(render(), encoding="utf-8")
