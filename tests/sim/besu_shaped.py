"""An anvil that answers as a Hyperledger Besu QBFT node would, so that the node is proven against one.

anvil still keeps the chain; this stands in front of it, over HTTP, and enforces what Besu does otherwise:
headers carry the validators and their seals in extra data, ranges of logs are limited and never reach past
the head, gas is free and says so, an equal price replaces a pending transaction, batches and filters are
capped, old state is gone, no block is `safe` or `finalized`, and no method of a development chain exists. It
does not do consensus: there is one producer, blocks come when anvil makes them, and hashes are its own.

    with BesuShaped(Rules(logs_range=20)) as chain:
        Rpc(chain.url)           # as Besu
        chain.mine(30)           # by the back door, as the test's hand on the validators

Sources: Besu's change log (26.1.0 #9604, 26.7.1), the documentation of its command line options, and the
error codes and messages of its JSON-RPC API. Marked where a word is ours because no source was at hand.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import rlp
from eth_account import Account
from eth_utils.crypto import keccak

from scripts.qbft_genesis import QBFT_MIX_HASH, VANITY
from tests.sim.anvil import Anvil, RpcError
from tests.sim.loopback_server import LoopbackServer, QuietHandler

VALIDATORS = tuple(keccak(text=f"validator-{number}")[-20:] for number in range(1, 5))
SEAL_BYTES = 65
QUORUM = 3
"""Seals that a block of four validators carries."""

METHOD_NOT_FOUND = (-32601, "Method not found")
METHOD_NOT_ENABLED = (-32604, "The method eth_sendTransaction is not supported.")
INVALID_RANGE = (-32602, "Invalid block range")
"""The code is Besu's, the words are ours."""
RANGE_TOO_LARGE = (-32005, "Requested range exceeds maximum RPC range limit")
BATCH_TOO_LARGE = (-32005, "Number of requests exceeds max batch size")
TOO_MANY_FILTERS = (-32005, "Number of active filters exceeds the limit")
"""Code and words are ours."""
FILTER_NOT_FOUND = (-32000, "Filter not found")
UNKNOWN_BLOCK = (-39001, "Unknown block")
WORLD_STATE_UNAVAILABLE = (-32000, "World state unavailable")
KNOWN_TRANSACTION = (-32000, "Known transaction")
UNDERPRICED = (-32000, "Replacement transaction underpriced")
NONCE_TOO_LOW = (-32001, "Nonce too low")
NONCE_TOO_DISTANT = (-32000, "Transaction nonce is too distant from current sender nonce")
REVERTED = (-32000, "Execution reverted")

PASSED_ON = frozenset(
    {
        "eth_blockNumber",
        "eth_chainId",
        "eth_getTransactionByHash",
        "eth_getTransactionReceipt",
        "eth_syncing",
        "net_version",
    }
)
AT_A_BLOCK = {
    "eth_call": 1,
    "eth_estimateGas": 1,
    "eth_getBalance": 1,
    "eth_getCode": 1,
    "eth_getProof": 2,
    "eth_getStorageAt": 2,
    "eth_getTransactionCount": 1,
}
"""Methods that read state, and which of their parameters names the block."""

FREE = {"eth_gasPrice": "0x0", "eth_maxPriorityFeePerGas": "0x0"}
NEW_FILTERS = frozenset({"eth_newFilter", "eth_newBlockFilter", "eth_newPendingTransactionFilter"})
UNSET_TAGS = ("safe", "finalized")


@dataclass(frozen=True, slots=True)
class Rules:
    """What is enforced; the values are Besu's defaults.

    Attributes:
        logs_range: `--rpc-max-logs-range`, blocks between the first and the last.
        batch_max: `--rpc-http-max-batch-size`.
        filters_max: `--rpc-max-active-filters`.
        filter_timeout_s: `--rpc-filter-timeout-seconds`.
        future_by_sender: `--tx-pool-max-future-by-sender`.
        states_kept: `--bonsai-historical-block-limit`.
    """

    logs_range: int = 5000
    batch_max: int = 1024
    filters_max: int = 1000
    filter_timeout_s: float = 120
    future_by_sender: int = 200
    states_kept: int = 512


class RefusedError(Exception):
    """Besu would answer with this error."""

    def __init__(self, error: tuple[int, str], data: str = "") -> None:
        self.answer = {"code": error[0], "message": error[1]} | ({"data": data} if data else {})
        super().__init__(error[1])


