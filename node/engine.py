"""The node's one door to the `verifier` package: bytes in, plain facts out, errors translated.

Decides nothing about a person. Models are loaded once per worker thread, on first use, and only after their
digests were checked; a missing model is an Unavailable of that case, not of the node. Implements
`node.ports.VerificationEngine`.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from node import errors
from node.domain.card_code import CodeReading, CodeValues
from node.domain.days import jst_date
from node.domain.evidence import CaseEvidence, ClipFiles, Judgement, PinTry
from node.domain.record import CheckFact, VerificationFacts
from node.engine_documents import keys_of
from node.engine_pool import EnginePool
from node.local_reader import LocalReader
from node.ports import Clock
from node.relay.tickets import Relays
from node.revocation import open_revocation
from verifier.card.jpki import NoRevocationSource
from verifier.card.pcsc import open_card
from verifier.card.transport import OpenCard
from verifier.card.trust import NodeEnvironment, TrustStore, load_trust_store
from verifier.document.challenge import TiltChallenge, issue_tilt
from verifier.document.film import TiltFilm, check_film
from verifier.engine import Engine
from verifier.errors import Corrupt, InvalidInput, Unavailable, VerifierError
from verifier.image import check_clip, decode_clip, decode_photograph
from verifier.liveness.challenge import DEFAULT_ACTIONS, Challenge, issue
from verifier.models import DEFAULT_MODEL_ROOT
from verifier.ocr.confirmed import compose_confirmed
from verifier.ocr.submit import PriorTry
from verifier.packs import find_pack, licence_notice
from verifier.policy import CHIP_FACE, JPKI_SIGN
from verifier.signing import SigningEngine
from verifier.types import CheckResult, Outcome, SurfaceReading, Verdict
from verifier.verification.pins import PinHistory
from verifier.verification.subject import Subject

_KINDS: dict[type[VerifierError], type[errors.NodeError]] = {
    InvalidInput: errors.InvalidInput,
    Unavailable: errors.Unavailable,
    Corrupt: errors.Corrupt,
}


@dataclass(frozen=True)
class NodeEngine:
    """Engines for the worker threads of one node.

    Attributes:
        model_root: folder of the model packs.
        model_pack: name of the pack; "registry" or one that the operator installed.
        trust: card issuers' keys.
        open_card: where cards come from, unless a relay serves the case.
        reader: lends that to one case at a time.
        relays: card readers elsewhere, by case.
        tries_floor: with this many PIN tries left or fewer nothing is sent to a card.
        clock: the node's now.
        liveness_actions: how many actions a liveness challenge asks for.
        workers: how many engines there are at most. 0 = this node never verifies.
        signing: judges JPKI signatures; None unless this member is an approved signature verifier.
    """

    model_root: Path
    model_pack: str
    trust: TrustStore
    open_card: OpenCard
    tries_floor: int
    clock: Clock
    workers: int = 1
    liveness_actions: int = DEFAULT_ACTIONS
    relays: Relays = field(default_factory=Relays, repr=False)
    reader: LocalReader = field(default_factory=LocalReader, repr=False)
    signing: SigningEngine | None = None

    @cached_property
    def engines(self) -> EnginePool[Engine]:
        """Engines of this node."""
        return EnginePool(self._load, self.workers)

    def new_challenge(self, now: int) -> dict[str, Any]:
        """See `node.ports.VerificationEngine`."""
        moment = datetime.fromtimestamp(now, UTC)
        drawn = issue(randomness=secrets.SystemRandom(), now=moment, actions=self.liveness_actions)
        return drawn.to_json()

    def check_surface(self, images: Sequence[bytes]) -> None:
        """See `node.ports.VerificationEngine`."""
        with _translated():
            for image in images:
                decode_photograph(image)

    def read_code(self, images: Sequence[bytes], typed_birth_date: date | None) -> CodeReading:
        """See `node.ports.VerificationEngine`."""
        # Decoded behind the line and not before it: photographs of all who wait would fill the memory.
        with _translated(), self.engines.for_person() as engine:
            photographs = tuple(decode_photograph(image) for image in images)
            return _code_reading(engine.read_surface(photographs, typed_birth_date))

    def compose_code(self, values: CodeValues, typed_birth_date: date | None) -> str:
        """See `node.ports.VerificationEngine`."""
        with _translated():
            return compose_confirmed(
                values.birth_date,
                values.expires_on,
                values.security_code,
                today=jst_date(self.clock.now()),
                typed_birth_date=typed_birth_date,
            )

    def check_clip(self, clip: ClipFiles) -> None:
        """See `node.ports.VerificationEngine`."""
        with _translated():
            check_clip(clip.frames, clip.timestamps_ms)

    def new_tilt_challenge(self, now: int) -> dict[str, Any]:
        """See `node.ports.VerificationEngine`."""
        moment = datetime.fromtimestamp(now, UTC)
        return issue_tilt(randomness=secrets.SystemRandom(), now=moment).to_json()

    def check_tilt(self, film: ClipFiles) -> None:
        """See `node.ports.VerificationEngine`."""
        with _translated():
            check_film(film.frames, film.timestamps_ms)

    def judge(
        self,
        evidence: CaseEvidence,
        *,
        on_stage: Callable[[str], None],
        on_try: Callable[[PinTry], None],
        on_accepted: Callable[[PinTry], None],
    ) -> Judgement:
        """See `node.ports.VerificationEngine`."""
        with _translated():
            if evidence.method == JPKI_SIGN:
                return self._judge_signature(evidence, on_stage)
            subject = _subject(evidence)
            if evidence.method != CHIP_FACE:
                with self.engines.for_case() as engine:
                    return _judgement(engine.verify_id_image(subject, on_stage=on_stage))
            pins = PinHistory(
                tried=tuple(PriorTry(bytes.fromhex(t.digest), t.source) for t in evidence.tried),
                case_secret=evidence.case_secret,
                remember=lambda prior: on_try(_pin_try(prior)),
                accepted=lambda prior: on_accepted(_pin_try(prior)),
            )
            with self.engines.for_case() as engine:
                reading = replace(engine, open_card=self._card_source(evidence.case_id))
                if evidence.document is None:
                    return _judgement(reading.verify_chip_face(subject, pins, on_stage=on_stage))
                keys = keys_of(evidence.document)
                return _judgement(reading.verify_document_face(subject, keys, pins, on_stage=on_stage))

    def _judge_signature(self, evidence: CaseEvidence, on_stage: Callable[[str], None]) -> Judgement:
        if self.signing is None:
            raise InvalidInput(
                "method.needs_approval",
                "this node is not configured as an approved signature verifier's",
                hint="set jpki_approved once this member holds the approval",
            )
        if evidence.sign_password is None:
            raise InvalidInput(
                "jpki.password_missing", "no signature password was given", hint="let the customer type it"
            )
        engine = replace(self.signing, open_card=self._card_source(evidence.case_id))
        return _judgement(
            engine.verify_jpki_sign(
                evidence.transaction, sign_password=evidence.sign_password, on_stage=on_stage
            )
        )

    def _card_source(self, case_id: str) -> OpenCard:
        return self.relays.card_source(case_id) or self.reader.in_turn(self.open_card)

    def judge_presence(
        self, clip: ClipFiles, challenge: Mapping[str, Any], portrait: bytes | None
    ) -> tuple[CheckFact, ...]:
        """See `node.ports.VerificationEngine`."""
        with _translated():
            asked = Challenge.from_json(challenge)
            with self.engines.for_person() as engine:
                decoded = decode_clip(clip.frames, clip.timestamps_ms)
                results = engine.verify_presence(decoded, asked, portrait)
        return tuple(map(_fact, results))

    def warm_up(self) -> None:
        """Load one engine now, so that the first customer need not wait for it."""
        with _translated(), self.engines.for_case():
            pass

    def _load(self) -> Engine:
        # Here and not above: these load the model libraries, which a regulator's node never needs.
        from verifier.face.models import load_face_models  # noqa: PLC0415
        from verifier.ocr.rapid import RapidTextReader  # noqa: PLC0415

        return Engine(
            faces=load_face_models(self.model_root, find_pack(self.model_root, self.model_pack)),
            reader=RapidTextReader(),
            trust=self.trust,
            open_card=self.open_card,
            randomness=secrets.token_bytes,
            now=lambda: datetime.fromtimestamp(self.clock.now(), UTC),
            tries_floor=self.tries_floor,
        )


def build_engine(
    *,
    model_root: Path | None,
    model_pack: str,
    trust_dir: Path | None,
    environment: NodeEnvironment,
    card_reader: str | None,
    card_wait_s: float,
    tries_floor: int,
    clock: Clock,
    workers: int,
    liveness_actions: int = DEFAULT_ACTIONS,
    jpki_approved: bool = False,
    jpki_ocsp_url: str | None = None,
) -> NodeEngine:
    """Wire the engine from the node's settings; loads the trust store, but no model and no card.

    Without `trust_dir` the store is empty: every card issuer is unknown, none accepted.

    Raises:
        Unavailable, Corrupt: the trust store cannot be used ("card.trust_*",
        "card.test_trust_in_production").
    """
    with _translated():
        trust = load_trust_store(trust_dir, node_environment=environment) if trust_dir else TrustStore()
    reader = partial(open_card, card_reader, wait_s=card_wait_s)
    signing = SigningEngine(
        trust=trust,
        open_card=reader,
        now=lambda: datetime.fromtimestamp(clock.now(), UTC),
        tries_floor=tries_floor,
        revocation=open_revocation(jpki_ocsp_url) if jpki_ocsp_url else NoRevocationSource(),
    )
    return NodeEngine(
        model_root=model_root or DEFAULT_MODEL_ROOT,
        model_pack=model_pack,
        trust=trust,
        open_card=reader,
        tries_floor=tries_floor,
        clock=clock,
        workers=workers,
        liveness_actions=liveness_actions,
        signing=signing if jpki_approved else None,
    )


def model_notice(model_root: Path | None, model_pack: str) -> str | None:
    """What must be said at start-up about the licence of the models; None when nothing limits their use.

    Raises:
        Unavailable, InvalidInput: there is no such pack. Corrupt: its licence is not valid
            ("model.licence_invalid").
    """
    root = model_root or DEFAULT_MODEL_ROOT
    with _translated():
        return licence_notice(root, find_pack(root, model_pack))


@contextmanager
def _translated() -> Iterator[None]:
    """The engine's errors as the node's, with code and hint kept."""
    try:
        yield
    except VerifierError as error:
        kind = next(ours for theirs, ours in _KINDS.items() if isinstance(error, theirs))
        raise kind(error.code, error.message, hint=error.hint) from error


def _subject(evidence: CaseEvidence) -> Subject:
    assert evidence.clip is not None, "these methods ask for a clip; checked when the verification started"
    return Subject(
        surface=tuple(decode_photograph(image) for image in evidence.surface),
        clip=decode_clip(evidence.clip.frames, evidence.clip.timestamps_ms),
        challenge=Challenge.from_json(evidence.challenge),
        typed_birth_date=evidence.typed_birth_date,
        typed_pin_b=evidence.typed_pin_b,
        may_ask_again=evidence.may_ask_again,
        confirmed_pin_b=(evidence.confirmed.pin_b, evidence.confirmed.source) if evidence.confirmed else None,
        tilt=_tilt_film(evidence),
    )


def _tilt_film(evidence: CaseEvidence) -> TiltFilm | None:
    if evidence.tilt is None:
        return None
    asked = TiltChallenge.from_json(evidence.tilt_challenge)
    return TiltFilm(evidence.tilt.frames, evidence.tilt.timestamps_ms, asked)


def _code_reading(reading: SurfaceReading) -> CodeReading:
    """The three values without the words that stand beside them on the card."""
    names = ("birth_date", "expires_on", "security_code")
    printed = [reading.fields[name].printed if name in reading.fields else "" for name in names]
    born, ends, code = (text.removesuffix("生").removesuffix("まで有効") for text in printed)
    unmet = (check.code for check in reading.checks if check.outcome is not Outcome.PASSED)
    codes = () if reading.pin_b else tuple(code for code in unmet if code)
    return CodeReading(CodeValues(born, ends, code), reading.pin_b, codes)


def _pin_try(prior: PriorTry) -> PinTry:
    return PinTry(digest=prior.digest.hex(), source=prior.source)


def _judgement(verdict: Verdict) -> Judgement:
    checks = tuple(map(_fact, verdict.checks))
    return Judgement(
        decision=verdict.decision.value,
        codes=verdict.codes,
        checks=checks,
        facts=_facts(verdict, checks),
        selfie=verdict.selfie,
        seconds=verdict.seconds,
        attachments=verdict.attachments,
    )


def _facts(verdict: Verdict, checks: tuple[CheckFact, ...]) -> VerificationFacts | None:
    person, document = verdict.person, verdict.document
    if person is None or person.address is None or document is None:
        return None
    return VerificationFacts(
        method=verdict.method,
        name=person.name,
        address=person.address,
        birth_date=person.birth_date,
        sex=person.sex.value,
        portrait=verdict.portrait,
        document_kind=document.kind,
        document_expires_on=document.expires_on,
        document_issuer_key_id=document.issuer_key_id,
        checks=checks,
        verified_at=int(verdict.verified_at.timestamp()),
    )


def _fact(result: CheckResult) -> CheckFact:
    return CheckFact(
        check=result.check,
        outcome=result.outcome.value,
        code=result.code,
        score=result.score,
        threshold=result.threshold,
        model_sha256=result.model_sha256,
        facts=dict(result.facts),
    )
