"""Which checks each method needs, and what they decide together. Pure.

Decides VERIFIED, REJECTED or REVIEW from check results. Runs no check. Clauses: Ordinance for Enforcement of
the Act on Prevention of Transfer of Criminal Proceeds, Art. 6(1)(i): chip data with a valid signature and the
live face ("jp.chip+face"); live image of a photo ID, thickness and other features included, and the live face
("jp.idimage+face"); the JPKI signing certificate, a signature made with it, and its validity
("jp.jpki.sign", for approved signature verifiers only).

Kinds of checks:
- required: each must pass. One that failed or did not run rejects; one that is undecided rejects too, unless
  it belongs to an area that a person can judge from the pictures (`REVIEWABLE`).
- conditional: may be left out; a failure rejects as if it were required.
- human: no automatic check exists, or this document cannot answer it; a reviewer looks, so the engine alone
  never verifies. A failure rejects.
- advisory: too weak to reject; anything but a pass sends the case to a reviewer.
- compared: advisory too, but may be left out: where nothing was read, nothing differs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from verifier.types import CheckResult, Decision, DocumentKind, Outcome

CHIP_FACE: Final = "jp.chip+face"
ID_IMAGE_FACE: Final = "jp.idimage+face"
JPKI_SIGN: Final = "jp.jpki.sign"

REVIEWABLE: Final = frozenset({"face", "liveness"})
"""Areas in which "undecided" means a score between two thresholds: a person compares pictures or watches a
clip. Nobody can look at a signature, so an unknown card issuer stays a refusal."""

NOT_REACHED: Final = "not_performed"
"""Code of a check that an earlier refusal made pointless; the card engine uses the same."""

NEEDS_REVIEWER: Final = "document.needs_reviewer"
"""Code of a check that only a person performs."""


@dataclass(frozen=True, slots=True)
class MethodPolicy:
    """What one method asks for: names of checks by kind (see the module)."""

    required: tuple[str, ...]
    conditional: tuple[str, ...] = ()
    human: tuple[str, ...] = ()
    advisory: tuple[str, ...] = ()
    compared: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All checks, in the order of report."""
        return self.required + self.conditional + self.human + self.advisory + self.compared


CHIP: Final = (
    "chip.pin",
    "chip.issuer_certificate",
    "chip.data_signature",
    "chip.text_integrity",
    "chip.challenge",
    "chip.expiry",
)
PRESENCE: Final = (
    "face.match",
    "liveness.single_face",
    "liveness.action",
    "liveness.planar",
    "liveness.same_face",
    "liveness.film",
)
"""The person of the photograph is there, alive: asked by every method with a live face, and at every
reuse."""

TYPED_AGAINST_CHIP: Final = "chip.typed_birth_date"
"""What the customer typed against what the chip says: asked where the customer typed it."""

SURFACE_TEXT: Final = "surface.text"
"""What was read from the card's surface against what the chip says."""

TILTED_DOCUMENT: Final = ("document.tilt", "document.same_card", "document.colour", "document.screen")
"""Signals of the filmed tilt (docs/adr/0016): they tell the reviewer where to look."""

# A network and cues of unknown error rates (verifier/liveness/medium): advice, never the only gate.
_MEDIUM: Final = ("liveness.medium",)

POLICIES: Final[Mapping[str, MethodPolicy]] = {
    CHIP_FACE: MethodPolicy(
        required=CHIP + PRESENCE,
        conditional=(TYPED_AGAINST_CHIP,),
        advisory=_MEDIUM,
        compared=(SURFACE_TEXT,),
    ),
    ID_IMAGE_FACE: MethodPolicy(
        required=("ocr.frames", "ocr.consensus", "ocr.plausibility", *PRESENCE),
        conditional=("ocr.typed_birth_date",),
        human=("document.thickness", "document.authenticity"),
        advisory=(*_MEDIUM, *TILTED_DOCUMENT),
    ),
    JPKI_SIGN: MethodPolicy(
        required=("jpki.password", "jpki.certificate", "jpki.signature", "jpki.revocation"),
        # the certificate cannot hold every kanji: a person compares name and address with another document
        advisory=("jpki.substitutes",),
    ),
}


LICENCE: Final[DocumentKind] = "drivers_licence"
RESIDENCE: Final[DocumentKind] = "residence_card"
PASSPORT: Final[DocumentKind] = "passport"

ATTRIBUTES_ON_FRONT: Final = "document.attributes"
"""Name and dates as the customer stated them against the signed picture of the card's front: for a person."""

