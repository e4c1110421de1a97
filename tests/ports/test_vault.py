"""The vault over every storage and database it is used with."""

from __future__ import annotations

import secrets
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import text

from node.errors import Corrupt, InvalidInput, Unavailable
from node.store.database import open_engine, transaction, upgrade
from node.store.vault import MAGIC, EncryptedFiles, Vault

pytestmark = pytest.mark.ports

CONTENT = "見本 太郎".encode() * 1000
NOW = 1_800_000_000


class _World:
    """A database, a storage and the vault over both, one transaction per call."""

    def __init__(self, database: str, files: str) -> None:
        upgrade(database)
        self.engine = open_engine(database)
        self.files = EncryptedFiles(files)
        self.key = secrets.token_bytes(32)

    def call(self, method: str, *args: Any) -> Any:
        with transaction(self.engine) as session:
            return getattr(Vault(session, self.files, self.key, now=lambda: NOW), method)(*args)

    def execute(self, sql: str, **values: Any) -> Any:
        with transaction(self.engine) as session:
            result = session.execute(text(sql), values)
            return result.all() if result.returns_rows else None

    def path_of(self, record: str, name: str) -> str:
        sql = "SELECT location FROM vault_objects WHERE record_id = :r AND name = :n"
        return self.files._path(self.execute(sql, r=record, n=name)[0][0])

    def stored(self, record: str, name: str) -> bytes:
        return self.files._files.cat_file(self.path_of(record, name))

    def tamper(self, record: str, name: str, content: bytes) -> None:
        self.files._files.pipe_file(self.path_of(record, name), content)


@pytest.fixture(name="world", params=["directory", "memory"])
def _world(request, tmp_path, new_database) -> Any:
    in_folder = request.param == "directory"
    url = f"file://{tmp_path / 'evidence'}" if in_folder else f"memory://{secrets.token_hex(4)}"
    world = _World(new_database("node"), url)
    yield world
    world.engine.dispose()


def test_what_was_put_can_be_got(world):
    world.call("put", "r1", "portrait.jp2", CONTENT)
    world.call("put", "r1", "empty", b"")
    assert world.call("get", "r1", "portrait.jp2") == CONTENT
    assert world.call("get", "r1", "empty") == b""
    assert world.call("names", "r1") == ["empty", "portrait.jp2"]


def test_the_stored_file_says_nothing_about_its_content(world):
    world.call("put", "r1", "portrait.jp2", CONTENT)
    stored = world.stored("r1", "portrait.jp2")
    assert stored.startswith(MAGIC)
    assert CONTENT[:16] not in stored
    assert "portrait" not in world.path_of("r1", "portrait.jp2")


def test_equal_contents_are_stored_as_different_bytes(world):
    world.call("put", "r1", "a", CONTENT)
    world.call("put", "r2", "a", CONTENT)
    assert world.stored("r1", "a") != world.stored("r2", "a")


def test_putting_the_same_again_changes_nothing(world):
    world.call("put", "r1", "a", CONTENT)
    before = world.stored("r1", "a")
    world.call("put", "r1", "a", CONTENT)
    assert world.stored("r1", "a") == before


def test_a_name_is_never_overwritten(world):
    world.call("put", "r1", "a", CONTENT)
    with pytest.raises(InvalidInput) as caught:
        world.call("put", "r1", "a", b"other")
    assert caught.value.code == "vault.exists"
    assert world.call("get", "r1", "a") == CONTENT


@pytest.mark.parametrize(("record", "name"), [("r1", "b"), ("r2", "a")])
def test_an_unknown_content_is_invalid_input(world, record, name):
    world.call("put", "r1", "a", CONTENT)
    with pytest.raises(InvalidInput) as caught:
        world.call("get", record, name)
    assert caught.value.code == "vault.unknown"


@pytest.mark.parametrize("name", ["", "../a", "a/b", ".hidden", "a" * 101, "名"])
def test_a_name_that_could_be_a_path_is_invalid_input(world, name):
    with pytest.raises(InvalidInput) as caught:
        world.call("put", "r1", name, CONTENT)
    assert caught.value.code == "vault.bad_name"


def _flip(stored: bytes) -> bytes:
    return stored[:-1] + bytes([stored[-1] ^ 1])


@pytest.mark.parametrize("damage", [_flip, lambda stored: stored[:-5], lambda _: b"", lambda _: CONTENT])
def test_an_altered_file_is_corrupt(world, damage):
    world.call("put", "r1", "a", CONTENT)
    world.tamper("r1", "a", damage(world.stored("r1", "a")))
    with pytest.raises(Corrupt) as caught:
        world.call("get", "r1", "a")
    assert caught.value.code == "vault.altered"


def test_a_file_altered_together_with_its_digest_is_corrupt(world):
    world.call("put", "r1", "a", CONTENT)
    altered = _flip(world.stored("r1", "a"))
    world.tamper("r1", "a", altered)
    world.execute("UPDATE vault_objects SET digest = :d", d=sha256(altered).digest())
    with pytest.raises(Corrupt) as caught:
        world.call("get", "r1", "a")
    assert caught.value.code == "vault.altered"


