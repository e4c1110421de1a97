"""What the verification side's use cases need inside one transaction, as Protocols."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol, TypeAlias

from node.domain.attestation import Attestation
from node.domain.binding import Binding
from node.domain.case import Case
from node.domain.events import ReasonClass
from node.domain.ledger import Intent
from node.domain.link import Link
from node.domain.register import AnchorBatch, Leaf, RecordEntry
from node.domain.session import Ceremony, CustomerSession
from node.ports import Repository, Vault
from node.usecases.reuse_ports import LedgerReader


class VerificationUnit(Protocol):
    """One open transaction; it commits at the end of the block, or rolls back when the block raises.

    What is put into `vault` counts from the same moment as the rows beside it.
    """

    vault: Vault
    cases: Repository[Case]
    records: Repository[RecordEntry]
    leaves: Repository[Leaf]
    anchor_batches: Repository[AnchorBatch]
    bindings: Repository[Binding]
    ceremonies: Repository[Ceremony]
    customer_sessions: Repository[CustomerSession]
    links: Repository[Link]
    attestations: Repository[Attestation]

    @property
    def ledger(self) -> LedgerReader:
        """The node's index of the chain."""
        ...

    def forget_expired(self, *, before: int) -> None:
        """Drop links, ceremonies, sessions and single-use tokens that expired before that second."""
        ...

    def forget_passkeys(self, record_id: str) -> None:
        """Drop the passkey bound to a record, and its sessions."""
        ...


Transactions: TypeAlias = Callable[[], AbstractContextManager[VerificationUnit]]


class IssuerHistory(Protocol):
    """Writes to the chain through the outbox, inside the caller's transaction."""

    def anchor(self, unit: VerificationUnit, intent_id: str, root: bytes, size: int) -> Intent:
        """Queue an anchor."""
        ...

    def revoke(
        self, unit: VerificationUnit, intent_id: str, attestation_ids: Sequence[bytes], reason: ReasonClass
    ) -> Intent:
        """Queue a revocation."""
        ...

    def intent(self, unit: VerificationUnit, intent_id: str) -> Intent | None:
        """What became of an intent."""
        ...
