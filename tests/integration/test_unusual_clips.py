"""Clips of unusual form as the node and `rireki face liveness` meet them: judged like any other, or a code.

Real files, real networks: turned by their metadata, transparent, in another codec, without a face, as dear
to decode as the limits allow. What is refused before it is judged: test_clip_file.py and test_bad_input.py.
"""

from __future__ import annotations

import io
import struct
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import PIL.Image
import psutil
import pytest

from node.domain.evidence import ClipFiles
from node.engine import NodeEngine
from tests.integration.face_fixtures import a_challenge, genuine_clip, real_models
from tests.sim.face.photographs import OBAMA
from tests.sim.memory_store import FixedClock
from verifier.card.trust import TrustStore
from verifier.clip_file import read_clip_file
from verifier.image import MAX_CLIP_PIXELS, encode_jpeg
from verifier.liveness.fusion import Answer
from verifier.liveness.presence import judge_presence
from verifier.models import DEFAULT_MODEL_ROOT
from verifier.types import Clip, Image

pytestmark = pytest.mark.integration

SEED = 1
EXIF_ORIENTATION = 0x0112
SECONDS, MEBIBYTES = 5.0, 200


def genuine() -> Clip:
    return genuine_clip(OBAMA, SEED)


@cache
def engine() -> NodeEngine:
    real_models()  # says how to fetch them
    return NodeEngine(
        DEFAULT_MODEL_ROOT, "registry", TrustStore(), open_card=None, tries_floor=2, clock=FixedClock(0)
    )


def saved(image: PIL.Image.Image, kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def rgb(frame: Image) -> PIL.Image.Image:
    return PIL.Image.fromarray(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB))


def turned(frame: Image) -> bytes:
    """As a telephone on its side sends it: the sensor's rows, and a note which way is up."""
    exif = PIL.Image.Exif()
    exif[EXIF_ORIENTATION] = 6
    return saved(rgb(frame).transpose(PIL.Image.Transpose.ROTATE_90), "JPEG", quality=95, exif=exif)


def transparent(frame: Image) -> bytes:
    """Clear at the rim, opaque where the face is."""
    layer = rgb(frame).convert("RGBA")
    alpha = np.zeros(frame.shape[:2], np.uint8)
    alpha[20:-20, 20:-20] = 255
    layer.putalpha(PIL.Image.fromarray(alpha))
    return saved(layer, "PNG", compress_level=1)


def judged_by_the_node(frames: Sequence[bytes]) -> dict[str, str | None]:
    """Upload check and judgement: codes by check."""
    clip = ClipFiles(tuple(frames), genuine().timestamps_ms)
    engine().check_clip(clip)
    found = engine().judge_presence(clip, a_challenge(SEED).to_json(), None)
    return {fact.check: fact.code for fact in found}


@pytest.mark.parametrize("form", [turned, transparent])
def test_the_node_judges_turned_and_transparent_frames_like_any_other(form):
    codes = judged_by_the_node([form(frame) for frame in genuine().frames])
    assert set(codes.values()) == {None}, codes


def test_the_node_takes_a_clip_without_a_face_and_says_so():
    wall = encode_jpeg(np.full((480, 640, 3), 90, np.uint8))
    codes = judged_by_the_node([wall] * len(genuine().frames))
    assert codes["liveness.single_face"] == "liveness.no_face"
    assert None not in codes.values()


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_the_largest_frames_that_are_taken_are_checked_in_bounded_time_and_memory(kind):
    frame = saved(PIL.Image.new("RGBA" if kind == "PNG" else "L", (1920, MAX_CLIP_PIXELS // 1920)), kind)
    process = psutil.Process()
    before, began = process.memory_info().rss, time.process_time()
    engine().check_clip(ClipFiles((frame,) * 15, tuple(range(0, 1500, 100))))
    assert time.process_time() - began < SECONDS
    assert process.memory_info().rss - before < MEBIBYTES << 20


def video(path: Path, frames: Sequence[Image], codec: str) -> Path:
    size = (frames[0].shape[1], frames[0].shape[0])
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*codec), 10, size)
    for frame in frames:
        writer.write(frame)
    writer.release()
    return path


def answer(path: Path) -> Answer:
    given = read_clip_file(path)
    return judge_presence(given.clip, a_challenge(SEED), None, real_models(), timed=given.timed).answer


def test_a_video_turned_by_its_metadata_is_judged_upright(tmp_path):
    on_its_side = [np.ascontiguousarray(np.rot90(frame)) for frame in genuine().frames]
    path = video(tmp_path / "a.mp4", on_its_side, "mp4v")
    data = path.read_bytes()
    # track matrix: a quarter clockwise (ISO/IEC 14496-12, tkhd)
    at = data.index(b"tkhd") + 4 + 40
    matrix = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, 480 << 16, 0, 1 << 30)
    path.write_bytes(data[:at] + matrix + data[at + len(matrix) :])
    assert answer(path) is Answer.PASS


def test_a_browsers_own_video_is_judged_like_any_other(tmp_path):
    assert answer(video(tmp_path / "a.webm", genuine().frames, "VP80")) is Answer.PASS
