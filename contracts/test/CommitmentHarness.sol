// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";

/// @title What Solidity makes of the commitments that nodes compute off chain.
/// @notice Never deployed but by tests: tests/vectors/commitments.json must give the same values here and in Python.
contract CommitmentHarness {
    bytes32 private constant TAG_LEAF = keccak256("rireki.leaf.v1");
    bytes32 private constant TAG_ATTESTATION = keccak256("rireki.attestation.v1");
    bytes32 private constant TAG_DECISION = keccak256("rireki.decision.v1");

    function leafValue(uint256 chainId, address ledger, uint16 issuerId, bytes32 versionDigest, bytes32 secret)
        external
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(TAG_LEAF, chainId, ledger, issuerId, versionDigest, secret));
    }

    function attestationId(
        uint256 chainId,
        address ledger,
        uint16 issuerId,
        uint16 recipientId,
        bytes32 credentialDigest,
        bytes32 consentDigest,
        bytes32 secret
    ) external pure returns (bytes32) {
        return keccak256(
            abi.encode(
                TAG_ATTESTATION, chainId, ledger, issuerId, recipientId, credentialDigest, consentDigest, secret
            )
        );
    }

    function decisionCommitment(bytes32 id, bool accepted, bytes32 decisionDigest, bytes32 secret)
        external
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(TAG_DECISION, id, accepted, decisionDigest, secret));
    }

    function methodCode(string calldata methodId) external pure returns (bytes4) {
        return bytes4(keccak256(bytes(methodId)));
    }

    function verifyProof(bytes32 root, bytes32 value, bytes32[] calldata proof) external pure returns (bool) {
        return MerkleProof.verify(proof, root, keccak256(abi.encode(value)));
    }
}
