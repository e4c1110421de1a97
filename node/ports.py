"""What the use cases need from the outside world, as Protocols.

Adapters in `node.chain`, `node.store`, `node.exchange` and `node.engine` implement them; `node.bootstrap` wires them.
Times are seconds since 1970 (UTC) everywhere in the node: the chain's own unit. Member ids are those the contract gave.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeVar

Entity = TypeVar("Entity")

Randomness = Callable[[int], bytes]
"""n -> n bytes from a cryptographic source."""


class Clock(Protocol):
    """The node's idea of now."""

    def now(self) -> int:
        """Seconds since 1970."""
        ...


class Repository(Protocol[Entity]):
    """One kind of entity, by its key. Never commits: the transaction does."""

    def add(self, entity: Entity) -> None:
        """Insert. Raises InvalidInput (`<kind>.exists`) if its key or a unique value is taken."""
        ...

    def get(self, key: str) -> Entity:
        """Fetch. Raises InvalidInput (`<kind>.unknown`)."""
        ...

    def find(self, **equals: Any) -> Sequence[Entity]:
        """All entities whose columns equal the given values, oldest first."""
        ...

    def replace(self, entity: Entity, *, was: Entity) -> None:
        """Write a new state of the same key if the stored one is still `was`.

        Raises InvalidInput (`<kind>.changed`) when somebody else was faster.
        """
        ...


class Vault(Protocol):
    """Evidence and personal data at rest, one data key per record."""

    def put(self, record_id: str, name: str, data: bytes) -> None:
        """Encrypt, write, read back."""
        ...

    def get(self, record_id: str, name: str) -> bytes:
        """Decrypt. Raises InvalidInput (unknown), Corrupt (altered)."""
        ...

    def erase(self, record_id: str) -> None:
        """Destroy the record's data key: everything under it becomes unreadable, backups too."""
        ...


Transaction = AbstractContextManager[Any]
JsonObject = Mapping[str, Any]
