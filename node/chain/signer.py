"""The member's signing account: an eth-account V3 keystore file, opened once at start.

Decides nothing about transactions; signs what `sender` prepares. The key is never logged and never in the
database. Spec: Web3 Secret Storage Definition (V3); EIP-1559 transactions.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coincurve import PrivateKey
from eth_account import Account

from node.chain.transactions import Transaction, signed, unsigned
from node.domain.keccak import keccak
from node.domain.plain_text import plain_text
from node.errors import InvalidInput

if TYPE_CHECKING:
    from pathlib import Path

    from eth_account.signers.local import LocalAccount

SCRYPT_N = 2**18
"""Work factor of new keystores; the standard's own example value, about 1 s to open."""


@dataclass(frozen=True, slots=True)
class SignedTransaction:
    """Bytes for `eth_sendRawTransaction` and their hash."""

    raw: bytes
    hash: bytes


class Signer:
    """Signs with one local key."""

    def __init__(self, account: LocalAccount) -> None:
        """Hold an account; `open_keystore` makes one from a file."""
        self._account = account
        self._key = PrivateKey(account.key)

    @property
    def address(self) -> str:
        """0x-prefixed, checksummed."""
        return str(self._account.address)

    def sign(self, transaction: Transaction) -> SignedTransaction:
        """Sign; equal transactions give equal bytes (RFC 6979)."""
        fields = transaction.fields()
        signature = self._key.sign_recoverable(keccak(unsigned(fields)), hasher=None)
        r, s = (int.from_bytes(signature[at : at + 32], "big") for at in (0, 32))
        raw = signed(fields, signature[64], r, s)
        return SignedTransaction(raw, keccak(raw))


def open_keystore(path: Path, password: str) -> Signer:
    """Open a keystore file.

    Raises:
        InvalidInput: `keystore.unreadable`, `keystore.malformed`, `keystore.wrong_password`.
    """
    try:
        content = json.loads(plain_text(path.read_bytes()))
    except OSError as error:
        hint = "check the keystore setting, or run: rireki keys init"
        raise InvalidInput(
            "keystore.unreadable", f"cannot read {path.name}: {error.strerror}", hint=hint
        ) from error
    except ValueError as error:
        raise _malformed(path) from error
    try:
        key = Account.decrypt(content, password)
    except ValueError as error:
        if "mac" in str(error).lower():
            hint = "check keystore_password or keystore_password_file"
            raise InvalidInput("keystore.wrong_password", "the keystore does not open", hint=hint) from error
        raise _malformed(path) from error
    except (KeyError, TypeError, NotImplementedError) as error:
        raise _malformed(path) from error
    return Signer(Account.from_key(key))


def create_keystore(path: Path, password: str, *, scrypt_n: int = SCRYPT_N) -> Signer:
    """Make a new random account and write its keystore, readable by the owner only.

    Args:
        path: must not exist; an existing key is never overwritten.
        password: encrypts the key.
        scrypt_n: work factor, a power of two.

    Raises:
        InvalidInput: `keystore.exists`, `keystore.unwritable`.
    """
    account = Account.create()
    content = json.dumps(Account.encrypt(account.key, password, kdf="scrypt", iterations=scrypt_n))
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        hint = "name another path; an existing key is never overwritten"
        raise InvalidInput("keystore.exists", f"{path.name} exists already", hint=hint) from error
    except OSError as error:
        raise InvalidInput(
            "keystore.unwritable",
            f"cannot write {path.name}: {error.strerror}",
            hint="Check the setting keystore, its folder and the disk.",
        ) from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content)
    return open_keystore(path, password)


def _malformed(path: Path) -> InvalidInput:
    hint = "restore it from your backup"
    return InvalidInput("keystore.malformed", f"{path.name} is no V3 keystore", hint=hint)
