"""Whatever is wrong with settings, keys, database, chain or port: a command says so in two lines and ends.

One line with what is wrong and its code, one with what to do; status 2; never a traceback. Real processes,
real chain.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from node.chain.deploy import Deployment, deploy
from node.chain.rpc import Rpc
from tests.sim.anvil import Anvil
from tests.sim.command import Ended, rireki
from tests.sim.running_node import RunningNode

pytestmark = pytest.mark.integration

NOBODY = "http://127.0.0.1:9"
"""The discard port: nothing listens on it."""

SUCCESSOR = "0x" + "34" * 20
"""An account that nobody uses yet."""


@dataclass
class Desk:
    """An operator's working copy of a sound node.

    Attributes:
        node: its folder and settings.
        deployment: the contract that its chain really has.
    """

    node: RunningNode
    deployment: Deployment

    def sets(self, **settings: object) -> None:
        """Write the settings anew, with changes."""
        self.node.settings = settings
        self.node.write_settings(self.deployment)

    @property
    def home(self) -> Path:
        """The node's folder."""
        return self.node.home

    def run(self, *arguments: str) -> Ended:
        """One command on these settings."""
        return rireki(*arguments, "--config", self.node.config)


class _TinyServer:
    """Answers everything with a web page."""

    class _Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<html>It works!</html>")

        def log_message(self, *_: object) -> None:
            """Nothing."""

    def __enter__(self) -> str:
        self._server = HTTPServer(("127.0.0.1", 0), self._Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self._server.server_port}"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(name="chain", scope="module")
def _chain() -> Iterator[Anvil]:
    with Anvil() as chain:
        yield chain


@pytest.fixture(name="desk")
def _desk(chain, tmp_path) -> Desk:
    node = RunningNode(tmp_path / "node", "見本第一銀行", chain.url)
    signer = node.prepare()
    desk = Desk(node, deploy(Rpc(chain.url), signer, [(signer.address, node.legal_name)]))
    desk.sets()
    return desk


def assert_told(ended: Ended, code: str) -> None:
    """Two lines, with that code and a hint; what `serve` said before may stand above them."""
    assert "Traceback" not in ended.err, ended.err
    *_, error, hint = ("", "", *ended.err.rstrip().splitlines())
    assert (ended.status, error.startswith("error: "), error.endswith(f"[{code}]")) == (2, True, True), ended
    assert hint.startswith("  hint: "), ended.err
    assert len(hint) > len("  hint: ")
    assert ended.out == ""


def test_a_sound_node_shows_its_consortium(desk):
    ended = desk.run("chain", "status")
    assert (ended.status, ended.err) == (0, "")
    assert "as on chain" in ended.out


# --- settings ---


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"environment = ", "config.malformed"),
        (b"\xff\xfe\x00", "config.malformed"),
        (b"", "config.invalid"),
        (b'legal_name = "x"\nno_such_setting = 1', "config.invalid"),
        (b'environment = "staging"', "config.invalid"),
    ],
)
def test_settings_that_cannot_be_read_are_named(tmp_path, content, code):
    path = tmp_path / "rireki.toml"
    path.write_bytes(content)
    assert_told(rireki("keys", "show", "--config", path), code)


def test_missing_settings_are_named(tmp_path):
    assert_told(rireki("serve", "--config", tmp_path / "absent.toml"), "config.unreadable")
    assert_told(rireki("serve", "--config", tmp_path), "config.unreadable")


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"contract_address": ""}, "config.no_contract"),
        ({"contract_address": "0x12"}, "chain.bad_address"),
        ({"contract_address": "0x" + "11" * 20}, "chain.no_contract"),
        ({"chain_id": 5}, "chain.wrong_chain"),
        ({"rpc_url": NOBODY}, "chain.unreachable"),
        ({"rpc_url": "no url"}, "chain.unreachable"),
        ({"rpc_url": "http://[::"}, "chain.unreachable"),
        ({"keystore": "/proc/none.json"}, "keystore.unreadable"),
        ({"keystore_password_file": "/proc/none"}, "config.secret_unreadable"),
        ({"trust_dir": "/proc/none"}, "card.trust_missing"),
        ({"database_url": "mysql://root@127.0.0.1/x"}, "store.bad_url"),
        ({"database_url": "sqlite:////proc/none/node.db"}, "store.unreachable"),
        ({"home": "/proc/none"}, "config.home_unusable"),
        ({"reuse": "no table"}, "config.invalid"),
        ({"evidence_url": "none://x"}, "vault.bad_url"),
        ({"public_url": "ftp://localhost"}, "config.invalid"),
    ],
)
def test_a_wrong_setting_is_named(desk, settings, code):
    desk.sets(**settings)
    assert_told(desk.run("chain", "status"), code)


def test_an_environment_variable_that_cannot_be_read_is_named(desk):
    assert_told(rireki("keys", "show", "--config", desk.node.config, RIREKI_REUSE="{"), "config.invalid")


# --- keys ---


def _remove(name: str) -> Callable[[Path], None]:
    return lambda home: (home / name).unlink()


