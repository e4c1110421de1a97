"""A node's store without a disk: real tables and repositories in memory, a vault in a dictionary.

For tests of use cases. `MemoryVault` keeps the real vault's rules: nothing is overwritten, an unknown name is
an error, and what a rolled-back transaction had written is gone.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy.pool import StaticPool
from sqlmodel import Session, SQLModel, create_engine

from node.domain.ledger import Intent, IntentState
from node.errors import InvalidInput
from node.store.tables import load_tables
from node.store.unit import Unit
from node.unit_of_work import unit_of_work

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from node.domain.events import ReasonClass


@dataclass
class FixedClock:
    """A clock that a test moves."""

    seconds: int

    def now(self) -> int:
        """Seconds since 1970."""
        return self.seconds


@dataclass
class MemoryVault:
    """Implements `node.ports.Vault`."""

    contents: dict[tuple[str, str], bytes] = field(default_factory=dict)

    def put(self, record_id: str, name: str, data: bytes) -> None:
        """Keep; the same again changes nothing, another content is refused."""
        if self.contents.setdefault((record_id, name), data) != data:
            raise InvalidInput("vault.exists", "another content has this name")

    def get(self, record_id: str, name: str) -> bytes:
        """Give back."""
        try:
            return self.contents[record_id, name]
        except KeyError:
            raise InvalidInput("vault.unknown", "the vault holds no such content") from None

    def names(self, record_id: str) -> list[str]:
        """In alphabetical order."""
        return sorted(name for owner, name in self.contents if owner == record_id)

    def erase(self, record_id: str) -> None:
        """Forget everything of a record."""
        self.contents = {key: value for key, value in self.contents.items() if key[0] != record_id}

    def sweep(self) -> int:
        """Nothing is left behind here."""
        return 0


@dataclass
class MemoryHistory:
    """Implements the history port: intents that a test moves on by hand.

    Attributes:
        intents: by intent id.
        revoked: (attestation ids, reason) in the order of queueing.
    """

    intents: dict[str, Intent] = field(default_factory=dict)
    revoked: list[tuple[tuple[bytes, ...], ReasonClass]] = field(default_factory=list)

    def anchor(self, _unit: object, intent_id: str, _root: bytes, _size: int) -> Intent:
        """Queue."""
        return self._queue(intent_id, "anchor")

    def revoke(
        self, _unit: object, intent_id: str, attestation_ids: Sequence[bytes], reason: ReasonClass
    ) -> Intent:
        """Queue."""
        self.revoked.append((tuple(attestation_ids), reason))
        return self._queue(intent_id, "revoke")

    def intent(self, _unit: object, intent_id: str) -> Intent | None:
        """What became of it."""
        return self.intents.get(intent_id)

    def move(self, intent_id: str, state: IntentState, *, code: str | None = None) -> None:
        """Let the chain answer."""
        old = self.intents[intent_id]
        self.intents[intent_id] = Intent(intent_id, old.method, state, code, b"\x11" * 32, 1)

    def _queue(self, intent_id: str, method: str) -> Intent:
        return self.intents.setdefault(
            intent_id, Intent(intent_id, method, IntentState.QUEUED, None, None, None)
        )


class MemoryStore:
    """Tables and vault of one node."""

    def __init__(self, clock: FixedClock) -> None:
        """Create all tables."""
        load_tables()
        self.clock = clock
        self.engine = create_engine(
            "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
        )
        SQLModel.metadata.create_all(self.engine)
        self.vault = MemoryVault()

    @contextmanager
    def transaction(self) -> Iterator[Unit]:
        """One transaction; commits, or rolls back rows and vault when the block raises."""
        before = dict(self.vault.contents)
        try:
            with (
                unit_of_work("transaction"),
                Session(self.engine, expire_on_commit=False) as session,
                session.begin(),
            ):
                yield Unit(session, self.vault, clock=self.clock)
        except BaseException:
            self.vault.contents = before
            raise

    @contextmanager
    def snapshot(self) -> Iterator[Unit]:
        """The same, for reading only; what a block wrote is gone at its end."""
        with unit_of_work("snapshot"), Session(self.engine) as session:
            yield Unit(session, self.vault, clock=self.clock)
