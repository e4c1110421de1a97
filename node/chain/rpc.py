"""Talk JSON-RPC to one chain node: keep-alive, batches, bounded retries, errors that the node knows.

Decides when a call is repeated (only after a broken connection; every method used here may be repeated) and
what an answer must look like to be believed. Does not know contracts or accounts. Spec: JSON-RPC 2.0;
Ethereum execution API (ethereum/execution-apis).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

import httpx

from node.chain.replies import hint_for, meaning_of
from node.errors import Unavailable
from node.unit_of_work import require_no_unit

TIMEOUT_S = 10.0
"""Per request; Besu's own `--rpc-http-timeout` is 30 s, and a customer waits on some of these."""

RETRIES = 2
"""A pooled socket breaks once when the chain node restarts; one more for bad luck."""

BATCH_MAX = 100
"""Calls per HTTP request; Besu refuses more than `--rpc-http-max-batch-size` = 1024."""

Call = tuple[str, Sequence[Any]]
"""(method, parameters)."""


_BROKEN = (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError, httpx.ConnectError)
"""The connection, not the node, failed."""


class Refused(Unavailable):
    """The chain node answered with an error (code `chain.refused`).

    Attributes:
        rpc_code: the JSON-RPC error code, e.g. -32000.
        text: the node's own message.
        reply: what the message means; decides the hint.
        data: revert data where the node gave it, else empty.
    """

    def __init__(self, method: str, error: dict[str, Any]) -> None:
        """Build from the `error` member of a response."""
        self.rpc_code = int(error.get("code", 0))
        self.text = str(error.get("message", ""))
        self.data = _revert_data(error.get("data"))
        self.reply = meaning_of(self.text)
        message = f"the chain node refused {method}: {self.text[:160]}"
        super().__init__("chain.refused", message, hint=hint_for(self.reply))


class Rpc:
    """One endpoint. Safe to share between threads."""

    def __init__(
        self, url: str, *, timeout_s: float = TIMEOUT_S, transport: httpx.BaseTransport | None = None
    ) -> None:
        """Open nothing yet; `transport` replaces the network in tests."""
        self.url = url
        self._client = httpx.Client(timeout=timeout_s, transport=transport, trust_env=False)
        self._ids = count(1)

    def close(self) -> None:
        """Drop pooled connections."""
        self._client.close()

    def call(self, method: str, *params: Any) -> Any:
        """One call.

        Raises:
            Refused: the node answered with an error.
            Unavailable: `chain.unreachable`, `chain.timeout`, `chain.bad_answer`.
        """
        (answer,) = self.batch([(method, params)])
        if isinstance(answer, Refused):
            raise answer
        return answer

    def batch(self, calls: Sequence[Call]) -> list[Any]:
        """Many calls, answers in the same order; one that the node refused is a `Refused` in its place.

        Raises:
            Unavailable: `chain.unreachable`, `chain.timeout`, `chain.bad_answer`; then nothing is known about
            any
                of the calls.
        """
        answers: list[Any] = []
        for start in range(0, len(calls), BATCH_MAX):
            answers += self._exchange(calls[start : start + BATCH_MAX])
        return answers

    def _exchange(self, calls: Sequence[Call]) -> list[Any]:
        requests = [
            {"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": list(params)}
            for method, params in calls
        ]
        body = self._post(requests[0] if len(requests) == 1 else requests)
        by_id = _by_id([body] if isinstance(body, dict) else body)
        return [_answer(request, by_id) for request in requests]

    def _post(self, body: Any) -> Any:
        require_no_unit("the chain was asked")
        for attempt in range(RETRIES + 1):
            try:
                response = self._client.post(self.url, json=body)
                response.raise_for_status()
                return response.json()
            except _BROKEN as error:
                if attempt == RETRIES:
                    raise _unreachable(error) from error
            except httpx.TimeoutException as error:
                raise _timed_out() from error
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise _unreachable(error) from error
            except ValueError as error:
                raise _bad_answer("is not JSON") from error
        raise AssertionError("unreachable: the last attempt returns or raises")


def quantity(value: Any) -> int:
    """Read a JSON-RPC quantity ("0x1f"). Raises Unavailable (`chain.bad_answer`)."""
    try:
        return int(value, 16)
    except (TypeError, ValueError) as error:
        raise _bad_answer("holds no number where one belongs") from error


def octets(value: Any) -> bytes:
    """Read JSON-RPC data ("0x00ff"). Raises Unavailable (`chain.bad_answer`)."""
    try:
        return bytes.fromhex(value[2:])
    except (TypeError, ValueError) as error:
        raise _bad_answer("holds no bytes where they belong") from error


def _by_id(body: Any) -> dict[Any, dict[str, Any]]:
    if not isinstance(body, list) or not all(isinstance(item, dict) for item in body):
        raise _bad_answer("is not a JSON-RPC response")
    return {item.get("id"): item for item in body}


def _answer(request: dict[str, Any], by_id: dict[Any, dict[str, Any]]) -> Any:
    item = by_id.get(request["id"])
    if item is None:
        raise _bad_answer("leaves a call unanswered")
    if isinstance(item.get("error"), dict):
        return Refused(request["method"], item["error"])
    if "result" not in item:
        raise _bad_answer("has neither result nor error")
    return item["result"]


def _revert_data(data: Any) -> bytes:
    """Revert bytes as anvil ("0x..."), Besu ("0x...") and geth-likes with an object around them send it."""
    if isinstance(data, dict):
        data = data.get("data")
    if not isinstance(data, str) or not data.startswith("0x"):
        return b""
    try:
        return bytes.fromhex(data[2:])
    except ValueError:
        return b""


def _unreachable(error: Exception) -> Unavailable:
    hint = "check rpc_url and that the chain node runs; nothing recorded is lost"
    return Unavailable("chain.unreachable", f"the chain cannot be reached: {type(error).__name__}", hint=hint)


def _timed_out() -> Unavailable:
    hint = "check the chain node's load; nothing recorded is lost"
    return Unavailable("chain.timeout", "the chain node did not answer in time", hint=hint)


def _bad_answer(what: str) -> Unavailable:
    return Unavailable("chain.bad_answer", f"the chain node's answer {what}", hint="check rpc_url")
