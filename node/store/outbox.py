"""The outbox: intents written in the caller's transaction, and each step of their way to the chain.

Never commits. Decides that an intent is recorded once: a second submission of the same name gives the first
one's row, whatever became of it. `node.chain.sender` moves rows on. Nonces move under a row lock, so that two
processes never give out the same one.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Update, bindparam, func, or_, select, update
from sqlmodel import col

from node.domain.ledger import Intent, IntentState
from node.errors import InvalidInput
from node.store.bulk import insert_new
from node.store.tables.outbox import NonceRow, OutboxRow

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlmodel import Session

IN_FLIGHT = (IntentState.SIGNED, IntentState.SENT)
"""Given a nonce, not yet seen in a block."""


Move = tuple[OutboxRow, IntentState, "Mapping[str, object]"]
"""A row as it was read, its new state, and other columns to set."""


class Claim(NamedTuple):
    """What a receipt said: the state it led to, the transaction, its block."""

    state: str
    tx_hash: bytes
    block_number: int
    block_hash: bytes


class Outbox:
    """One sender's intents within one transaction."""

    def __init__(self, session: Session, sender: str) -> None:
        """Bind to a session and a sending account."""
        self._session = session
        self._sender = sender

    def submit(
        self, intent_id: str, *, contract: str, method: str, calldata: bytes, gas: int, now: int
    ) -> Intent:
        """Queue an intent, or give the row of the first submission under this name.

        Raises:
            InvalidInput: the name was used for something else (`intent.reused`).
        """
        written = {
            "intent_id": intent_id,
            "sender": self._sender,
            "method": method,
            "contract": contract,
            "calldata": calldata,
            "gas": gas,
            "state": IntentState.QUEUED.value,
            "created_at": now,
            "updated_at": now,
        }
        if insert_new(self._session.connection(), OutboxRow, written, unique="intent_id"):
            return Intent(intent_id, method, IntentState.QUEUED, None, None, None)
        row = self.find(intent_id)
        assert row is not None, "an insert that met a row leaves it there"
        if (row.calldata, row.contract, row.sender) != (calldata, contract, self._sender):
            hint = "an intent id names one call for ever"
            raise InvalidInput("intent.reused", "this intent id was used for another call", hint=hint)
        return to_intent(row)

    def find(self, intent_id: str) -> OutboxRow | None:
        """One row by its intent."""
        chosen = select(OutboxRow).where(col(OutboxRow.intent_id) == intent_id)
        return self._session.scalars(chosen.execution_options(populate_existing=True)).first()

    def in_state(self, *states: IntentState, limit: int | None = None) -> Sequence[OutboxRow]:
        """Rows in any of these states, oldest first."""
        return self._rows(col(OutboxRow.state).in_(states), limit=limit)

    def count_in_flight(self) -> int:
        """How many rows have a nonce and are not yet seen in a block."""
        mine = (col(OutboxRow.sender) == self._sender, col(OutboxRow.state).in_(IN_FLIGHT))
        return self._session.scalar(select(func.count()).select_from(OutboxRow).where(*mine)) or 0

    def to_follow(self, *, mined_below: int, sent_before: int) -> Sequence[OutboxRow]:
        """Rows in flight of which there may be news: all but those sent lately and not mined.

        Args:
            mined_below: the account's transaction count on chain.
            sent_before: second from which on a row was sent too lately to be sent again.
        """
        news = or_(
            col(OutboxRow.nonce) < mined_below,
            col(OutboxRow.state) == IntentState.SIGNED,
            col(OutboxRow.updated_at) <= sent_before,
        )
        return self._rows(col(OutboxRow.state).in_(IN_FLIGHT), news)

    def last_mined_at(self) -> int:
        """When a row was last seen in a block that may still fall, by the node's clock; 0 = never."""
        mine = (col(OutboxRow.sender) == self._sender, col(OutboxRow.state) == IntentState.MINED)
        return self._session.scalar(select(func.max(OutboxRow.updated_at)).where(*mine)) or 0

    def lock_nonces(self) -> NonceRow:
        """Hold this account's next nonce until the transaction ends: other signing processes wait here."""
        row = self._session.get(NonceRow, self._sender, with_for_update=True, populate_existing=True)
        if row is None:
            row = NonceRow(sender=self._sender, next_nonce=0)
            self._session.add(row)
            self._session.flush()
        return row

    def still_queued(self, rows: Sequence[OutboxRow]) -> list[OutboxRow]:
        """Those of the rows that no other process took meanwhile; call with the nonces locked."""
        wanted = col(OutboxRow.seq).in_([row.seq for row in rows])
        chosen = select(OutboxRow.seq).where(wanted, col(OutboxRow.state) == IntentState.QUEUED)  # type: ignore[call-overload]
        still = set(self._session.scalars(chosen))
        return [row for row in rows if row.seq in still]

    def move_all(self, moves: Sequence[Move], *, now: int) -> None:
        """Set rows' states where they still are as they were read; another process may have moved some."""
        by_columns: dict[frozenset[str], list[dict[str, object]]] = defaultdict(list)
        for row, state, columns in moves:
            seen = {"b_seq": row.seq, "b_state": row.state, "b_hash": row.tx_hash}
            values = {f"b_{name}": value for name, value in columns.items()}
            by_columns[frozenset(columns)].append({**seen, **values, "b_new": state.value})
        for names, values_of_rows in by_columns.items():
            statement = _move(names).values(updated_at=now)
            self._session.connection().execute(statement, values_of_rows)

    def nonces_from(self, nonce: int) -> set[int]:
        """Nonces at or above one that own transactions hold."""
        chosen = select(OutboxRow.nonce).where(  # type: ignore[call-overload]
            col(OutboxRow.sender) == self._sender, col(OutboxRow.nonce) >= nonce
        )
        return set(self._session.scalars(chosen))

    def recent_blocks(self, *, above: int) -> list[tuple[int, bytes]]:
        """(number, hash) of the blocks above a height that hold own transactions, as last seen."""
        chosen = select(OutboxRow.block_number, OutboxRow.block_hash).distinct()  # type: ignore[call-overload]
        mine = (col(OutboxRow.sender) == self._sender, col(OutboxRow.block_number) > above)
        return [(number, block_hash) for number, block_hash in self._session.execute(chosen.where(*mine))]

    def unmine(self, block_hashes: Sequence[bytes], *, head: int, now: int) -> int:
        """Put transactions of blocks that a fork replaced back to `signed`: the same bytes go out again."""
        chosen = (col(OutboxRow.sender) == self._sender, col(OutboxRow.block_hash).in_(block_hashes))
        back = {"block_number": None, "block_hash": None, "code": None, "forked_at": head}
        return self._update(*chosen, values={"state": IntentState.SIGNED, "updated_at": now, **back})

    def latest_fork(self) -> int | None:
        """Height at which a fork last threw out one of the account's transactions."""
        mine = col(OutboxRow.sender) == self._sender
        return self._session.scalar(select(func.max(OutboxRow.forked_at)).where(mine))

    def claims(self, *, above: int, up_to: int) -> list[Claim]:
        """What receipts said of rows that are not final, up to a height.

        Failed ones are never final: those above a height only.
        """
        height, state = col(OutboxRow.block_number), col(OutboxRow.state)
        told = (state == IntentState.MINED) | ((state == IntentState.FAILED) & (height > above))
        chosen = select(OutboxRow.state, OutboxRow.tx_hash, height, OutboxRow.block_hash)  # type: ignore[call-overload]
        mine = (col(OutboxRow.sender) == self._sender, height <= up_to)
        return [Claim(*row) for row in self._session.execute(chosen.where(*mine, told))]

    def finalise(self, *, up_to: int, now: int) -> int:
        """Call mined transactions final up to a height."""
        mined = (col(OutboxRow.sender) == self._sender, col(OutboxRow.state) == IntentState.MINED)
        chosen = (*mined, col(OutboxRow.block_number) <= up_to)
        return self._update(*chosen, values={"state": IntentState.FINAL, "updated_at": now})

    def _rows(self, *conditions: Any, limit: int | None = None) -> Sequence[OutboxRow]:
        chosen = select(OutboxRow).where(col(OutboxRow.sender) == self._sender, *conditions)
        ordered = chosen.order_by(col(OutboxRow.seq)).limit(limit)
        return self._session.scalars(ordered.execution_options(populate_existing=True)).all()

    def _update(self, *conditions: Any, values: dict[str, object]) -> int:
        statement = update(OutboxRow).where(*conditions).values(**values)
        result = self._session.execute(statement.execution_options(synchronize_session=False))
        return int(result.rowcount)  # type: ignore[attr-defined]


def _move(columns: Collection[str]) -> Update:
    table = OutboxRow.__table__  # type: ignore[attr-defined]
    as_read = (
        table.c.seq == bindparam("b_seq"),
        table.c.state == bindparam("b_state"),
        table.c.tx_hash.is_not_distinct_from(bindparam("b_hash", type_=table.c.tx_hash.type)),
    )
    values = {name: bindparam(f"b_{name}", type_=table.c[name].type) for name in columns}
    moved: Update = table.update().where(*as_read).values(state=bindparam("b_new"), **values)
    return moved


def to_intent(row: OutboxRow) -> Intent:
    """A row as the domain sees it."""
    state = IntentState(row.state)
    return Intent(row.intent_id, row.method, state, row.code, row.tx_hash, row.block_number)
