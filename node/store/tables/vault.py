"""Keys and places of what lies encrypted in the vault; the contents are files elsewhere."""

from __future__ import annotations

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel


class VaultKeyRow(SQLModel, table=True):
    """A record's data key, wrapped by the evidence key; NULL once the record was erased."""

    __tablename__ = "vault_keys"

    record_id: str = Field(primary_key=True)
    evidence_key_id: str
    wrapped_key: bytes | None
    erased_at: int | None = Field(default=None, sa_type=BigInteger)


class VaultObjectRow(SQLModel, table=True):
    """One encrypted file: where it lies and what it must hash to."""

    __tablename__ = "vault_objects"

    record_id: str = Field(primary_key=True, foreign_key="vault_keys.record_id")
    name: str = Field(primary_key=True)
    location: str = Field(unique=True)
    digest: bytes
    """SHA-256 of the file."""
