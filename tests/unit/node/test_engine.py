"""The door to the engine: errors are translated, and a failed load costs no engine."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from node import errors
from node.domain.evidence import CaseEvidence, ClipFiles
from node.engine import NodeEngine, build_engine
from node.usecases.show_evidence import REPORTS
from node.usecases.verify_case import SHOWED_TOO_LITTLE
from tests.sim.memory_store import FixedClock
from verifier.card.trust import TrustStore
from verifier.document import examine
from verifier.face import for_review
from verifier.image import encode_jpeg
from verifier.liveness.fusion import TOO_LITTLE
from verifier.ocr import against_chip

pytestmark = pytest.mark.unit

FRAME = encode_jpeg(np.full((64, 64, 3), 90, np.uint8))
CLIP = ClipFiles((FRAME,) * 10, tuple(range(0, 1000, 100)))


@pytest.fixture(name="engine")
def _engine(tmp_path) -> NodeEngine:
    return NodeEngine(
        tmp_path / "nothing", "registry", TrustStore(), open_card=None, tries_floor=2, clock=FixedClock(0)
    )


def _evidence(engine: NodeEngine, *, challenge: dict | None = None) -> CaseEvidence:
    return CaseEvidence(
        method="jp.chip+face",
        surface=(FRAME,),
        clip=CLIP,
        challenge=challenge or engine.new_challenge(0),
        typed_birth_date=None,
        typed_pin_b=None,
        tried=(),
        case_secret=b"s",
    )


def _judge(engine: NodeEngine, evidence: CaseEvidence) -> None:
    engine.judge(evidence, on_stage=print, on_try=print, on_accepted=print)


def test_a_challenge_is_json_and_each_one_is_new(engine):
    first, second = engine.new_challenge(0), engine.new_challenge(0)
    assert first["nonce"] != second["nonce"]
    assert {"turn_left", "turn_right"} <= {step["action"] for step in first["steps"]}
    assert len(first["steps"]) == 3


def test_the_number_of_actions_is_the_members_choice(engine):
    assert len(replace(engine, liveness_actions=5).new_challenge(0)["steps"]) == 5


def test_a_missing_model_is_reported_every_time_and_blocks_nobody(engine):
    for _ in range(3):
        with pytest.raises(errors.Unavailable) as caught:
            _judge(engine, _evidence(engine))
        assert caught.value.code == "model.missing"
        assert "fetch_models" in caught.value.hint


def test_unusable_evidence_becomes_the_nodes_own_error(engine):
    with pytest.raises(errors.InvalidInput) as caught:
        engine.check_surface([b"no image"])
    assert caught.value.code == "image.unknown_format"
    with pytest.raises(errors.InvalidInput) as caught:
        engine.check_clip(ClipFiles((FRAME,), (0, 1)))
    assert caught.value.code == "clip.timestamps"


def test_a_challenge_that_was_not_issued_here_is_refused(engine):
    with pytest.raises(errors.InvalidInput) as caught:
        _judge(engine, _evidence(engine, challenge={"version": 2, "nonce": "x"}))
    assert caught.value.code == "challenge.malformed"


def test_a_challenge_of_an_earlier_release_is_refused_by_its_own_code(engine):
    earlier = {"nonce": "0" * 64, "steps": [{"action": "turn_left", "start_ms": 900, "end_ms": 2100}]}
    with pytest.raises(errors.InvalidInput) as caught:
        _judge(engine, _evidence(engine, challenge=earlier))
    assert caught.value.code == "challenge.version"


def test_a_missing_trust_folder_stops_the_node(tmp_path):
    with pytest.raises(errors.Unavailable) as caught:
        build_engine(
            model_root=None,
            model_pack="registry",
            trust_dir=tmp_path / "nowhere",
            environment="production",
            card_reader=None,
            card_wait_s=1.0,
            tries_floor=2,
            clock=FixedClock(0),
            workers=1,
        )
    assert caught.value.code == "card.trust_missing"


def test_a_clip_is_asked_for_again_for_exactly_what_the_engine_calls_too_little():
    assert SHOWED_TOO_LITTLE == TOO_LITTLE


def test_reviewers_are_shown_every_report_that_the_engine_writes():
    assert set(REPORTS) == {examine.REPORT_FILE, against_chip.REPORT_FILE, for_review.REPORT_FILE}
