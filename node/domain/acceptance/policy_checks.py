"""Whether rules allow this reuse today, and whether the recipient's own findings do.

Each check answers one question and assumes that those before it passed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from node.domain import methods
from node.domain.attributes import comparable
from node.domain.days import jst_date, jst_day
from node.domain.legal_basis import is_enabled
from node.domain.outcome import Outcome, passed_if

if TYPE_CHECKING:
    from node.domain.acceptance.facts import AcceptanceFacts


def method_allowed(facts: AcceptanceFacts) -> Outcome:
    """Asked for, allowed on chain now, and known to the ordinance on the day of the verification."""
    rule, method = facts.chain.rule, facts.presentation.method
    if rule is None or rule.max_age_days == 0 or method not in facts.request.methods:
        return Outcome.FAILED
    open_now = rule.allowed_from <= facts.now and (rule.allowed_until == 0 or facts.now < rule.allowed_until)
    # Every method of a request is in the catalogue, so this look-up cannot fail.
    lawful_then = methods.is_allowed(method, jst_date(facts.presentation.verified_at))
    return passed_if(open_now and lawful_then)


def young_enough(facts: AcceptanceFacts) -> Outcome:
    """Within the shorter of the chain's and the request's limits, in Japanese calendar days."""
    if facts.chain.rule is None:
        return Outcome.FAILED
    age = jst_day(facts.now) - jst_day(facts.presentation.verified_at)
    return passed_if(0 <= age <= min(facts.chain.rule.max_age_days, facts.request.max_age_days))


def document_current(facts: AcceptanceFacts) -> Outcome:
    """The document of record has not expired; NOT_PERFORMED when the record states no expiry."""
    expiries = facts.presentation.document_expiries
    if not expiries:
        return Outcome.NOT_PERFORMED
    return passed_if(min(expiries) >= jst_date(facts.now))


def first_hand(facts: AcceptanceFacts) -> Outcome:
    """The issuer verified the customer itself."""
    return passed_if(not facts.presentation.is_reused)


def basis_enabled(facts: AcceptanceFacts) -> Outcome:
    """The consortium has enabled the legal basis."""
    return passed_if(is_enabled(facts.chain.legal_bases, facts.request.legal_basis))


def not_high_risk(facts: AcceptanceFacts) -> Outcome:
    """Nothing demands a fresh verification with a second document (Act Art. 4(2), Order Art. 12)."""
    reasons = facts.customer.high_risk
    return Outcome.NOT_PERFORMED if reasons is None else passed_if(not reasons)


def attributes_match(facts: AcceptanceFacts) -> Outcome:
    """What the applicant wrote equals what was disclosed; NOT_PERFORMED when there is nothing to compare."""
    application, claims = facts.customer.application or {}, facts.presentation.claims
    shared = [name for name in application if name in claims]
    if not shared:
        return Outcome.NOT_PERFORMED
    return passed_if(all(comparable(n, application[n]) == comparable(n, claims[n]) for n in shared))


def person_rebound(facts: AcceptanceFacts) -> Outcome:
    """The person before the recipient is the one whom the issuer verified."""
    return facts.customer.rebound


def screening_clear(facts: AcceptanceFacts) -> Outcome:
    """The recipient's own screening found nothing."""
    return facts.customer.screening


def not_drawn(facts: AcceptanceFacts) -> Outcome:
    """The random draw did not send this reuse to full verification."""
    drawn = facts.customer.reaudit_drawn
    return Outcome.NOT_PERFORMED if drawn is None else passed_if(not drawn)
