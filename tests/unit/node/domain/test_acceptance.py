"""Every check of the recipient: each story trips exactly one, and says so with its code."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from joserfc.jwk import ECKey

from node.domain.acceptance import (
    ALL_CHECKS,
    NOT_PERFORMED_CODE,
    AcceptanceFacts,
    AcceptancePolicy,
    CheckCode,
    CustomerFacts,
    KeyInterval,
    Verdict,
    judge,
)
from node.domain.attributes import Attribute
from node.domain.days import DAY_S, first_second, to_text
from node.domain.events import AttestationState, MethodRule, Role, Status
from node.domain.ids import AttestationId, MemberId
from node.domain.legal_basis import LegalBasis
from node.domain.methods import IMAGE_FACE, MAX_AGE_DAYS, proposed_rule
from node.domain.outcome import Outcome
from node.domain.record import ReusedFrom
from node.domain.release import AnchorProof
from tests.sim.scenario import ASKED_AT, LEDGER, PERSON, VERIFIED_AT, Scenario, public_jwk, verification

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.unit

POLICY = AcceptancePolicy(stale_after_s=60)


def issuer(**changes: Any) -> AcceptanceFacts:
    story = Scenario()
    return story.facts(issuer=story.issuer_facts(**changes))


def chain(**changes: Any) -> AcceptanceFacts:
    story = Scenario()
    return story.facts(chain=story.chain_facts(**changes))


def customer(**changes: Any) -> AcceptanceFacts:
    story = Scenario()
    return story.facts(customer=story.customer_facts(**changes))


def transfer(**changes: Any) -> AcceptanceFacts:
    story = Scenario()
    return story.facts(transfer=replace(story.transfer, **changes))


def with_keys(build: Callable[[Scenario], tuple[KeyInterval, ...]]) -> AcceptanceFacts:
    story = Scenario()
    return story.facts(issuer=story.issuer_facts(keys=build(story)))


def swapped_disclosure() -> AcceptanceFacts:
    """The portrait's disclosure of another credential in place of this one's."""
    story, other = Scenario(), Scenario(verification=verification(portrait=b"another face"))
    credential = story.transfer.credential.split("~")
    credential[-2] = other.transfer.credential.split("~")[-2]
    return story.facts(transfer=replace(story.transfer, credential="~".join(credential)))


def replayed_consent() -> AcceptanceFacts:
    """A consent given for an earlier request, presented for a later one by the same recipient."""
    story = Scenario()
    later = replace(story.request, nonce=bytes(32))
    return story.facts(request=later)


def image_only_after_the_reform() -> AcceptanceFacts:
    """Verified by image in March 2027, judged one minute after midnight of 2027-04-01 JST."""
    reform = proposed_rule(IMAGE_FACE).allowed_until
    story = Scenario(
        verification=verification(method=IMAGE_FACE, verified_at=reform - DAY_S),
        request_changes={"now": reform - 300},
        receipt_changes={"issued_at": reform - 240, "expires_at": reform + 600},
        release_changes={"issued_at": reform - 200, "expires_at": reform + DAY_S},
    )
    terms = replace(story.terms, decide_by=reform + DAY_S)
    seen = story.chain_facts(
        terms=terms,
        attested_at=reform - 190,
        anchored_at=reform - DAY_S + 60,
        confirmed_at=reform + 50,
        rule=proposed_rule(IMAGE_FACE),
    )
    return story.facts(now=reform + 60, chain=seen)


def verified_before_the_method_existed() -> AcceptanceFacts:
    """An issuer's own doing: no honest node writes such a record."""
    story, verified_at = Scenario(), first_second(date(2018, 11, 30)) - 1
    claims = story.record.verified_claims
    stated = {**claims["verification"], "time": to_text(verified_at)}
    story.record = replace(story.record, verified_claims={**claims, "verification": stated})
    return story.facts(chain=story.chain_facts(anchored_at=verified_at))


def aged(days_old: int, *, asked_max: int = MAX_AGE_DAYS, ruled_max: int = MAX_AGE_DAYS) -> AcceptanceFacts:
    verified_at = ASKED_AT - days_old * DAY_S
    story = Scenario(
        verification=verification(verified_at=verified_at), request_changes={"max_age_days": asked_max}
    )
    seen = story.chain_facts(anchored_at=verified_at, rule=MethodRule(1, 0, ruled_max))
    return story.facts(chain=seen)


