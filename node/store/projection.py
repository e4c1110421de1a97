"""Turn events into rows, and take them back.

Decides which facts each event adds to `node.store.tables.ledger`. Rows hang on their block, so a roll-back
deletes blocks and the database does the rest; only the two "moved on" columns of attestations are reset by
hand. Never commits.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, update

from node.domain.events import (
    Anchored,
    Attested,
    CompromiseDeclared,
    Decided,
    KeysPublished,
    LegalBasesSet,
    MemberAdmitted,
    MemberStatusChanged,
    MethodRuleSet,
    ProposalApproved,
    ProposalExecuted,
    ProposalMade,
    Revoked,
    SignerReplaced,
    Status,
)
from node.domain.evm_words import uint_word
from node.store.bulk import Row, insert_many, update_many
from node.store.tables import ledger as tables
from node.store.tables.chain import BlockRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlmodel import Session

    from node.domain.events import HistoryEvent
    from node.domain.ledger import Position

Located = tuple["Position", "HistoryEvent"]
"""An event and where it stands."""

Fact = tuple[type[tables.EventRow], tuple[Any, ...]]
"""A table and the values of a new row of it, in the order of its class, behind the event's place."""


def project(session: Session, events: Iterable[Located]) -> None:
    """Add what these events say, in their order."""
    rows: dict[type[tables.EventRow], list[Row]] = defaultdict(list)
    moves: dict[str, list[Row]] = {"decided_in": [], "revoked_in": []}
    for position, event in events:
        place = (position.block_number, position.log_index, position.at)
        for table, values in _FACTS[type(event)](event):
            rows[table].append(place + values)
        if isinstance(event, Decided):
            moves["decided_in"].append((position.block_number, event.attestation_id))
        elif isinstance(event, Revoked):
            moves["revoked_in"].append((position.block_number, event.attestation_id))
    for table, added in rows.items():
        insert_many(session.connection(), table, added)
    for column, moved in moves.items():
        update_many(session.connection(), tables.AttestationRow, column, "attestation_id", moved)


def take_back(session: Session, *, above: int) -> None:
    """Delete every block above this height and all that it said."""
    attestations = tables.AttestationRow.__table__  # type: ignore[attr-defined]
    for column, table in (("decided_in", tables.DecisionRow), ("revoked_in", tables.RevocationRow)):
        fallen = select(table.attestation_id).where(table.block_number > above)  # type: ignore[call-overload]
        session.execute(
            update(tables.AttestationRow)
            .where(attestations.c.attestation_id.in_(fallen))
            .values({column: None})
            .execution_options(synchronize_session=False)
        )
    session.execute(delete(BlockRow).where(BlockRow.number > above))  # type: ignore[arg-type]


def drop_projections(session: Session) -> None:
    """Delete all rows of all projections, to be made anew; blocks and raw logs stay."""
    for table in tables.EventRow.__subclasses__():
        session.execute(delete(table))


def _proposal_made(event: ProposalMade) -> list[Fact]:
    made = (event.proposal_id, event.proposer, int(event.action), event.payload, event.lapses_at)
    return [(tables.ProposalRow, made), (tables.ApprovalRow, (event.proposal_id, event.proposer))]


def _proposal_approved(event: ProposalApproved) -> list[Fact]:
    return [(tables.ApprovalRow, (event.proposal_id, event.member))]


def _proposal_executed(event: ProposalExecuted) -> list[Fact]:
    return [(tables.ExecutionRow, (event.proposal_id,))]


def _member_admitted(event: MemberAdmitted) -> list[Fact]:
    member = event.member_id
    return [
        (tables.MemberRow, (member, int(event.role), event.name)),
        (tables.MemberStatusRow, (member, int(Status.ACTIVE))),
        (tables.MemberSignerRow, (member, event.signer)),
    ]


def _member_status_changed(event: MemberStatusChanged) -> list[Fact]:
    return [(tables.MemberStatusRow, (event.member_id, int(event.status)))]


def _signer_replaced(event: SignerReplaced) -> list[Fact]:
    return [(tables.MemberSignerRow, (event.member_id, event.signer))]


def _method_rule_set(event: MethodRuleSet) -> list[Fact]:
    rule = event.rule
    values = (event.method, rule.allowed_from, rule.allowed_until, rule.max_age_days)
    return [(tables.MethodRuleRow, values)]


def _legal_bases_set(event: LegalBasesSet) -> list[Fact]:
    return [(tables.LegalBasesRow, (uint_word(event.bitmap),))]


def _keys_published(event: KeysPublished) -> list[Fact]:
    keys = event.keys
    published = (keys.record_key, keys.transfer_key, keys.endpoint, keys.licence, keys.supervisor)
    return [(tables.MemberKeysRow, (event.member_id, event.digest, *published))]


def _compromise_declared(event: CompromiseDeclared) -> list[Fact]:
    return [(tables.CompromiseRow, (event.member_id, event.since))]


def _anchored(event: Anchored) -> list[Fact]:
    return [(tables.AnchorRow, (event.issuer, event.root, event.size))]


def _attested(event: Attested) -> list[Fact]:
    terms = event.terms
    parties = (event.attestation_id, terms.issuer, terms.recipient)
    conditions = (terms.method, terms.legal_basis, terms.verified_on, terms.decide_by)
    return [(tables.AttestationRow, (*parties, *conditions, *_UNDECIDED))]


def _decided(event: Decided) -> list[Fact]:
    return [(tables.DecisionRow, (event.attestation_id, event.recipient, event.commitment))]


def _revoked(event: Revoked) -> list[Fact]:
    return [(tables.RevocationRow, (event.attestation_id, event.issuer, int(event.reason)))]


_UNDECIDED = (None, None)
"""decided_in and revoked_in of a new attestation."""

_FACTS: dict[type, Callable[[Any], list[Fact]]] = {
    ProposalMade: _proposal_made,
    ProposalApproved: _proposal_approved,
    ProposalExecuted: _proposal_executed,
    MemberAdmitted: _member_admitted,
    MemberStatusChanged: _member_status_changed,
    SignerReplaced: _signer_replaced,
    MethodRuleSet: _method_rule_set,
    LegalBasesSet: _legal_bases_set,
    KeysPublished: _keys_published,
    CompromiseDeclared: _compromise_declared,
    Anchored: _anchored,
    Attested: _attested,
    Decided: _decided,
    Revoked: _revoked,
}
