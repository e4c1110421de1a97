"""Drive a deployed IdentityHistory from tests: send, call, expect a refusal, read events back as values.

Written on the committed artifact and eth_abi alone, so that it checks the contracts independently of the
node's own chain client.
Accounts are anvil's unlocked ones; nothing here signs.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eth_abi.abi import decode, encode
from eth_utils.crypto import keccak

from node.domain import events
from tests.sim.anvil import RpcError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.sim.anvil import Anvil

ARTIFACT = Path(__file__).resolve().parents[2] / "node" / "chain" / "IdentityHistory.json"

GAS_LIMIT = hex(16_777_216)
"""The most one transaction may have (EIP-7825)."""

_ENUMS = {
    "enum IConsortium.Action": events.Action,
    "enum IConsortium.Role": events.Role,
    "enum IConsortium.Status": events.Status,
    "enum IIdentityHistory.ReasonClass": events.ReasonClass,
    "enum IIdentityHistory.State": events.AttestationState,
}
_STRUCTS = {
    "struct IConsortium.MethodRule": events.MethodRule,
    "struct IConsortium.KeySet": events.KeySet,
    "struct IIdentityHistory.Terms": events.Terms,
}


@dataclass(frozen=True)
class Receipt:
    """What a transaction did.

    Attributes:
        gas: gas used, the 21,000 and calldata included.
        timestamp: of its block, seconds since 1970.
        history: its events in log order.
        logs: the same as the chain gives them.
    """

    gas: int
    timestamp: int
    history: tuple[events.HistoryEvent, ...]
    logs: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Refusal:
    """A custom error: its name and arguments."""

    error: str
    arguments: tuple[Any, ...]


class Contract:
    """A contract by its ABI."""

    def __init__(self, chain: Anvil, address: str, abi: list[dict[str, Any]]) -> None:
        self.chain = chain
        self.address = address
        self._functions = {entry["name"]: entry for entry in abi if entry["type"] == "function"}
        self._errors = {_selector(entry): entry for entry in abi if entry["type"] == "error"}
        self._events = {keccak(text=_signature(e)): e for e in abi if e["type"] == "event"}

    def call(self, function: str, *arguments: Any, sender: str | None = None) -> Any:
        """Call at the latest block; one value bare, several as a tuple.

        Raises:
            RpcError: the call reverted.
        """
        answer = self.chain.rpc("eth_call", self._message(function, arguments, sender), "latest")
        return self._decode_answer(function, answer)

    def call_many(self, calls: list[tuple[str, tuple[Any, ...]]]) -> list[Any]:
        """`call` for many (function, arguments) in one request.

        Raises:
            RpcError: one of them reverted.
        """
        messages = [self._message(function, arguments, None) for function, arguments in calls]
        answers = self.chain.rpc_batch([("eth_call", [message, "latest"]) for message in messages])
        return [self._decode_answer(name, answer) for (name, _), answer in zip(calls, answers, strict=True)]

    def send(self, sender: str, function: str, *arguments: Any) -> Receipt:
        """Send and wait.

        Raises:
            AssertionError: the transaction reverted; names the error.
        """
        receipt = self.chain.transact(self._message(function, arguments, sender))
        assert receipt["status"] == "0x1", self.refusal(sender, function, *arguments)
        return self._receipt(receipt)

    def refusal(self, sender: str, function: str, *arguments: Any) -> Refusal:
        """The custom error that a call meets now.

        Raises:
            AssertionError: it met none.
        """
        try:
            self.call(function, *arguments, sender=sender)
        except RpcError as error:
            return self._decode_error(error.data)
        raise AssertionError(f"{function} was not refused")

    def refusals(self, calls: list[tuple[str, str, tuple[Any, ...]]]) -> list[Refusal | None]:
        """What each (sender, function, arguments) would meet now; None where it would be carried out."""
        messages = [self._message(function, arguments, sender) for sender, function, arguments in calls]
        outcomes = self.chain.rpc_outcomes([("eth_call", [message, "latest"]) for message in messages])
        return [self._decode_error(o.data) if isinstance(o, RpcError) else None for o in outcomes]

    def attempt(self, sender: str, function: str, *arguments: Any) -> Receipt | Refusal:
        """Send and wait; what came of it, and of a refused transaction why."""
        receipt = self.chain.transact(self._message(function, arguments, sender))
        if receipt["status"] == "0x1":
            return self._receipt(receipt)
        return self.refusal(sender, function, *arguments)

    def execution_gas(self, function: str, *arguments: Any) -> int:
        """Gas of a view without the 21,000 and the calldata."""
        message = self._message(function, arguments, None)
        trace = self.chain.rpc("debug_traceCall", message, "latest", {"disableStorage": True})
        return int(trace["gas"]) - 21_000 - calldata_gas(bytes.fromhex(message["data"][2:]))

    def calldata(self, function: str, *arguments: Any) -> bytes:
        """Encode a call."""
        entry = self._functions[function]
        return _selector(entry) + encode([_type(i) for i in entry["inputs"]], _raw(arguments))

    def history_since(self, block: int) -> list[tuple[events.HistoryEvent, int]]:
        """Every event from a block on, with the time of its block."""
        query = {"address": self.address, "fromBlock": hex(block), "toBlock": "latest"}
        return [(self._decode_event(log), int(log["blockTimestamp"], 16)) for log in self._logs(query)]

    def _logs(self, query: dict[str, Any]) -> list[dict[str, Any]]:
        return list(self.chain.rpc("eth_getLogs", query))

    def _message(self, function: str, arguments: Iterable[Any], sender: str | None) -> dict[str, str]:
        data = "0x" + self.calldata(function, *arguments).hex()
        message = {"to": self.address, "data": data, "gas": GAS_LIMIT, "gasPrice": "0x0"}
        return message | ({"from": sender} if sender else {})

    def _receipt(self, receipt: dict[str, Any]) -> Receipt:
        logs = tuple(receipt["logs"])
        block = self.chain.rpc("eth_getBlockByHash", receipt["blockHash"], False)
        return Receipt(
            gas=int(receipt["gasUsed"], 16),
            timestamp=int(block["timestamp"], 16),
            history=tuple(self._decode_event(log) for log in logs),
            logs=logs,
        )

    def _decode_answer(self, function: str, answer: str) -> Any:
        outputs = self._functions[function]["outputs"]
        raw = decode([_type(output) for output in outputs], bytes.fromhex(answer[2:]))
        values = tuple(_value(output, item) for output, item in zip(outputs, raw, strict=True))
        return values[0] if len(values) == 1 else values

    def _decode_event(self, log: dict[str, Any]) -> events.HistoryEvent:
        topics = [bytes.fromhex(topic[2:]) for topic in log["topics"]]
        entry = self._events[topics[0]]
        words = iter(topics[1:])
        plain = [i for i in entry["inputs"] if not i["indexed"]]
        data = iter(decode([_type(i) for i in plain], bytes.fromhex(log["data"][2:])))
        raw = [decode([_type(i)], next(words))[0] if i["indexed"] else next(data) for i in entry["inputs"]]
        values = [_value(i, item) for i, item in zip(entry["inputs"], raw, strict=True)]
        event: events.HistoryEvent = getattr(events, entry["name"])(*values)
        return event

    def _decode_error(self, data: str) -> Refusal:
        raw = bytes.fromhex(data[2:])
        entry = self._errors.get(raw[:4])
        if entry is None:
            return Refusal("", (data,))
        values = decode([_type(i) for i in entry["inputs"]], raw[4:])
        arguments = tuple(_value(i, item) for i, item in zip(entry["inputs"], values, strict=True))
        return Refusal(entry["name"], arguments)


def deploy(chain: Anvil, founders: list[tuple[str, str]]) -> Contract:
    """Deploy the committed artifact.

    Args:
        chain: where to.
        founders: (signer, name) of each founding provider.

    Raises:
        RpcError: the constructor refused.
    """
    artifact = json.loads(ARTIFACT.read_text(encoding="utf-8"))
    creation = bytes.fromhex(artifact["bytecode"][2:]) + encode(["(address,string)[]"], [founders])
    return Contract(chain, deploy_code(chain, creation), artifact["abi"])


def deploy_code(chain: Anvil, creation: bytes) -> str:
    """Run creation code; returns the new contract's address.

    Raises:
        RpcError: the constructor refused.
    """
    message = {
        "from": chain.accounts()[0],
        "data": "0x" + creation.hex(),
        "gas": GAS_LIMIT,
        "gasPrice": "0x0",
    }
    chain.rpc("eth_call", message, "latest")
    address: str = chain.transact(message)["contractAddress"]
    return address


def calldata_gas(data: bytes) -> int:
    """Price of calldata: 4 gas for a zero byte, 16 for another (EIP-2028)."""
    return sum(16 if byte else 4 for byte in data)


def _signature(entry: dict[str, Any]) -> str:
    return f"{entry['name']}({','.join(_type(item) for item in entry['inputs'])})"


def _selector(entry: dict[str, Any]) -> bytes:
    return keccak(text=_signature(entry))[:4]


def _type(item: dict[str, Any]) -> str:
    abi_type: str = item["type"]
    if not abi_type.startswith("tuple"):
        return abi_type
    members = ",".join(_type(component) for component in item["components"])
    return f"({members}){abi_type.removeprefix('tuple')}"


def _value(item: dict[str, Any], raw: Any) -> Any:
    kind = item.get("internalType", "")
    if kind in _ENUMS:
        return _ENUMS[kind](raw)
    if kind in _STRUCTS:
        return _STRUCTS[kind](*raw)
    return raw


def _raw(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_raw(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return tuple(_raw(getattr(value, name)) for name in value.__dataclass_fields__)
    return value
