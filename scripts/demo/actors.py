"""The demo's people at their computers: staff with API keys, a customer with a browser and a passkey."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx

from node.domain.evidence import ClipFiles
from node.errors import InvalidInput, Unavailable
from scripts.demo.patience import wait_until
from tests.sim.authenticator import SoftwareAuthenticator
from tests.sim.patience import DEADLINE_S

Json = dict[str, Any]


@dataclass
class Staff:
    """One employee's connection to the own node's API."""

    base_url: str
    token: str

    def __post_init__(self) -> None:
        headers = {"Authorization": f"Bearer {self.token}"}
        self._client = httpx.Client(base_url=self.base_url, headers=headers, timeout=DEADLINE_S)

    def get(self, path: str) -> Any:
        """GET; an error of the node comes back as the error it is."""
        return _answer(self._client.get(path))

    def post(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """POST JSON."""
        return _answer(self._client.post(path, json=body))

    def put(self, path: str, **kwargs: Any) -> Any:
        """PUT a multipart form."""
        return _answer(self._client.put(path, **kwargs))

    def open_case(self, method: str, birth_date: str) -> Json:
        """Open a verification case."""
        case: Json = self.post("/v1/cases", {"method": method, "typed_birth_date": birth_date})
        return case

    def add_surface(self, case_id: str, images: tuple[bytes, ...]) -> None:
        """Upload photographs of the card's front."""
        self.put(f"/v1/cases/{case_id}/surface", files=_files("images", images))

    def add_clip(self, case_id: str, clip: ClipFiles) -> None:
        """Upload the live clip."""
        self._put_film(f"/v1/cases/{case_id}/clip", clip)

    def ask_tilt(self, case_id: str) -> Json:
        """Draw how the card shall be tilted before the camera."""
        challenge: Json = self.post(f"/v1/cases/{case_id}/tilt-challenge")["tilt_challenge"]
        return challenge

    def add_tilt(self, case_id: str, film: ClipFiles) -> None:
        """Upload the film of the tilted card."""
        self._put_film(f"/v1/cases/{case_id}/tilt", film)

    def _put_film(self, path: str, film: ClipFiles) -> None:
        data = {"timestamps_ms": json.dumps(list(film.timestamps_ms)), "challenge": film.token}
        self.put(path, files=_files("frames", film.frames), data=data)

    def verify(self, case_id: str, progress: Callable[[str], None]) -> Json:
        """Start the engine and follow it. Raises what kept it from deciding."""
        case: Json = self.post(f"/v1/cases/{case_id}/verify")

        def is_done() -> bool:
            nonlocal case
            case = self.get(f"/v1/cases/{case_id}")
            progress(f"engine: {case['stage'] or 'starting'}")
            return case["state"] != "verifying"

        slow = Unavailable("demo.engine_slow", "the engine did not finish in time", hint="See a/node.log.")
        wait_until(is_done, slow)
        if case["state"] == "open" and case["last_error"]:
            error = case["last_error"]
            raise Unavailable(error["code"], error.get("detail", ""), hint=error.get("hint", ""))
        return case


@dataclass
class Customer:
    """A person with one browser and one software passkey, who may visit several banks.

    Attributes:
        authenticator: performs the real WebAuthn ceremonies; no hardware guards its keys.
    """

    authenticator: SoftwareAuthenticator = field(
        default_factory=lambda: SoftwareAuthenticator(secrets.token_bytes)
    )

    def __post_init__(self) -> None:
        self.browser = httpx.Client(timeout=DEADLINE_S, follow_redirects=False)

    def enrol(self, url: str) -> None:
        """Make a passkey at the one-time enrolment page."""
        self.browser.get(url).raise_for_status()
        begun = self.post(f"{url}/options")
        credential = self.authenticator.create(begun["options"], origin=origin_of(url))
        self.post(url, {"ceremony_id": begun["ceremony_id"], "credential": credential})

    def sign_in(self, site: str) -> None:
        """Sign in with the passkey."""
        begun = self.post(f"{site}/sign-in/options")
        credential = self.authenticator.get(begun["options"], origin=site)
        self.post(f"{site}/sign-in", {"ceremony_id": begun["ceremony_id"], "credential": credential})

    def post(self, url: str, body: Mapping[str, Any] | None = None) -> Any:
        """POST JSON as the page's own script would."""
        return _answer(self.browser.post(url, json=body or {}, headers={"Origin": origin_of(url)}))


def origin_of(url: str) -> str:
    """Scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _files(name: str, images: tuple[bytes, ...]) -> list[tuple[str, tuple[str, bytes, str]]]:
    return [(name, (f"{number}.jpg", image, "image/jpeg")) for number, image in enumerate(images)]


def _answer(response: httpx.Response) -> Any:
    if response.is_success:
        return response.json()
    body = response.json() if "json" in response.headers.get("content-type", "") else {}
    raise InvalidInput(
        body.get("code") or body.get("error") or f"http.{response.status_code}",
        body.get("detail") or body.get("error_description") or "the node refused",
        hint=body.get("hint", ""),
    )
