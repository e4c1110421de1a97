"""From signed to sent: send the same bytes, read what the chain node means, note what came of it.

"Already known" is success. "Nonce too low" means: look for one's own hash; only if the chain has never seen
it is the intent signed anew, and then the contract's unique ids forbid a second record.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from node.chain.replies import Reply, hint_for
from node.chain.rpc import Call, Refused
from node.chain.sending.account import UNSIGNED, Account, as_hex, hashes, send_call
from node.chain.sending.receipts import mined, mined_count
from node.chain.sending.stuck import free, outbid
from node.domain.ledger import IntentState
from node.errors import Unavailable
from node.store.database import snapshot
from node.store.tables.outbox import OutboxRow

_NEVER_SENT = UNSIGNED | {"code": "transaction_refused"}
"""Columns of a row whose transaction no node will ever take; its nonce is free again."""


@dataclass(frozen=True, slots=True)
class _Offer:
    """A transaction sent to the chain node, and its answer."""

    row: OutboxRow
    answer: Any
    reply: Reply


def follow(account: Account, *, resend_all: bool) -> None:
    """Send what is signed, look for receipts of what is under way, free what is stuck.

    Raises:
        Unavailable: as `advance`.
    """
    with snapshot(account.engine) as session:
        outbox = account.outbox(session)
        if outbox.count_in_flight() == 0:
            return
        last_mined_at = outbox.last_mined_at()
    patience_s = 0 if resend_all else account.rules.resend_after_s
    sent_before = resend_before(account.now(), last_mined_at, patience_s)
    spent = mined_count(account)
    with snapshot(account.engine) as session:
        rows = account.outbox(session).to_follow(mined_below=spent, sent_before=sent_before)
    due = [row for row in rows if row.state == IntentState.SIGNED or row.updated_at <= sent_before]
    advance(account, rows, due)


def resend_before(now: int, last_mined_at: int, patience_s: int) -> int:
    """Second up to which transactions must have been sent to go out again; 0 = none does. Pure.

    A chain that mines own transactions needs no reminding of the others, however long the queue.
    """
    return now - patience_s if now - last_mined_at >= patience_s else 0


def advance(account: Account, rows: Sequence[OutboxRow], due: Sequence[OutboxRow]) -> None:
    """Send the due ones of these rows, and note what became of all of them.

    Raises:
        Unavailable: the chain is away, the account cannot pay (`chain.no_funds`), or a refusal that no rule
            covers (`chain.refused`).
    """
    offers = _send(account, due)
    hopeless = _rows(offers, Reply.HOPELESS)
    moves = [*mined(account, rows), *((row, IntentState.FAILED, _NEVER_SENT) for row in hopeless)]
    moved = {row.seq for row, _, _ in moves}
    open_offers = [offer for offer in offers if offer.row.seq not in moved]
    taken = _rows(open_offers, Reply.TAKEN, Reply.KNOWN)
    moves += [(row, IntentState.SENT, {}) for row in taken]
    lost = [row for row in _rows(open_offers, Reply.NONCE_USED) if _is_unknown(account, row)]
    moves += [(row, IntentState.QUEUED, UNSIGNED) for row in lost]
    account.settle(moves)
    outbid(account, _rows(offers, Reply.CHEAP))
    stuck = [offer.row for offer in open_offers if offer.row.state == IntentState.SENT]
    if hopeless or stuck:
        parked = any(row.state == IntentState.SENT for row in _rows(offers, Reply.KNOWN))
        free(account, stuck, parked=parked)
    _raise_problem(account, open_offers)


def _send(account: Account, due: Sequence[OutboxRow]) -> list[_Offer]:
    answers = account.rpc.batch([send_call(row.raw_tx) for row in due])
    return [_Offer(row, answer, read_reply(answer)) for row, answer in zip(due, answers, strict=True)]


def read_reply(answer: Any) -> Reply:
    """What one answer of a batch means; anything but a refusal is the hash of a transaction taken."""
    return answer.reply if isinstance(answer, Refused) else Reply.TAKEN


def _rows(offers: Collection[_Offer], *replies: Reply) -> list[OutboxRow]:
    return [offer.row for offer in offers if offer.reply in replies]


def _is_unknown(account: Account, row: OutboxRow) -> bool:
    """Whether the chain holds neither receipt nor pending transaction under any of the row's hashes.

    Then another transaction took its nonce (a restored database, a second node).
    """
    lookups = ("eth_getTransactionReceipt", "eth_getTransactionByHash")
    calls: list[Call] = [(lookup, [as_hex(tx_hash)]) for lookup in lookups for tx_hash in hashes(row)]
    answers = account.rpc.batch(calls)
    for answer in answers:
        if isinstance(answer, Refused):
            raise answer
    return all(answer is None for answer in answers)


def _raise_problem(account: Account, offers: Sequence[_Offer]) -> None:
    """Tell of the first refusal that no rule covers."""
    for offer in offers:
        if offer.reply is Reply.NO_FUNDS:
            message = f"the account {account.signer.address} cannot pay for gas; what is queued waits"
            raise Unavailable("chain.no_funds", message, hint=hint_for(offer.reply))
        if offer.reply in {Reply.CHEAP, Reply.OTHER}:
            raise offer.answer
