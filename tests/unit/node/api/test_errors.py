"""Errors leave the node in one shape, as JSON for systems and as a page for people."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from node.api.errors import install_error_handlers, status_of
from node.errors import Corrupt, InvalidInput, NodeError, Unavailable
from node.web.pages import error_page

pytestmark = pytest.mark.unit


@pytest.fixture(name="client")
def _client() -> TestClient:
    app = FastAPI()
    install_error_handlers(app, page=error_page)

    @app.get("/fails")
    def fails() -> None:
        raise InvalidInput("link.unknown", "no such <link>", hint="ask for a new link")

    @app.get("/unavailable/{code}")
    def unavailable(code: str) -> None:
        raise Unavailable(code, "x")

    @app.get("/bug")
    def bug() -> None:
        raise RuntimeError("見本 personal")

    @app.post("/form")
    def form(amount: int) -> None:
        assert amount

    return TestClient(app, raise_server_exceptions=False)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InvalidInput("case.unknown", "x"), 404),
        (InvalidInput("case.wrong_state", "x"), 409),
        (InvalidInput("upload.too_large", "x"), 413),
        (InvalidInput("clip.timestamps", "x"), 400),
        (InvalidInput("auth.missing", "x"), 401),
        (InvalidInput("auth.forbidden", "x"), 403),
        (InvalidInput("session.missing", "x"), 401),
        (Unavailable("card.absent", "x"), 503),
        (Corrupt("record.corrupt", "x"), 500),
    ],
)
def test_each_error_has_its_status(error: NodeError, status: int):
    assert status_of(error) == status


@pytest.mark.parametrize("media_type", ["application/json", "text/html"])
@pytest.mark.parametrize(("code", "after_s"), [("engine.busy", "2"), ("card.absent", None)])
def test_who_may_come_back_later_is_told_when(client, media_type, code, after_s):
    answer = client.get(f"/unavailable/{code}", headers={"Accept": media_type})
    assert (answer.status_code, answer.headers.get("Retry-After")) == (503, after_s)


def test_a_system_gets_json(client):
    answer = client.get("/fails", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert answer.json() == {
        "code": "link.unknown",
        "detail": "no such <link>",
        "hint": "ask for a new link",
    }


def test_a_person_gets_a_page_with_the_same_code_and_nothing_injected(client):
    answer = client.get("/fails", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "link.unknown" in answer.text
    assert "<link>" not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("POST", "/form", "request.malformed"),
        ("GET", "/nowhere", "http.404"),
        ("POST", "/fails", "http.405"),
        ("GET", "/bug", "internal"),
    ],
)
def test_a_person_gets_a_page_whatever_went_wrong(client, method: str, path: str, code: str):
    answer = client.request(method, path, headers={"Accept": "text/html,*/*;q=0.8"})
    assert answer.headers["Content-Type"].startswith("text/html")
    assert f"<code>{code}</code>" in answer.text


def test_a_bug_shows_nothing_of_its_cause(client):
    answer = client.get("/bug")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "見本" not in answer.text
