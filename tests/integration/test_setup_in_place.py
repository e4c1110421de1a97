"""What set-up takes for finished and what it makes anew, by its own functions (scripts/in_place.sh)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

PROJECT = Path(__file__).resolve().parents[2]
READ = ("requirements.lock", "requirements-build.lock", "pyproject.toml", "scripts/install_packages.py")


def shell(folder: Path, script: str) -> int:
    whole = f"set -u; purpose=demo; . scripts/in_place.sh; {script}"
    return subprocess.run(["bash", "-c", whole], cwd=folder, check=False).returncode


def in_place(folder: Path) -> bool:
    return shell(folder, "environment_in_place") == 0


@pytest.fixture(name="checkout")
def _checkout(tmp_path: Path) -> Path:
    """A checkout with an environment that was finished there; its path has a blank and kanji."""
    folder = tmp_path / "履歴 checkout"
    (folder / "scripts").mkdir(parents=True)
    for name in (*READ, "scripts/in_place.sh"):
        shutil.copy(PROJECT / name, folder / name)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    (folder / ".venv/bin").mkdir(parents=True)
    (folder / ".venv/lib" / version).mkdir(parents=True)
    (folder / ".venv/bin/python").symlink_to(os.path.realpath(sys.executable))
    assert shell(folder, "environment_key > .venv/.rireki-lock") == 0
    assert in_place(folder)
    return folder


def test_a_moved_checkout_gets_a_new_environment(checkout):
    moved = checkout.rename(checkout.with_name("moved"))
    assert not in_place(moved)


def test_a_removed_interpreter_is_noticed(checkout):
    python = checkout / ".venv/bin/python"
    python.unlink()
    python.symlink_to("/nonexistent/python3")
    assert not in_place(checkout)


def test_an_environment_of_another_python_is_noticed(checkout):
    (library,) = (checkout / ".venv/lib").iterdir()
    library.rename(library.with_name("python3.10"))
    assert not in_place(checkout)


def test_an_environment_that_was_never_finished_is_made_anew(checkout):
    (checkout / ".venv/.rireki-lock").unlink()
    assert not in_place(checkout)


@pytest.mark.parametrize("name", READ)
def test_what_decides_the_environment_is_watched(checkout, name):
    path = checkout / name
    path.write_text("# changed\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert not in_place(checkout)


def test_a_linter_setting_is_no_reason_to_install_anew(checkout):
    with (checkout / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert in_place(checkout)


@pytest.mark.parametrize(("version", "taken"), [("3.10.9", 0), ("3.11.0", 1), ("3.13.9", 1), ("3.14.0", 0)])
def test_only_supported_pythons_are_taken(checkout, version, taken):
    numbers = tuple(int(part) for part in version.split("."))
    python = checkout / "python"
    python.write_text(
        f'#!/bin/sh\nexec "{sys.executable}" -ISc "import sys; sys.version_info = {numbers}; $2"\n'
    )
    python.chmod(0o755)
    assert (shell(checkout, 'supported "$PWD/python"') == 0) == bool(taken)
