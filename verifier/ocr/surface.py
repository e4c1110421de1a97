"""Reads the front of a My Number card from several photographs.

Per frame: find and rectify the card, judge the frame, read it, find the fields; read the whole photograph
as well when the card was not found or a field of 照合番号B is missing. Then the frames vote, the dates are
checked, and 照合番号B is given out only if every check that ran has passed. A card that cannot be read is
an outcome with reason codes, not an exception. The attributes of record come from the chip, never from
here.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from verifier.errors import InvalidInput
from verifier.ocr.consensus import LOW_DIGIT_CONFIDENCE, MIN_FRAMES, agree
from verifier.ocr.era import PrintedDate, parse_printed_date
from verifier.ocr.fields import PIN_FIELDS, FieldName, FrameRead
from verifier.ocr.mynumber import parse_fields
from verifier.ocr.pin_b import build_pin_b, implausibility
from verifier.ocr.portrait import crop_portrait
from verifier.ocr.quad import find_quad, rectify
from verifier.ocr.quality import Quality, measure
from verifier.types import CheckResult, Image, Outcome, SurfaceField, SurfaceReading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from verifier.ocr.text import TextReader

MIN_SIDE_PX = 480
"""Shorter side of a photograph; no card in it could be 900 px wide below this."""
MAX_SIDE_PX = 4096
"""Longer side of a photograph: bounds memory and time. Callers reduce larger ones."""
MAX_FRAMES = 12
"""Bounds time; three to five frames decide."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """One photograph after reading; `rectified` and `quality` are None when no card outline was found."""

    reads: FrameRead
    rectified: Image | None
    quality: Quality | None

    @property
    def refusal(self) -> str | None:
        return self.quality.code if self.quality else None

    @property
    def sharpness(self) -> float:
        return self.quality.sharpness if self.quality else 0.0


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
    _require_usable(frames)
    looked_at = [_read_frame(frame, reader) for frame in frames]
    usable = [frame for frame in looked_at if frame.refusal is None and frame.reads]
    fields = agree([frame.reads for frame in usable])
    checks = (
        _frames_check(looked_at, usable=len(usable)),
        _consensus_check(fields, usable=len(usable), reader=reader),
        _plausibility_check(fields, today=today),
        _typed_check(fields, typed_birth_date),
    )
    return SurfaceReading(
        kind="mynumber_card",
        fields={str(name): field for name, field in fields.items()},
        pin_b=_pin_b(fields) if _may_compose(checks) else None,
        checks=checks,
        portrait=_portrait(looked_at),
        frames_used=len(usable),
    )


def _require_usable(frames: Sequence[Image]) -> None:
    if not frames:
        raise _invalid(
            "ocr.no_frames", "no photograph was given", hint="Send three photographs of the card's front."
        )
    if len(frames) > MAX_FRAMES:
        raise _invalid(
            "ocr.too_many_frames", f"more than {MAX_FRAMES} photographs", hint="Send three to five."
        )
    for frame in frames:
        _require_image(frame)


def _require_image(frame: Image) -> None:
    shape: tuple[int, ...] = getattr(frame, "shape", ())
    if len(shape) != len("HWC") or shape[-1] != len("BGR") or frame.dtype != np.uint8:
        raise _invalid("ocr.not_an_image", "not a colour image", hint="Decode to (H, W, 3) uint8, BGR.")
    if min(shape[:2]) < MIN_SIDE_PX:
        raise _invalid(
            "ocr.frame_too_small", f"a side is under {MIN_SIDE_PX} px", hint="Photograph at 1600x1200."
        )
    if max(shape[:2]) > MAX_SIDE_PX:
        raise _invalid("ocr.frame_too_large", f"a side is over {MAX_SIDE_PX} px", hint="Reduce to 1600x1200.")


def _invalid(code: str, message: str, *, hint: str) -> InvalidInput:
    return InvalidInput(code, message, hint=hint)


def _read_frame(frame: Image, reader: TextReader) -> _Frame:
    quad = find_quad(frame)
    if quad is None:
        return _Frame(parse_fields(reader.read(frame)), None, None)
    rectified = rectify(frame, quad)
    quality = measure(rectified, quad)
    if quality.code is not None:
        return _Frame({}, rectified, quality)
    reads = parse_fields(reader.read(rectified))
    if any(name not in reads for name in PIN_FIELDS):
        reads = {**parse_fields(reader.read(frame)), **reads}
    return _Frame(reads, rectified, quality)


def _frames_check(looked_at: Sequence[_Frame], *, usable: int) -> CheckResult:
    refused = Counter(frame.refusal for frame in looked_at if frame.refusal)
    unread = sum(frame.refusal is None and not frame.reads for frame in looked_at)
    enough = usable >= MIN_FRAMES
    return CheckResult(
        check="ocr.frames",
        outcome=Outcome.PASSED if enough else Outcome.UNDECIDED,
        code=None if enough else "ocr.too_few_frames",
        score=float(usable),
        threshold=float(MIN_FRAMES),
        facts={
            "given": len(looked_at),
            "outline_not_found": sum(frame.quality is None for frame in looked_at),
            "without_fields": unread,
            **{str(code): count for code, count in sorted(refused.items())},
        },
    )


def _consensus_check(
    fields: Mapping[FieldName, SurfaceField], *, usable: int, reader: TextReader
) -> CheckResult:
    missing = [name for name in PIN_FIELDS if name not in fields]
    split = not missing and _is_gregorian(fields["birth_date"]) and _fewest_votes(fields) < usable
    agreed = not missing and not split
    facts: dict[str, str | int | float | bool] = {f"{name}_missing": True for name in missing}
    if not missing:
        facts |= {
            "fewest_votes": _fewest_votes(fields),
            "low_confidence": _lowest(fields) < LOW_DIGIT_CONFIDENCE,
        }
    return CheckResult(
        check="ocr.consensus",
        outcome=Outcome.PASSED if agreed else Outcome.UNDECIDED,
        code=None if agreed else "ocr.no_consensus",
        score=None if missing else _lowest(fields),
        model_sha256=reader.model_sha256["recognition"],
        facts=facts,
    )


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


def _typed_check(fields: Mapping[FieldName, SurfaceField], typed: date | None) -> CheckResult:
    if typed is None:
        return CheckResult("ocr.typed_birth_date", Outcome.NOT_PERFORMED, code="ocr.birth_date_not_typed")
    if "birth_date" not in fields:
        return CheckResult("ocr.typed_birth_date", Outcome.NOT_PERFORMED, code="ocr.birth_date_not_read")
    same = fields["birth_date"].value == typed.isoformat()
    return CheckResult(
        "ocr.typed_birth_date",
        Outcome.PASSED if same else Outcome.FAILED,
        code=None if same else "ocr.birth_date_differs",
    )


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


def _portrait(looked_at: Sequence[_Frame]) -> Image | None:
    rectified = [frame for frame in looked_at if frame.rectified is not None]
    if not rectified:
        return None
    sharpest = max(rectified, key=lambda frame: frame.sharpness)
    assert sharpest.rectified is not None
    return crop_portrait(sharpest.rectified)
