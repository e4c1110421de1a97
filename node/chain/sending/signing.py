"""From queued to signed: ask the chain first, then give out nonces and sign, before anything is sent.

Decides which queued calls the contract would refuse for good: they get their code and spend no nonce. A
refusal is put off while an earlier own intent is under way or a fork is young, since the call may rest on
what is still to come. A backlog is not asked about: that would double the chain's work, and a refusal then
shows in the receipt.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm.attributes import set_committed_value

from node.chain.refusals import explain
from node.chain.rpc import Call, Refused, quantity
from node.chain.sending.account import Account
from node.chain.sending.forks import young_fork
from node.chain.sending.rules import BACKLOG, BATCH
from node.domain.ledger import IntentState
from node.store.database import snapshot, transaction
from node.store.outbox import IN_FLIGHT
from node.store.tables.outbox import OutboxRow


@dataclass(frozen=True, slots=True)
class Preview:
    """What the chain would do with queued calls.

    Attributes:
        nonce: the account's next, with what the chain node has pooled.
        head: the chain's height.
        refused: codes of the calls that the contract would refuse, by row.
    """

    nonce: int
    head: int
    refused: dict[int | None, str]


def sign_next(account: Account) -> Sequence[OutboxRow]:
    """Check and sign one batch of queued intents.

    Returns:
        The signed rows; none when nothing is queued, or when all of it has to wait.
    """
    with snapshot(account.engine) as session:
        outbox = account.outbox(session)
        room = account.rules.in_flight_max - outbox.count_in_flight()
        queued = outbox.in_state(IntentState.QUEUED, limit=min(BATCH, room)) if room > 0 else []
        under_way = outbox.in_state(*IN_FLIGHT, limit=1)
    if not queued:
        return []
    preview = _preview(account, queued)
    good = [row for row in queued if row.seq not in preview.refused]
    final = refused_for_good(queued, under_way, preview.refused)
    if final and young_fork(account, preview.head) is not None:
        final = []
    account.settle([(row, IntentState.FAILED, {"code": preview.refused[row.seq]}) for row in final])
    return _sign(account, good, preview.nonce) if good else []


def refused_for_good(
    queued: Sequence[OutboxRow], under_way: Sequence[OutboxRow], refused: Collection[int | None]
) -> list[OutboxRow]:
    """Refused rows whose verdict cannot change any more by own rows that are still on their way. Pure.

    Args:
        queued: rows in order.
        under_way: the earliest row that was signed and is not mined, if any.
        refused: `seq` of the refused ones among `queued`.
    """
    good = (row for row in queued if row.seq not in refused)
    earliest = min((row.seq or 0 for row in (*under_way, *good)), default=None)
    return [row for row in queued if row.seq in refused and (earliest is None or (row.seq or 0) < earliest)]


def _preview(account: Account, rows: Sequence[OutboxRow]) -> Preview:
    asked = [row for row in rows if len(rows) < BACKLOG or row.forked_at is not None]
    first: list[Call] = [
        ("eth_getTransactionCount", [account.signer.address, "pending"]),
        ("eth_blockNumber", []),
    ]
    nonce, head, *answers = account.rpc.batch(
        [*first, *(("eth_call", [account.call_of(row), "pending"]) for row in asked)]
    )
    for answer in (nonce, head):
        if isinstance(answer, Refused):
            raise answer
    refused: dict[int | None, str] = {}
    for row, answer in zip(asked, answers, strict=True):
        if isinstance(answer, Refused):
            refused[row.seq] = _code(account, answer)
    return Preview(quantity(nonce), quantity(head), refused)


def _code(account: Account, answer: Refused) -> str:
    """The contract's code; raises the answer itself when it was not the contract that refused."""
    if not answer.data and "revert" not in answer.text.lower():
        raise answer
    return explain(answer.data, account.artifact).code


def _sign(account: Account, rows: Sequence[OutboxRow], chain_nonce: int) -> Sequence[OutboxRow]:
    now = account.now()
    with transaction(account.engine) as session:
        outbox = account.outbox(session)
        nonces = outbox.lock_nonces()
        mine = outbox.still_queued(rows)
        first = max(nonces.next_nonce, chain_nonce)
        signed = [_signed(account, row, nonce) for nonce, row in enumerate(mine, start=first)]
        outbox.move_all([(row, IntentState.SIGNED, columns) for row, columns in signed], now=now)
        nonces.next_nonce = first + len(mine)
    for row, columns in signed:
        _note(row, columns | {"state": IntentState.SIGNED, "updated_at": now})
    return mine


def _note(row: OutboxRow, columns: Mapping[str, object]) -> None:
    """Bring a row that was read up to what was just written of it."""
    for name, value in columns.items():
        set_committed_value(row, name, value)


def _signed(account: Account, row: OutboxRow, nonce: int) -> tuple[OutboxRow, dict[str, object]]:
    fee = account.rules.fee_per_gas
    signed = account.sign(row, nonce, fee)
    return row, {"nonce": nonce, "raw_tx": signed.raw, "tx_hash": signed.hash, "fee_per_gas": fee}
