"""The engine's vocabulary: evidence in, verdict out.

Nothing here knows HTTP, a database, a chain or the node. Images are (H, W, 3) uint8 in BGR order
unless a name says otherwise. Times are aware datetimes (UTC); dates are civil dates in Japan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Image: TypeAlias = NDArray[np.uint8]
"""(H, W, 3) uint8, BGR."""


class Outcome(StrEnum):
    """What came of one check."""

    PASSED = "passed"
    FAILED = "failed"
    UNDECIDED = "undecided"
    """It ran, and the answer is neither yes nor no: unknown issuer, score in the review band."""
    NOT_PERFORMED = "not_performed"
    """It did not run. Never counts as passed."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check and what came of it.

    Attributes:
        check: stable name, "<area>.<noun>": "chip.data_signature", "face.match", "liveness.planar".
        outcome: see Outcome.
        code: reason code when the outcome is not PASSED, e.g. "face.no_match"; None when passed.
        score: measured figure, in the unit that `threshold` has; None when the check is not numeric.
        threshold: the figure that decided.
        model_sha256: digest of the model file that produced the score.
        facts: further figures for a reviewer; never personal data.
    """

    check: str
    outcome: Outcome
    code: str | None = None
    score: float | None = None
    threshold: float | None = None
    model_sha256: str | None = None
    facts: Mapping[str, str | int | float | bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if (self.outcome is Outcome.PASSED) != (self.code is None):
            raise ValueError("a reason code stands exactly where a check did not pass")

    @property
    def passed(self) -> bool:
        """True only for PASSED."""
        return self.outcome is Outcome.PASSED


class Sex(StrEnum):
    """As on the chip: DF25 1, 2, 0/9 (ISO/IEC 5218)."""

    MALE = "male"
    FEMALE = "female"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Person:
    """The four basic attributes (基本4情報) as the document of record gives them.

    `address` is None where the document holds none: a passport.
    """

    name: str
    address: str | None
    birth_date: date
    sex: Sex


@dataclass(frozen=True, slots=True)
class Clip:
    """A live capture.

    Attributes:
        frames: images of one size, in order.
        timestamps_ms: milliseconds since the challenge was shown, one per frame, increasing.
    """

    frames: tuple[Image, ...]
    timestamps_ms: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.frames) != len(self.timestamps_ms):
            raise ValueError("one timestamp per frame")


DocumentKind: TypeAlias = Literal["mynumber_card", "drivers_licence", "residence_card", "passport"]


@dataclass(frozen=True, slots=True)
class ChipReading:
    """What an IC chip gave, with the checks made on it.

    Attributes:
        kind: which document.
        person: attributes from the chip's text file; None when access was not granted.
        expires_on: the document's expiry date.
        portrait: the chip's photograph as stored (JPEG 2000), only after its signature passed.
        checks: "chip.pin", "chip.issuer_certificate", "chip.data_signature", "chip.text_integrity",
            "chip.challenge", "chip.expiry" for a My Number card; each kind's `reading` lists its own.
        tries_left_before: PIN tries the card reported before VERIFY; None when it does not tell.
        issuer_key_id: hex of the certificate authority key id that the chip names; not personal.
        apdus: number of command APDUs sent.
        number: the document's own number (licence number, residence card number), never a My Number.
        front: the document's front as the chip stores it (TIFF), only after its signature passed.
        unproven_portrait: the photograph where no signature could be checked: for a reviewer's eyes, never
            the basis of a decision.
        texts: further texts of the chip by name; the `reading` module of each kind lists its own.
    """

    kind: DocumentKind
    person: Person | None
    expires_on: date | None
    portrait: bytes | None
    checks: tuple[CheckResult, ...]
    tries_left_before: int | None
    issuer_key_id: str | None
    apdus: int
    number: str | None = field(default=None, repr=False)
    front: bytes | None = field(default=None, repr=False)
    unproven_portrait: bytes | None = field(default=None, repr=False)
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def authentic(self) -> bool:
        """True only when every check passed."""
        return bool(self.checks) and all(check.passed for check in self.checks)


@dataclass(frozen=True, slots=True)
class SurfaceField:
    """One field read from the card's surface by OCR.

    Attributes:
        value: normalised text; dates as ISO 8601 with the printed era kept in `printed`.
        printed: the text as printed.
        votes: in how many frames this value was read.
        confidence: lowest per-character confidence over the voting frames, 0..1.
    """

    value: str
    printed: str
    votes: int
    confidence: float


@dataclass(frozen=True, slots=True)
class SurfaceReading:
    """The card's surface as read by OCR over several frames.

    Attributes:
        kind: which document.
        fields: by name: "name", "address", "birth_date", "sex", "expires_on", "security_code".
        pin_b: 照合番号B (14 digits) when the submit rule allows spending a try; else None. Never log it.
        checks: "ocr.consensus", "ocr.plausibility", ... ; the failed one says why `pin_b` is withheld.
        portrait: (H, W, 3) BGR crop of the printed photograph from the sharpest frame, or None.
        frames_used: how many frames passed the quality gate.
    """

    kind: DocumentKind
    fields: Mapping[str, SurfaceField]
    pin_b: str | None
    checks: tuple[CheckResult, ...]
    portrait: Image | None
    frames_used: int

    def __repr__(self) -> str:
        pin_b = "***" if self.pin_b else None
        return f"SurfaceReading(kind={self.kind!r}, frames_used={self.frames_used}, pin_b={pin_b})"


class Decision(StrEnum):
    """What the policy makes of all checks."""

    VERIFIED = "verified"
    REJECTED = "rejected"
    REVIEW = "review"
    """A person must decide; the verdict says what is missing."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The engine's answer to one verification.

    Attributes:
        method: stable method id, e.g. "jp.chip+face".
        decision: see Decision.
        codes: reason codes of everything that was not passed, in the order of the checks.
        checks: every check the method requires, including those not performed.
        person: attributes of record; None unless read from the document of record.
        document: kind, expiry and issuer of the document.
        portrait: the document's photograph as stored on it (encoded image), None if not obtained.
        selfie: PNG of the best live frame, None if there was none.
        verified_at: when the decision was taken, UTC.
        seconds: wall time per stage, for the operator.
        attachments: files that a record must keep, by name: the signature of "jp.jpki.sign".
    """

    method: str
    decision: Decision
    codes: tuple[str, ...]
    checks: tuple[CheckResult, ...]
    person: Person | None
    document: DocumentDetails | None
    portrait: bytes | None
    selfie: bytes | None
    verified_at: datetime
    seconds: Mapping[str, float] = field(default_factory=dict)
    attachments: Mapping[str, bytes] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class DocumentDetails:
    """What the record says about the document; never its My Number."""

    kind: DocumentKind
    expires_on: date | None
    issuer_key_id: str | None
