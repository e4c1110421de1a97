"""Read a driver's licence with PIN1 and PIN2 and say, check by check, what it proves.

Decides the order of steps; the first that does not pass ends the reading and leaves the rest NOT_PERFORMED.
Checks: "chip.pin", "chip.pin2", "chip.text" (characters the chip has only as bitmaps), "chip.changes" (later
entries, latest address), "chip.data_signature", "chip.challenge", "chip.expiry".

A licence has no key of its own that could answer a challenge, as far as is public: a copy of all files on
another chip cannot be told from the original, and "chip.challenge" says so by never being performed. 本籍 is
never reported (see `layout`). Texts: "kana", "alias", "unified_name", "colour", "conditions", "issuer",
"version", "printed_address" and "printed_name" where a later entry replaced them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from verifier.card import apdu
from verifier.card.codes import refusal
from verifier.card.licence import files, layout, pins, signature
from verifier.card.licence.files import ChangedEntry, CommonData, Entries
from verifier.card.licence.layout import Change
from verifier.card.licence.pins import DEFAULT_TRIES_FLOOR, MIN_TRIES_FLOOR, PIN1, PIN2, Pin
from verifier.card.licence.signature import DATA, LicenceSignature, SignedFiles
from verifier.card.licence.text import Text
from verifier.card.transport import CountingTransport, Transport
from verifier.errors import InvalidInput
from verifier.types import CheckResult, ChipReading, Outcome, Person, Sex

TEXT: Final = "chip.text"
CHANGES: Final = "chip.changes"
CHALLENGE: Final = "chip.challenge"
EXPIRY: Final = "chip.expiry"

CHECKS: Final = (PIN1, PIN2, TEXT, CHANGES, DATA, CHALLENGE, EXPIRY)


def read_licence(
    transport: Transport,
    *,
    pin1: str | None,
    pin2: str | None,
    today: date,
    tries_floor: int = DEFAULT_TRIES_FLOOR,
    verifier: LicenceSignature | None = None,
    on_try: Callable[[], None] = lambda: None,
    on_opened: Callable[[], None] = lambda: None,
) -> ChipReading:
    """Read and judge a licence.

    Args:
        transport: a freshly reset card.
        pin1: four digits; None where the holder chose no PIN. Sent at most once.
        pin2: likewise.
        today: civil date in Japan.
        tries_floor: with this many tries left or fewer, of either PIN, nothing is sent.
        verifier: judges the signature; without one it stays undecided.
        on_try: called before a PIN is sent; when it raises, none is.
        on_opened: called as soon as the card took both PINs, whatever happens to the reading afterwards.

    Returns:
        The reading. `sex` of the person is unknown: a licence does not state it. `portrait` only when the
        signature passed, `unproven_portrait` otherwise.

    Raises:
        InvalidInput: not a licence ("card.not_licence"), a licence with PINs and none given
            ("card.pin_missing"), malformed arguments or card data ("card.*").
        Unavailable: card or reader gone ("card.*").
    """
    if tries_floor < MIN_TRIES_FLOOR:
        raise InvalidInput(
            "card.tries_floor",
            f"the tries floor is below {MIN_TRIES_FLOOR}",
            hint="set it to 1 or more; the default is 1",
        )
    counted = CountingTransport(transport)
    with ExitStack() as wiped:
        codes = [None if text is None else wiped.enter_context(Pin(text)) for text in (pin1, pin2)]
        run = _Run(counted, (codes[0], codes[1]), tries_floor, verifier, on_try, on_opened)
        run.read(today)
    return run.reading(counted.apdus)


@dataclass(slots=True)
class _Run:
    """One reading under way: the card, and what has been learnt so far."""

    card: Transport
    codes: tuple[Pin | None, Pin | None]
    floor: int
    verifier: LicenceSignature | None
    on_try: Callable[[], None]
    on_opened: Callable[[], None]
    checks: dict[str, CheckResult] = field(default_factory=dict)
    tries_left_before: int | None = None
    common: CommonData | None = None
    entries: Entries | None = None
    person: Person | None = None
    photo: bytes | None = None
    texts: dict[str, str] = field(default_factory=dict)

    def read(self, today: date) -> None:
        """Run the steps until one does not pass."""
        self.common = self._read_common()
        if not self._open():
            return
        self.on_opened()
        apdu.expect_ok(apdu.send(self.card, apdu.select_application(layout.ENTRIES_AID)), "SELECT DF1")
        raw_entries = apdu.read_whole(self.card, layout.ENTRIES, layout.ENTRIES_BYTES)
        self.entries = entries = files.parse_entries(raw_entries)
        self._read_texts(self.common, entries)
        covered, fields = self._read_signature()
        apdu.expect_ok(apdu.send(self.card, apdu.select_application(layout.PHOTO_AID)), "SELECT DF2")
        raw_photo = apdu.read_whole(self.card, layout.PHOTO, layout.PHOTO_BYTES)
        self.photo = files.parse_photo(raw_photo)
        self._judge_signature(SignedFiles(raw_entries, covered, raw_photo), fields)
        self._note(CheckResult(CHALLENGE, Outcome.NOT_PERFORMED, "chip.challenge_unsupported"))
        self._note(check_expiry(entries.expires_on, self.common.expires_on, today=today))

    def reading(self, apdus: int) -> ChipReading:
        """What came of it."""
        missing = {check: CheckResult(check, Outcome.NOT_PERFORMED, "not_performed") for check in CHECKS}
        signed = DATA in self.checks and self.checks[DATA].passed
        return ChipReading(
            kind="drivers_licence",
            person=self.person,
            expires_on=self.entries.expires_on if self.entries else None,
            portrait=self.photo if signed else None,
            checks=tuple(self.checks.get(check, missing[check]) for check in CHECKS),
            tries_left_before=self.tries_left_before,
            issuer_key_id=None,
            apdus=apdus,
            number=self.entries.number if self.entries else None,
            unproven_portrait=None if signed else self.photo,
            texts=self.texts,
        )

    def _read_common(self) -> CommonData:
        """What anybody may read; also how a licence is recognised."""
        selected = apdu.send(self.card, layout.SELECT_MF)
        found = apdu.send(self.card, apdu.select_file(layout.COMMON_DATA)) if selected.ok else selected
        if not found.ok:
            raise InvalidInput(
                "card.not_licence",
                "this is not a driver's licence",
                hint="put a driver's licence on the reader",
            )
        answer = apdu.exchange(self.card, apdu.read_binary(0, layout.COMMON_DATA_BYTES))
        return files.parse_common(apdu.expect_ok(answer, "READ BINARY"))

    def _open(self) -> bool:
        """Send PIN1, then PIN2, once both counters allow it."""
        raw = apdu.read_whole(self.card, layout.PIN_SETTING, layout.PIN_SETTING_BYTES)
        pin1, pin2 = self._codes_for(has_pins=files.parse_pin_setting(raw))
        left = pins.read_counters(self.card)
        self.tries_left_before = left.lower
        for check, tries in ((PIN1, left.pin1), (PIN2, left.pin2)):
            refused = refusal(check, tries, floor=self.floor)
            if refused is not None:
                return self._note(refused)
        self.on_try()
        return self._note(pins.present(self.card, pin1, layout.PIN1_REFERENCE, check=PIN1)) and self._note(
            pins.present(self.card, pin2, layout.PIN2_REFERENCE, check=PIN2)
        )

    def _codes_for(self, *, has_pins: bool) -> tuple[Pin | None, Pin | None]:
        """The PINs to send: the given ones, or none for a holder who chose none, whatever was typed."""
        if not has_pins:
            return None, None
        if None in self.codes:
            raise InvalidInput(
                "card.pin_missing", "this licence has PINs", hint="ask the holder for both PINs"
            )
        return self.codes

    def _read_texts(self, common: CommonData, entries: Entries) -> None:
        """Person and texts, with later entries in the place of printed ones."""
        self.texts = {**entries.texts, "version": common.version}
        raw = apdu.read_whole(self.card, layout.CHANGES, layout.CHANGES_BYTES)
        try:
            changes = files.parse_changes(raw)
        except InvalidInput as error:
            # The printed name and address may be out of date, so no person is reported.
            self._note(
                CheckResult(CHANGES, Outcome.UNDECIDED, "chip.changes_unreadable", facts={"why": error.code})
            )
            return
        self._note(check_changes(len(changes)))
        name = self._latest(changes, Change.NAME, entries.name)
        address = self._latest(changes, Change.ADDRESS, entries.address)
        self.person = Person(name.value, address.value, entries.birth_date, Sex.UNKNOWN)
        self._note(check_text(name, address))

    def _latest(self, changes: tuple[ChangedEntry, ...], what: Change, printed: Text) -> Text:
        found = [entry for entry in changes if entry.what is what]
        if not found:
            return printed
        self.texts[f"printed_{what}"] = printed.value
        return sorted(found, key=lambda entry: entry.day)[-1].value  # of one day, the later entry

    def _read_signature(self) -> tuple[bytes, Mapping[int, bytes]]:
        """DF1/0002 and the fields of DF1/0007, only where somebody can judge them."""
        if self.verifier is None:
            return b"", {}
        domicile = apdu.read_whole(self.card, layout.DOMICILE, layout.DOMICILE_BYTES)
        raw = apdu.read_whole(self.card, layout.SIGNATURE, layout.SIGNATURE_BYTES)
        return domicile, files.parse_signature(raw)

    def _judge_signature(self, covered: SignedFiles, fields: Mapping[int, bytes]) -> None:
        self._note(self.verifier.check(covered, fields) if self.verifier else signature.unsupported())

    def _note(self, result: CheckResult) -> bool:
        self.checks[result.check] = result
        return result.passed


def check_changes(entries: int) -> CheckResult:
    """Whether the address and name of today are known: "chip.changes_unverified" (undecided; facts: changes).

    Which tag means what in the file of changes is not public (`layout.ChangeTag`), so what was read from a
    later entry is a reading aid for a person, never a fact.
    """
    if entries:
        facts = {"changes": entries}
        return CheckResult(CHANGES, Outcome.UNDECIDED, "chip.changes_unverified", facts=facts)
    return CheckResult(CHANGES, Outcome.PASSED)


def check_text(*texts: Text) -> CheckResult:
    """Whether every character is there: "chip.text_gaiji" (undecided; facts: placeholders)."""
    placeholders = sum(text.placeholders for text in texts)
    if placeholders:
        facts = {"placeholders": placeholders}
        return CheckResult(TEXT, Outcome.UNDECIDED, "chip.text_gaiji", facts=facts)
    return CheckResult(TEXT, Outcome.PASSED)


def check_expiry(entered: date, common: date, *, today: date) -> CheckResult:
    """Expiry of the entries against today, and against what the free file says.

    Returns:
        "chip.expiry_mismatch", "chip.expired" the day after.
    """
    if entered != common:
        return CheckResult(EXPIRY, Outcome.FAILED, "chip.expiry_mismatch")
    if today > entered:
        return CheckResult(EXPIRY, Outcome.FAILED, "chip.expired")
    return CheckResult(EXPIRY, Outcome.PASSED)
