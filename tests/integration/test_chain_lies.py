"""A chain node that lies: what each lie is noticed by, and that nothing of it is kept.

The index believes nothing that does not give the contract's running hash at the block it ends in; a second
chain node (`rpc_witness_url`) shows what a consistent liar hides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from node.chain.plan import FIRST_BLOCKS
from node.chain.rpc import Refused, Rpc
from node.chain.sending.rules import BACKLOG, FINALITY_BLOCKS
from node.chain.witness import LAG_MAX_BLOCKS
from node.clock import FRESH_S
from node.domain.ledger import IntentState
from node.errors import NodeError
from node.store.database import transaction
from tests.sim.consortium import Consortium, SimMember, random_id
from tests.sim.lies import LIES
from tests.sim.patience import eventually, let_pass

pytestmark = pytest.mark.integration

NOTICED_AS = {
    "dropped log": "chain.history_mismatch",
    "invented log": "chain.history_mismatch",
    "changed log": "chain.history_mismatch",
    "log moved to another block": "chain.moving",
    "wrong head": "chain.moving",
    "wrong block time": "chain.history_mismatch",
}


@pytest.fixture(name="net")
def _net(tmp_path) -> Iterator[Consortium]:
    with Consortium(tmp_path) as net:
        net.enable()
        net.a.do("anchor", "anchor", random_id(), size=4)
        yield net


def _telling(lie: str) -> Callable[[str, Any], Any]:
    one = LIES[lie]
    return lambda method, result: one.change(result) if method == one.method else result


@pytest.mark.parametrize(("lie", "code"), NOTICED_AS.items(), ids=lambda text: text.replace(" ", "_"))
def test_a_lie_is_noticed_with_its_code_and_nothing_of_it_is_kept(net, lie, code):
    net.b.faults.alter = _telling(lie)
    with pytest.raises(NodeError) as caught:
        net.b.ledger.sync()
    assert caught.value.code == code
    assert net.b.ledger.status().events == 0
    assert net.b.ledger.status().checked_at == 0
    net.b.faults.alter = None
    assert net.b.ledger.sync().head == net.a.ledger.sync().head


def test_a_lie_told_once_is_read_again(net):
    told = []

    def once(method: str, result: Any) -> Any:
        if method != "eth_getLogs" or told:
            return result
        told.append(method)
        return LIES["dropped log"].change(result)

    net.b.faults.alter = once
    assert net.b.ledger.sync().head == net.a.ledger.sync().head
    assert told


def test_a_lie_that_slipped_in_unchecked_is_taken_back_once_it_shows(net):
    """The chain node tells a lie about a range and refuses to say what the contract held in that block."""
    for number in range(3):
        net.a.do(f"more-{number}", "anchor", random_id(), size=4)
    net.chain.mine(FIRST_BLOCKS)
    net.a.do("last", "anchor", random_id(), size=4)
    lies = 0

    def lie_early(method: str, result: Any) -> Any:
        nonlocal lies
        if method != "eth_getLogs" or not result or lies:
            return result
        lies += 1
        return result[:-1]

    refuse = net.b.ledger.indexer._views.history
    asked = []

    def refuse_early(*, block: Any) -> Any:
        asked.append(block)
        if len(asked) == 1:
            raise Refused("eth_call", {"code": -32000, "message": "state is not available"})
        return refuse(block=block)

    net.b.faults.alter = lie_early
    net.b.ledger.indexer._views.history = refuse_early
    status = net.b.ledger.sync()
    assert lies == 1
    assert (status.head, status.events) == net.b.ledger.head()


class _Stuck:
    """Shows the chain as it was: an old head, and no block above it."""

    def __init__(self, net: Consortium) -> None:
        self.head = net.chain.rpc("eth_getBlockByNumber", "latest", False)

    def __call__(self, method: str, result: Any) -> Any:
        if method == "eth_blockNumber":
            return self.head["number"]
        is_newer = isinstance(result, dict) and int(result["number"], 16) > int(self.head["number"], 16)
        return self.head if method == "eth_getBlockByNumber" and is_newer else result


def test_a_stale_head_below_the_index_is_noticed(net):
    old = _Stuck(net)
    net.chain.mine(3)
    net.b.ledger.sync()
    net.b.faults.alter = old
    with pytest.raises(NodeError) as caught:
        net.b.ledger.sync()
    assert caught.value.code == "chain.behind"


def test_a_stale_head_is_noticed_by_a_second_chain_node(net):
    """What it shows is true but old: an index that never saw more cannot tell by itself."""
    guarded = net.restart(net.b, witness_rpc=Rpc(net.chain.url))
    guarded.ledger.sync()
    checked_at = guarded.ledger.status().checked_at
    guarded.faults.alter = _Stuck(net)
    net.chain.mine(LAG_MAX_BLOCKS)
    guarded.ledger.sync()
    net.chain.mine()
    with pytest.raises(NodeError) as caught:
        guarded.ledger.sync()
    assert caught.value.code == "chain.behind"
    assert guarded.ledger.status().checked_at >= checked_at


def test_a_stale_head_is_noticed_by_its_age(net):
    guarded = net.restart(net.b, halted_after_s=60)
    guarded.ledger.sync()
    guarded.faults.alter = _Stuck(net)
    net.chain.advance(61)
    let_pass(FRESH_S)
    with pytest.raises(NodeError) as caught:
        guarded.ledger.sync()
    assert caught.value.code == "chain.halted"


def _tell_receipts(member: SimMember, **told: Any) -> None:
    member.faults.alter = lambda method, result: (
        result | told if method == "eth_getTransactionReceipt" and isinstance(result, dict) else result
    )


def test_a_receipt_from_a_block_that_is_none_is_not_believed_for_long(net):
    _tell_receipts(net.a, blockHash="0x" + "ab" * 32)
    net.a.submit(lambda ledger: ledger.anchor("told", random_id(), size=4))

    def recorded() -> bool:
        net.a.ledger.sender.flush()
        return net.a.ledger.intent("told").is_recorded

    eventually(recorded)  # anvil may mine a moment after it took the transaction
    net.a.ledger.sender.watch()
    net.a.faults.alter = None
    net.a.ledger.sender.watch()
    assert net.a.settle("told").is_recorded
    _finish(net)
    assert net.a.ledger.intent("told").state is IntentState.FINAL


@pytest.mark.parametrize(("truth", "told"), [("0x0", "0x1"), ("0x1", "0x0")], ids=["success", "failure"])
def test_a_receipt_that_lies_about_the_outcome_is_noticed(net, truth, told):
    root = random_id()
    if truth == "0x0":
        net.a.do("first", "anchor", root, size=4)
    _tell_receipts(net.a, status=told)
    backlog = [random_id() for _ in range(BACKLOG)]  # too many to be asked about beforehand
    with transaction(net.a.engine) as session:
        view = net.a.ledger.within(session)
        for number, one in enumerate([root, *backlog]):
            view.anchor(f"told-{number}", one, size=4)
    net.a.ledger.sender.flush()
    assert net.a.ledger.intent("told-0").is_recorded == (told == "0x1")
    with pytest.raises(NodeError) as caught:
        _finish(net)
    assert caught.value.code == "chain.receipt_mismatch"


def _finish(net: Consortium) -> None:
    net.chain.mine(FINALITY_BLOCKS + 1)
    net.a.ledger.sync()
    net.a.ledger.sender.watch()
