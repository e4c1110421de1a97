"""Turn events into rows, and take them back.

Decides which facts each event adds to `node.store.tables.ledger`. Rows hang on their block, so a roll-back
deletes blocks and the database does the rest; only the two "moved on" columns of attestations are reset by
hand. Never commits.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, select, update

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
from node.store.bulk import insert_many
from node.store.tables import ledger as tables
from node.store.tables.chain import BlockRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlmodel import Session

    from node.domain.events import HistoryEvent
    from node.domain.ledger import Position

Located = tuple["Position", "HistoryEvent"]
"""An event and where it stands."""

Fact = tuple[type[tables.EventRow], dict[str, Any]]
"""A table and the columns that an event sets in a new row of it."""


def project(session: Session, events: Iterable[Located]) -> None:
    """Add what these events say, in their order."""
    rows: dict[type[tables.EventRow], list[dict[str, Any]]] = defaultdict(list)
    moves: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for position, event in events:
        place = {"block_number": position.block_number, "log_index": position.log_index, "at": position.at}
        for table, columns in _FACTS[type(event)](event):
            rows[table].append(place | columns)
        if isinstance(event, Decided | Revoked):
            column = "decided_in" if isinstance(event, Decided) else "revoked_in"
            moves[column].append({"moved_id": event.attestation_id, "moved_in": position.block_number})
    for table, values in rows.items():
        insert_many(session.connection(), table, values)
    for column, values in moves.items():
        session.connection().execute(_move_on(column), values)


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


def _move_on(column: str) -> Any:
    attestations = tables.AttestationRow.__table__  # type: ignore[attr-defined]
    chosen = attestations.c.attestation_id == bindparam("moved_id")
    return attestations.update().where(chosen).values({column: bindparam("moved_in")})


def _proposal_made(event: ProposalMade) -> list[Fact]:
    made = {
        "proposal_id": event.proposal_id,
        "proposer": event.proposer,
        "action": int(event.action),
        "payload": event.payload,
        "lapses_at": event.lapses_at,
    }
    approved = {"proposal_id": event.proposal_id, "member_id": event.proposer}
    return [(tables.ProposalRow, made), (tables.ApprovalRow, approved)]


def _proposal_approved(event: ProposalApproved) -> list[Fact]:
    return [(tables.ApprovalRow, {"proposal_id": event.proposal_id, "member_id": event.member})]


def _proposal_executed(event: ProposalExecuted) -> list[Fact]:
    return [(tables.ExecutionRow, {"proposal_id": event.proposal_id})]


def _member_admitted(event: MemberAdmitted) -> list[Fact]:
    member = event.member_id
    return [
        (tables.MemberRow, {"member_id": member, "role": int(event.role), "name": event.name}),
        (tables.MemberStatusRow, {"member_id": member, "status": int(Status.ACTIVE)}),
        (tables.MemberSignerRow, {"member_id": member, "signer": event.signer}),
    ]


def _member_status_changed(event: MemberStatusChanged) -> list[Fact]:
    return [(tables.MemberStatusRow, {"member_id": event.member_id, "status": int(event.status)})]


def _signer_replaced(event: SignerReplaced) -> list[Fact]:
    return [(tables.MemberSignerRow, {"member_id": event.member_id, "signer": event.signer})]


def _method_rule_set(event: MethodRuleSet) -> list[Fact]:
    rule = event.rule
    columns = {
        "method": event.method,
        "allowed_from": rule.allowed_from,
        "allowed_until": rule.allowed_until,
        "max_age_days": rule.max_age_days,
    }
    return [(tables.MethodRuleRow, columns)]


def _legal_bases_set(event: LegalBasesSet) -> list[Fact]:
    return [(tables.LegalBasesRow, {"bitmap": uint_word(event.bitmap)})]


def _keys_published(event: KeysPublished) -> list[Fact]:
    keys = event.keys
    columns = {
        "member_id": event.member_id,
        "digest": event.digest,
        "record_key": keys.record_key,
        "transfer_key": keys.transfer_key,
        "endpoint": keys.endpoint,
        "licence": keys.licence,
        "supervisor": keys.supervisor,
    }
    return [(tables.MemberKeysRow, columns)]


def _compromise_declared(event: CompromiseDeclared) -> list[Fact]:
    return [(tables.CompromiseRow, {"member_id": event.member_id, "since": event.since})]


def _anchored(event: Anchored) -> list[Fact]:
    return [(tables.AnchorRow, {"issuer": event.issuer, "root": event.root, "size": event.size})]


def _attested(event: Attested) -> list[Fact]:
    terms = event.terms
    columns = {
        "attestation_id": event.attestation_id,
        "issuer": terms.issuer,
        "recipient": terms.recipient,
        "method": terms.method,
        "legal_basis": terms.legal_basis,
        "verified_on": terms.verified_on,
        "decide_by": terms.decide_by,
    }
    return [(tables.AttestationRow, columns)]


def _decided(event: Decided) -> list[Fact]:
    columns = {
        "attestation_id": event.attestation_id,
        "recipient": event.recipient,
        "commitment": event.commitment,
    }
    return [(tables.DecisionRow, columns)]


def _revoked(event: Revoked) -> list[Fact]:
    columns = {"attestation_id": event.attestation_id, "issuer": event.issuer, "reason": int(event.reason)}
    return [(tables.RevocationRow, columns)]


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
