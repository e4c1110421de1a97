"""Runs the checks of one method over one person's evidence and asks the policy what they mean.

Decides the order of stages and what can no longer be decided: when the card was never opened, or its surface
cannot be read, nothing was learnt about the person, so the attempt ends in an error and may be repeated. What
the checks mean together is `verifier.policy`'s decision. Keeps nothing between calls.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from verifier.card.licence.signature import LicenceSignature
from verifier.card.mynumber import mynumber_tries_left, read_mynumber_card
from verifier.card.portrait import decode_portrait
from verifier.card.transport import Transport
from verifier.card.trust import TrustStore
from verifier.document.examine import examine
from verifier.document.film import TiltFilm
from verifier.documents import (
    KEYS_HINT,
    SURFACES,
    DocumentKeys,
    FromSurface,
    ReadingTerms,
    front_files,
    keys_of_surface,
    prior_try,
    read_document,
    unopened,
)
from verifier.errors import InvalidInput
from verifier.face.for_review import face_evidence
from verifier.face.match import CHECK as FACE_CHECK
from verifier.face.match import best_selfie, match
from verifier.face.track import FaceTrack, track
from verifier.image import decode_image, encode_png
from verifier.liveness.challenge import Challenge
from verifier.liveness.evidence import gather
from verifier.liveness.fusion import TOO_LITTLE, TOO_SMALL, Answer, Level, fuse, unreviewed
from verifier.liveness.judge import judge
from verifier.liveness.presence import judge_presence
from verifier.ocr.against_chip import REPORT_FILE as TEXT_FILE
from verifier.ocr.against_chip import compare_with_chip
from verifier.ocr.kinds import surface_kind
from verifier.ocr.submit import PriorTry, Source, SubmitDecision, decide_pin, decide_reading, pin_digest
from verifier.ocr.surface import read_mynumber_surface
from verifier.ocr.text import TextReader
from verifier.policy import (
    CHIP_FACE,
    ID_IMAGE_FACE,
    NOT_REACHED,
    TYPED_AGAINST_CHIP,
    complete,
    decide,
    is_refused,
)
from verifier.stages import Stages
from verifier.types import (
    CheckResult,
    ChipReading,
    Clip,
    Decision,
    DocumentDetails,
    Image,
    Outcome,
    Person,
    Sex,
    SurfaceReading,
    Verdict,
)

if TYPE_CHECKING:
    from verifier.face.models import FaceModels  # loads the face library: a second and 100 MB

JST: Final = timedelta(hours=9)
CHALLENGE_BYTES: Final = 32
"""What the chip signs; the card engine asks for 16 or more."""

SURFACE, CHIP, DOCUMENT, FACE, LIVENESS = "surface", "chip", "document", "face", "liveness"
"""Names of the stages, as reported to `on_stage`."""

_SEXES: Final = {"男": Sex.MALE, "女": Sex.FEMALE}

OpenCard = Callable[[], AbstractContextManager[Transport]]
"""Gives a freshly reset card for the length of a block."""


@dataclass(frozen=True, slots=True)
class PinHistory:
    """What was sent to a card in this case, and how to remember what is about to be sent.

    Attributes:
        tried: earlier codes, as digests.
        case_secret: random; see `verifier.ocr.submit.pin_digest`.
        remember: called before a code is sent; when it raises, nothing is sent.
        accepted: called when the card took the code: its counter is full again, so another attempt may send
            it.
    """

    tried: Collection[PriorTry]
    case_secret: bytes = field(repr=False)
    remember: Callable[[PriorTry], None] = field(repr=False)
    accepted: Callable[[PriorTry], None] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Subject:
    """One person's evidence.

    Attributes:
        surface: photographs of the card's front, BGR.
        clip: the live capture.
        challenge: what it answers.
        typed_birth_date: what the customer typed, if asked.
        typed_pin_b: 照合番号B as the customer typed it, 14 digits, if asked.
        confirmed_pin_b: 照合番号B as the customer confirmed it on screen, and whether it is as OCR read it.
        tilt: the film of the tilted card, where the method asks for one.
        may_ask_again: whether a clip that shows too little ends in an error instead of a refusal.
    """

    surface: tuple[Image, ...]
    clip: Clip
    challenge: Challenge
    typed_birth_date: date | None = None
    typed_pin_b: str | None = field(default=None, repr=False)
    confirmed_pin_b: tuple[str, Source] | None = field(default=None, repr=False)
    tilt: TiltFilm | None = field(default=None, repr=False)
    may_ask_again: bool = False

    @property
    def given_pin(self) -> tuple[str, Source] | None:
        """照合番号B that need not be read from the card, and where it comes from."""
        return (self.typed_pin_b, "typed") if self.typed_pin_b is not None else self.confirmed_pin_b


@dataclass(frozen=True, slots=True)
class Engine:
    """The verification engine of one worker: not for two threads at a time, because its models are not.

    Attributes:
        faces: loaded face and liveness models.
        reader: loaded text reader.
        trust: card issuers' keys.
        open_card: where the card comes from.
        randomness: n -> n random bytes.
        now: aware datetime, UTC.
        tries_floor: with this many PIN tries left or fewer nothing is sent to a card. A licence, with three
            tries, has its own (`verifier.card.licence`).
        licence_signature: judges a driver's licence; None while nobody can, and then none is authentic.
    """

    faces: FaceModels
    reader: TextReader
    trust: TrustStore
    open_card: OpenCard
    randomness: Callable[[int], bytes]
    now: Callable[[], datetime]
    tries_floor: int
    licence_signature: LicenceSignature | None = None

    def verify_chip_face(
        self, subject: Subject, pins: PinHistory, *, on_stage: Callable[[str], None]
    ) -> Verdict:
        """Verify by IC chip and live face ("jp.chip+face").

        Raises:
            InvalidInput: no code may be sent ("ocr.*"), the card did not accept it ("chip.pin_wrong", ...),
                or evidence or card data is malformed. Nothing was decided; fresh evidence may help.
            Unavailable: card, reader or model away ("card.*", "ocr.model_unavailable").
        """
        run = Stages(on_stage)
        surface = None
        if subject.typed_pin_b is None:
            with run.stage(SURFACE):
                surface = self.read_surface(subject.surface, subject.typed_birth_date)
        with run.stage(CHIP), self.open_card() as card:
            chip = self._read_chip(card, surface, subject, pins)
        return self._judge_chip(chip, subject, run, surface=surface)

    def verify_document_face(
        self,
        subject: Subject,
        keys: DocumentKeys | FromSurface,
        pins: PinHistory,
        *,
        on_stage: Callable[[str], None],
    ) -> Verdict:
        """Verify by the chip of another document and live face ("jp.chip+face").

        The surface is read only where the keys are to come from it.

        Raises:
            InvalidInput: keys malformed or sent before in this case ("card.*", "mrz.*",
                "card.pin_repeated"), the chip did not open ("chip.pin_wrong", "chip.number_wrong",
                "chip.access_refused", ...), another document on the reader, or malformed data. Nothing was
                decided.
            Unavailable: card, reader or model away.
        """
        run = Stages(on_stage)
        if isinstance(keys, FromSurface):
            with run.stage(SURFACE):
                keys = self._keys_of_surface(keys, subject)
        with run.stage(CHIP), self.open_card() as card:
            chip = self._read_document(card, keys, pins)
        return self._judge_chip(chip, subject, run)

    def verify_id_image(self, subject: Subject, *, on_stage: Callable[[str], None]) -> Verdict:
        """Verify by photographs of the card and live face ("jp.idimage+face"); never more than REVIEW.

        Raises:
            InvalidInput: the surface cannot be read ("ocr.*") or evidence is malformed.
            Unavailable: a model is away.
        """
        run = Stages(on_stage)
        with run.stage(SURFACE):
            surface = self.read_surface(subject.surface, subject.typed_birth_date)
            person = _printed_person(surface)
        checks, evidence = list(surface.checks), {}
        if subject.tilt is not None:
            with run.stage(DOCUMENT):
                examined = examine(subject.tilt, subject.tilt.challenge, photographs=subject.surface)
            checks.extend(examined.checks)
            evidence = dict(examined.evidence)
        seen = None
        if surface.portrait is not None:
            seen = self._compare(surface.portrait, subject, checks, run)
            self._judge_liveness(seen, subject, checks, run)
        details = DocumentDetails(surface.kind, date.fromisoformat(surface.fields["expires_on"].value), None)
        portrait = None if surface.portrait is None else encode_png(surface.portrait)
        selfie = _selfie(seen, subject.clip)
        verdict = self._verdict(ID_IMAGE_FACE, checks, run, (person, details, portrait, selfie))
        faces = self._faces_for_review(verdict, surface.portrait, subject.clip, seen)
        return replace(verdict, attachments={**evidence, **faces})

    def verify_presence(
        self, clip: Clip, challenge: Challenge, portrait: bytes | None
    ) -> tuple[CheckResult, ...]:
        """Judge liveness and, with a portrait (an encoded image), whether it shows the same person.

        Returns:
            The liveness checks, after "face.match" if there is a portrait.
        """
        claimed = None if portrait is None else decode_image(portrait)
        level = Level.PRESENT if portrait is None else Level.REUSE
        return unreviewed(level, judge_presence(clip, challenge, claimed, self.faces).checks)

    def read_surface(self, photographs: Sequence[Image], typed_birth_date: date | None) -> SurfaceReading:
        """Read a My Number card's front; raises as `read_mynumber_surface`."""
        return read_mynumber_surface(
            photographs, reader=self.reader, today=self.today, typed_birth_date=typed_birth_date
        )

    def _read_chip(
        self, card: Transport, surface: SurfaceReading | None, subject: Subject, pins: PinHistory
    ) -> ChipReading:
        pin_b, prior = self._choose_pin(mynumber_tries_left(card), surface, subject, pins)
        pins.remember(prior)
        reading = read_mynumber_card(
            card,
            pin_b=pin_b,
            trust=self.trust,
            today=self.today,
            challenge=self.randomness(CHALLENGE_BYTES),
            tries_floor=self.tries_floor,
            on_opened=lambda: pins.accepted(prior),
        )
        opened = reading.checks[0]
        if opened.code is not None:
            raise InvalidInput(opened.code, "the card did not open", hint=_hint(opened.code))
        return reading

    def _keys_of_surface(self, source: FromSurface, subject: Subject) -> DocumentKeys:
        surface = surface_kind(SURFACES[source.kind]).read(
            subject.surface,
            reader=self.reader,
            today=self.today,
            typed_birth_date=subject.typed_birth_date,
        )
        return keys_of_surface(surface)

    def _read_document(self, card: Transport, keys: DocumentKeys, pins: PinHistory) -> ChipReading:
        prior = prior_try(keys, pins.case_secret)

        def remember() -> None:
            if any(prior.digest == earlier.digest for earlier in pins.tried):
                raise InvalidInput("card.pin_repeated", "these PINs were refused before", hint=KEYS_HINT)
            pins.remember(prior)

        terms = ReadingTerms(self.trust, self.today, self.randomness, self.licence_signature)
        reading = read_document(card, keys, terms, on_try=remember, on_opened=lambda: pins.accepted(prior))
        shut = unopened(reading)
        if shut is not None:
            code = shut.code or NOT_REACHED
            raise InvalidInput(code, "the chip did not open", hint=_HINTS.get(code, KEYS_HINT))
        return reading

    def _judge_chip(
        self, chip: ChipReading, subject: Subject, run: Stages, *, surface: SurfaceReading | None = None
    ) -> Verdict:
        """Compare the chip's portrait with the live face, unless the chip alone is refused already."""
        text = compare_with_chip(surface, chip.person)
        checks = [*chip.checks, _typed_against_chip(chip.person, subject.typed_birth_date), text.check]
        portrait, seen = chip.portrait, None
        if portrait is not None and not is_refused(CHIP_FACE, chip.checks, chip.kind):
            seen = self._compare(decode_portrait(portrait), subject, checks, run)
            self._judge_liveness(seen, subject, checks, run)
        details = DocumentDetails(chip.kind, chip.expires_on, chip.issuer_key_id)
        selfie = _selfie(seen, subject.clip)
        verdict = self._verdict(CHIP_FACE, checks, run, (chip.person, details, portrait, selfie))
        kept = front_files(chip) if text.report is None else {**front_files(chip), TEXT_FILE: text.report}
        shown = None if seen is None or portrait is None else decode_portrait(portrait)
        return replace(
            verdict, attachments={**kept, **self._faces_for_review(verdict, shown, subject.clip, seen)}
        )

    def _choose_pin(
        self, tries_left: int | None, surface: SurfaceReading | None, subject: Subject, pins: PinHistory
    ) -> tuple[str, PriorTry]:
        """The code to send and how it will be remembered; InvalidInput when none may be sent."""
        given = subject.given_pin
        if given is not None or surface is None:
            pin_b, source = given or ("", "typed")
            allowed = decide_pin(
                pin_b,
                source=source,
                tries_left=tries_left,
                tried=pins.tried,
                case_secret=pins.case_secret,
                tries_floor=self.tries_floor,
            )
        else:
            pin_b, source = surface.pin_b or "", "ocr"
            allowed = decide_reading(
                surface,
                tries_left=tries_left,
                tried=pins.tried,
                case_secret=pins.case_secret,
                typed_birth_date=subject.typed_birth_date,
                tries_floor=self.tries_floor,
            )
        _require(allowed, surface if given is None else None)
        return pin_b, PriorTry(pin_digest(pin_b, pins.case_secret), source)

    def _compare(
        self, portrait: Image, subject: Subject, checks: list[CheckResult], run: Stages
    ) -> FaceTrack:
        with run.stage(FACE):
            seen = track(subject.clip, self.faces, dense=subject.challenge.eye_windows())
            checks.append(match(portrait, seen, self.faces))
        return seen

    def _judge_liveness(
        self, seen: FaceTrack, subject: Subject, checks: list[CheckResult], run: Stages
    ) -> None:
        with run.stage(LIVENESS):
            checks.extend(judge(seen, subject.challenge, gather(subject.clip, seen)))
        if subject.may_ask_again:
            _require_enough_shown(checks)

    def _faces_for_review(
        self, verdict: Verdict, portrait: Image | None, clip: Clip, seen: FaceTrack | None
    ) -> dict[str, bytes]:
        """The faces side by side, only where a person will look at them."""
        if verdict.decision is not Decision.REVIEW or portrait is None or seen is None:
            return {}
        result = next(check for check in verdict.checks if check.check == FACE_CHECK)
        return face_evidence(portrait, clip, seen, result, self.faces)

    def _verdict(
        self,
        method: str,
        checks: Iterable[CheckResult],
        run: Stages,
        findings: tuple[Person | None, DocumentDetails, bytes | None, bytes | None],
    ) -> Verdict:
        person, document, portrait, selfie = findings
        asked = complete(method, checks, document.kind)
        decision, codes = decide(method, asked, document.kind)
        return Verdict(
            method=method,
            decision=decision,
            codes=codes,
            checks=asked,
            person=person,
            document=document,
            portrait=portrait,
            selfie=selfie,
            verified_at=self.now(),
            seconds=run.seconds,
        )

    @property
    def today(self) -> date:
        """Civil date in Japan."""
        return (self.now() + JST).date()


