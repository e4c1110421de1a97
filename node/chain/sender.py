"""Bring intents from the outbox onto the chain, each exactly once, whatever breaks in between.

Decides when an intent is checked, signed, sent, sent again, and settled. The rules:

- An intent is a database row before anything leaves the node, and its signed bytes are before they are sent.
- A call that the contract would refuse is found by `eth_call` first: it gets its code and spends no nonce.
  The verdict waits while earlier own intents are under way, since the call may rest on one of them.
  A backlog skips this check: it would double the chain's work, and a refusal then shows in the receipt.
- Only these same bytes are ever sent again. "Already known" is success. "Nonce too low" means: look for one's
  own hash; only if the chain has never seen it is the intent signed anew, and then the contract's unique ids
  forbid a second record. Where gas costs, a transaction that does not move is offered again under the same
  nonce for a higher fee, and whichever of the two is mined counts.
- A transaction that a fork threw out goes out again, until it lies `finality_blocks` deep. If it reverts
  then, what it rests on may be still on its way back (another member's transaction): it queues again instead
  of failing, as long as the fork is young.
- A nonce that nothing holds would block all above it: it is filled with a transfer of nothing to oneself.

Does not decide what to do about a refusal: that is the use case's business. Spec: EIP-1559; Ethereum
execution API.
"""

from __future__ import annotations

import time
from threading import Lock
from typing import TYPE_CHECKING, Any

from node.chain.nonces import GAS_SELF_SEND, missing_nonces, raised_fee
from node.chain.refusals import UNEXPLAINED, explain
from node.chain.rpc import Refused, octets, quantity
from node.domain.ledger import Intent, IntentState
from node.errors import InvalidInput, Unavailable
from node.store.database import snapshot, transaction
from node.store.outbox import IN_FLIGHT, Outbox, to_intent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy import Engine
    from sqlmodel import Session

    from node.chain.abi import Artifact
    from node.chain.calls import ContractCall
    from node.chain.rpc import Call, Rpc
    from node.chain.signer import Signer
    from node.store.outbox import Move
    from node.store.tables.outbox import OutboxRow

BATCH = 100
"""Intents per round; the chain's own speed is reached at about this many per request (measured on anvil)."""

BACKLOG = 20
"""From this many queued intents on they are sent unchecked: nobody waits for a single one's code."""

FINALITY_BLOCKS = 64
"""Depth at which a transaction is no longer watched; anvil's finalized tag. QBFT blocks are final at once: 0
will do."""

STUCK_AFTER_S = 60
"""A transaction that was sent and not mined for this long is offered for a higher fee; thirty QBFT blocks."""

RESEND_AFTER_S = 5
"""A sent transaction without a receipt goes out again after this long; about two QBFT round changes."""

HASH_BYTES = 32

FIRST_PAUSE_S = 0.01
LONGEST_PAUSE_S = 0.25
"""Between polls of `wait`: prompt on a chain that mines at once, gentle on one with 1 s blocks."""

FORGET = "anvil_removePoolTransactions"
"""Under load a development chain may park a transaction whose turn it is and never look at it again (anvil
1.7.1; seen in one of four runs of 250 at once). Told to forget the account's transactions, it takes the same
bytes anew. Other nodes do not know the method and need not."""

