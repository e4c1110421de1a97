"""Read the ledger from the node's own index: members, keys, policy, votes, anchors, attestations.

Never commits. Answers what was true at a second as well as what is true now. How fresh the answers are,
`node.chain.indexer.Indexer.status` says; what must be asked of the chain itself, `node.chain.views` asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Select, and_, false, func, select, text, tuple_
from sqlmodel import col

from node.domain.events import (
    Action,
    AttestationState,
    KeySet,
    MethodRule,
    ReasonClass,
    Role,
    Status,
    Terms,
)
from node.domain.ledger import (
    AttestationEntry,
    AttestationFilter,
    Member,
    MemberKeys,
    Position,
    Proposal,
    Volume,
    Withdrawal,
)
from node.errors import InvalidInput
from node.store.tables.chain import BlockRow
from node.store.tables.ledger import (
    DECIDED,
    OPEN,
    REVOKED,
    AnchorRow,
    ApprovalRow,
    AttestationRow,
    CompromiseRow,
    DecisionRow,
    EventRow,
    ExecutionRow,
    LegalBasesRow,
    MemberKeysRow,
    MemberRow,
    MemberSignerRow,
    MemberStatusRow,
    MethodRuleRow,
    ProposalRow,
    RevocationRow,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlmodel import Session

DECIDE_WITHIN_S = 7 * 86_400
"""The contract takes no attestation that may be decided later than this (protocol: `attest`)."""

PAGE = 200
"""Rows per answer unless the caller names another limit; keeps one page of a console under a megabyte."""

EXAMINED_MAX = 5_000
"""Rows of the leading index per page of a combined search; ten to twenty milliseconds of reading."""

ALL = AttestationFilter()

_PLACE = tuple_(col(AttestationRow.block_number), col(AttestationRow.log_index))

Row = TypeVar("Row", bound=EventRow)


class LedgerView:
    """The index within one transaction or snapshot."""

    def __init__(self, session: Session) -> None:
        """Bind to a session."""
        self._session = session

    def members(self) -> list[Member]:
        """Every member ever admitted, by id."""
        rows = self._all(select(MemberRow).order_by(col(MemberRow.member_id)))
        return [self._member(row) for row in rows]

    def member(self, member_id: int) -> Member:
        """One member. Raises InvalidInput (`member.unknown`)."""
        row = self._first(select(MemberRow).where(col(MemberRow.member_id) == member_id))
        if row is None:
            raise InvalidInput("member.unknown", "no such member", hint="see the member list")
        return self._member(row)

    def member_by_signer(self, signer: str) -> Member | None:
        """The member for which this account acts now; letter case does not matter."""
        members = self.members()
        return next((member for member in members if member.signer.lower() == signer.lower()), None)

    def status_at(self, member_id: int, at: int) -> Status:
        """A member's standing at a second; `NONE` before it was admitted."""
        row = self._latest(MemberStatusRow, col(MemberStatusRow.member_id) == member_id, at=at)
        return Status(row.status) if row else Status.NONE

    def keys(self, member_id: int) -> list[MemberKeys]:
        """Every key set of a member, oldest first."""
        rows = self._history(MemberKeysRow, col(MemberKeysRow.member_id) == member_id)
        declared = self._history(CompromiseRow, col(CompromiseRow.member_id) == member_id)
        following = [row.at for row in rows[1:]]
        ends = [*following, None] if rows else []
        return [_keys(row, end, declared) for row, end in zip(rows, ends, strict=True)]

    def keys_at(self, member_id: int, at: int) -> MemberKeys | None:
        """The key set to be believed for signatures made then; None if none, or disowned."""
        return next((keys for keys in reversed(self.keys(member_id)) if keys.is_valid_at(at)), None)

    def method_rule(self, method: bytes, at: int | None = None) -> MethodRule | None:
        """The rule of a method (4 bytes) now, or as it stood at a second; None if none was ever set."""
        row = self._latest(MethodRuleRow, col(MethodRuleRow.method) == method, at=at)
        return _rule(row) if row else None

    def method_rules(self) -> list[tuple[Position, bytes, MethodRule]]:
        """(when set, method, rule) of every rule ever set, oldest first."""
        return [(_position(row), row.method, _rule(row)) for row in self._history(MethodRuleRow)]

    def legal_bases(self, at: int | None = None) -> int:
        """Bitmap of enabled legal bases now, or as it stood at a second; 0 before the first vote."""
        row = self._latest(LegalBasesRow, at=at)
        return int.from_bytes(row.bitmap, "big") if row else 0

    def legal_bases_history(self) -> list[tuple[Position, int]]:
        """(when set, bitmap) of every change, oldest first."""
        return [(_position(row), int.from_bytes(row.bitmap, "big")) for row in self._history(LegalBasesRow)]

    def proposals(self) -> list[Proposal]:
        """Every vote, oldest first."""
        return [self._proposal(row) for row in self._history(ProposalRow)]

    def proposal(self, proposal_id: int) -> Proposal:
        """One vote. Raises InvalidInput (`proposal.unknown`)."""
        row = self._first(select(ProposalRow).where(col(ProposalRow.proposal_id) == proposal_id))
        if row is None:
            raise InvalidInput("proposal.unknown", "no such proposal", hint="see the list of proposals")
        return self._proposal(row)

    def anchored_at(self, issuer: int, root: bytes) -> int | None:
        """Block time at which this issuer anchored a root, or None."""
        chosen = and_(col(AnchorRow.root) == root, col(AnchorRow.issuer) == issuer)
        row = self._first(select(AnchorRow).where(chosen))
        return row.at if row else None

    def attestation(self, attestation_id: bytes) -> AttestationEntry | None:
        """One attestation with what became of it, or None."""
        found = self._attestations(col(AttestationRow.attestation_id) == attestation_id)
        return found[0] if found else None

    def attestations(
        self,
        wanted: AttestationFilter = ALL,
        *,
        after: Position | None = None,
        newest_first: bool = False,
        limit: int = PAGE,
    ) -> list[AttestationEntry]:
        """Attestations in order of recording, from behind `after`; by one filter a page costs what it holds.

        Args:
            wanted: what must hold of them.
            after: place of the last one seen.
            newest_first: in the other order; without `after`.
            limit: most per page.
        """
        conditions = self._conditions(wanted, after)
        return self._attestations(*conditions, limit=limit, newest_first=newest_first)

    def search(
        self, wanted: AttestationFilter, *, after: Position | None = None, limit: int = PAGE
    ) -> tuple[list[AttestationEntry], Position | None]:
        """As `attestations`, for any combination of filters at a bounded cost.

        One filter leads, and a page ends after `EXAMINED_MAX` rows of its index even if it is not full.

        Returns:
            The page, and the place behind which the next one begins; None at the end of the history.
        """
        period = AttestationFilter(since=wanted.since, until=wanted.until)
        end = self._place_after(EXAMINED_MAX, *self._leading(wanted), *self._conditions(period, after))
        conditions = self._conditions(wanted, after)
        if end is not None:
            conditions.append((end.block_number, end.log_index) >= _PLACE)
        found = self._attestations(*conditions, limit=limit)
        if len(found) == limit:
            return found, self.trail(found[-1].attestation_id)[0][1]
        return found, end

    def trail(self, attestation_id: bytes) -> list[tuple[str, Position]]:
        """("attested" | "decided" | "revoked", when) of one attestation, in order."""
        steps: dict[str, type[EventRow]] = {
            "attested": AttestationRow,
            "decided": DecisionRow,
            "revoked": RevocationRow,
        }
        found: list[tuple[str, Position]] = []
        for name, table in steps.items():
            columns = table.__table__.c  # type: ignore[attr-defined]
            rows = self._history(table, columns.attestation_id == attestation_id)
            found += [(name, _position(row)) for row in rows]
        return found

    def revocations(
        self, *, after: Position | None = None, limit: int = PAGE
    ) -> list[tuple[Position, bytes, ReasonClass]]:
        """(when, attestation id, reason) from behind a position: what a recipient's review job follows."""
        chosen = select(RevocationRow).order_by(col(RevocationRow.block_number), col(RevocationRow.log_index))
        if after is not None:
            chosen = chosen.where(_behind(RevocationRow, after))
        rows = self._all(chosen.limit(limit))
        return [(_position(row), row.attestation_id, ReasonClass(row.reason)) for row in rows]

    def volumes(self, *, since: int | None = None, until: int | None = None) -> list[Volume]:
        """Attestations recorded in a period and what became of them, by issuer and recipient."""
        row = AttestationRow.__table__.c  # type: ignore[attr-defined]
        pair = (row.issuer, row.recipient)
        counts = (func.count(), func.count(row.decided_in), func.count(row.revoked_in))
        chosen = select(*pair, *counts).where(*self._recorded(since, until))
        found = self._session.execute(chosen.group_by(*pair).order_by(*pair))
        return [Volume(*values) for values in found]

    def withdrawals(self) -> list[Withdrawal]:
        """Every revocation with the decision before it, oldest first."""
        revoked, decided = RevocationRow.__table__.c, DecisionRow.__table__.c  # type: ignore[attr-defined]
        same = decided.attestation_id == revoked.attestation_id
        chosen = select(revoked.reason, revoked.at, decided.at).select_from(RevocationRow)
        joined = chosen.outerjoin(DecisionRow, same).order_by(revoked.block_number, revoked.log_index)
        return [
            Withdrawal(ReasonClass(reason), at, then) for reason, at, then in self._session.execute(joined)
        ]

    def decisions(self, *, after: bytes = b"", limit: int = PAGE) -> list[tuple[bytes, bytes]]:
        """(attestation id, commitment) of decisions, by id from behind one: for a walk over all of them."""
        row = DecisionRow.__table__.c  # type: ignore[attr-defined]
        chosen = select(row.attestation_id, row.commitment).where(row.attestation_id > after)
        found = self._session.execute(chosen.order_by(row.attestation_id).limit(limit))
        return [(attestation_id, commitment) for attestation_id, commitment in found]

    def _in_state(self, state: AttestationState, now: int) -> list[Any]:
        decide_by = col(AttestationRow.decide_by)
        if state is AttestationState.REVOKED:
            return [text(_named(REVOKED))]
        if state is AttestationState.DECIDED:
            return [text(_named(DECIDED))]
        if state is AttestationState.LAPSED:
            return [text(_named(OPEN)), decide_by < now]
        # Nothing older can be pending: so the search skips whatever lapsed long ago.
        return [text(_named(OPEN)), decide_by >= now, *self._recorded(now - DECIDE_WITHIN_S, None)]

    def _recorded(self, since: int | None, until: int | None) -> list[Any]:
        """A period as heights, which every index is ordered by."""
        height = col(AttestationRow.block_number)
        conditions: list[Any] = []
        if since is not None:
            first = self._first_block(since)
            conditions.append(height >= first if first is not None else false())
        if until is not None:
            end = self._first_block(until)
            conditions += [height < end] if end is not None else []
        return conditions

    def _first_block(self, second: int) -> int | None:
        """The lowest kept block at or after a second; block times never fall."""
        chosen = select(BlockRow.number).where(col(BlockRow.time) >= second)  # type: ignore[call-overload]
        found = self._session.scalar(chosen.order_by(col(BlockRow.time), col(BlockRow.number)).limit(1))
        return None if found is None else int(found)

    def _conditions(self, wanted: AttestationFilter, after: Position | None) -> list[Any]:
        conditions = _equal(wanted)
        conditions += self._in_state(*wanted.state) if wanted.state else []
        conditions += self._recorded(wanted.since, wanted.until)
        return conditions if after is None else [*conditions, _behind(AttestationRow, after)]

    def _leading(self, wanted: AttestationFilter) -> list[Any]:
        """The condition whose index a combined search walks."""
        return _equal(wanted)[:1] or (self._in_state(*wanted.state)[:1] if wanted.state else [])

    def _place_after(self, rows: int, *conditions: Any) -> Position | None:
        """Place of the last of so many rows, or None if there are fewer."""
        chosen = select(AttestationRow.block_number, AttestationRow.log_index, AttestationRow.at)  # type: ignore[call-overload]
        ordered = chosen.where(*conditions).order_by(*_PLACE.clauses).offset(rows - 1).limit(1)
        found = self._session.execute(ordered).first()
        return Position(*found) if found else None

    def _member(self, row: MemberRow) -> Member:
        status = self._latest(MemberStatusRow, col(MemberStatusRow.member_id) == row.member_id)
        signer = self._latest(MemberSignerRow, col(MemberSignerRow.member_id) == row.member_id)
        assert status is not None
        assert signer is not None
        return Member(
            row.member_id, row.name, Role(row.role), Status(status.status), status.at, signer.signer, row.at
        )

    def _proposal(self, row: ProposalRow) -> Proposal:
        approvals = self._history(ApprovalRow, col(ApprovalRow.proposal_id) == row.proposal_id)
        executed = self._latest(ExecutionRow, col(ExecutionRow.proposal_id) == row.proposal_id)
        return Proposal(
            row.proposal_id,
            row.proposer,
            Action(row.action),
            row.payload,
            row.lapses_at,
            row.at,
            tuple(approval.member_id for approval in approvals),
            executed.at if executed else None,
        )

    def _attestations(
        self, *conditions: Any, limit: int = PAGE, newest_first: bool = False
    ) -> list[AttestationEntry]:
        order = [column.desc() for column in _PLACE.clauses] if newest_first else _PLACE.clauses
        decided = col(DecisionRow.attestation_id) == col(AttestationRow.attestation_id)
        revoked = col(RevocationRow.attestation_id) == col(AttestationRow.attestation_id)
        chosen = (
            select(*_ENTRY_COLUMNS)
            .select_from(AttestationRow)
            .outerjoin(DecisionRow, decided)
            .outerjoin(RevocationRow, revoked)
            .where(*conditions)
            .order_by(*order)
            .limit(limit)
        )
        return [_entry(row) for row in self._session.execute(chosen)]

    def _latest(self, table: type[Row], *conditions: Any, at: int | None = None) -> Row | None:
        chosen = select(table).where(*conditions)
        if at is not None:
            chosen = chosen.where(col(table.at) <= at)
        return self._first(chosen.order_by(col(table.block_number).desc(), col(table.log_index).desc()))

    def _history(self, table: type[Row], *conditions: Any) -> Sequence[Row]:
        ordered = select(table).where(*conditions).order_by(col(table.block_number), col(table.log_index))
        return self._all(ordered)

    def _first(self, chosen: Select[Row]) -> Row | None:
        return self._session.scalars(chosen.limit(1)).first()

    def _all(self, chosen: Select[Row]) -> Sequence[Row]:
        return self._session.scalars(chosen).all()


