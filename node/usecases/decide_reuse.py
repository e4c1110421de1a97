"""The recipient's decision: bind the person again, make every check, commit to the outcome on chain.

A refusal is recorded like an acceptance. Where the contract itself would refuse a decision (method not
allowed any more, too old, lapsed, revoked), none can be recorded: the sender finds out and the reuse
ends with the code.
Spec: protocol.md "The journey" 6, "Recipient checks", rule 6.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from node.domain.acceptance import (
    ALL_CHECKS,
    Acceptance,
    AcceptancePolicy,
    CheckCode,
    Verdict,
    judge,
)
from node.domain.canonical import canonical_bytes
from node.domain.challenge import asked_of, require_answer, sign_challenge
from node.domain.decision import DecisionOpening, decide
from node.domain.evidence import ClipFiles
from node.domain.ids import AttestationId, MemberId
from node.domain.legal_basis import basis_of
from node.domain.opening import DeliveryState, OpeningDelivery
from node.domain.outcome import Outcome, worst
from node.domain.rebind import RebindPolicy, rebind_outcome
from node.domain.record import CheckFact
from node.domain.reuse import Reuse, ReuseState
from node.domain.reused_record import portrait_of
from node.domain.transfer import parse_transfer
from node.errors import InvalidInput
from node.usecases.gather_facts import GatherFacts
from node.usecases.receive_transfer import TRANSFER_FILE
from node.usecases.reuse_ports import Exchange, Presence, Screening
from node.usecases.standing import active_regulators, protocol_now, this_member
from node.usecases.start_reuse import RecipientRules

OPENING_FILE = "opening.json"
"""Vault name of the decision document and its secret."""

POLICY_VERSION = "1"
"""Version of the recipient's checks as this release makes them."""

LIVENESS_AREA, FACE_AREA = "liveness", "face"
"""First part of the engine's check names."""


@dataclass(frozen=True)
class DecideReuse:
    """Move a received reuse to its decision, or to the customer's clip."""

    exchange: Exchange
    rules: RecipientRules
    presence: Presence
    screen: Screening

    def __call__(self, reuse: Reuse, clip: ClipFiles | None = None) -> Reuse:
        """Judge what is there.

        Args:
            reuse: received, or rebinding when the customer's clip has come.
            clip: the customer's answer to the challenge, where the policy asks for one.

        Returns:
            The reuse: deciding; rebinding while a clip is awaited; ended when a required check cannot be
            made.

        Raises:
            InvalidInput: the clip cannot be used, answers another challenge
                (`node.domain.challenge.require_answer`), or did not decide (`reuse.clip_undecided`): send
                another.
            Unavailable: `chain_stale`, chain or engine away; the reuse stays as it is.
        """
        if reuse.state not in {ReuseState.RECEIVED, ReuseState.REBINDING}:
            return reuse
        self.exchange.history.sync()
        facts = GatherFacts(self.exchange, self.screen)(reuse, rebound=self._rebound(reuse, clip))
        acceptance = judge(facts, self._policy())
        if acceptance.verdict is not Verdict.INCOMPLETE:
            return self._commit(reuse, acceptance)
        if CheckCode.PERSON_NOT_REBOUND not in acceptance.missing:
            return self._replace(
                reuse, reuse.ended(acceptance.code or "", *acceptance.missing, checks=_checks(acceptance))
            )
        return self._ask_for_clip(reuse, tried=clip is not None)

    def _policy(self) -> AcceptancePolicy:
        optional = set() if self.rules.require_screening else {CheckCode.SCREENING_HIT}
        return AcceptancePolicy(self.exchange.stale_after_s, ALL_CHECKS - optional)

    def _rebound(self, reuse: Reuse, clip: ClipFiles | None) -> Outcome:
        policy = RebindPolicy(reuse.rebind)
        if policy is RebindPolicy.PASSKEY or clip is None or reuse.challenge is None:
            return rebind_outcome(policy)
        require_answer(
            clip.token,
            challenge=reuse.challenge,
            subject=reuse.reuse_id,
            now=self.exchange.clock.now(),
            key=self.exchange.record_key,
        )
        portrait = None
        if policy is RebindPolicy.LIVENESS_MATCH:
            with self.exchange.snapshot() as unit:
                transfer = parse_transfer(unit.vault.get(reuse.reuse_id, TRANSFER_FILE))
            portrait = portrait_of(transfer.presentation.claims)
        checks = self.presence.judge_presence(clip, asked_of(reuse.challenge), portrait)
        return rebind_outcome(policy, liveness=_area(checks, LIVENESS_AREA), match=_area(checks, FACE_AREA))

    def _ask_for_clip(self, reuse: Reuse, *, tried: bool) -> Reuse:
        if reuse.state == ReuseState.REBINDING and not tried:
            return reuse
        moved = self._replace(reuse, reuse.rebinding(_drawn(self.exchange, self.presence, reuse)))
        if tried:
            raise InvalidInput(
                "reuse.clip_undecided", "the clip did not show enough", hint="try again in good light"
            )
        return moved

    def _commit(self, reuse: Reuse, acceptance: Acceptance) -> Reuse:
        exchange = self.exchange
        identifier = AttestationId(bytes.fromhex(reuse.attestation_id or ""))
        with exchange.transaction() as unit:
            now, regulators = protocol_now(unit), active_regulators(unit)
            opening = decide(
                acceptance,
                attestation_id=identifier,
                issuer=MemberId(reuse.issuer_id),
                recipient=MemberId(this_member(exchange, unit).member_id),
                legal_basis=basis_of(reuse.legal_basis),
                policy_version=POLICY_VERSION,
                now=now,
                randomness=exchange.randomness,
            )
            moved = reuse.deciding(
                _checks(acceptance),
                list(opening.decision.codes),
                intent_id=f"decide:{identifier.hex()}",
            )
            unit.reuses.replace(moved, was=reuse)
            unit.vault.put(reuse.reuse_id, OPENING_FILE, canonical_bytes(opening.to_json()))
            exchange.history.decide(unit, moved.intent_id or "", identifier, opening.commitment)
            for regulator in regulators:
                unit.deliveries.add(_delivery(opening, reuse.reuse_id, regulator.member_id, now))
        return moved

    def _replace(self, was: Reuse, moved: Reuse) -> Reuse:
        with self.exchange.transaction() as unit:
            unit.reuses.replace(moved, was=was)
        return moved