_KNOWN = ("already known", "already imported", "known transaction")
_HOPELESS = ("intrinsic gas", "gas limit", "oversized", "exceeds block", "initcode")
_POOR = ("insufficient funds", "upfront cost", "not enough funds")
_CHEAP = ("underpriced", "base fee", "gas price below", "gas price too low")
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
        fee_cap_per_gas: int = 0,
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
            fee_cap_per_gas: wei; most that is offered for a transaction that does not move.
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
        self._fee_cap_per_gas = fee_cap_per_gas
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
            Unavailable: the chain or database is away, the account cannot pay (`chain.no_funds`), or the
                chain refuses a transaction for a reason other than the contract's (`chain.refused`). Nothing
                is lost.
        """
        with self._lock:
            self._follow(resend_all=False)
            while rows := self._sign_next():
                self._advance(rows, rows)

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

    def _sign_next(self) -> Sequence[OutboxRow]:
        """Check and sign one batch of queued intents. Returns the signed ones."""
        with snapshot(self._engine) as session:
            outbox = self._outbox(session)
            queued = outbox.in_state(IntentState.QUEUED, limit=BATCH)
            under_way = outbox.in_state(*IN_FLIGHT, limit=1)
        if not queued:
            return []
        chain_nonce, head, refused = self._preflight(queued)
        good = [row for row in queued if row.seq not in refused]
        # A refused call may rest on an earlier intent that is still on its way; then its verdict has to wait.
        earliest = min((row.seq or 0 for row in (*under_way, *good)), default=None)
        final = [
            row
            for row in queued
            if row.seq in refused
            and (earliest is None or (row.seq or 0) < earliest)
            and not self._is_shaken(row, head)
        ]
        self._settle([(row, IntentState.FAILED, {"code": refused[row.seq]}) for row in final])
        return self._sign(good, chain_nonce) if good else []

    def _is_shaken(self, row: OutboxRow, head: int) -> bool:
        """Whether a fork threw this row out so lately that what it rests on may still come back."""
        return row.forked_at is not None and head <= row.forked_at + self._finality_blocks

    def _preflight(self, rows: Sequence[OutboxRow]) -> tuple[int, int, dict[int | None, str]]:
        """Ask the chain what it would do: its next nonce for us, its head, codes of refused calls by row."""
        asked = [row for row in rows if len(rows) < BACKLOG or row.forked_at is not None]
        first: list[Call] = [
            ("eth_getTransactionCount", [self._signer.address, "pending"]),
            ("eth_blockNumber", []),
        ]
        nonce, head, *answers = self._rpc.batch(
            [*first, *(("eth_call", [self._call_of(row), "pending"]) for row in asked)]
        )
        for answer in (nonce, head):
            if isinstance(answer, Refused):
                raise answer
        refused: dict[int | None, str] = {}
        for row, answer in zip(asked, answers, strict=True):
            if isinstance(answer, Refused):
                refused[row.seq] = self._refusal_code(answer)
        return quantity(nonce), quantity(head), refused

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

    def _settle(self, moves: Sequence[Move]) -> None:
        if not moves:
            return
        with transaction(self._engine) as session:
            self._outbox(session).move_all(moves, now=self._now())

    def _sign(self, rows: Sequence[OutboxRow], chain_nonce: int) -> Sequence[OutboxRow]:
        with transaction(self._engine) as session:
            outbox = self._outbox(session)
            nonces = outbox.lock_nonces()
            mine = outbox.still_queued(rows)
            first, now = max(nonces.next_nonce, chain_nonce), self._now()
            for nonce, row in enumerate(mine, start=first):
                signed = self._signer.sign(self._transaction(row, nonce, self._fee_per_gas))
                row.nonce, row.raw_tx, row.tx_hash = nonce, signed.raw, signed.hash
                row.fee_per_gas, row.state, row.updated_at = self._fee_per_gas, IntentState.SIGNED, now
            nonces.next_nonce = first + len(mine)
        return mine

    def _transaction(self, row: OutboxRow, nonce: int, fee: int) -> dict[str, Any]:
        return self._shaped(nonce, fee, {"to": row.contract, "data": row.calldata, "gas": row.gas})

    def _shaped(self, nonce: int, fee: int, content: dict[str, Any]) -> dict[str, Any]:
        fees = {"maxFeePerGas": fee, "maxPriorityFeePerGas": fee}
        return {"type": 2, "chainId": self._chain_id, "nonce": nonce, "value": 0, **fees, **content}

    # --- from signed to mined ---

    def _follow(self, *, resend_all: bool) -> None:
        """Send what is signed, look for receipts of what is under way, free what is stuck."""
        with snapshot(self._engine) as session:
            rows = self._outbox(session).in_state(*IN_FLIGHT)
        due = [row for row in rows if resend_all or self._is_due(row)]
        self._advance(rows, due)

    def _is_due(self, row: OutboxRow) -> bool:
        return row.state == IntentState.SIGNED or self._now() - row.updated_at >= RESEND_AFTER_S

    def _advance(self, rows: Sequence[OutboxRow], due: Sequence[OutboxRow]) -> None:
        """Send the due ones of these rows, and note what became of all of them."""
        answers = self._rpc.batch([("eth_sendRawTransaction", [_hex(row.raw_tx)]) for row in due])
        answered = list(zip(due, answers, strict=True))
        waiting = any(row.state == IntentState.SENT and _is_known(answer) for row, answer in answered)
        refused = [(row, answer) for row, answer in answered if _is_refusal(answer)]
        hopeless = [row for row, answer in refused if _says(answer, _HOPELESS)]
        taken = {row.seq for row, answer in answered if not _is_refusal(answer)}
        moves = [*self._mined(rows), *((row, IntentState.FAILED, _NEVER_SENT) for row in hopeless)]
        moved = {row.seq for row, _, _ in moves}
        moves += [(row, IntentState.SENT, {}) for row in due if row.seq in taken - moved]
        moves += [
            (row, IntentState.QUEUED, _UNSIGNED) for row in self._superseded(refused) if row.seq not in moved
        ]
        self._settle(moves)
        stuck = [row for row in due if row.state == IntentState.SENT and row.seq not in moved]
        self._outbid([row for row, answer in refused if _says(answer, _CHEAP)])
        if hopeless or stuck:
            self._free(stuck, parked=waiting)
        self._raise_problem(answer for row, answer in refused if row.seq not in moved)

    def _mined(self, rows: Sequence[OutboxRow]) -> list[Move]:
        """Moves of the rows of which a receipt exists, under whichever of their hashes."""
        lookups = [(row, tx_hash) for row in rows for tx_hash in _hashes(row)]
        receipts = self._rpc.batch([("eth_getTransactionReceipt", [_hex(tx_hash)]) for _, tx_hash in lookups])
        found = zip(lookups, receipts, strict=True)
        return [
            self._outcome(row, tx_hash, receipt)
            for (row, tx_hash), receipt in found
            if isinstance(receipt, dict)
        ]

    def _outcome(self, row: OutboxRow, tx_hash: bytes, receipt: dict[str, Any]) -> Move:
        place: dict[str, object] = {
            "block_number": quantity(receipt.get("blockNumber")),
            "block_hash": octets(receipt.get("blockHash")),
            "tx_hash": tx_hash,
        }
        if tx_hash != row.tx_hash:  # earlier bytes won; the newer ones keep their place for a fork's sake
            place["replaced_hashes"] = (row.replaced_hashes or b"") + (row.tx_hash or b"")
        if quantity(receipt.get("status")) == 1:
            return row, IntentState.MINED, place
        if self._is_shaken(row, quantity(receipt.get("blockNumber"))):
            return row, IntentState.QUEUED, _UNSIGNED
        return row, IntentState.FAILED, place | {"code": self._why_reverted(row, receipt)}

    def _why_reverted(self, row: OutboxRow, receipt: dict[str, Any]) -> str:
        """Ask again, on the state the block left: nearly always the same refusal."""
        (answer,) = self._rpc.batch([("eth_call", [self._call_of(row), receipt["blockNumber"]])])
        return explain(answer.data, self._artifact).code if isinstance(answer, Refused) else UNEXPLAINED

    def _superseded(self, refused: Sequence[tuple[OutboxRow, Refused]]) -> list[OutboxRow]:
        """Rows whose nonce another transaction took (a restored database, a second node): to begin again."""
        used = [row for row, answer in refused if _says(answer, _NONCE_USED)]
        return [row for row in used if self._is_unknown(row)]

    def _is_unknown(self, row: OutboxRow) -> bool:
        """Whether the chain holds neither receipt nor pending transaction under any of our hashes."""
        lookups = ("eth_getTransactionReceipt", "eth_getTransactionByHash")
        calls: list[Call] = [(lookup, [_hex(tx_hash)]) for lookup in lookups for tx_hash in _hashes(row)]
        answers = self._rpc.batch(calls)
        for answer in answers:
            if isinstance(answer, Refused):
                raise answer
        return all(answer is None for answer in answers)

    def _raise_problem(self, answers: Iterable[Refused]) -> None:
        """Tell of the first refusal that no rule covers."""
        for answer in answers:
            if _says(answer, _POOR):
                hint = f"fund the account {self._signer.address}; what is queued then goes by itself"
                raise Unavailable("chain.no_funds", "the account cannot pay for gas", hint=hint)
            if not _says(answer, (*_NONCE_USED, *_HOPELESS)):
                raise answer

    # --- what is stuck ---

    def _free(self, stuck: Sequence[OutboxRow], *, parked: bool) -> None:
        """Remove what keeps transactions waiting: a missing nonce, a low fee, a chain node that forgot."""
        count = self._rpc.call("eth_getTransactionCount", self._signer.address, "latest")
        with snapshot(self._engine) as session:
            held = self._outbox(session).nonces_from(quantity(count))
            rows = self._outbox(session).in_state(*IN_FLIGHT)
        if missing := missing_nonces(quantity(count), held):
            self._fill(missing)
            return
        self._outbid([row for row in stuck if self._now() - row.created_at >= STUCK_AFTER_S])
        if parked:
            self._wake(rows)

    def _fill(self, nonces: Sequence[int]) -> None:
        content = {"to": self._signer.address, "data": b"", "gas": GAS_SELF_SEND}
        fee = max(self._fee_per_gas, self._fee_cap_per_gas)
        signed = [self._signer.sign(self._shaped(nonce, fee, content)) for nonce in nonces]
        self._rpc.batch([("eth_sendRawTransaction", [_hex(transfer.raw)]) for transfer in signed])

    def _outbid(self, rows: Sequence[OutboxRow]) -> None:
        """Offer more for transactions that do not move; the old bytes keep their chance."""
        if not rows or not self._fee_cap_per_gas:
            return
        block = self._rpc.call("eth_getBlockByNumber", "latest", False)
        base_fee = quantity(block.get("baseFeePerGas") or "0x0")
        for row in rows:
            fee = raised_fee(row.fee_per_gas or 0, base_fee, self._fee_cap_per_gas)
            if fee is not None:
                self._replace(row, fee)

    def _replace(self, row: OutboxRow, fee: int) -> None:
        assert row.nonce is not None, "a sent row has its nonce"
        signed = self._signer.sign(self._transaction(row, row.nonce, fee))
        replaced = (row.replaced_hashes or b"") + (row.tx_hash or b"")
        columns = {
            "raw_tx": signed.raw,
            "tx_hash": signed.hash,
            "fee_per_gas": fee,
            "replaced_hashes": replaced,
        }
        self._settle([(row, IntentState.SIGNED, columns)])

    def _wake(self, rows: Sequence[OutboxRow]) -> None:
        """Have the chain node forget what it holds without mining it, and send all of it again."""
        (answer,) = self._rpc.batch([(FORGET, [self._signer.address])])
        if not isinstance(answer, Refused):
            self._rpc.batch([("eth_sendRawTransaction", [_hex(row.raw_tx)]) for row in rows])

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
                outbox.unmine(gone, head=head, now=self._now())
            outbox.finalise(up_to=head - self._finality_blocks, now=self._now())


_UNSIGNED: dict[str, object] = {
    "nonce": None,
    "raw_tx": None,
    "tx_hash": None,
    "replaced_hashes": None,
    "block_number": None,
    "block_hash": None,
}
"""Columns of a row that begins again."""

_NEVER_SENT = _UNSIGNED | {"code": "transaction_refused"}
"""Columns of a row whose transaction no node will ever take; its nonce is free again."""


def _hashes(row: OutboxRow) -> list[bytes]:
    """Hashes under which this row may be mined, the newest first."""
    assert row.tx_hash is not None, "a signed row has its hash"
    earlier = row.replaced_hashes or b""
    return [row.tx_hash, *(earlier[at : at + HASH_BYTES] for at in range(0, len(earlier), HASH_BYTES))]


def _is_refusal(answer: Any) -> bool:
    return isinstance(answer, Refused) and not _is_known(answer)


def _hex(data: bytes | None) -> str:
    assert data is not None, "a signed row has its bytes and hash"
    return "0x" + data.hex()


def _is_known(answer: Any) -> bool:
    return isinstance(answer, Refused) and _says(answer, _KNOWN)


def _says(answer: Refused, phrases: Sequence[str]) -> bool:
    text = answer.text.lower()
    return any(phrase in text for phrase in phrases)
