// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IIdentityHistory} from "./interfaces/IIdentityHistory.sol";

/// @title One attestation in one storage slot: its public terms and its state.
/// @dev From the lowest bit: state 8, decideBy 40, verifiedOn 16, legalBasis 8, method 32, recipient 16, issuer 16.
/// Packed by hand because the compiler reads and writes a struct's slot once per field: 1,200 gas of an attestation.
type Entry is uint256;

using {isIn, issuer, recipient, method, legalBasis, verifiedOn, decideBy, state, withState, toTerms} for Entry global;

function pack(IIdentityHistory.Terms memory terms, IIdentityHistory.State initial) pure returns (Entry) {
    return Entry.wrap(
        uint256(terms.issuer) << 120 | uint256(terms.recipient) << 104 | uint256(uint32(terms.method)) << 72
            | uint256(terms.legalBasis) << 64 | uint256(terms.verifiedOn) << 48 | uint256(terms.decideBy) << 8
            | uint256(initial)
    );
}

function issuer(Entry entry) pure returns (uint16) {
    return uint16(Entry.unwrap(entry) >> 120);
}

function recipient(Entry entry) pure returns (uint16) {
    return uint16(Entry.unwrap(entry) >> 104);
}

function method(Entry entry) pure returns (bytes4) {
    return bytes4(uint32(Entry.unwrap(entry) >> 72));
}

function legalBasis(Entry entry) pure returns (uint8) {
    return uint8(Entry.unwrap(entry) >> 64);
}

function verifiedOn(Entry entry) pure returns (uint16) {
    return uint16(Entry.unwrap(entry) >> 48);
}

function decideBy(Entry entry) pure returns (uint40) {
    return uint40(Entry.unwrap(entry) >> 8);
}

function state(Entry entry) pure returns (IIdentityHistory.State) {
    return IIdentityHistory.State(uint8(Entry.unwrap(entry)));
}

/// @dev Cheaper than comparing `state()`, which checks the enum's range.
function isIn(Entry entry, IIdentityHistory.State expected) pure returns (bool) {
    return uint8(Entry.unwrap(entry)) == uint8(expected);
}

function withState(Entry entry, IIdentityHistory.State next) pure returns (Entry) {
    return Entry.wrap(Entry.unwrap(entry) & ~uint256(0xff) | uint256(next));
}

function toTerms(Entry entry) pure returns (IIdentityHistory.Terms memory) {
    return IIdentityHistory.Terms(
        entry.issuer(), entry.recipient(), entry.method(), entry.legalBasis(), entry.verifiedOn(), entry.decideBy()
    );
}
