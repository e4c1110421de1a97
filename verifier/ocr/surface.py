"""Reads the front of a My Number card from several photographs.

The frames vote on every field, the dates are checked, and 照合番号B is given out only if every check that ran
has passed. A card that cannot be read is an outcome with reason codes, not an exception. The attributes of
record come from the chip, never from here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from verifier.era import PrintedDate, parse_printed_date
from verifier.ocr.consensus import LOW_DIGIT_CONFIDENCE, agree
from verifier.ocr.fields import PIN_FIELDS, FieldName, FrameRead
from verifier.ocr.frames import DocumentForm, frames_check, read_frames, sharpest_card
from verifier.ocr.mynumber import parse_fields, parse_photograph, worth_reading
from verifier.ocr.pin_b import build_pin_b, implausibility
from verifier.ocr.place import Place
from verifier.ocr.portrait import crop_portrait
from verifier.ocr.text import TextReader
from verifier.ocr.typed import typed_check
from verifier.types import CheckResult, Image, Outcome, SurfaceField, SurfaceReading

FORM = DocumentForm(
    parse=parse_fields,
    required=PIN_FIELDS,
    parse_photograph=parse_photograph,
    worth_reading=worth_reading,
    needed=(Place(0.30, 0.98, 0.31, 0.45), Place(0.02, 0.36, 0.86, 1.0)),
)
"""Light spots matter over the dates' rows and over the code; the signature panel is white paper."""


def read_mynumber_surface(
    frames: Sequence[Image],
    *,
    reader: TextReader,
    today: date,
    typed_birth_date: date | None = None,
) -> SurfaceReading:
    """Read a My Number card's front.

    Args:
        frames: photographs of one card, (H, W, 3) uint8, BGR, upright, 300 ms and a pose change apart;
            three or more for 照合番号B. 1600x1200 is a good size.
        reader: the text reader.
        today: civil date in Japan.
        typed_birth_date: what the customer typed, if asked: the best check on the era year.

    Returns:
        The fields that frames agree on, 照合番号B if all checks that ran passed, the checks, and the printed
        photograph. Checks: "ocr.frames", "ocr.consensus", "ocr.plausibility", "ocr.typed_birth_date".

    Raises:
        InvalidInput: not images, or of unusable size or number (codes "ocr.no_frames", "ocr.too_many_frames",
            "ocr.not_an_image", "ocr.frame_too_small", "ocr.frame_too_large").
        Unavailable: the text reader failed.
    """
    looked_at = read_frames(frames, FORM, reader=reader)
    usable = [frame.reads for frame in looked_at if frame.usable]
    fields = agree(usable)
    fields.pop("code_doubt", None)
    checks = (
        frames_check(looked_at),
        _consensus_check(fields, usable, reader=reader),
        _plausibility_check(fields, today=today),
        typed_check(fields, typed_birth_date),
    )
    card = sharpest_card(looked_at)
    return SurfaceReading(
        kind="mynumber_card",
        fields={str(name): field for name, field in fields.items()},
        pin_b=_pin_b(fields) if _may_compose(checks) else None,
        checks=checks,
        portrait=None if card is None else crop_portrait(card),
        frames_used=len(usable),
    )


def _consensus_check(
    fields: Mapping[FieldName, SurfaceField], usable: Sequence[FrameRead], *, reader: TextReader
) -> CheckResult:
    missing = [name for name in PIN_FIELDS if name not in fields]
    split = not missing and _is_gregorian(fields["birth_date"]) and _fewest_votes(fields) < len(usable)
    agreed = not missing and not split
    doubts = Counter(read["code_doubt"].value for read in usable if "code_doubt" in read)
    facts: dict[str, str | int | float | bool] = {
        **{f"{name}_missing": True for name in missing},
        **{f"code_doubt_{why}": frames for why, frames in sorted(doubts.items())},
    }
    if not missing:
        facts |= {
            "fewest_votes": _fewest_votes(fields),
            "low_confidence": _lowest(fields) < LOW_DIGIT_CONFIDENCE,
        }
    return CheckResult(
        check="ocr.consensus",
        outcome=Outcome.PASSED if agreed else Outcome.UNDECIDED,
        code=None if agreed else _unmet(missing, doubts),
        score=None if missing else _lowest(fields),
        model_sha256=reader.model_sha256["recognition"],
        facts=facts,
    )


def _unmet(missing: Sequence[FieldName], doubts: Mapping[str, int]) -> str:
    """Why there is no code: "ocr.code_in_doubt" where only the security code is missing, for its doubts."""
    return "ocr.code_in_doubt" if doubts and missing == ["security_code"] else "ocr.no_consensus"


def _is_gregorian(birth: SurfaceField) -> bool:
    """Without an era no birthday rule checks the dates, so all frames must agree."""
    printed = parse_printed_date(birth.printed)
    return printed is not None and printed.era is None


def _fewest_votes(fields: Mapping[FieldName, SurfaceField]) -> int:
    return min(fields[name].votes for name in PIN_FIELDS)


def _lowest(fields: Mapping[FieldName, SurfaceField]) -> float:
    return min(fields[name].confidence for name in PIN_FIELDS)


def _plausibility_check(fields: Mapping[FieldName, SurfaceField], *, today: date) -> CheckResult:
    dates = _dates(fields)
    if dates is None:
        return CheckResult("ocr.plausibility", Outcome.NOT_PERFORMED, code="ocr.dates_not_read")
    code = implausibility(*dates, today=today)
    return CheckResult("ocr.plausibility", Outcome.FAILED if code else Outcome.PASSED, code=code)


def _dates(fields: Mapping[FieldName, SurfaceField]) -> tuple[PrintedDate, PrintedDate] | None:
    if "birth_date" not in fields or "expires_on" not in fields:
        return None
    birth = parse_printed_date(fields["birth_date"].printed)
    expiry = parse_printed_date(fields["expires_on"].printed)
    return (birth, expiry) if birth and expiry else None


def _may_compose(checks: Sequence[CheckResult]) -> bool:
    """Frames, consensus and plausibility must pass; the typed date must not contradict."""
    *required, typed = checks
    return all(check.passed for check in required) and typed.outcome is not Outcome.FAILED


def _pin_b(fields: Mapping[FieldName, SurfaceField]) -> str | None:
    dates = _dates(fields)
    if dates is None:
        return None
    birth, expiry = dates
    return build_pin_b(birth, expiry.year, fields["security_code"].value)
