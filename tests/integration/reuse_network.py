"""Three members on one chain, served in this process: two providers, a regulator, and a customer.

Everything is the product: nodes as `node.bootstrap` wires them, behind uvicorn on loopback ports, on a real
chain. Two things are put in by hand: the verification record (its making is tested elsewhere) and, where a
story needs a face, what the engine would say of the clip (`ScriptedPresence`).
"""

from __future__ import annotations

import secrets
import threading
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

import httpx
import uvicorn

from node.api.app import create_app
from node.bootstrap import Node, build
from node.chain import proposals
from node.chain.deploy import deploy
from node.chain.rpc import Rpc
from node.config import load_settings
from node.domain.access import Role as StaffRole
from node.domain.access import issue_api_key
from node.domain.case import Case, CaseState
from node.domain.commitments import method_code
from node.domain.events import KeySet, Role
from node.domain.legal_basis import LegalBasis, bitmap_of
from node.domain.methods import CHIP_FACE, IMAGE_FACE, proposed_rule
from node.domain.record import CheckFact
from node.usecases.record_verification import record_verification
from tests.sim.anvil import Anvil
from tests.sim.authenticator import SoftwareAuthenticator
from tests.sim.invented_customer import APPLICATION, FACE_CHECKS, turn_challenge, verified_facts
from tests.sim.patience import DEADLINE_S, eventually
from tests.sim.patient_browser import patient_browser
from tests.sim.running_node import RunningNode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from types import TracebackType

    from node.chain.proposals import Proposal
    from node.domain.evidence import ClipFiles
    from node.domain.ledger import Intent

LOOK_EVERY_S = 0.05
DAY_S = 86_400
DONE = ("accepted", "refused", "ended")

BRISK = {"anchor_interval_s": 0.5, "poll_interval_s": 0.2}
"""Seconds; three nodes at this pace keep half a core busy."""


@dataclass
class ScriptedPresence:
    """Stands where the engine stands and says what the story needs; keeps what it was given."""

    outcome: str = "passed"
    clips: list[ClipFiles] = field(default_factory=list)
    portraits: list[bytes | None] = field(default_factory=list)

    def new_challenge(self, now: int) -> dict[str, Any]:
        return turn_challenge(now)

    def check_clip(self, clip: ClipFiles) -> None:
        """Anything will do."""

    def judge_presence(
        self, clip: ClipFiles, _challenge: Mapping[str, Any], portrait: bytes | None
    ) -> tuple[CheckFact, ...]:
        self.clips.append(clip)
        self.portraits.append(portrait)
        return tuple(CheckFact(name, self.outcome) for name in FACE_CHECKS)


