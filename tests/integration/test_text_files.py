"""Files that people write and copy: a mark or CRLF changes nothing, another encoding is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from node.chain.signer import create_keystore, open_keystore
from node.config import load_settings
from node.errors import NodeError
from node.exchange.keys import generate_keys, load_keys
from node.screening import ListScreening
from tests.sim.scenario import seeded_randomness
from verifier.card.trust import load_trust_store
from verifier.errors import VerifierError
from verifier.packs import PACK_MANIFEST_NAME, read_operator_pack

pytestmark = pytest.mark.integration

PASSWORD = "見本 password"
TINY_SCRYPT_N = 2
MANIFEST = {
    "licence": "見本",
    "files": {
        role: {"name": f"{role}.onnx", "sha256": "00" * 32}
        for role in ("detection", "landmarks", "embedding")
    },
}


def _settings(folder: Path) -> Path:
    (folder / "password").write_text(PASSWORD, encoding="utf-8")
    (folder / "rireki.toml").write_text(
        f'legal_name = "見本第一銀行"\nhome = "{folder}"\npublic_url = "https://bank.example"\n'
        f'rpc_url = "http://127.0.0.1:9"\nkeystore = "{folder}/k"\n'
        f'keystore_password_file = "{folder}/password"\n',
        encoding="utf-8",
    )
    return folder / "rireki.toml"


def _password(folder: Path) -> Path:
    _settings(folder)
    return folder / "password"


def _read_settings(path: Path) -> object:
    read = load_settings(path.with_name("rireki.toml"))
    assert read.keystore_password is not None
    return read.legal_name, read.keystore_password.get_secret_value()


def _keystore(folder: Path) -> Path:
    create_keystore(folder / "keystore.json", PASSWORD, scrypt_n=TINY_SCRYPT_N)
    return folder / "keystore.json"


def _key(name: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        generate_keys(randomness=seeded_randomness()).save(folder / "keys")
        return folder / "keys" / name

    return make


def _read_keys(path: Path) -> object:
    keys = load_keys(path.parent)
    return keys.record_public, keys.transfer.public_bytes, keys.evidence


def _trust(folder: Path) -> Path:
    path = folder / "keys.json"
    path.write_text(
        json.dumps({"environment": "test", "source": "見本", "keys": []}, ensure_ascii=False, indent=1),
        encoding="utf-8",
    )
    return path


def _manifest(folder: Path) -> Path:
    (folder / "own").mkdir()
    path = folder / "own" / PACK_MANIFEST_NAME
    path.write_text(json.dumps(MANIFEST, ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def _screening(folder: Path) -> Path:
    path = folder / "list.txt"
    path.write_text("# 見本\n見本　手配\n", encoding="utf-8")
    return path


FILES: dict[str, tuple[Callable[[Path], Path], Callable[[Path], object], str]] = {
    "settings": (_settings, _read_settings, "config.malformed"),
    "password": (_password, _read_settings, "config.secret_unreadable"),
    "keystore": (_keystore, lambda path: open_keystore(path, PASSWORD).address, "keystore.malformed"),
    "record key": (_key("record.pem"), _read_keys, "keys.malformed"),
    "transfer key": (_key("transfer.key"), _read_keys, "keys.malformed"),
    "evidence key": (_key("evidence.key"), _read_keys, "keys.malformed"),
    "trust": (
        _trust,
        lambda path: load_trust_store(path.parent, node_environment="test"),
        "card.trust_damaged",
    ),
    "manifest": (
        _manifest,
        lambda path: read_operator_pack(path.parents[1], "own").files,
        "model.manifest_invalid",
    ),
    "screening": (_screening, lambda path: ListScreening(path)("見本 手配", ""), "screening.unreadable"),
}
"""File -> how to make it, how the node reads it, the code where it cannot."""

MARK = b"\xef\xbb\xbf"

HARMLESS: dict[str, Callable[[bytes], bytes]] = {
    "mark": lambda data: MARK + data,
    "CRLF": lambda data: data.replace(b"\n", b"\r\n"),
    "mark and CRLF": lambda data: MARK + data.replace(b"\n", b"\r\n"),
    "another line end": lambda data: data.rstrip(b"\n") + b"\r\n",
}

ENCODINGS = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp932", "euc_jp", "iso2022_jp")


@pytest.mark.parametrize("change", HARMLESS)
@pytest.mark.parametrize("name", FILES)
def test_what_an_editor_adds_changes_nothing(tmp_path, name, change):
    make, read, _ = FILES[name]
    path = make(tmp_path)
    before = read(path)
    path.write_bytes(HARMLESS[change](path.read_bytes()))
    assert read(path) == before


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("name", FILES)
def test_another_encoding_is_refused(tmp_path, name, encoding):
    make, read, code = FILES[name]
    path = make(tmp_path)
    text = path.read_text(encoding="utf-8")
    if text.encode("utf-8") == text.encode(encoding):
        return  # ASCII alone: every one of these has the same bytes
    path.write_bytes(text.encode(encoding))
    with pytest.raises((NodeError, VerifierError)) as refused:
        read(path)
    assert refused.value.code == code
    assert refused.value.hint
