"""Reads the photographs of one document, whatever kind it is.

Per photograph: find and rectify the card, judge the frame, read it, find the fields. A card that gave none
is turned around; where the card was not found or a field that matters is missing, the whole photograph is
read as well. What the fields mean and whether they may be believed is each kind's own business.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from verifier.errors import InvalidInput
from verifier.ocr.consensus import MIN_FRAMES
from verifier.ocr.fields import FieldName, FrameRead
from verifier.ocr.place import WHOLE, Place
from verifier.ocr.quad import Quad, find_quads, rectify
from verifier.ocr.quality import Quality, measure
from verifier.ocr.text import LineFilter, TextLine, TextReader
from verifier.types import CheckResult, Image, Outcome

MIN_SIDE_PX = 480
"""Shorter side of a photograph; no card in it could be wide enough below this."""
MAX_SIDE_PX = 4096
"""Longer side of a photograph: bounds memory and time. Callers reduce larger ones."""
MAX_FRAMES = 12
"""Bounds time; three to five frames decide."""
FRAMES_AT_ONCE = 2
"""Frames whose outline is searched side by side; each needs about 60 MB."""


@dataclass(frozen=True, slots=True)
class DocumentForm:
    """What reading a photograph must know about a kind of document.

    Attributes:
        parse: gives the fields among the text lines of one card.
        required: fields for whose sake the whole photograph is read when the rectified card lacks them.
        parse_photograph: the same where the card's outline is not known, so that lines beside the card are
            among them; `parse` when None.
        worth_reading: which lines of a rectified card may hold a field or a word beside one; all when None.
        needed: where the required fields stand: light spots elsewhere do not matter.
    """

    parse: Callable[[Sequence[TextLine]], FrameRead]
    required: tuple[FieldName, ...]
    parse_photograph: Callable[[Sequence[TextLine]], FrameRead] | None = None
    worth_reading: LineFilter | None = None
    needed: Sequence[Place] = (WHOLE,)


@dataclass(frozen=True, slots=True)
class Frame:
    """One photograph, before or after reading.

    Attributes:
        reads: the fields found.
        quad: the card's outline in the photograph; None, as the next two, when none was found.
        rectified: the card alone, upright, (821, 1288, 3) uint8, BGR.
        quality: of the rectified card.
        refusal: why the frame takes no part in the vote: "ocr.several_cards", or a code of `Quality`: too
            small or blurred to be read, or read without most of the required fields for a light spot; None
            when it does.
    """

    reads: FrameRead
    quad: Quad | None = None
    rectified: Image | None = None
    quality: Quality | None = None
    refusal: str | None = None

    @property
    def sharpness(self) -> float:
        """Variance of the Laplacian; 0 without an outline."""
        return self.quality.sharpness if self.quality else 0.0

    @property
    def usable(self) -> bool:
        """True when the frame takes part in the vote."""
        return self.refusal is None and bool(self.reads)


def read_frames(frames: Sequence[Image], form: DocumentForm, *, reader: TextReader) -> tuple[Frame, ...]:
    """Read every frame.

    Args:
        frames: photographs of one document, (H, W, 3) uint8, BGR, upright.
        form: the kind of document.
        reader: the text reader.

    Returns:
        One result per photograph, in their order.

    Raises:
        InvalidInput: not images, or of unusable size or number (codes "ocr.no_frames", "ocr.too_many_frames",
            "ocr.not_an_image", "ocr.frame_too_small", "ocr.frame_too_large").
        Unavailable: the text reader failed.
    """
    _require_usable(frames)
    with ThreadPoolExecutor(FRAMES_AT_ONCE) as pool:
        looked_at = tuple(pool.map(lambda photograph: _look(photograph, form), frames))
    read = _read_cards(looked_at, form, reader)
    if any(_may_be_upside_down(seen) for seen in read):
        around = [_turned_around(seen) if _may_be_upside_down(seen) else seen for seen in read]
        read = _better(read, _read_cards(around, form, reader))
    return tuple(_judged(seen, form) for seen in _read_photographs(frames, read, form, reader))


def _judged(seen: Frame, form: DocumentForm) -> Frame:
    """A frame without most of the required fields is refused for a light spot over them, if there is one."""
    found = sum(name in seen.reads for name in form.required)
    if seen.refusal is None and seen.quality is not None and 2 * found <= len(form.required):
        return replace(seen, refusal=seen.quality.glare_code)
    return seen


def _look(photograph: Image, form: DocumentForm) -> Frame:
    quads = find_quads(photograph)
    if not quads:
        return Frame({})
    rectified = rectify(photograph, quads[0])
    quality = measure(rectified, quads[0], form.needed)
    return Frame({}, quads[0], rectified, quality, "ocr.several_cards" if len(quads) > 1 else quality.code)


def _read_cards(looked_at: Sequence[Frame], form: DocumentForm, reader: TextReader) -> tuple[Frame, ...]:
    """Read every rectified card that has not been read and was not refused."""
    cards = [seen.rectified for seen in looked_at if seen.rectified is not None and _unread(seen)]
    lines = iter(reader.read_all(cards, worth_reading=form.worth_reading))
    return tuple(
        replace(seen, reads=form.parse(next(lines))) if seen.rectified is not None and _unread(seen) else seen
        for seen in looked_at
    )


def _unread(seen: Frame) -> bool:
    return seen.refusal is None and not seen.reads


def _may_be_upside_down(seen: Frame) -> bool:
    return seen.rectified is not None and _unread(seen)


def _turned_around(seen: Frame) -> Frame:
    assert seen.rectified is not None
    return replace(seen, rectified=np.ascontiguousarray(seen.rectified[::-1, ::-1]))


def _better(before: Sequence[Frame], after: Sequence[Frame]) -> tuple[Frame, ...]:
    """The card turned around where that gave fields, as it lay where it did not."""
    return tuple(new if new.reads else old for old, new in zip(before, after, strict=True))


def _read_photographs(
    frames: Sequence[Image], read: Sequence[Frame], form: DocumentForm, reader: TextReader
) -> tuple[Frame, ...]:
    """Read the whole photograph where the rectified card was not enough; what the card gave stands."""
    lacking = [
        index
        for index, seen in enumerate(read)
        if seen.refusal is None and any(name not in seen.reads for name in form.required)
    ]
    lines = reader.read_all([frames[index] for index in lacking])
    found = {
        index: _parse_photograph(each, read[index].quad, form)
        for index, each in zip(lacking, lines, strict=True)
    }
    return tuple(
        replace(seen, reads={**found.get(index, {}), **seen.reads}) for index, seen in enumerate(read)
    )


def _parse_photograph(lines: Sequence[TextLine], quad: Quad | None, form: DocumentForm) -> FrameRead:
    """What stands within the outline, placed as on the rectified card; everything where there is none."""
    if quad is None:
        return (form.parse_photograph or form.parse)(lines)
    on_card = [line for line in lines if quad.holds(line.box.mean(axis=0))]
    return form.parse([replace(line, box=quad.onto_card(line.box)) for line in on_card])


def sharpest_card(looked_at: Sequence[Frame]) -> Image | None:
    """The sharpest rectified card, (821, 1288, 3) uint8, BGR; None when no outline was found."""
    found = [frame for frame in looked_at if frame.rectified is not None]
    return max(found, key=lambda frame: frame.sharpness).rectified if found else None


def frames_check(looked_at: Sequence[Frame]) -> CheckResult:
    """The check "ocr.frames": are there enough usable frames, and why were the others refused."""
    usable = sum(frame.usable for frame in looked_at)
    refused = Counter(frame.refusal for frame in looked_at if frame.refusal)
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
            "without_fields": sum(frame.refusal is None and not frame.reads for frame in looked_at),
            **{str(code): count for code, count in sorted(refused.items())},
        },
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
