"""Bring intents from the outbox onto the chain, each exactly once, whatever breaks in between.

Decides when an intent is checked, signed, sent, sent again, and settled. The rules:

- An intent is a database row before anything leaves the node, and its signed bytes are before they are sent.
- A call that the contract would refuse is found by `eth_call` first: it gets its code and spends no nonce.
  The verdict waits while earlier own intents are under way, since the call may rest on one of them.
- Only these same bytes are ever sent again. "Already known" is success. "Nonce too low" means: look for one's
  own hash; only if the chain has never seen it is the intent signed anew, and then the contract's unique ids
  forbid a second record.
- A transaction that a fork threw out goes out again, until it lies `finality_blocks` deep.

Does not decide what to do about a refusal: that is the use case's business. Spec: EIP-1559; Ethereum
execution API.
"""

from __future__ import annotations

import time
from threading import Lock
from typing import TYPE_CHECKING, Any

from node.chain.refusals import UNEXPLAINED, explain
from node.chain.rpc import Refused, octets, quantity
from node.domain.ledger import Intent, IntentState
from node.errors import InvalidInput, Unavailable
from node.store.database import snapshot, transaction
from node.store.outbox import IN_FLIGHT, Outbox, to_intent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Engine
    from sqlmodel import Session

    from node.chain.abi import Artifact
    from node.chain.calls import ContractCall
    from node.chain.rpc import Rpc
    from node.chain.signer import Signer
    from node.store.tables.outbox import OutboxRow

BATCH = 100
"""Intents per round; the chain's own speed is reached at about this many per request (measured on anvil)."""

FINALITY_BLOCKS = 64
"""Depth at which a transaction is no longer watched; anvil's finalized tag. QBFT blocks are final at once: 0
will do."""

RESEND_AFTER_S = 5
"""A sent transaction without a receipt goes out again after this long; about two QBFT round changes."""

FIRST_PAUSE_S = 0.01
LONGEST_PAUSE_S = 0.25
"""Between polls of `wait`: prompt on a chain that mines at once, gentle on one with 1 s blocks."""

FORGET = "anvil_removePoolTransactions"
"""Under load a development chain may park a transaction whose turn it is and never look at it again (anvil
1.7.1; seen in one of four runs of 250 at once). Told to forget the account's transactions, it takes the same
bytes anew. Other nodes do not know the method and need not."""

_KNOWN = ("already known", "already imported", "known transaction")
_NONCE_USED = ("nonce too low", "nonce is too low", "nonce below", "invalid transaction nonce")


