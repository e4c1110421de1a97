"""Wires settings to adapters, once, at start. Only entry points (api, web, jobs, cli) import this module.

Nothing here asks the chain: a node starts, and verifies customers, while the chain is away.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session

from node.chain.connect import checked_address, connect
from node.chain.history import OutboxHistory
from node.chain.ledger import ChainLedger
from node.chain.rpc import Rpc
from node.chain.sending.rules import SendingRules
from node.chain.signer import Signer, open_keystore
from node.chain.views import pending_time
from node.clock import ChainClock, SystemClock
from node.config import ReusePolicy, Settings
from node.domain.ids import MemberId
from node.domain.passkey import relying_party
from node.engine import NodeEngine, build_engine
from node.errors import InvalidInput, Unavailable
from node.exchange.client import HttpPeers, open_http
from node.exchange.client_assertion import LedgerAssertions
from node.exchange.keys import MemberKeys, load_keys
from node.exchange.member_sealing import MemberSealing
from node.ports import Clock, Randomness
from node.process import prepare_process
from node.screening import ListScreening
from node.sizing import Sizes, sizes
from node.store.database import open_engine, snapshot, transaction, upgrade
from node.store.unit import Unit
from node.store.vault import EncryptedFiles, Vault
from node.usecases.issuing import Issuing
from node.usecases.reuse_ports import Exchange
from node.usecases.reusing import Reusing
from node.usecases.start_reuse import RecipientRules
from node.verification_queue import VerificationQueue


@dataclass(frozen=True)
class Store:
    """Database and vault of a node.

    Attributes:
        database: migrated.
        files: where the vault's encrypted contents lie.
        keys: record, transfer and evidence keys.
        clock: the node's now.
        contract: whose history the database indexes.
    """

    database: Engine
    files: EncryptedFiles
    keys: MemberKeys
    clock: Clock
    contract: str

    @contextmanager
    def transaction(self) -> Iterator[Unit]:
        """One database transaction's repositories; commits at the end, rolls back when the block raises."""
        self._read_clock()
        with transaction(self.database) as session:
            yield self._unit(session)

    @contextmanager
    def snapshot(self) -> Iterator[Unit]:
        """Repositories over one state of the database, for reading only; no writer waits for it."""
        self._read_clock()
        with snapshot(self.database) as session:
            yield self._unit(session)

    def _unit(self, session: Session) -> Unit:
        vault = Vault(session, self.files, self.keys.evidence, now=self.clock.now)
        return Unit(session, vault, clock=self.clock, contract=self.contract)

    def _read_clock(self) -> None:
        """Before a unit, for the clock that asks the chain: inside it goes on from this reading."""
        with suppress(Unavailable):  # said again where the time is needed, if anywhere
            self.clock.now()


@dataclass(frozen=True)
class Node(Store):
    """Everything a running node consists of.

    Attributes:
        settings: as read at start.
        signer: account that acts for this member.
        ledger: the chain, outside transactions.
        engine: the verification engine.
        randomness: n -> n random bytes.
    """

    settings: Settings
    signer: Signer
    ledger: ChainLedger
    engine: NodeEngine
    randomness: Randomness = secrets.token_bytes

    @cached_property
    def sizes(self) -> Sizes:
        """What it may do at once."""
        return node_sizes(self.settings)

    @cached_property
    def history(self) -> OutboxHistory:
        """Writes to the chain from inside transactions."""
        return OutboxHistory(self.ledger)

    @cached_property
    def verifications(self) -> VerificationQueue:
        """Started cases, served by `engine_workers` threads; the rest waits in line."""
        return VerificationQueue(
            self.issuing, self.engine.relays, self.engine.reader, workers=self.settings.engine_workers
        )

    def member_id(self) -> MemberId:
        """This member's id, as the index of the chain has it.

        Raises:
            Unavailable: the account is not a member (`member.not_admitted`).
        """
        with self.snapshot() as unit:
            member = unit.ledger.member_by_signer(self.signer.address)
        if member is None:
            raise Unavailable(
                "member.not_admitted",
                "this node's account is not a member as far as its view of the chain goes",
                hint="let the members vote it in: rireki chain admit; then wait for the index",
            )
        return MemberId(member.member_id)

    @cached_property
    def issuing(self) -> Issuing:
        """What this member does as the one that verifies."""
        return Issuing(
            transaction=self.transaction,
            snapshot=self.snapshot,
            clock=self.clock,
            randomness=self.randomness,
            engine=self.engine,
            history=self.history,
            ledger=self.ledger.ledger,
            member_id=self.member_id,
            site=relying_party(self.settings.public_url),
            legal_name=self.settings.legal_name,
            record_key=self.keys.record_signer,
            jpki_approved=self.settings.jpki_approved,
            case_evidence_days=self.settings.case_evidence_days,
        )

    @cached_property
    def peers(self) -> HttpPeers:
        """Other members' nodes."""
        return HttpPeers(
            ledger=self.ledger.ledger,
            member_id=self.member_id,
            record_key=lambda: self.keys.record_signer,
            clock=self.clock,
            randomness=self.randomness,
            http=open_http(),
        )

    @cached_property
    def reusing(self) -> Reusing:
        """What this member does in reuses: as issuer, recipient or regulator."""
        exchange = Exchange(
            transaction=self.transaction,
            snapshot=self.snapshot,
            clock=self.clock,
            randomness=self.randomness,
            ledger=self.ledger.ledger,
            signer=self.signer.address,
            endpoint=self.settings.public_url,
            stale_after_s=self.settings.chain_stale_after_s,
            record_key=self.keys.record_signer,
            history=self.history,
            sealing=MemberSealing(self.keys.transfer),
            assertions=LedgerAssertions(self.ledger.ledger),
            peers=self.peers,
        )
        policy = self.settings.reuse
        return Reusing(exchange, _rules(policy), self.engine, ListScreening(policy.screening_list))