def _write(name: str, text: str) -> Callable[[Path], object]:
    return lambda home: (home / name).write_text(text)


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (_write("password", "not it"), "keystore.wrong_password"),
        (_write("keystore.json", "{}"), "keystore.malformed"),
        (_write("keystore.json", "\0"), "keystore.malformed"),
        (_write("keystore.json", json.dumps([1])), "keystore.malformed"),
        (_remove("keystore.json"), "keystore.unreadable"),
        (_remove("keys/record.pem"), "keys.missing"),
        (_write("keys/record.pem", "no key"), "keys.malformed"),
        (_write("keys/transfer.key", "AAAA"), "keys.malformed"),
        (lambda home: (home / "keys/evidence.key").chmod(0o644), "keys.exposed"),
    ],
)
def test_a_key_that_cannot_be_used_is_named(desk, damage, code):
    damage(desk.home)
    assert_told(desk.run("keys", "show"), code)


def test_without_a_password_no_key_is_opened_or_made(desk):
    text = desk.node.config.read_text()
    kept = [line for line in text.splitlines() if not line.startswith("keystore_password_file")]
    desk.node.config.write_text("\n".join(kept))
    assert_told(desk.run("keys", "show"), "keystore.no_password")
    assert_told(desk.run("chain", "status"), "keystore.no_password")
    without_contract = [line for line in kept if not line.startswith("contract_address")]
    desk.node.config.write_text("\n".join(without_contract))
    assert_told(desk.run("chain", "status"), "config.incomplete")
    (desk.home / "keystore.json").unlink()
    assert_told(desk.run("keys", "init"), "keystore.no_password")


# --- database ---


def test_a_file_that_is_no_database_is_named_and_left_alone(desk):
    path = desk.home / "node.db"
    path.write_text("not a database, but perhaps somebody's work " * 100)
    before = path.read_bytes()
    assert_told(desk.run("apikey", "list"), "store.corrupt")
    assert path.read_bytes() == before


def test_an_unknown_api_key_cannot_be_revoked(desk):
    assert_told(desk.run("apikey", "revoke", "none"), "api_key.unknown")


def test_a_dead_chain_does_not_keep_staff_from_their_keys_or_lose_the_index(desk):
    assert desk.run("chain", "status").status == 0
    desk.sets(rpc_url=NOBODY)
    assert_told(desk.run("db", "reindex"), "chain.unreachable")
    assert desk.run("apikey", "create", "見本 係員", "staff").status == 0
    listed = desk.run("apikey", "list")
    assert (listed.status, "見本 係員" in listed.out) == (0, True)


# --- the consortium ---


def test_a_history_is_not_deployed_to_a_chain_that_is_away(desk):
    desk.sets(rpc_url=NOBODY)
    assert_told(desk.run("chain", "deploy"), "chain.unreachable")


def test_who_is_no_member_cannot_vote(desk):
    (desk.home / "keystore.json").unlink()
    assert desk.run("keys", "init").status == 0
    assert_told(desk.run("chain", "suspend", "1"), "provider_not_active")


def test_an_account_that_was_replaced_acts_no_more(desk):
    assert desk.run("chain", "replace-signer", "1", SUCCESSOR).status == 0
    assert_told(desk.run("chain", "suspend", "1"), "provider_not_active")


def test_a_service_that_is_no_chain_is_named(desk):
    with _TinyServer() as url:
        desk.sets(rpc_url=url)
        assert_told(desk.run("chain", "status"), "chain.bad_answer")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["admit", "0x12", "見本"], "chain.bad_argument"),
        (["suspend", "99"], "member_unknown"),
        (["suspend", "70000"], "chain.bad_argument"),
        (["replace-signer", "1", "0x12"], "chain.bad_argument"),
        (["approve", "99"], "proposal_unknown"),
        (["allow-method", "jp.none"], "method.unknown"),
        (["allow-bases", "NONE"], "legal_basis.unknown"),
        (["allow-bases", "RELIANCE"], "legal_basis.reference_missing"),
    ],
)
def test_a_vote_that_makes_no_sense_is_refused(desk, arguments, code):
    assert_told(desk.run("chain", *arguments), code)


# --- ports ---


def test_an_occupied_port_is_named_by_serve(desk):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", desk.node.port))
        taken.listen()
        assert_told(desk.run("serve"), "serve.port_occupied")


def test_an_unknown_log_level_is_a_matter_of_usage(desk):
    ended = desk.run("serve", "--log-level", "loud")
    assert ended.status == 2
    assert "Invalid value for '--log-level'" in ended.err
    assert "Traceback" not in ended.err


def test_an_occupied_port_is_named_by_the_demo_before_anything_is_thrown_away():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = rireki("demo", "--port-base", str(min(taken.getsockname()[1], 65530)))
    *_, error, hint = ended.err.rstrip().splitlines()
    assert (ended.status, error.endswith("[demo.port_occupied]"), hint[:8]) == (2, True, "  hint: ")
    assert "loading" not in ended.out


def test_what_a_user_runs_is_this_program(tmp_path):
    """The fork server's child and a shell's `python -m node.cli` say the same."""
    arguments = ["-m", "node.cli", "keys", "show", "--config", str(tmp_path / "absent.toml")]
    shell = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)
    forked = rireki(*arguments[2:])
    assert (shell.returncode, shell.stderr, shell.stdout) == (forked.status, forked.err, forked.out)
