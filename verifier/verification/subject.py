"""What one verification is given about a person, beside the card itself. Decides nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from verifier.document.film import TiltFilm
from verifier.liveness.challenge import Challenge
from verifier.ocr.submit import Source
from verifier.types import Clip, Image


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
