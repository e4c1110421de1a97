"""Model packs on disk: which one a setting means, what a manifest may say, which licence lies beside it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from node.engine import model_notice
from node.errors import Unavailable as NodeUnavailable
from tests.integration.face_fixtures import a_challenge, genuine_clip, picture, real_models
from tests.sim.face.photographs import BIDEN, OBAMA, OBAMA_SPEAKING, chip_portrait
from verifier.errors import Corrupt, InvalidInput, Unavailable, VerifierError
from verifier.face.compare import compare, look
from verifier.face.match import match
from verifier.face.models import FaceModels, load_face_models
from verifier.face.track import track
from verifier.image import decode_image
from verifier.liveness.evidence import gather
from verifier.liveness.judge import judge
from verifier.models import CLEANER, DEFAULT_MODEL_ROOT, REGISTRY, Role
from verifier.packs import LICENCE_NAME, PACK_MANIFEST_NAME, find_pack, licence_notice
from verifier.types import Outcome

pytestmark = pytest.mark.integration

LIMITS = {
    "accept": 0.5,
    "reject": 0.3,
    "false_match": [[0.2, 0.1], [0.5, 0.001]],
    "floor": 0.001,
    "dataset": "the bank's own 2,000 customers",
    "figures": "none",
    "measured_on": "2026-11-22",
}


@pytest.fixture(scope="module")
def cleaner() -> FaceModels:
    try:
        return load_face_models(DEFAULT_MODEL_ROOT, CLEANER)
    except VerifierError as error:
        pytest.fail(f"{error}; {error.hint}")


def write_pack(root: Path, **changes: object) -> Path:
    """A pack of the operator's own, made of the registry's files; returns its folder."""
    real_models()
    folder = root / "own"
    folder.mkdir(parents=True)
    files = {}
    for role in (Role.DETECTION, Role.LANDMARKS, Role.EMBEDDING):
        file = REGISTRY.file(role)
        name = Path(file.path).name
        (folder / name).symlink_to(DEFAULT_MODEL_ROOT / file.path)
        files[role.value] = {"name": name, "sha256": file.sha256}
    document = {"licence": "as agreed", "files": files} | changes
    (folder / PACK_MANIFEST_NAME).write_text(json.dumps(document))
    return folder


def test_one_setting_chooses_the_pack(tmp_path):
    write_pack(tmp_path)
    names = [find_pack(tmp_path, name).name for name in ("registry", "cleaner", "own")]
    assert names == ["registry", "cleaner", "own"]


@pytest.mark.parametrize("name", ["buffalo_l", "../models/registry", "", "."])
def test_a_pack_that_is_not_there_is_unavailable_and_nothing_is_downloaded(tmp_path, name):
    with pytest.raises(Unavailable) as caught:
        find_pack(tmp_path, name)
    assert caught.value.code == "model.missing"
    assert list(tmp_path.iterdir()) == []


def test_limits_measured_by_the_operator_stand_in_the_manifest(tmp_path):
    write_pack(tmp_path, match=LIMITS)
    threshold = find_pack(tmp_path, "own").match_threshold
    assert threshold is not None
    assert (threshold.accept, threshold.dataset) == (0.5, "the bank's own 2,000 customers")


@pytest.mark.parametrize(
    "changes",
    [
        {"match": LIMITS | {"accept": 0.1}},
        {"match": LIMITS | {"floor": 0}},
        {"match": {"accept": 0.5}},
        {"match": LIMITS | {"measured_on": "yesterday"}},
        {"files": {"embedding": {"name": "../registry/w600k_mbf.onnx", "sha256": "0" * 64}}},
    ],
)
def test_a_manifest_that_contradicts_itself_or_points_elsewhere_is_refused(tmp_path, changes):
    write_pack(tmp_path, **changes)
    with pytest.raises(InvalidInput) as caught:
        find_pack(tmp_path, "own")
    assert caught.value.code == "model.manifest_invalid"


def test_the_default_pack_says_that_it_is_non_commercial(tmp_path):
    notice = licence_notice(tmp_path, REGISTRY) or ""
    assert "NON-COMMERCIAL" in notice
    assert "w600k_mbf.onnx" in notice


def test_the_cleaner_pack_asks_for_legal_review_and_holds_no_research_only_file(tmp_path):
    assert "have counsel review it" in (licence_notice(tmp_path, CLEANER) or "")
    assert not any("non-commercial" in licence for licence in CLEANER.licences)


def test_an_operators_pack_without_a_signed_licence_is_said_to_be_non_commercial(tmp_path):
    write_pack(tmp_path)
    assert LICENCE_NAME in (licence_notice(tmp_path, find_pack(tmp_path, "own")) or "")


def test_a_licence_that_nobody_signed_stops_the_pack_from_being_loaded(tmp_path):
    folder = write_pack(tmp_path)
    claims = {"license_version": 1, "issuer": "InsightFace", "model_id": "own", "grant": "commercial"}
    dates = {"license_id": "x", "valid_from": "2026-01-01T00:00:00Z", "signature": "A" * 86}
    (folder / LICENCE_NAME).write_text(json.dumps(claims | dates))
    with pytest.raises(Corrupt) as caught:
        licence_notice(tmp_path, find_pack(tmp_path, "own"))
    assert caught.value.code == "model.licence_invalid"


def test_the_cleaner_pack_matches_a_chip_portrait_and_refuses_a_stranger(cleaner):
    chip = decode_image(chip_portrait(picture(OBAMA_SPEAKING), real_models()))
    portrait = look(chip, cleaner, portrait=True)
    same, other = (compare(portrait, [look(picture(who), cleaner)], cleaner) for who in (OBAMA, BIDEN))
    assert (same.result.outcome, other.result.code) == (Outcome.PASSED, "face.no_match")
    assert same.result.model_sha256 == CLEANER.file(Role.EMBEDDING).sha256


def test_both_detectors_find_the_same_face(cleaner):
    ours, theirs = (models.still_face(picture(OBAMA))[1] for models in (cleaner, real_models()))
    assert abs(ours.keypoints - theirs.keypoints).max() < 0.15 * theirs.eye_distance


@pytest.mark.parametrize("who", [OBAMA, BIDEN])
def test_landmarks_of_both_packs_agree_on_eyes_nose_and_mouth(cleaner, who):
    image, face = real_models().portrait_face(picture(who))
    ours, theirs = (models.landmarks(image, face) for models in (cleaner, real_models()))
    apart = np.linalg.norm((ours - theirs)[[35, 39, 89, 93, 52, 61, 86]], axis=1)
    assert apart.mean() < 0.05 * face.eye_distance


def test_a_clip_judged_with_the_cleaner_pack_matches_and_leaves_liveness_to_a_person(cleaner):
    challenge = a_challenge(3)
    clip = genuine_clip(OBAMA, 3)
    seen = track(clip, cleaner)
    assert match(picture(OBAMA_SPEAKING), seen, cleaner).passed
    checks = judge(seen, challenge, gather(clip, seen))
    undecided = {check.check for check in checks if check.code == "face.no_threshold"}
    assert undecided == {"liveness.action", "liveness.planar", "liveness.same_face"}


def test_the_node_says_at_start_which_licence_limits_its_models(tmp_path):
    assert "NON-COMMERCIAL" in (model_notice(tmp_path, "registry") or "")
    with pytest.raises(NodeUnavailable) as caught:
        model_notice(tmp_path, "buffalo_l")
    assert caught.value.code == "model.missing"
