"""Keep evidence and record contents encrypted at rest, and make them unreadable for good on request.

Each record has its own random AES-256-GCM key, wrapped by the node's evidence key and kept in the database;
each content is one encrypted file under an fsspec URL. Erasing a record destroys its wrapped key: whatever
copies of the files exist become noise. (A database backup still holds the wrapped key until it expires: keep
those no longer than the retention rules allow.) Does not decide what is kept or for how long.

A file appears under a random name, is read back, and only then named by a row in the caller's transaction, so
no reader ever sees half a file, and a crash leaves at worst an unreadable orphan. File format: `RKV1`,
12-byte nonce, ciphertext with its 16-byte tag. Spec: NIST SP 800-38D (GCM).
"""

from __future__ import annotations

import os
import re
import secrets
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import fsspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from fsspec.implementations.local import LocalFileSystem
from sqlalchemy import delete, select
from sqlmodel import col

from node.errors import Corrupt, InvalidInput, Unavailable
from node.store.tables.vault import VaultKeyRow, VaultObjectRow

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlmodel import Session

KEY_BYTES = 32
NONCE_BYTES = 12
"""GCM's own nonce length; random is safe for far more than the few contents of a record (SP 800-38D, 8.3)."""

MAGIC = b"RKV1"
LOCATION_BYTES = 16
KEY_ID_BYTES = 8