ADDRESS_ON_CHIP: Final = "document.address"
"""The clause asks for an address from the chip; a passport holds none."""

_HUMAN_CODES: Final = {ADDRESS_ON_CHIP: "document.address_not_on_chip"}
"""Where `NEEDS_REVIEWER` would hide what is the matter."""

CHIP_FACE_DOCUMENTS: Final[Mapping[DocumentKind, MethodPolicy]] = {
    "mynumber_card": POLICIES[CHIP_FACE],
    LICENCE: MethodPolicy(
        required=("chip.pin", "chip.pin2", "chip.data_signature", "chip.expiry", *PRESENCE),
        conditional=(TYPED_AGAINST_CHIP,),
        human=("chip.text", "chip.changes", "chip.challenge"),
        advisory=_MEDIUM,
    ),
    RESIDENCE: MethodPolicy(
        required=("chip.pin", "chip.issuer_certificate", "chip.data_signature", *PRESENCE),
        human=("chip.text", "chip.challenge", "chip.expiry", ATTRIBUTES_ON_FRONT),
        advisory=_MEDIUM,
    ),
    PASSPORT: MethodPolicy(
        required=(
            "chip.access",
            "chip.issuer_certificate",
            "chip.data_signature",
            "chip.text_integrity",
            "chip.expiry",
            *PRESENCE,
        ),
        conditional=(TYPED_AGAINST_CHIP,),
        human=("chip.challenge", ADDRESS_ON_CHIP),
        advisory=_MEDIUM,
    ),
}
"""What "jp.chip+face" asks of each document (docs/adr/0013). Where the chip cannot prove that it is no copy,
"chip.challenge" stays NOT_PERFORMED and a person decides."""


def policy_of(method: str, document: DocumentKind = "mynumber_card") -> MethodPolicy:
    """What a method asks of a document."""
    return CHIP_FACE_DOCUMENTS[document] if method == CHIP_FACE else POLICIES[method]


def complete(
    method: str, results: Iterable[CheckResult], document: DocumentKind = "mynumber_card"
) -> tuple[CheckResult, ...]:
    """All checks the method asks for, in the order of report; those without a result as NOT_PERFORMED.

    Results that the method does not ask for are left out: OCR, for one, only proposes what the chip decides.
    """
    policy = policy_of(method, document)
    found = {result.check: result for result in results}
    return tuple(found.get(name) or _absent(name, policy) for name in policy.names)


def decide(
    method: str, checks: Iterable[CheckResult], document: DocumentKind = "mynumber_card"
) -> tuple[Decision, tuple[str, ...]]:
    """Weigh the completed checks.

    Returns:
        The decision, and the reason code of every check that did not pass, in order, each once.
    """
    policy = policy_of(method, document)
    weighed = [(_weigh(check, policy), check.code) for check in checks]
    codes = tuple(dict.fromkeys(code for _, code in weighed if code is not None))
    decisions = {decision for decision, _ in weighed}
    for decision in (Decision.REJECTED, Decision.REVIEW):
        if decision in decisions:
            return decision, codes
    return Decision.VERIFIED, codes


def is_refused(method: str, checks: Iterable[CheckResult], document: DocumentKind) -> bool:
    """Whether one of these checks alone rejects already, so that nothing more need be asked."""
    policy = policy_of(method, document)
    asked = (check for check in checks if check.check in policy.names)
    return any(_weigh(check, policy) is Decision.REJECTED for check in asked)


def _weigh(check: CheckResult, policy: MethodPolicy) -> Decision:
    if check.passed or _left_out(check, policy):
        return Decision.VERIFIED
    if check.check in policy.advisory + policy.compared:
        return Decision.REVIEW
    if check.check in policy.human and check.outcome is not Outcome.FAILED:
        return Decision.REVIEW
    area = check.check.partition(".")[0]
    if check.outcome is Outcome.UNDECIDED and area in REVIEWABLE:
        return Decision.REVIEW
    return Decision.REJECTED


def _left_out(check: CheckResult, policy: MethodPolicy) -> bool:
    return check.check in policy.conditional + policy.compared and check.outcome is Outcome.NOT_PERFORMED


def _absent(name: str, policy: MethodPolicy) -> CheckResult:
    code = _HUMAN_CODES.get(name, NEEDS_REVIEWER) if name in policy.human else NOT_REACHED
    return CheckResult(name, Outcome.NOT_PERFORMED, code)
