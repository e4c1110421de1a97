"""What the use cases need from the outside world, as Protocols.

Adapters in `node.chain`, `node.store`, `node.exchange` and `node.engine` implement them; `node.bootstrap`
wires them. Times are seconds since 1970 (UTC) everywhere in the node: the chain's own unit. Member ids are
those the contract gave.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from typing import Any, Protocol, TypeVar

from node.domain.card_code import CodeReading, CodeValues
from node.domain.evidence import CaseEvidence, ClipFiles, Judgement, PinTry
from node.domain.record import CheckFact

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
        """All entities whose columns equal the given values, oldest first, by key within a second.

        A tuple stands for any one of its values.
        """
        ...

    def page(self, *, after: str | None, limit: int, **equals: Any) -> Sequence[Entity]:
        """As `find`, but at most `limit`, and only those behind the entity with the key `after`.

        Raises InvalidInput (`<kind>.unknown`) when there is no such entity.
        """
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

    def names(self, record_id: str) -> Sequence[str]:
        """What a record holds, in alphabetical order."""
        ...

    def erase(self, record_id: str) -> None:
        """Destroy the record's data key: everything under it becomes unreadable, backups too."""
        ...

    def sweep(self) -> int:
        """Remove what erased records left behind, once the erasure is committed. Gives how many files."""
        ...


Transaction = AbstractContextManager[Any]


class VerificationEngine(Protocol):
    """Evidence in, judgement out. Implemented by `node.engine` over the `verifier` package.

    Every call raises InvalidInput for evidence that cannot be used and Unavailable for a missing card, reader
    or model.
    """

    def new_challenge(self, now: int) -> dict[str, Any]:
        """A random liveness challenge, as JSON for the capturing page."""
        ...

    def check_surface(self, images: Sequence[bytes]) -> None:
        """Refuse images of the card's front that cannot be decoded within the limits."""
        ...

    def read_code(self, images: Sequence[bytes], typed_birth_date: date | None) -> CodeReading:
        """Read from photographs of a My Number card's front what 照合番号B is made of."""
        ...

    def compose_code(self, values: CodeValues, typed_birth_date: date | None) -> str:
        """Make 照合番号B of confirmed values; refuses those that no valid card has."""
        ...

    def check_clip(self, clip: ClipFiles) -> None:
        """Refuse a clip that cannot be decoded within the limits."""
        ...

    def new_tilt_challenge(self, now: int) -> dict[str, Any]:
        """A random tilt of the card, as JSON for the capturing page."""
        ...

    def check_tilt(self, film: ClipFiles) -> None:
        """Refuse a film of the card that cannot be decoded within the limits."""
        ...

    def judge(
        self,
        evidence: CaseEvidence,
        *,
        on_stage: Callable[[str], None],
        on_try: Callable[[PinTry], None],
        on_accepted: Callable[[PinTry], None],
    ) -> Judgement:
        """Verify one case.

        Args:
            evidence: all that was given.
            on_stage: called with each stage's name as it begins.
            on_try: called before a code is sent to a card; when it raises, nothing is sent.
            on_accepted: called when the card took that code.
        """
        ...

    def judge_presence(
        self, clip: ClipFiles, challenge: Mapping[str, Any], portrait: bytes | None
    ) -> tuple[CheckFact, ...]:
        """Judge liveness and, if a portrait (encoded image) is given, that it shows the same person."""
        ...
