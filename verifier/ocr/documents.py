"""Reads the surface of a licence, a residence card or a passport from several photographs.

The frames vote on every field, as for the My Number card; then the print must say that it is this document,
the dates must be plausible, and what opens a chip (`chip_access`) is given out only if every check that bears
on it has passed. None of these documents holds 照合番号B. The attributes of record come from the chip where
it can be read, never from here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

from verifier.ocr import recognise as names
from verifier.ocr.consensus import MIN_FRAMES, agree
from verifier.ocr.fields import FieldName, FieldRead, FrameRead
from verifier.ocr.frames import DocumentForm, Frame, frames_check, read_frames, sharpest_card
from verifier.ocr.licence import (
    check_digit_holds,
    expiry_years_agree,
    one_month_after_birthday,
    parse_licence,
)
from verifier.ocr.passport import parse_passport
from verifier.ocr.pin_b import span_implausibility
from verifier.ocr.portrait import crop_portrait
from verifier.ocr.recognise import recognise
from verifier.ocr.residence import parse_residence
from verifier.ocr.text import TextLine, TextReader
from verifier.ocr.typed import typed_check
from verifier.types import CheckResult, DocumentKind, Image, Outcome, SurfaceField, SurfaceReading

Fields = Mapping[FieldName, SurfaceField]
Facts = dict[str, str | int | float | bool]


@dataclass(frozen=True, slots=True)
class Document:
    """One kind of document.

    Attributes:
        kind: as readings name it.
        name: as the print names it (`verifier.ocr.recognise`).
        parse: gives the fields of one frame, with the civil date of today.
        decisive: fields that the frames must agree on.
        number_check: judges the number.
        unsure: as the print names it where it may be a successor; None when it has none.
        successors: names of documents that share its title; one frame that shows such a one decides.
        proves_itself: its fields are only found where check digits prove the document, whatever words stand
            around them.
    """

    kind: DocumentKind
    name: str
    parse: Callable[[Sequence[TextLine], date], FrameRead]
    decisive: tuple[FieldName, ...]
    number_check: Callable[[Fields, int], CheckResult]
    unsure: str | None = None
    successors: tuple[str, ...] = ()
    proves_itself: bool = False


OTHER_DOCUMENT: Final = "ocr.other_document"
CODES: Final[Mapping[str, str]] = {
    names.UNKNOWN: "ocr.unknown_document",
    names.RESIDENCE_NEWER: "ocr.residence_card_newer",
    names.RESIDENCE_UNSURE: "ocr.residence_form_unsure",
    names.RESIDENCE_COMBINED: "ocr.combined_residence_card",
    names.SPECIAL_PERMANENT: "ocr.special_permanent_certificate",
    names.DRIVING_HISTORY: "ocr.driving_history_certificate",
    **dict.fromkeys(names.NOT_ACCEPTED, "ocr.document_not_accepted"),
}
"""Why a document is refused, by its name; `OTHER_DOCUMENT` where it is one that is read as another kind."""


def read_surface(
    document: Document,
    frames: Sequence[Image],
    *,
    reader: TextReader,
    today: date,
    typed_birth_date: date | None = None,
) -> SurfaceReading:
    """Read a document's surface.

    Args:
        document: which one it should be.
        frames: photographs of it, (H, W, 3) uint8, BGR, upright, taken apart in time and pose.
        reader: the text reader.
        today: civil date in Japan.
        typed_birth_date: what the customer typed, if asked.

    Returns:
        The fields that frames agree on (none where the print says that it is another document), and the
        checks "ocr.frames", "ocr.document", "ocr.consensus", "ocr.number", "ocr.plausibility",
        "ocr.typed_birth_date".

    Raises:
        InvalidInput: not images, or of unusable size or number ("ocr.*").
        Unavailable: the text reader failed.
    """
    form = DocumentForm(parse=partial(_parse, document, today), required=document.decisive)
    looked_at = read_frames(frames, form, reader=reader)
    usable = [frame.reads for frame in looked_at if frame.usable]
    named = _document_check(document, looked_at)
    fields = agree(usable) if named.passed else {}
    fields.pop("document", None)
    card = sharpest_card(looked_at)
    return SurfaceReading(
        kind=document.kind,
        fields={str(name): field for name, field in fields.items()},
        pin_b=None,
        checks=(
            frames_check(looked_at),
            named,
            _consensus_check(document, fields, reader),
            document.number_check(fields, len(usable)),
            _plausibility_check(fields, today),
            typed_check(fields, typed_birth_date),
        ),
        portrait=None if card is None or not named.passed else crop_portrait(card, document.kind),
        frames_used=len(usable),
    )


def chip_access(reading: SurfaceReading) -> str | None:
    """What opens the document's chip, if it may be used: a residence card's number, a passport's zone keys.

    Returns:
        The twelve characters of a residence card's number, the 24 of a passport's key information, or None:
        for documents that open otherwise, and whenever a check but the typed date's did not pass.
    """
    keys: Mapping[DocumentKind, str] = {"residence_card": "number", "passport": "zone"}
    *required, typed = reading.checks
    if reading.kind not in keys or typed.outcome is Outcome.FAILED:
        return None
    if not all(check.passed for check in required):
        return None
    return reading.fields[keys[reading.kind]].value


def _parse(document: Document, today: date, lines: Sequence[TextLine]) -> FrameRead:
    """The fields, and what the print says the document is; nothing of another document's."""
    fields = document.parse(lines, today)
    if document.proves_itself and fields:
        return {**fields, "document": FieldRead(document.name, document.name, 1.0)}
    named = recognise(lines)
    if named.value == names.UNKNOWN:
        return fields
    return {**(fields if named.value in {document.name, document.unsure} else {}), "document": named}