def _named(condition: str) -> str:
    """A condition of `tables.ledger` with its table's name, since joined tables might share columns."""
    return " AND ".join(f"attestations.{part}" for part in condition.split(" AND "))


def _equal(wanted: AttestationFilter) -> list[Any]:
    columns = AttestationRow.__table__.c  # type: ignore[attr-defined]
    values = {"issuer": wanted.issuer, "recipient": wanted.recipient, "method": wanted.method}
    return [columns[name] == value for name, value in values.items() if value is not None]


def _behind(table: type[EventRow], after: Position) -> Any:
    place = tuple_(col(table.block_number), col(table.log_index))
    return place > (after.block_number, after.log_index)


def _position(row: EventRow) -> Position:
    return Position(row.block_number, row.log_index, row.at)


def _rule(row: MethodRuleRow) -> MethodRule:
    return MethodRule(row.allowed_from, row.allowed_until, row.max_age_days)


def _keys(row: MemberKeysRow, valid_until: int | None, declared: Sequence[CompromiseRow]) -> MemberKeys:
    keys = KeySet(row.record_key, row.transfer_key, row.endpoint, row.licence, row.supervisor)
    place = (row.block_number, row.log_index)
    later = [entry.since for entry in declared if (entry.block_number, entry.log_index) > place]
    return MemberKeys(row.member_id, row.digest, keys, row.at, valid_until, min(later, default=None))


def _entry(row: Sequence[Any]) -> AttestationEntry:
    attestation_id, attested_at, decided_at, commitment, revoked_at, reason, *terms = row
    known = None if reason is None else ReasonClass(reason)
    return AttestationEntry(
        attestation_id, Terms(*terms), attested_at, decided_at, commitment, revoked_at, known
    )


_ENTRY_COLUMNS: tuple[Any, ...] = (
    AttestationRow.attestation_id,
    AttestationRow.at,
    DecisionRow.at,
    DecisionRow.commitment,
    RevocationRow.at,
    RevocationRow.reason,
    AttestationRow.issuer,
    AttestationRow.recipient,
    AttestationRow.method,
    AttestationRow.legal_basis,
    AttestationRow.verified_on,
    AttestationRow.decide_by,
)
"""What `_entry` takes; columns instead of whole rows, which would cost three objects each."""