STORIES: list[tuple[CheckCode, str, Callable[[], AcceptanceFacts]]] = [
    (CheckCode.MEMBER_UNKNOWN, "no such member", lambda: issuer(role=Role.NONE, status=Status.NONE, keys=())),
    (CheckCode.MEMBER_UNKNOWN, "a regulator cannot issue", lambda: issuer(role=Role.REGULATOR)),
    (CheckCode.MEMBER_SUSPENDED, "suspended", lambda: issuer(status=Status.SUSPENDED)),
    (CheckCode.MEMBER_SUSPENDED, "removed", lambda: issuer(status=Status.REMOVED)),
    (CheckCode.KEY_NOT_VALID_AT_SIGNING, "no key yet", lambda: issuer(keys=())),
    (
        CheckCode.KEY_NOT_VALID_AT_SIGNING,
        "key published after signing",
        lambda: with_keys(lambda s: (KeyInterval(public_jwk(s.issuer_key), ASKED_AT + 91),)),
    ),
    (
        CheckCode.KEY_NOT_VALID_AT_SIGNING,
        "key replaced before signing",
        lambda: with_keys(lambda s: (KeyInterval(public_jwk(s.issuer_key), 1, ASKED_AT + 90),)),
    ),
    (
        CheckCode.KEY_NOT_VALID_AT_SIGNING,
        "disowned before the attestation, though iat is earlier",
        lambda: with_keys(lambda s: (KeyInterval(public_jwk(s.issuer_key), 1, None, ASKED_AT + 95),)),
    ),
    (
        CheckCode.SIGNATURE_INVALID,
        "signed by another key",
        lambda: Scenario(signed_by=ECKey.generate_key("P-256")).facts(),
    ),
    (CheckCode.SIGNATURE_INVALID, "a disclosure of another credential", swapped_disclosure),
    (
        CheckCode.WRONG_AUDIENCE,
        "made for a third member",
        lambda: Scenario(release_changes={"audience": LEDGER.urn(MemberId(3))}).facts(),
    ),
    (
        CheckCode.WRONG_AUDIENCE,
        "made by another issuer",
        lambda: Scenario(release_changes={"issuer": LEDGER.urn(MemberId(3))}).facts(),
    ),
    (
        CheckCode.REQUEST_EXPIRED,
        "credential has run out",
        lambda: Scenario(release_changes={"expires_at": ASKED_AT + 120}).facts(),
    ),
    (
        CheckCode.REQUEST_EXPIRED,
        "issued long before the request",
        lambda: Scenario(release_changes={"issued_at": ASKED_AT - 3_600}).facts(),
    ),
    (
        CheckCode.CONSENT_SIGNATURE_INVALID,
        "user not verified",
        lambda: Scenario(user_verified=False).facts(),
    ),
    (
        CheckCode.CONSENT_SIGNATURE_INVALID,
        "signed by another person's passkey",
        lambda: transfer(assertion=Scenario().assertion),
    ),
    (
        CheckCode.CONSENT_SIGNATURE_INVALID,
        "signed at another site",
        lambda: issuer(endpoint="https://phish.example"),
    ),
    (CheckCode.CONSENT_SIGNATURE_INVALID, "issuer has no web site", lambda: issuer(endpoint="")),
    (CheckCode.CONSENT_SIGNATURE_INVALID, "not an assertion", lambda: transfer(assertion={"id": 1})),
    (CheckCode.CONSENT_MISMATCH, "replayed for another request", replayed_consent),
    (
        CheckCode.CONSENT_MISMATCH,
        "more disclosed than granted",
        lambda: Scenario(
            granted=(Attribute.NAME, Attribute.ADDRESS, Attribute.BIRTH_DATE), disclosed=tuple(Attribute)
        ).facts(),
    ),
    (
        CheckCode.CONSENT_MISMATCH,
        "less disclosed than granted",
        lambda: Scenario(disclosed=(Attribute.NAME,)).facts(),
    ),
    (
        CheckCode.CONSENT_MISMATCH,
        "credential names another consent",
        lambda: Scenario(release_changes={"consent_digest": bytes(32)}).facts(),
    ),
    (
        CheckCode.CONSENT_MISMATCH,
        "consent speaks of another verification",
        lambda: Scenario(receipt_changes={"verified_at": VERIFIED_AT + 1}).facts(),
    ),
    (
        CheckCode.CONSENT_EXPIRED,
        "attested after its end",
        lambda: chain(attested_at=ASKED_AT + 15 * 60 + 121),
    ),
    (
        CheckCode.CONSENT_EXPIRED,
        "lives past the request",
        lambda: Scenario(receipt_changes={"expires_at": ASKED_AT + 16 * 60}).facts(),
    ),
    (
        CheckCode.CONSENT_EXPIRED,
        "issued before the request",
        lambda: Scenario(receipt_changes={"issued_at": ASKED_AT - 300, "expires_at": ASKED_AT + 500}).facts(),
    ),
    (
        CheckCode.ATTESTATION_NOT_FOUND,
        "nothing on chain",
        lambda: chain(state=AttestationState.NONE, terms=None, attested_at=None),
    ),
    (CheckCode.ATTESTATION_NOT_PENDING, "decided before", lambda: chain(state=AttestationState.DECIDED)),
    (CheckCode.ATTESTATION_NOT_PENDING, "lapsed", lambda: chain(state=AttestationState.LAPSED)),
    (
        CheckCode.ATTESTATION_NOT_PENDING,
        "lapsed since the chain was read",
        lambda: chain(terms=replace(Scenario().terms, decide_by=ASKED_AT + 119)),
    ),
    (CheckCode.ID_MISMATCH, "another secret", lambda: transfer(attestation_secret=bytes(32))),
    (
        CheckCode.ID_MISMATCH,
        "another attestation",
        lambda: Scenario().facts(attestation_id=AttestationId(bytes(32))),
    ),
    (
        CheckCode.ID_MISMATCH,
        "public terms name another method",
        lambda: chain(terms=replace(Scenario().terms, method=b"\x01\x02\x03\x04")),
    ),
    (
        CheckCode.ID_MISMATCH,
        "public terms name another day",
        lambda: chain(terms=replace(Scenario().terms, verified_on=Scenario().terms.verified_on + 1)),
    ),
    (CheckCode.ANCHOR_MISSING, "root not anchored", lambda: chain(anchored_at=None)),
    (CheckCode.ANCHOR_MISSING, "another leaf secret", lambda: transfer(leaf_secret=bytes(32))),
    (CheckCode.ANCHOR_MISSING, "another tree", lambda: transfer(anchor_proof=AnchorProof(bytes(32), ()))),
    (CheckCode.ANCHOR_TOO_LATE, "a day and a second", lambda: chain(anchored_at=VERIFIED_AT + DAY_S + 1)),
    (
        CheckCode.ANCHOR_TOO_LATE,
        "counted from the binding of the passkey",
        lambda: (s := Scenario(bound_at=VERIFIED_AT + DAY_S)).facts(
            chain=s.chain_facts(anchored_at=VERIFIED_AT + 2 * DAY_S + 1)
        ),
    ),
    (CheckCode.REVOKED, "withdrawn by the issuer", lambda: chain(state=AttestationState.REVOKED)),
    (CheckCode.CHAIN_STALE, "index not confirmed", lambda: chain(confirmed_at=None)),
    (CheckCode.CHAIN_STALE, "confirmed too long ago", lambda: chain(confirmed_at=ASKED_AT + 59)),
    (CheckCode.METHOD_NOT_ALLOWED, "image only, one minute after the reform", image_only_after_the_reform),
    (CheckCode.METHOD_NOT_ALLOWED, "verified before it existed", verified_before_the_method_existed),
    (CheckCode.METHOD_NOT_ALLOWED, "no rule", lambda: chain(rule=None)),
    (CheckCode.METHOD_NOT_ALLOWED, "a rule never set", lambda: chain(rule=MethodRule(0, 0, 0))),
    (CheckCode.METHOD_NOT_ALLOWED, "not yet", lambda: chain(rule=MethodRule(ASKED_AT + 121, 0, 365))),
    (
        CheckCode.METHOD_NOT_ALLOWED,
        "not asked for",
        lambda: Scenario(request_changes={"methods": [IMAGE_FACE]}).facts(),
    ),
    (CheckCode.TOO_OLD, "older than the request allows", lambda: aged(31, asked_max=30)),
    (CheckCode.TOO_OLD, "older than the chain allows", lambda: aged(31, ruled_max=30)),
    (
        CheckCode.DOCUMENT_EXPIRED,
        "expired yesterday",
        lambda: Scenario(verification=verification(document_expires_on=date(2026, 11, 21))).facts(),
    ),
    (
        CheckCode.CHAINED_RELIANCE,
        "rests on a third member's record",
        lambda: Scenario(reused_from=ReusedFrom(MemberId(3), AttestationId(bytes(32)))).facts(),
    ),
    (CheckCode.LEGAL_BASIS_NOT_ENABLED, "basis switched off", lambda: chain(legal_bases=0b111_1110)),
    (
        CheckCode.LEGAL_BASIS_NOT_ENABLED,
        "pure reliance by default",
        lambda: Scenario(request_changes={"legal_basis": LegalBasis.RELIANCE}).facts(),
    ),
    (
        CheckCode.HIGH_RISK_REVERIFY,
        "impersonation suspected",
        lambda: customer(high_risk=frozenset({"impersonation"})),
    ),
    (
        CheckCode.ATTRIBUTE_MISMATCH,
        "another name on the form",
        lambda: customer(application={**PERSON, Attribute.NAME: "見本 太郎"}),
    ),
    (CheckCode.PERSON_NOT_REBOUND, "another face", lambda: customer(rebound=Outcome.FAILED)),
    (CheckCode.SCREENING_HIT, "on a list", lambda: customer(screening=Outcome.FAILED)),
    (CheckCode.REAUDIT_DRAWN, "drawn", lambda: customer(reaudit_drawn=True)),
]


