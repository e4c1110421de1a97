"""Whatever a folder is called, what a setting puts there lies exactly there, and nothing elsewhere."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import URL

from node.chain.abi import ARTIFACT, load_artifact
from node.chain.signer import create_keystore, open_keystore
from node.config import Settings, load_settings
from node.errors import InvalidInput
from node.exchange.keys import generate_keys, load_keys
from node.screening import ListScreening
from node.store import database
from node.store.database import upgrade
from node.store.vault import EncryptedFiles
from tests.sim.odd_names import names, toml_string
from verifier.card.trust import load_trust_store
from verifier.errors import InvalidInput as Refused
from verifier.packs import PACK_MANIFEST_NAME, read_operator_pack

pytestmark = pytest.mark.properties

FEW = settings(max_examples=25)
"""Each migrates a database."""

TINY_SCRYPT_N = 2

BASE = {
    "legal_name": "見本銀行",
    "public_url": "https://bank.example",
    "rpc_url": "http://127.0.0.1:9",
}


@contextmanager
def folder_called(name: str) -> Iterator[Path]:
    """A folder of that name, alone in a new one; afterwards nothing else may lie beside it."""
    around = Path(tempfile.mkdtemp())
    try:
        with _working_directory(around):
            (around / name).mkdir()
            yield around / name
        assert [path.name for path in around.iterdir()] == [name]
    finally:
        shutil.rmtree(around)


@contextmanager
def _working_directory(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def read_settings(folder: Path, source: str, **values: object) -> Settings:
    """Settings as an operator gives them: in the file, or as variables beside an almost empty file."""
    given_ = {**BASE, "home": folder, "keystore": folder / "keystore.json", **values}
    file = folder / "rireki.toml"
    if source == "file":
        file.write_text(
            "".join(f"{name} = {toml_string(str(one))}\n" for name, one in given_.items()), encoding="utf-8"
        )
        return load_settings(file)
    file.write_bytes(b"")
    with patch.dict(os.environ, {f"RIREKI_{name.upper()}": str(one) for name, one in given_.items()}):
        return load_settings(file)


SOURCES = st.sampled_from(["file", "environment"])


def _files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@FEW
@given(names(), SOURCES)
def test_database_evidence_and_keys_lie_in_the_home_that_was_named(name, source):
    with folder_called(name) as home:
        read = read_settings(home, source)
        assert read.home == home
        upgrade(read.database)
        location = EncryptedFiles(read.evidence).write(b"content")
        made = generate_keys(randomness=secrets.token_bytes)
        made.save(read.keys)
        create_keystore(read.keystore, "pw", scrypt_n=TINY_SCRYPT_N)
        assert load_keys(home / "keys").evidence == made.evidence
        assert open_keystore(home / "keystore.json", "pw")
        assert _files(home) == {
            "rireki.toml", "keystore.json", "node.db", "keys/record.pem", "keys/transfer.key",
            "keys/evidence.key", f"evidence/{location[:2]}/{location}",
        }  # fmt: skip


@FEW
@given(names(), SOURCES)
def test_a_database_url_names_any_path_percent_encoded(name, source):
    with folder_called(name) as home:
        url = URL.create("sqlite", database=str(home / "own.db")).render_as_string()
        upgrade(read_settings(home, source, database_url=url).database)
        (home / "url").write_text(url + "\r\n", encoding="utf-8-sig", newline="")
        read = read_settings(home, source, database_url_file=home / "url")
        assert read.database == url
        assert _files(home) == {"rireki.toml", "own.db", "url"}


@pytest.mark.parametrize(
    "url", ["sqlite:////srv/a?b/node.db", "sqlite:////srv/node.db?timeout=5", "sqlite://"]
)
def test_a_database_url_that_would_put_it_elsewhere_is_refused(url):
    with pytest.raises(InvalidInput) as refused:
        upgrade(url)
    assert refused.value.code == "store.bad_url"


@FEW
@given(names(), SOURCES, st.sampled_from(["file://", ""]))
def test_an_evidence_url_names_any_folder_as_it_stands(name, source, prefix):
    with folder_called(name) as home:
        read = read_settings(home, source, evidence_url=f"{prefix}{home / name}")
        location = EncryptedFiles(read.evidence).write(b"content")
        assert EncryptedFiles(read.evidence).read(location) == b"content"
        assert _files(home) == {"rireki.toml", f"{name}/{location[:2]}/{location}"}


@pytest.mark.parametrize("url", ["file://", "file://host/x", "file://relative", "local://"])
def test_an_evidence_url_without_an_absolute_path_is_refused(url):
    with pytest.raises(InvalidInput) as refused:
        EncryptedFiles(url)
    assert refused.value.code == "vault.bad_url"


def test_a_chain_of_storages_in_a_folders_name_is_only_a_name(tmp_path):
    EncryptedFiles(f"file://{tmp_path}/a::zip:/b").write(b"content")
    assert [path.name for path in tmp_path.iterdir()] == ["a::zip:"]


@FEW
@given(names(), SOURCES)
def test_whatever_is_read_is_read_from_the_path_that_was_named(name, source):
    with folder_called(name) as home:
        (home / "trust").mkdir()
        (home / "trust" / f"{name}.json").write_text('{"environment": "test", "source": "見本", "keys": []}')
        (home / name).write_text("見本　手配\n", encoding="utf-8")
        (home / "password").write_text("見本 pass\n", encoding="utf-8")
        (home / "own").mkdir()
        (home / "own" / PACK_MANIFEST_NAME).write_text("[]")
        (home / "artifact.json").write_bytes(ARTIFACT.read_bytes())
        read = read_settings(
            home,
            source,
            trust_dir=home / "trust",
            keys_dir=home / "its keys",
            model_root=home,
            keystore_password_file=home / "password",
        )
        assert read.trust_dir is not None
        assert not load_trust_store(read.trust_dir, node_environment="test").keys
        assert read.keystore_password is not None
        assert read.keystore_password.get_secret_value() == "見本 pass"
        assert read.model_root is not None
        with pytest.raises(Refused) as refused:
            read_operator_pack(read.model_root, "own")
        assert refused.value.code == "model.manifest_invalid"
        assert ListScreening(home / name)("見本 手配", "") is True
        assert load_artifact(home / "artifact.json").functions.keys() == load_artifact().functions.keys()
        assert read.keys == home / "its keys"


@given(names(), SOURCES)
def test_the_screening_list_is_named_within_its_table(name, source):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "rireki.toml")
        lines = [
            f"{key} = {toml_string(one)}\n" for key, one in (BASE | {"home": "h", "keystore": "k"}).items()
        ]
        if source == "file":
            lines += [f"[reuse]\nscreening_list = {toml_string(name)}\n"]
        file.write_text("".join(lines), encoding="utf-8")
        variables = {"RIREKI_REUSE": json.dumps({"screening_list": name})} if source == "environment" else {}
        with patch.dict(os.environ, variables):
            assert load_settings(file).reuse.screening_list == Path(name)


@settings(max_examples=10)
@given(names())
def test_migrations_run_from_any_installation_folder(name):
    with folder_called(name) as installed, patch.object(database, "MIGRATIONS", installed / "migrations"):
        shutil.copytree(
            Path(database.__file__).parent / "migrations",
            database.MIGRATIONS,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
        upgrade(URL.create("sqlite", database=str(installed / "node.db")).render_as_string())


@pytest.mark.parametrize(
    "setting", ["home", "keystore", "keys_dir", "model_root", "trust_dir", "database_url_file"]
)
@pytest.mark.parametrize("source", ["file", "environment"])
def test_an_empty_path_is_refused_because_it_would_be_the_working_directory(tmp_path, setting, source):
    with pytest.raises(InvalidInput) as refused:
        read_settings(tmp_path, source, **{setting: ""})
    assert refused.value.code == "config.invalid"
    assert setting in refused.value.message


@pytest.mark.parametrize("setting", ["home", "keystore", "evidence_url", "legal_name", "database_url"])
def test_a_nul_is_refused_by_name(tmp_path, setting):
    with pytest.raises(InvalidInput) as refused:
        read_settings(tmp_path, "file", **{setting: "a\0b"})
    assert refused.value.code == "config.invalid"
    assert setting in refused.value.message