def _rules(policy: ReusePolicy) -> RecipientRules:
    return RecipientRules(
        legal_basis=policy.legal_basis,
        allowed_methods=policy.allowed_methods,
        max_age_days=policy.max_age_days,
        rebind=policy.rebind,
        reaudit_share=policy.reaudit_share,
        require_screening=policy.require_screening,
    )


def node_sizes(settings: Settings) -> Sizes:
    """Threads, places and connections of a node with these settings."""
    return sizes(settings.concurrency, engines=settings.engine_workers)


def make_home(home: Path) -> None:
    """Make the node's folder if it is not there. Raises Unavailable (`config.home_unusable`)."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(
            "config.home_unusable",
            f"the home folder cannot be used: {error.strerror}",
            hint="check the setting home, its permissions and the disk",
        ) from error


def build_store(settings: Settings) -> Store:
    """Open and migrate the database and the vault, for commands that need nothing else."""
    make_home(settings.home)
    upgrade(settings.database)
    return Store(
        database=open_engine(settings.database, connections=node_sizes(settings).connections),
        files=EncryptedFiles(settings.evidence),
        keys=load_keys(settings.keys),
        clock=build_clock(settings, Rpc(settings.rpc_url)),
        contract=settings.contract_address and checked_address(settings.contract_address),
    )


def build_signer(settings: Settings) -> Signer:
    """Open the member's keystore. Raises InvalidInput (`keystore.*`)."""
    if settings.keystore_password is None:
        raise no_password()
    return open_keystore(settings.keystore, settings.keystore_password.get_secret_value())


def no_password() -> InvalidInput:
    """The keystore can be neither made nor opened."""
    return InvalidInput(
        "keystore.no_password",
        "the keystore's password is not set",
        hint="Set keystore_password_file, or RIREKI_KEYSTORE_PASSWORD.",
    )


def require_complete(settings: Settings) -> None:
    """Make sure that nothing is left out which a whole node needs, though some commands do without it.

    Raises:
        InvalidInput: `config.no_contract`, `keystore.no_password`; `config.incomplete` if it is both.
    """
    gaps = []
    if not settings.contract_address or not settings.chain_id:
        hint = "Ask the consortium for them; its first member runs: rireki chain deploy."
        message = "contract_address and chain_id are not set"
        gaps.append(InvalidInput("config.no_contract", message, hint=hint))
    if settings.keystore_password is None:
        gaps.append(no_password())
    if len(gaps) > 1:
        told, hints = "; ".join(gap.message for gap in gaps), " ".join(gap.hint for gap in gaps)
        raise InvalidInput("config.incomplete", told, hint=hints)
    for gap in gaps:
        raise gap


def build_clock(settings: Settings, rpc: Rpc) -> Clock:
    """Chain time where chain time is moved forward by hand (test, demo); the machine's in production."""
    if settings.environment == "production":
        return SystemClock()
    return ChainClock(partial(pending_time, rpc))


def build(settings: Settings) -> Node:
    """Wire a whole node.

    Raises:
        InvalidInput, Unavailable, Corrupt: a setting, key, database or trust store cannot be used.
    """
    prepare_process()
    require_complete(settings)
    store = build_store(settings)
    signer = build_signer(settings)
    ledger = connect(
        store.database,
        Rpc(settings.rpc_url),
        settings.contract_address,
        deployed_block=settings.deployed_block,
        signer=signer,
        now=store.clock.now,
        chain_id=settings.chain_id,
        rules=SendingRules(fee_per_gas=settings.fee_per_gas, fee_cap_per_gas=settings.fee_cap_per_gas),
        witness_rpc=Rpc(settings.rpc_witness_url) if settings.rpc_witness_url else None,
        halted_after_s=settings.chain_halted_after_s,
    )
    return Node(
        database=store.database,
        files=store.files,
        keys=store.keys,
        clock=store.clock,
        contract=store.contract,
        settings=settings,
        signer=signer,
        ledger=ledger,
        engine=build_engine(
            model_root=settings.model_root,
            model_pack=settings.model_pack,
            trust_dir=settings.trust_dir,
            environment=settings.environment,
            card_reader=settings.card_reader,
            card_wait_s=settings.card_wait_s,
            tries_floor=settings.card_tries_floor,
            clock=store.clock,
            workers=settings.engine_workers,
            liveness_actions=settings.liveness_actions,
            jpki_approved=settings.jpki_approved,
            jpki_ocsp_url=settings.jpki_ocsp_url,
        ),
    )
