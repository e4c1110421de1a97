"""`rireki init`: what it writes is read back as it was meant, is private, and never replaces anything."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from sqlalchemy import URL, make_url

from node.config import load_settings
from tests.sim.command import Ended, rireki

pytestmark = pytest.mark.integration

REPOSITORY = Path(__file__).parents[2]
NAME = '見本 "第一" \\ 銀行 #1'
TRIAL = ("--yes", "--environment", "test", "--legal-name", NAME)


def _init(folder: Path, *options: str, **environment: str) -> Ended:
    return rireki("init", "--config", folder / "rireki.toml", *options, **environment)


def _told(ended: Ended, code: str) -> None:
    assert (ended.status, f"[{code}]" in ended.err, "hint: " in ended.err) == (2, True, True), ended
    assert "Traceback" not in ended.err


def _modes(folder: Path) -> dict[str, int]:
    return {
        str(path.relative_to(folder)): path.stat().st_mode & 0o777
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("environment", ["production", "test", "demo"])
@pytest.mark.parametrize("database_url", ["", "postgresql://member:見本-secret@127.0.0.1/member"])
@pytest.mark.parametrize("kind", ["--provider", "--regulator"])
def test_what_was_asked_for_is_what_a_node_reads(tmp_path, environment, database_url, kind):
    folder = tmp_path / "a member's folder"
    options = ["--yes", "--environment", environment, "--legal-name", NAME, kind]
    options += [
        "--public-url",
        "https://bank.example",
        "--rpc-url",
        "http://127.0.0.1:9",
        "--listen-port",
        "8811",
    ]
    ended = _init(folder, *options, RIREKI_DATABASE_URL=database_url)
    assert (ended.status, ended.err) == (0, ""), ended
    settings = load_settings(folder / "rireki.toml")
    assert (settings.environment, settings.legal_name, settings.listen_port) == (environment, NAME, 8811)
    file = URL.create("sqlite", database=f"{folder}/data/node.db")
    assert make_url(settings.database) == (make_url(database_url) if database_url else file)
    assert settings.engine_workers == (0 if kind == "--regulator" else 1)
    assert set(_modes(folder).values()) == {0o600}
    secrets = ["見本-secret", (folder / "data/keystore.password").read_text()]
    written = (folder / "rireki.toml").read_text(encoding="utf-8")
    assert not any(secret in written + ended.out for secret in secrets)


def test_the_contracts_lines_may_be_appended(tmp_path):
    assert _init(tmp_path, *TRIAL).status == 0
    with (tmp_path / "rireki.toml").open("a", encoding="utf-8") as file:
        file.write('contract_address = "0x12"\ndeployed_block = 3\nchain_id = 5\nreuse.max_age_days = 90\n')
    settings = load_settings(tmp_path / "rireki.toml")
    assert (settings.contract_address, settings.chain_id, settings.reuse.max_age_days) == ("0x12", 5, 90)


def test_every_line_that_is_commented_out_is_a_setting(tmp_path):
    """The commented examples, uncommented, are accepted as they stand."""
    assert _init(tmp_path, *TRIAL).status == 0
    path = tmp_path / "rireki.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    examples = [line.removeprefix("# ") for line in lines if line.startswith("# ") and " = " in line]
    assert examples
    tomllib.loads("\n".join(examples))
    path.write_text("\n".join([*lines, *examples]), encoding="utf-8")
    assert load_settings(path).chain_id == 31_337


def test_nothing_is_overwritten_and_a_run_cut_short_is_given_again(tmp_path):
    assert _init(tmp_path, *TRIAL).status == 0
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    _told(_init(tmp_path, *TRIAL), "init.settings_exist")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    (tmp_path / "rireki.toml").unlink()  # as if the process had ended before the last file
    again = _init(tmp_path, *TRIAL)
    assert (again.status, "keys kept" in again.out) == (0, True)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    (tmp_path / "rireki.toml").unlink()
    (tmp_path / "data/keystore.password").unlink()
    _told(_init(tmp_path, *TRIAL), "init.password_missing")


def test_all_answers_that_are_missing_or_wrong_are_told_together_and_nothing_is_written(tmp_path):
    ended = _init(tmp_path / "new", "--yes")
    _told(ended, "init.answers_missing")
    assert all(flag in ended.err for flag in ("--legal-name", "--public-url", "--rpc-url"))
    ended = _init(
        tmp_path / "new", "--yes", "--environment", "staging", "--legal-name", "x", "--public-url", "x/"
    )
    _told(ended, "config.invalid")
    assert "environment" in ended.err
    assert "public_url" in ended.err
    _told(_init(tmp_path / "new", *TRIAL, "--database-url", "mysql://x"), "store.bad_url")
    assert not (tmp_path / "new").exists()


def test_who_gives_no_flags_is_asked_and_a_wrong_answer_is_asked_again(tmp_path):
    answers = ["staging", "test", "", "見本銀行", "n", "", "8822", "ftp://x", "", "", ""]
    command = [sys.executable, "-m", "node.cli", "init", "--config", str(tmp_path / "rireki.toml")]
    ended = subprocess.run(
        command,
        input="\n".join(answers) + "\n",
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
    )
    assert ended.returncode == 0, ended
    settings = load_settings(tmp_path / "rireki.toml")
    assert (settings.environment, settings.legal_name, settings.listen_port) == ("test", "見本銀行", 8822)
    assert settings.public_url == "http://localhost:8822"
    assert "Error" in ended.stderr + ended.stdout
