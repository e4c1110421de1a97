"""A chain command that was cut short is given again: it records nothing twice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from eth_account import Account

from node.bootstrap import build
from node.chain.deploy import deploy
from node.chain.rpc import Rpc
from node.config import load_settings
from tests.sim.anvil import Anvil
from tests.sim.command import Ended, rireki
from tests.sim.running_node import RunningNode

pytestmark = pytest.mark.integration


@pytest.fixture(name="node")
def _node(tmp_path) -> Iterator[RunningNode]:
    """One of two founding providers: what it proposes waits for the other."""
    with Anvil() as chain:
        node = RunningNode(tmp_path / "a", "見本第一銀行", chain.url)
        signer = node.prepare()
        founders = [(signer.address, node.legal_name), (Account.create().address, "見本第二銀行")]
        node.write_settings(deploy(Rpc(chain.url), signer, founders))
        yield node


def _run(node: RunningNode, *arguments: str) -> Ended:
    done = rireki("chain", *arguments, "--config", node.config)
    assert done.status in {0, None}, done.err
    return done


def test_a_proposal_given_again_is_the_one_that_is_open(node):
    for _ in range(2):
        assert "proposal 1: waits for approvals" in _run(node, "allow-bases", "ASSIST").out
    assert "proposal 2: waits for approvals" in _run(node, "allow-method", "jp.chip+face").out


def test_keys_given_again_are_published_once_and_changed_ones_anew(node):
    assert "recorded in block" in _run(node, "publish-keys", "見本第1号", "見本監督庁").out
    assert "on chain already" in _run(node, "publish-keys", "見本第1号", "見本監督庁").out
    assert "recorded in block" in _run(node, "publish-keys", "見本第2号", "見本監督庁").out
    opened = build(load_settings(node.config))
    opened.ledger.sync()
    with opened.transaction() as unit:
        assert [one.keys.licence for one in unit.ledger.keys(1)] == ["見本第1号", "見本第2号"]
    opened.database.dispose()
