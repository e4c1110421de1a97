"""Films of a tilt: refused with a code before anything is examined."""

from __future__ import annotations

import numpy as np
import pytest

from verifier.document.film import MAX_SIDE_PX, check_film, decoded
from verifier.errors import InvalidInput
from verifier.image import encode_jpeg

pytestmark = pytest.mark.unit

GOOD = encode_jpeg(np.full((480, 640, 3), 90, np.uint8))
SMALL = encode_jpeg(np.full((300, 640, 3), 90, np.uint8))
OTHER = encode_jpeg(np.full((640, 480, 3), 90, np.uint8))
TIMES = tuple(range(0, 12 * 125, 125))


@pytest.mark.parametrize(
    ("frames", "times", "code"),
    [
        ((GOOD,) * 12, TIMES[:-1], "clip.timestamps"),
        ((GOOD,) * 5, TIMES[:5], "clip.too_few_frames"),
        ((GOOD,) * 151, tuple(range(151)), "clip.too_many_frames"),
        ((GOOD,) * 12, tuple(range(0, 12 * 2000, 2000)), "clip.too_long"),
        ((GOOD,) * 12, tuple(range(0, 12 * 500, 500)), "clip.frame_rate"),
        ((SMALL,) * 12, TIMES, "film.too_small"),
        ((GOOD,) * 11 + (OTHER,), TIMES, "film.size_changes"),
        ((GOOD,) * 11 + (GOOD[: len(GOOD) // 2],), TIMES, "image.damaged"),
        ((GOOD,) * 11 + (b"GIF89a",), TIMES, "image.unknown_format"),
    ],
)
def test_a_film_that_cannot_be_examined_is_refused(frames, times, code):
    with pytest.raises(InvalidInput) as refused:
        check_film(frames, times)
    assert refused.value.code == code


def test_frames_come_one_by_one_and_reduced():
    large = encode_jpeg(np.full((1440, 1920, 3), 90, np.uint8))
    first = next(decoded((large,) * 12, TIMES))
    assert first[0] == 0
    assert max(first[1].shape) == MAX_SIDE_PX
