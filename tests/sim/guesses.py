"""What somebody who knows a person would compute to find them on a chain.

Facts in many spellings and encodings, alone and joined in every order, through every common function, also
keyed with what is public. No randomness: every guess is a deterministic function of facts and public values.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, permutations, product
from unicodedata import normalize

from eth_hash.auto import keccak

from tests.sim.chain_scan import MIN_BYTES, Guess

Function = Callable[[bytes], bytes]

SEPARATORS = ("", " ", "\u3000", ",", ", ", ";", ":", "|", "/", "-", "_", "\t", "\n", "\0")
ENCODINGS = ("utf-8", "cp932", "euc_jp", "iso2022_jp", "utf-16-le", "utf-16-be", "utf-16")

PAIRED, TRIPLED = 6, 2
"""Spellings of each fact that are joined with one, and with two others."""

_ERAS = (("令和", "R", 5, 2019), ("平成", "H", 4, 1989), ("昭和", "S", 3, 1926))
"""Name, letter, the code in Japanese administrative data, first year; by year only."""

_KECCAK_BLOCK = 136


@dataclass(frozen=True)
class Facts:
    """What is known.

    Attributes:
        texts: fact -> its spellings, the usual ones first.
        blobs: name -> bytes: portraits, keys, digests without their secrets.
        public: name -> bytes that anybody could key a function with: chain id, addresses, names.
    """

    texts: Mapping[str, Sequence[str]]
    blobs: Mapping[str, bytes]
    public: Mapping[str, bytes]

    def guesses(self) -> Iterator[Guess]:
        """Every guess; some a hundred thousand."""
        single = list(self._singles())
        for label, value in single:
            yield from _apply(label, value, SIMPLE | DIGESTS | WRITTEN)
            for name, key in self.public.items():
                yield from _apply(label, value, _keyed(name, key))
        for label, value in chain(self._joined(2, PAIRED), self._joined(3, TRIPLED)):
            yield from _apply(label, value, SIMPLE | DIGESTS)

    def _singles(self) -> Iterator[tuple[str, bytes]]:
        yield from self.blobs.items()
        for fact, spellings in self.texts.items():
            for text in spellings:
                label = f"{fact} {text!r}"
                for value in dict.fromkeys(_encoded(text)):
                    yield label, value

    def _joined(self, count: int, depth: int) -> Iterator[tuple[str, bytes]]:
        for facts in permutations(self.texts, count):
            choices = [self.texts[fact][:depth] for fact in facts]
            for words, separator in product(product(*choices), SEPARATORS):
                yield f"{'+'.join(facts)} {separator.join(words)!r}", separator.join(words).encode()


def name_spellings(*names: str) -> list[str]:
    """Each way of writing a name, with every kind of space; full names first."""
    spaced = [space.join(name.split()) for name in names for space in (" ", "", "\u3000", "・")]
    cased = [form for name in spaced for form in (name, name.upper(), name.lower())]
    return _unique([*cased, *(part for name in names for part in name.split() if len(part.encode()) > 2)])


def date_spellings(day: date) -> list[str]:
    """ISO, compact, European, Japanese and imperial."""
    year, month, number = day.year, day.month, day.day
    name, letter, code, first = next(era for era in _ERAS if era[3] <= year)
    era = year - first + 1
    return [
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{year}年{month}月{number}日",
        f"{name}{era}年{month}月{number}日",
        *(f"{day:%Y{mark}%m{mark}%d}" for mark in "/. "),
        *(f"{day:%d{mark}%m{mark}%Y}" for mark in "/.-"),
        *(f"{year}{mark}{month}{mark}{number}" for mark in "/.-"),
        f"{year}年{month:02}月{number:02}日",
        f"{name}{era:02}年{month:02}月{number:02}日",
        *(f"{letter}{era}{mark}{month}{mark}{number}" for mark in "/.-"),
        *(f"{letter}{era:02}{mark}{month:02}{mark}{number:02}" for mark in ("/", ".", "-", "")),
        f"{code}{era:02}{month:02}{number:02}",
        f"{era:02}{month:02}{number:02}",
        f"{day:%y%m%d}",
        f"{day.isoformat()}T00:00:00Z",
    ]


def text_spellings(*texts: str) -> list[str]:
    """As written, and in every Unicode normal form, without spaces, with full-width digits."""
    wide = str.maketrans("0123456789-", "０１２３４５６７８９－")
    forms = [normalize(form, text) for text in texts for form in ("NFKC", "NFC", "NFD", "NFKD")]
    widened = [text.translate(wide) for text in texts]
    return _unique([*texts, *forms, *widened, *("".join(text.split()) for text in texts)])


def hmac_keccak(key: bytes, value: bytes) -> bytes:
    """RFC 2104 with Keccak-256, which hashlib does not know."""
    key = (keccak(key) if len(key) > _KECCAK_BLOCK else key).ljust(_KECCAK_BLOCK, b"\0")
    inner, outer = (bytes(byte ^ pad for byte in key) for pad in (0x36, 0x5C))
    return keccak(outer + keccak(inner + value))


def abi_string(value: bytes) -> bytes:
    """`abi.encode(string)` of Solidity."""
    padded = value.ljust(-(-len(value) // 32) * 32, b"\0")
    return (32).to_bytes(32) + len(value).to_bytes(32) + padded


def _hash(name: str) -> Function:
    return lambda value: hashlib.new(name, value, usedforsecurity=False).digest()


SIMPLE: dict[str, Function] = {
    "identity": bytes,
    "reversed": lambda value: value[::-1],
}

DIGESTS: dict[str, Function] = {
    **{
        name: _hash(name)
        for name in ("sha256", "sha1", "md5", "sha512", "sha384", "sha3_256", "blake2b", "blake2s")
    },
    "sha256 twice": lambda value: hashlib.sha256(hashlib.sha256(value).digest()).digest(),
    "blake2b of 32 bytes": lambda value: hashlib.blake2b(value, digest_size=32).digest(),
    "keccak256": keccak,
    "keccak256 twice": lambda value: keccak(keccak(value)),
    "keccak256 of sha256": lambda value: keccak(hashlib.sha256(value).digest()),
    "keccak256 of abi.encode": lambda value: keccak(abi_string(value)),
    "address": lambda value: keccak(value)[12:],
}

WRITTEN: dict[str, Function] = {
    "hex": lambda value: value.hex().encode(),
    "HEX": lambda value: value.hex().upper().encode(),
    "base64url": lambda value: base64.urlsafe_b64encode(value).rstrip(b"="),
    "base64": base64.b64encode,
    **{
        f"{form} of {name}": lambda value, name=name, write=write: write(DIGESTS[name](value))
        for name in ("sha256", "sha1", "md5", "keccak256")
        for form, write in {
            "hex": lambda digest: digest.hex().encode(),
            "base64url": base64.urlsafe_b64encode,
        }.items()
    },
    "sha256 of hex of sha256": lambda value: _sha256(_sha256(value).hex().encode()),
    "keccak256 of hex of keccak256": lambda value: keccak(keccak(value).hex().encode()),
}


def _keyed(name: str, key: bytes) -> dict[str, Function]:
    word = key.rjust(32, b"\0")
    return {
        f"HMAC-SHA256 by {name}": lambda value: hmac.digest(key, value, "sha256"),
        f"HMAC-keccak256 by {name}": lambda value: hmac_keccak(key, value),
        f"sha256 behind {name}": lambda value: _sha256(key + value),
        f"sha256 before {name}": lambda value: _sha256(value + key),
        f"keccak256 behind {name}": lambda value: keccak(key + value),
        f"keccak256 before {name}": lambda value: keccak(value + key),
        f"keccak256 of abi.encode({name}, keccak256)": lambda value: keccak(word + keccak(value)),
        f"keccak256 of abi.encode({name}, sha256)": lambda value: keccak(word + _sha256(value)),
    }


def _apply(label: str, value: bytes, functions: Mapping[str, Function]) -> Iterator[Guess]:
    return (Guess(f"{name} of {label}", function(value)) for name, function in functions.items())


def _encoded(text: str) -> Iterator[bytes]:
    """The text in every encoding that can hold it; a number also as Solidity would store it."""
    for encoding in ENCODINGS:
        try:
            yield text.encode(encoding)
        except UnicodeEncodeError:
            continue
    if len(text) >= MIN_BYTES and text.isdecimal() and text.isascii():
        yield int(text).to_bytes(32)


def _sha256(value: bytes) -> bytes:
    return hashlib.sha256(value).digest()


def _unique(texts: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(texts))
