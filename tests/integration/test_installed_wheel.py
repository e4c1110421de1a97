"""A node that was installed from its wheel, into an awkward folder, without the repository in sight.

Builds wheel and sdist with the locked build backend, a wheel from the sdist, installs into a new environment
whose path has blanks, `%` and kanji, and lives there under LC_ALL=C: keys, a contract, a served page. The
libraries are those of this environment, named by PYTHONPATH; nothing is fetched.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_string
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.sim.anvil import Anvil
from tests.sim.odd_names import toml_string
from tests.sim.patience import DEADLINE_S, TEST_S, eventually
from tests.sim.postgres import Postgres

pytestmark = [pytest.mark.integration, pytest.mark.timeout(TEST_S)]

ROOT = Path(__file__).resolve().parents[2]
AWKWARD = "支店 の 100% 環境"

LIBRARIES = Path(httpx.__file__).parents[1]

KEPT_VARIABLES = ("PATH", "HOME", "TMPDIR", "RIREKI_PATIENCE")


def _surroundings(**variables: str) -> dict[str, str]:
    """As poor as a service's, but for the libraries' folder.

    What *that* says about other paths, such as an editable installation's, is not followed, so the repository
    stays out of sight.
    """
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    return kept | {"LC_ALL": "C", "PYTHONPATH": str(LIBRARIES)} | variables


def _run(command: list[str | Path], folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env=_surroundings(**variables),
        capture_output=True,
        encoding="utf-8",
        timeout=DEADLINE_S,
        check=False,
    )


def _done(ended: subprocess.CompletedProcess[str]) -> str:
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def _build(source: Path, kind: str, target: Path) -> Path:
    # This environment's path may have kanji, and Python 3.11.2 reads its path lines as the locale says.
    build = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", target]
    _done(_run(build, source, LC_ALL="C.UTF-8"))
    (built,) = target.iterdir()
    return built


@dataclass(frozen=True)
class Built:
    """What a release consists of."""

    sdist: Path
    wheel: Path
    wheel_of_sdist: Path


SAFELY: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
"""Debian 12's Python knows no filters yet; the archive is our own."""


@pytest.fixture(name="built", scope="module")
def _built(tmp_path_factory) -> Built:
    folder = tmp_path_factory.mktemp("release")
    sdist = _build(ROOT, "sdist", folder / "sdist")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder / "source", **SAFELY)  # noqa: S202
    (source,) = (folder / "source").iterdir()
    return Built(
        sdist, _build(ROOT, "wheel", folder / "wheel"), _build(source, "wheel", folder / "wheel of sdist")
    )


@pytest.fixture(name="installed", scope="module")
def _installed(built, tmp_path_factory) -> Path:
    """The folder of programs of an environment that holds the wheel."""
    environment = tmp_path_factory.mktemp("somewhere") / AWKWARD
    _done(_run([sys.executable, "-m", "venv", environment], environment.parent))
    python = environment / "bin" / "python"
    _done(_run([python, "-m", "pip", "install", "--no-index", "--no-deps", built.wheel], environment))
    return python.parent


def _contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _tracked(folder: str) -> set[str]:
    found = {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob("*") if path.is_file()}
    return {name for name in found if "__pycache__" not in name}


def test_a_wheel_holds_both_packages_whole_and_nothing_else(built):
    names = set(_contents(built.wheel))
    code = {name for name in names if ".dist-info/" not in name}
    assert code == _tracked("node") | _tracked("verifier")
    kinds = {Path(name).suffix for name in code}
    assert {".json", ".html", ".css", ".js", ".mako", ".typed"} <= kinds


def test_a_wheel_built_from_the_sdist_is_the_same(built):
    assert _contents(built.wheel_of_sdist) == _contents(built.wheel)


def test_a_release_says_what_it_is_and_what_it_needs(built):
    contents = _contents(built.wheel)
    (metadata,) = (text.decode() for name, text in contents.items() if name.endswith("/METADATA"))
    said = message_from_string(metadata)
    assert (said["Name"], said["License-Expression"]) == ("rireki", "Apache-2.0")
    assert ">=3.11" in said["Requires-Python"].split(",")
    assert "履歴" in metadata
    assert any(name.endswith("licenses/LICENSE") for name in contents)
    (programs,) = (text.decode() for name, text in contents.items() if name.endswith("/entry_points.txt"))
    assert programs.split() == ["[console_scripts]", "rireki", "=", "node.cli:main"]
    with tarfile.open(built.sdist) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    assert {"README.md", "LICENSE", "pyproject.toml", "contracts/src/IdentityHistory.sol"} <= inside
    assert not {name for name in inside if re.search(r"(^|/)(\.venv|\.cache|node_modules|\.git)/", name)}


