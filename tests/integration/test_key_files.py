"""Key files: written for the node's account only, never overwritten, read back or refused."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from node.errors import InvalidInput, Unavailable
from node.exchange.keys import generate_keys, load_keys
from tests.sim.scenario import seeded_randomness

pytestmark = pytest.mark.integration


@pytest.fixture
def folder(tmp_path):
    generate_keys(randomness=seeded_randomness()).save(tmp_path / "keys")
    return tmp_path / "keys"


def test_keys_survive_their_files(tmp_path):
    keys = generate_keys(randomness=seeded_randomness())
    keys.save(tmp_path / "keys")
    loaded = load_keys(tmp_path / "keys")
    assert loaded.record_public == keys.record_public
    assert loaded.transfer.public_bytes == keys.transfer.public_bytes
    assert loaded.evidence == keys.evidence


def test_files_are_readable_by_the_owner_only(folder):
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_keys_are_never_overwritten(folder):
    with pytest.raises(InvalidInput) as error:
        generate_keys(randomness=seeded_randomness()).save(folder)
    assert error.value.code == "keys.exist"


def test_missing_file_is_unavailable(folder):
    (folder / "transfer.key").unlink()
    with pytest.raises(Unavailable) as error:
        load_keys(folder)
    assert error.value.code == "keys.missing"


def test_file_that_others_may_read_is_refused(folder):
    (folder / "evidence.key").chmod(0o640)
    with pytest.raises(InvalidInput) as error:
        load_keys(folder)
    assert error.value.code == "keys.exposed"


@pytest.mark.parametrize("name", ["record.pem", "transfer.key", "evidence.key"])
@pytest.mark.parametrize("content", [b"", b"\xff", b"AAAA"])
def test_damaged_file_is_refused(folder, name, content):
    (folder / name).write_bytes(content)
    with pytest.raises(InvalidInput) as error:
        load_keys(folder)
    assert error.value.code == "keys.malformed"


def test_record_key_on_another_curve_is_refused(folder):
    other = ec.generate_private_key(ec.SECP384R1())
    pem = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "record.pem").write_bytes(pem)
    with pytest.raises(InvalidInput) as error:
        load_keys(folder)
    assert error.value.code == "keys.malformed"


def test_keys_do_not_print_themselves(folder):
    keys = load_keys(folder)
    assert keys.evidence.hex() not in repr(keys)
    assert str(keys.evidence) not in repr(keys)
