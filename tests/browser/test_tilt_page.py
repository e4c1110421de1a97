"""The camera page of the photo method asks for the tilted card and films it in the drawn order."""

from __future__ import annotations

import pytest

from node.domain.access import Role as StaffRole
from node.domain.bundle import unpack_clip
from node.domain.methods import CHIP_FACE, IMAGE_FACE
from verifier.document.challenge import TiltChallenge

pytestmark = pytest.mark.browser


NOTE_WORDS = """() => {
  window.words = [];
  const prompt = document.getElementById("prompt");
  new MutationObserver(() => {
    if (prompt.textContent !== window.words.at(-1)) window.words.push(prompt.textContent);
  }).observe(prompt, { childList: true, characterData: true, subtree: true });
}"""
EDGES = {"top_away": "top", "bottom_away": "bottom", "left_away": "left", "right_away": "right"}


def test_the_page_films_the_card_as_the_tilt_challenge_asks(network, person):
    staff = network.a.staff(StaffRole.STAFF)
    case_id = staff.post("/v1/cases", json={"method": IMAGE_FACE}).json()["case_id"]
    person.page.goto(staff.post(f"/v1/cases/{case_id}/capture").json()["url"])
    person.finds_it_usable()
    person.page.evaluate(NOTE_WORDS)
    person.press("傾けて撮影する")
    person.page.locator("#tilt-done").wait_for()
    words = person.page.evaluate("window.words")

    with network.a.node.transaction() as unit:
        case = unit.cases.get(case_id)
        film = unpack_clip(unit.vault.get(case_id, case.tilt_file))
    asked = TiltChallenge.from_json(case.tilt_challenge)
    assert len(film.frames) == case.tilt_frames >= 20
    assert film.token == case.tilt_challenge["token"]
    assert film.timestamps_ms[-1] >= asked.steps[-1].start_ms
    told = [word for word in words if "edge away" in word]
    assert [next(edge for edge in EDGES if f"card's {EDGES[edge]} edge" in word) for word in told] == [
        step.tilt.value for step in asked.steps
    ]


def test_the_chip_method_asks_for_no_film(network, person):
    staff = network.a.staff(StaffRole.STAFF)
    case_id = staff.post("/v1/cases", json={"method": CHIP_FACE}).json()["case_id"]
    person.page.goto(staff.post(f"/v1/cases/{case_id}/capture").json()["url"])
    assert person.page.locator("#tilt").count() == 0
