"""The camera page takes photographs and the clip from the browser's camera to the case."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest

from node.domain.access import Role as StaffRole
from node.domain.bundle import unpack_clip, unpack_images
from node.domain.methods import CHIP_FACE
from tests.browser.camera import FRAME_PX, specimen_frame
from verifier.image import decode_image
from verifier.liveness.challenge import Action

pytestmark = pytest.mark.browser

SAME_PICTURE = 0.9
"""Correlation of two pictures, once small and grey, of which one went through camera, canvas and JPEG."""
ACTIONS = [action.value for action in Action]

NOTE_PICTURES = """() => {
  window.pictures = [];
  const guide = document.getElementById("guide");
  new MutationObserver(() => {
    const shown = guide.getAttribute("class");
    if (shown && shown !== window.pictures.at(-1)) window.pictures.push(shown);
  }).observe(guide, { attributes: true });
}"""
"""Notes which picture the page shows, one after the other."""

MOVING_PARTS = """() => [...document.querySelectorAll("#guide :is(.head, .features, .eye, .mouth)")]
  .filter((part) => !["", "none"].includes(getComputedStyle(part).getPropertyValue("--to"))).length"""


def test_the_page_sends_what_the_camera_saw_and_when(network, person):
    staff = network.a.staff(StaffRole.STAFF)
    case_id = staff.post("/v1/cases", json={"method": CHIP_FACE}).json()["case_id"]
    person.page.goto(staff.post(f"/v1/cases/{case_id}/capture").json()["url"])
    person.finds_it_usable()
    person.press("カードを撮影する")
    person.page.locator("#card-done").wait_for()
    person.page.evaluate(NOTE_PICTURES)
    person.press("お顔を撮影する")
    person.page.locator("#face-done").wait_for()
    pictures = person.page.evaluate("window.pictures")

    with network.a.node.transaction() as unit:
        case = unit.cases.get(case_id)
        surface = unpack_images(unit.vault.get(case_id, case.surface_file))
        clip = unpack_clip(unit.vault.get(case_id, case.clip_file))
    assert len(surface) == 4
    assert all(_shows_specimen(picture) for picture in (*surface, clip.frames[0], clip.frames[-1]))
    assert len(clip.frames) == len(clip.timestamps_ms)
    assert clip.timestamps_ms[0] < 1000
    assert all(earlier < later for earlier, later in pairwise(clip.timestamps_ms))
    assert clip.timestamps_ms[-1] >= case.challenge["steps"][-1]["start_ms"]
    assert clip.token == case.challenge["token"]
    assert [name for name in pictures if name != "ahead"] == [
        step["action"] for step in case.challenge["steps"]
    ]


def test_the_page_tells_a_reviewer_about_the_camera(network, person):
    staff, reviewer = network.a.staff(StaffRole.STAFF), network.a.staff(StaffRole.REVIEWER)
    case_id = staff.post("/v1/cases", json={"method": CHIP_FACE}).json()["case_id"]
    person.page.goto(staff.post(f"/v1/cases/{case_id}/capture").json()["url"])
    person.press("お顔を撮影する")
    person.page.locator("#face-done").wait_for()

    told = reviewer.get(f"/v1/cases/{case_id}/clip/signals").json()
    assert told["signals"]["camera"].endswith("specimen.mjpeg")
    assert (told["signals"]["width"], told["signals"]["height"]) == FRAME_PX
    assert told["signals"]["automated"]
    assert {"capture.virtual_camera", "capture.automated"} <= set(told["remarks"])
    assert staff.get(f"/v1/cases/{case_id}/clip/signals").status_code == 403


@pytest.mark.parametrize("name", ACTIONS)
def test_every_action_has_words_in_both_languages_and_a_moving_picture(network, person, name):
    staff = network.a.staff(StaffRole.STAFF)
    case_id = staff.post("/v1/cases", json={"method": CHIP_FACE}).json()["case_id"]
    person.page.goto(staff.post(f"/v1/cases/{case_id}/capture").json()["url"])
    person.page.evaluate(f"import('/static/camera.js').then(({{ say }}) => say({name!r}))")
    words = person.page.locator("#prompt").text_content() or ""
    japanese, english = words.split(" / ")
    assert not japanese.isascii()
    assert english.isascii()
    person.page.evaluate("document.getElementById('stage').hidden = false")
    person.page.locator("#guide").wait_for()
    moving = person.page.evaluate(MOVING_PARTS)
    assert moving == (2 if name == "blink" else 1)


def test_a_link_that_nobody_gave_out_shows_an_error_page(network, person):
    assert person.looks_at(f"{network.a.url}/capture/{'0' * 64}") == 404
    person.sees("link.unknown")
    person.forgives()


def _shows_specimen(picture: bytes) -> bool:
    seen, shown = (_small(image) for image in (decode_image(picture), specimen_frame()))
    return float(np.corrcoef(seen.ravel(), shown.ravel())[0, 1]) > SAME_PICTURE


def _small(image: np.ndarray) -> np.ndarray:
    return cv2.resize(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), (64, 48), interpolation=cv2.INTER_AREA)