def _require_enough_shown(checks: Iterable[CheckResult]) -> None:
    """Raise where the clip showed too little to judge; the code is the first of what was not shown."""
    fusion = fuse(Level.RECORD, checks)
    if fusion.answer is Answer.AGAIN:
        shown_too_little = [code for code in fusion.codes if code in TOO_LITTLE]
        raise InvalidInput(
            TOO_SMALL if TOO_SMALL in shown_too_little else shown_too_little[0],
            "the clip showed too little of what was asked",
            hint="ask for a new challenge and record again: turn as far as the shoulder, in good light",
        )


def _require(allowed: SubmitDecision, surface: SurfaceReading | None) -> None:
    """Raise the reason why no code may be sent: the first unmet OCR check tells more than "withheld"."""
    if allowed.code is None:
        return
    unmet = [
        check.code for check in (surface.checks if surface else ()) if check.code and not _optional(check)
    ]
    code = unmet[0] if allowed.code == "ocr.pin_withheld" and unmet else allowed.code
    raise InvalidInput(code, "no 照合番号B may be sent to the card", hint=_hint(code))


def _optional(check: CheckResult) -> bool:
    return check.check == "ocr.typed_birth_date" and check.code == "ocr.birth_date_not_typed"


_HINTS: Final = {
    "ocr.too_few_frames": "photograph the card's front again: closer, sharp, without glare, three times",
    "ocr.no_consensus": "photograph the card's front again: closer, sharp, without glare, three times",
    "ocr.dates_not_read": "photograph the card's front again: closer, sharp, without glare, three times",
    "ocr.card_expired": "the card seems to have expired; ask for another document",
    "ocr.birth_date_differs": "the typed birth date and the card differ; open a new case with the right one",
    "chip.pin_blocked": "the card is locked; only its issuing office unlocks it",
    "chip.access_refused": "the zone belongs to another passport, or its chip opens in a way not known here",
    "chip.tries_exhausted_guard": "too few tries are left; ask for another document",
    "ocr.tries_floor": "too few tries are left; ask for another document",
    "ocr.case_tries_spent": "no further try in this case; check the card and open a new one",
}


