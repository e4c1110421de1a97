// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IConsortium} from "./interfaces/IConsortium.sol";
import {IIdentityHistory} from "./interfaces/IIdentityHistory.sol";

/// @title The running hash over the history, one function per event.
/// @notice A history is one word: the 27-byte head, then a 5-byte count of the events it folds. Folding an event gives
/// `head' = bytes27(keccak256(abi.encode(bytes32(head), uint8 kind, uint40 block.timestamp, fields...)))`. The fields
/// are those of the event, in its order; strings, bytes and structs that hold them enter as keccak256 of their
/// abi.encode.
/// @dev Values in, value out: a batch folds in memory and stores once. Kind numbers are part of the hash; never reuse
/// one.
library HistoryFold {
    uint8 internal constant PROPOSAL_MADE = 1;
    uint8 internal constant PROPOSAL_APPROVED = 2;
    uint8 internal constant PROPOSAL_EXECUTED = 3;
    uint8 internal constant MEMBER_ADMITTED = 4;
    uint8 internal constant MEMBER_STATUS_CHANGED = 5;
    uint8 internal constant SIGNER_REPLACED = 6;
    uint8 internal constant METHOD_RULE_SET = 7;
    uint8 internal constant LEGAL_BASES_SET = 8;
    uint8 internal constant KEYS_PUBLISHED = 9;
    uint8 internal constant COMPROMISE_DECLARED = 10;
    uint8 internal constant ANCHORED = 11;
    uint8 internal constant ATTESTED = 12;
    uint8 internal constant DECIDED = 13;
    uint8 internal constant REVOKED = 14;

    function headOf(bytes32 history) internal pure returns (bytes27) {
        return bytes27(history);
    }

    function countOf(bytes32 history) internal pure returns (uint40) {
        return uint40(uint256(history));
    }

    function proposalMade(
        bytes32 history,
        uint256 proposalId,
        uint16 proposer,
        IConsortium.Action action,
        bytes memory payload,
        uint40 lapsesAt
    ) internal view returns (bytes32) {
        bytes32 content = keccak256(abi.encode(payload));
        return _next(
            history,
            abi.encode(_head(history), PROPOSAL_MADE, _now(), proposalId, proposer, action, content, lapsesAt)
        );
    }

    function proposalApproved(bytes32 history, uint256 proposalId, uint16 member) internal view returns (bytes32) {
        return _next(history, abi.encode(_head(history), PROPOSAL_APPROVED, _now(), proposalId, member));
    }

    function proposalExecuted(bytes32 history, uint256 proposalId) internal view returns (bytes32) {
        return _next(history, abi.encode(_head(history), PROPOSAL_EXECUTED, _now(), proposalId));
    }

    function memberAdmitted(
        bytes32 history,
        uint16 memberId,
        address signer,
        IConsortium.Role role,
        string memory name
    ) internal view returns (bytes32) {
        bytes32 nameHash = keccak256(abi.encode(name));
        return _next(history, abi.encode(_head(history), MEMBER_ADMITTED, _now(), memberId, signer, role, nameHash));
    }

    function memberStatusChanged(bytes32 history, uint16 memberId, IConsortium.Status status)
        internal
        view
        returns (bytes32)
    {
        return _next(history, abi.encode(_head(history), MEMBER_STATUS_CHANGED, _now(), memberId, status));
    }

    function signerReplaced(bytes32 history, uint16 memberId, address signer) internal view returns (bytes32) {
        return _next(history, abi.encode(_head(history), SIGNER_REPLACED, _now(), memberId, signer));
    }

    function methodRuleSet(bytes32 history, bytes4 method, IConsortium.MethodRule memory rule)
        internal
        view
        returns (bytes32)
    {
        return _next(history, abi.encode(_head(history), METHOD_RULE_SET, _now(), method, rule));
    }

    function legalBasesSet(bytes32 history, uint256 bitmap) internal view returns (bytes32) {
        return _next(history, abi.encode(_head(history), LEGAL_BASES_SET, _now(), bitmap));
    }

    /// @param digest keccak256(abi.encode(keys)); folded twice, once as the event's digest and once for its keys
    function keysPublished(bytes32 history, uint16 memberId, bytes32 digest) internal view returns (bytes32) {
        return _next(history, abi.encode(_head(history), KEYS_PUBLISHED, _now(), memberId, digest, digest));
    }

    function compromiseDeclared(bytes32 history, uint16 memberId, uint40 since) internal view returns (bytes32) {
        return _next(history, abi.encode(_head(history), COMPROMISE_DECLARED, _now(), memberId, since));
    }

    function anchored(bytes32 history, uint16 issuer, bytes32 root, uint32 size) internal view returns (bytes32) {
        return _next(history, abi.encode(_head(history), ANCHORED, _now(), issuer, root, size));
    }

    function attested(bytes32 history, bytes32 id, IIdentityHistory.Terms memory terms)
        internal
        view
        returns (bytes32)
    {
        // abi.encode(head, kind, now, id, issuer, recipient, terms) without its copies: a struct's words in memory are
        // its encoding, and the step is hashed where it lies, beyond the memory in use.
        bytes32 head = _head(history);
        uint256 kind = ATTESTED;
        bytes32 digest;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            let step := mload(0x40)
            mstore(step, head)
            mstore(add(step, 0x20), kind)
            mstore(add(step, 0x40), and(timestamp(), 0xffffffffff))
            mstore(add(step, 0x60), id)
            mcopy(add(step, 0x80), terms, 0x40)
            mcopy(add(step, 0xc0), terms, 0xc0)
            digest := keccak256(step, 0x180)
        }
        return _append(history, digest);
    }

    function decided(bytes32 history, bytes32 id, uint16 recipient, bytes32 commitment)
        internal
        view
        returns (bytes32)
    {
        return _next(history, abi.encode(_head(history), DECIDED, _now(), id, recipient, commitment));
    }

    function revoked(bytes32 history, bytes32 id, uint16 issuer, IIdentityHistory.ReasonClass reason)
        internal
        view
        returns (bytes32)
    {
        return _next(history, abi.encode(_head(history), REVOKED, _now(), id, issuer, reason));
    }

    function _head(bytes32 history) private pure returns (bytes32) {
        return bytes32(headOf(history));
    }

    function _now() private view returns (uint40) {
        return uint40(block.timestamp);
    }

    function _next(bytes32 history, bytes memory step) private pure returns (bytes32) {
        return _append(history, keccak256(step));
    }

    function _append(bytes32 history, bytes32 digest) private pure returns (bytes32) {
        unchecked {
            return bytes32(bytes27(digest)) | bytes32(uint256(countOf(history) + 1)); // 2**40 events will not happen
        }
    }
}
