"""The repositories that the verification side's use cases need inside one transaction."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol, TypeAlias

from node.domain.attestation import Attestation
from node.domain.binding import Binding
from node.domain.case import Case
from node.domain.link import Link
from node.domain.register import AnchorBatch, Leaf, RecordEntry
from node.domain.session import Ceremony, CustomerSession
from node.ports import Repository


class VerificationUnit(Protocol):
    """One open transaction; it commits at the end of the block, or rolls back when the block raises."""

    cases: Repository[Case]
    records: Repository[RecordEntry]
    leaves: Repository[Leaf]
    anchor_batches: Repository[AnchorBatch]
    bindings: Repository[Binding]
    ceremonies: Repository[Ceremony]
    customer_sessions: Repository[CustomerSession]
    links: Repository[Link]
    attestations: Repository[Attestation]


Transactions: TypeAlias = Callable[[], AbstractContextManager[VerificationUnit]]