def test_a_sound_reuse_is_accepted_and_every_check_passed():
    acceptance = judge(Scenario().facts(), POLICY)
    assert (acceptance.verdict, acceptance.code, acceptance.accepted) == (Verdict.ACCEPTED, None, True)
    assert [c.check for c in acceptance.checks] == list(CheckCode)
    assert {c.outcome for c in acceptance.checks} == {Outcome.PASSED}


@pytest.mark.parametrize("issuer_ahead_s", [-120, -61, -60, -1, 1, 30, 120])
def test_clocks_that_differ_a_little_cost_no_reuse(issuer_ahead_s):
    """The customer signs a minute after the request: one who is further behind writes an earlier time."""
    acceptance = judge(Scenario(issuer_ahead_s=issuer_ahead_s).facts(), POLICY)
    assert (acceptance.verdict, acceptance.code) == (Verdict.ACCEPTED, None)


@pytest.mark.parametrize(("code", "facts"), [pytest.param(c, f, id=f"{c}: {name}") for c, name, f in STORIES])
def test_a_check_fails_alone_with_its_code_and_nothing_after_it_is_claimed(code, facts):
    acceptance = judge(facts(), POLICY)
    position = list(CheckCode).index(code)
    outcomes = [c.outcome for c in acceptance.checks]
    assert acceptance.code == code.value
    assert (acceptance.verdict, acceptance.accepted) == (Verdict.REFUSED, False)
    assert outcomes[position] is Outcome.FAILED
    assert set(outcomes[:position]) <= {Outcome.PASSED}
    assert set(outcomes[position + 1 :]) <= {Outcome.NOT_PERFORMED}


