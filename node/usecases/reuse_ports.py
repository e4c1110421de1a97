"""What the reuse use cases need from the outside, as Protocols, and the bundle in which they receive it.

`Exchange` is this node's end of the exchange: who it is, its keys, the chain, its peers.
`node.bootstrap` fills it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from joserfc.jwk import ECKey

from node.domain.attestation import Attestation, PushedRequest, SeenToken
from node.domain.binding import Binding
from node.domain.disclosure import Disclosure, DisclosureAnswer
from node.domain.events import MethodRule, ReasonClass, Terms
from node.domain.evidence import ClipFiles
from node.domain.ids import Ledger, MemberId
from node.domain.ledger import (
    AttestationEntry,
    AttestationFilter,
    IndexStatus,
    Intent,
    Member,
    MemberKeys,
    Position,
    Volume,
    Withdrawal,
)
from node.domain.opening import Opening, OpeningDelivery
from node.domain.record import CheckFact
from node.domain.register import AnchorBatch, Leaf, RecordEntry
from node.domain.reuse import Reuse
from node.domain.review import ReviewCase
from node.ports import Clock, Randomness, Repository, Vault


class LedgerReader(Protocol):
    """The node's index of the chain within one transaction (`node.store.ledger.LedgerView`)."""

    def members(self) -> Sequence[Member]: ...
    def member(self, member_id: int) -> Member: ...
    def member_by_signer(self, signer: str) -> Member | None: ...
    def keys(self, member_id: int) -> Sequence[MemberKeys]: ...
    def keys_at(self, member_id: int, at: int) -> MemberKeys | None: ...
    def method_rule(self, method: bytes, at: int | None = None) -> MethodRule | None: ...
    def legal_bases(self, at: int | None = None) -> int: ...
    def anchored_at(self, issuer: int, root: bytes) -> int | None: ...
    def attestation(self, attestation_id: bytes) -> AttestationEntry | None: ...
    def attestations(
        self,
        wanted: AttestationFilter = ...,
        *,
        after: Position | None = None,
        newest_first: bool = False,
        limit: int = 200,
    ) -> Sequence[AttestationEntry]: ...
    def search(
        self, wanted: AttestationFilter, *, after: Position | None = None, limit: int = 200
    ) -> tuple[Sequence[AttestationEntry], Position | None]: ...
    def volumes(self, *, since: int | None = None, until: int | None = None) -> Sequence[Volume]: ...
    def withdrawals(self) -> Sequence[Withdrawal]: ...
    def decisions(self, *, after: bytes = b"", limit: int = 200) -> Sequence[tuple[bytes, bytes]]: ...
    def trail(self, attestation_id: bytes) -> Sequence[tuple[str, Position]]: ...
    def revocations(
        self, *, after: Position | None = None, limit: int = 200
    ) -> Sequence[tuple[Position, bytes, ReasonClass]]: ...


class ReuseUnit(Protocol):
    """One open transaction; it commits at the end of the block, or rolls back when the block raises."""

    vault: Vault
    requests: Repository[PushedRequest]
    attestations: Repository[Attestation]
    seen_tokens: Repository[SeenToken]
    reuses: Repository[Reuse]
    review_cases: Repository[ReviewCase]
    deliveries: Repository[OpeningDelivery]
    openings: Repository[Opening]
    disclosures: Repository[Disclosure]
    disclosure_answers: Repository[DisclosureAnswer]
    records: Repository[RecordEntry]
    leaves: Repository[Leaf]
    anchor_batches: Repository[AnchorBatch]
    bindings: Repository[Binding]

    @property
    def ledger(self) -> LedgerReader:
        """The node's index of the chain."""
        ...

    @property
    def now(self) -> int:
        """The node's clock, seconds since 1970."""
        ...

    def index_status(self) -> IndexStatus:
        """How complete the node's own view of the chain is."""
        ...

    def forget_tokens(self, *, before: int) -> None:
        """Drop single-use tokens that are refused for their age since that second."""
        ...


Transactions: TypeAlias = Callable[[], AbstractContextManager[ReuseUnit]]


class History(Protocol):
    """Writes to the chain through the outbox, inside the caller's transaction."""

    def attest(self, unit: ReuseUnit, intent_id: str, attestation_id: bytes, terms: Terms) -> Intent: ...
    def decide(self, unit: ReuseUnit, intent_id: str, attestation_id: bytes, commitment: bytes) -> Intent: ...
    def intent(self, unit: ReuseUnit, intent_id: str) -> Intent | None: ...
    def flush(self) -> None:
        """Bring queued intents onto the chain; what cannot go now stays queued. Never raises Unavailable."""
        ...

    def sync(self) -> IndexStatus:
        """Read up to the chain's head. Raises Unavailable."""
        ...

    def status(self) -> IndexStatus:
        """How complete the node's own view is."""
        ...

    def head(self) -> tuple[bytes, int]:
        """(running hash, event count) as the contract says now. Raises Unavailable."""
        ...


class Sealing(Protocol):
    """HPKE to a member's published key, and with this node's own."""

    def seal(self, plaintext: bytes, transfer_key: bytes, *, context: bytes) -> bytes: ...
    def open(self, sealed: bytes, *, context: bytes) -> bytes: ...


class Claims(Protocol):
    """What a client assertion says."""

    @property
    def member_id(self) -> MemberId: ...
    @property
    def token_id(self) -> str: ...


class Assertions(Protocol):
    """Reads and verifies client assertions (`node.exchange.client_assertion`)."""

    def read(self, jwt: str) -> Claims: ...
    def verify(self, jwt: str, *, record_key: bytes, audience: str, now: int) -> Claims: ...


class Peers(Protocol):
    """Calls to other members' nodes (`node.exchange.client.HttpPeers`)."""

    def push_request(self, endpoint: str, form: Mapping[str, str]) -> str: ...
    def redeem(self, endpoint: str, *, code: str, verifier: str, redirect_uri: str) -> tuple[str, bytes]: ...
    def deliver_opening(self, endpoint: str, *, attestation_id: str, sealed: bytes) -> None: ...
    def request_disclosure(self, endpoint: str, form: Mapping[str, str]) -> bytes: ...


class Presence(Protocol):
    """The engine's part in binding a person again (`node.ports.VerificationEngine` has it)."""

    def new_challenge(self, now: int) -> dict[str, Any]: ...
    def check_clip(self, clip: ClipFiles) -> None: ...
    def judge_presence(
        self, clip: ClipFiles, challenge: Mapping[str, Any], portrait: bytes | None
    ) -> tuple[CheckFact, ...]: ...


Screening: TypeAlias = Callable[[str, str], bool | None]
"""(name, birth date as YYYY-MM-DD) -> whether it is a hit; None = not performed."""


@dataclass(frozen=True)
class Exchange:
    """This node's end of the exchange.

    Attributes:
        transaction: opens a unit.
        snapshot: opens a unit that only reads, and blocks no writer.
        clock: the node's now.
        randomness: n -> n random bytes.
        ledger: the deployment that this node belongs to.
        signer: account that acts for this member.
        endpoint: this node's public URL; on chain the member's endpoint.
        stale_after_s: a view older than this stops reuse.
        record_key: signs credentials.
        history: the chain.
        sealing: HPKE.
        assertions: reads peers' client assertions.
        peers: calls peers.
    """

    transaction: Transactions
    snapshot: Transactions
    clock: Clock
    randomness: Randomness
    ledger: Ledger
    signer: str
    endpoint: str
    stale_after_s: int
    record_key: ECKey
    history: History
    sealing: Sealing
    assertions: Assertions
    peers: Peers
