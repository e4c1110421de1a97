"""API keys at rest: digests only."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class ApiKeyRow(SQLModel, table=True):
    """Mirrors `node.domain.access.ApiKey`."""

    __tablename__ = "api_keys"

    key_id: str = Field(primary_key=True)
    holder: str
    role: str
    digest: str = Field(unique=True)
    created_at: int
    revoked_at: int | None = None
