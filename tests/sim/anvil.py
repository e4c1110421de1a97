"""Run a private EVM chain for tests and the demo: one anvil process, started and stopped here.

A real node and a real EVM, but not a consortium chain: one producer, blocks on demand, forks by request. Gas
is free, as on the production chain, so accounts need no balance; the transaction gas cap of EIP-7825 is on.
Starts the native binary of the npm package `@foundry-rs/anvil` directly, because the package's wrapper exits
before its child. Prints nothing.

    with Anvil() as chain:
        chain.rpc("eth_blockNumber")
"""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import threading
import urllib.request
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self

from node.chain.anvil import find_anvil, free_gas_options
from node.errors import Unavailable
from tests.sim.patience import DEADLINE_S, eventually

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

_NUDGE_AFTER = 400
"""Looks at a transaction without a receipt, 5 ms apart."""

_LISTENING = re.compile(r"Listening on 127\.0\.0\.1:(\d+)")


class AnvilUnavailableError(RuntimeError):
    """The anvil binary for this machine is not installed, or it did not start."""


class RpcError(RuntimeError):
    """The chain answered a JSON-RPC call with an error.

    Attributes:
        code: JSON-RPC error code.
        data: revert data, 0x-prefixed, where the call reverted.
    """

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error.get("message", ""))
        self.code: int = error.get("code", 0)
        data = error.get("data")
        self.data: str = data if isinstance(data, str) else ""


def anvil_binary() -> Path:
    """Find the anvil binary for this operating system and processor.

    Raises:
        AnvilUnavailableError: not installed.
    """
    try:
        return find_anvil()
    except Unavailable as error:
        raise AnvilUnavailableError(f"{error.message}; run: scripts/setup") from error


