"""Read who belongs to the consortium and what it agreed: members, keys, rules of methods, legal bases, votes.

Never commits. Answers what was true at a second as well as what is true now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlmodel import col

from node.domain.events import Action, KeySet, MethodRule, Role, Status
from node.domain.ledger import Member, MemberKeys, Position, Proposal
from node.errors import InvalidInput
from node.store.event_rows import EventRows, position
from node.store.tables.ledger import (
    ApprovalRow,
    CompromiseRow,
    ExecutionRow,
    LegalBasesRow,
    MemberKeysRow,
    MemberRow,
    MemberSignerRow,
    MemberStatusRow,
    MethodRuleRow,
    ProposalRow,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


class ConsortiumView(EventRows):
    """Members, policy and votes."""

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
        return [(position(row), row.method, _rule(row)) for row in self._history(MethodRuleRow)]

    def legal_bases(self, at: int | None = None) -> int:
        """Bitmap of enabled legal bases now, or as it stood at a second; 0 before the first vote."""
        row = self._latest(LegalBasesRow, at=at)
        return int.from_bytes(row.bitmap, "big") if row else 0

    def proposals(self) -> list[Proposal]:
        """Every vote, oldest first."""
        return [self._proposal(row) for row in self._history(ProposalRow)]

    def proposal(self, proposal_id: int) -> Proposal:
        """One vote. Raises InvalidInput (`proposal.unknown`)."""
        row = self._first(select(ProposalRow).where(col(ProposalRow.proposal_id) == proposal_id))
        if row is None:
            raise InvalidInput("proposal.unknown", "no such proposal", hint="see the list of proposals")
        return self._proposal(row)

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


def _rule(row: MethodRuleRow) -> MethodRule:
    return MethodRule(row.allowed_from, row.allowed_until, row.max_age_days)


def _keys(row: MemberKeysRow, valid_until: int | None, declared: Sequence[CompromiseRow]) -> MemberKeys:
    keys = KeySet(row.record_key, row.transfer_key, row.endpoint, row.licence, row.supervisor)
    place = (row.block_number, row.log_index)
    later = [entry.since for entry in declared if (entry.block_number, entry.log_index) > place]
    return MemberKeys(row.member_id, row.digest, keys, row.at, valid_until, min(later, default=None))
