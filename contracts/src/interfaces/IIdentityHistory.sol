// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IConsortium} from "./IConsortium.sol";

/// @title The shared history: anchors, attestations, decisions, revocations.
/// @notice Holds random-salted commitments only. Nothing here is, or can be computed from, personal data.
/// Entries are never changed or deleted; a state only moves forward.
/// @dev Days are Japanese calendar days (UTC+9) counted from 1970-01-01.
interface IIdentityHistory is IConsortium {
    /// @notice Pending attestations whose decide-by time has passed have lapsed; `statusOf` says so.
    enum State {
        None,
        Pending,
        Decided,
        Lapsed,
        Revoked
    }

    /// @notice Coarse on purpose: a reason never hints at suspicion.
    enum ReasonClass {
        Ended,
        Superseded,
        Suspended,
        Error
    }

    /// @notice The public terms of one attestation.
    /// @param issuer the provider that verified the customer
    /// @param recipient the provider that may rely on it, once
    /// @param method first four bytes of keccak256 of the stable method id, e.g. "jp.chip+face"
    /// @param legalBasis index of the legal-basis profile
    /// @param verifiedOn day of the verification (JST days since 1970-01-01)
    /// @param decideBy last second at which the recipient may decide
    struct Terms {
        uint16 issuer;
        uint16 recipient;
        bytes4 method;
        uint8 legalBasis;
        uint16 verifiedOn;
        uint40 decideBy;
    }

    event Anchored(uint16 indexed issuer, bytes32 indexed root, uint32 size);
    event Attested(bytes32 indexed id, uint16 indexed issuer, uint16 indexed recipient, Terms terms);
    event Decided(bytes32 indexed id, uint16 indexed recipient, bytes32 commitment);
    event Revoked(bytes32 indexed id, uint16 indexed issuer, ReasonClass reason);

    error RootKnown(bytes32 root);
    error InvalidSize();
    error IdKnown(bytes32 id);
    error InvalidId();
    error UnknownAttestation(bytes32 id);
    error NotIssuer(bytes32 id);
    error NotRecipient(bytes32 id);
    error RecipientNotActive(uint16 recipient);
    error IssuerNotActive(uint16 issuer);
    error SelfAttestation();
    error MethodNotAllowed(bytes4 method);
    error VerifiedInFuture(uint16 verifiedOn);
    error TooOld(uint16 verifiedOn, uint16 maxAgeDays);
    error DecideByOutOfRange(uint40 decideBy);
    error LegalBasisNotEnabled(uint8 legalBasis);
    error NotPending(bytes32 id, State state);
    error AlreadyRevoked(bytes32 id);
    error EmptyBatch();
    error LengthMismatch();

    /// @notice Prove that the records under `root` existed by this block. Active providers only; a root once per
    /// issuer, so nobody can take another's root. `size` is the padded number of leaves, a power of two: it does not
    /// tell how many records there are.
    function anchor(bytes32 root, uint32 size) external;

    /// @notice Record the consented release of one verification to one recipient.
    /// The sender acts for `terms.issuer`; id new; recipient an active provider other than the issuer;
    /// method allowed now; not verified in the future; decide-by within seven days from now.
    function attest(bytes32 id, Terms calldata terms) external;

    /// @notice `attest` for many; all or none.
    function attestMany(bytes32[] calldata ids, Terms[] calldata terms) external;

    /// @notice The recipient's decision, once. An acceptance and a refusal look the same: `commitment` hides which, and
    /// it is all that differs (gas too, but for the price of zero bytes in calldata, which hashes have at random).
    /// Needs: pending, not lapsed, not revoked; recipient and issuer active; method allowed now; age within the
    /// rule's limit; legal basis enabled.
    function decide(bytes32 id, bytes32 commitment) external;

    /// @notice Withdraw attestations, decided ones too. The issuer only, each once; all or none.
    function revoke(bytes32[] calldata ids, ReasonClass reason) external;

    function statusOf(bytes32 id) external view returns (State state, Terms memory terms);

    /// @notice Whether a decision could rest on this attestation now: pending or decided, not revoked or lapsed,
    /// issuer active, method allowed, age within the limit.
    function isValid(bytes32 id) external view returns (bool);

    function isAnchored(uint16 issuer, bytes32 root) external view returns (bool);

    /// @notice When the issuer anchored the root, seconds since 1970; 0 = never.
    function anchoredAt(uint16 issuer, bytes32 root) external view returns (uint40);

    /// @notice Running hash over every event of both contracts' logic, 27 bytes left-aligned.
    /// `head' = bytes27(keccak256(abi.encode(bytes32(head), uint8 kind, uint40 block.timestamp, fields...)))`, starting
    /// from zero, one step per event in log order; kinds and fields in HistoryFold.
    function historyHead() external view returns (bytes27);

    /// @notice How many events the head folds.
    function historyCount() external view returns (uint40);
}
