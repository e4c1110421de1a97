"""The issuer's use cases of one node, wired to its ports. Decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from joserfc.jwk import ECKey

from node.domain.ids import Ledger, MemberId
from node.domain.passkey import RelyingParty
from node.ports import Clock, Randomness, VerificationEngine
from node.usecases.add_evidence import AddClip, AddSurface
from node.usecases.anchor_pending import AnchorPending
from node.usecases.capture_link import FindCapture, OfferCapture
from node.usecases.confirm_code import ConfirmCode, ReadCode
from node.usecases.enrol_passkey import BeginEnrolment, EnrolPasskey, OfferEnrolment, ShowEnrolment
from node.usecases.erase_record import EraseRecord
from node.usecases.forget_expired import CASE_EVIDENCE_DAYS, ForgetExpired
from node.usecases.list_sharings import ListSharings
from node.usecases.open_case import OpenCase, RenewChallenge
from node.usecases.review_case_decision import ReviewCaseDecision
from node.usecases.revoke_record import RevokeRecord, WithdrawConsent
from node.usecases.show_evidence import ListPictures, ShowEvidence, ShowPicture
from node.usecases.show_signals import ShowSignals
from node.usecases.sign_in import BeginSignIn, FindSession, SignIn, SignOut
from node.usecases.tilt_film import AddTilt, AskTilt
from node.usecases.transaction import IssuerHistory, Transactions
from node.usecases.verify_case import ResumeCases, RunVerification, StartVerification


@dataclass(frozen=True)
class Issuing:
    """What a member does as the one that verifies; each attribute builds its use case.

    Attributes:
        transaction: opens a unit.
        snapshot: opens a unit that only reads, and blocks no writer.
        clock: the node's now.
        randomness: n -> n random bytes.
        engine: the verification engine.
        history: the chain.
        ledger: the deployment that this node belongs to.
        member_id: this member's id on chain; raises Unavailable while there is none.
        site: this node as browsers know it.
        legal_name: as customers know it.
        record_key: this member's private record key: signs liveness challenges.
        jpki_approved: whether this member is an approved signature verifier.
        case_evidence_days: how long evidence of cases without a record is kept.
    """

    transaction: Transactions
    snapshot: Transactions
    clock: Clock
    randomness: Randomness
    engine: VerificationEngine
    history: IssuerHistory
    ledger: Ledger
    member_id: Callable[[], MemberId]
    site: RelyingParty
    legal_name: str
    record_key: ECKey
    jpki_approved: bool = False
    case_evidence_days: int = CASE_EVIDENCE_DAYS

    @property
    def open_case(self) -> OpenCase:
        """Open a verification case."""
        return OpenCase(
            self.transaction,
            self.engine,
            self.clock,
            self.randomness,
            self.record_key,
            self.jpki_approved,
        )

    @property
    def renew_challenge(self) -> RenewChallenge:
        """Draw a new liveness challenge."""
        return RenewChallenge(self.transaction, self.engine, self.clock, self.record_key)

    @property
    def add_surface(self) -> AddSurface:
        """Keep photographs of the card's front."""
        return AddSurface(self.transaction, self.engine, self.randomness)

    @property
    def read_code(self) -> ReadCode:
        """Read 照合番号B's parts from the photographs."""
        return ReadCode(self.transaction, self.snapshot, self.engine)

    @property
    def confirm_code(self) -> ConfirmCode:
        """Keep what the customer confirmed of them."""
        return ConfirmCode(self.transaction, self.snapshot, self.engine)

    @property
    def add_clip(self) -> AddClip:
        """Keep the live clip."""
        return AddClip(self.transaction, self.engine, self.clock, self.randomness, self.record_key)

    @property
    def ask_tilt(self) -> AskTilt:
        """Draw how the card shall be tilted."""
        return AskTilt(self.transaction, self.engine, self.clock, self.record_key)

    @property
    def add_tilt(self) -> AddTilt:
        """Keep the film of the tilted card."""
        return AddTilt(self.transaction, self.engine, self.clock, self.randomness, self.record_key)

    @property
    def show_evidence(self) -> ShowEvidence:
        """What the engine left for a reviewer."""
        return ShowEvidence(self.snapshot)

    @property
    def list_pictures(self) -> ListPictures:
        """The pictures among it."""
        return ListPictures(self.snapshot)

    @property
    def show_picture(self) -> ShowPicture:
        """One picture of it."""
        return ShowPicture(self.snapshot)

    @property
    def show_signals(self) -> ShowSignals:
        """What the capture page said of itself."""
        return ShowSignals(self.snapshot)

    @property
    def offer_capture(self) -> OfferCapture:
        """Give a link to the camera page."""
        return OfferCapture(self.transaction, self.clock, self.randomness)

    @property
    def find_capture(self) -> FindCapture:
        """Find the case behind such a link."""
        return FindCapture(self.snapshot, self.clock)

    @property
    def start_verification(self) -> StartVerification:
        """Mark a case as being verified."""
        return StartVerification(self.transaction, self.clock)

    @property
    def run_verification(self) -> RunVerification:
        """Verify a started case, in a worker."""
        return RunVerification(
            self.transaction, self.snapshot, self.engine, self.clock, self.randomness, self.member_id
        )

    @property
    def resume_cases(self) -> ResumeCases:
        """Reopen what a restart interrupted."""
        return ResumeCases(self.transaction)

    @property
    def review_case(self) -> ReviewCaseDecision:
        """Decide what the engine left open."""
        return ReviewCaseDecision(self.transaction, self.clock, self.member_id)

    @property
    def offer_enrolment(self) -> OfferEnrolment:
        """Give a link to the passkey page."""
        return OfferEnrolment(self.transaction, self.clock, self.randomness)

    @property
    def show_enrolment(self) -> ShowEnrolment:
        """What such a link is about."""
        return ShowEnrolment(self.snapshot, self.clock)

    @property
    def begin_enrolment(self) -> BeginEnrolment:
        """Ask the browser for a passkey."""
        return BeginEnrolment(self.transaction, self.clock, self.randomness, self.site, self.legal_name)

    @property
    def enrol_passkey(self) -> EnrolPasskey:
        """Bind the passkey."""
        return EnrolPasskey(
            self.transaction, self.snapshot, self.clock, self.randomness, self.site, self.ledger
        )

    @property
    def anchor_pending(self) -> AnchorPending:
        """Anchor what waits."""
        return AnchorPending(
            self.transaction, self.snapshot, self.clock, self.randomness, self.history, self.member_id
        )

    @property
    def revoke_record(self) -> RevokeRecord:
        """Withdraw a record and everything released of it."""
        return RevokeRecord(self.transaction, self.clock, self.history)

    @property
    def withdraw_consent(self) -> WithdrawConsent:
        """Stop future sharing."""
        return WithdrawConsent(self.transaction, self.clock)

    @property
    def list_sharings(self) -> ListSharings:
        """The customer's own page."""
        return ListSharings(self.snapshot)

    @property
    def begin_sign_in(self) -> BeginSignIn:
        """Challenge any passkey of this node."""
        return BeginSignIn(self.transaction, self.clock, self.randomness, self.site)

    @property
    def sign_in(self) -> SignIn:
        """Open a session."""
        return SignIn(self.transaction, self.clock, self.randomness, self.site)

    @property
    def find_session(self) -> FindSession:
        """Who a cookie belongs to."""
        return FindSession(self.snapshot, self.clock)

    @property
    def sign_out(self) -> SignOut:
        """End a session."""
        return SignOut(self.transaction, self.clock)

    @property
    def erase_record(self) -> EraseRecord:
        """Destroy what is known of a customer whose record's retention has ended."""
        return EraseRecord(self.transaction, self.clock)

    @property
    def forget_expired(self) -> ForgetExpired:
        """Drop what nobody needs any more."""
        return ForgetExpired(self.transaction, self.clock, self.case_evidence_days)