class Anvil:
    """A running chain; a context manager that ends exactly its own process.

    Args:
        port: loopback port; 0 picks a free one.
        state: file that keeps the chain between runs; None keeps nothing.
        block_time_s: seconds between blocks; None mines each transaction at once.
        is_mixed: with `block_time_s`, mine transactions at once as well.
        block_gas: gas limit of a block; None leaves anvil's 30 million.
        accounts: unlocked development accounts.
        genesis: genesis file that decides the chain's id and first accounts instead.
        begins: time of the first block, seconds since 1970, from which the chain's clock runs; None for now.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        state: Path | None = None,
        block_time_s: int | None = None,
        is_mixed: bool = True,
        block_gas: int | None = None,
        accounts: int = 10,
        genesis: Path | None = None,
        begins: int | None = None,
    ) -> None:
        self.port = port
        self._options = free_gas_options(state=state, accounts=accounts, genesis=genesis)
        self._options += _mining(block_time_s, block_gas, mixed=is_mixed)
        self._options += ["--timestamp", str(begins)] if begins is not None else []
        self._process: subprocess.Popen[str] | None = None
        self._output: _Output | None = None
        self._ids = itertools.count(1)

    @property
    def url(self) -> str:
        """JSON-RPC endpoint."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start and wait until the chain answers.

        Raises:
            AnvilUnavailableError: no binary, or the process ended or stayed silent.
        """
        command = [str(anvil_binary()), "--port", str(self.port), *self._options]
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
        )
        assert self._process.stdout is not None
        self._output = _Output(self._process.stdout)
        try:
            self.port = self._output.wait_for_port()
        except AnvilUnavailableError:
            self.stop()
            raise

    def stop(self) -> None:
        """End the process; with a state file it first writes the chain there."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(DEADLINE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._forget()

    def kill(self) -> None:
        """End the process as a power cut would: nothing is written."""
        if self._process is not None:
            self._process.kill()
            self._forget()

    def rpc(self, method: str, *params: Any) -> Any:
        """Call one JSON-RPC method.

        Raises:
            RpcError: the chain answered with an error.
            OSError: the chain cannot be reached.
        """
        return _result(self._post(self._call(method, params)))

    def rpc_batch(self, calls: list[tuple[str, list[Any]]]) -> list[Any]:
        """Call many methods in one request; results in order.

        Raises:
            RpcError: at the first call that failed.
        """
        return [_result(answer) for answer in self._batch(calls)]

    def rpc_outcomes(self, calls: list[tuple[str, list[Any]]]) -> list[Any | RpcError]:
        """Call many methods in one request; results or errors, in order."""
        return [
            RpcError(answer["error"]) if "error" in answer else answer["result"]
            for answer in self._batch(calls)
        ]

    def transact(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """Send a transaction from an unlocked account and wait for its receipt.

        anvil's own call that waits (`eth_sendTransactionSync`) gives up after 30 s where it missed the block,
        and after many snapshots anvil may forget what it accepted until it mines again.

        Raises:
            RpcError: the chain refused it.
        """
        sent, looks = self.rpc("eth_sendTransaction", message), itertools.count(1)

        def receipt() -> dict[str, Any] | None:
            if next(looks) % _NUDGE_AFTER == 0:
                self.mine()
            found: dict[str, Any] | None = self.rpc("eth_getTransactionReceipt", sent)
            return found

        mined = eventually(receipt, every_s=0.005, describe=lambda: f"{sent} was not mined")
        assert mined is not None
        return mined

    def accounts(self) -> list[str]:
        """Unlocked accounts, checksummed or not as anvil gives them."""
        return list(self.rpc("eth_accounts"))

    def now(self) -> int:
        """Timestamp of the latest block, seconds since 1970."""
        return int(self.rpc("eth_getBlockByNumber", "latest", False)["timestamp"], 16)

    def pending_time(self) -> int:
        """Timestamp that the next block would have, seconds since 1970."""
        return int(self.rpc("eth_getBlockByNumber", "pending", False)["timestamp"], 16)

    def mine(self, blocks: int = 1) -> None:
        """Mine empty blocks."""
        self.rpc("anvil_mine", hex(blocks))

    def advance(self, seconds: int) -> None:
        """Let time pass, then mine, so that calls see the new time."""
        self.rpc("evm_increaseTime", seconds)
        self.mine()

    def advance_to(self, timestamp: int) -> None:
        """Mine one block at exactly this time, which must be after the latest block."""
        self.rpc("evm_setNextBlockTimestamp", timestamp)
        self.mine()

    def set_next_timestamp(self, timestamp: int) -> None:
        """Give the next block, and the next transaction with it, exactly this time."""
        self.rpc("evm_setNextBlockTimestamp", timestamp)

    def set_automine(self, *, enabled: bool) -> None:
        """Mine each transaction at once, or only on `mine`."""
        self.rpc("evm_setAutomine", enabled)

    def reorg(self, depth: int) -> None:
        """Replace the last `depth` blocks by empty ones."""
        self.rpc("anvil_reorg", depth, [])

    def snapshot(self) -> str:
        """Remember the state; `revert` returns to it, once."""
        return str(self.rpc("evm_snapshot"))

    def revert(self, snapshot: str) -> None:
        """Return to a snapshot.

        Raises:
            RuntimeError: unknown or already used.
        """
        if not self.rpc("evm_revert", snapshot):
            raise RuntimeError(f"snapshot {snapshot} is unknown")

    def _batch(self, calls: list[tuple[str, list[Any]]]) -> list[dict[str, Any]]:
        answers = self._post([self._call(method, params) for method, params in calls]) if calls else []
        return sorted(answers, key=lambda answer: answer["id"])

    def _call(self, method: str, params: Any) -> dict[str, Any]:
        return {"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": list(params)}

    def _post(self, body: Any) -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}", json.dumps(body).encode(), {"content-type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=DEADLINE_S) as response:  # noqa: S310
            return json.load(response)

    def _forget(self) -> None:
        if self._process is not None:
            self._process.wait()
        if self._output is not None:
            self._output.close()
        self._process = self._output = None


class _Output:
    """Reads what anvil prints: its port first; the rest is thrown away, so that the pipe never fills."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._port = 0
        self._last_line = "no message"
        self._settled = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait_for_port(self) -> int:
        """Port that anvil listens on.

        Raises:
            AnvilUnavailableError: it ended first, or took too long.
        """
        self._settled.wait(DEADLINE_S)
        if not self._port:
            raise AnvilUnavailableError(f"anvil did not start: {self._last_line}")
        return self._port

    def close(self) -> None:
        """Release the pipe of an ended process."""
        self._reader.join()
        self._stream.close()

    def _read(self) -> None:
        for line in self._stream:
            listening = _LISTENING.search(line)
            if listening and not self._port:
                self._port = int(listening[1])
                self._settled.set()
            self._last_line = line.strip() or self._last_line
        self._settled.set()


def _mining(block_time_s: int | None, block_gas: int | None, *, mixed: bool) -> list[str]:
    options = ["--block-time", str(block_time_s)] if block_time_s is not None else []
    options += ["--mixed-mining"] if block_time_s is not None and mixed else []
    return options + (["--gas-limit", str(block_gas)] if block_gas is not None else [])


def _result(answer: dict[str, Any]) -> Any:
    if "error" in answer:
        raise RpcError(answer["error"])
    return answer["result"]
