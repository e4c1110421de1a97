"""The capture page at every step of a verification."""

from __future__ import annotations

from typing import Any

import pytest

from node.web.pages import render

pytestmark = pytest.mark.unit

GIVEN = {"has_surface": True, "has_clip": True, "has_tilt": False, "asks_tilt": False, "asks_code": True}


def _page(progress: dict[str, Any]) -> str:
    return bytes(render("capture.html", member="見本銀行", progress=progress, **GIVEN).body).decode()


def test_before_the_start_the_page_has_its_camera_and_shows_no_progress():
    page = _page({"step": "open"})
    assert 'id="face"' in page
    assert 'data-step="open" hidden' in page


@pytest.mark.parametrize("step", ["waiting", "judging", "done"])
def test_afterwards_it_has_no_camera_and_shows_the_step(step):
    page = _page({"step": step, **({"place": 3, "waiting": 30} if step == "waiting" else {})})
    assert 'id="face"' not in page
    assert "capture.js" not in page
    assert f'data-step="{step}">' in page
    assert ('data-number="place">3<' in page) == (step == "waiting")