def test_the_commands_of_the_checkout_are_not_promised(installed, tmp_path):
    teaches = _done(_run([installed / "rireki", "--help"], tmp_path))
    assert "履歴" in teaches
    assert "serve" in teaches
    for name in ("demo", "sim"):
        assert not re.search(rf"│ {name}\b", teaches)
        assert _run([installed / "rireki", name], tmp_path).returncode == 2
    seen = _run([installed / "python", "-c", "import node; print(node.__file__); import scripts"], tmp_path)
    assert str(installed.parent) in seen.stdout
    assert "No module named 'scripts'" in seen.stderr


def test_models_are_looked_for_in_a_folder_of_the_users(installed, tmp_path):
    asks = (
        "from verifier.models import DEFAULT_MODEL_ROOT, fetch_hint; print(DEFAULT_MODEL_ROOT, fetch_hint())"
    )
    told = _done(_run([installed / "python", "-c", asks], tmp_path, XDG_CACHE_HOME=str(tmp_path)))
    assert told.startswith(str(tmp_path / "rireki" / "models"))
    assert "set model_root" in told


# --- a life ---


@dataclass
class Operator:
    """Types commands in an installation, in a folder of its own.

    Attributes:
        programs: where `rireki` was installed.
        folder: working directory and home.
    """

    programs: Path
    folder: Path

    def writes(self, **values: Any) -> None:
        """Write the settings file."""
        lines = [
            f"{name} = {toml_string(value) if isinstance(value, str) else str(value).lower()}"
            for name, value in values.items()
        ]
        (self.folder / "rireki.toml").write_text("\n".join(lines), encoding="utf-8-sig")

    def runs(self, *arguments: str) -> str:
        """One command to its good end; gives what it printed."""
        return _done(_run([self.programs / "rireki", *arguments], self.folder))

    def serves(self) -> subprocess.Popen[bytes]:
        """The node, in the background."""
        with (self.folder / "node.log").open("wb") as log:
            return subprocess.Popen(
                [self.programs / "rireki", "serve"],
                cwd=self.folder,
                env=_surroundings(TZ="JST-9"),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answer(url: str, process: subprocess.Popen[bytes], log: Path) -> Callable[[], httpx.Response | None]:
    def ask() -> httpx.Response | None:
        assert process.poll() is None, log.read_text(encoding="utf-8", errors="replace")
        try:
            return httpx.get(url, timeout=DEADLINE_S)
        except httpx.TransportError:
            return None

    return ask


@pytest.fixture(name="database_url", params=["sqlite", "postgresql"])
def _database_url(request) -> Iterator[str]:
    if request.param == "sqlite":
        yield ""
        return
    server: Postgres = request.getfixturevalue("postgres")
    url = server.database()
    yield url
    server.give_back(url)


def test_an_installed_node_lives(installed, database_url, tmp_path):
    home, port = tmp_path / AWKWARD, _free_port()
    home.mkdir()
    operator = Operator(installed, home)
    (home / "password").write_bytes("見本 password\r\n".encode("utf-8-sig"))
    with Anvil() as chain:
        values = {
            "environment": "test", "legal_name": "見本第一銀行", "home": str(home), "listen_port": port,
            "public_url": f"http://localhost:{port}", "rpc_url": chain.url, "engine_workers": 0,
            "database_url": database_url, "keystore": str(home / "keystore.json"),
            "keystore_password_file": str(home / "password"),
        }  # fmt: skip
        operator.writes(**values)
        made = operator.runs("keys", "init")
        deployed = dict(line.split(" = ") for line in operator.runs("chain", "deploy").splitlines())
        operator.writes(
            **values,
            contract_address=deployed["contract_address"].strip('"'),
            deployed_block=int(deployed["deployed_block"]),
            chain_id=int(deployed["chain_id"]),
        )
        assert re.findall("0x[0-9a-fA-F]{40}", made) == re.findall(
            "0x[0-9a-fA-F]{40}", operator.runs("keys", "show")
        )
        assert "見本第一銀行" in operator.runs("chain", "status")
        process = operator.serves()
        try:
            ask = _answer(f"http://127.0.0.1:{port}/health", process, home / "node.log")
            health = eventually(ask).json()
            assert health["chain"]
            page = httpx.get(f"http://127.0.0.1:{port}/reviews", timeout=DEADLINE_S, follow_redirects=True)
            (styles,) = re.findall(r'href="(/[^"]*\.css)"', page.text)
            sheet = httpx.get(f"http://127.0.0.1:{port}{styles}", timeout=DEADLINE_S)
            assert (sheet.status_code, sheet.headers["content-type"].split(";")[0]) == (200, "text/css")
        finally:
            process.terminate()
            process.wait(DEADLINE_S)
    log = (home / "node.log").read_text(encoding="utf-8")
    assert "Traceback" not in log
    assert (home / "node.db").exists() == (not database_url)
    assert shutil.which("rireki", path=str(installed))
