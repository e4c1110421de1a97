"""Open a residence card with its number: mutual authentication, session key, reads under secure messaging.

Decides whether card and node both know the number. That proves no more than that somebody read it off the
card; what is believed rests on the signature. 在留カード等仕様書 3.5.2 as public readers implement it; the
commands encrypt but carry no MAC (unverified), so what is read is checked by the signature alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha1
from hmac import compare_digest
from typing import Final

from verifier.card import apdu, des, tlv
from verifier.card.transport import Transport
from verifier.errors import InvalidInput
from verifier.types import CheckResult, Outcome

ACCESS: Final = "chip.pin"
"""The number takes the place of a PIN."""

CHALLENGE_BYTES: Final = 8
KEY_BYTES: Final = 16
_RESPONSE_BYTES: Final = 2 * CHALLENGE_BYTES + KEY_BYTES

_NUMBER: Final = re.compile(r"[A-Z]{2}[0-9]{8}[A-Z]{2}\Z")

_GET_CHALLENGE: Final = bytes.fromhex("0084000008")
_MUTUAL_AUTHENTICATE: Final = bytes.fromhex("0082000028")
_VERIFY_NUMBER: Final = bytes.fromhex("0820008613861101")
"""Class 08: secure messaging. 86 11 01: cryptogram of 16 bytes with its padding indicator."""

_REFUSALS: Final = frozenset((0x6300, 0x6982, 0x6988))
"""How cards say that the number is wrong; which of them, is unverified."""

_CRYPTOGRAM: Final = 0x86
_PADDED: Final = b"\x01"


@dataclass(frozen=True, slots=True)
class Session:
    """An opened card.

    Attributes:
        transport: the card.
        key: of secure messaging.
    """

    transport: Transport
    key: des.PreparedKey = field(repr=False)

    def read(self, short_id: int) -> bytes:
        """Read a whole file of the selected application under secure messaging.

        One extended command: the first generation hands a file out in one piece.

        Raises:
            InvalidInput: "card.unexpected_status", "card.tlv_*", "card.cryptogram_malformed",
                "card.file_too_large".
        """
        command = bytes((0x08, 0xB0, 0x80 | short_id, 0x00)) + bytes.fromhex("000004 96020000 0000")
        answer = apdu.expect_ok(apdu.exchange(self.transport, command), "READ BINARY")
        if len(answer) > apdu.MAX_FILE_BYTES:
            raise InvalidInput(
                "card.file_too_large",
                f"the card gave {len(answer)} bytes, limit {apdu.MAX_FILE_BYTES}",
                hint="treat the card as suspect",
            )
        cryptogram = tlv.parse_file(answer, _CRYPTOGRAM).value
        if not cryptogram.startswith(_PADDED):
            raise _malformed("the card's cryptogram has another padding")
        return des.unpad(self.key.decrypt(cryptogram[1:]))


def parse_number(text: str) -> bytes:
    """Check a card number: two letters, eight digits, two letters.

    Raises:
        InvalidInput: anything else ("card.number_malformed").
    """
    if not _NUMBER.match(text):
        raise InvalidInput(
            "card.number_malformed",
            "a residence card number is 2 letters, 8 digits and 2 letters",
            hint="it is printed at the top right of the card",
        )
    return text.encode("ascii")


def open_session(
    transport: Transport, number: bytes, randomness: Callable[[int], bytes]
) -> tuple[CheckResult, Session | None]:
    """Authenticate mutually, then verify the number; each is tried once.

    Args:
        transport: the card, master file selected.
        number: from `parse_number`.
        randomness: n -> n random bytes.

    Returns:
        PASSED and the session, or "chip.number_wrong", "chip.access_invalid" (the card could not prove that
        it knows the number) and None.

    Raises:
        InvalidInput: "card.unexpected_status", "card.challenge_malformed".
    """
    card_challenge = apdu.expect_ok(apdu.exchange(transport, _GET_CHALLENGE), "GET CHALLENGE")
    if len(card_challenge) != CHALLENGE_BYTES:
        raise _malformed("the card's challenge has another size")
    key = des.PreparedKey(sha1(number).digest()[:KEY_BYTES])  # noqa: S324  as specified
    own_challenge, own_key = randomness(CHALLENGE_BYTES), randomness(KEY_BYTES)
    sealed = key.encrypt(own_challenge + card_challenge + own_key)
    command = _MUTUAL_AUTHENTICATE + sealed + key.retail_mac(sealed) + b"\x00"
    answer = apdu.exchange(transport, command)
    if not answer.ok:
        return _refused(answer), None
    card_key = _card_key(key, answer.data, card_challenge + own_challenge)
    if card_key is None:
        return CheckResult(ACCESS, Outcome.FAILED, "chip.access_invalid"), None
    seed = bytes(ours ^ theirs for ours, theirs in zip(own_key, card_key, strict=True))
    session = Session(transport, des.PreparedKey(des.derive_key(seed, des.ENCRYPTION)))
    verified = apdu.send(transport, _VERIFY_NUMBER + session.key.encrypt(des.pad(number)))
    if not verified.ok:
        return _refused(verified), None
    return CheckResult(ACCESS, Outcome.PASSED), session


def _card_key(key: des.PreparedKey, answer: bytes, expected: bytes) -> bytes | None:
    """The card's half of the session key if its answer is authentic and names both challenges."""
    sealed, mac = answer[:_RESPONSE_BYTES], answer[_RESPONSE_BYTES:]
    if len(sealed) != _RESPONSE_BYTES or not key.is_mac(sealed, mac):
        return None
    opened = key.decrypt(sealed)
    return opened[len(expected) :] if compare_digest(opened[: len(expected)], expected) else None


def _refused(answer: apdu.Response) -> CheckResult:
    if answer.sw not in _REFUSALS and apdu.counter(answer.sw) is None:
        apdu.expect_ok(answer, "authentication")
    return CheckResult(ACCESS, Outcome.FAILED, "chip.number_wrong", facts={"sw": f"{answer.sw:04X}"})


def _malformed(message: str) -> InvalidInput:
    return InvalidInput("card.cryptogram_malformed", message, hint="put the card on the reader again")
