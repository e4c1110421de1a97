"""`rireki chain dev`: a development chain with free gas, until interrupted; its state survives a restart."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from node.chain.anvil import CHAIN_ID, LOOPBACK, find_anvil, free_gas_options
from node.errors import Corrupt, InvalidInput, NodeError, Unavailable

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_LISTENING = re.compile(rf"Listening on {re.escape(LOOPBACK)}:(\d+)")
_LAST_LINES = 5
_RELEASED_S = 10.0
"""Seconds for the chain of a killed command to write its state and end."""
_LOOK_EVERY_S = 0.1


def dev(
    port: Annotated[int, typer.Option(help="Port on loopback; 0 picks a free one.", min=0, max=65535)] = 8545,
    state: Annotated[Path, typer.Option(metavar="FILE", help="Where the chain is kept between runs.")] = Path(
        "chain.json"
    ),
    block_time: Annotated[
        int | None,
        typer.Option(metavar="SECONDS", help="A block every so often; else one per transaction.", min=1),
    ] = None,
    chain_id: Annotated[int, typer.Option(help="EIP-155 id of a new chain.", min=1)] = CHAIN_ID,
    anvil: Annotated[Path | None, typer.Option(help="The anvil binary; found by itself if left out.")] = None,
) -> None:
    """Run a development chain with free gas on this machine, until interrupted.

    For trials only: one producer, no consensus, reachable from this machine alone. Prints the lines that the
    settings need. Ctrl-C or SIGTERM ends it with its state on disk; the same command goes on from there.

    Example: rireki chain dev --state chain.json
    """
    state = state.absolute()
    binary = _runnable(anvil or find_anvil())
    options = free_gas_options(state=state, accounts=1, chain_id=chain_id)
    options += ["--block-time", str(block_time), "--mixed-mining"] if block_time else []
    with _kept(state) as ours:
        status = _Supervised([str(binary), "--port", str(port), *options], state, ours).run()
    if status:
        raise Unavailable("chain.dev_ended", f"anvil ended with status {status}", hint="Start it again.")
    typer.echo(f"# ended; the chain is in {state}")


def _runnable(binary: Path) -> Path:
    if not (binary.is_file() and os.access(binary, os.X_OK)):
        raise Unavailable(
            "chain.no_anvil", f"{binary} is no program that this user may run", hint="Check --anvil."
        )
    return binary


def _kept(state: Path) -> IO[bytes]:
    """The state file made ours, its last good copy put beside it. Returns the lock for the chain to hold."""
    try:
        state.parent.mkdir(parents=True, exist_ok=True)
        lock = state.with_name(state.name + ".lock").open("ab")
        _take(lock, state)
        if state.is_file():
            shutil.copyfile(state, _backup(state))
    except OSError as error:
        raise Unavailable(
            "chain.state_unusable",
            f"the state cannot be kept in {state}: {error.strerror}",
            hint="Name a file in a folder that you may write to: --state FILE.",
        ) from error
    return lock


def _take(lock: IO[bytes], state: Path) -> None:
    """Two chains that write one file would each lose the other's; one that is ending is waited for."""
    last = time.monotonic() + _RELEASED_S
    while True:
        try:
            return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > last:
                lock.close()
                raise InvalidInput(
                    "chain.state_in_use",
                    f"another chain keeps its state in {state}",
                    hint="End the other `rireki chain dev`, or name a file of its own: --state FILE.",
                ) from None
        time.sleep(_LOOK_EVERY_S)


def _backup(state: Path) -> Path:
    return state.with_name(state.name + ".before")


class _Supervised:
    """One anvil that ends with this process, whatever ends it; it holds the lock of its state until then."""

    def __init__(self, command: list[str], state: Path, lock: IO[bytes]) -> None:
        self._command = _ending_with_us(command)
        self._state = state
        self._lock = lock
        self._process: subprocess.Popen[str] | None = None
        self._told_to_end = False

    def run(self) -> int:
        """Start it, say where it listens, wait for its end. Returns its exit status."""
        for name in _ENDING:
            signal.signal(name, self._end)
        # A session of its own: a terminal's Ctrl-C reaches it once, through this process.
        process = subprocess.Popen(  # noqa: S603  our own command
            self._command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            pass_fds=(self._lock.fileno(),),
        )
        self._process = process
        if self._told_to_end:
            process.terminate()
        assert process.stdout is not None
        self._announce(process.stdout)
        threading.Thread(target=process.stdout.readlines, daemon=True).start()  # else its pipe fills up
        return process.wait()

    def _announce(self, output: IO[str]) -> None:
        last: list[str] = []
        for line in output:
            if found := _LISTENING.search(line):
                _tell(f"http://{LOOPBACK}:{found[1]}", self._command, self._state)
                return
            last = [*last, line.strip()][-_LAST_LINES:]
        if not self._told_to_end:
            raise _not_started(" ".join(last).strip(), self._state)

    def _end(self, *_: Any) -> None:
        self._told_to_end = True
        if self._process is not None:
            self._process.terminate()


def _ending_with_us(command: list[str]) -> list[str]:
    """Linux ends the chain when this process is killed; without util-linux it would stay behind."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", "--", *command] if setpriv else command


def _tell(url: str, command: list[str], state: Path) -> None:
    chain_id = command[command.index("--chain-id") + 1]
    typer.echo(f"# A development chain with free gas, on this machine only, kept in {state}")
    typer.echo(f'rpc_url = "{url}"')
    typer.echo(f"chain_id = {chain_id}")
    typer.echo("# account: the one that `rireki init` or `rireki keys init` makes; it needs no funds here")


def _not_started(said: str, state: Path) -> NodeError:
    if "in use" in said:
        hint = "Stop what uses it (an earlier `rireki chain dev`?), or choose another: --port."
        return InvalidInput("chain.port_occupied", "the port is in use", hint=hint)
    if "--state" in said:
        hint = f"Put its last good copy back ({_backup(state).name}), or name a new file: --state."
        return Corrupt("chain.state_damaged", f"{state.name} holds no chain that anvil can read", hint=hint)
    return Unavailable("chain.dev_not_started", f"anvil did not start: {said[:200]}", hint="See its message.")
