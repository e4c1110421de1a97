"""The customer sees what was read from the card, corrects it and confirms it, before anything is sent.

Real browser, node and text reader; the camera shows a specimen large enough to be read.
"""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

from node.domain.access import Role as StaffRole
from node.domain.card_code import ConfirmedCode
from node.domain.methods import CHIP_FACE
from node.usecases.case_files import confirmed_file
from tests.browser.camera import TODAY
from tests.browser.chromium import run_chromium, someone
from tests.sim.specimen import capture, drawn_portrait, random_person, render_mynumber
from verifier.image import encode_jpeg

pytestmark = pytest.mark.browser

FRAMES = 3
"""Four photographs, on a machine that does other things too, the first time with loading the models."""
HOLDER = random_person(np.random.default_rng(61), today=TODAY)
OTHER_CODE = "0000" if HOLDER.security_code != "0000" else "1111"


@pytest.fixture(name="customer_with_card")
def _customer_with_card(driver, tmp_path):
    film = tmp_path / "card.mjpeg"
    rng = np.random.default_rng(62)
    card = render_mynumber(HOLDER, drawn_portrait(), rng=rng)
    film.write_bytes(encode_jpeg(capture(card, "easy", rng)) * FRAMES)
    with run_chromium(driver, film) as browser, someone(browser) as person:
        yield person
        assert person.complaints == []


def test_the_customer_confirms_what_was_read_or_corrects_it(network, customer_with_card):
    person = customer_with_card
    staff = network.a.staff(StaffRole.STAFF)
    case_id = staff.post("/v1/cases", json={"method": CHIP_FACE}).json()["case_id"]
    person.page.goto(staff.post(f"/v1/cases/{case_id}/capture").json()["url"])
    person.press("カードを撮影する")
    form = person.page.locator("#code")
    form.wait_for()
    person.finds_it_usable()
    birth, expiry, code = (form.locator(f"[name={name}]") for name in _NAMES)
    expect(birth).to_have_value(HOLDER.printed_birth_date.replace(" ", "").removesuffix("生"))
    expect(expiry).to_have_value(HOLDER.printed_expiry.replace(" ", "").removesuffix("まで有効"))
    expect(code).to_have_value(HOLDER.security_code)

    person.press("カードと同じです")
    person.sees("✓ 内容を確認しました")
    assert _confirmed(network, case_id, 0) == ConfirmedCode(HOLDER.pin_b, "ocr")

    person.page.reload()
    form.wait_for()
    expect(code).to_have_value(HOLDER.security_code)
    expiry.fill("いつか")
    person.press("カードと同じです")
    person.sees("ocr.bad_expiry")
    person.forgives()
    expiry.fill(HOLDER.expires_on.isoformat())
    code.fill(OTHER_CODE)
    person.press("カードと同じです")
    person.sees("✓ 内容を確認しました")
    assert _confirmed(network, case_id, 1) == ConfirmedCode(HOLDER.pin_b[:-4] + OTHER_CODE, "typed")


_NAMES = ("birth_date", "expires_on", "security_code")


def _confirmed(network, case_id: str, number: int) -> ConfirmedCode:
    """What is kept of the newest photographs."""
    with network.a.node.transaction() as unit:
        surface = unit.cases.get(case_id).surface_file
        return ConfirmedCode.from_bytes(unit.vault.get(case_id, confirmed_file(surface, number)))