def _document_check(document: Document, looked_at: Sequence[Frame]) -> CheckResult:
    """Passed where frames show this document's marks, more of them than another's, and none of its successor.

    A frame that shows neither says nothing: a single one that shows the marks tells.
    """
    seen = Counter(frame.reads["document"].value for frame in looked_at if "document" in frame.reads)
    facts: Facts = {f"seen_{name}": count for name, count in sorted(seen.items())}
    others = Counter({name: n for name, n in seen.items() if name not in {document.name, document.unsure}})
    if others.total() < seen[document.name] and not set(others) & set(document.successors):
        return CheckResult("ocr.document", Outcome.PASSED, facts=facts)
    likeliest = next((name for name, _ in others.most_common()), document.unsure if seen else names.UNKNOWN)
    code = CODES.get(likeliest or names.UNKNOWN, OTHER_DOCUMENT)
    return CheckResult("ocr.document", Outcome.FAILED, code, facts=facts)


def _consensus_check(document: Document, fields: Fields, reader: TextReader) -> CheckResult:
    missing = [name for name in document.decisive if name not in fields]
    facts: Facts = {f"{name}_missing": True for name in missing}
    agreed = [fields[name] for name in document.decisive if name in fields]
    if agreed:
        facts["fewest_votes"] = min(field.votes for field in agreed)
    return CheckResult(
        check="ocr.consensus",
        outcome=Outcome.UNDECIDED if missing else Outcome.PASSED,
        code="ocr.no_consensus" if missing else None,
        score=min((field.confidence for field in agreed), default=None),
        model_sha256=reader.model_sha256["recognition"],
        facts=facts,
    )


def _plausibility_check(fields: Fields, today: date) -> CheckResult:
    if "birth_date" not in fields or "expires_on" not in fields:
        return CheckResult("ocr.plausibility", Outcome.NOT_PERFORMED, "ocr.dates_not_read")
    born, ends = _civil(fields["birth_date"].value), _civil(fields["expires_on"].value)
    code = span_implausibility(born, ends, today=today)
    if expiry_years_agree(fields["expires_on"].printed) is False:
        code = "ocr.expiry_years_differ"
    return CheckResult("ocr.plausibility", Outcome.FAILED if code else Outcome.PASSED, code)


def _civil(value: str) -> date | None:
    return date.fromisoformat(value) if value else None


def _licence_number(fields: Fields, usable: int) -> CheckResult:
    """A wrong check digit warns: the rule is not official."""
    del usable
    if "number" not in fields:
        return CheckResult("ocr.number", Outcome.NOT_PERFORMED, "ocr.number_not_read")
    facts: Facts = {}
    if "birth_date" in fields and "expires_on" in fields:
        born, ends = _civil(fields["birth_date"].value), _civil(fields["expires_on"].value)
        facts["ends_a_month_after_birthday"] = bool(born and ends and one_month_after_birthday(born, ends))
    holds = check_digit_holds(fields["number"].value)
    code = None if holds else "ocr.number_check_digit"
    return CheckResult("ocr.number", Outcome.PASSED if holds else Outcome.UNDECIDED, code, facts=facts)


def _residence_number(fields: Fields, usable: int) -> CheckResult:
    """No check digit: only frames that agree, and enough of them, make the number fit to open a chip."""
    if "number" not in fields:
        return CheckResult("ocr.number", Outcome.NOT_PERFORMED, "ocr.number_not_read")
    enough = usable >= MIN_FRAMES
    code = None if enough else "ocr.too_few_frames"
    facts: Facts = {"votes": fields["number"].votes, "of": usable}
    return CheckResult("ocr.number", Outcome.PASSED if enough else Outcome.UNDECIDED, code, facts=facts)


def _zone_digits(fields: Fields, usable: int) -> CheckResult:
    """A zone is only read with its five check digits right."""
    del usable
    if "zone" not in fields:
        return CheckResult("ocr.number", Outcome.NOT_PERFORMED, "mrz.not_read")
    return CheckResult("ocr.number", Outcome.PASSED, facts={"votes": fields["zone"].votes})


LICENCE: Final = Document(
    kind="drivers_licence",
    name=names.LICENCE,
    parse=lambda lines, _today: parse_licence(lines),
    decisive=("birth_date", "expires_on", "number"),
    number_check=_licence_number,
)
RESIDENCE: Final = Document(
    kind="residence_card",
    name=names.RESIDENCE,
    parse=lambda lines, _today: parse_residence(lines),
    decisive=("number", "birth_date", "expires_on"),
    number_check=_residence_number,
    unsure=names.RESIDENCE_UNSURE,
    successors=(names.RESIDENCE_NEWER, names.RESIDENCE_COMBINED),
)
PASSPORT: Final = Document(
    kind="passport",
    name=names.PASSPORT,
    parse=lambda lines, today: parse_passport(lines, today=today),
    decisive=("zone",),
    number_check=_zone_digits,
    proves_itself=True,
)
