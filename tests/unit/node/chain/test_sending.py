"""What the sender makes of answers and times: pure decisions."""

from __future__ import annotations

import pytest

from node.chain.replies import Reply, hint_for
from node.chain.rpc import Refused
from node.chain.sending.broadcast import read_reply, resend_before

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("message", "reply"),
    [
        ("transaction already imported", Reply.KNOWN),
        ("already known", Reply.KNOWN),
        ("Known transaction", Reply.KNOWN),
        ("intrinsic gas too low", Reply.HOPELESS),
        ("Transaction gas limit exceeds block gas limit", Reply.HOPELESS),
        ("Insufficient funds for gas * price + value", Reply.NO_FUNDS),
        ("Upfront cost exceeds account balance", Reply.NO_FUNDS),
        ("insufficient funds for gas * price + value: balance 0, tx cost 1, overshot 1", Reply.NO_FUNDS),
        ("transaction up-front cost 0x1 exceeds transaction sender account balance 0x0", Reply.NO_FUNDS),
        ("replacement transaction underpriced", Reply.CHEAP),
        ("max fee per gas less than block base fee", Reply.CHEAP),
        ("max fee per gas less than block base fee: address 0x1, maxFeePerGas: 0, baseFee: 7", Reply.CHEAP),
        ("transaction underpriced: gas tip cap 0, minimum needed 1", Reply.CHEAP),
        ("gasPrice is less than the current BaseFee", Reply.CHEAP),
        ("Gas price below configured minimum gas price", Reply.CHEAP),
        ("Transaction nonce is too distant from current sender nonce", Reply.LATER),
        ("txpool is full", Reply.LATER),
        ("nonce too low", Reply.NONCE_USED),
        ("Nonce below current nonce", Reply.NONCE_USED),
        ("the moon is full", Reply.OTHER),
    ],
)
def test_a_chain_nodes_words_have_one_meaning(message: str, reply: Reply) -> None:
    assert read_reply(Refused("eth_sendRawTransaction", {"code": -32003, "message": message})) is reply


def test_a_hash_means_taken() -> None:
    assert read_reply("0x" + "11" * 32) is Reply.TAKEN


def test_a_quiet_chain_is_sent_again_what_is_older_than_the_patience() -> None:
    assert resend_before(100, last_mined_at=90, patience_s=5) == 95


def test_a_chain_that_mines_own_transactions_is_sent_nothing_again() -> None:
    assert resend_before(100, last_mined_at=97, patience_s=5) == 0


def test_a_restarted_node_sends_everything_again() -> None:
    assert resend_before(100, last_mined_at=100, patience_s=0) == 100


@pytest.mark.parametrize(
    "message",
    [
        "Insufficient funds for gas * price + value",
        "Upfront cost exceeds account balance",
        "max fee per gas less than block base fee",
        "transaction underpriced",
        "Gas price below configured minimum gas price",
    ],
)
def test_a_refusal_over_the_price_of_gas_names_both_cures(message: str) -> None:
    hint = Refused("eth_sendRawTransaction", {"code": -32003, "message": message}).hint
    assert "gas free" in hint
    assert "rireki chain dev" in hint
    assert "und the account" in hint
    assert "fee_per_gas" in hint


def test_every_refusal_has_a_hint_in_one_line() -> None:
    for reply in Reply:
        hint = hint_for(reply)
        assert hint[0].isupper()
        assert hint.endswith(".")
        assert "\n" not in hint
