"""The real networks on real photographs, and what happens when their files are not right."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.integration.face_fixtures import picture, real_models
from tests.sim.face.head import Motion, build_head, render
from tests.sim.face.photographs import ASTRONAUT, BIDEN, OBAMA, OBAMA_SPEAKING, chip_portrait
from verifier.errors import Corrupt, InvalidInput, Unavailable, VerifierError
from verifier.face.models import load_face_models
from verifier.image import decode_image
from verifier.models import DEFAULT_MODEL_ROOT, REGISTRY, Role
from verifier.packs import PACK_MANIFEST_NAME, read_operator_pack

pytestmark = pytest.mark.integration


def embedded(image):
    models = real_models()
    return models.embedding(*models.portrait_face(image))


def test_one_person_on_two_photographs_scores_as_measured():
    assert embedded(picture(OBAMA)) @ embedded(picture(OBAMA_SPEAKING)) == pytest.approx(0.719, abs=0.01)


def test_other_people_score_far_below_the_review_band():
    vectors = [embedded(picture(photo)) for photo in (OBAMA, BIDEN, ASTRONAUT)]
    pairs = [float(vectors[i] @ vectors[j]) for i, j in ((0, 1), (0, 2), (1, 2))]
    assert max(pairs) < 0.15


def test_embeddings_have_length_one():
    assert np.linalg.norm(embedded(picture(ASTRONAUT))) == pytest.approx(1.0, abs=1e-5)


def test_a_small_grey_chip_portrait_still_matches_another_photograph():
    chip = decode_image(chip_portrait(picture(OBAMA_SPEAKING), real_models()))
    assert chip.shape == (240, 192, 3)
    assert float(embedded(chip) @ embedded(picture(OBAMA))) > 0.5


def test_a_tight_crop_is_found_only_after_padding():
    models, photo = real_models(), picture(OBAMA)
    face = models.faces(photo, detector_side=640)[0]
    left, top, right, bottom = face.box.astype(int)
    tight = np.ascontiguousarray(photo[top:bottom, left:right])
    image, found = models.portrait_face(tight)
    assert image.shape[0] > tight.shape[0]
    assert found.score > 0.5


def test_a_picture_without_a_face_is_refused():
    with pytest.raises(InvalidInput) as caught:
        real_models().portrait_face(np.full((300, 300, 3), 90, np.uint8))
    assert caught.value.code == "face.none"


def test_a_picture_of_two_people_is_refused():
    sides = [cv2.resize(picture(photo)[:900, :900], (400, 400)) for photo in (OBAMA, BIDEN)]
    with pytest.raises(InvalidInput) as caught:
        real_models().portrait_face(np.hstack(sides))
    assert caught.value.code == "face.several"


@pytest.mark.parametrize("yaw", [-30, 30])
def test_the_head_turned_to_the_persons_left_has_positive_yaw(yaw):
    models = real_models()
    image = render(build_head(picture(ASTRONAUT), models), Motion(yaw=yaw))
    assert models.pose(image, models.faces(image)[0]).yaw == pytest.approx(yaw, abs=10)


@pytest.mark.parametrize(("name", "degrees"), [("pitch", 12), ("pitch", -12), ("roll", 12), ("roll", -12)])
def test_looking_up_and_tilting_clockwise_raise_pitch_and_roll(name, degrees):
    models = real_models()
    head = build_head(picture(ASTRONAUT), models)
    ahead, moved = (render(head, motion) for motion in (Motion(), Motion(**{name: degrees})))
    change = [getattr(models.pose(image, models.faces(image)[0]), name) for image in (ahead, moved)]
    assert change[1] - change[0] == pytest.approx(degrees, abs=6)


def test_a_missing_file_says_how_to_fetch_it(tmp_path):
    with pytest.raises(Unavailable) as caught:
        load_face_models(tmp_path)
    assert caught.value.code == "model.missing"
    assert "scripts.fetch_models" in caught.value.hint


@pytest.fixture
def copied_root(tmp_path) -> Path:
    real_models()
    for file in REGISTRY.files:
        target = tmp_path / file.path
        target.parent.mkdir(exist_ok=True)
        target.symlink_to(DEFAULT_MODEL_ROOT / file.path)
    return tmp_path


@pytest.mark.parametrize("role", list(Role))
def test_one_changed_byte_in_any_model_file_is_found_before_it_is_loaded(copied_root, role):
    path = copied_root / REGISTRY.file(role).path
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.unlink()
    path.write_bytes(data)
    with pytest.raises(Corrupt) as caught:
        load_face_models(copied_root)
    assert caught.value.code == "model.digest_mismatch"


def test_a_strange_onnx_file_beside_the_models_is_refused(copied_root):
    shutil.copy(DEFAULT_MODEL_ROOT / REGISTRY.file(Role.POSE).path, copied_root / "registry" / "a.onnx")
    with pytest.raises(Corrupt) as caught:
        load_face_models(copied_root)
    assert caught.value.code == "model.unexpected_file"


def _write_pack(root: Path, **changes: object) -> None:
    files = {
        role: {"name": Path(REGISTRY.file(Role(role)).path).name, "sha256": REGISTRY.file(Role(role)).sha256}
        for role in ("detection", "landmarks", "embedding")
    }
    (root / "own").mkdir()
    for entry in files.values():
        (root / "own" / entry["name"]).symlink_to(DEFAULT_MODEL_ROOT / "registry" / entry["name"])
    document = {"licence": "commercial licence of the operator", "files": files} | changes
    (root / "own" / PACK_MANIFEST_NAME).write_text(json.dumps(document))


def test_an_operators_own_pack_loads_by_its_manifest(copied_root):
    _write_pack(copied_root)
    models = load_face_models(copied_root, read_operator_pack(copied_root, "own"))
    assert models.pack.licences[0] == "commercial licence of the operator"
    assert len(models.faces(picture(ASTRONAUT))) == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"files": {}}, "model.manifest_invalid"), ({"files": {"cook": {}}}, "model.manifest_invalid")],
)
def test_a_broken_pack_manifest_is_refused(copied_root, changes, code):
    _write_pack(copied_root, **changes)
    with pytest.raises(VerifierError) as caught:
        read_operator_pack(copied_root, "own")
    assert caught.value.code == code


def test_an_absent_pack_is_unavailable_and_nothing_is_downloaded(tmp_path):
    with pytest.raises(Unavailable) as caught:
        read_operator_pack(tmp_path, "buffalo_l")
    assert caught.value.code == "model.missing"
    assert list(tmp_path.iterdir()) == []
