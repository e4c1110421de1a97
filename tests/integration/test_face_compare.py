"""Two pictures, one person or two: real models, every odd kind of picture, the command as a user runs it."""

from __future__ import annotations

import io
import json
import time
from pathlib import Path

import cv2
import numpy as np
import PIL.Image
import psutil
import pytest

from tests.integration.face_fixtures import picture, real_models
from tests.sim.command import rireki
from tests.sim.face.photographs import ASTRONAUT, BIDEN, OBAMA, OBAMA_SPEAKING, chip_portrait
from verifier.errors import InvalidInput
from verifier.face.compare import Seen, compare, look
from verifier.image import decode_photograph
from verifier.types import Outcome

pytestmark = pytest.mark.integration

SECONDS = 3.0
"""No picture, however odd, may take longer on a loaded machine."""
MEBIBYTES = 700
"""48 megapixels decoded once, and their copy."""
EXIF_ORIENTATION = 0x0112


def portrait() -> Seen:
    return look(picture(OBAMA_SPEAKING), real_models())


def head_of(photograph, *, width: int = 480) -> PIL.Image.Image:
    """The upper part of a photograph, RGB."""
    image = picture(photograph)
    square = image[: min(image.shape[0], image.shape[1])]
    scale = width / square.shape[1]
    small = cv2.resize(square, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return PIL.Image.fromarray(cv2.cvtColor(small, cv2.COLOR_BGR2RGB))


def encoded(image: PIL.Image.Image, kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def rotated_by_its_metadata() -> bytes:
    exif = PIL.Image.Exif()
    exif[EXIF_ORIENTATION] = 6
    return encoded(head_of(OBAMA).transpose(PIL.Image.Transpose.ROTATE_90), "JPEG", exif=exif)


def with_alpha() -> bytes:
    image = head_of(OBAMA).convert("RGBA")
    image.putalpha(PIL.Image.linear_gradient("L").resize(image.size).point(lambda level: 200 + level // 5))
    return encoded(image, "PNG")


def sixteen_bits() -> bytes:
    grey = np.asarray(head_of(OBAMA).convert("L")).astype(np.uint16) << 8
    return encoded(PIL.Image.fromarray(grey), "PNG")


USABLE = {
    "png": lambda: encoded(head_of(OBAMA), "PNG"),
    "webp": lambda: encoded(head_of(OBAMA), "WEBP"),
    "jpeg 2000": lambda: encoded(head_of(OBAMA), "JPEG2000"),
    "grey": lambda: encoded(head_of(OBAMA).convert("L"), "JPEG"),
    "cmyk": lambda: encoded(head_of(OBAMA).convert("CMYK"), "JPEG"),
    "palette": lambda: encoded(head_of(OBAMA).quantize(128), "PNG"),
    "alpha channel": with_alpha,
    "16 bits": sixteen_bits,
    "rotated metadata": rotated_by_its_metadata,
    "48 megapixels": lambda: encoded(head_of(OBAMA).resize((8000, 6000)), "JPEG", quality=30),
}


def two_people() -> bytes:
    sides = [np.asarray(head_of(who, width=400).resize((400, 400))) for who in (OBAMA, BIDEN)]
    return encoded(PIL.Image.fromarray(np.hstack(sides)), "JPEG")


REFUSED = {
    "no face": (lambda: encoded(PIL.Image.new("RGB", (400, 400), "grey"), "JPEG"), "face.none"),
    "noise": (
        lambda: encoded(PIL.Image.effect_noise((400, 400), 80), "PNG"),
        "face.none",
    ),
    "two faces": (two_people, "face.several"),
    "tiny": (lambda: encoded(head_of(OBAMA, width=20), "PNG"), "image.too_small"),
    "a line of pixels": (lambda: encoded(PIL.Image.new("L", (5000, 2)), "PNG"), "image.too_small"),
    "too many pixels": (lambda: encoded(PIL.Image.new("1", (20000, 20000)), "PNG"), "image.too_many_pixels"),
    "too many bytes": (lambda: b"\xff\xd8\xff" + bytes(21 << 20), "image.too_many_bytes"),
    "truncated": (lambda: encoded(head_of(OBAMA), "JPEG")[:4000], "image.damaged"),
    "truncated png": (lambda: encoded(head_of(OBAMA), "PNG")[:9000], "image.damaged"),
    "gif": (lambda: encoded(head_of(OBAMA), "GIF"), "image.unknown_format"),
    "bmp": (lambda: encoded(head_of(OBAMA), "BMP"), "image.unknown_format"),
    "tiff": (lambda: encoded(head_of(OBAMA), "TIFF"), "image.unknown_format"),
    "heic": (lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(2000), "image.unknown_format"),
    "a film": (lambda: b"\0\0\0\x18ftypmp42" + bytes(2000), "image.unknown_format"),
    "animation": (
        lambda: encoded(head_of(OBAMA), "PNG", save_all=True, append_images=[head_of(BIDEN)]),
        "image.animated",
    ),
    "empty": (lambda: b"", "image.unknown_format"),
    "text": (lambda: b"%PDF-1.7 not a picture", "image.unknown_format"),
}


@pytest.mark.parametrize("kind", USABLE)
def test_the_same_person_matches_in_every_kind_of_picture(kind):
    data = USABLE[kind]()
    began = time.process_time()
    seen = look(decode_photograph(data), real_models())
    assert time.process_time() - began < SECONDS
    result = compare(portrait(), [seen], real_models()).result
    assert result.outcome is Outcome.PASSED, (kind, result)


@pytest.mark.parametrize("kind", REFUSED)
def test_every_unusable_picture_has_its_code_and_hint_in_bounded_time_and_memory(kind):
    make, code = REFUSED[kind]
    data, process = make(), psutil.Process()
    before, began = process.memory_info().rss, time.process_time()
    with pytest.raises(InvalidInput) as caught:
        look(decode_photograph(data), real_models())
    assert time.process_time() - began < SECONDS
    assert process.memory_info().rss - before < MEBIBYTES << 20
    assert (caught.value.code, bool(caught.value.hint)) == (code, True)


def test_a_small_grey_chip_portrait_cropped_to_the_face_still_matches():
    models = real_models()
    chip = decode_photograph(chip_portrait(picture(OBAMA_SPEAKING), models))
    tight = np.ascontiguousarray(chip[40:210, 35:160])
    found = compare(look(tight, models, portrait=True), [look(picture(OBAMA), models)], models)
    assert found.result.outcome is Outcome.PASSED
    assert found.portrait.faults == ()


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_face_cut_by_the_pictures_edge_goes_to_a_person_however_high_it_scores(side):
    models, whole = real_models(), picture(OBAMA)
    face = models.still_face(whole)[1]
    nose, reach = int(face.keypoints[2][0]), int(0.7 * face.eye_distance)
    cut = whole[:, nose - reach :] if side == "left" else whole[:, : nose + reach]
    found = compare(portrait(), [look(np.ascontiguousarray(cut), models)], models).result
    assert (found.outcome, found.code) == (Outcome.UNDECIDED, "face.cut_off")
    assert (found.score or 0) > (found.threshold or 1)


def test_a_covered_mouth_goes_to_a_person():
    models, image = real_models(), picture(OBAMA).copy()
    _, face, _ = models.still_face(image)
    nose, mouth = face.keypoints[2], face.keypoints[3:].mean(axis=0)
    reach = face.eye_distance
    left, right = int(nose[0] - 0.8 * reach), int(nose[0] + 0.8 * reach)
    image[int(nose[1] + 0.12 * reach) : int(mouth[1] + 0.7 * reach), left:right] = (190, 180, 170)
    found = compare(portrait(), [look(image, models)], models)
    assert "face.mouth_covered" in found.pictures[0].faults
    assert found.result.outcome is not Outcome.PASSED


def test_a_blurred_frame_counts_less_than_a_sharp_one():
    models = real_models()
    sharp = look(picture(OBAMA), models)
    soft = look(cv2.GaussianBlur(picture(OBAMA), (0, 0), 12).astype(np.uint8), models)
    stranger = look(picture(BIDEN), models)
    assert "face.blurred" in soft.faults
    both = compare(stranger, [sharp, soft], models).result.score
    assert both == pytest.approx(compare(stranger, [sharp], models).result.score)


@pytest.fixture
def files(tmp_path) -> dict[str, Path]:
    made = {
        "chip.jp2": chip_portrait(picture(OBAMA_SPEAKING), real_models()),
        "same.jpg": encoded(head_of(OBAMA), "JPEG"),
        "other.png": encoded(head_of(ASTRONAUT), "PNG"),
        "still.gif": encoded(head_of(OBAMA), "GIF"),
        "two.jpg": two_people(),
        "half.jpg": REFUSED["truncated"][0](),
        "huge.png": REFUSED["too many pixels"][0](),
        "wall.jpg": REFUSED["no face"][0](),
    }
    for name, data in made.items():
        (tmp_path / name).write_bytes(data)
    return {name: tmp_path / name for name in made}


def test_the_command_prints_score_limits_and_false_match_rate_as_json(files):
    ended = rireki("face", "compare", files["chip.jp2"], files["same.jpg"], "--portrait", "--json")
    said = json.loads(ended.out)
    assert (ended.status, said["outcome"], said["code"]) == (0, "match", None)
    assert said["score"] > said["accept_from"] > said["refuse_below"]
    assert said["false_match_rate"] >= said["false_match_floor"] > 0
    assert said["model_pack"] == "registry"
    assert set(said["pictures"][0]) == {"quality", "weight", "faults"}


def test_the_command_names_a_stranger_and_the_licence_of_the_models(files):
    ended = rireki("face", "compare", files["chip.jp2"], files["other.png"], files["other.png"])
    assert ended.status == 1
    assert "[face.no_match]" in ended.out
    assert "NON-COMMERCIAL" in ended.out


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("still.gif", "image.unknown_format"),
        ("absent.jpg", "face.file_unreadable"),
        ("half.jpg", "image.damaged"),
        ("huge.png", "image.too_many_pixels"),
        ("wall.jpg", "face.none"),
        ("two.jpg", "face.several"),
    ],
)
def test_the_command_says_which_file_it_cannot_use(files, tmp_path, name, code):
    ended = rireki("face", "compare", files["chip.jp2"], tmp_path / name)
    assert ended.status == 2
    assert name in ended.err
    assert f"[{code}]" in ended.err
    assert "Traceback" not in ended.err


def test_the_command_with_an_unknown_pack_says_what_is_missing(files):
    ended = rireki("face", "compare", files["chip.jp2"], files["same.jpg"], "--model-pack", "buffalo_l")
    assert (ended.status, "[model.missing]" in ended.err) == (2, True)
