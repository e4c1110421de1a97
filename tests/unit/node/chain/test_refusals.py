"""Names of the contract's refusals."""

from __future__ import annotations

import pytest
from eth_utils.crypto import keccak

from node.chain.abi import load_artifact
from node.chain.refusals import CODES, Refusal, explain

pytestmark = pytest.mark.unit

ARTIFACT = load_artifact()
BY_NAME = {entry.name: entry for entry in ARTIFACT.errors.values()}

ACCEPTANCE_CODES = {
    "MethodNotAllowed": "method_not_allowed",
    "TooOld": "too_old",
    "NotPending": "attestation_not_pending",
    "LegalBasisNotEnabled": "legal_basis_not_enabled",
    "UnknownAttestation": "attestation_not_found",
    "UnknownMember": "member_unknown",
}


def test_every_custom_error_has_a_code_and_no_code_is_left_over():
    assert set(CODES) == set(BY_NAME)


def test_codes_are_unique():
    assert len(set(CODES.values())) == len(CODES)


@pytest.mark.parametrize(("error", "code"), ACCEPTANCE_CODES.items())
def test_refusals_that_recipients_check_for_have_the_protocols_words(error, code):
    assert CODES[error] == code


def test_a_refusal_carries_its_arguments():
    data = BY_NAME["TooOld"].encode(20_000, 365)
    assert explain(data, ARTIFACT) == Refusal("too_old", "TooOld", (20_000, 365))


@pytest.mark.parametrize(
    "data",
    [b"", b"\x00", keccak(b"Error(string)")[:4] + b"\0" * 64, keccak(b"SomethingElse()")[:4]],
    ids=["empty", "short", "plain_revert", "foreign_error"],
)
def test_a_revert_that_names_nothing_is_unexplained(data):
    assert explain(data, ARTIFACT) == Refusal("reverted")


def test_a_truncated_refusal_keeps_its_name_only():
    assert explain(BY_NAME["TooOld"].selector, ARTIFACT) == Refusal("reverted", "TooOld")
