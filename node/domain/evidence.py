"""What the node hands to the verification engine and what comes back, in plain values.

Decides nothing. The engine's own vocabulary stays behind `node.engine`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal

from node.domain import base64url
from node.domain.canonical import canonical_bytes
from node.domain.card_code import ConfirmedCode
from node.domain.document import TypedDocument
from node.domain.record import CheckFact, VerificationFacts
from node.domain.signals import Signals
from node.errors import Corrupt


@dataclass(frozen=True, slots=True)
class ClipFiles:
    """A live capture as uploaded.

    Attributes:
        frames: encoded images, in order.
        timestamps_ms: milliseconds since the challenge was shown, one per frame.
        token: the signed challenge that it answers (node.domain.challenge).
        signals: what the capture page said of itself, where one was used.
    """

    frames: tuple[bytes, ...]
    timestamps_ms: tuple[int, ...]
    token: str = ""
    signals: Signals | None = None


@dataclass(frozen=True, slots=True)
class PinTry:
    """A 照合番号B that was sent to a card in this case.

    Attributes:
        digest: hex HMAC under the case's secret; never the code.
        source: "ocr" or "typed".
    """

    digest: str
    source: Literal["ocr", "typed"]


@dataclass(frozen=True, slots=True)
class CaseEvidence:
    """Everything the engine needs for one case.

    Attributes:
        method: stable method id.
        surface: encoded images of the card's front.
        clip: the live capture; None where the method asks for none.
        challenge: what the clip must answer (JSON of the engine's challenge, without its signed form).
        typed_birth_date: what the customer typed, if asked.
        typed_pin_b: 照合番号B that the customer typed for this attempt, if any. Never stored.
        tried: codes sent to a card earlier in this case.
        case_secret: random; recognises a repeated code within the case.
        case_id: whose card relay to use, if one was asked for.
        sign_password: signature password that the customer typed for this attempt, if any. Never stored.
        transaction: what the customer signs with the card, where the method asks for a signature.
        may_ask_again: whether a clip that shows too little may be asked for again, instead of a refusal.
        document: what opens the chip of another document than the My Number card, if it is one. Never stored.
        confirmed: 照合番号B that the customer confirmed on screen, if any; `typed_pin_b` goes before it.
        tilt: the film of the tilted card, where the method asks for one.
        tilt_challenge: what it answers.
    """

    method: str
    surface: tuple[bytes, ...]
    clip: ClipFiles | None
    challenge: Mapping[str, Any]
    typed_birth_date: date | None
    typed_pin_b: str | None = field(repr=False)
    tried: tuple[PinTry, ...]
    case_secret: bytes = field(repr=False)
    case_id: str = ""
    sign_password: str | None = field(default=None, repr=False)
    transaction: bytes = b""
    may_ask_again: bool = False
    document: TypedDocument | None = field(default=None, repr=False)
    confirmed: ConfirmedCode | None = None
    tilt: ClipFiles | None = None
    tilt_challenge: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The engine's answer.

    Attributes:
        decision: "verified", "rejected" or "review".
        codes: why not, in the order of the checks.
        checks: every check, those not performed too.
        facts: what a record would say; None unless the document of record was read.
        selfie: PNG of the best live frame, or None.
        seconds: wall time per stage.
        attachments: further files that the record must keep, by name.
    """

    decision: Literal["verified", "rejected", "review"]
    codes: tuple[str, ...]
    checks: tuple[CheckFact, ...]
    facts: VerificationFacts | None
    selfie: bytes | None
    seconds: Mapping[str, float]
    attachments: Mapping[str, bytes] = field(default_factory=dict, repr=False)


def facts_to_bytes(facts: VerificationFacts) -> bytes:
    """Canonical JSON of the facts, for the vault while a reviewer decides."""
    body = asdict(facts)
    body["birth_date"] = facts.birth_date.isoformat()
    body["document_expires_on"] = facts.document_expires_on.isoformat() if facts.document_expires_on else None
    body["portrait"] = None if facts.portrait is None else base64url.encode(facts.portrait)
    body["checks"] = [asdict(check) for check in facts.checks]
    return canonical_bytes(body)


def facts_from_bytes(data: bytes) -> VerificationFacts:
    """Read back what `facts_to_bytes` wrote.

    Raises:
        Corrupt: it is not that ("facts.corrupt").
    """
    try:
        body = json.loads(data)
        expires_on, portrait = body["document_expires_on"], body["portrait"]
        body["birth_date"] = date.fromisoformat(body["birth_date"])
        body["document_expires_on"] = date.fromisoformat(expires_on) if expires_on else None
        body["portrait"] = base64url.decode(portrait, code="facts.corrupt") if portrait else None
        body["checks"] = tuple(CheckFact(**check) for check in body["checks"])
        return VerificationFacts(**body)
    except (ValueError, KeyError, TypeError) as error:
        raise Corrupt("facts.corrupt", "stored verification facts cannot be read") from error