class BesuShaped(Anvil):
    """A chain whose `url` has Besu's manners; its other methods work on the chain behind, as for `Anvil`.

    Args:
        rules: what to enforce.
        clock: monotonic seconds; filters age by it.
        anvil: options of the chain.
    """

    def __init__(
        self, rules: Rules | None = None, *, clock: Callable[[], float] = time.monotonic, **anvil: Any
    ) -> None:
        super().__init__(**anvil)
        self.rules = rules or Rules()
        self._filters = _Filters(self.rules, clock)
        self._raw: dict[str, str] = {}
        self._pool = threading.Lock()
        self._server: LoopbackServer | None = None
        self.refused: list[str] = []
        """Methods that were asked for and answered with an error, in order."""

    @property
    def url(self) -> str:
        """The endpoint with Besu's manners."""
        assert self._server is not None, "not started"
        return self._server.url

    def start(self) -> None:
        super().start()
        self._server = LoopbackServer(_handler(self.answer))
        self._server.start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.stop()
            self._server = None
        super().stop()

    def answer(self, body: Any) -> Any:
        """Answer one request, or a batch."""
        if not isinstance(body, list):
            return self._answer_one(body)
        if len(body) > self.rules.batch_max:
            return {"jsonrpc": "2.0", "id": None, "error": RefusedError(BATCH_TOO_LARGE).answer}
        return [self._answer_one(request) for request in body]

    def _answer_one(self, request: dict[str, Any]) -> dict[str, Any]:
        head = {"jsonrpc": "2.0", "id": request["id"]}
        method, params = request["method"], request.get("params", [])
        try:
            return head | {"result": self._result(method, params)}
        except RefusedError as refused:
            self.refused.append(method)
            return head | {"error": refused.answer}
        except RpcError as error:
            self.refused.append(method)
            return head | {"error": _as_besu(error)}

    def _result(self, method: str, params: list[Any]) -> Any:
        if method in PASSED_ON:
            return self.rpc(method, *params)
        if method in AT_A_BLOCK:
            return self._at_block(method, params)
        if method in FREE:
            return FREE[method]
        if method in NEW_FILTERS:
            return self._filters.add(lambda: self.rpc(method, *params))
        special = {
            "eth_accounts": list,
            "eth_feeHistory": lambda: _free_history(self.rpc(method, *params)),
            "eth_getBlockByHash": lambda: _sealed(self.rpc(method, *params)),
            "eth_getBlockByNumber": lambda: self._block(*params),
            "eth_getFilterChanges": lambda: self._polled(method, params),
            "eth_getFilterLogs": lambda: self._polled(method, params),
            "eth_getLogs": lambda: self._logs(params[0]),
            "eth_sendRawTransaction": lambda: self._send(params[0]),
            "eth_sendTransaction": lambda: _refuse(METHOD_NOT_ENABLED),
            "eth_uninstallFilter": lambda: self._filters.remove(params[0]),
            "web3_clientVersion": lambda: "besu/v26.9.0/linux-x86_64/openjdk-java-25",
        }
        return special.get(method, lambda: _refuse(METHOD_NOT_FOUND))()

    # --- blocks, state, logs ---

    def _head(self) -> int:
        return int(self.rpc("eth_blockNumber"), 16)

    def _block(self, tag: str, full: bool) -> Any:
        if tag in UNSET_TAGS:
            _refuse(UNKNOWN_BLOCK)
        return _sealed(self.rpc("eth_getBlockByNumber", "latest" if tag == "pending" else tag, full))

    def _at_block(self, method: str, params: list[Any]) -> Any:
        place = AT_A_BLOCK[method]
        tag = params[place] if len(params) > place else "latest"
        if tag in UNSET_TAGS:
            _refuse(UNKNOWN_BLOCK)
        # Besu counts pending transactions of a sender, but runs calls on the state of the last block.
        if tag == "pending" and method != "eth_getTransactionCount":
            tag = "latest"
        if isinstance(tag, dict) or tag.startswith("0x"):
            self._require_state(tag)
        return self.rpc(method, *params[:place], tag, *params[place + 1 :])

    def _require_state(self, tag: Any) -> None:
        if isinstance(tag, dict):
            block = self.rpc("eth_getBlockByHash", tag["blockHash"], False)
            tag = block["number"] if block else _refuse(UNKNOWN_BLOCK)
        if int(tag, 16) < self._head() - self.rules.states_kept:
            _refuse(WORLD_STATE_UNAVAILABLE)

    def _logs(self, chosen: dict[str, Any]) -> Any:
        if "blockHash" not in chosen:
            head = self._head()
            first, last = (_height(chosen.get(side, "latest"), head) for side in ("fromBlock", "toBlock"))
            if first > last or last > head:
                _refuse(INVALID_RANGE)
            if last - first > self.rules.logs_range:
                _refuse(RANGE_TOO_LARGE)
        return self.rpc("eth_getLogs", chosen)

    def _polled(self, method: str, params: list[str]) -> Any:
        self._filters.touch(params[0])
        return self.rpc(method, *params)

    # --- the transaction pool ---

    def _send(self, raw: str) -> str:
        sender, nonce, fee = _read_transaction(raw)
        tx_hash = "0x" + keccak(hexstr=raw).hex()
        with self._pool:
            held = self._held(sender)
            known = any(one["hash"] == tx_hash for one in held.values())
            lowest = int(self.rpc("eth_getTransactionCount", sender, "latest"), 16)
            if known or nonce < lowest:
                _refuse(KNOWN_TRANSACTION if known else NONCE_TOO_LOW)
            if nonce - lowest > self.rules.future_by_sender:
                _refuse(NONCE_TOO_DISTANT)
            rival = held.get(nonce)
            if rival is not None and fee < int(rival["maxFeePerGas"], 16):
                _refuse(UNDERPRICED)
            self._raw[tx_hash] = raw
            return (
                self._replace(raw, sender, rival, held) if rival else self.rpc("eth_sendRawTransaction", raw)
            )

    def _replace(self, raw: str, sender: str, rival: dict[str, Any], held: dict[int, dict[str, Any]]) -> str:
        """Our chain wants a higher price: make it forget the sender, and give it the others anew."""
        self.rpc("anvil_removePoolTransactions", sender)
        tx_hash = str(self.rpc("eth_sendRawTransaction", raw))
        for other in held.values():
            if other["hash"] != rival["hash"]:
                self.rpc("eth_sendRawTransaction", self._raw[other["hash"]])
        return tx_hash

    def _held(self, sender: str) -> dict[int, dict[str, Any]]:
        """Nonce -> transaction of a sender that waits."""
        content = self.rpc("txpool_content")
        both = [by_sender for part in ("pending", "queued") for by_sender in content[part].items()]
        return {
            int(nonce): one
            for account, by_nonce in both
            if account.lower() == sender.lower()
            for nonce, one in by_nonce.items()
        }


