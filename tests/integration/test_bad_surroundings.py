"""Models, card, code, reader service or chain missing or wrong: the case waits, says why, nothing is lost.

One real process with the real card reader stack; the card is virtual, the evidence grey, because nothing here
gets as far as a face before everything else is there.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from node.bootstrap import Node, build
from node.chain.deploy import Deployment, deploy
from node.chain.rpc import Rpc
from node.config import load_settings
from node.domain.access import Role
from node.domain.ledger import IntentState
from scripts.fetch_models import MODEL_ROOT_VARIABLE
from tests.integration.issuer import Issuer, RunningIssuer
from tests.integration.reuse_network import Server
from tests.sim.anvil import Anvil
from tests.sim.card import VirtualCard, VpcdCard, mynumber_card
from tests.sim.card.mynumber import VISUAL_AID, VISUAL_B
from tests.sim.card.samples import blank
from tests.sim.customer import put_clip, put_surface
from tests.sim.patience import DEADLINE_S, eventually, let_pass
from tests.sim.running_node import RunningNode
from verifier.image import encode_jpeg
from verifier.models import DEFAULT_MODEL_ROOT, REGISTRY

RIGHT, WRONG = "55021720352285", "55021720352280"
GREY = encode_jpeg(np.full((120, 160, 3), 128, np.uint8))
SECRETS = (RIGHT, WRONG, blank().person.name)


def _case(staff: httpx.Client) -> str:
    """An open case with evidence."""
    case_id = staff.post("/v1/cases", json={"method": "jp.chip+face"}).json()["case_id"]
    assert put_surface(staff, case_id, (GREY,) * 3).status_code == 200
    assert put_clip(staff, case_id, ((GREY,) * 20, tuple(range(0, 2000, 100)))).status_code == 200
    return case_id


def _install_models(folder: Path) -> None:
    source = Path(os.environ.get(MODEL_ROOT_VARIABLE) or DEFAULT_MODEL_ROOT)
    for file in REGISTRY.files:
        target = folder / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        target.symlink_to(source / file.path)


def _alter_a_model(folder: Path) -> None:
    path = folder / REGISTRY.files[-1].path
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.unlink()
    path.write_bytes(content)


def _tries_left(card: VirtualCard) -> int:
    return card.applications[VISUAL_AID].pins[VISUAL_B].left


def _assert_waits(issuer: Issuer, case_id: str, code: str, **attempt: Any) -> None:
    """An attempt that cannot decide leaves the case open and says why, without a secret."""
    case = issuer.verify(case_id, **attempt)
    assert (case["state"], case["last_error"]["code"]) == ("open", code), case
    assert case["last_error"]["hint"]
    assert (case["surface_images"], case["clip_frames"]) == (3, 20)
    assert not any(secret in str(case) for secret in SECRETS)


@pytest.mark.integration
@pytest.mark.pcsc
def test_a_case_outlives_everything_that_is_missing_or_wrong(tmp_path):
    models = tmp_path / "models"
    with RunningIssuer(tmp_path, model_root=str(models), card_wait_s=0.5) as issuer:
        case_id = _case(issuer.staff)
        _assert_waits(issuer, case_id, "model.missing", typed_pin_b=RIGHT)
        _install_models(models)
        _alter_a_model(models)
        _assert_waits(issuer, case_id, "model.digest_mismatch", typed_pin_b=RIGHT)
        _install_models(models)
        _assert_waits(issuer, case_id, "card.absent", typed_pin_b=RIGHT)

        card = mynumber_card(replace(blank(), ca=issuer.ca).files())
        with VpcdCard(card, issuer.pcscd.port):
            _assert_waits(issuer, case_id, "chip.pin_wrong", typed_pin_b=WRONG)
            assert _tries_left(card) == 9
            _assert_waits(issuer, case_id, "ocr.already_tried", typed_pin_b=WRONG)
            assert _tries_left(card) == 9
            issuer.chain.stop()
            read = issuer.verify(case_id, typed_pin_b=RIGHT)
        assert _tries_left(card) == 10
        outcomes = {check["check"]: check["outcome"] for check in read["checks"]}
        assert (outcomes["chip.data_signature"], outcomes["face.match"]) == ("passed", "undecided"), read

        other = _case(issuer.staff)
        issuer.pcscd.stop()
        _assert_waits(issuer, other, "card.service_down", typed_pin_b=RIGHT)
        assert [case["case_id"] for case in issuer.staff.get("/v1/cases").json()] == [case_id, other]
        log = issuer.node.log()
    assert "Traceback" not in log
    assert not any(secret in log for secret in SECRETS)


# --- the chain at start ---


def _member(folder: Path, chain: Anvil, **settings: Any) -> tuple[RunningNode, Deployment]:
    member = RunningNode(folder, "見本第一銀行", chain.url, settings=settings)
    signer = member.prepare()
    return member, deploy(Rpc(chain.url), signer, [(signer.address, member.legal_name)])


def _open(member: RunningNode, deployment: Deployment, **settings: Any) -> Node:
    member.settings |= {"poll_interval_s": 0.1, "model_root": str(member.home / "no-models"), **settings}
    member.write_settings(deployment)
    return build(load_settings(member.config))


@pytest.mark.integration
def test_a_node_starts_and_opens_cases_while_the_chain_is_away(tmp_path, caplog):
    production = {"environment": "production", "public_url": "https://bank.example"}
    with Anvil(state=tmp_path / "chain.json") as chain:
        member, deployment = _member(tmp_path / "a", chain)
        _open(member, deployment).ledger.sync()
        chain.stop()
        node = _open(member, deployment, **production)
        with Server(node), member.client(Role.STAFF) as staff:
            case_id = _case(staff)
            assert staff.post(f"/v1/cases/{case_id}/verify").status_code == 202
            case = eventually(lambda: (c := staff.get(f"/v1/cases/{case_id}").json())["last_error"] and c)
            assert (case["state"], case["last_error"]["code"]) == ("open", "model.missing")
            assert "job index: the chain cannot be reached" in caplog.text
            checked_at = node.ledger.status().checked_at
            chain.start()
            eventually(lambda: node.ledger.status().checked_at > checked_at)
    assert caplog.text.count("job index: ") == 1


@pytest.mark.integration
@pytest.mark.parametrize(
    ("wrong", "code"),
    [({"contract_address": "0x" + "11" * 20}, "chain.no_contract"), ({"chain_id": 5}, "chain.wrong_chain")],
)
def test_a_node_on_the_wrong_chain_says_so_once_and_writes_nothing(tmp_path, caplog, wrong, code):
    with Anvil() as chain:
        member, deployment = _member(tmp_path / "a", chain)
        node = _open(member, deployment, **wrong)
        with node.transaction() as unit:
            node.ledger.within(unit.session).anchor("anchor", b"\x01" * 32, size=1)
        height = chain.rpc("eth_blockNumber")
        with Server(node):
            eventually(lambda: f"job index: {_detail(code)}" in caplog.text)
            let_pass(0.5)
            assert httpx.get(f"{member.url}/health", timeout=DEADLINE_S).json()["chain"]["stale"]
        assert caplog.text.count("job index: ") == 1
        assert node.ledger.intent("anchor").state == IntentState.QUEUED
        assert chain.rpc("eth_blockNumber") == height


def _detail(code: str) -> str:
    details = {
        "chain.no_contract": "there is no contract at contract_address",
        "chain.wrong_chain": "the chain's id is 31337, the settings say 5",
    }
    return details[code]
