"""The demo's consortium: two providers and a regulator with invented names, their keys and votes."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from node.bootstrap import Node, build, build_signer
from node.chain import proposals
from node.chain.deploy import deploy
from node.chain.proposals import Proposal
from node.chain.rpc import Rpc
from node.chain.signer import create_keystore
from node.config import Settings, load_settings
from node.domain.access import Role as StaffRole
from node.domain.access import issue_api_key
from node.domain.commitments import method_code
from node.domain.events import KeySet, Role
from node.domain.ledger import Intent
from node.domain.legal_basis import LegalBasis, bitmap_of
from node.domain.methods import CHIP_FACE, IMAGE_FACE, proposed_rule
from node.exchange.keys import generate_keys
from scripts.demo.timeline import StepFailed

LIGHT_SCRYPT_N = 2**12
"""Work factor of the demo's throw-away keystores; `rireki keys init` uses 2^18."""

IMAGE_MAX_AGE_DAYS = 90
"""This consortium trusts photographs for a season only; chip verifications as the catalogue proposes."""

RULEBOOK = "見本コンソーシアム規約 第5条 (demo rulebook, article 5)"
"""Reference under which this invented consortium enables the RELIANCE basis; a real one needs its own."""


@dataclass(eq=False)
class Member:
    """One member's node before and while it runs.

    Attributes:
        title: short name in the timeline.
        legal_name: as on chain; every name is marked 見本.
        role: provider or regulator.
        home: its folder.
        listen_port: where its process listens.
        public_url: where browsers and peers reach it.
        overrides: settings beyond the common ones.
        tokens: API keys by role, made by `prepare`.
    """

    title: str
    legal_name: str
    role: Role
    home: Path
    listen_port: int
    public_url: str
    overrides: dict[str, Any] = field(default_factory=dict)
    tokens: dict[StaffRole, list[str]] = field(default_factory=dict)

    @property
    def config(self) -> Path:
        """Its settings file."""
        return self.home / "rireki.toml"

    def write_config(self, common: dict[str, Any]) -> None:
        """Write the settings file; JSON scalars, arrays and flat tables are valid TOML values."""
        values: dict[str, Any] = {
            "environment": "demo",
            "legal_name": self.legal_name,
            "home": str(self.home),
            "listen_port": self.listen_port,
            "public_url": self.public_url,
            "keystore": str(self.home / "keystore.json"),
            "keystore_password_file": str(self.home / "keystore.password"),
            **common,
            **self.overrides,
        }
        reuse = values.pop("reuse", {})
        lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items()]
        lines += ["", "[reuse]", *(f"{name} = {json.dumps(value)}" for name, value in reuse.items())]
        self.config.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def prepare(self, common: dict[str, Any]) -> None:
        """Make folder, keystore, keys and settings, as `rireki keys init` does."""
        self.home.mkdir(parents=True, mode=0o700)
        password = secrets.token_hex(16)
        (self.home / "keystore.password").write_text(password)
        create_keystore(self.home / "keystore.json", password, scrypt_n=LIGHT_SCRYPT_N)
        generate_keys(randomness=secrets.token_bytes).save(self.home / "keys")
        self.write_config(common)

    @property
    def settings(self) -> Settings:
        """As its node reads them."""
        return load_settings(self.config)

    def open(self) -> Node:
        """Its wired node, for set-up; the process that serves is another."""
        return build(self.settings)

    def make_api_keys(self, node: Node, *roles: StaffRole) -> None:
        """Make one API key for each role named; the same role twice makes two holders."""
        for role in roles:
            holder = f"{role.value}-{len(self.tokens.get(role, [])) + 1}"
            key, token = issue_api_key(holder, role, now=node.clock.now(), randomness=secrets.token_bytes)
            with node.transaction() as unit:
                unit.api_keys.add(key)
            self.tokens.setdefault(role, []).append(token)


def found(member: Member, rpc_url: str) -> dict[str, Any]:
    """Deploy the history with one founding provider. Returns what every member adds to its settings."""
    signer = build_signer(member.settings)
    done = deploy(Rpc(rpc_url), signer, [(signer.address, member.legal_name)])
    return {
        "contract_address": done.contract,
        "deployed_block": done.block_number,
        "chain_id": done.chain_id,
    }


def vote(proposal: Proposal, voters: list[Node]) -> str:
    """The first voter proposes, the others approve. Returns the hash of the deciding transaction."""
    proposer, *others = voters
    name = secrets.token_hex(8)
    with proposer.transaction() as unit:
        intent = proposer.ledger.within(unit.session).propose(f"propose:{name}", proposal)
    last = recorded(proposer, intent)
    proposer.ledger.sync()
    with proposer.transaction() as unit:
        number = max(one.proposal_id for one in unit.ledger.proposals())
    for node in others:
        with node.transaction() as unit:
            intent = node.ledger.within(unit.session).approve(f"approve:{number}", number)
        last = recorded(node, intent)
    proposer.ledger.sync()
    with proposer.transaction() as unit:
        if unit.ledger.proposal(number).executed_at is None:
            raise StepFailed(f"proposal {number} was not carried")
    return last


def admission(member: Member) -> Proposal:
    """The proposal that lets a member in."""
    return proposals.admit(build_signer(member.settings).address, member.role, member.legal_name)


def policy() -> list[Proposal]:
    """The methods and legal bases of this consortium."""
    by_photographs = replace(proposed_rule(IMAGE_FACE), max_age_days=IMAGE_MAX_AGE_DAYS)
    bases = bitmap_of([LegalBasis.ASSIST, LegalBasis.RELIANCE], reference=RULEBOOK)
    return [
        proposals.set_method_rule(method_code(CHIP_FACE), proposed_rule(CHIP_FACE)),
        proposals.set_method_rule(method_code(IMAGE_FACE), by_photographs),
        proposals.set_legal_bases(bases),
    ]


def publish_keys(member: Member, node: Node) -> str:
    """Put a member's public keys and endpoint on chain. Returns the transaction's hash."""
    keys = KeySet(
        record_key=node.keys.record_public,
        transfer_key=node.keys.transfer.public_bytes,
        endpoint=member.public_url,
        licence="見本第1号",
        supervisor="見本監督庁 (invented)",
    )
    with node.transaction() as unit:
        intent = node.ledger.within(unit.session).publish_keys("keys:first", keys)
    return recorded(node, intent)


def recorded(node: Node, intent: Intent) -> str:
    """Wait for an intent; its transaction's hash, or StepFailed with the contract's code."""
    done = node.ledger.settle(intent.intent_id)
    if not done.is_recorded or done.tx_hash is None:
        raise StepFailed(f"the contract refused: {done.code}")
    return "0x" + done.tx_hash.hex()
