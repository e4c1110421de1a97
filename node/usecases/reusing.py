"""The reuse use cases of one node, wired to its ports. Decides nothing."""

from __future__ import annotations

from dataclasses import dataclass

from node.usecases.audit_history import ShowStanding, ShowTrail, SummariseHistory
from node.usecases.authenticate_member import AuthenticateMember
from node.usecases.check_completeness import CheckCompleteness, CompareHead, LastCheck
from node.usecases.decide_reuse import DecideReuse, RenewChallenge
from node.usecases.deliver_openings import DeliverOpenings
from node.usecases.disclose import AnswerDisclosure, ApproveDisclosure, RequestDisclosure
from node.usecases.follow_release import FollowRelease, SettleReleases
from node.usecases.give_consent import OfferConsent, SignConsent
from node.usecases.open_request import OpenRequest, RefuseRequest
from node.usecases.open_reviews import CloseReview, OpenReviews
from node.usecases.push_request import PushRequest
from node.usecases.receive_opening import ReceiveOpening
from node.usecases.receive_transfer import FetchTransfer, TakeAnswer
from node.usecases.recent_history import RecentHistory
from node.usecases.redeem_code import RedeemCode
from node.usecases.resume_reuses import AdvanceReuse, ResumeReuses
from node.usecases.reuse_ports import Exchange, Presence, Screening
from node.usecases.settle_decision import SettleDecision
from node.usecases.start_reuse import OpenReuse, RecipientRules, SendToIssuer


@dataclass(frozen=True)
class Reusing:
    """What a member does as issuer, recipient or regulator of reuses; each attribute builds its use case.

    Attributes:
        exchange: this node's end of the exchange.
        rules: what it asks for as a recipient.
        presence: the engine's part in binding a person again.
        screen: the member's own screening.
    """

    exchange: Exchange
    rules: RecipientRules
    presence: Presence
    screen: Screening

    @property
    def authenticate_member(self) -> AuthenticateMember:
        """Find out which member calls."""
        return AuthenticateMember(self.exchange)

    # --- issuer ---

    @property
    def push_request(self) -> PushRequest:
        """Take a recipient's question."""
        return PushRequest(self.exchange)

    @property
    def open_request(self) -> OpenRequest:
        """Show it to the customer."""
        return OpenRequest(self.exchange)

    @property
    def refuse_request(self) -> RefuseRequest:
        """Take the customer's no."""
        return RefuseRequest(self.exchange)

    @property
    def offer_consent(self) -> OfferConsent:
        """Write the receipt to be signed."""
        return OfferConsent(self.exchange)

    @property
    def sign_consent(self) -> SignConsent:
        """Take the signature and attest."""
        return SignConsent(self.exchange)

    @property
    def follow_release(self) -> FollowRelease:
        """Where the browser goes once the chain has it."""
        return FollowRelease(self.exchange)

    @property
    def settle_releases(self) -> SettleReleases:
        """Note what the chain took."""
        return SettleReleases(self.exchange)

    @property
    def redeem_code(self) -> RedeemCode:
        """Hand out the sealed transfer."""
        return RedeemCode(self.exchange)

    @property
    def answer_disclosure(self) -> AnswerDisclosure:
        """Open one attestation to a regulator."""
        return AnswerDisclosure(self.exchange)

    # --- recipient ---

    @property
    def open_reuse(self) -> OpenReuse:
        """Staff open a reuse."""
        return OpenReuse(self.exchange, self.rules)

    @property
    def send_to_issuer(self) -> SendToIssuer:
        """The customer leaves for the issuer."""
        return SendToIssuer(self.exchange, self.rules)

    @property
    def take_answer(self) -> TakeAnswer:
        """The customer comes back."""
        return TakeAnswer(self.exchange)

    @property
    def fetch_transfer(self) -> FetchTransfer:
        """Redeem and open."""
        return FetchTransfer(self.exchange)

    @property
    def decide_reuse(self) -> DecideReuse:
        """Check and decide."""
        return DecideReuse(self.exchange, self.rules, self.presence, self.screen)

    @property
    def renew_challenge(self) -> RenewChallenge:
        """Draw a new liveness challenge for a customer who is asked for a clip."""
        return RenewChallenge(self.exchange, self.presence)

    @property
    def settle_decision(self) -> SettleDecision:
        """Finish what the chain has recorded."""
        return SettleDecision(self.exchange)

    @property
    def advance_reuse(self) -> AdvanceReuse:
        """Move one reuse as far as it goes by itself."""
        return AdvanceReuse(self.exchange, self.fetch_transfer, self.decide_reuse, self.settle_decision)

    @property
    def resume_reuses(self) -> ResumeReuses:
        """Move all of them."""
        return ResumeReuses(self.exchange, self.advance_reuse)

    @property
    def deliver_openings(self) -> DeliverOpenings:
        """Tell the regulators."""
        return DeliverOpenings(self.exchange)

    @property
    def open_reviews(self) -> OpenReviews:
        """Follow revocations."""
        return OpenReviews(self.exchange)

    @property
    def close_review(self) -> CloseReview:
        """Close a case."""
        return CloseReview(self.exchange)

    # --- regulator ---

    @property
    def receive_opening(self) -> ReceiveOpening:
        """Take the opening of a decision."""
        return ReceiveOpening(self.exchange)

    @property
    def request_disclosure(self) -> RequestDisclosure:
        """The first auditor asks."""
        return RequestDisclosure(self.exchange)

    @property
    def approve_disclosure(self) -> ApproveDisclosure:
        """The second agrees."""
        return ApproveDisclosure(self.exchange)

    @property
    def show_standing(self) -> ShowStanding:
        """Members and policies."""
        return ShowStanding(self.exchange)

    @property
    def summarise_history(self) -> SummariseHistory:
        """The whole in figures."""
        return SummariseHistory(self.exchange)

    @property
    def compare_head(self) -> CompareHead:
        """Whether the index is the contract's history."""
        return CompareHead(self.exchange)

    @property
    def check_completeness(self) -> CheckCompleteness:
        """Whether anything is missing, by visiting everything."""
        return CheckCompleteness(self.exchange)

    @property
    def last_check(self) -> LastCheck:
        """What the latest such visit found."""
        return LastCheck(self.exchange)

    @property
    def recent_history(self) -> RecentHistory:
        """The last month."""
        return RecentHistory(self.exchange)

    @property
    def show_trail(self) -> ShowTrail:
        """One attestation."""
        return ShowTrail(self.exchange)
