"""How much of a body is read, by who sends it: of a stranger's upload not a byte."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager, suppress
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from node import uploads
from node.api.app import ROUTERS, create_app
from node.api.limits import MAX_BODY_BYTES
from node.domain.access import Role, issue_api_key
from node.errors import InvalidInput
from node.sizing import sizes
from tests.sim.patience import DEADLINE_S

pytestmark = pytest.mark.unit

BOUNDARY = b"specimen"
HEAD = b'--specimen\r\nContent-Disposition: form-data; name="images"; filename="a.jpg"\r\n\r\n'
TAIL = b"\r\n--specimen--\r\n"
CHUNK = bytes(64 << 10)
MEGABYTE = 1 << 20

UPLOADS = {
    "/v1/cases/{case_id}/surface": 401,
    "/v1/cases/{case_id}/clip": 401,
    "/v1/cases/{case_id}/tilt": 401,
    "/capture/{token}/surface": 404,
    "/capture/{token}/clip": 404,
    "/capture/{token}/tilt": 404,
    "/reuse/{reuse_id}/clip": 404,
}
"""What a stranger is answered there."""

WRITING = sorted(
    (method, route.path)
    for router in ROUTERS
    for route in router.routes
    if isinstance(route, APIRoute)
    for method in route.methods - {"GET", "HEAD"}
)


class Stranger:
    """Says that nothing is known of whoever asks; whatever else is asked of it fails."""

    settings = SimpleNamespace(public_url="http://localhost", legal_name="見本銀行")
    sizes = sizes(0, engines=1)

    def __init__(self) -> None:
        self.issuing = SimpleNamespace(find_capture=_no_link)


def _no_link(_token: str) -> Any:
    raise InvalidInput("link.unknown", "no such link")


class Desk(Stranger):
    """Knows one key, and takes photographs."""

    def __init__(self, role: Role) -> None:
        super().__init__()
        self.key, self.token = issue_api_key("見本", role, now=0, randomness=bytes)
        self.taken: list[int] = []
        self.issuing.add_surface = self._take

    def _take(self, _case_id: str, images: tuple[bytes, ...]) -> Any:
        self.taken = [len(one) for one in images]
        raise InvalidInput("case.unknown", "no such case")

    @contextmanager
    def snapshot(self) -> Any:
        yield SimpleNamespace(api_keys=SimpleNamespace(find=lambda **_: [self.key]))


def _send(node: Any, method: str, path: str, size: int, **headers: str) -> tuple[int | None, int]:
    """Send one file of so many bytes; gives the answer's status and how many bytes were taken."""
    app, body = create_app(node), [HEAD, *[CHUNK] * (size // len(CHUNK)), TAIL]
    taken: list[int] = []
    status: list[int] = []

    async def receive() -> dict[str, Any]:
        taken.append(len(body[len(taken)]))
        return {
            "type": "http.request",
            "body": body[len(taken) - 1],
            "more_body": len(taken) < len(body),
        }

    async def send(message: dict[str, Any]) -> None:
        status.extend([message["status"]] if message["type"] == "http.response.start" else [])

    given = {"content-type": f"multipart/form-data; boundary={BOUNDARY.decode()}", **headers}
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "http_version": "1.1",
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    with suppress(AttributeError, TypeError):  # what a stranger's node was not made for
        asyncio.run(app(scope, receive, send))
    return (status[0] if status else None), sum(taken)


@pytest.mark.parametrize(("path", "status"), UPLOADS.items())
def test_of_a_strangers_upload_not_a_byte_is_read(path, status):
    assert ("PUT", path) in WRITING
    assert _send(Stranger(), "PUT", path, 4 * MEGABYTE) == (status, 0)


@pytest.mark.parametrize(("method", "path"), WRITING)
def test_no_address_takes_more_than_a_megabyte_from_a_stranger(method, path):
    _, taken = _send(Stranger(), method, path, 4 * MEGABYTE)
    assert taken <= MAX_BODY_BYTES + len(CHUNK) + len(HEAD)


def test_a_wrong_key_or_a_role_that_may_not_upload_is_a_stranger():
    path, desk = "/v1/cases/x/surface", Desk(Role.AUDITOR)
    wrong = {"authorization": f"Bearer {desk.token}x"}
    assert _send(desk, "PUT", path, 4 * MEGABYTE, **wrong) == (401, 0)
    assert _send(desk, "PUT", path, 4 * MEGABYTE, authorization=f"Bearer {desk.token}") == (403, 0)


class SlowDesk(Desk):
    """Takes photographs, and lets nobody go before as many are there as may be."""

    def __init__(self, uploads: int) -> None:
        super().__init__(Role.STAFF)
        self.uploads, self.here, self.most, self.left = uploads, 0, 0, 0
        self._changed = threading.Condition()

    def _take(self, _case_id: str, _images: tuple[bytes, ...]) -> Any:
        with self._changed:
            self.here += 1
            self.most = max(self.most, self.here)
            self._changed.notify_all()
            enough = uploads.IN_MEMORY_AT_ONCE
            assert self._changed.wait_for(
                lambda: self.most >= enough or self.here + self.left == self.uploads, DEADLINE_S
            )
            self.here -= 1
            self.left += 1
        raise InvalidInput("case.unknown", "no such case")


def test_few_uploads_are_in_memory_at_a_time():
    desk = SlowDesk(12)
    app, key = create_app(desk), {"Authorization": f"Bearer {desk.token}"}

    async def send_all() -> list[int]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=key) as client:
            files = [("images", ("a.jpg", b"x"))]
            sent = (client.put("/v1/cases/x/surface", files=files) for _ in range(desk.uploads))
            return [answer.status_code for answer in await asyncio.gather(*sent)]

    assert asyncio.run(send_all()) == [404] * desk.uploads
    assert desk.most == uploads.IN_MEMORY_AT_ONCE


def test_staff_may_upload_more_than_others_and_not_everything(monkeypatch):
    desk = Desk(Role.STAFF)
    key = {"authorization": f"Bearer {desk.token}"}
    assert _send(desk, "PUT", "/v1/cases/x/surface", 4 * MEGABYTE, **key)[0] == 404
    assert desk.taken == [4 * MEGABYTE]
    monkeypatch.setattr(uploads, "MAX_UPLOAD_BYTES", 2 * MEGABYTE)
    status, taken = _send(desk, "PUT", "/v1/cases/x/surface", 4 * MEGABYTE, **key)
    assert status == 413
    assert taken <= 2 * MEGABYTE + len(CHUNK)
