"""Runs the checks of one method over one person's evidence and asks the policy what they mean.

Decides the order of stages and what can no longer be decided: when the card was never opened, or its surface
cannot be read, nothing was learnt about the person, so the attempt ends in an error and may be repeated. The
steps are `verifier.verification`; what the checks mean together is `verifier.policy`'s decision. Keeps
nothing between calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from verifier.card.licence.signature import LicenceSignature
from verifier.card.mynumber import mynumber_tries_left
from verifier.card.portrait import decode_portrait
from verifier.card.transport import OpenCard
from verifier.card.trust import TrustStore
from verifier.document.examine import examine
from verifier.documents import SURFACES, DocumentKeys, FromSurface, ReadingTerms, keys_of_surface
from verifier.image import decode_image
from verifier.liveness.challenge import Challenge
from verifier.liveness.fusion import Level, unreviewed
from verifier.liveness.presence import judge_presence
from verifier.ocr.against_chip import compare_with_chip
from verifier.ocr.kinds import surface_kind
from verifier.ocr.surface import read_mynumber_surface
from verifier.ocr.text import TextReader
from verifier.policy import CHIP_FACE, ID_IMAGE_FACE, is_refused
from verifier.types import CheckResult, ChipReading, Clip, Decision, Image, SurfaceReading, Verdict
from verifier.verification.chip import read_keyed, read_mynumber, typed_against_chip
from verifier.verification.findings import Findings, findings_of_chip, findings_of_surface
from verifier.verification.live_face import LiveFace, judge_live_face
from verifier.verification.pins import PinHistory, choose_pin
from verifier.verification.stages import Stages
from verifier.verification.subject import Subject
from verifier.verification.verdict import assemble

if TYPE_CHECKING:
    from verifier.face.models import FaceModels  # loads the face library: a second and 100 MB

JST: Final = timedelta(hours=9)

SURFACE, CHIP, DOCUMENT = "surface", "chip", "document"
"""Names of the stages, as reported to `on_stage`; those of the live face are its own module's."""


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
            left = mynumber_tries_left(card)
            chosen = choose_pin(subject, surface, pins, tries_left=left, tries_floor=self.tries_floor)
            chip = read_mynumber(card, chosen, pins, self._terms, tries_floor=self.tries_floor)
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
                keys = self._read_keys(keys, subject)
        with run.stage(CHIP), self.open_card() as card:
            chip = read_keyed(card, keys, pins, self._terms)
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
            findings = findings_of_surface(surface)
        checks = surface.checks
        if subject.tilt is not None:
            with run.stage(DOCUMENT):
                examined = examine(subject.tilt, subject.tilt.challenge, photographs=subject.surface)
            checks += examined.checks
            findings = replace(findings, files=examined.evidence)
        live = None
        if surface.portrait is not None:
            live = judge_live_face(surface.portrait, subject, self.faces, run)
        return self._conclude(ID_IMAGE_FACE, checks, findings, live, run)

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

    def _read_keys(self, source: FromSurface, subject: Subject) -> DocumentKeys:
        surface = surface_kind(SURFACES[source.kind]).read(
            subject.surface,
            reader=self.reader,
            today=self.today,
            typed_birth_date=subject.typed_birth_date,
        )
        return keys_of_surface(surface)

    def _judge_chip(
        self, chip: ChipReading, subject: Subject, run: Stages, *, surface: SurfaceReading | None = None
    ) -> Verdict:
        """Compare the chip's portrait with the live face, unless the chip alone is refused already."""
        text = compare_with_chip(surface, chip.person)
        checks = (*chip.checks, typed_against_chip(chip.person, subject.typed_birth_date), text.check)
        live = None
        if chip.portrait is not None and not is_refused(CHIP_FACE, chip.checks, chip.kind):
            live = judge_live_face(decode_portrait(chip.portrait), subject, self.faces, run)
        findings = findings_of_chip(chip)
        findings = replace(findings, files={**findings.files, **text.files})
        return self._conclude(CHIP_FACE, checks, findings, live, run)

    def _conclude(
        self,
        method: str,
        checks: Iterable[CheckResult],
        findings: Findings,
        live: LiveFace | None,
        run: Stages,
    ) -> Verdict:
        """Ask the policy; the faces side by side go only where a person will look at them."""
        if live is None:
            return assemble(method, checks, findings, at=self.now(), seconds=run.seconds)
        verdict = assemble(method, (*checks, *live.checks), findings, at=self.now(), seconds=run.seconds)
        faces = live.for_review(self.faces) if verdict.decision is Decision.REVIEW else {}
        return replace(verdict, selfie=live.selfie(), attachments={**findings.files, **faces})

    @property
    def _terms(self) -> ReadingTerms:
        return ReadingTerms(self.trust, self.today, self.randomness, self.licence_signature)

    @property
    def today(self) -> date:
        """Civil date in Japan."""
        return (self.now() + JST).date()
