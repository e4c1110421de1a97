// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Consortium} from "./Consortium.sol";
import {HistoryFold} from "./HistoryFold.sol";
import {IIdentityHistory} from "./interfaces/IIdentityHistory.sol";

/// @dev NatSpec lives on the interface. Checks, effects, events; no external call is ever made.
contract IdentityHistory is Consortium, IIdentityHistory {
    using HistoryFold for bytes32;

    /// @dev Terms and state in one slot (17 of 32 bytes).
    struct Entry {
        uint16 issuer;
        uint16 recipient;
        bytes4 method;
        uint8 legalBasis;
        uint16 verifiedOn;
        uint40 decideBy;
        State state;
    }

    uint256 private constant DECISION_PERIOD = 7 days;
    /// @dev Japan Standard Time is UTC+9 all year.
    uint256 private constant JST_OFFSET = 9 hours;

    mapping(bytes32 id => Entry) private _entries;
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
        _history = _attest(_history, id, terms);
    }

    function attestMany(bytes32[] calldata ids, Terms[] calldata terms) external {
        if (ids.length == 0) revert EmptyBatch();
        if (ids.length != terms.length) revert LengthMismatch();

        bytes32 history = _history;
        for (uint256 i = 0; i < ids.length; ++i) {
            history = _attest(history, ids[i], terms[i]);
        }
        _history = history;
    }

    function decide(bytes32 id, bytes32 commitment) external {
        Entry memory entry = _requireEntry(id);
        _checkRecipient(id, entry.recipient);
        State state = _stateOf(entry);
        if (state != State.Pending) revert NotPending(id, state);
        _checkReliance(entry);

        _entries[id].state = State.Decided;
        _history = _history.decided(id, entry.recipient, commitment);
        emit Decided(id, entry.recipient, commitment);
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

    function _attest(bytes32 history, bytes32 id, Terms calldata terms) private returns (bytes32) {
        if (id == 0) revert InvalidId();
        _checkIssuer(id, terms.issuer);
        _checkTerms(terms);
        Entry storage entry = _entries[id];
        if (entry.state != State.None) revert IdKnown(id);

        _entries[id] = Entry(
            terms.issuer,
            terms.recipient,
            terms.method,
            terms.legalBasis,
            terms.verifiedOn,
            terms.decideBy,
            State.Pending
        );
        emit Attested(id, terms.issuer, terms.recipient, terms);
        return history.attested(id, terms);
    }

    function _revoke(bytes32 history, bytes32 id, ReasonClass reason) private returns (bytes32) {
        Entry memory entry = _requireEntry(id);
        _checkIssuer(id, entry.issuer);
        if (entry.state == State.Revoked) revert AlreadyRevoked(id);

        _entries[id].state = State.Revoked;
        emit Revoked(id, entry.issuer, reason);
        return history.revoked(id, entry.issuer, reason);
    }

    // --- checks ---

    function _checkTerms(Terms calldata terms) private view {
        if (terms.recipient == terms.issuer) revert SelfAttestation();
        (, bool active) = _standingOf(terms.recipient);
        if (!active) revert RecipientNotActive(terms.recipient);
        if (!_isAllowedNow(methodRule(terms.method))) revert MethodNotAllowed(terms.method);
        if (terms.verifiedOn > _today()) revert VerifiedInFuture(terms.verifiedOn);
        bool inRange = terms.decideBy > block.timestamp && terms.decideBy <= block.timestamp + DECISION_PERIOD;
        if (!inRange) revert DecideByOutOfRange(terms.decideBy);
    }

    /// @dev What must hold on the day of a decision, whatever held when the attestation was made.
    function _checkReliance(Entry memory entry) private view {
        (, bool active) = _standingOf(entry.issuer);
        if (!active) revert IssuerNotActive(entry.issuer);
        MethodRule memory rule = methodRule(entry.method);
        if (!_isAllowedNow(rule)) revert MethodNotAllowed(entry.method);
        if (!_isRecent(entry.verifiedOn, rule)) revert TooOld(entry.verifiedOn, rule.maxAgeDays);
        if (!_isEnabled(entry.legalBasis)) revert LegalBasisNotEnabled(entry.legalBasis);
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

    function _requireEntry(bytes32 id) private view returns (Entry memory entry) {
        entry = _entries[id];
        if (entry.state == State.None) revert UnknownAttestation(id);
    }

    function _stateOf(Entry memory entry) private view returns (State) {
        bool lapsed = entry.state == State.Pending && block.timestamp > entry.decideBy;
        return lapsed ? State.Lapsed : entry.state;
    }

    function _isRecent(uint16 verifiedOn, MethodRule memory rule) private view returns (bool) {
        return _today() <= uint256(verifiedOn) + rule.maxAgeDays;
    }

    function _today() private view returns (uint256) {
        return (block.timestamp + JST_OFFSET) / 1 days;
    }

    // --- views ---

    function statusOf(bytes32 id) external view returns (State state, Terms memory terms) {
        Entry memory entry = _entries[id];
        terms = Terms(
            entry.issuer, entry.recipient, entry.method, entry.legalBasis, entry.verifiedOn, entry.decideBy
        );
        return (_stateOf(entry), terms);
    }

    function isValid(bytes32 id) external view returns (bool) {
        Entry memory entry = _entries[id];
        State state = _stateOf(entry);
        if (state != State.Pending && state != State.Decided) return false;
        (, bool active) = _standingOf(entry.issuer);
        MethodRule memory rule = methodRule(entry.method);
        return active && _isAllowedNow(rule) && _isRecent(entry.verifiedOn, rule);
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