def _hint(code: str) -> str:
    return _HINTS.get(code, "let the customer type 照合番号B, then verify again with it")


def _printed_person(surface: SurfaceReading) -> Person:
    """The attributes as printed; InvalidInput when one was not read."""
    fields = surface.fields
    missing = [name for name in ("name", "address", "birth_date", "sex", "expires_on") if name not in fields]
    if missing:
        code = "ocr.no_consensus"
        raise InvalidInput(code, f"not read from the card: {', '.join(missing)}", hint=_hint(code))
    return Person(
        name=fields["name"].value,
        address=fields["address"].value,
        birth_date=date.fromisoformat(fields["birth_date"].value),
        sex=_SEXES.get(fields["sex"].value, Sex.UNKNOWN),
    )


def _typed_against_chip(person: Person | None, typed: date | None) -> CheckResult:
    if person is None or typed is None:
        return CheckResult(TYPED_AGAINST_CHIP, Outcome.NOT_PERFORMED, "chip.birth_date_not_typed")
    if person.birth_date != typed:
        return CheckResult(TYPED_AGAINST_CHIP, Outcome.FAILED, "chip.birth_date_differs")
    return CheckResult(TYPED_AGAINST_CHIP, Outcome.PASSED)


def _selfie(seen: FaceTrack | None, clip: Clip) -> bytes | None:
    index = None if seen is None else best_selfie(seen)
    return None if index is None else encode_png(clip.frames[index])
