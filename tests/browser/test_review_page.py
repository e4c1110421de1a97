"""A reviewer signs in, looks at a case's evidence and decides, with a reason that is kept."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, replace

import numpy as np
import pytest

from node.domain.access import Role as StaffRole
from node.domain.case import Case, CaseState
from node.domain.evidence import facts_to_bytes
from node.domain.methods import IMAGE_FACE
from node.domain.record import CheckFact
from node.usecases.case_files import REVIEW_FILE
from tests.browser.camera import TODAY
from tests.sim.scenario import verification
from tests.sim.specimen import drawn_portrait, random_person, render_mynumber
from verifier.document.examine import REPORT_FILE
from verifier.image import encode_jpeg

pytestmark = pytest.mark.browser

EDGE = "photo-tilted-top_away.jpg"
CHECKS = (
    CheckFact("document.tilt", "passed"),
    CheckFact("document.colour", "failed", "document.grey_copy"),
    CheckFact("document.thickness", "not_performed", "document.needs_reviewer", score=0.7),
)
REPORT = {
    "pictures": [EDGE, "photo-flat.jpg"],
    "edges": [
        {
            "tilt": "top_away",
            "tilt_deg": 31.4,
            "strip_px": 5.02,
            "thickness_mm": 0.7,
            "uncertainty_mm": 0.21,
        }
    ],
}


def _waiting(network) -> str:
    """A case of the photo method as the engine leaves it; its judging is tested elsewhere."""
    member, case_id = network.a.node, secrets.token_hex(16)
    now = member.clock.now()
    rng = np.random.default_rng(71)
    picture = encode_jpeg(render_mynumber(random_person(rng, today=TODAY), drawn_portrait(), rng=rng))
    facts = replace(verification(verified_at=now), method=IMAGE_FACE, checks=CHECKS)
    case = Case(
        case_id,
        IMAGE_FACE,
        CaseState.REVIEW.value,
        {},
        now,
        "見本 係員",
        now,
        checks=[asdict(check) for check in CHECKS],
        codes=[check.code for check in CHECKS if check.code],
        facts_file="facts-1.json",
        decided_at=now,
    )
    with member.transaction() as unit:
        unit.cases.add(case)
        unit.vault.put(case_id, "facts-1.json", facts_to_bytes(facts))
        unit.vault.put(case_id, REPORT_FILE, json.dumps(REPORT).encode())
        for name in REPORT["pictures"]:
            unit.vault.put(case_id, name, picture)
    return case_id


def _sign_in(network, person, role: StaffRole) -> None:
    token = network.a.staff(role, "佐藤").headers["Authorization"].removeprefix("Bearer ")
    person.page.goto(f"{network.a.url}/reviews")
    person.finds_it_usable()
    person.page.get_by_label("APIキー").fill(token)
    person.press("サインイン")


def _kept(network, case_id: str) -> tuple[Case, dict]:
    with network.a.node.transaction() as unit:
        return unit.cases.get(case_id), json.loads(unit.vault.get(case_id, REVIEW_FILE))


def test_the_reviewer_sees_reasons_and_pictures_and_rejects_with_a_reason(network, person):
    case_id = _waiting(network)
    _sign_in(network, person, StaffRole.REVIEWER)
    person.sees("審査待ち(古い順)")
    person.finds_it_usable()
    person.page.locator(f"a[href='/reviews/{case_id}']").click()
    person.sees("a grey copy, or a dark room")
    person.sees("0.7 ± 0.21")
    person.finds_it_usable()
    widths = person.page.locator("figure img").evaluate_all("all => all.map(one => one.naturalWidth)")
    assert len(widths) == 2
    assert min(widths) > 100
    assert person.page.get_by_role("img", name="傾けた券面(上の縁を奥へ)").count() == 1

    person.press("認めない")
    assert _state(network, case_id) == "review"  # the browser asks for the reason first
    person.page.locator("textarea").fill("灰色の写しと見える")
    person.press("認めない")
    person.sees("認めなかった")
    person.finds_it_usable()
    assert person.page.locator("textarea").count() == 0
    case, review = _kept(network, case_id)
    assert (case.state, case.record_id) == ("rejected", None)
    assert case.review == {"decision": "rejected", "by": "佐藤 reviewer", "at": review["at"]}
    assert (review["by"], review["note"]) == ("佐藤 reviewer", "灰色の写しと見える")

    person.page.goto(f"{network.a.url}/reviews")
    assert person.page.locator(f"a[href='/reviews/{case_id}']").count() == 0
    person.press("サインアウト")
    person.page.get_by_label("APIキー").wait_for()


def test_an_approval_makes_the_record(network, person):
    case_id = _waiting(network)
    _sign_in(network, person, StaffRole.OFFICER)
    person.page.locator(f"a[href='/reviews/{case_id}']").click()
    person.page.locator("textarea").fill("縁の帯を確かめた")
    person.press("本人と認める")
    person.sees("本人と認めた")
    case, review = _kept(network, case_id)
    assert (case.state, case.record_id, review["note"]) == ("verified", case_id, "縁の帯を確かめた")
    with network.a.node.transaction() as unit:
        assert unit.records.get(case_id).method == IMAGE_FACE


def test_who_is_no_reviewer_sees_nothing_and_decides_nothing(network, person):
    case_id = _waiting(network)
    _sign_in(network, person, StaffRole.STAFF)
    person.sees("このキーではサインインできません。")
    for path in ("", "/evidence/photo-flat.jpg"):
        assert person.looks_at(f"{network.a.url}/reviews/{case_id}{path}") == 401
        person.sees("session.missing")
    form = {"decision": "approve", "note": "x"}
    assert person.page.request.post(f"{network.a.url}/reviews/{case_id}", form=form).status == 401
    person.forgives()
    assert _state(network, case_id) == "review"


def test_a_reason_of_spaces_is_none(network, person):
    case_id = _waiting(network)
    _sign_in(network, person, StaffRole.REVIEWER)
    person.page.locator(f"a[href='/reviews/{case_id}']").click()
    person.page.locator("textarea").fill("   ")
    person.press("本人と認める")
    person.sees("request.malformed")
    person.forgives()
    assert _state(network, case_id) == "review"


def _state(network, case_id: str) -> str:
    with network.a.node.transaction() as unit:
        return unit.cases.get(case_id).state