@dataclass(frozen=True)
class RenewChallenge:
    """Draw a new challenge the moment the customer's camera is ready; an old one no longer counts."""

    exchange: Exchange
    presence: Presence

    def __call__(self, reuse: Reuse) -> Reuse:
        """Replace the challenge. Raises InvalidInput (`reuse.wrong_state`) unless a clip is awaited."""
        if reuse.state != ReuseState.REBINDING:
            raise InvalidInput("reuse.wrong_state", f"this reuse is {reuse.state}")
        moved = reuse.rebinding(_drawn(self.exchange, self.presence, reuse))
        with self.exchange.transaction() as unit:
            unit.reuses.replace(moved, was=reuse)
        return moved


def _drawn(exchange: Exchange, presence: Presence, reuse: Reuse) -> dict[str, Any]:
    now = exchange.clock.now()
    asked = presence.new_challenge(now)
    return sign_challenge(asked, subject=reuse.reuse_id, now=now, key=exchange.record_key)


def _delivery(opening: DecisionOpening, reuse_id: str, regulator_id: int, now: int) -> OpeningDelivery:
    identifier = opening.decision.attestation_id.hex()
    return OpeningDelivery(
        delivery_id=f"{identifier}:{regulator_id}",
        attestation_id=identifier,
        reuse_id=reuse_id,
        regulator_id=regulator_id,
        state=DeliveryState.WAITING.value,
        created_at=now,
    )


def _area(checks: Sequence[CheckFact], area: str) -> Outcome:
    """The outcome of the engine's checks of one area; not performed where there is none."""
    outcomes = [Outcome(check.outcome) for check in checks if check.check.partition(".")[0] == area]
    return worst(*outcomes) if outcomes else Outcome.NOT_PERFORMED


def _checks(acceptance: Acceptance) -> list[dict[str, Any]]:
    return [{"check": one.check.value, "outcome": one.outcome.value} for one in acceptance.checks]
