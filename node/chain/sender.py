"""Bring intents from the outbox onto the chain, each exactly once, whatever breaks in between.

Decides the order of the steps, each of which is a file of `node.chain.sending`. What holds them together:

- An intent is a database row before anything leaves the node, and its signed bytes are before they are sent.
- Only these same bytes are ever sent again.
- A transaction that a fork threw out goes out again, until it lies `finality_blocks` deep.

Does not decide what to do about a refusal: that is the use case's business. Spec: EIP-1559; Ethereum
execution API.
"""

from __future__ import annotations

import time
from threading import Lock
from typing import TYPE_CHECKING

from node.chain.sending.broadcast import advance, follow
from node.chain.sending.finality import watch_blocks
from node.chain.sending.signing import sign_next
from node.chain.shared_run import SharedRun
from node.errors import InvalidInput, Unavailable
from node.store.database import snapshot
from node.store.outbox import to_intent

if TYPE_CHECKING:
    from sqlmodel import Session

    from node.chain.calls import ContractCall
    from node.chain.sending.account import Account
    from node.domain.ledger import Intent

FIRST_PAUSE_S = 0.01
LONGEST_PAUSE_S = 0.25
"""Between polls of `wait`: prompt on a chain that mines at once, gentle on one with 1 s blocks."""


class Sender:
    """One account's way to one contract.

    Share one per process; other processes are kept apart by the database.
    """

    def __init__(self, account: Account) -> None:
        """Bind; sends nothing yet."""
        self._account = account
        self._lock = Lock()
        self._shared_flush = SharedRun(self._flush)

    def submit(self, session: Session, intent_id: str, call: ContractCall) -> Intent:
        """Queue a call in the caller's transaction. A second submission gives the first one's intent.

        Raises:
            InvalidInput: the intent id was used for another call (`intent.reused`).
        """
        return self._account.outbox(session).submit(
            intent_id,
            contract=self._account.contract,
            method=call.method,
            calldata=call.data,
            gas=call.gas,
            now=self._account.now(),
        )

    def intent(self, intent_id: str) -> Intent:
        """What became of an intent. Raises InvalidInput (`intent.unknown`)."""
        with snapshot(self._account.engine) as session:
            return self.intent_within(session, intent_id)

    def intent_within(self, session: Session, intent_id: str) -> Intent:
        """The same, inside the caller's transaction. Raises InvalidInput (`intent.unknown`)."""
        row = self._account.outbox(session).find(intent_id)
        if row is None:
            raise InvalidInput("intent.unknown", "no such intent", hint="submit it first")
        return to_intent(row)

    def wait(self, intent_id: str, timeout_s: float) -> Intent:
        """Bring an intent onto the chain; call outside any transaction.

        Returns:
            The settled intent: mined, final, or failed with its code.

        Raises:
            InvalidInput: `intent.unknown`.
            Unavailable: the chain is away, or `chain.pending` after `timeout_s`. The intent stays in the
                outbox: a later `flush` or `wait` continues.
        """
        deadline, pause = time.monotonic() + timeout_s, FIRST_PAUSE_S
        while not (intent := self.intent(intent_id)).is_settled:
            self.flush()
            if (intent := self.intent(intent_id)).is_settled:
                break
            if time.monotonic() >= deadline:
                hint = "it stays in the outbox and is sent by the next run"
                raise Unavailable("chain.pending", "the chain has not recorded it yet", hint=hint)
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)
        return intent

    def flush(self) -> None:
        """Move every intent as far as it can go now; who asks during a run shares the next one.

        Raises:
            Unavailable: the chain or database is away, the account cannot pay (`chain.no_funds`), or the
                chain refuses a transaction for a reason other than the contract's (`chain.refused`). Nothing
                is lost.
        """
        self._shared_flush()

    def _flush(self) -> None:
        with self._lock:
            follow(self._account, resend_all=False)
            while rows := sign_next(self._account):
                advance(self._account, rows, rows)

    def reconcile(self) -> None:
        """Once at start: find out what became of everything under way, and send it again.

        Raises:
            Unavailable: as `flush`.
        """
        with self._lock:
            watch_blocks(self._account)
            follow(self._account, resend_all=True)

    def watch(self) -> None:
        """Regularly: send again what a fork threw out, call final what lies deep enough.

        Raises:
            Unavailable: as `flush`.
        """
        with self._lock:
            watch_blocks(self._account)
            follow(self._account, resend_all=False)