def test_every_code_has_a_story():
    assert {code for code, _, _ in STORIES} == ALL_CHECKS


@pytest.mark.parametrize("days_old", [0, 30])
def test_a_verification_on_the_limit_is_young_enough(days_old):
    assert judge(aged(days_old, asked_max=30), POLICY).accepted


def test_a_document_is_good_on_its_last_day():
    story = Scenario(verification=verification(document_expires_on=date(2026, 11, 22)))
    assert judge(story.facts(), POLICY).accepted


def test_an_anchor_after_exactly_a_day_is_in_time():
    assert judge(chain(anchored_at=VERIFIED_AT + DAY_S), POLICY).accepted


def test_the_binding_of_a_new_passkey_starts_the_anchor_clock_anew():
    story = Scenario(bound_at=VERIFIED_AT + 10 * DAY_S)
    facts = story.facts(chain=story.chain_facts(anchored_at=VERIFIED_AT + 10 * DAY_S + 60))
    assert judge(facts, POLICY).accepted


def test_a_key_rotated_since_the_signature_still_verifies():
    def rotated(story: Scenario) -> tuple[KeyInterval, ...]:
        new = public_jwk(ECKey.generate_key("P-256"))
        return (KeyInterval(public_jwk(story.issuer_key), 1, ASKED_AT + 95), KeyInterval(new, ASKED_AT + 95))

    assert judge(with_keys(rotated), POLICY).accepted


