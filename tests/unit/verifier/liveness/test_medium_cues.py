"""Each trace of display, paper or repeated film, on pictures that have it and on those that do not."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from verifier.cue_thresholds import CUES, FILM, FLOW
from verifier.face.faces import Face
from verifier.liveness.medium.bands import bands
from verifier.liveness.medium.colour import colour
from verifier.liveness.medium.moire import moire
from verifier.liveness.medium.pace import fastest_turn, unevenness_ms, unseen_turn
from verifier.liveness.medium.repetition import repetition
from verifier.liveness.medium.sheet import edges
from verifier.liveness.planar_flow import MIN_MOTION, flow
from verifier.types import Image

pytestmark = pytest.mark.unit

SIZE = (480, 640)


def a_face(left=220.0, top=100.0, width=200.0) -> Face:
    box = np.array([left, top, left + width, top + 1.2 * width], np.float32)
    eyes = [(left + 0.3 * width, top + 0.45 * width), (left + 0.7 * width, top + 0.45 * width)]
    rest = [(left + 0.5 * width, top + 0.7 * width)] * 3
    return Face(box, np.array(eyes + rest, np.float32), 0.9)


def skin(seed=1, *, noise=3.0) -> Image:
    """A warm, softly shaded picture with sensor noise."""
    rng = np.random.default_rng(seed)
    soft = cv2.GaussianBlur(rng.normal(0, 60, SIZE).astype(np.float32), (0, 0), 12) * 8
    picture = np.stack([soft + 90, soft + 120, soft + 160], axis=-1) + rng.normal(0, noise, (*SIZE, 3))
    return np.clip(picture, 0, 255).astype(np.uint8)


def striped(picture: Image, *, period: float, contrast: float, colours: float = 0.0) -> Image:
    x = np.arange(SIZE[1])[None, :, None] / period + np.array([0, 1, 2]) * colours
    return np.clip(picture * (1 + contrast * np.cos(2 * np.pi * x)), 0, 255).astype(np.uint8)


def suspicious(cue: str, figure: float) -> bool:
    return CUES[cue].reached(figure)


@pytest.mark.parametrize("seed", range(5))
def test_noisy_skin_has_no_pattern(seed):
    assert not suspicious("moire", moire(skin(seed), a_face()))


@pytest.mark.parametrize("period", [2.3, 3.7, 6.1])
def test_a_fine_pattern_over_the_face_is_found(period):
    assert suspicious("moire", moire(striped(skin(), period=period, contrast=0.05), a_face()))


def test_a_slow_beat_is_found_by_its_colours():
    slow = striped(skin(), period=17.0, contrast=0.05, colours=1 / 3)
    assert suspicious("moire", moire(slow, a_face()))


def test_the_blocks_of_a_compressed_picture_are_no_pattern():
    _, data = cv2.imencode(".jpg", skin(), [cv2.IMWRITE_JPEG_QUALITY, 60])
    assert not suspicious("moire", moire(cv2.imdecode(data, 1), a_face()))


@pytest.mark.parametrize("face", [a_face(width=40), a_face(left=-150), a_face(top=400)])
def test_a_face_too_small_or_at_the_edge_tells_nothing(face):
    assert moire(striped(skin(), period=3.7, contrast=0.2), face) == 0.0


def test_a_bright_sheet_around_the_face_has_four_edges():
    picture = skin() // 4
    picture[30:400, 170:470] = skin()[30:400, 170:470]
    assert edges(picture, a_face()) == 4


def test_upright_edges_behind_a_person_are_no_sheet():
    picture = skin()
    picture[:, :100] //= 4
    picture[:, 540:] //= 4
    assert edges(picture, a_face()) == 0


def test_an_empty_picture_has_no_edges():
    assert edges(np.full((*SIZE, 3), 90, np.uint8), a_face()) == 0


def test_skin_has_colour_and_a_grey_picture_has_none():
    grey = cv2.cvtColor(cv2.cvtColor(skin(), cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    assert not suspicious("colour", colour(skin(), a_face()))
    assert suspicious("colour", colour(grey, a_face()))


def test_a_dark_face_keeps_its_colour_and_a_dark_grey_one_gets_none_from_noise():
    grey = cv2.cvtColor(cv2.cvtColor(skin(), cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    noise = np.random.default_rng(2).normal(0, 5, grey.shape)
    assert not suspicious("colour", colour((skin() * 0.3).astype(np.uint8), a_face()))
    assert suspicious("colour", colour(np.clip(grey * 0.3 + noise, 0, 255).astype(np.uint8), a_face()))


def test_bands_that_wander_between_two_frames_are_found():
    rows = np.arange(SIZE[0])[:, None, None] / SIZE[0]
    dark, bright = (
        np.clip(skin(1) * (1 + 0.03 * np.sin(2 * np.pi * (2 * rows + phase))), 0, 255).astype(np.uint8)
        for phase in (0.0, 0.5)
    )
    assert suspicious("bands", bands(dark, bright))


def test_a_trembling_hand_and_a_change_of_exposure_make_no_bands():
    shift = np.array([[1, 0, 1.5], [0, 1, 1.5]], np.float32)
    moved = cv2.warpAffine(skin(1), shift, SIZE[::-1], borderMode=cv2.BORDER_REFLECT)
    assert not suspicious("bands", bands(skin(1), (moved * 0.97).astype(np.uint8)))


def walking(count: int, *, seed=1) -> list[Image]:
    """Frames of something that moves, each with noise of its own."""
    scene, rng = skin(seed, noise=0), np.random.default_rng(seed)
    frames = []
    for number in range(count):
        shift = round(60 * np.sin(number / 3) + 3 * number)
        noise = rng.normal(0, 2, scene.shape)
        frames.append(np.clip(np.roll(scene, shift, axis=1) + noise, 0, 255).astype(np.uint8))
    return frames


def test_frames_of_a_camera_do_not_repeat():
    found = repetition(walking(40))
    assert (found.neighbours, found.distant) == (0.0, 0)
    assert not FILM["loop"].reached(found.loop)


def test_one_frame_for_all_is_frozen():
    assert FILM["neighbours"].reached(repetition(walking(1) * 30).neighbours)


def test_a_camera_slower_than_its_recorder_is_no_fault():
    found = repetition([frame for frame in walking(30) for _ in (0, 1)])
    assert found.distant == 0
    assert found.neighbours == pytest.approx(0.5, abs=0.02)


def test_a_loop_of_the_same_frames_is_found_both_ways():
    found = repetition(walking(15) * 3)
    assert found.distant == 30
    assert FILM["loop"].reached(found.loop)


def test_a_loop_that_was_compressed_anew_is_still_found():
    anew = [
        cv2.imdecode(cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, 60 + number])[1], 1)
        for number, frame in enumerate(walking(12) * 3)
    ]
    found = repetition(anew)
    assert found.distant == 0
    assert FILM["loop"].reached(found.loop)


def test_standing_still_is_no_loop():
    rng = np.random.default_rng(3)
    scene = skin(1, noise=0)
    frames = [np.clip(scene + rng.normal(0, 2, (*SIZE, 3)), 0, 255).astype(np.uint8) for _ in range(20)]
    assert repetition(frames).loop == 0


def test_speed_is_that_of_the_second_fastest_step():
    turns = [(0, 0.0), (100, 10.0), (200, 60.0), (300, 75.0)]
    assert fastest_turn(turns) == pytest.approx(150)
    assert fastest_turn(turns[:1]) == 0.0


def test_turning_between_frames_far_apart_is_unseen_and_one_hiccup_is_not():
    assert unseen_turn([(0, 0.0), (133, 18.0), (266, 38.0), (399, 40.0)]) == pytest.approx(18)
    assert unseen_turn([(0, 0.0), (100, 18.0), (200, 38.0), (400, 60.0)]) == 0.0


def test_even_times_have_no_unevenness_and_few_times_tell_nothing():
    assert unevenness_ms(range(0, 2000, 100)) == 0.0
    assert unevenness_ms([0, 100, 200]) is None


def turning(depth: float) -> list[Image]:
    """Seven views of a surface, flat or bulging by `depth` face widths, that is turned by 24 degrees."""
    texture = cv2.GaussianBlur(np.random.default_rng(5).integers(0, 255, SIZE, np.uint8), (0, 0), 1.5)
    texture = cv2.normalize(texture, None, 0, 255, cv2.NORM_MINMAX)
    y, x = np.mgrid[: SIZE[0], : SIZE[1]].astype(np.float32)
    height = depth * 200 * np.exp(-(((x - 320) / 50) ** 2) - ((y - 230) / 60) ** 2)
    views = []
    for angle in np.radians(np.arange(0, 25, 4)):
        shown_x = 320 + (x - 320) / np.cos(angle) - height * np.tan(angle)
        grey = cv2.remap(texture, shown_x.astype(np.float32), y, cv2.INTER_LINEAR)
        views.append(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR))
    return views


def test_corners_of_a_turned_plane_obey_one_homography_and_those_of_a_relief_do_not():
    flat, relief = flow(turning(0.0), a_face()), flow(turning(0.4), a_face())
    assert FLOW.reached(flat.residual)
    assert relief.motion >= MIN_MOTION
    assert not FLOW.reached(relief.residual)


def test_a_face_without_corners_gives_no_flow():
    found = flow([np.full((*SIZE, 3), 90, np.uint8)] * 3, a_face())
    assert (found.corners, found.conclusive) == (0, False)
