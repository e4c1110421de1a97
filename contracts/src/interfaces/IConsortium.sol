// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Who belongs to the consortium, with which keys, under which policy.
/// @notice Every change of membership or policy is a proposal that more than half of the active providers approve.
/// There is no owner, no upgrade and no privileged account. Regulators have no vote and cannot write history.
/// A suspended or removed member can do nothing. At most 1,023 members, removed ones included.
/// @dev Safety rests on: no more than half of the active providers collude. Liveness rests on: more than half act.
interface IConsortium {
    enum Role {
        None,
        Provider,
        Regulator
    }

    enum Status {
        None,
        Active,
        Suspended,
        Removed
    }

    /// @notice What a proposal does once approved. The payload is ABI-encoded per action:
    /// Admit (address signer, Role role, string name) · Suspend, Reinstate, Remove (uint16 memberId)
    /// ReplaceSigner (uint16 memberId, address signer) · SetMethodRule (bytes4 method, MethodRule rule)
    /// SetLegalBases (uint256 bitmap)
    enum Action {
        Admit,
        Suspend,
        Reinstate,
        Remove,
        ReplaceSigner,
        SetMethodRule,
        SetLegalBases
    }

    /// @param signer the account that acts for the member
    /// @param statusSince when the current status began, seconds since 1970
    struct Member {
        address signer;
        Role role;
        Status status;
        uint40 statusSince;
    }

    /// @notice One of the providers that found the consortium; everything later needs a vote.
    struct Founder {
        address signer;
        string name;
    }

    /// @notice When a verification method may be relied on. A method without a rule is not allowed.
    /// @param allowedFrom first second on which it may be attested or decided
    /// @param allowedUntil first second on which it may not any more; 0 = no end
    /// @param maxAgeDays how many days (JST) after the verification a decision may still rest on it
    struct MethodRule {
        uint40 allowedFrom;
        uint40 allowedUntil;
        uint16 maxAgeDays;
    }

    /// @notice A member's public material. Only its digest is stored; the event carries it whole.
    /// @param recordKey P-256 public key (x ‖ y, 64 bytes) that signs records and OAuth client assertions (ES256)
    /// @param transferKey HPKE public key ML-KEM-768 ‖ X25519 (1,216 bytes)
    /// @param endpoint base URL of the node's exchange interface; also its OAuth issuer identifier
    /// @param licence the member's licence or registration number
    /// @param supervisor the authority that supervises it
    struct KeySet {
        bytes recordKey;
        bytes transferKey;
        string endpoint;
        string licence;
        string supervisor;
    }

    /// @notice Also counts as the proposer's approval.
    event ProposalMade(
        uint256 indexed proposalId, uint16 indexed proposer, Action indexed action, bytes payload, uint40 lapsesAt
    );
    event ProposalApproved(uint256 indexed proposalId, uint16 indexed member);
    event ProposalExecuted(uint256 indexed proposalId);
    event MemberAdmitted(uint16 indexed memberId, address indexed signer, Role role, string name);
    event MemberStatusChanged(uint16 indexed memberId, Status status);
    event SignerReplaced(uint16 indexed memberId, address indexed signer);
    event MethodRuleSet(bytes4 indexed method, MethodRule rule);
    event LegalBasesSet(uint256 bitmap);
    event KeysPublished(uint16 indexed memberId, bytes32 indexed digest, KeySet keys);
    event CompromiseDeclared(uint16 indexed memberId, uint40 since);

    error NotActiveMember(address sender);
    error NotActiveProvider(address sender);
    error UnknownMember(uint16 memberId);
    error WrongStatus(uint16 memberId, Status status);
    error SignerTaken(address signer);
    error InvalidSigner();
    error InvalidRole();
    error InvalidRule();
    error InvalidKeys();
    error ConsortiumFull();
    error UnknownProposal(uint256 proposalId);
    error ProposalLapsed(uint256 proposalId);
    error ProposalClosed(uint256 proposalId);
    error AlreadyApproved(uint256 proposalId, uint16 memberId);
    error LastProvider();
    error InvalidCompromiseTime(uint40 since);

    /// @notice Put an action to the vote; the proposer's approval is counted at once. Active providers only.
    /// A proposal that could not take effect now is refused with the error it would meet; a payload that does not
    /// decode reverts without data. It lapses after seven days.
    function propose(Action action, bytes calldata payload) external returns (uint256 proposalId);

    /// @notice Approve; executes as soon as more than half of the providers active now have approved.
    /// Approvals of members that are not active providers at that moment do not count. Votes are counted when one is
    /// cast, so a proposal that a shrinking electorate has carried takes effect with the next approval.
    function approve(uint256 proposalId) external;

    /// @notice Publish the sender's keys and endpoint, valid from this block on. Any active member.
    /// @return digest keccak256(abi.encode(keys))
    function publishKeys(KeySet calldata keys) external returns (bytes32 digest);

    /// @notice Declare that signatures made with the sender's record key at or after `since` must not be trusted, up to
    /// the next keys it publishes. Any active member; `since` not in the future.
    function declareCompromised(uint40 since) external;

    function memberCount() external view returns (uint16);
    function memberOf(uint16 memberId) external view returns (Member memory);
    function memberIdOf(address signer) external view returns (uint16);
    function activeProviderCount() external view returns (uint16);
    function keysDigestOf(uint16 memberId) external view returns (bytes32 digest, uint40 validFrom);
    function methodRule(bytes4 method) external view returns (MethodRule memory);
    function legalBases() external view returns (uint256 bitmap);
}
