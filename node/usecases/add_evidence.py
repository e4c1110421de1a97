"""The customer's evidence reaches a case: photographs of the card's front, and the live clip.

Decoded within the engine's limits before anything is kept; what cannot be used leaves the case as it was.
"""

from __future__ import annotations

from dataclasses import dataclass

from joserfc.jwk import ECKey

from node.domain.bundle import pack_clip, pack_images, unpack_clip
from node.domain.case import Case, CaseState
from node.domain.challenge import require_answer
from node.domain.evidence import ClipFiles
from node.domain.methods import CHIP_FACE
from node.errors import InvalidInput
from node.ports import Clock, Randomness, VerificationEngine
from node.usecases.case_files import ask_file, new_file
from node.usecases.seen_frames import remember_frames
from node.usecases.transaction import Transactions

MIN_SURFACE_IMAGES = 3
"""The submit rule for 照合番号B asks for three frames (verifier.ocr.consensus)."""

MAX_SURFACE_IMAGES = 8
"""About 8 s of OCR; more frames were not measured to help."""


@dataclass(frozen=True)
class AddSurface:
    """Keep photographs of the card's front, in place of any given before."""

    transaction: Transactions
    engine: VerificationEngine
    randomness: Randomness

    def __call__(self, case_id: str, images: tuple[bytes, ...], *, to_confirm: bool = False) -> Case:
        """Store 3 to 8 images.

        Args:
            case_id: an open case.
            images: encoded photographs.
            to_confirm: the customer sees and confirms what is read from them before it is sent to a card.

        Raises:
            InvalidInput: "case.unknown", "case.wrong_state", "surface.count", or the engine's code for an
                image that cannot be used ("image.*").
        """
        if not MIN_SURFACE_IMAGES <= len(images) <= MAX_SURFACE_IMAGES:
            raise InvalidInput(
                "surface.count",
                f"{len(images)} images given, {MIN_SURFACE_IMAGES} to {MAX_SURFACE_IMAGES} needed",
                hint="photograph the card's front from slightly different angles",
            )
        self.engine.check_surface(images)
        file = new_file("surface", "zip", self.randomness)
        with self.transaction() as unit:
            case = unit.cases.get(case_id)
            given = case.with_surface(file, len(images))
            unit.vault.put(case_id, file, pack_images(images))
            if to_confirm and case.method == CHIP_FACE:
                unit.vault.put(case_id, ask_file(file), b"ask")
            unit.cases.replace(given, was=case)
        return given


@dataclass(frozen=True)
class AddClip:
    """Keep the live clip that answers the case's challenge; the same clip may be sent twice, another not.

    Attributes:
        record_key: this member's; it signed the challenge.
    """

    transaction: Transactions
    engine: VerificationEngine
    clock: Clock
    randomness: Randomness
    record_key: ECKey

    def __call__(self, case_id: str, clip: ClipFiles) -> Case:
        """Store a clip.

        Raises:
            InvalidInput: "case.unknown", "case.wrong_state", "challenge.answered", "clip.seen_before", a code
                of `node.domain.challenge.require_answer`, or the engine's code for a clip that cannot be used
                ("clip.*", "image.*").
        """
        self.engine.check_clip(clip)
        file = new_file("clip", "zip", self.randomness)
        with self.transaction() as unit:
            case = unit.cases.get(case_id)
            case.require(CaseState.OPEN)
            require_answer(
                clip.token,
                challenge=case.challenge,
                subject=case_id,
                now=self.clock.now(),
                key=self.record_key,
            )
            if case.clip_file is not None and unpack_clip(unit.vault.get(case_id, case.clip_file)) == clip:
                return case  # sent again because the answer got lost
            given = case.with_clip(file, len(clip.frames))
            remember_frames(unit.vault, case_id, clip)
            unit.vault.put(case_id, file, pack_clip(clip))
            unit.cases.replace(given, was=case)
        return given
