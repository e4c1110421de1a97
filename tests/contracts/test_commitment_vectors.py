"""Shared vectors: Solidity on a real EVM computes what the file says, OpenZeppelin accepts the proofs."""

import json
from typing import Any

import pytest

from scripts.compile_contracts import CONTRACTS, build_input, compile_with_node, select
from tests.sim.anvil import Anvil
from tests.sim.ledger import Contract, deploy_code
from tests.vectors import commitments

pytestmark = pytest.mark.contracts

VECTORS: dict[str, Any] = json.loads(commitments.PATH.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def harness(chain: Anvil) -> Contract:
    standard_input = build_input(CONTRACTS / "test", prefix="test")
    standard_input["settings"] |= {"viaIR": False}  # compiles in a third of the time
    output = compile_with_node(standard_input)
    compiled = select(output, "test/CommitmentHarness.sol", "CommitmentHarness")
    creation = bytes.fromhex(compiled["evm"]["bytecode"]["object"])
    return Contract(chain, deploy_code(chain, creation), compiled["abi"])


def raw(text: str) -> bytes:
    return bytes.fromhex(text[2:])


def arguments(vector: dict[str, Any]) -> list[Any]:
    """Inputs of a vector, in the file's order; its last entry is the result."""
    values = list(vector.values())[:-1]
    return [raw(v) if isinstance(v, str) and len(v) == 66 else v for v in values]


def result(vector: dict[str, Any]) -> bytes:
    return raw(list(vector.values())[-1])


def test_solidity_computes_the_leaf_values(harness: Contract):
    for vector in VECTORS["leafValues"]:
        assert harness.call("leafValue", *arguments(vector)) == result(vector)


def test_solidity_computes_the_attestation_ids(harness: Contract):
    for vector in VECTORS["attestationIds"]:
        assert harness.call("attestationId", *arguments(vector)) == result(vector)


def test_solidity_computes_the_decision_commitments(harness: Contract):
    for vector in VECTORS["decisionCommitments"]:
        assert harness.call("decisionCommitment", *arguments(vector)) == result(vector)


def test_solidity_computes_the_method_codes(harness: Contract):
    for vector in VECTORS["methodCodes"]:
        assert harness.call("methodCode", vector["method"]) == result(vector)


def test_openzeppelin_accepts_every_proof_and_no_other_value(harness: Contract):
    for tree in VECTORS["merkleTrees"]:
        root = raw(tree["root"])
        for value, proof in zip(tree["values"], tree["proofs"], strict=True):
            siblings = [raw(sibling) for sibling in proof]
            assert harness.call("verifyProof", root, raw(value), siblings)
            assert not harness.call("verifyProof", root, commitments.digest("another value"), siblings)
