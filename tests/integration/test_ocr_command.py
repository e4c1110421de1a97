"""`rireki ocr` as its user runs it: what it prints, and the exit status."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from tests.sim.command import rireki
from tests.sim.specimen import capture_frames, drawn_portrait, random_person, render_mynumber
from verifier.image import encode_jpeg

pytestmark = pytest.mark.integration

TODAY = "2026-11-22"
HOLDER = random_person(np.random.default_rng(41), today=date.fromisoformat(TODAY))


@pytest.fixture(name="frames", scope="module")
def _frames(tmp_path_factory) -> list[Path]:
    rng = np.random.default_rng(41)
    folder = tmp_path_factory.mktemp("frames")
    paths = []
    for number, frame in enumerate(
        capture_frames(render_mynumber(HOLDER, drawn_portrait(), rng=rng), "easy", rng)
    ):
        paths.append(folder / f"{number}.jpg")
        paths[-1].write_bytes(encode_jpeg(frame))
    return paths


def test_three_frames_give_the_fields_and_the_code_as_json(frames):
    ended = rireki("ocr", *frames, "--kind", "mynumber", "--today", TODAY, "--json")
    assert (ended.status, ended.err) == (0, "")
    told = json.loads(ended.out)
    assert told["pin_b"] == HOLDER.pin_b
    assert told["withheld"] == []
    assert told["fields"]["security_code"] == {
        "value": HOLDER.security_code,
        "printed": HOLDER.security_code,
        "votes": 3,
        "confidence": pytest.approx(1, abs=0.2),
    }
    assert [check["check"] for check in told["checks"]][:3] == [
        "ocr.frames",
        "ocr.consensus",
        "ocr.plausibility",
    ]


def test_two_frames_withhold_the_code_and_say_why(frames):
    ended = rireki("ocr", *frames[:2], "--today", TODAY)
    assert ended.status == 1
    assert "照合番号B: withheld: ocr.too_few_frames" in ended.out
    assert HOLDER.pin_b not in ended.out


def test_a_birth_date_that_differs_from_what_was_typed_withholds_the_code(frames):
    ended = rireki("ocr", *frames, "--today", TODAY, "--birth-date", "1950-01-01", "--json")
    assert ended.status == 1
    assert json.loads(ended.out)["withheld"] == ["ocr.birth_date_differs"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--kind", "library-card"], "ocr.unknown_kind"),
        (["--birth-date", "55.2.17"], "ocr.bad_date"),
        (["--today", "tomorrow"], "ocr.bad_date"),
    ],
)
def test_options_that_mean_nothing_are_refused(frames, arguments, code):
    _refused(rireki("ocr", frames[0], *arguments), code)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"%PDF-1.7\n", "image.unknown_format"),
        (b"", "image.unknown_format"),
        (encode_jpeg(np.full((50, 50, 3), 128, np.uint8)), "ocr.frame_too_small"),
        (encode_jpeg(np.full((20, 20, 3), 128, np.uint8)), "image.too_small"),
    ],
    ids=["pdf", "empty", "fifty pixels", "twenty pixels"],
)
def test_a_file_that_is_no_photograph_is_refused(tmp_path, content, code):
    path = tmp_path / "front.jpg"
    path.write_bytes(content)
    _refused(rireki("ocr", path), code)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    _refused(rireki("ocr", tmp_path / "none.jpg"), "ocr.file_unreadable")


def _refused(ended, code):
    assert ended.status == 2
    assert f"[{code}]" in ended.err
    assert "hint:" in ended.err
    assert "Traceback" not in ended.err
