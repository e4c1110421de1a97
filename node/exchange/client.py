"""Calls other members' nodes: the httpx adapter of `node.usecases.reuse_ports.Peers`.

Signs each call with the member's record key, bounds what it reads, and turns whatever a peer answers
into values or the node's own errors. Where a peer lives is on chain and arrives as an argument.
Spec: RFC 9126 (pushed requests), RFC 6749 section 5.2 (error answers), RFC 7636 (PKCE).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

from node.domain import base64url
from node.domain.canonical import parse_object
from node.domain.ids import Ledger, MemberId
from node.errors import InvalidInput, Unavailable
from node.exchange.client_assertion import ASSERTION_TYPE, LIFETIME_S, Assertion, sign_assertion
from node.unit_of_work import require_no_unit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from joserfc.jwk import ECKey

    from node.ports import Clock, Randomness

TIMEOUT_S = 10.0
"""Per call; a customer waits behind most of them."""

MAX_ANSWER_BYTES = 4 << 20
"""A sealed transfer holds one portrait (some 30 kB); 4 MiB leaves room and bounds memory."""

TOKEN_ID_BYTES = 16

REPEAT_WITHIN_S = 8.0
"""For so long a peer that has too much to do is asked again; a customer waits, too."""

LONGEST_PAUSE_S = 3.0
"""Whatever a peer's Retry-After asks for."""

_CODE = "peer.malformed"


@dataclass(frozen=True)
class HttpPeers:
    """Implements `node.usecases.reuse_ports.Peers` over HTTPS.

    Attributes:
        ledger: the deployment whose names appear in assertions.
        member_id: gives this member's id; read from the chain once known.
        record_key: gives the private record key in use.
        clock: the node's now.
        randomness: for `jti`.
        sleep: waits so many seconds.
        http: a client without redirects, proxies from the environment or cookies; see `open_http`.
    """

    ledger: Ledger
    member_id: Callable[[], MemberId]
    record_key: Callable[[], ECKey]
    clock: Clock
    randomness: Randomness
    http: httpx.Client
    sleep: Callable[[float], None] = time.sleep

    def push_request(self, endpoint: str, form: Mapping[str, str]) -> str:
        """Push an authorization request; gives the request_uri.

        Raises:
            Unavailable: `peer.unreachable`, `peer.malformed`.
            InvalidInput: the peer's own code.
        """
        answer = self._post(endpoint, "/exchange/par", form)
        return _text(answer, "request_uri")

    def redeem(self, endpoint: str, *, code: str, verifier: str, redirect_uri: str) -> tuple[str, bytes]:
        """Exchange a code for (attestation id as hex, sealed transfer); errors as `push_request`."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "code_verifier": verifier,
            "redirect_uri": redirect_uri,
        }
        answer = self._post(endpoint, "/exchange/token", form)
        return _text(answer, "attestation_id"), _octets(answer, "sealed_transfer")

    def deliver_opening(self, endpoint: str, *, attestation_id: str, sealed: bytes) -> None:
        """Hand a regulator the sealed opening of one decision; errors as `push_request`."""
        form = {"attestation_id": attestation_id, "sealed_opening": base64url.encode(sealed)}
        self._post(endpoint, "/exchange/openings", form)

    def request_disclosure(self, endpoint: str, form: Mapping[str, str]) -> bytes:
        """Ask a member to open one attestation; gives its sealed answer. Errors as `push_request`."""
        return _octets(self._post(endpoint, "/exchange/disclosures", form), "sealed_disclosure")

    def _post(self, endpoint: str, path: str, form: Mapping[str, str]) -> Mapping[str, Any]:
        until = time.monotonic() + REPEAT_WITHIN_S
        while True:
            status, body, pause_s = self._post_once(endpoint, path, form)
            if pause_s is None or time.monotonic() + pause_s > until:
                break
            self.sleep(pause_s)
        answer = _object(body)
        if httpx.codes.is_success(status):
            return answer
        raise _refusal(status, answer)

    def _post_once(
        self, endpoint: str, path: str, form: Mapping[str, str]
    ) -> tuple[int, bytes, float | None]:
        """Status, body, and after how many seconds the peer wants to be asked again, if so.

        Signed anew each time: an assertion is believed once.
        """
        require_no_unit("another member was called")
        signed = {
            **form,
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": self._assertion(endpoint),
        }
        try:
            with self.http.stream("POST", endpoint + path, data=signed) as response:
                return response.status_code, _read(response), _asked_pause(response)
        except httpx.HTTPError as error:
            raise _unreachable(type(error).__name__) from error

    def _assertion(self, endpoint: str) -> str:
        now = self.clock.now()
        token_id = self.randomness(TOKEN_ID_BYTES).hex()
        claims = Assertion(self.member_id(), endpoint, token_id, now, now + LIFETIME_S)
        return sign_assertion(self.ledger, claims, key=self.record_key())


def open_http(transport: httpx.BaseTransport | None = None) -> httpx.Client:
    """The HTTP client for peers; `transport` replaces the network in tests."""
    return httpx.Client(timeout=TIMEOUT_S, follow_redirects=False, trust_env=False, transport=transport)


def _asked_pause(response: httpx.Response) -> float | None:
    """Seconds of a Retry-After (RFC 9110 section 10.2.3; peers of ours send no dates); None without one."""
    told = response.headers.get("retry-after", "")
    if response.status_code not in {429, 503} or not (told.isascii() and told.isdigit()):
        return None
    return min(max(float(told), 0.1), LONGEST_PAUSE_S)


def _read(response: httpx.Response) -> bytes:
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            raise Unavailable(
                _CODE, "the other member's answer is too large", hint="report it to that member"
            )
    return bytes(body)


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        return parse_object(body, code=_CODE)
    except InvalidInput as error:
        raise Unavailable(
            _CODE, "the other member's answer is not a JSON object", hint="try again later"
        ) from error


def _refusal(status: int, answer: Mapping[str, Any]) -> InvalidInput | Unavailable:
    """The peer's own code where it gave one in a form that we would log; never its text."""
    code = answer.get("code")
    known = code if isinstance(code, str) and code.isascii() and len(code) <= 80 else "peer.refused"  # noqa: PLR2004
    if status >= 500 or status == 429:  # noqa: PLR2004  server errors and Too Many Requests pass
        return Unavailable(known, "the other member cannot answer now", hint="try again later")
    return InvalidInput(known, "the other member refused", hint="see the code")


def _unreachable(kind: str) -> Unavailable:
    return Unavailable(
        "peer.unreachable", f"the other member's node cannot be reached: {kind}", hint="try again later"
    )


def _text(answer: Mapping[str, Any], name: str) -> str:
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        raise Unavailable(_CODE, f"the other member's answer lacks {name}", hint="report it to that member")
    return value


def _octets(answer: Mapping[str, Any], name: str) -> bytes:
    try:
        return base64url.decode(_text(answer, name), code=_CODE)
    except InvalidInput as error:
        raise Unavailable(_CODE, f"{name} is not base64url", hint="report it to that member") from error
