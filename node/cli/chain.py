"""`rireki chain`: deploy the history, vote, publish keys, look at the consortium."""

from __future__ import annotations

import time
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from node.bootstrap import Node, build, build_signer
from node.chain import proposals
from node.chain.deploy import deploy as deploy_contract
from node.chain.proposals import Proposal, read_payload
from node.chain.rpc import Rpc
from node.cli.chain_dev import dev
from node.cli.options import DEFAULT_CONFIG, ConfigOption
from node.config import load_settings
from node.domain.commitments import method_code
from node.domain.days import jst_date
from node.domain.events import KeySet, Role
from node.domain.ledger import Intent, MemberKeys
from node.domain.ledger import Proposal as Proposed
from node.domain.legal_basis import basis_of, bitmap_of
from node.domain.methods import CATALOGUE, citation, method_of, proposed_rule
from node.errors import InvalidInput
from node.store.unit import Unit

app = typer.Typer(no_args_is_help=True, help=__doc__)
app.command("dev")(dev)


@app.command()
def deploy(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Deploy a new history with this member as its founding provider; print what belongs into the settings.

    Done once per consortium. Further members are admitted by votes, and use the same lines in their settings.

    Example: rireki chain deploy --config bank/rireki.toml >> bank/rireki.toml
    """
    settings = load_settings(config)
    signer = build_signer(settings)
    founders = [(signer.address, settings.legal_name)]
    done = deploy_contract(Rpc(settings.rpc_url), signer, founders, fee_per_gas=settings.fee_per_gas)
    typer.echo(f'contract_address = "{done.contract}"')
    typer.echo(f"deployed_block = {done.block_number}")
    known = settings.chain_id == done.chain_id
    typer.echo(
        f"# chain_id = {done.chain_id}, as in these settings" if known else f"chain_id = {done.chain_id}"
    )


@app.command()
def admit(
    signer: Annotated[str, typer.Argument(help="The new member's chain account (its `rireki keys show`).")],
    name: Annotated[str, typer.Argument(help="Its legal name.")],
    regulator: Annotated[
        bool, typer.Option("--regulator", help="Admit a regulator: no vote, no writing.")
    ] = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Propose a new member; it is in once more than half of the active providers approved."""
    _propose(config, proposals.admit(signer, Role.REGULATOR if regulator else Role.PROVIDER, name))


@app.command()
def suspend(member_id: int, config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Propose to suspend a member: it can do nothing until reinstated."""
    _propose(config, proposals.suspend(member_id))


@app.command()
def reinstate(member_id: int, config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Propose to reinstate a suspended member."""
    _propose(config, proposals.reinstate(member_id))


@app.command()
def remove(member_id: int, config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Propose to remove a member for good."""
    _propose(config, proposals.remove(member_id))


@app.command("replace-signer")
def replace_signer(
    member_id: int,
    signer: Annotated[str, typer.Argument(help="The member's new chain account (its `rireki keys show`).")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Propose that another account acts for a member from then on, after its key was lost or stolen."""
    _propose(config, proposals.replace_signer(member_id, signer))


@app.command("allow-method")
def allow_method(
    method: Annotated[str, typer.Argument(help="Stable method id, e.g. jp.chip+face; `methods` lists them.")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Propose the catalogue's rule for a method: from when, until when, how old a verification may be."""
    _propose(config, proposals.set_method_rule(method_code(method_of(method).id), proposed_rule(method)))


@app.command("allow-bases")
def allow_bases(
    bases: Annotated[list[str], typer.Argument(help="Legal bases to enable, e.g. BANK_INQUIRY ASSIST.")],
    reference: Annotated[
        str, typer.Option(help="Rulebook or regulator reference; RELIANCE needs one (docs/adr).")
    ] = "",
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Propose the set of legal bases on which a decision may rest; replaces the set in force."""
    chosen = [basis_of(name) for name in bases]
    _propose(config, proposals.set_legal_bases(bitmap_of(chosen, reference=reference)))


@app.command()
def approve(
    proposal_id: Annotated[int, typer.Argument(help="As `rireki chain proposals` shows it.")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Approve a proposal; it is carried out by the approval that makes more than half."""
    node = _open(config)
    with node.transaction() as unit:
        intent = node.ledger.within(unit.session).approve(f"approve:{proposal_id}", proposal_id)
    _settled(node, intent)


@app.command("publish-keys")
def publish_keys(
    licence: Annotated[str, typer.Argument(help="The member's licence or registration number.")],
    supervisor: Annotated[str, typer.Argument(help="The authority that supervises it.")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Publish this member's record and transfer keys and its endpoint, valid from their block on."""
    node = _open(config)
    keys = KeySet(
        record_key=node.keys.record_public,
        transfer_key=node.keys.transfer.public_bytes,
        endpoint=node.settings.public_url,
        licence=licence,
        supervisor=supervisor,
    )
    node.ledger.sync()
    with node.transaction() as unit:
        published = _own_keys(node, unit)
        if published and published[-1].keys == keys:
            typer.echo("these keys are on chain already")
            return
        name = f"keys:{len(published)}:{_digest(keys)}"
        intent = node.ledger.within(unit.session).publish_keys(name, keys)
    _settled(node, intent)


@app.command("declare-compromised")
def declare_compromised(
    since: Annotated[
        int, typer.Argument(help="Earliest second (since 1970) from which signatures are disowned.")
    ],
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Disown what this member's record key signed at or after a moment. Publish new keys right after."""
    node = _open(config)
    with node.transaction() as unit:
        intent = node.ledger.within(unit.session).declare_compromised(f"compromised:{since}", since=since)
    _settled(node, intent)


@app.command()
def status(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Read up to the chain's head and show members, their keys, and whether the view is complete."""
    node = _open(config)
    state = node.ledger.sync()
    table = Table("id", "name", "role", "status", "account", "keys")
    now = node.clock.now()
    with node.snapshot() as unit:
        for member in unit.ledger.members():
            published = unit.ledger.keys_at(member.member_id, now)
            table.add_row(
                str(member.member_id),
                member.name,
                member.role.name.lower(),
                member.status.name.lower(),
                member.signer,
                published.keys.endpoint if published else "none",
            )
    Console().print(table)
    typer.echo(
        f"{state.events} events up to block {state.block_number}; running hash {state.head.hex()} as on chain"
    )


@app.command("proposals")
def list_proposals(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Show every proposal, what it would do, and who approved it."""
    node = _open(config)
    node.ledger.sync()
    table = Table("id", "action", "what", "by", "approved by", "state")
    now = node.clock.now()
    with node.snapshot() as unit:
        for one in unit.ledger.proposals():
            what = ", ".join(
                f"{name} {value}" for name, value in read_payload(one.action, one.payload).items()
            )
            open_state = "lapsed" if now >= one.lapses_at else "open"
            table.add_row(
                str(one.proposal_id),
                one.action.name.lower(),
                what,
                str(one.proposer),
                " ".join(map(str, one.approved_by)),
                "carried" if one.executed_at else open_state,
            )
    Console().print(table)


@app.command()
def methods() -> None:
    """List the verification methods of the catalogue, with the clause that holds today."""
    today = jst_date(int(time.time()))
    table = Table("id", "clause today", "what it is")
    for method in CATALOGUE:
        clause = citation(method.id, today)
        table.add_row(method.id, clause.clause if clause else "not allowed", method.summary)
    Console().print(table)


def _open(config: Path) -> Node:
    """The node, on the chain and contract that its settings name."""
    node = build(load_settings(config))
    node.ledger.require_chain()
    return node


def _propose(config: Path, proposal: Proposal) -> None:
    """Propose, unless the same is open already: a command cut short may be given again."""
    node = _open(config)
    node.ledger.sync()
    with node.transaction() as unit:
        # Whose it is, asked before: a proposal may take the account, or the member, away.
        me = unit.ledger.member_by_signer(node.signer.address)
        proposer = me.member_id if me else None
        made = _same_proposals(unit, proposer, proposal)
        intent = None if _open_one(node, made) else _queue_proposal(node, unit, proposal, len(made))
    if intent is not None:
        _settled(node, intent)
        node.ledger.sync()
    with node.snapshot() as unit:
        newest = _same_proposals(unit, proposer, proposal)[-1]
    state = "carried" if newest.executed_at else "waits for approvals"
    typer.echo(f"proposal {newest.proposal_id}: {state}")


def _same_proposals(unit: Unit, proposer: int | None, proposal: Proposal) -> list[Proposed]:
    """What this member proposed with the same content, oldest first; nothing for an account of no member."""
    mine = [one for one in unit.ledger.proposals() if one.proposer == proposer]
    same = [one for one in mine if (one.action, one.payload) == tuple(proposal)]
    return sorted(same, key=lambda one: one.proposal_id)


def _open_one(node: Node, made: Sequence[Proposed]) -> bool:
    return any(one.executed_at is None and node.clock.now() < one.lapses_at for one in made)


def _queue_proposal(node: Node, unit: Unit, proposal: Proposal, made_before: int) -> Intent:
    """Under a name that a repeated command gives too, until the chain has this proposal."""
    name = f"propose:{made_before}:{_digest(proposal)}"
    return node.ledger.within(unit.session).propose(name, proposal)


def _own_keys(node: Node, unit: Unit) -> Sequence[MemberKeys]:
    me = unit.ledger.member_by_signer(node.signer.address)
    return () if me is None else unit.ledger.keys(me.member_id)


def _digest(content: object) -> str:
    return sha256(repr(content).encode()).hexdigest()[:16]


def _settled(node: Node, intent: Intent) -> None:
    done = node.ledger.settle(intent.intent_id)
    if not done.is_recorded:
        raise InvalidInput(done.code or "chain.failed", "the contract refused it", hint="rireki chain status")
    typer.echo(f"recorded in block {done.block_number}, transaction 0x{(done.tx_hash or b'').hex()}")
