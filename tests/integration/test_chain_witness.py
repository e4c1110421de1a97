"""Two chain nodes must tell one history, and a chain that makes no blocks must not pass for a fresh one."""

from __future__ import annotations

from typing import Any

import pytest

from node.chain.rpc import Rpc
from node.domain.events import KeySet
from node.errors import Corrupt, Unavailable
from tests.sim.consortium import Consortium, Faults, random_id

pytestmark = pytest.mark.integration


@pytest.fixture(name="net")
def _net(tmp_path) -> Any:
    with Consortium(tmp_path) as net:
        yield net


def _witnessed(net) -> tuple[Any, Faults]:
    faults = Faults()
    return net.restart(net.a, witness_rpc=Rpc(net.chain.url, transport=faults)), faults


def _other_block(method, result) -> Any:
    if method == "eth_getBlockByNumber" and result:
        return result | {"hash": "0x" + "ab" * 32}
    return result


def _other_history(method, result) -> Any:
    return "0x" + "00" * 32 if method == "eth_call" else result


def _far_behind(method, result) -> Any:
    if method == "eth_getBlockByNumber" and result:
        return result | {"number": "0x1"}
    return result


def test_two_chain_nodes_that_agree_confirm_the_view(net):
    member, faults = _witnessed(net)
    net.chain.mine(10)
    assert member.ledger.sync().checked_at > 0
    assert "eth_call" in faults.methods


@pytest.mark.parametrize("story", [_other_block, _other_history], ids=["block", "history"])
def test_chain_nodes_that_disagree_stop_the_view(net, story):
    member, faults = _witnessed(net)
    faults.alter = story
    with pytest.raises(Corrupt) as caught:
        member.ledger.sync()
    assert caught.value.code == "chain.nodes_disagree"
    assert member.ledger.status().checked_at == 0
    faults.alter = None
    assert member.ledger.sync().checked_at > 0


def test_a_witness_that_lags_confirms_nothing(net):
    member, faults = _witnessed(net)
    net.chain.mine(20)
    faults.alter = _far_behind
    with pytest.raises(Unavailable) as caught:
        member.ledger.sync()
    assert caught.value.code == "chain.witness_behind"
    assert member.ledger.status().checked_at == 0


def test_a_halted_chain_that_still_answers_is_noticed(net):
    member = net.restart(net.a, halted_after_s=30)
    member.do("keys", "publish_keys", _keys())
    confirmed = member.ledger.sync().checked_at
    assert confirmed > 0
    member.ledger.indexer._now = lambda: net.chain.now() + 31
    with pytest.raises(Unavailable) as caught:
        member.ledger.sync()
    assert caught.value.code == "chain.halted"
    assert member.ledger.status().checked_at == confirmed


def _keys() -> Any:
    return KeySet(random_id() * 2, bytes(1216), "https://a.example", "見本第1号", "見本財務局")