def test_a_key_disowned_after_the_attestation_still_counts():
    facts = with_keys(lambda s: (KeyInterval(public_jwk(s.issuer_key), 1, None, ASKED_AT + 101),))
    assert judge(facts, POLICY).accepted


def test_width_and_spaces_on_the_form_do_not_matter():
    application = {Attribute.NAME: "見本\u3000花子", Attribute.ADDRESS: "東京都見本区一丁目2番3号"}
    assert judge(customer(application=application), POLICY).accepted


@pytest.mark.parametrize(
    ("missing", "changes"),
    [
        (CheckCode.HIGH_RISK_REVERIFY, {"high_risk": None}),
        (CheckCode.ATTRIBUTE_MISMATCH, {"application": None}),
        (CheckCode.PERSON_NOT_REBOUND, {"rebound": Outcome.NOT_PERFORMED}),
        (CheckCode.SCREENING_HIT, {"screening": Outcome.NOT_PERFORMED}),
        (CheckCode.SCREENING_HIT, {"screening": Outcome.UNDECIDED}),
        (CheckCode.REAUDIT_DRAWN, {"reaudit_drawn": None}),
    ],
)
def test_a_required_check_that_gave_no_answer_blocks_the_acceptance(missing, changes):
    acceptance = judge(customer(**changes), POLICY)
    assert (acceptance.verdict, acceptance.code) == (Verdict.INCOMPLETE, NOT_PERFORMED_CODE)
    assert acceptance.missing == (missing,)


def test_screening_left_to_other_systems_is_recorded_as_not_performed():
    policy = AcceptancePolicy(60, required_checks=ALL_CHECKS - {CheckCode.SCREENING_HIT})
    acceptance = judge(customer(screening=Outcome.NOT_PERFORMED), policy)
    assert acceptance.accepted
    assert {c.check: c.outcome for c in acceptance.checks}[CheckCode.SCREENING_HIT] is Outcome.NOT_PERFORMED


@pytest.mark.parametrize(
    ("outcome", "verdict"), [(Outcome.FAILED, Verdict.REFUSED), (Outcome.UNDECIDED, Verdict.INCOMPLETE)]
)
def test_an_optional_check_still_blocks_when_it_ran_and_did_not_pass(outcome, verdict):
    policy = AcceptancePolicy(60, required_checks=ALL_CHECKS - {CheckCode.SCREENING_HIT})
    assert judge(customer(screening=outcome), policy).verdict is verdict


@pytest.mark.parametrize("code", [CheckCode.PERSON_NOT_REBOUND, CheckCode.SIGNATURE_INVALID])
def test_a_policy_cannot_switch_off_what_reliance_rests_on(code):
    with pytest.raises(ValueError, match="optional"):
        AcceptancePolicy(60, required_checks=ALL_CHECKS - {code})


def test_a_document_without_expiry_is_not_called_current():
    story = Scenario(verification=verification(document_expires_on=None))
    assert judge(story.facts(), POLICY).missing == (CheckCode.DOCUMENT_EXPIRED,)


def test_judging_before_the_customer_was_seen_says_what_is_still_missing():
    acceptance = judge(Scenario().facts(customer=CustomerFacts()), POLICY)
    assert acceptance.verdict is Verdict.INCOMPLETE
    assert acceptance.missing == tuple(CheckCode)[-5:]