class Server(uvicorn.Server):
    """uvicorn in a thread of this process."""

    def __init__(self, node: Node) -> None:
        settings = node.settings
        super().__init__(
            uvicorn.Config(
                create_app(node),
                host="127.0.0.1",
                port=settings.listen_port,
                log_level="warning",
                access_log=False,
            )
        )
        self._thread = threading.Thread(target=self.run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        eventually(lambda: self.started)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.should_exit = True
        self._thread.join(DEADLINE_S)


@dataclass
class SimNode:
    """One member's node and the clients of its people."""

    node: Node
    url: str
    member_id: int
    presence: ScriptedPresence
    running: RunningNode
    _server: ExitStack = field(default_factory=ExitStack)

    def serve(self) -> None:
        """Start serving; also again after `stop`, with everything in memory forgotten."""
        self._server.enter_context(Server(self.node))

    def stop(self) -> None:
        """Stop serving and the jobs; a later `serve` is a restarted node on the same database."""
        self._server.close()
        self.node = _scripted(build(self.node.settings), self.presence)

    def staff(self, role: StaffRole, holder: str = "見本 係員") -> httpx.Client:
        """A client with a fresh API key."""
        now, randomness = self.node.clock.now(), secrets.token_bytes
        key, token = issue_api_key(f"{holder} {role}", role, now=now, randomness=randomness)
        with self.node.transaction() as unit:
            unit.api_keys.add(key)
        return httpx.Client(
            base_url=self.url, headers={"Authorization": f"Bearer {token}"}, timeout=DEADLINE_S
        )

    def do(self, write: Callable[[Any], Intent]) -> Intent:
        """One write to the chain, settled."""
        with self.node.transaction() as unit:
            intent = write(self.node.ledger.within(unit.session))
        done = self.node.ledger.settle(intent.intent_id, timeout_s=DEADLINE_S)
        assert done.is_recorded, done
        return done


class Network:
    """The consortium; a context manager.

    Args:
        folder: for databases and keys.
        begins: chain time at which everything starts, or None for now.
        pace: intervals of the nodes' jobs, as in the settings file.
        database: member's name ("a", "b", "r") -> URL; None for SQLite under each home.
        policy: further settings of the recipients' reuse policy.
    """

    member = SimNode
    """How members are served."""

    def __init__(
        self,
        folder: Path,
        *,
        begins: int | None = None,
        pace: Mapping[str, float] = BRISK,
        database: Callable[[str], str] | None = None,
        **policy: Any,
    ) -> None:
        self._folder, self._begins, self._stack = folder, begins, ExitStack()
        self._pace, self._database = pace, database
        wanted = {**_policy(folder), **policy}
        self._policy = {
            name: value for name, value in wanted.items() if value is not None
        }  # TOML has no None

    def __enter__(self) -> Self:
        with self._stack as stack:
            self.chain = stack.enter_context(Anvil(state=self._folder / "chain.json"))
            if self._begins is not None:
                self.chain.advance_to(self._begins)
            self.a, self.b, self.r = self._found()
            for member in (self.a, self.b, self.r):
                member.serve()
                stack.callback(member._server.close)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def nodes(self) -> tuple[SimNode, SimNode, SimNode]:
        """Issuer, recipient, regulator."""
        return (self.a, self.b, self.r)

    def vote(self, proposal: Proposal) -> None:
        """A proposes, B approves."""
        name = secrets.token_hex(4)
        self.a.do(lambda ledger: ledger.propose(f"propose-{name}", proposal))
        self.a.node.ledger.sync()
        with self.a.node.transaction() as unit:
            number = max(one.proposal_id for one in unit.ledger.proposals())
        self.b.do(lambda ledger: ledger.approve(f"approve-{name}", number))

    def sync(self) -> None:
        """Let every node see what happened."""
        for member in self.nodes:
            member.node.ledger.sync()

    def _found(self) -> tuple[SimNode, SimNode, SimNode]:
        names = {"a": "見本第一銀行", "b": "見本ひかり証券", "r": "見本監督庁"}
        folders = {k: RunningNode(self._folder / k, name, self.chain.url) for k, name in names.items()}
        signers = {k: one.prepare() for k, one in folders.items()}
        founders = [(signers[k].address, names[k]) for k in ("a", "b")]
        deployment = deploy(Rpc(self.chain.url), signers["a"], founders)
        members = []
        for number, (key, one) in enumerate(folders.items(), start=1):
            one.settings |= {**self._pace, "reuse": self._policy}
            if self._database is not None:
                one.settings["database_url"] = self._database(key)
            one.write_settings(deployment)
            presence = ScriptedPresence()
            node = _scripted(build(load_settings(one.config)), presence)
            members.append(self.member(node, one.url, number, presence, one))
        self.a, self.b, self.r = members
        self.vote(proposals.admit(signers["r"].address, Role.REGULATOR, names["r"]))
        self._publish(self.nodes)
        for method in (CHIP_FACE, IMAGE_FACE):
            self.vote(proposals.set_method_rule(method_code(method), proposed_rule(method)))
        bases = bitmap_of([LegalBasis.ASSIST, LegalBasis.RELIANCE], reference="見本規約 第1条")
        self.vote(proposals.set_legal_bases(bases))
        self.sync()
        return self.nodes

    def _publish(self, nodes: tuple[SimNode, ...]) -> None:
        for one in nodes:
            keys = one.node.keys
            shown = KeySet(keys.record_public, keys.transfer.public_bytes, one.url, "見本第1号", "見本監督庁")
            one.do(lambda ledger, shown=shown: ledger.publish_keys("keys", shown))


@dataclass
class Customer:
    """A person with a record and a passkey at the issuer, and one browser.

    Attributes:
        network: where the members are.
        record_id: the person's record at the issuer.
        passkeys: the person's.
        browser: keeps the cookies.
        look_every_s: how often a waiting page asks.
    """

    network: Network
    record_id: str
    passkeys: SoftwareAuthenticator
    browser: httpx.Client = field(default_factory=patient_browser)
    look_every_s: float = LOOK_EVERY_S

    def sign_in(self) -> None:
        """At the issuer, with the passkey."""
        site = self.network.a.url
        begun = self.browser.post(f"{site}/sign-in/options").json()
        credential = self.passkeys.get(begun["options"], origin=site)
        done = self.browser.post(f"{site}/sign-in", json={**begun, "credential": credential})
        assert done.status_code == 200, done.text

    def leave(self, redirect_url: str) -> str:
        """Follow the recipient's link to the issuer's consent page; gives the request's id."""
        page = self.browser.get(redirect_url, follow_redirects=True)
        assert page.status_code == 200, page.text
        return page.text.split('data-id="')[1].split('"')[0]

    def sign(self, request_id: str, *attributes: str) -> httpx.Response:
        """Sign the consent; the basic attributes always."""
        base = f"{self.network.a.url}/exchange/authorize/{request_id}"
        wanted = ["name", "address", "birthdate", "gender", *attributes]
        offered = self.browser.post(f"{base}/receipt", json={"attributes": wanted})
        if offered.status_code != 200:
            return offered
        credential = self.passkeys.get(offered.json(), origin=self.network.a.url)
        return self.browser.post(f"{base}/sign", json={"credential": credential})

    def way_back(self, request_id: str) -> str:
        """The URL to the recipient, once the chain has the attestation."""
        base = f"{self.network.a.url}/exchange/authorize/{request_id}"
        return eventually(
            lambda: self.browser.post(f"{base}/outcome").json().get("url"), every_s=self.look_every_s
        )

    def consent(self, redirect_url: str, *attributes: str) -> str:
        """From the recipient's link to the way back."""
        request_id = self.leave(redirect_url)
        self.sign_in()
        signed = self.sign(request_id, *attributes)
        assert signed.status_code == 200, signed.text
        return self.way_back(request_id)

    def come_back(self, url: str) -> str:
        """Follow the way back; gives the page's path at the recipient."""
        back = self.browser.get(url)
        assert back.status_code == 303, back.text
        return back.headers["location"]

    def look(self, path: str) -> dict[str, Any]:
        """What the waiting page asks."""
        answer = self.browser.post(f"{self.network.b.url}{path}/state")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def wait(self, path: str) -> str:
        """The final state, or `rebinding` when a clip is wanted."""
        states = (*DONE, "rebinding")
        return eventually(lambda: (s := self.look(path)["state"]) in states and s, every_s=self.look_every_s)


def record_at(
    member: SimNode, *, method: str = CHIP_FACE, verified_at: int | None = None, **facts: Any
) -> str:
    """Put a verification record in, as the engine's positive verdict would."""
    now = member.node.clock.now()
    case_id = secrets.token_hex(16)
    case = Case(case_id, method, CaseState.VERIFIED.value, {}, now, "見本", now, decided_at=now)
    found = verified_facts(method, verified_at=now if verified_at is None else verified_at)
    with member.node.transaction() as unit:
        decided = record_verification(
            unit, case, replace(found, **facts), issuer=member.member_id, selfie=None, now=now
        )
        unit.cases.add(decided)
    return case_id


def enrol(network: Network, record_id: str) -> Customer:
    """Give the record's customer a passkey through the issuer's page, and wait for the anchor."""
    staff = network.a.staff(StaffRole.STAFF)
    customer = Customer(network, record_id, SoftwareAuthenticator(secrets.token_bytes))
    bind_passkey(customer, staff)
    eventually(lambda: is_anchored(customer, staff))
    return customer


def is_anchored(customer: Customer, staff: httpx.Client) -> bool:
    """Whether the chain has what the customer may release."""
    return bool(staff.get(f"/v1/records/{customer.record_id}").json()["versions"]["anchored"])


def bind_passkey(customer: Customer, staff: httpx.Client) -> None:
    """Give the record's customer a passkey through the issuer's page."""
    issuer = customer.network.a
    link = staff.post(f"/v1/cases/{customer.record_id}/enrolment").json()["url"]
    begun = customer.browser.post(f"{link}/options").json()
    credential = customer.passkeys.create(begun["options"], origin=issuer.url)
    bound = customer.browser.post(link, json={"ceremony_id": begun["ceremony_id"], "credential": credential})
    assert bound.json() == {"bound": True}, bound.text


def open_reuse(network: Network, **changes: Any) -> dict[str, Any]:
    """Staff at the recipient open a reuse."""
    wanted = {"issuer_id": 1, "purpose": "account_opening", "application": APPLICATION, "high_risk": []}
    answer = network.b.staff(StaffRole.STAFF).post("/v1/reuses", json={**wanted, **changes})
    assert answer.status_code == 201, answer.text
    return answer.json()


def seen(network: Network, reuse_id: str) -> dict[str, Any]:
    """The reuse as the recipient's staff see it."""
    return network.b.staff(StaffRole.STAFF).get(f"/v1/reuses/{reuse_id}").json()


def _policy(folder: Path) -> dict[str, Any]:
    screening = folder / "screening.txt"
    screening.write_text("# 見本\n見本 手配\n", encoding="utf-8")
    return {
        "legal_basis": "RELIANCE",
        "allowed_methods": (CHIP_FACE, IMAGE_FACE),
        "rebind": "passkey",
        "reaudit_share": 0.0,
        "screening_list": str(screening),
    }


def _scripted(node: Node, presence: ScriptedPresence) -> Node:
    """The node with the engine's part in reuses replaced."""
    node.__dict__["reusing"] = replace(node.reusing, presence=presence)
    return node
