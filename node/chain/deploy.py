"""Deploy a new history with its founding providers. Done once per consortium; decides nothing later.

Spec: the constructor in contracts/src/Consortium.sol (`Founder`).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eth_abi.abi import encode
from eth_utils.address import to_checksum_address

from node.chain.abi import load_artifact
from node.chain.refusals import explain
from node.chain.rpc import Refused, quantity
from node.chain.transactions import Transaction
from node.errors import InvalidInput, Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from node.chain.rpc import Rpc
    from node.chain.signer import Signer

DEPLOY_GAS = 10_000_000
"""About twice what deployment with ten founders needs; below the 2^24 cap of EIP-7825."""

TIMEOUT_S = 60.0
PAUSE_S = 0.1


@dataclass(frozen=True, slots=True)
class Deployment:
    """Where the contract lives: what every member puts into its settings."""

    contract: str
    block_number: int
    chain_id: int


def deploy(
    rpc: Rpc, signer: Signer, founders: Sequence[tuple[str, str]], *, fee_per_gas: int = 0
) -> Deployment:
    """Deploy and wait for the receipt.

    Args:
        rpc: the chain node.
        signer: any account; it has no rights afterwards.
        founders: (signing account, legal name) of each founding provider; they become members 1, 2, 3...
        fee_per_gas: wei; 0 on a free-gas chain.

    Raises:
        InvalidInput: the contract refuses these founders (its code, e.g. `signer_taken`).
        Unavailable: the chain is away, or did not mine it in time (`chain.pending`).
    """
    artifact = load_artifact()
    data = artifact.bytecode + encode(artifact.constructor, [list(founders)])
    request = {"from": signer.address, "data": "0x" + data.hex(), "gas": hex(DEPLOY_GAS)}
    try:
        rpc.call("eth_call", request, "latest")
    except Refused as refused:
        if not refused.data:
            raise
        code = explain(refused.data, artifact).code
        hint = "check the founders' accounts and names"
        raise InvalidInput(code, "the contract refuses these founders", hint=hint) from refused
    chain_id = quantity(rpc.call("eth_chainId"))
    nonce = quantity(rpc.call("eth_getTransactionCount", signer.address, "pending"))
    signed = signer.sign(Transaction(chain_id, nonce, fee_per_gas, DEPLOY_GAS, "", data))
    rpc.call("eth_sendRawTransaction", "0x" + signed.raw.hex())
    address, block_number = _deployed(rpc, signed.hash)
    return Deployment(address, block_number, chain_id)


def _deployed(rpc: Rpc, tx_hash: bytes) -> tuple[str, int]:
    deadline = time.monotonic() + TIMEOUT_S
    while time.monotonic() < deadline:
        receipt = rpc.call("eth_getTransactionReceipt", "0x" + tx_hash.hex())
        if receipt is not None and quantity(receipt["status"]) == 1:
            return to_checksum_address(receipt["contractAddress"]), quantity(receipt["blockNumber"])
        if receipt is not None:
            raise Unavailable(
                "chain.deploy_failed", "the deployment ran out of gas", hint="check the gas limit"
            )
        time.sleep(PAUSE_S)
    raise Unavailable(
        "chain.pending", "the chain has not mined the deployment yet", hint="check its validators"
    )
