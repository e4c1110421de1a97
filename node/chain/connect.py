"""Put the parts of the ledger adapter together, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eth_utils.address import is_address, to_checksum_address

from node.chain.abi import load_artifact
from node.chain.calls import Calls
from node.chain.indexer import Indexer
from node.chain.ledger import ChainLedger
from node.chain.sender import Sender
from node.chain.sending.account import Account
from node.chain.sending.rules import SendingRules
from node.chain.views import Views
from node.chain.witness import witness
from node.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    from node.chain.rpc import Rpc
    from node.chain.signer import Signer


def connect(
    engine: Engine,
    rpc: Rpc,
    contract: str,
    *,
    deployed_block: int,
    signer: Signer | None,
    now: Callable[[], int],
    chain_id: int | None = None,
    rules: SendingRules | None = None,
    witness_rpc: Rpc | None = None,
    halted_after_s: int = 0,
) -> ChainLedger:
    """Wire the ledger.

    Args:
        engine: the node's database, migrated.
        rpc: the chain node.
        contract: address of IdentityHistory.
        deployed_block: height of its deployment.
        signer: the member's account; None makes a read-only node.
        now: the node's clock, seconds since 1970.
        chain_id: EIP-155; asked of the chain when None.
        rules: when to wait, repeat, pay more; the defaults suit a free-gas chain.
        witness_rpc: a second chain node, which has to agree with the first.
        halted_after_s: see `Indexer`.

    Raises:
        InvalidInput: `chain.bad_address`.
        Unavailable: the chain id has to be asked for and the chain is away.
    """
    contract = checked_address(contract)
    artifact = load_artifact()
    views = Views(rpc, contract, artifact)
    chain_id = views.chain_id() if chain_id is None else chain_id
    sender = None
    if signer is not None:
        account = Account(engine, rpc, signer, contract, artifact, chain_id, now, rules or SendingRules())
        sender = Sender(account)
    second = None
    if witness_rpc is not None:
        second = witness(rpc, witness_rpc, contract, Views(witness_rpc, contract, artifact))
    indexer = Indexer(
        engine,
        rpc,
        contract,
        artifact=artifact,
        deployed_block=deployed_block,
        now=now,
        witness=second,
        halted_after_s=halted_after_s,
    )
    return ChainLedger(
        rpc=rpc,
        contract=contract,
        chain_id=chain_id,
        calls=Calls(artifact),
        views=views,
        indexer=indexer,
        sender=sender,
    )


def checked_address(text: str) -> str:
    """An address in the one spelling that the database knows. Raises InvalidInput (`chain.bad_address`)."""
    if not is_address(text):
        raise InvalidInput("chain.bad_address", "contract_address is no address", hint="0x and 40 hex digits")
    return to_checksum_address(text)
