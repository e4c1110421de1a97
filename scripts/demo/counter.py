"""A verification at bank A's counter with the specimen's evidence: card, chip, synthetic clip."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from node.domain.evidence import ClipFiles
from node.domain.methods import IMAGE_FACE
from node.errors import InvalidInput
from scripts.demo.actors import Json, Staff
from scripts.demo.persona import Persona
from scripts.demo.reader import CardReader

Progress = Callable[[str], None]

RENDERINGS = 5
"""Tries to answer a challenge within its three minutes; one is enough unless the machine is very busy."""


@dataclass(frozen=True)
class Counter:
    """Where a customer is verified.

    Attributes:
        bank: staff of bank A.
        reader: where the card is put in.
        persona: who comes, with everything that is needed.
    """

    bank: Staff
    reader: CardReader
    persona: Persona

    def prepare(self, method: str, progress: Progress, *, stranger: bool = False) -> str:
        """Open a case and hand in photographs and films, of the customer or a stranger; the case's id."""
        case_id: str = self.bank.open_case(method, self.persona.application["birth_date"])["case_id"]
        self.bank.add_surface(case_id, self.persona.surface)
        progress("rendering a synthetic clip that answers the challenge")
        _answer(
            lambda: self.bank.post(f"/v1/cases/{case_id}/challenge")["challenge"],
            lambda challenge: self.persona.answer(challenge, stranger=stranger),
            lambda clip: self.bank.add_clip(case_id, clip),
        )
        if method == IMAGE_FACE:
            progress("filming the card while it is tilted")
            _answer(
                lambda: self.bank.ask_tilt(case_id),
                self.persona.tilt,
                lambda film: self.bank.add_tilt(case_id, film),
            )
        return case_id

    def judge(self, case_id: str, progress: Progress) -> Json:
        """Let the engine read, compare and decide; the case as staff see it then."""
        with self.reader.lend(self.bank, case_id):
            return self.bank.verify(case_id, progress)


def _answer(
    ask: Callable[[], Json], film: Callable[[Json], ClipFiles], hand_in: Callable[[ClipFiles], None]
) -> None:
    """Draw a challenge, film the answer, hand it in; once more if the challenge was over by then."""
    for left in reversed(range(RENDERINGS)):
        try:
            hand_in(film(ask()))
        except InvalidInput as error:
            if error.code != "challenge.expired" or not left:
                raise
        else:
            return
