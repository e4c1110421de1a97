"""Where a node may listen: each host and port works, or says by its code why not."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import httpx
import pytest

from node.chain.deploy import deploy
from node.chain.rpc import Rpc
from node.cli.listening import address_of, cannot_listen, open_sockets
from node.errors import InvalidInput
from tests.sim.anvil import Anvil
from tests.sim.patience import DEADLINE_S
from tests.sim.running_node import RunningNode

pytestmark = pytest.mark.integration

LOWEST_FREE_TO_ALL = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")
NOBODY = 65_534


def _has_ipv6() -> bool:
    with socket.socket(socket.AF_INET6) as probe, suppress(OSError):
        probe.bind(("::1", 0))
        return True
    return False


needs_ipv6 = pytest.mark.skipif(not _has_ipv6(), reason="not performed: this machine has no IPv6")


def _on(host: str, *values: object) -> object:
    return pytest.param(host, *values, marks=[needs_ipv6] if ":" in host else [])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_no_answer_is_held_back_until_the_peer_acknowledges_the_last():
    async def accepted() -> int:
        (listening,) = open_sockets("127.0.0.1", _free_port())
        found: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        def look(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            connection = writer.get_extra_info("socket")
            found.set_result(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        async with await asyncio.start_server(look, sock=listening):
            _, writer = await asyncio.open_connection(*listening.getsockname())
            without_delay = await found
            writer.close()
        return without_delay

    assert asyncio.run(accepted())


def _refused(host: str, port: int) -> InvalidInput:
    with pytest.raises(InvalidInput) as refused:
        open_sockets(host, port)
    return refused.value


@pytest.mark.parametrize(
    ("host", "reached"),
    [
        _on("127.0.0.1", ["127.0.0.1"]),
        _on("::1", ["::1"]),
        _on("0.0.0.0", ["127.0.0.1"]),
        _on("::", ["127.0.0.1", "::1"]),
        _on("localhost", ["localhost"]),
    ],
)
def test_a_host_is_reached_at_its_addresses(host, reached):
    port = _free_port()
    with ExitStack() as stack:
        for one in open_sockets(host, port):
            stack.enter_context(closing(one)).listen()
        for address in reached:
            socket.create_connection((address, port), timeout=DEADLINE_S).close()


@pytest.mark.parametrize("taken", [_on("127.0.0.1"), _on("::1"), _on("0.0.0.0"), _on("::")])
def test_an_occupied_port_is_named_at_every_address_of_it(taken):
    port = _free_port()
    with ExitStack() as stack:
        for one in open_sockets(taken, port):
            stack.enter_context(closing(one)).listen()
        refused = _refused(taken, port)
        assert refused.code == "serve.port_occupied"
        assert address_of(taken, port) in refused.message


def test_the_second_of_two_that_bound_a_port_cannot_listen():
    port = _free_port()
    (first,), (second,) = open_sockets("127.0.0.1", port), open_sockets("127.0.0.1", port)
    with closing(first), closing(second):
        first.listen()
        with pytest.raises(OSError, match="in use") as taken:
            second.listen()
    assert cannot_listen("127.0.0.1", port, taken.value).code == "serve.port_occupied"


@pytest.mark.parametrize("host", [_on("192.0.2.7"), _on("2001:db8::7")])
def test_an_address_of_another_machine_is_named(host):
    assert _refused(host, _free_port()).code == "serve.address_not_here"


@pytest.mark.parametrize(
    "host", ["no-such-host.invalid", "[::1]", "localhost:8800", "1.2.3", "銀行 支店", "a" * 300]
)
def test_what_stands_for_no_address_is_named(host):
    assert _refused(host, _free_port()).code in {"serve.unknown_host", "serve.address_not_here"}


def test_a_privileged_port_is_named():
    if int(LOWEST_FREE_TO_ALL.read_text(encoding="ascii")) < 2:
        pytest.skip("not performed: every port is free to all on this machine")
    child = os.fork()
    if not child:
        if os.geteuid() == 0:
            os.setuid(NOBODY)
        try:
            open_sockets("127.0.0.1", 1)
        except InvalidInput as error:
            os._exit(0 if error.code == "serve.port_privileged" else 1)
        os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_whatever_else_the_system_says_has_a_code():
    error = OSError(errno.ENOBUFS, os.strerror(errno.ENOBUFS))
    assert cannot_listen("::1", 8800, error).code == "serve.cannot_listen"
    assert "[::1]:8800" in cannot_listen("::1", 8800, error).message


class _NodeOnIpv6(RunningNode):
    @property
    def url(self) -> str:
        return f"http://[::1]:{self.port}"


@needs_ipv6
def test_a_node_answers_on_ipv6_alone(tmp_path):
    with Anvil() as chain:
        node = _NodeOnIpv6(
            tmp_path / "a", "見本第一銀行", chain.url, settings={"listen_host": "::1", "engine_workers": 0}
        )
        signer = node.prepare()
        node.write_settings(deploy(Rpc(chain.url), signer, [(signer.address, node.legal_name)]))
        with node:
            assert httpx.get(f"{node.url}/health", timeout=DEADLINE_S).json()["chain"]
            assert f"listening on [::1]:{node.port}" in node.log()
            with pytest.raises(httpx.ConnectError):
                httpx.get(f"http://127.0.0.1:{node.port}/health", timeout=DEADLINE_S)
