"""The contract's reading functions, asked of the chain itself.

For what must not wait for, or rest on, the index: an attestation's state just before a decision, and the
running hash that the index is checked against. Everything else is cheaper from `node.store.ledger`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError

from node.chain.rpc import Refused, octets, quantity
from node.domain.events import AttestationState, Status, Terms
from node.errors import Unavailable

if TYPE_CHECKING:
    from node.chain.abi import Artifact
    from node.chain.rpc import Rpc

_STATUS = 2
"""Place of the status in the contract's `Member`: signer, role, status, statusSince."""

BlockTag = str | dict[str, str]
"""A block as `eth_call` takes it: "latest", "pending", a quantity, or {"blockHash": ...} (EIP-1898)."""


def at_block(block_hash: bytes) -> BlockTag:
    """Name a block by its hash, so that a reorganisation cannot answer for another one."""
    return {"blockHash": "0x" + block_hash.hex()}


class Views:
    """Reads one contract. Every method raises Unavailable when the chain does not answer."""

    def __init__(self, rpc: Rpc, contract: str, artifact: Artifact) -> None:
        """Bind to an endpoint and a deployed contract."""
        self._rpc = rpc
        self._contract = contract
        self._functions = artifact.functions

    def status_of(
        self, attestation_id: bytes, *, block: BlockTag = "latest"
    ) -> tuple[AttestationState, Terms]:
        """State and terms of an attestation; `NONE` and zeros where the chain knows none."""
        state, terms = self._call("statusOf", attestation_id, block=block)
        return AttestationState(state), Terms(*terms)

    def is_valid(self, attestation_id: bytes, *, block: BlockTag = "latest") -> bool:
        """Whether a decision could rest on this attestation now."""
        return bool(self._call("isValid", attestation_id, block=block)[0])

    def history(self, *, block: BlockTag = "latest") -> tuple[bytes, int]:
        """(running hash, 27 bytes; number of events it folds)."""
        calls = [("eth_call", self._request(name, (), block)) for name in ("historyHead", "historyCount")]
        head, count = self._rpc.batch(calls)
        for answer in (head, count):
            if isinstance(answer, Refused):
                raise answer
        return self._decode("historyHead", head)[0], self._decode("historyCount", count)[0]

    def member_id_of(self, signer: str) -> int:
        """Id of the member for which this account acts; 0 where it is none."""
        return int(self._call("memberIdOf", signer, block="latest")[0])

    def member_status(self, member_id: int) -> Status:
        """Whether a member may act now."""
        return Status(self._call("memberOf", member_id, block="latest")[0][_STATUS])

    def chain_id(self) -> int:
        """EIP-155 chain id."""
        return quantity(self._rpc.call("eth_chainId"))

    def require_chain(self, chain_id: int) -> None:
        """Make sure that this is the chain with that id, and that something is deployed at the address.

        Raises:
            Unavailable: also if it is another chain (`chain.wrong_chain`), or nothing is there
                (`chain.no_contract`).
        """
        found = self.chain_id()
        if found != chain_id:
            message = f"the chain's id is {found}, the settings say {chain_id}"
            raise Unavailable("chain.wrong_chain", message, hint="check rpc_url and chain_id")
        if not octets(self._rpc.call("eth_getCode", self._contract, "latest")):
            hint = "check contract_address and rpc_url, or run: rireki chain deploy"
            raise Unavailable("chain.no_contract", "there is no contract at contract_address", hint=hint)

    def _call(self, name: str, *arguments: Any, block: BlockTag) -> tuple[Any, ...]:
        return self._decode(name, self._rpc.call("eth_call", *self._request(name, arguments, block)))

    def _request(self, name: str, arguments: tuple[Any, ...], block: BlockTag) -> list[Any]:
        data = "0x" + self._functions[name].encode(*arguments).hex()
        return [{"to": self._contract, "data": data}, block]

    def _decode(self, name: str, answer: Any) -> tuple[Any, ...]:
        try:
            return decode(self._functions[name].outputs, octets(answer))
        except DecodingError as error:
            hint = "check contract_address: there is no such contract, or another one"
            raise Unavailable("chain.no_contract", f"{name} gave no answer", hint=hint) from error


def pending_time(rpc: Rpc) -> int:
    """Time that the next block would carry, seconds since 1970; follows `evm_increaseTime` on anvil."""
    block = rpc.call("eth_getBlockByNumber", "pending", False)
    return quantity(block.get("timestamp") if isinstance(block, dict) else None)
