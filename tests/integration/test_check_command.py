"""`rireki check`: one run names everything that is wrong, and nothing that could not be looked at passes."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from typing import Any

import pytest

from node.chain.deploy import Deployment, deploy
from node.chain.rpc import Rpc
from node.exchange.keys import generate_keys
from tests.sim.anvil import Anvil
from tests.sim.command import rireki
from tests.sim.running_node import PASSWORD, RunningNode

pytestmark = pytest.mark.integration

NOBODY = "http://127.0.0.1:9"


@pytest.fixture(name="chain", scope="module")
def _chain() -> Iterator[Anvil]:
    with Anvil() as chain:
        yield chain


@pytest.fixture(name="member")
def _member(chain, tmp_path) -> tuple[RunningNode, Deployment]:
    node = RunningNode(tmp_path / "node", "見本第一銀行", chain.url)
    signer = node.prepare()
    for name in ("password", "keystore.json"):
        (node.home / name).chmod(0o600)
    deployment = deploy(Rpc(chain.url), signer, [(signer.address, node.legal_name)])
    node.write_settings(deployment)
    return node, deployment


def _check(node: RunningNode) -> tuple[int | None, dict[str, list[dict[str, Any]]]]:
    ended = rireki("check", "--json", "--config", node.config)
    assert ended.err == "", ended.err
    assert PASSWORD not in ended.out
    document = json.loads(ended.out)
    assert document["sound"] == (ended.status == 0)
    found: dict[str, list[dict[str, Any]]] = {}
    for one in document["checks"]:
        found.setdefault(one["check"], []).append(one)
        if one["status"] != "ok":
            assert one["code"], one
        if one["hint"]:
            assert one["hint"].endswith((".", ")")) or " " in one["hint"], one
    return ended.status, found


def _codes(found: dict[str, list[dict[str, Any]]]) -> dict[str, set[str]]:
    return {name: {one["code"] for one in several} for name, several in found.items()}


def test_a_member_that_published_its_keys_is_sound_and_one_that_did_not_is_told(member):
    node, _ = member
    assert rireki("chain", "status", "--config", node.config).status == 0
    status, found = _check(node)
    assert (status, _codes(found)["membership"]) == (1, {None, "keys.not_published"})
    assert rireki("chain", "publish-keys", "見本第1号", "見本監督庁", "--config", node.config).status == 0
    assert rireki("chain", "status", "--config", node.config).status == 0
    status, found = _check(node)
    assert (status, _codes(found)["membership"]) == (0, {None})
    for name in ("settings", "keystore", "keys", "chain", "clocks", "database", "evidence", "models"):
        assert {one["status"] for one in found[name]} == {"ok"}, found[name]
    for path in (node.home / "keys").iterdir():
        path.unlink()
    generate_keys(randomness=secrets.token_bytes).save(node.home / "keys")
    assert _codes(_check(node)[1])["membership"] == {None, "keys.differ"}


def test_everything_that_is_wrong_is_told_in_one_run(member, tmp_path):
    node, deployment = member
    node.settings = {
        "rpc_url": NOBODY,
        "trust_dir": str(tmp_path / "absent"),
        "model_root": str(tmp_path / "no-models"),
        "evidence_url": "none://x",
        "card_reader": "no such reader",
    }
    node.write_settings(deployment)
    (node.home / "node.db").write_text("not a database, but perhaps somebody's work " * 100)
    (node.home / "keys/evidence.key").chmod(0o644)
    (node.home / "keystore.json").chmod(0o644)
    before = (node.home / "node.db").read_bytes()
    status, found = _check(node)
    codes = _codes(found)
    assert status == 1
    for name, code in {
        "secret files": "config.secret_exposed",
        "keys": "keys.exposed",
        "chain": "chain.unreachable",
        "database": "store.corrupt",
        "evidence": "vault.bad_url",
        "models": "model.missing",
        "trust store": "card.trust_missing",
    }.items():
        assert code in codes[name], (name, found[name])
    for name in ("clocks", "membership"):
        assert {one["status"] for one in found[name]} == {"not performed"}, found[name]
    assert {one["status"] for one in found["card reader"]} == {"failed"}
    assert (node.home / "node.db").read_bytes() == before


def test_settings_that_cannot_be_read_leave_every_other_check_unperformed(member):
    node, _ = member
    node.config.write_text('environment = "staging"\nno_such_setting = 1\n')
    status, found = _check(node)
    assert status == 1
    (told,) = found.pop("settings")
    assert all(
        name in told["message"] for name in ("environment", "no_such_setting", "legal_name", "keystore")
    )
    assert {one["status"] for several in found.values() for one in several} == {"not performed"}


def test_a_check_makes_no_database_and_a_regulator_needs_no_engine(member):
    node, deployment = member
    node.settings = {"engine_workers": 0}
    node.write_settings(deployment)
    _, found = _check(node)
    assert not (node.home / "node.db").exists()
    assert _codes(found)["database"] == {"store.not_made"}
    for name in ("models", "model licence", "trust store", "card reader"):
        assert _codes(found)[name] == {"check.not_needed"}
