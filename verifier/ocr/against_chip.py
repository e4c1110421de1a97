"""Compares what was read from a card's surface with what its chip says. Pure.

Decides the check "surface.text": advice, because the chip is of record and readers make mistakes; a
difference that no reader explains may be a chip in another card's body, so a person looks. Which characters
differ is personal and goes into the case's evidence only; the check itself carries counts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from verifier.ocr.characters import Kind
from verifier.ocr.spelling import Comparison, Likeness, compare
from verifier.types import CheckResult, Outcome, Person, Sex, SurfaceReading

CHECK: Final = "surface.text"
REPORT_FILE: Final = "surface-text.json"
UNEXPLAINED: Final = frozenset({Kind.REPLACED, Kind.MISSING, Kind.ADDED})
TOLERATED_IN_ADDRESS: Final = 2
"""Unexplained characters that a reader's mistakes give an address: docs/measured/ocr-documents.md. A name has
none."""

_SEXES: Final = {Sex.MALE: "男", Sex.FEMALE: "女"}


@dataclass(frozen=True, slots=True)
class TextAgreement:
    """The comparison of one card.

    Attributes:
        check: "surface.text".
        report: what a reviewer sees, personal: each field on both sides with its differences.
    """

    check: CheckResult
    report: bytes | None = field(repr=False)

    @property
    def files(self) -> dict[str, bytes]:
        """What a record keeps of it, by name."""
        return {} if self.report is None else {REPORT_FILE: self.report}


def compare_with_chip(surface: SurfaceReading | None, person: Person | None) -> TextAgreement:
    """Compare every field that both sides have.

    Args:
        surface: what was read; None where no photograph was read.
        person: the attributes of record; None where the chip gave none.
    """
    if surface is None or person is None:
        return TextAgreement(CheckResult(CHECK, Outcome.NOT_PERFORMED, "surface.not_read"), None)
    of_record = _texts(person)
    read = {name: field.value for name, field in surface.fields.items()}
    pairs = {name: (text, read[name]) for name, text in of_record.items() if name in read}
    if not pairs:
        return TextAgreement(CheckResult(CHECK, Outcome.NOT_PERFORMED, "surface.not_read"), None)
    found = {name: compare(record, read) for name, (record, read) in pairs.items()}
    return TextAgreement(_check(found), _report(pairs, found))


def _texts(person: Person) -> dict[str, str]:
    texts = {
        "name": person.name,
        "address": person.address,
        "birth_date": person.birth_date.isoformat(),
        "sex": _SEXES.get(person.sex),
    }
    return {name: text for name, text in texts.items() if text}


def _check(found: Mapping[str, Comparison]) -> CheckResult:
    facts: dict[str, str | int | float | bool] = {name: each.likeness.value for name, each in found.items()}
    for name, each in found.items():
        facts |= {f"{name}_{kind}": count for kind, count in each.kinds.items() if kind != Kind.SPACE}
    differing = [name for name, each in found.items() if _differs(name, each)]
    alike = "name" in found and found["name"].likeness is Likeness.LOOK_ALIKE
    if differing:
        return CheckResult(CHECK, Outcome.FAILED, "surface.text_differs", facts=facts)
    if alike:
        return CheckResult(CHECK, Outcome.UNDECIDED, "surface.text_look_alike", facts=facts)
    return CheckResult(CHECK, Outcome.PASSED, facts=facts)


def _differs(name: str, each: Comparison) -> bool:
    unexplained = sum(one.kind in UNEXPLAINED for one in each.differences)
    return unexplained > (TOLERATED_IN_ADDRESS if name == "address" else 0)


def _report(pairs: Mapping[str, tuple[str, str]], found: Mapping[str, Comparison]) -> bytes:
    body: dict[str, Any] = {
        name: {
            "record": pairs[name][0],
            "read": pairs[name][1],
            "likeness": each.likeness.value,
            "differences": [asdict(one) for one in each.differences],
        }
        for name, each in found.items()
    }
    return json.dumps(body, ensure_ascii=False).encode()
