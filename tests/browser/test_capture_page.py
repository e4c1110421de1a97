"""The camera page takes photographs and the clip from the browser's camera to the case."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest

from node.domain.access import Role as StaffRole
from node.domain.bundle import unpack_clip, unpack_images
from node.domain.methods import CHIP_FACE
from tests.browser.camera import specimen_frame
from verifier.image import decode_image

pytestmark = pytest.mark.browser

SAME_PICTURE = 0.9
"""Correlation of two pictures, once small and grey, of which one went through camera, canvas and JPEG."""
CARD_MS, CLIP_MS = 20_000, 40_000


def test_the_page_sends_what_the_camera_saw_and_when(network, person):
    staff = network.a.staff(StaffRole.STAFF)
    case_id = staff.post("/v1/cases", json={"method": CHIP_FACE}).json()["case_id"]
    person.page.goto(staff.post(f"/v1/cases/{case_id}/capture").json()["url"])
    person.finds_it_usable()
    person.press("カードを撮影する")
    person.page.locator("#card-done").wait_for(timeout=CARD_MS)
    person.press("お顔を撮影する")
    person.page.locator("#face-done").wait_for(timeout=CLIP_MS)

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


def test_a_link_that_nobody_gave_out_shows_an_error_page(network, person):
    assert person.looks_at(f"{network.a.url}/capture/{'0' * 64}") == 404
    person.sees("link.unknown")
    person.forgives()


def _shows_specimen(picture: bytes) -> bool:
    seen, shown = (_small(image) for image in (decode_image(picture), specimen_frame()))
    return float(np.corrcoef(seen.ravel(), shown.ravel())[0, 1]) > SAME_PICTURE


def _small(image: np.ndarray) -> np.ndarray:
    return cv2.resize(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), (64, 48), interpolation=cv2.INTER_AREA)
