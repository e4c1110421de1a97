"""The door: whoever finds no place in time is told so, as JSON, as OAuth and as a page that asks again."""

import asyncio
from typing import Annotated, Any

import httpx
import pytest
from fastapi import APIRouter, BackgroundTasks, FastAPI, Form

from node.api.admission import Admission
from node.api.errors import install_error_handlers
from node.api.oauth_errors import OAuthRoute
from node.web.pages import error_page

pytestmark = pytest.mark.unit

PLACES = 2
TIDYING = 5 * PLACES


class House:
    """An app whose `/slow` answers when a test says so."""

    def __init__(self, *, wait_s: float) -> None:
        self.tidying, self.all_tidy = 0, asyncio.Event()
        self.entered, self.goes_on, self.is_full = 0, asyncio.Event(), asyncio.Event()
        app = FastAPI()
        refuse = install_error_handlers(app, page=error_page)
        app.add_middleware(Admission, places=PLACES, refuse=refuse, wait_s=wait_s)
        oauth = APIRouter(route_class=OAuthRoute)

        @app.get("/slow")
        async def slow() -> None:
            self.entered += 1
            if self.entered == PLACES:
                self.is_full.set()
            await self.goes_on.wait()

        @app.get("/later")
        async def later(tasks: BackgroundTasks) -> None:
            tasks.add_task(self._tidy)

        @app.get("/health")
        async def health() -> None:
            pass

        @app.post("/form")
        async def form(name: Annotated[str, Form()]) -> str:
            self.entered += 1
            return name

        @oauth.post("/exchange/token")
        async def token(name: Annotated[str, Form()]) -> dict[str, str]:
            return {"name": name}

        app.include_router(oauth)
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://house")

    async def _tidy(self) -> None:
        self.tidying += 1
        if self.tidying == TIDYING:
            self.all_tidy.set()
        await self.goes_on.wait()

    async def fill(self) -> list[asyncio.Task[httpx.Response]]:
        """Take every place."""
        inside = [asyncio.create_task(self.client.get("/slow")) for _ in range(PLACES)]
        await self.is_full.wait()
        return inside


def _run(story: Any, *, wait_s: float = 0.0) -> None:
    async def play() -> None:
        house = House(wait_s=wait_s)
        await story(house)
        await house.client.aclose()

    asyncio.run(play())


@pytest.mark.parametrize(
    ("method", "path", "headers", "shape"),
    [
        ("GET", "/slow", {}, '"code":"node.overloaded"'),
        ("POST", "/form", {}, '"code":"node.overloaded"'),
        ("POST", "/exchange/token", {}, '"error":"temporarily_unavailable"'),
        ("GET", "/slow", {"Accept": "text/html"}, 'data-after="2"'),
        ("POST", "/form", {"Accept": "text/html"}, "<code>node.overloaded</code>"),
    ],
)
def test_a_full_house_refuses_in_the_callers_own_shape_and_says_when_to_come_again(
    method, path, headers, shape
):
    async def story(house: House) -> None:
        inside = await house.fill()
        data = {"name": "見本"} if method == "POST" else None
        refused = await house.client.request(method, path, headers=headers, data=data)
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "2")
        assert shape in refused.text
        assert ('id="repeat"' in refused.text) == (method == "GET" and bool(headers))
        assert house.entered == PLACES, "nothing of a refused request is done"
        house.goes_on.set()
        assert {one.status_code for one in await asyncio.gather(*inside)} == {200}
        assert (await house.client.request(method, path, data=data)).status_code == 200

    _run(story)


def test_health_answers_in_a_full_house():
    async def story(house: House) -> None:
        inside = await house.fill()
        assert (await house.client.get("/health")).status_code == 200
        house.goes_on.set()
        await asyncio.gather(*inside)

    _run(story)


def test_what_an_app_does_after_its_answer_takes_no_place():
    async def story(house: House) -> None:
        later = [asyncio.create_task(house.client.get("/later")) for _ in range(TIDYING)]
        await house.all_tidy.wait()  # the answers are out, the work behind them is not done
        assert (await house.client.post("/form", data={"name": "next"})).status_code == 200
        house.goes_on.set()
        assert {one.status_code for one in await asyncio.gather(*later)} == {200}

    _run(story)


def test_those_who_wait_come_in_as_others_leave():
    async def story(house: House) -> None:
        inside = await house.fill()
        more = [asyncio.create_task(house.client.get("/slow")) for _ in range(PLACES)]
        house.goes_on.set()
        answers = await asyncio.gather(*inside, *more)
        assert {one.status_code for one in answers} == {200}

    _run(story, wait_s=60.0)


def test_behind_a_line_as_long_as_the_places_nobody_waits():
    async def story(house: House) -> None:
        inside = await house.fill()
        waiting = [asyncio.create_task(house.client.get("/slow")) for _ in range(PLACES)]
        told = await asyncio.gather(*(house.client.get("/slow") for _ in range(PLACES)))
        assert {one.json()["code"] for one in told} == {"node.overloaded"}
        house.goes_on.set()
        answers = await asyncio.gather(*inside, *waiting)
        assert {one.status_code for one in answers} == {200}

    _run(story, wait_s=60.0)


def test_a_slow_upload_takes_no_place_until_it_is_there():
    async def story(house: House) -> None:
        rest, begun = asyncio.Event(), asyncio.Semaphore(0)

        async def body():
            begun.release()
            yield b"name="
            await rest.wait()
            yield b"x"

        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        slow = [
            asyncio.create_task(house.client.post("/form", content=body(), headers=kind))
            for _ in range(2 * PLACES)
        ]
        for _ in slow:
            await begun.acquire()
        assert (await house.client.post("/form", data={"name": "quick"})).json() == "quick"
        rest.set()
        assert {one.status_code for one in await asyncio.gather(*slow)} == {200}

    _run(story, wait_s=60.0)
