"""The photo method's film of the tilted card: what is asked, and the film that answers it.

Drawn, signed and answered like the liveness challenge (`node.domain.challenge`), and like it answered once.
"""

from __future__ import annotations

from dataclasses import dataclass

from joserfc.jwk import ECKey

from node.domain.bundle import pack_clip, unpack_clip
from node.domain.case import Case
from node.domain.challenge import require_answer, sign_challenge
from node.domain.evidence import ClipFiles
from node.errors import InvalidInput
from node.ports import Clock, Randomness, VerificationEngine
from node.usecases.case_files import new_file
from node.usecases.change_case import change_case
from node.usecases.transaction import Transactions


@dataclass(frozen=True)
class AskTilt:
    """Draw how the card shall be tilted; a film that answered an earlier draw no longer counts."""

    transaction: Transactions
    engine: VerificationEngine
    clock: Clock
    record_key: ECKey

    def __call__(self, case_id: str) -> Case:
        """Return the case with its challenge ("case.unknown", "case.wrong_state", "tilt.not_for_method")."""
        now = self.clock.now()
        asked = self.engine.new_tilt_challenge(now)
        challenge = sign_challenge(asked, subject=case_id, now=now, key=self.record_key)
        return change_case(self.transaction, case_id, lambda case: case.tilt_asked(challenge))


@dataclass(frozen=True)
class AddTilt:
    """Keep the film that answers the case's tilt challenge; the same film may be sent twice, another not."""

    transaction: Transactions
    engine: VerificationEngine
    clock: Clock
    randomness: Randomness
    record_key: ECKey

    def __call__(self, case_id: str, film: ClipFiles) -> Case:
        """Store a film.

        Raises:
            InvalidInput: "case.unknown", "case.wrong_state", "tilt.not_asked", "challenge.answered", a code
                of `node.domain.challenge.require_answer`, or the engine's code for a film that cannot be
                examined ("film.*", "clip.*", "image.*").
        """
        self.engine.check_tilt(film)
        file = new_file("tilt", "zip", self.randomness)
        with self.transaction() as unit:
            case = unit.cases.get(case_id)
            given = case.with_tilt(file, len(film.frames))
            self._require_answer(case, film)
            if case.tilt_file is not None:
                if unpack_clip(unit.vault.get(case_id, case.tilt_file)) == film:
                    return case  # sent again because the answer got lost
                raise _answered()
            unit.vault.put(case_id, file, pack_clip(film))
            unit.cases.replace(given, was=case)
        return given

    def _require_answer(self, case: Case, film: ClipFiles) -> None:
        challenge, now = case.tilt_challenge or {}, self.clock.now()
        require_answer(film.token, challenge=challenge, subject=case.case_id, now=now, key=self.record_key)


def _answered() -> InvalidInput:
    return InvalidInput(
        "challenge.answered",
        "a film has answered this challenge already",
        hint="POST .../tilt-challenge for a new one, then film again",
    )
