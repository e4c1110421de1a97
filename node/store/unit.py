"""One transaction's repositories, one attribute per entity of the domain."""

from __future__ import annotations

from sqlalchemy import delete
from sqlmodel import Session, col, select

from node.domain.access import ApiKey
from node.domain.attestation import Attestation, PushedRequest, SeenToken
from node.domain.binding import Binding
from node.domain.case import Case
from node.domain.disclosure import Disclosure, DisclosureAnswer
from node.domain.ledger import IndexStatus
from node.domain.link import Link
from node.domain.opening import Opening, OpeningDelivery
from node.domain.register import AnchorBatch, Leaf, RecordEntry
from node.domain.reuse import Reuse
from node.domain.review import ReviewCase
from node.domain.session import Ceremony, CustomerSession
from node.ports import Clock, Repository, Vault
from node.store.chain_index import ChainIndex
from node.store.ledger import LedgerView
from node.store.repository import TableRepository
from node.store.tables import reuse as tables
from node.store.tables import verification
from node.store.tables.access import ApiKeyRow


class Unit:
    """Repositories bound to one open transaction. Nothing here commits; `Node.transaction` does."""

    def __init__(self, session: Session, vault: Vault, *, clock: Clock, contract: str = "") -> None:
        """Bind every repository to the session.

        Args:
            session: the open transaction.
            vault: personal data and secrets, within the same transaction.
            clock: the node's now.
            contract: whose index the node keeps.
        """
        self.session = session
        self.vault = vault
        self._clock = clock
        self._contract = contract
        self.ledger = LedgerView(session)
        self.api_keys: Repository[ApiKey] = TableRepository(session, ApiKeyRow, ApiKey, kind="api_key")
        self.requests: Repository[PushedRequest] = TableRepository(
            session, tables.PushedRequestRow, PushedRequest, kind="request"
        )
        self.attestations: Repository[Attestation] = TableRepository(
            session, tables.IssuedAttestationRow, Attestation, kind="attestation"
        )
        self.seen_tokens: Repository[SeenToken] = TableRepository(
            session, tables.SeenTokenRow, SeenToken, kind="seen_token"
        )
        self.reuses: Repository[Reuse] = TableRepository(session, tables.ReuseRow, Reuse, kind="reuse")
        self.review_cases: Repository[ReviewCase] = TableRepository(
            session, tables.ReviewCaseRow, ReviewCase, kind="review"
        )
        self.deliveries: Repository[OpeningDelivery] = TableRepository(
            session, tables.OpeningDeliveryRow, OpeningDelivery, kind="delivery"
        )
        self.openings: Repository[Opening] = TableRepository(
            session, tables.OpeningRow, Opening, kind="opening"
        )
        self.disclosures: Repository[Disclosure] = TableRepository(
            session, tables.DisclosureRow, Disclosure, kind="disclosure"
        )
        self.disclosure_answers: Repository[DisclosureAnswer] = TableRepository(
            session, tables.DisclosureAnswerRow, DisclosureAnswer, kind="disclosure_answer"
        )
        self.cases: Repository[Case] = TableRepository(session, verification.CaseRow, Case, kind="case")
        self.records: Repository[RecordEntry] = TableRepository(
            session, verification.RecordEntryRow, RecordEntry, kind="record"
        )
        self.leaves: Repository[Leaf] = TableRepository(session, verification.LeafRow, Leaf, kind="leaf")
        self.anchor_batches: Repository[AnchorBatch] = TableRepository(
            session, verification.AnchorBatchRow, AnchorBatch, kind="anchor_batch"
        )
        self.bindings: Repository[Binding] = TableRepository(
            session, verification.BindingRow, Binding, kind="binding"
        )
        self.ceremonies: Repository[Ceremony] = TableRepository(
            session, verification.CeremonyRow, Ceremony, kind="ceremony"
        )
        self.customer_sessions: Repository[CustomerSession] = TableRepository(
            session, verification.CustomerSessionRow, CustomerSession, kind="session"
        )
        self.links: Repository[Link] = TableRepository(session, verification.LinkRow, Link, kind="link")

    @property
    def now(self) -> int:
        """Seconds since 1970, by the node's clock."""
        return self._clock.now()

    def index_status(self) -> IndexStatus:
        """How complete the node's index of the chain is, as of this unit."""
        return ChainIndex(self.session, self._contract).status()

    def forget_expired(self, *, before: int) -> None:
        """Drop links, ceremonies, sessions and single-use tokens that expired before that second."""
        for table in (verification.LinkRow, verification.CeremonyRow, verification.CustomerSessionRow):
            self.session.execute(delete(table).where(col(table.expires_at) < before))
        self.forget_tokens(before=before)

    def forget_passkeys(self, record_id: str) -> None:
        """Drop the passkey bound to a record, and its sessions."""
        bindings = verification.BindingRow
        bound = select(bindings.binding_id).where(bindings.record_id == record_id)
        sessions = col(verification.CustomerSessionRow.binding_id)
        self.session.execute(delete(verification.CustomerSessionRow).where(sessions.in_(bound)))
        self.session.execute(delete(bindings).where(col(bindings.record_id) == record_id))

    def forget_tokens(self, *, before: int) -> None:
        """Drop single-use tokens that expired before that second."""
        expired = col(tables.SeenTokenRow.expires_at) < before
        self.session.execute(delete(tables.SeenTokenRow).where(expired))
