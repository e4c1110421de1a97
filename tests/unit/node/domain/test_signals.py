"""The capture page's account of itself: bounded, typed, and turned into remarks for a reviewer."""

from __future__ import annotations

import json

import pytest

from node.domain.bundle import pack_clip, unpack_clip
from node.domain.evidence import ClipFiles
from node.domain.signals import Signals, read_signals, remarks
from node.errors import InvalidInput

pytestmark = pytest.mark.unit

EVEN = tuple(range(0, 6000, 66))
HONEST = Signals(
    camera="Front Camera",
    cameras=("Front Camera", "Back Camera"),
    width=640,
    height=480,
    frame_rate=30.0,
    presented=190,
    touch=True,
    platform="Android",
)


def test_an_honest_account_is_read_back_and_gives_no_remark():
    assert read_signals(json.dumps(HONEST.to_json())) == HONEST
    assert remarks(HONEST, EVEN) == ()


def test_no_account_is_none():
    assert read_signals("") is None


def test_an_account_is_kept_with_the_clip_it_came_with():
    clip = ClipFiles((b"a", b"b"), (0, 66), "token", HONEST)
    assert unpack_clip(pack_clip(clip)) == clip


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"camera": "OBS Virtual Camera"}, "capture.virtual_camera"),
        ({"camera": "fake_device_0"}, "capture.virtual_camera"),
        ({"cameras": ["Front Camera", "ManyCam"]}, "capture.virtual_camera_present"),
        ({"automated": True}, "capture.automated"),
        ({"hidden": 1}, "capture.page_hidden"),
        ({"device_changes": 1}, "capture.cameras_changed"),
        ({"width": 320}, "capture.small_picture"),
        ({"frame_rate": 5.0}, "capture.slow_camera"),
    ],
)
def test_what_deserves_a_look_has_its_code(changes, code):
    told = read_signals(json.dumps(HONEST.to_json() | changes))
    assert remarks(told, EVEN) == (code,)


def test_a_pause_in_the_recording_deserves_a_look():
    assert remarks(HONEST, (*EVEN[:20], *EVEN[40:])) == ("capture.uneven_timing",)


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "[]",
        "{" * 5000,
        '{"camera": 5}',
        '{"camera": "%s"}' % ("x" * 121),
        '{"camera": "a\\u0007"}',
        '{"cameras": "Front"}',
        '{"cameras": [1]}',
        json.dumps({"cameras": ["x"] * 13}),
        '{"width": -1}',
        '{"width": 1.5}',
        '{"width": true}',
        '{"hidden": 1e99}',
        '{"frame_rate": "30"}',
        '{"automated": 1}',
        '{"face": "me"}',
    ],
)
def test_an_account_out_of_bounds_is_refused(text):
    with pytest.raises(InvalidInput) as caught:
        read_signals(text)
    assert caught.value.code == "signals.malformed"
