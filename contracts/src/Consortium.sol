// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";

import {Ballot} from "./Ballot.sol";
import {HistoryFold} from "./HistoryFold.sol";
import {IConsortium} from "./interfaces/IConsortium.sol";

/// @dev NatSpec lives on the interface. Checks, effects, events; no external call is ever made.
abstract contract Consortium is IConsortium {
    using BitMaps for BitMaps.BitMap;
    using Ballot for BitMaps.BitMap;
    using HistoryFold for bytes32;

    /// @dev Approvals are bits by member id.
    struct Proposal {
        Action action;
        bool closed;
        uint40 lapsesAt;
        bytes payload;
        BitMaps.BitMap approvals;
    }

    struct KeyRecord {
        bytes32 digest;
        uint40 validFrom;
    }

    uint40 private constant VOTING_PERIOD = 7 days;
    /// @dev Role and status of an active provider, as they lie beside each other in a member's slot.
    uint256 private constant ACTIVE_PROVIDER = uint256(Role.Provider) | uint256(Status.Active) << 8;
    /// @dev x ‖ y of a P-256 point.
    uint256 private constant RECORD_KEY_BYTES = 64;
    /// @dev ML-KEM-768 encapsulation key (1,184, FIPS 203) ‖ X25519 (32).
    uint256 private constant TRANSFER_KEY_BYTES = 1216;

    /// @dev Head and count of the running hash, see HistoryFold. In its own slot; every call writes it once.
    bytes32 internal _history;

    mapping(uint16 memberId => Member) private _members;
    mapping(address signer => uint16 memberId) private _idOf;
    mapping(uint16 memberId => KeyRecord) private _keys;
    mapping(bytes4 method => MethodRule) private _rules;
    mapping(uint256 proposalId => Proposal) private _proposals;
    BitMaps.BitMap private _activeProviders;
    uint256 private _legalBases;
    uint256 private _proposalCount;
    uint16 private _memberCount;
    uint16 private _activeProviderCount;

    constructor(Founder[] memory founders) {
        if (founders.length == 0) revert LastProvider();
        for (uint256 i = 0; i < founders.length; ++i) {
            _checkAdmission(founders[i].signer, Role.Provider);
            _admit(founders[i].signer, Role.Provider, founders[i].name);
        }
    }

    // --- votes ---

    function propose(Action action, bytes calldata payload) external returns (uint256 proposalId) {
        uint16 proposer = _requireActiveProvider();
        _checkAction(action, payload);

        proposalId = ++_proposalCount;
        uint40 lapsesAt = uint40(block.timestamp) + VOTING_PERIOD;
        Proposal storage proposal = _proposals[proposalId];
        proposal.action = action;
        proposal.lapsesAt = lapsesAt;
        proposal.payload = payload;
        proposal.approvals.set(proposer);
        _history = _history.proposalMade(proposalId, proposer, action, payload, lapsesAt);
        emit ProposalMade(proposalId, proposer, action, payload, lapsesAt);

        _executeIfCarried(proposalId);
    }

    function approve(uint256 proposalId) external {
        uint16 member = _requireActiveProvider();
        Proposal storage proposal = _proposals[proposalId];
        if (proposal.lapsesAt == 0) revert UnknownProposal(proposalId);
        if (proposal.closed) revert ProposalClosed(proposalId);
        if (block.timestamp > proposal.lapsesAt) revert ProposalLapsed(proposalId);
        if (proposal.approvals.get(member)) revert AlreadyApproved(proposalId, member);

        proposal.approvals.set(member);
        _history = _history.proposalApproved(proposalId, member);
        emit ProposalApproved(proposalId, member);

        _executeIfCarried(proposalId);
    }

    function _executeIfCarried(uint256 proposalId) private {
        Proposal storage proposal = _proposals[proposalId];
        if (2 * proposal.approvals.tally(_activeProviders) <= _activeProviderCount) return;

        Action action = proposal.action;
        bytes memory payload = proposal.payload;
        // Checked again: the world may have moved since the proposal was made.
        _checkAction(action, payload);
        proposal.closed = true;
        _history = _history.proposalExecuted(proposalId);
        emit ProposalExecuted(proposalId);
        _takeEffect(action, payload);
    }

    function _checkAction(Action action, bytes memory payload) private view {
        if (action == Action.Admit) {
            (address signer, Role role,) = abi.decode(payload, (address, Role, string));
            _checkAdmission(signer, role);
        } else if (action == Action.ReplaceSigner) {
            (uint16 memberId, address signer) = abi.decode(payload, (uint16, address));
            _checkReplacement(memberId, signer);
        } else if (action == Action.SetMethodRule) {
            (, MethodRule memory rule) = abi.decode(payload, (bytes4, MethodRule));
            _checkRule(rule);
        } else if (action == Action.SetLegalBases) {
            abi.decode(payload, (uint256));
        } else {
            _checkStatusChange(action, abi.decode(payload, (uint16)));
        }
    }

    function _takeEffect(Action action, bytes memory payload) private {
        if (action == Action.Admit) {
            (address signer, Role role, string memory name) = abi.decode(payload, (address, Role, string));
            _admit(signer, role, name);
        } else if (action == Action.ReplaceSigner) {
            (uint16 memberId, address signer) = abi.decode(payload, (uint16, address));
            _replaceSigner(memberId, signer);
        } else if (action == Action.SetMethodRule) {
            (bytes4 method, MethodRule memory rule) = abi.decode(payload, (bytes4, MethodRule));
            _setMethodRule(method, rule);
        } else if (action == Action.SetLegalBases) {
            _setLegalBases(abi.decode(payload, (uint256)));
        } else {
            _changeStatus(abi.decode(payload, (uint16)), _statusAfter(action));
        }
    }

    // --- members ---

    function _checkAdmission(address signer, Role role) private view {
        if (role == Role.None) revert InvalidRole();
        _checkFreeSigner(signer);
        if (_memberCount == Ballot.CAPACITY) revert ConsortiumFull();
    }

    function _checkReplacement(uint16 memberId, address signer) private view {
        Status status = _requireMember(memberId).status;
        if (status == Status.Removed) revert WrongStatus(memberId, status);
        _checkFreeSigner(signer);
    }

    function _checkFreeSigner(address signer) private view {
        if (signer == address(0)) revert InvalidSigner();
        if (_idOf[signer] != 0) revert SignerTaken(signer);
    }

    /// @dev Suspend: from Active. Reinstate: from Suspended. Remove: from either, for good.
    function _checkStatusChange(Action action, uint16 memberId) private view {
        Member storage member = _requireMember(memberId);
        bool fits = action == Action.Suspend
            ? member.status == Status.Active
            : action == Action.Reinstate ? member.status == Status.Suspended : member.status != Status.Removed;
        if (!fits) revert WrongStatus(memberId, member.status);
        bool leaves = action != Action.Reinstate && _isActiveProvider(member);
        if (leaves && _activeProviderCount == 1) revert LastProvider();
    }

    function _statusAfter(Action action) private pure returns (Status) {
        if (action == Action.Suspend) return Status.Suspended;
        return action == Action.Reinstate ? Status.Active : Status.Removed;
    }

    function _admit(address signer, Role role, string memory name) private {
        uint16 memberId = ++_memberCount;
        _members[memberId] = Member(signer, role, Status.Active, uint40(block.timestamp));
        _idOf[signer] = memberId;
        if (role == Role.Provider) _enfranchise(memberId);
        _history = _history.memberAdmitted(memberId, signer, role, name);
        emit MemberAdmitted(memberId, signer, role, name);
    }

    function _changeStatus(uint16 memberId, Status status) private {
        Member storage member = _members[memberId];
        if (_isActiveProvider(member)) _disenfranchise(memberId);
        member.status = status;
        member.statusSince = uint40(block.timestamp);
        if (_isActiveProvider(member)) _enfranchise(memberId);
        _history = _history.memberStatusChanged(memberId, status);
        emit MemberStatusChanged(memberId, status);
    }

    function _replaceSigner(uint16 memberId, address signer) private {
        Member storage member = _members[memberId];
        _idOf[member.signer] = 0;
        _idOf[signer] = memberId;
        member.signer = signer;
        _history = _history.signerReplaced(memberId, signer);
        emit SignerReplaced(memberId, signer);
    }

    function _enfranchise(uint16 memberId) private {
        _activeProviders.set(memberId);
        ++_activeProviderCount;
    }

    function _disenfranchise(uint16 memberId) private {
        _activeProviders.unset(memberId);
        --_activeProviderCount;
    }

    // --- policy ---

    function _checkRule(MethodRule memory rule) private pure {
        bool ends = rule.allowedUntil != 0;
        if (rule.maxAgeDays == 0 || (ends && rule.allowedUntil <= rule.allowedFrom)) revert InvalidRule();
    }

    function _setMethodRule(bytes4 method, MethodRule memory rule) private {
        _rules[method] = rule;
        _history = _history.methodRuleSet(method, rule);
        emit MethodRuleSet(method, rule);
    }

    function _setLegalBases(uint256 bitmap) private {
        _legalBases = bitmap;
        _history = _history.legalBasesSet(bitmap);
        emit LegalBasesSet(bitmap);
    }

    // --- keys ---

    function publishKeys(KeySet calldata keys) external returns (bytes32 digest) {
        uint16 memberId = _requireActiveMember();
        bool complete = keys.recordKey.length == RECORD_KEY_BYTES && keys.transferKey.length == TRANSFER_KEY_BYTES
            && bytes(keys.endpoint).length != 0;
        if (!complete) revert InvalidKeys();

        digest = keccak256(abi.encode(keys));
        _keys[memberId] = KeyRecord(digest, uint40(block.timestamp));
        _history = _history.keysPublished(memberId, digest);
        emit KeysPublished(memberId, digest, keys);
    }

    function declareCompromised(uint40 since) external {
        uint16 memberId = _requireActiveMember();
        if (since == 0 || since > block.timestamp) revert InvalidCompromiseTime(since);
        _history = _history.compromiseDeclared(memberId, since);
        emit CompromiseDeclared(memberId, since);
    }

    // --- who may act ---

    function _requireMember(uint16 memberId) private view returns (Member storage member) {
        member = _members[memberId];
        if (member.status == Status.None) revert UnknownMember(memberId);
    }

    function _requireActiveMember() private view returns (uint16 memberId) {
        memberId = _idOf[msg.sender];
        if (_members[memberId].status != Status.Active) revert NotActiveMember(msg.sender);
    }

    function _requireActiveProvider() internal view returns (uint16 memberId) {
        memberId = _idOf[msg.sender];
        if (!_isActiveProvider(_members[memberId])) revert NotActiveProvider(msg.sender);
    }

    function _isActiveProvider(Member storage member) private view returns (bool active) {
        (, active) = _standing(member);
    }

    function _standingOf(uint16 memberId) internal view returns (address signer, bool activeProvider) {
        return _standing(_members[memberId]);
    }

    /// @dev One read of the slot (signer, role, status; lowest first) tells who acts for a member and whether it may
    /// act as a provider. By hand, because the compiler would read the slot once per field.
    function _standing(Member storage member) private view returns (address signer, bool activeProvider) {
        uint256 slot;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            slot := sload(member.slot)
        }
        return (address(uint160(slot)), uint16(slot >> 160) == ACTIVE_PROVIDER);
    }

    /// @dev One read of the slot (allowedFrom, allowedUntil, maxAgeDays; lowest first), as in `_standing`. A method
    /// without a rule has a maximum age of zero and is not allowed.
    function _permissionNow(bytes4 method) internal view returns (bool allowed, uint16 maxAgeDays) {
        MethodRule storage rule = _rules[method];
        uint256 slot;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            slot := sload(rule.slot)
        }
        uint256 allowedUntil = uint40(slot >> 40);
        maxAgeDays = uint16(slot >> 80);
        bool ended = allowedUntil != 0 && block.timestamp >= allowedUntil;
        allowed = maxAgeDays != 0 && block.timestamp >= uint40(slot) && !ended;
    }

    function _isEnabled(uint8 legalBasis) internal view returns (bool) {
        return (_legalBases >> legalBasis) & 1 == 1;
    }

    // --- views ---

    function memberCount() external view returns (uint16) {
        return _memberCount;
    }

    function memberOf(uint16 memberId) external view returns (Member memory) {
        return _members[memberId];
    }

    function memberIdOf(address signer) external view returns (uint16) {
        return _idOf[signer];
    }

    function activeProviderCount() external view returns (uint16) {
        return _activeProviderCount;
    }

    function keysDigestOf(uint16 memberId) external view returns (bytes32 digest, uint40 validFrom) {
        KeyRecord storage record = _keys[memberId];
        return (record.digest, record.validFrom);
    }

    function methodRule(bytes4 method) external view returns (MethodRule memory) {
        return _rules[method];
    }

    function legalBases() external view returns (uint256 bitmap) {
        return _legalBases;
    }
}