MAX_CONTENT_BYTES = 256 * 2**20
"""Several minutes of selfie video; whole contents pass through memory."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class EncryptedFiles:
    """Where the encrypted files lie: a folder, or any fsspec URL. Knows neither keys nor contents."""

    def __init__(self, url: str) -> None:
        """Open a folder, creating it if need be.

        Args:
            url: a path or `file://` and an absolute path, either taken as it stands (no percent-decoding, no
                `::` chain); or an fsspec URL of another scheme.

        Raises:
            InvalidInput: `vault.bad_url`.
            Unavailable: `vault.unreachable`.
        """
        try:
            folder = _local_folder(url)
            if folder is None:
                self._files, self._root = fsspec.core.url_to_fs(url, auto_mkdir=True)
            else:
                self._files, self._root = LocalFileSystem(auto_mkdir=True), str(folder)
        except (ValueError, ImportError) as error:
            hint = "use file:///PATH, or install the fsspec driver of that scheme"
            raise InvalidInput("vault.bad_url", "the evidence URL cannot be used", hint=hint) from error

    def write(self, content: bytes) -> str:
        """Write a new file and read it back. Returns its location."""
        location = secrets.token_hex(LOCATION_BYTES)
        try:
            with self._files.open(self._path(location), "wb") as file:
                file.write(content)
                file.flush()
                if isinstance(self._files, LocalFileSystem):
                    os.fsync(file.fileno())  # remote storages promise durability by themselves
            written = self._files.cat_file(self._path(location))
        except OSError as error:
            raise _unreachable() from error
        if written != content:
            hint = "check the evidence storage; nothing was recorded"
            raise Unavailable("vault.not_written", "a file did not read back as written", hint=hint)
        return location

    def read(self, location: str) -> bytes:
        """Read a file that a row names. Raises Corrupt (`vault.missing`)."""
        try:
            return bytes(self._files.cat_file(self._path(location)))
        except FileNotFoundError as error:
            hint = "restore the evidence storage from its backup"
            raise Corrupt("vault.missing", "a recorded file is missing", hint=hint) from error
        except OSError as error:
            raise _unreachable() from error

    def remove(self, location: str) -> None:
        """Delete a file; no matter if it is gone already."""
        try:
            self._files.rm_file(self._path(location))
        except FileNotFoundError:
            return
        except OSError as error:
            raise _unreachable() from error

    def _path(self, location: str) -> str:
        # Two levels, so that no folder grows beyond what file systems like.
        return f"{self._root}/{location[:2]}/{location}"


def _local_folder(url: str) -> Path | None:
    """The folder on this machine that a URL names; None for other storages. Raises ValueError."""
    scheme, marked, path = url.partition("://")
    if not marked or "/" in scheme:
        path = url
    elif scheme not in LocalFileSystem.protocol:
        return None
    elif not path.startswith("/"):
        raise ValueError("file:// is followed by an absolute path")
    if not path:
        raise ValueError("an empty path")
    return Path(path).absolute()


class Vault:
    """Implements `node.ports.Vault` within one transaction. Never commits."""

    def __init__(
        self, session: Session, files: EncryptedFiles, evidence_key: bytes, *, now: Callable[[], int]
    ) -> None:
        """Bind.

        Args:
            session: the open transaction.
            files: where contents lie.
            evidence_key: 32 bytes; wraps the data keys.
            now: the node's clock; the time of an erasure stays as its trace.
        """
        if len(evidence_key) != KEY_BYTES:
            raise InvalidInput("vault.bad_key", "the evidence key has 32 bytes", hint="rireki keys init")
        self._session = session
        self._files = files
        self._now = now
        self._wrapping = AESGCM(evidence_key)
        self._key_id = sha256(b"rireki.evidence-key" + evidence_key).hexdigest()[: 2 * KEY_ID_BYTES]

    def put(self, record_id: str, name: str, data: bytes) -> None:
        """Encrypt, write, read back. The same content again under the same name changes nothing.

        Raises:
            InvalidInput: `vault.bad_name`, `vault.too_large`, `vault.erased`, `vault.exists` (another content
            has the name). Unavailable: the storage is away.
        """
        if not _NAME.fullmatch(record_id) or not _NAME.fullmatch(name):
            raise InvalidInput(
                "vault.bad_name", "a vault name has 1 to 100 of A-Z a-z 0-9 . _ -", hint="rename it"
            )
        if len(data) > MAX_CONTENT_BYTES:
            raise InvalidInput("vault.too_large", "this content is too large", hint="send a shorter clip")
        if self._session.get(VaultObjectRow, (record_id, name)) is not None:
            self._require_same(record_id, name, data)
            return
        key = self._key_of(record_id, create=True)
        nonce = secrets.token_bytes(NONCE_BYTES)
        content = MAGIC + nonce + key.encrypt(nonce, data, _bound(record_id, name))
        row = VaultObjectRow(
            record_id=record_id,
            name=name,
            location=self._files.write(content),
            digest=sha256(content).digest(),
        )
        self._session.add(row)
        self._session.flush()

    def get(self, record_id: str, name: str) -> bytes:
        """Read and decrypt.

        Raises:
            InvalidInput: `vault.unknown`, `vault.erased`.
            Corrupt: `vault.altered`, `vault.missing`.
            Unavailable: the storage is away, or `vault.other_key`.
        """
        key = self._key_of(record_id, create=False)
        row = self._session.get(VaultObjectRow, (record_id, name))
        if row is None:
            raise _unknown()
        content = self._files.read(row.location)
        if sha256(content).digest() != row.digest:
            raise _altered()
        start = len(MAGIC)
        nonce, sealed = content[start : start + NONCE_BYTES], content[start + NONCE_BYTES :]
        return _opened(key, nonce, sealed, _bound(record_id, name))

    def names(self, record_id: str) -> list[str]:
        """What a record holds, in alphabetical order; nothing once erased and swept."""
        chosen = select(VaultObjectRow.name).where(col(VaultObjectRow.record_id) == record_id)  # type: ignore[call-overload]
        return [name for (name,) in self._session.execute(chosen.order_by(col(VaultObjectRow.name)))]

    def erase(self, record_id: str) -> None:
        """Destroy the record's data key; a second time changes nothing.

        Raises:
            InvalidInput: `vault.unknown`.
        """
        row = self._session.get(VaultKeyRow, record_id)
        if row is None:
            raise _unknown()
        if row.wrapped_key is not None:
            row.wrapped_key, row.erased_at = None, self._now()
            self._session.add(row)
            self._session.flush()

    def sweep(self) -> int:
        """Remove the files of erased records, once the erasure is committed. Returns how many."""
        erased = col(VaultKeyRow.wrapped_key).is_(None)
        chosen = select(VaultObjectRow).join(
            VaultKeyRow, col(VaultKeyRow.record_id) == col(VaultObjectRow.record_id)
        )
        rows = self._session.scalars(chosen.where(erased)).all()
        for row in rows:
            self._files.remove(row.location)
            self._session.execute(delete(VaultObjectRow).where(col(VaultObjectRow.location) == row.location))
        return len(rows)

    def _require_same(self, record_id: str, name: str, data: bytes) -> None:
        if self.get(record_id, name) != data:
            hint = "records are never overwritten; use another name"
            raise InvalidInput("vault.exists", "another content has this name", hint=hint)

    def _key_of(self, record_id: str, *, create: bool) -> AESGCM:
        row = self._session.get(VaultKeyRow, record_id)
        if row is None:
            if not create:
                raise _unknown()
            return self._new_key(record_id)
        if row.wrapped_key is None:
            raise InvalidInput("vault.erased", "this record was erased", hint="it cannot be restored")
        if row.evidence_key_id != self._key_id:
            hint = "start the node with the evidence key that this record was made with"
            raise Unavailable("vault.other_key", "this record needs another evidence key", hint=hint)
        nonce, sealed = row.wrapped_key[:NONCE_BYTES], row.wrapped_key[NONCE_BYTES:]
        return AESGCM(_opened(self._wrapping, nonce, sealed, _bound(record_id)))

    def _new_key(self, record_id: str) -> AESGCM:
        key, nonce = secrets.token_bytes(KEY_BYTES), secrets.token_bytes(NONCE_BYTES)
        wrapped = nonce + self._wrapping.encrypt(nonce, key, _bound(record_id))
        self._session.add(VaultKeyRow(record_id=record_id, evidence_key_id=self._key_id, wrapped_key=wrapped))
        self._session.flush()
        return AESGCM(key)


def _bound(*names: str) -> bytes:
    """Associated data: a ciphertext moved to another record or name does not open."""
    return "\0".join(("rireki.vault.v1", *names)).encode()


def _opened(key: AESGCM, nonce: bytes, sealed: bytes, bound: bytes) -> bytes:
    try:
        return key.decrypt(nonce, sealed, bound)
    except (InvalidTag, ValueError) as error:
        raise _altered() from error


def _unknown() -> InvalidInput:
    return InvalidInput("vault.unknown", "the vault holds no such content", hint="check the record id")


def _altered() -> Corrupt:
    hint = "find out who changed the evidence storage; restore it from its backup"
    return Corrupt("vault.altered", "a content is not what was recorded", hint=hint)


def _unreachable() -> Unavailable:
    return Unavailable(
        "vault.unreachable", "the evidence storage cannot be used now", hint="check evidence_url"
    )
