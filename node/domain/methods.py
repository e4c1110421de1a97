"""Which verification methods exist, under which clause on which day, and the rule to propose on chain.

Clause letters move between revisions of the ordinance, so records and the chain carry stable ids, and the
letter is looked up by date. Does not decide what a consortium allows: the rule in force on chain does.

Source: Ordinance for Enforcement of the Act on Prevention of Transfer of Criminal Proceeds
(犯罪による収益の移転防止に関する法律施行規則), Art. 6(1)(i), natural persons, not face to face.
Letters of the first epoch were read at houritsushoku.com; those of the second and third come from public
compilations of e-Gov law id 420M60000F5A001 (revisions 20260806_508M60000F5A006 and
20270401_508M60000F5A005): secondary sources, to be checked against e-Gov before a release.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from node.domain.days import first_second
from node.domain.events import MethodRule
from node.domain.ids import MethodId
from node.errors import InvalidInput

CHIP_FACE = MethodId("jp.chip+face")
IMAGE_FACE = MethodId("jp.idimage+face")
JPKI_SIGN = MethodId("jp.jpki.sign")

MAX_AGE_DAYS = 365
"""Days after a verification during which a decision may rest on it. No clause names an age; one year is this
consortium's starting proposal, so that a reused verification is never older than an annual customer
review."""


class Evidence(StrEnum):
    """How well a citation is known."""

    READ = "read"
    SECONDARY = "secondary"
    INFERRED = "inferred"
    """From a secondary source and our reading of it; the letter may be wrong."""


@dataclass(frozen=True, slots=True)
class Epoch:
    """A span of days with one text of Art. 6(1)(i).

    Attributes:
        label: "P", "C" or "N".
        begins: first day in force.
        ends: first day no longer in force; None while open.
    """

    label: str
    begins: date
    ends: date | None

    def covers(self, on: date) -> bool:
        """Whether this text was in force on that day (Japan)."""
        return self.begins <= on and (self.ends is None or on < self.ends)


PAST = Epoch("P", date(2018, 11, 30), date(2025, 6, 24))
CURRENT = Epoch("C", date(2025, 6, 24), date(2027, 4, 1))
NEXT = Epoch("N", date(2027, 4, 1), None)


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a method stands in the ordinance during one epoch.

    Attributes:
        clause: letter or letters under Art. 6(1)(i), e.g. "ヘ".
        epoch: when that held.
        evidence: how well we know.
    """

    clause: str
    epoch: Epoch
    evidence: Evidence

    @property
    def text(self) -> str:
        """The citation as a record states it."""
        return f"犯収法施行規則 第6条第1項第1号{self.clause} ({self.epoch.label})"


@dataclass(frozen=True, slots=True)
class Method:
    """One way to verify a customer.

    Attributes:
        id: stable id.
        summary: what is obtained from the customer.
        citations: in order of time; a day without a citation is a day without the method.
    """

    id: MethodId
    summary: str
    citations: tuple[Citation, ...]

    def citation(self, on: date) -> Citation | None:
        """The clause under which it could be used on that day, or None."""
        return next((c for c in self.citations if c.epoch.covers(on)), None)


def _method(name: str, summary: str, past: str, current: str, following: str) -> Method:
    """Build a row of the catalogue; "-" = not in that epoch, a leading "~" = inferred."""
    columns = (
        (PAST, past, Evidence.READ),
        (CURRENT, current, Evidence.SECONDARY),
        (NEXT, following, Evidence.SECONDARY),
    )
    cited = (
        Citation(clause.removeprefix("~"), epoch, Evidence.INFERRED if clause.startswith("~") else known)
        for epoch, clause, known in columns
        if clause != "-"
    )
    return Method(MethodId(name), summary, tuple(cited))


CATALOGUE: tuple[Method, ...] = (
    _method(
        "jp.idimage+face", "live image of a photo ID, thickness included, and live face", "ホ", "ホ", "-"
    ),
    _method("jp.chip+face", "signed data from an ID's chip and live face", "ヘ", "ヘ", "ハ"),
    _method(
        "jp.idOrChip+bankInquiry",
        "ID and inquiry to an operator that verified before",
        "ト(1)",
        "ト(1)",
        "~ニ",
    ),
    _method("jp.idOrChip+transfer", "ID and transfer to an account verified before", "ト(2)", "ト(2)", "~ニ"),
    _method("jp.docOrChip+mail", "document or chip and registered mail", "チ", "チ", "~ホ"),
    _method(
        "jp.copies+mail", "copies of two documents and registered mail", "リ, ヌ", "リ, ヌ", "ヘ, ワ, カ"
    ),
    _method("jp.restrictedMail", "identity-confirming restricted mail", "ル", "ヲ", "~チ"),
    _method("jp.mdoc.mynumber", "My Number card in a phone wallet", "-", "ル", "ト"),
    _method("jp.accreditedCA", "accredited certificate and signature", "ヲ", "ワ", "リ"),
    _method("jp.jpki.sign", "JPKI signing certificate and signature", "ワ", "カ", "ヌ"),
    _method("jp.specificCA", "certificate under JPKI Act 17(1)(v) and signature", "カ", "ヨ", "ル"),
)

_BY_ID = {method.id: method for method in CATALOGUE}


def method_of(method: str) -> Method:
    """Look a method up.

    Raises:
        InvalidInput: not in the catalogue ("method.unknown").
    """
    try:
        return _BY_ID[MethodId(method)]
    except KeyError:
        raise InvalidInput(
            "method.unknown", "no such verification method", hint="See node/domain/methods.py."
        ) from None


def citation(method: str, on: date) -> Citation | None:
    """The clause under which the method could be used on a day in Japan; None if it could not."""
    return method_of(method).citation(on)


def is_allowed(method: str, on: date) -> bool:
    """Whether the ordinance knew the method on a day in Japan."""
    return citation(method, on) is not None


def require_in_force(method: str, on: date) -> None:
    """Refuse a method without a clause on a day in Japan ("method_not_allowed", "method.unknown")."""
    if not is_allowed(method, on):
        raise InvalidInput(
            "method_not_allowed",
            f"{method} has no clause in force on this day",
            hint=f"use {CHIP_FACE}",
        )


def proposed_rule(method: str) -> MethodRule:
    """The rule to put to the vote for a method.

    `allowed_from` and `allowed_until` are the first second of the first epoch and the first second after the
    last one (JST; 0 while open), `max_age_days` is `MAX_AGE_DAYS`. For "jp.idimage+face" the end is
    2027-04-01 00:00 JST, also
    for verifications made lawfully before: a new reliance on image-only evidence is refused.
    """
    epochs = [c.epoch for c in method_of(method).citations]
    ends = epochs[-1].ends
    return MethodRule(
        allowed_from=first_second(epochs[0].begins),
        allowed_until=first_second(ends) if ends else 0,
        max_age_days=MAX_AGE_DAYS,
    )
