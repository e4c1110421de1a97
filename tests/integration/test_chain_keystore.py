"""The keystore file: made once, opened with its password only."""

from __future__ import annotations

import json
from typing import Any

import pytest

from node.chain.signer import create_keystore, open_keystore
from node.chain.transactions import Transaction
from node.errors import InvalidInput

pytestmark = pytest.mark.integration

FAST_N = 2
"""A toy work factor: these tests are about the file, not about guessing."""


@pytest.fixture(name="path")
def _path(tmp_path) -> Any:
    return tmp_path / "signer.json"


def test_a_new_keystore_opens_with_its_password(path):
    made = create_keystore(path, "見本", scrypt_n=FAST_N)
    assert open_keystore(path, "見本").address == made.address


def test_a_keystore_is_readable_by_its_owner_only_and_holds_no_key_in_the_clear(path):
    signer = create_keystore(path, "pw", scrypt_n=FAST_N)
    assert path.stat().st_mode & 0o777 == 0o600
    assert signer._account.key.hex() not in path.read_text()


def test_an_existing_keystore_is_never_overwritten(path):
    create_keystore(path, "pw", scrypt_n=FAST_N)
    before = path.read_bytes()
    with pytest.raises(InvalidInput) as caught:
        create_keystore(path, "pw", scrypt_n=FAST_N)
    assert caught.value.code == "keystore.exists"
    assert path.read_bytes() == before


def test_a_wrong_password_is_named(path):
    create_keystore(path, "pw", scrypt_n=FAST_N)
    with pytest.raises(InvalidInput) as caught:
        open_keystore(path, "other")
    assert caught.value.code == "keystore.wrong_password"


def test_a_missing_keystore_is_named(path):
    with pytest.raises(InvalidInput) as caught:
        open_keystore(path, "pw")
    assert caught.value.code == "keystore.unreadable"


@pytest.mark.parametrize("content", ["not json", "{}", json.dumps({"version": 4}), json.dumps({"crypto": 7})])
def test_a_file_that_is_no_keystore_is_named(path, content):
    path.write_text(content)
    with pytest.raises(InvalidInput) as caught:
        open_keystore(path, "pw")
    assert caught.value.code == "keystore.malformed"


def test_equal_transactions_are_signed_as_equal_bytes(path):
    signer = create_keystore(path, "pw", scrypt_n=FAST_N)
    transaction = Transaction(1, 0, 0, 21_000, signer.address, b"")
    assert signer.sign(transaction) == signer.sign(transaction)