class Sender:
    """One account's way to one contract.

    Share one per process; other processes are kept apart by the database.
    """

    def __init__(
        self,
        engine: Engine,
        rpc: Rpc,
        signer: Signer,
        contract: str,
        *,
        artifact: Artifact,
        chain_id: int,
        now: Callable[[], int],
        finality_blocks: int = FINALITY_BLOCKS,
        fee_per_gas: int = 0,
    ) -> None:
        """Bind; sends nothing yet.

        Args:
            engine: the node's database.
            rpc: the chain node.
            signer: the member's account.
            contract: address of IdentityHistory.
            artifact: its ABI.
            chain_id: EIP-155; part of every signature.
            now: the node's clock, seconds since 1970.
            finality_blocks: depth at which transactions stop being watched.
            fee_per_gas: wei; 0 on a free-gas chain.
        """
        self._engine = engine
        self._rpc = rpc
        self._signer = signer
        self._contract = contract
        self._artifact = artifact
        self._chain_id = chain_id
        self._now = now
        self._finality_blocks = finality_blocks
        self._fee_per_gas = fee_per_gas
        self._lock = Lock()

    def submit(self, session: Session, intent_id: str, call: ContractCall) -> Intent:
        """Queue a call in the caller's transaction. A second submission gives the first one's intent.

        Raises:
            InvalidInput: the intent id was used for another call (`intent.reused`).
        """
        return self._outbox(session).submit(
            intent_id,
            contract=self._contract,
            method=call.method,
            calldata=call.data,
            gas=call.gas,
            now=self._now(),
        )

    def intent(self, intent_id: str) -> Intent:
        """What became of an intent. Raises InvalidInput (`intent.unknown`)."""
        with snapshot(self._engine) as session:
            return self.intent_within(session, intent_id)

    def intent_within(self, session: Session, intent_id: str) -> Intent:
        """The same, inside the caller's transaction. Raises InvalidInput (`intent.unknown`)."""
        row = self._outbox(session).find(intent_id)
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
        """Move every intent as far as it can go now.

        Raises:
            Unavailable: the chain or database is away, or the chain refuses a transaction for a reason other
            than the
                contract's (`chain.refused`). Nothing is lost.
        """
        with self._lock:
            self._follow(resend_all=False)
            while self._sign_next():
                self._follow(resend_all=False)

    def reconcile(self) -> None:
        """Once at start: find out what became of everything under way, and send it again.

        Raises:
            Unavailable: as `flush`.
        """
        with self._lock:
            self._watch_blocks()
            self._follow(resend_all=True)

    def watch(self) -> None:
        """Regularly: send again what a fork threw out, call final what lies deep enough.

        Raises:
            Unavailable: as `flush`.
        """
        with self._lock:
            self._watch_blocks()
            self._follow(resend_all=False)

    def _outbox(self, session: Session) -> Outbox:
        return Outbox(session, self._signer.address)

    # --- from queued to signed ---

    def _sign_next(self) -> bool:
        """Check and sign one batch of queued intents. True if any was signed."""
        with snapshot(self._engine) as session:
            outbox = self._outbox(session)
            queued = outbox.in_state(IntentState.QUEUED, limit=BATCH)
            under_way = outbox.in_state(*IN_FLIGHT, limit=1)
        if not queued:
            return False
        chain_nonce, refused = self._preflight(queued)
        good = [row for row in queued if row.seq not in refused]
        # A refused call may rest on an earlier intent that is still on its way; then its verdict has to wait.
        earliest = min((row.seq or 0 for row in (*under_way, *good)), default=None)
        final = [
            row for row in queued if row.seq in refused and (earliest is None or (row.seq or 0) < earliest)
        ]
        self._fail(final, refused)
        return bool(good) and self._sign(good, chain_nonce)

    def _preflight(self, rows: Sequence[OutboxRow]) -> tuple[int, dict[int | None, str]]:
        """Ask the chain what it would do: its next nonce for us, and codes of refused calls by row."""
        nonce_call = ("eth_getTransactionCount", [self._signer.address, "pending"])
        calls = [("eth_call", [self._call_of(row), "pending"]) for row in rows]
        nonce, *answers = self._rpc.batch([nonce_call, *calls])
        if isinstance(nonce, Refused):
            raise nonce
        refused: dict[int | None, str] = {}
        for row, answer in zip(rows, answers, strict=True):
            if isinstance(answer, Refused):
                refused[row.seq] = self._refusal_code(answer)
        return quantity(nonce), refused

    def _call_of(self, row: OutboxRow) -> dict[str, str]:
        return {
            "from": self._signer.address,
            "to": row.contract,
            "data": "0x" + row.calldata.hex(),
            "gas": hex(row.gas),
        }

    def _refusal_code(self, answer: Refused) -> str:
        """The contract's code; raises the answer itself when it was not the contract that refused."""
        if not answer.data and "revert" not in answer.text.lower():
            raise answer
        return explain(answer.data, self._artifact).code

    def _fail(self, rows: Sequence[OutboxRow], codes: dict[int | None, str]) -> None:
        if not rows:
            return
        with transaction(self._engine) as session:
            for row in rows:
                self._outbox(session).move(row, IntentState.FAILED, now=self._now(), code=codes[row.seq])

    def _sign(self, rows: Sequence[OutboxRow], chain_nonce: int) -> bool:
        with transaction(self._engine) as session:
            outbox = self._outbox(session)
            nonces = outbox.lock_nonces()
            mine = outbox.still_queued(rows)
            first = max(nonces.next_nonce, chain_nonce)
            for nonce, row in enumerate(mine, start=first):
                signed = self._signer.sign(self._transaction(row, nonce))
                columns = {"nonce": nonce, "raw_tx": signed.raw, "tx_hash": signed.hash}
                outbox.move(row, IntentState.SIGNED, now=self._now(), **columns)
            nonces.next_nonce = first + len(mine)
        return bool(mine)

    def _transaction(self, row: OutboxRow, nonce: int) -> dict[str, Any]:
        return {
            "type": 2,
            "chainId": self._chain_id,
            "nonce": nonce,
            "to": row.contract,
            "value": 0,
            "data": row.calldata,
            "gas": row.gas,
            "maxFeePerGas": self._fee_per_gas,
            "maxPriorityFeePerGas": self._fee_per_gas,
        }

    # --- from signed to mined ---

    def _follow(self, *, resend_all: bool) -> None:
        """Send what is signed, look for receipts of what is under way."""
        with snapshot(self._engine) as session:
            rows = self._outbox(session).in_state(*IN_FLIGHT)
        due = [row for row in rows if resend_all or self._is_due(row)]
        answers = self._rpc.batch([("eth_sendRawTransaction", [_hex(row.raw_tx)]) for row in due])
        answered = list(zip(due, answers, strict=True))
        problem = self._note_sent(answered)
        if any(row.state == IntentState.SENT and _is_known(answer) for row, answer in answered):
            self._wake(rows)
        self._note_mined(rows)
        if problem is not None:
            raise problem

    def _wake(self, rows: Sequence[OutboxRow]) -> None:
        """Have the chain node forget what it holds without mining it, and send all of it again."""
        (answer,) = self._rpc.batch([(FORGET, [self._signer.address])])
        if not isinstance(answer, Refused):
            self._rpc.batch([("eth_sendRawTransaction", [_hex(row.raw_tx)]) for row in rows])

    def _is_due(self, row: OutboxRow) -> bool:
        return row.state == IntentState.SIGNED or self._now() - row.updated_at >= RESEND_AFTER_S

    def _note_sent(self, answers: Sequence[tuple[OutboxRow, Any]]) -> Refused | None:
        """Record what was taken; returns the first refusal that no rule covers."""
        problem: Refused | None = None
        sent: list[OutboxRow] = []
        for row, answer in answers:
            if not isinstance(answer, Refused) or _is_known(answer):
                sent.append(row)
            elif not _says(answer, _NONCE_USED):
                problem = problem or answer
            elif self._is_unknown(row):
                self._requeue(row)
        if not sent:
            return problem
        with transaction(self._engine) as session:
            for row in sent:
                self._outbox(session).move(row, IntentState.SENT, now=self._now())
        return problem

    def _is_unknown(self, row: OutboxRow) -> bool:
        """Whether the chain holds neither receipt nor pending transaction under our hash."""
        lookups = ("eth_getTransactionReceipt", "eth_getTransactionByHash")
        answers = self._rpc.batch([(lookup, [_hex(row.tx_hash)]) for lookup in lookups])
        for answer in answers:
            if isinstance(answer, Refused):
                raise answer
        return all(answer is None for answer in answers)

    def _requeue(self, row: OutboxRow) -> None:
        """Begin again: another transaction took our nonce (a restored database, a second node)."""
        with transaction(self._engine) as session:
            cleared: dict[str, object] = {"nonce": None, "raw_tx": None, "tx_hash": None}
            self._outbox(session).move(row, IntentState.QUEUED, now=self._now(), **cleared)

    def _note_mined(self, rows: Sequence[OutboxRow]) -> None:
        receipts = self._rpc.batch([("eth_getTransactionReceipt", [_hex(row.tx_hash)]) for row in rows])
        mined = [
            (row, receipt) for row, receipt in zip(rows, receipts, strict=True) if isinstance(receipt, dict)
        ]
        outcomes = [(row, *self._outcome(row, receipt)) for row, receipt in mined]
        if not outcomes:
            return
        with transaction(self._engine) as session:
            outbox = self._outbox(session)
            for row, state, columns in outcomes:
                current = outbox.find(row.intent_id)
                if current is not None and current.tx_hash == row.tx_hash:
                    outbox.move(current, state, now=self._now(), **columns)

    def _outcome(self, row: OutboxRow, receipt: dict[str, Any]) -> tuple[IntentState, dict[str, object]]:
        columns: dict[str, object] = {
            "block_number": quantity(receipt.get("blockNumber")),
            "block_hash": octets(receipt.get("blockHash")),
        }
        if quantity(receipt.get("status")) == 1:
            return IntentState.MINED, columns
        return IntentState.FAILED, columns | {"code": self._why_reverted(row, receipt)}

    def _why_reverted(self, row: OutboxRow, receipt: dict[str, Any]) -> str:
        """Ask again, on the state the block left: nearly always the same refusal."""
        (answer,) = self._rpc.batch([("eth_call", [self._call_of(row), receipt["blockNumber"]])])
        return explain(answer.data, self._artifact).code if isinstance(answer, Refused) else UNEXPLAINED

    # --- from mined to final ---

    def _watch_blocks(self) -> None:
        head = quantity(self._rpc.call("eth_blockNumber"))
        with snapshot(self._engine) as session:
            blocks = self._outbox(session).recent_blocks(above=head - self._finality_blocks)
        headers = self._rpc.batch([("eth_getBlockByNumber", [hex(number), False]) for number, _ in blocks])
        gone = [
            block_hash
            for (_, block_hash), header in zip(blocks, headers, strict=True)
            if not isinstance(header, dict) or octets(header.get("hash")) != block_hash
        ]
        with transaction(self._engine) as session:
            outbox = self._outbox(session)
            if gone:
                outbox.unmine(gone, now=self._now())
            outbox.finalise(up_to=head - self._finality_blocks, now=self._now())


def _hex(data: bytes | None) -> str:
    assert data is not None, "a signed row has its bytes and hash"
    return "0x" + data.hex()


def _is_known(answer: Any) -> bool:
    return isinstance(answer, Refused) and _says(answer, _KNOWN)


def _says(answer: Refused, phrases: Sequence[str]) -> bool:
    text = answer.text.lower()
    return any(phrase in text for phrase in phrases)
