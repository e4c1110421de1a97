"""No benchmark and no simulator names a photograph, film, model or type face that no command fetches."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import fetch_fonts, fetch_models
from scripts.bench._face_photos import INSTALLED
from verifier.models import BUILT_IN

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[2]
FETCHED_KIND = re.compile(r"([\w./ -]*)\.(jpe?g|png|pgm|ppm|webp|mp4|mov|avi|onnx|ttf|otf|ttc)")
PLACES = ("scripts", "tests/sim")
WHERE_NO_NAME_IS_PUT_TOGETHER = ("scripts/bench", "tests/sim/face")
"""A name made of parts cannot be checked; elsewhere they name files that the program itself writes."""
MANIFESTS = {ROOT / "scripts" / "fetch_models.py", ROOT / "scripts" / "fetch_fonts.py"}
SYSTEM = {"/usr/share/fonts/opentype/ocr-b/OCRB.otf", "astronaut.png"}
"""Of a Debian package that scripts/setup installs, and of scikit-image in requirements.lock."""
OURS = {"docs/demo.png"}
"""Written by the command that names it, and committed."""
PHOTO_READERS = {
    ROOT / "scripts" / "fetch_models.py",
    ROOT / "scripts" / "bench" / "_face_photos.py",
    ROOT / "tests" / "sim" / "face" / "film.py",
    ROOT / "tests" / "sim" / "face" / "photographs.py",
}
"""The only files that may know where fetched photographs lie; everybody else names a `Photograph`."""


def declared() -> set[str]:
    """Every file that a command fetches or an installed package holds, with a digest; and our own."""
    models = {file.path for pack in BUILT_IN for file in pack.files}
    photographs = {*fetch_models.PHOTO_DIGESTS, fetch_models.FILM, *fetch_models.BENCH_DIGESTS}
    return {*models, *photographs, *fetch_fonts.FONT_DIGESTS, *INSTALLED, *SYSTEM, *OURS}


def test_every_named_file_is_fetched_by_a_command() -> None:
    unknown = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in _sources(*PLACES)
        for line, name in _names(path)
        if name not in declared()
    ]
    assert unknown == []


def test_no_name_of_such_a_file_is_put_together() -> None:
    ends = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in _sources(*WHERE_NO_NAME_IS_PUT_TOGETHER)
        for line, name in _ends(path)
    ]
    assert ends == []


def test_every_declared_file_has_an_archive_that_holds_it() -> None:
    archives = [*fetch_models.PHOTO_ARCHIVES, *fetch_models.BENCH_ARCHIVES, *fetch_fonts.FONT_ARCHIVES]
    targets = {target for archive in archives for target in archive.members.values()}
    wanted = {*fetch_models.PHOTO_DIGESTS, fetch_models.FILM, *fetch_models.BENCH_DIGESTS}
    assert targets == wanted | set(fetch_fonts.FONT_DIGESTS)


def test_nobody_else_reads_from_the_folder_of_photographs() -> None:
    every = [path for folder in ("scripts", "tests") for path in (ROOT / folder).rglob("*.py")]
    reading = {
        path for path in every if re.search(r"\bDEFAULT_PHOTO_ROOT\b", path.read_text(encoding="utf-8"))
    }
    assert reading - {Path(__file__).resolve()} == PHOTO_READERS


def test_the_rules_see_a_name_and_a_name_that_is_put_together(tmp_path: Path) -> None:
    file = tmp_path / "wrong.py"
    file.write_text('x = root / "gdp.jpg"\ny = root / f"{name}.jpg"\nz = {".png"}\n', encoding="utf-8")
    assert list(_names(file)) == [(1, "gdp.jpg")]
    assert list(_ends(file)) == [(2, ".jpg")]


def _sources(*places: str) -> Iterator[Path]:
    for place in places:
        yield from (path for path in (ROOT / place).rglob("*.py") if path not in MANIFESTS)


def _names(path: Path) -> Iterator[tuple[int, str]]:
    """Strings that name such a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found = FETCHED_KIND.fullmatch(node.value)
            if found and found[1]:
                yield node.lineno, node.value


def _ends(path: Path) -> Iterator[tuple[int, str]]:
    """Ends of f-strings that name such a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr) and node.values and isinstance(node.values[-1], ast.Constant):
            end = str(node.values[-1].value)
            if FETCHED_KIND.fullmatch(end):
                yield node.lineno, end
