// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Consortium} from "./Consortium.sol";
import {Entry, pack} from "./Entry.sol";
import {HistoryFold} from "./HistoryFold.sol";
import {IIdentityHistory} from "./interfaces/IIdentityHistory.sol";

/// @dev NatSpec lives on the interface. Checks, effects, events; no external call is ever made.
contract IdentityHistory is Consortium, IIdentityHistory {
    using HistoryFold for bytes32;

    /// @dev Wrapped so that a storage pointer can stand for the slot, which is then computed once.
    struct Attestation {
        Entry entry;
    }

    uint256 private constant DECISION_PERIOD = 7 days;
    /// @dev Japan Standard Time is UTC+9 all year.
    uint256 private constant JST_OFFSET = 9 hours;

    mapping(bytes32 id => Attestation) private _attestations;
    mapping(uint16 issuer => mapping(bytes32 root => uint40 time)) private _anchoredAt;

    constructor(Founder[] memory founders) Consortium(founders) {}

    // --- entry points ---

    function anchor(bytes32 root, uint32 size) external {
        uint16 issuer = _requireActiveProvider();
        if (size == 0 || size & (size - 1) != 0) revert InvalidSize();
        if (_anchoredAt[issuer][root] != 0) revert RootKnown(root);

        _anchoredAt[issuer][root] = uint40(block.timestamp);
        _history = _history.anchored(issuer, root, size);
        emit Anchored(issuer, root, size);
    }

    function attest(bytes32 id, Terms calldata terms) external {
        _checkIssuer(id, terms.issuer);
        _history = _attest(_history, id, terms);
    }

    function attestMany(bytes32[] calldata ids, Terms[] calldata terms) external {
        if (ids.length == 0) revert EmptyBatch();
        if (ids.length != terms.length) revert LengthMismatch();

        uint16 issuer = terms[0].issuer;
        _checkIssuer(ids[0], issuer);
        bytes32 history = _history;
        for (uint256 i = 0; i < ids.length; ++i) {
            Terms memory item = terms[i];
            if (item.issuer != issuer) revert NotIssuer(ids[i]);
            history = _attest(history, ids[i], item);
        }
        _history = history;
    }

    function decide(bytes32 id, bytes32 commitment) external {
        (Attestation storage attestation, Entry entry) = _requireAttestation(id);
        _checkRecipient(id, entry.recipient());
        if (!_isOpen(entry)) revert NotPending(id, _stateOf(entry));
        _checkReliance(entry);

        attestation.entry = entry.withState(State.Decided);
        _history = _history.decided(id, entry.recipient(), commitment);
        emit Decided(id, entry.recipient(), commitment);
    }

    function revoke(bytes32[] calldata ids, ReasonClass reason) external {
        if (ids.length == 0) revert EmptyBatch();

        bytes32 history = _history;
        for (uint256 i = 0; i < ids.length; ++i) {
            history = _revoke(history, ids[i], reason);
        }
        _history = history;
    }

    // --- one item ---

    function _attest(bytes32 history, bytes32 id, Terms memory terms) private returns (bytes32) {
        if (id == 0) revert InvalidId();
        _checkTerms(terms);
        Attestation storage attestation = _attestations[id];
        if (!attestation.entry.isIn(State.None)) revert IdKnown(id);

        attestation.entry = pack(terms, State.Pending);
        _logAttested(id, terms);
        return history.attested(id, terms);
    }

    /// @dev emit Attested(id, terms.issuer, terms.recipient, terms) without copying the terms: a struct's words in memory
    /// are its encoding. The copy would cost 189 gas of every attestation.
    function _logAttested(bytes32 id, Terms memory terms) private {
        bytes32 signature = Attested.selector;
        (uint256 issuer, uint256 recipient) = (terms.issuer, terms.recipient);
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            log4(terms, 0xc0, signature, id, issuer, recipient)
        }
    }

    function _revoke(bytes32 history, bytes32 id, ReasonClass reason) private returns (bytes32) {
        (Attestation storage attestation, Entry entry) = _requireAttestation(id);
        _checkIssuer(id, entry.issuer());
        if (entry.isIn(State.Revoked)) revert AlreadyRevoked(id);

        attestation.entry = entry.withState(State.Revoked);
        emit Revoked(id, entry.issuer(), reason);
        return history.revoked(id, entry.issuer(), reason);
    }

    // --- checks ---

    function _checkTerms(Terms memory terms) private view {
        if (terms.recipient == terms.issuer) revert SelfAttestation();
        (, bool active) = _standingOf(terms.recipient);
        if (!active) revert RecipientNotActive(terms.recipient);
        (bool allowed,) = _permissionNow(terms.method);
        if (!allowed) revert MethodNotAllowed(terms.method);
        if (terms.verifiedOn > _today()) revert VerifiedInFuture(terms.verifiedOn);
        bool inRange = terms.decideBy > block.timestamp && terms.decideBy <= block.timestamp + DECISION_PERIOD;
        if (!inRange) revert DecideByOutOfRange(terms.decideBy);
    }

    /// @dev What must hold on the day of a decision, whatever held when the attestation was made.
    function _checkReliance(Entry entry) private view {
        (, bool active) = _standingOf(entry.issuer());
        if (!active) revert IssuerNotActive(entry.issuer());
        (bool allowed, uint16 maxAgeDays) = _permissionNow(entry.method());
        if (!allowed) revert MethodNotAllowed(entry.method());
        if (!_isRecent(entry.verifiedOn(), maxAgeDays)) revert TooOld(entry.verifiedOn(), maxAgeDays);
        if (!_isEnabled(entry.legalBasis())) revert LegalBasisNotEnabled(entry.legalBasis());
    }

    function _checkIssuer(bytes32 id, uint16 issuer) private view {
        (address signer, bool active) = _standingOf(issuer);
        if (signer != msg.sender) revert NotIssuer(id);
        if (!active) revert NotActiveProvider(msg.sender);
    }

    function _checkRecipient(bytes32 id, uint16 recipient) private view {
        (address signer, bool active) = _standingOf(recipient);
        if (signer != msg.sender) revert NotRecipient(id);
        if (!active) revert NotActiveProvider(msg.sender);
    }

    function _requireAttestation(bytes32 id) private view returns (Attestation storage attestation, Entry entry) {
        attestation = _attestations[id];
        entry = attestation.entry;
        if (entry.isIn(State.None)) revert UnknownAttestation(id);
    }

    function _stateOf(Entry entry) private view returns (State) {
        bool lapsed = entry.isIn(State.Pending) && !_isOpen(entry);
        return lapsed ? State.Lapsed : entry.state();
    }

    function _isOpen(Entry entry) private view returns (bool) {
        return entry.isIn(State.Pending) && block.timestamp <= entry.decideBy();
    }

    function _isRecent(uint256 verifiedOn, uint256 maxAgeDays) private view returns (bool) {
        unchecked {
            return _today() <= verifiedOn + maxAgeDays; // two 16-bit numbers
        }
    }

    function _today() private view returns (uint256) {
        unchecked {
            return (block.timestamp + JST_OFFSET) / 1 days;
        }
    }

    // --- views ---

    function statusOf(bytes32 id) external view returns (State state, Terms memory terms) {
        Entry entry = _attestations[id].entry;
        return (_stateOf(entry), entry.toTerms());
    }

    function isValid(bytes32 id) external view returns (bool) {
        Entry entry = _attestations[id].entry;
        if (!entry.isIn(State.Decided) && !_isOpen(entry)) return false;
        (, bool active) = _standingOf(entry.issuer());
        (bool allowed, uint16 maxAgeDays) = _permissionNow(entry.method());
        return active && allowed && _isRecent(entry.verifiedOn(), maxAgeDays);
    }

    function isAnchored(uint16 issuer, bytes32 root) external view returns (bool) {
        return _anchoredAt[issuer][root] != 0;
    }

    function anchoredAt(uint16 issuer, bytes32 root) external view returns (uint40) {
        return _anchoredAt[issuer][root];
    }

    function historyHead() external view returns (bytes27) {
        return _history.headOf();
    }

    function historyCount() external view returns (uint40) {
        return _history.countOf();
    }
}
