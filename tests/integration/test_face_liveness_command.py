"""`rireki face liveness` as its user runs it: on a clip like the node keeps one, and on what is no clip."""

from __future__ import annotations

import io
import json
import zipfile
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.integration.face_fixtures import a_challenge, genuine_clip, picture
from tests.sim.command import Ended, rireki
from tests.sim.face.photographs import BIDEN, OBAMA
from verifier.image import encode_jpeg
from verifier.types import Clip

pytestmark = pytest.mark.integration

SEED = 1


def genuine() -> Clip:
    return genuine_clip(OBAMA, SEED)


@cache
def packed() -> bytes:
    """As the node's vault keeps a capture."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number, frame in enumerate(genuine().frames):
            archive.writestr(f"{number:04d}", encode_jpeg(frame))
        archive.writestr("timestamps_ms.json", json.dumps(genuine().timestamps_ms))
        archive.writestr("challenge.jws", "a.b.c")
    return buffer.getvalue()


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    (tmp_path / "clip.zip").write_bytes(packed())
    for name, seed in (("asked.json", SEED), ("other.json", SEED + 1)):
        shown = a_challenge(seed).to_json() | {"token": "a.b.c"}
        (tmp_path / name).write_text(json.dumps(shown))
    (tmp_path / "list.json").write_text("[1]")
    wall(tmp_path / "slow.mp4", frames=12, fps=1)
    (tmp_path / "cut.mp4").write_bytes(wall(tmp_path / "wall.mp4").read_bytes()[:3000])
    (tmp_path / "self.jpg").write_bytes(encode_jpeg(picture(OBAMA)))
    (tmp_path / "other.jpg").write_bytes(encode_jpeg(picture(BIDEN)))
    return tmp_path


def wall(path: Path, *, frames: int = 60, fps: float = 10) -> Path:
    """A video of nobody."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"mp4v"), fps, (320, 240))
    for _ in range(frames):
        writer.write(np.full((240, 320, 3), 90, np.uint8))
    writer.release()
    return path


def run(desk: Path, clip: str = "clip.zip", challenge: str = "asked.json", *more: str) -> Ended:
    given = ("face", "liveness", str(desk / clip), "--challenge", str(desk / challenge))
    return rireki(*given, *more)


def test_a_genuine_clip_passes_every_check_and_says_what_pixels_cannot_tell(desk):
    ended = run(desk, "clip.zip", "asked.json", "--portrait", str(desk / "self.jpg"), "--json")
    report = json.loads(ended.out)
    assert (ended.status, report["answer"], report["codes"]) == (0, "pass", [])
    assert [one["check"] for one in report["checks"]][:2] == ["face.match", "liveness.single_face"]
    assert report["not_covered"] == ["injection", "deepfake"]


def test_the_same_clip_does_not_answer_another_challenge(desk):
    ended = run(desk, "clip.zip", "other.json", "--json")
    assert (ended.status, json.loads(ended.out)["answer"]) in {(1, "reject"), (1, "again")}


def test_another_persons_portrait_is_rejected_and_the_table_names_the_code(desk):
    ended = run(desk, "clip.zip", "asked.json", "--portrait", str(desk / "other.jpg"))
    assert ended.status == 1
    assert "face.no_match" in ended.out


def test_a_video_of_nobody_is_rejected_and_not_an_error(desk):
    ended = run(desk, "wall.mp4", "asked.json", "--json")
    assert ended.status == 1
    assert "liveness.no_face" in json.loads(ended.out)["codes"]


@pytest.mark.parametrize(
    ("clip", "challenge", "code"),
    [
        ("nowhere.mp4", "asked.json", "clip.file_unreadable"),
        ("self.jpg", "asked.json", "clip.unknown_format"),
        ("cut.mp4", "asked.json", "clip.unknown_format"),
        ("slow.mp4", "asked.json", "clip.frame_rate"),
        ("clip.zip", "nowhere.json", "face.file_unreadable"),
        ("clip.zip", "clip.zip", "face.file_too_large"),
        ("clip.zip", "list.json", "challenge.malformed"),
    ],
)
def test_what_cannot_be_judged_ends_with_a_code_a_hint_and_status_2(desk, clip, challenge, code):
    ended = run(desk, clip, challenge)
    assert (ended.status, ended.out) == (2, "")
    assert f"[{code}]" in ended.err
    assert "hint:" in ended.err
    assert "Traceback" not in ended.err
