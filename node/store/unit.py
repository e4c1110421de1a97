"""One transaction's repositories, one attribute per entity of the domain."""

from __future__ import annotations

from sqlmodel import Session

from node.domain.access import ApiKey
from node.ports import Repository
from node.store.repository import TableRepository
from node.store.tables.access import ApiKeyRow


class Unit:
    """Repositories bound to one open transaction. Nothing here commits; `node.bootstrap.Node.transaction` does."""

    def __init__(self, session: Session) -> None:
        """Bind every repository to the session."""
        self.session = session
        self.api_keys: Repository[ApiKey] = TableRepository(session, ApiKeyRow, ApiKey, kind="api_key")
