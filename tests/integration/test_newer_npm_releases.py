"""Set-up installs what package-lock.json names, although the registry has a newer release of everything."""

from __future__ import annotations

import json
import os
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.client_tools import search_path
from tests.sim.npm_registry import NEWER, NpmRegistry, archive, integrity

pytestmark = pytest.mark.integration

PROJECT = Path(__file__).resolve().parents[2]
LOCK: dict[str, Any] = json.loads((PROJECT / "contracts/package-lock.json").read_text(encoding="utf-8"))
PLACES = {place: one for place, one in LOCK["packages"].items() if place}


def name_of(place: str) -> str:
    return place.rpartition("node_modules/")[2]


@pytest.fixture(name="registry", scope="module")
def _registry() -> Iterator[NpmRegistry]:
    versions = defaultdict[str, set[str]](set)
    for place, one in PLACES.items():
        versions[name_of(place)].add(one["version"])
    with NpmRegistry(versions) as running:
        yield running


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    """The committed package.json, and its lock with the digests of the registry's archives."""
    packages: dict[str, Any] = {"": LOCK["packages"][""]}
    for place, one in PLACES.items():
        packages[place] = one | {"integrity": integrity(archive(name_of(place), one["version"]))}
    (tmp_path / "package-lock.json").write_text(json.dumps(LOCK | {"packages": packages}))
    (tmp_path / "package.json").write_bytes((PROJECT / "contracts/package.json").read_bytes())
    return tmp_path


def install(folder: Path, registry: NpmRegistry) -> subprocess.CompletedProcess[str]:
    told = {
        "npm_config_registry": registry.url,
        "npm_config_cache": str(folder / "cache"),
        "PATH": search_path(),
    }
    command = [str(PROJECT / "scripts/install_npm_packages"), str(folder)]
    return subprocess.run(command, env=os.environ | told, capture_output=True, text=True, check=False)


def test_the_locked_versions_are_installed_although_all_have_a_newer_one(folder, registry):
    done = install(folder, registry)
    assert done.returncode == 0, done.stderr
    for place, one in PLACES.items():
        manifest = folder / place / "package.json"
        if manifest.exists() or not one.get("optional"):
            assert json.loads(manifest.read_text())["version"] == one["version"]
    assert not [path for path in registry.requests if NEWER in path]


@pytest.mark.parametrize("change", [{"solc": "0.8.36"}, {"solc": "^0.8.38"}, {"left-pad": "1.3.0"}])
def test_a_package_json_that_asks_for_something_else_is_refused(folder, registry, change):
    manifest = json.loads((folder / "package.json").read_text())
    manifest["devDependencies"] |= change
    (folder / "package.json").write_text(json.dumps(manifest))
    done = install(folder, registry)
    assert done.returncode == 1
    assert "[setup.npm_lock]" in done.stderr
    assert "hint: " in done.stderr
    assert not (folder / "node_modules").exists()


def test_an_archive_with_another_digest_is_refused(folder, registry):
    lock = folder / "package-lock.json"
    lock.write_text(lock.read_text().replace("sha512-", "sha512-AAAA", 1))
    done = install(folder, registry)
    assert done.returncode == 1
    assert "[setup.npm]" in done.stderr