@dataclass
class _Filters:
    """Which filters still live: capped, and forgotten when nobody polls them."""

    rules: Rules
    clock: Callable[[], float]
    polled_at: dict[str, float] = field(default_factory=dict)

    def add(self, make: Callable[[], str]) -> str:
        self._expire()
        if len(self.polled_at) >= self.rules.filters_max:
            _refuse(TOO_MANY_FILTERS)
        made = make()
        self.polled_at[made] = self.clock()
        return made

    def touch(self, name: str) -> None:
        self._expire()
        if name not in self.polled_at:
            _refuse(FILTER_NOT_FOUND)
        self.polled_at[name] = self.clock()

    def remove(self, name: str) -> bool:
        self._expire()
        return self.polled_at.pop(name, None) is not None

    def _expire(self) -> None:
        oldest = self.clock() - self.rules.filter_timeout_s
        self.polled_at = {name: at for name, at in self.polled_at.items() if at > oldest}


def _refuse(error: tuple[int, str]) -> Any:
    raise RefusedError(error)


def _height(tag: str, head: int) -> int:
    if tag in UNSET_TAGS:
        _refuse(UNKNOWN_BLOCK)
    return {"latest": head, "pending": head, "earliest": 0}[tag] if not tag.startswith("0x") else int(tag, 16)


def _sealed(block: dict[str, Any] | None) -> dict[str, Any] | None:
    """A block with the header fields of QBFT; the genesis block has no seals."""
    if block is None:
        return None
    seals = [] if block["number"] == "0x0" else [_seal(block["hash"], number) for number in range(QUORUM)]
    extra = rlp.encode([VANITY, sorted(VALIDATORS), [], b"", seals])
    qbft = {
        "extraData": "0x" + extra.hex(),
        "mixHash": QBFT_MIX_HASH,
        "difficulty": "0x1",
        "baseFeePerGas": "0x0",
    }
    return block | qbft


def _seal(block_hash: str, number: int) -> bytes:
    """Bytes of a signature's size; nobody here verifies them."""
    return (keccak(text=f"{block_hash}{number}") * 3)[:SEAL_BYTES]


def _free_history(history: dict[str, Any]) -> dict[str, Any]:
    return history | {"baseFeePerGas": ["0x0"] * len(history["baseFeePerGas"])}


def _read_transaction(raw: str) -> tuple[str, int, int]:
    """(sender, nonce, highest fee per gas) of an EIP-1559 transaction, the only kind that the node sends."""
    fields = rlp.decode(bytes.fromhex(raw[4:]))
    return str(Account.recover_transaction(raw)), int.from_bytes(fields[1]), int.from_bytes(fields[3])


def _as_besu(error: RpcError) -> dict[str, Any]:
    if error.data or "revert" in str(error).lower():
        return RefusedError(REVERTED, error.data or "0x").answer
    return {"code": error.code, "message": str(error)}


def _handler(answer: Callable[[Any], Any]) -> type[QuietHandler]:
    class Handler(QuietHandler):
        def posted(self, body: bytes) -> None:
            self.reply(json.dumps(answer(json.loads(body))).encode())

    return Handler
