"""The JSON-RPC client against answers good and bad; the network is replaced."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from node.chain.rpc import BATCH_MAX, RETRIES, Refused, Rpc, octets, quantity
from node.errors import Unavailable

pytestmark = pytest.mark.unit


def _rpc(handler) -> Rpc:
    return Rpc("http://chain.test", transport=httpx.MockTransport(handler))


def _echo(request: httpx.Request) -> httpx.Response:
    """Answer each call with its first parameter, last call first."""
    body = json.loads(request.content)
    if isinstance(body, dict):
        return httpx.Response(200, json={"id": body["id"], "result": body["params"][0]})
    return httpx.Response(
        200, json=[{"id": call["id"], "result": call["params"][0]} for call in reversed(body)]
    )


def _answering(answer: object) -> Any:
    return lambda _request: httpx.Response(200, json=answer)


def test_a_call_returns_its_result():
    assert _rpc(_echo).call("echo", "0x1") == "0x1"


def test_answers_come_back_in_the_order_of_the_calls():
    assert _rpc(_echo).batch([("echo", [number]) for number in range(5)]) == list(range(5))


def test_a_large_batch_is_split():
    sizes = []

    def handler(request: httpx.Request) -> httpx.Response:
        sizes.append(len(json.loads(request.content)))
        return _echo(request)

    wanted = list(range(2 * BATCH_MAX + 2))
    assert _rpc(handler).batch([("echo", [number]) for number in wanted]) == wanted
    assert sizes == [BATCH_MAX, BATCH_MAX, 2]


def test_an_empty_batch_asks_nothing():
    assert _rpc(lambda _: pytest.fail("asked")).batch([]) == []


def test_a_refused_call_stands_in_its_place_in_a_batch():
    def handler(request: httpx.Request) -> httpx.Response:
        first, second = json.loads(request.content)
        refused = {"id": first["id"], "error": {"code": 3, "message": "execution reverted", "data": "0xabcd"}}
        return httpx.Response(200, json=[refused, {"id": second["id"], "result": 1}])

    refused, good = _rpc(handler).batch([("eth_call", []), ("eth_call", [])])
    assert isinstance(refused, Refused)
    assert (refused.rpc_code, refused.data, good) == (3, b"\xab\xcd", 1)


@pytest.mark.parametrize("data", [{"data": "0xabcd"}, "0xabcd"])
def test_revert_data_is_found_where_nodes_put_it(data):
    assert Refused("eth_call", {"code": -32000, "message": "reverted", "data": data}).data == b"\xab\xcd"


@pytest.mark.parametrize("data", [None, "Reverted 0x", "0xzz", 7, {"data": None}])
def test_revert_data_that_is_none_is_empty(data):
    assert Refused("eth_call", {"code": -32000, "message": "reverted", "data": data}).data == b""


def test_a_single_refused_call_raises():
    def handler(request: httpx.Request) -> httpx.Response:
        answer = {
            "id": json.loads(request.content)["id"],
            "error": {"code": -32601, "message": "no such method"},
        }
        return httpx.Response(200, json=answer)

    with pytest.raises(Refused) as caught:
        _rpc(handler).call("eth_nothing")
    assert caught.value.code == "chain.refused"


@pytest.mark.parametrize(
    "answer",
    [[], {}, 7, None, "text", {"id": 999, "result": 1}, {"id": 1}, [[1]]],
    ids=["empty", "blank", "number", "null", "text", "other_id", "no_result", "nested"],
)
def test_an_answer_that_does_not_fit_is_unavailable(answer):
    with pytest.raises(Unavailable) as caught:
        _rpc(_answering(answer)).call("eth_chainId")
    assert caught.value.code == "chain.bad_answer"


def test_an_answer_cut_short_is_unavailable():
    with pytest.raises(Unavailable) as caught:
        _rpc(lambda _: httpx.Response(200, content=b'{"id": 1, "resu')).call("eth_chainId")
    assert caught.value.code == "chain.bad_answer"


@pytest.mark.parametrize("broken", [httpx.ReadError, httpx.ConnectError, httpx.RemoteProtocolError])
def test_a_broken_connection_is_tried_again(broken):
    tries = []

    def handler(request: httpx.Request) -> httpx.Response:
        tries.append(1)
        if len(tries) <= RETRIES:
            raise broken("reset", request=request)
        return _echo(request)

    assert _rpc(handler).call("echo", 1) == 1


def test_a_connection_that_stays_broken_is_unavailable():
    tries = []

    def handler(request: httpx.Request) -> httpx.Response:
        tries.append(1)
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(Unavailable) as caught:
        _rpc(handler).call("echo", 1)
    assert caught.value.code == "chain.unreachable"
    assert len(tries) == RETRIES + 1


def test_a_timeout_is_not_tried_again():
    tries = []

    def handler(request: httpx.Request) -> httpx.Response:
        tries.append(1)
        raise httpx.ReadTimeout("slow", request=request)

    with pytest.raises(Unavailable) as caught:
        _rpc(handler).call("echo", 1)
    assert caught.value.code == "chain.timeout"
    assert len(tries) == 1


def test_an_http_error_is_unavailable():
    with pytest.raises(Unavailable) as caught:
        _rpc(lambda _: httpx.Response(502)).call("echo", 1)
    assert caught.value.code == "chain.unreachable"


@pytest.mark.parametrize("value", [None, "", "0x", "zz", 7])
def test_what_is_no_quantity_is_a_bad_answer(value):
    with pytest.raises(Unavailable) as caught:
        quantity(value)
    assert caught.value.code == "chain.bad_answer"


@pytest.mark.parametrize("value", [None, 7, "0xzz", "0x123"])
def test_what_is_no_data_is_a_bad_answer(value):
    with pytest.raises(Unavailable) as caught:
        octets(value)
    assert caught.value.code == "chain.bad_answer"