def test_a_file_moved_to_another_name_is_corrupt(world):
    world.call("put", "r1", "a", CONTENT)
    world.execute("UPDATE vault_objects SET name = 'b'")
    with pytest.raises(Corrupt) as caught:
        world.call("get", "r1", "b")
    assert caught.value.code == "vault.altered"


def test_a_data_key_moved_to_another_record_is_corrupt(world):
    world.call("put", "r1", "a", CONTENT)
    world.call("put", "r2", "a", b"other")
    world.execute(
        "UPDATE vault_keys SET wrapped_key = (SELECT wrapped_key FROM vault_keys WHERE record_id = 'r2')"
    )
    with pytest.raises(Corrupt) as caught:
        world.call("get", "r1", "a")
    assert caught.value.code == "vault.altered"


def test_a_missing_file_is_corrupt(world):
    world.call("put", "r1", "a", CONTENT)
    world.files._files.rm_file(world.path_of("r1", "a"))
    with pytest.raises(Corrupt) as caught:
        world.call("get", "r1", "a")
    assert caught.value.code == "vault.missing"


def test_another_evidence_key_does_not_open_anything(world):
    world.call("put", "r1", "a", CONTENT)
    world.key = secrets.token_bytes(32)
    with pytest.raises(Unavailable) as caught:
        world.call("get", "r1", "a")
    assert caught.value.code == "vault.other_key"


def test_an_evidence_key_of_another_length_is_refused(world):
    world.key = b"short"
    with pytest.raises(InvalidInput) as caught:
        world.call("put", "r1", "a", CONTENT)
    assert caught.value.code == "vault.bad_key"


def test_an_erased_record_cannot_be_read_or_written(world):
    world.call("put", "r1", "a", CONTENT)
    world.call("put", "r2", "a", CONTENT)
    world.call("erase", "r1")
    world.call("erase", "r1")
    for call in (("get", "r1", "a"), ("put", "r1", "b", CONTENT)):
        with pytest.raises(InvalidInput) as caught:
            world.call(*call)
        assert caught.value.code == "vault.erased"
    assert world.call("get", "r2", "a") == CONTENT
    assert world.execute("SELECT wrapped_key, erased_at FROM vault_keys WHERE record_id = 'r1'") == [
        (None, NOW)
    ]


def test_an_erased_data_key_leaves_no_trace_in_a_sqlite_file(tmp_path):
    world = _World(f"sqlite:///{tmp_path / 'node.db'}", f"file://{tmp_path / 'evidence'}")
    world.call("put", "r1", "a", CONTENT)
    wrapped = world.execute("SELECT wrapped_key FROM vault_keys")[0][0]
    world.call("erase", "r1")
    world.engine.dispose()  # the last connection's end folds the write-ahead log into the file
    files = [path for path in tmp_path.glob("node.db*") if path.is_file()]
    assert files
    assert not [path.name for path in files if wrapped in path.read_bytes()]


def test_sweeping_removes_the_files_of_erased_records_only(world):
    world.call("put", "r1", "a", CONTENT)
    world.call("put", "r2", "a", CONTENT)
    gone = world.path_of("r1", "a")
    world.call("erase", "r1")
    assert world.call("sweep") == 1
    assert world.call("sweep") == 0
    assert not world.files._files.exists(gone)
    assert world.call("get", "r2", "a") == CONTENT


def test_erasing_what_is_not_there_is_invalid_input(world):
    with pytest.raises(InvalidInput) as caught:
        world.call("erase", "r1")
    assert caught.value.code == "vault.unknown"


def _put_and_fail(vault: Vault) -> None:
    vault.put("r1", "a", CONTENT)
    raise RuntimeError


def test_a_put_that_rolls_back_leaves_nothing_readable(world):
    with pytest.raises(RuntimeError), transaction(world.engine) as session:
        _put_and_fail(Vault(session, world.files, world.key, now=lambda: NOW))
    with pytest.raises(InvalidInput) as caught:
        world.call("get", "r1", "a")
    assert caught.value.code == "vault.unknown"
    world.call("put", "r1", "a", b"second try")
    assert world.call("get", "r1", "a") == b"second try"


def test_a_storage_that_stores_something_else_is_noticed(world, monkeypatch):
    monkeypatch.setattr(world.files._files, "cat_file", lambda _path: b"not what was written")
    with pytest.raises(Unavailable) as caught:
        world.call("put", "r1", "a", CONTENT)
    assert caught.value.code == "vault.not_written"
    monkeypatch.undo()
    assert world.execute("SELECT count(*) FROM vault_objects") == [(0,)]


def test_a_storage_of_an_unknown_kind_is_refused():
    with pytest.raises(InvalidInput) as caught:
        EncryptedFiles("nosuchscheme://bucket")
    assert caught.value.code == "vault.bad_url"
