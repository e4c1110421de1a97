"""One account's way to one contract: what every step of sending shares.

Signs transactions of the one shape that the node sends and settles rows. Decides nothing.
Spec: EIP-1559.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from node.chain.abi import Artifact
from node.chain.rpc import Rpc
from node.chain.sending.rules import SendingRules
from node.chain.signer import SignedTransaction, Signer
from node.chain.transactions import Transaction
from node.store.database import transaction
from node.store.outbox import Move, Outbox
from node.store.tables.outbox import OutboxRow

HASH_BYTES = 32


@dataclass(frozen=True, slots=True)
class Account:
    """Who sends, to what, from which outbox.

    Attributes:
        engine: the node's database.
        rpc: the chain node.
        signer: the member's account.
        contract: address of IdentityHistory.
        artifact: its ABI.
        chain_id: EIP-155; part of every signature.
        now: the node's clock, seconds since 1970.
        rules: when to wait, repeat, pay more.
    """

    engine: Engine
    rpc: Rpc
    signer: Signer
    contract: str
    artifact: Artifact
    chain_id: int
    now: Callable[[], int]
    rules: SendingRules

    def outbox(self, session: Session) -> Outbox:
        """The account's intents within a transaction."""
        return Outbox(session, self.signer.address)

    def settle(self, moves: Sequence[Move]) -> None:
        """Move rows on, in one transaction."""
        if not moves:
            return
        now = self.now()
        with transaction(self.engine) as session:
            self.outbox(session).move_all(moves, now=now)

    def sign(self, row: OutboxRow, nonce: int, fee: int) -> SignedTransaction:
        """Sign a row's call under a nonce, offering `fee` wei per gas."""
        return self.sign_content(nonce, fee, to=row.contract, data=row.calldata, gas=row.gas)

    def sign_content(self, nonce: int, fee: int, *, to: str, data: bytes, gas: int) -> SignedTransaction:
        """Sign anything else that this account sends."""
        return self.signer.sign(Transaction(self.chain_id, nonce, fee, gas, to, data))

    def call_of(self, row: OutboxRow) -> dict[str, str]:
        """The row's call as `eth_call` takes it."""
        return {
            "from": self.signer.address,
            "to": row.contract,
            "data": "0x" + row.calldata.hex(),
            "gas": hex(row.gas),
        }


UNSIGNED: dict[str, object] = {
    "nonce": None,
    "raw_tx": None,
    "tx_hash": None,
    "replaced_hashes": None,
    "block_number": None,
    "block_hash": None,
}
"""Columns of a row that begins again."""


def send_call(raw: bytes | None) -> tuple[str, list[Any]]:
    """The JSON-RPC call that sends signed bytes."""
    return "eth_sendRawTransaction", [as_hex(raw)]


def hashes(row: OutboxRow) -> list[bytes]:
    """Hashes under which this row may be mined, the newest first."""
    assert row.tx_hash is not None, "a signed row has its hash"
    earlier = row.replaced_hashes or b""
    return [row.tx_hash, *(earlier[at : at + HASH_BYTES] for at in range(0, len(earlier), HASH_BYTES))]


def as_hex(data: bytes | None) -> str:
    """Bytes that a signed row has, as JSON-RPC data."""
    assert data is not None, "a signed row has its bytes and hash"
    return "0x" + data.hex()
