"""`rireki chain dev`: free gas, loopback, a state that survives; told what to do where it cannot start."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from node.chain.deploy import Deployment, deploy
from node.chain.rpc import Refused, Rpc, quantity
from node.chain.signer import create_keystore
from tests.sim.anvil import Anvil
from tests.sim.command import rireki
from tests.sim.patience import eventually, patient_s

pytestmark = pytest.mark.integration

SCRYPT_N = 2**4
START_S = patient_s(120)


@contextmanager
def _chain(folder: Path, *options: str) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    log = folder / "chain.log"
    command = [
        sys.executable,
        "-m",
        "node.cli",
        "chain",
        "dev",
        "--port",
        "0",
        "--state",
        "chain.json",
        *options,
    ]
    with log.open("wb") as out:
        environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=subprocess.STDOUT, env=environment)
    try:
        yield process, log
    finally:
        left = _children(process) if process.poll() is None else []
        process.kill()
        process.wait()
        psutil.wait_procs(left, START_S)  # a chain told to end still writes its state


def _settings(log: Path) -> dict[str, object]:
    """What it printed, as TOML: exactly what an operator pastes."""
    text = eventually(lambda: "# account" in (told := log.read_text(encoding="utf-8")) and told)
    return tomllib.loads(str(text))


def _found(url: str, folder: Path) -> Deployment:
    signer = create_keystore(folder / "keystore.json", "見本", scrypt_n=SCRYPT_N)
    return deploy(Rpc(url), signer, [(signer.address, "見本銀行")])


def _children(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_and_the_next_run_goes_on_from_there(tmp_path, ending):
    with _chain(tmp_path) as (process, log):
        printed = _settings(log)
        done = _found(str(printed["rpc_url"]), tmp_path)
        children = _children(process)
        process.send_signal(ending)
        assert process.wait(START_S) == 0
        assert [child for child in children if child.is_running()] == []
    assert printed["chain_id"] == done.chain_id
    with _chain(tmp_path) as (process, log):
        rpc = Rpc(str(_settings(log)["rpc_url"]))
        assert rpc.call("eth_getCode", done.contract, "latest") != "0x"
        assert quantity(rpc.call("eth_blockNumber")) >= done.block_number
        logs = rpc.call("eth_getLogs", {"address": done.contract, "fromBlock": hex(done.block_number)})
        assert logs, "the events are part of what is kept"


def test_it_does_not_outlive_a_killed_command(tmp_path):
    with _chain(tmp_path) as (process, log):
        _settings(log)
        (child,) = _children(process)
        process.kill()
        process.wait()
        child.wait(START_S)


def test_it_listens_on_loopback_alone_and_mines_in_its_rhythm(tmp_path):
    with _chain(tmp_path, "--block-time", "1", "--chain-id", "4242") as (process, log):
        printed = _settings(log)
        (child,) = _children(process)
        listening = {one.laddr.ip for one in child.net_connections("tcp") if one.status == psutil.CONN_LISTEN}
        assert listening == {"127.0.0.1"}
        assert printed["chain_id"] == 4242
        rpc = Rpc(str(printed["rpc_url"]))
        eventually(lambda: quantity(rpc.call("eth_blockNumber")) >= 2)


def _told(folder: Path, *options: str, **environment: str) -> str:
    ended = rireki("chain", "dev", "--state", folder / "chain.json", *options, **environment)
    assert (ended.status, ended.out, "hint: " in ended.err, "Traceback" in ended.err) == (
        2,
        "",
        True,
        False,
    ), ended
    return re.findall(r"\[([a-z._]+)\]", ended.err)[-1]


def test_what_keeps_it_from_starting_is_named(tmp_path):
    with _chain(tmp_path) as (process, log):
        port = str(_settings(log)["rpc_url"]).rpartition(":")[2]
        assert _told(tmp_path / "other", "--port", port) == "chain.port_occupied"
        assert _told(tmp_path, "--port", "0") == "chain.state_in_use"
        (child,) = _children(process)
        child.suspend()
        process.kill()
        process.wait()
        child.terminate()
        assert _told(tmp_path, "--port", "0") == "chain.state_in_use", "it outlives a killed command"
        child.resume()
        child.wait(START_S)
    (tmp_path / "chain.json").write_text('{"half')
    assert _told(tmp_path, "--port", "0") == "chain.state_damaged"
    assert (tmp_path / "chain.json").read_text() == '{"half'
    assert _told(Path("/proc/none"), "--port", "0") == "chain.state_unusable"
    assert _told(tmp_path / "new", "--anvil", str(tmp_path / "none")) == "chain.no_anvil"


def test_a_chain_that_asks_a_price_is_told_with_both_cures(tmp_path):
    """A plain anvil, as a reader might start it by hand."""
    plain = Anvil()
    plain._options = ["--host", "127.0.0.1"]
    with plain:
        signer = create_keystore(tmp_path / "keystore.json", "見本", scrypt_n=SCRYPT_N)
        for fee in (0, 2 * 10**9):
            with pytest.raises(Refused) as refused:
                deploy(Rpc(plain.url), signer, [(signer.address, "見本")], fee_per_gas=fee)
            assert "rireki chain dev" in refused.value.hint
            assert "und the account" in refused.value.hint
