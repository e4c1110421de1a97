"""Builds the demo's stage: chain, card reader, three nodes of a consortium founded by real votes."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from node.domain.access import Role as StaffRole
from node.domain.events import Role
from node.errors import Unavailable
from scripts.demo.actors import Staff
from scripts.demo.chain_time import BEGINS
from scripts.demo.members import Member, admission, found, policy, publish_keys, vote
from scripts.demo.persona import Persona
from scripts.demo.processes import await_nodes, empty_folder, start_node
from scripts.demo.reader import CardReader, start_reader
from scripts.demo.timeline import Timeline
from scripts.demo.wiretap import Wiretap
from tests.sim.anvil import Anvil, AnvilUnavailableError

PORTS = 6
"""Bank A's front (the network path that the wire tap sits on), B, the regulator, A's own port, the chain, the
start page."""

ANCHOR_INTERVAL_S = 1.0
POLL_INTERVAL_S = 0.5


@dataclass
class Stage:
    """Everything that runs.

    Attributes:
        chain: anvil.
        issuer, recipient, regulator: the three members.
        wire: the network in front of the issuer.
        reader: where cards are put in.
        start_port: where the start page is served.
    """

    chain: Anvil
    issuer: Member
    recipient: Member
    regulator: Member
    wire: Wiretap
    reader: CardReader
    start_port: int

    @property
    def members(self) -> tuple[Member, Member, Member]:
        """All three."""
        return self.issuer, self.recipient, self.regulator

    def latest_transaction(self, *topics: str | None) -> str | None:
        """Hash of the newest transaction with an event of these topics."""
        logs = self.records(*topics)
        return str(logs[-1]["transactionHash"]) if logs else None

    def records(self, *topics: str | None) -> list[dict[str, Any]]:
        """The contract's events of these topics, oldest first, as anybody can look them up."""
        contract = self.issuer.settings.contract_address
        wanted = {"address": contract, "fromBlock": "0x0", "topics": [None, *topics]}
        found: list[dict[str, Any]] = self.chain.rpc("eth_getLogs", wanted)
        return found

    def staff(self, member: Member, role: StaffRole, number: int = 0) -> Staff:
        """Somebody with an API key at a member."""
        return Staff(f"http://127.0.0.1:{member.listen_port}", member.tokens[role][number])


def set_up(home: Path, port_base: int, persona: Persona, timeline: Timeline, stack: ExitStack) -> Stage:
    """Start and found everything; what is started is stopped by `stack`."""
    empty_folder(home)
    members = _members(home, port_base)
    issuer, recipient, regulator = members
    with timeline.step("start the chain (anvil, free gas)", "everybody") as step:
        chain = _start_chain(home, port_base + 4, stack)
        step.note = chain.url
    with timeline.step("put the card into a virtual reader", "bank A") as step:
        reader = start_reader(persona.card(), stack)
        step.note = reader.note
    persona.blank.ca.write_trust(home / "trust")
    _found_consortium(members, {**_common(home), "rpc_url": chain.url}, timeline)
    with timeline.step("start three nodes", "everybody"):
        wire = stack.enter_context(Wiretap(port_base, issuer.listen_port))
        await_nodes({member: start_node(member, reader.environment, stack) for member in members})
    return Stage(chain, issuer, recipient, regulator, wire, reader, port_base + 5)


def _start_chain(home: Path, port: int, stack: ExitStack) -> Anvil:
    try:
        return stack.enter_context(Anvil(port=port, state=home / "chain.json", begins=BEGINS))
    except AnvilUnavailableError as error:
        raise Unavailable("demo.chain_not_started", str(error), hint="run scripts/setup") from error


def _members(home: Path, port: int) -> tuple[Member, Member, Member]:
    front = f"http://localhost:{port}"
    return (
        Member("bank A", "見本第一銀行 (Mihon First Bank)", Role.PROVIDER, home / "a", port + 3, front),
        Member(
            "broker B",
            "見本ひかり証券 (Mihon Hikari Securities)",
            Role.PROVIDER,
            home / "b",
            port + 1,
            f"http://localhost:{port + 1}",
            {"reuse": _reuse_policy(home)},
        ),
        Member(
            "regulator",
            "見本監督庁 (Mihon Supervisory Agency)",
            Role.REGULATOR,
            home / "r",
            port + 2,
            f"http://localhost:{port + 2}",
            {"engine_workers": 0},
        ),
    )


def _reuse_policy(home: Path) -> dict[str, Any]:
    return {
        "legal_basis": "RELIANCE",
        "allowed_methods": ["jp.chip+face", "jp.idimage+face"],
        "rebind": "passkey",
        "reaudit_share": 0.0,
        "screening_list": str(home / "screening.txt"),
    }


def _common(home: Path) -> dict[str, Any]:
    (home / "screening.txt").write_text("見本　手配\n", encoding="utf-8")
    return {
        "trust_dir": str(home / "trust"),
        "anchor_interval_s": ANCHOR_INTERVAL_S,
        "poll_interval_s": POLL_INTERVAL_S,
    }


def _found_consortium(
    members: tuple[Member, Member, Member], common: dict[str, Any], timeline: Timeline
) -> None:
    issuer, recipient, regulator = members
    for member in members:
        member.prepare(common)
    with timeline.step("deploy the history contract", "bank A") as step:
        common |= found(issuer, common["rpc_url"])
        step.note = common["contract_address"]
        for member in members:
            member.write_config(common)
    a, b, r = (member.open() for member in members)
    with timeline.step("admit broker B (1 of 1 votes)", "bank A") as step:
        step.tx = vote(admission(recipient), [a])
    with timeline.step("admit the regulator (2 of 2 votes)", "A and B") as step:
        step.tx = vote(admission(regulator), [a, b])
    with timeline.step("allow methods and legal bases (votes)", "A and B") as step:
        for proposal in policy():
            step.tx = vote(proposal, [a, b])
    with timeline.step("publish keys and endpoints", "everybody") as step:
        for member, node in zip(members, (a, b, r), strict=True):
            step.tx = publish_keys(member, node)
    issuer.make_api_keys(a, StaffRole.STAFF, StaffRole.REVIEWER, StaffRole.OFFICER)
    recipient.make_api_keys(b, StaffRole.STAFF, StaffRole.REVIEWER, StaffRole.OFFICER)
    regulator.make_api_keys(r, StaffRole.AUDITOR, StaffRole.AUDITOR)
