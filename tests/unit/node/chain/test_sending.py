"""What the sender makes of answers and times: pure decisions."""

from __future__ import annotations

import pytest

from node.chain.rpc import Refused
from node.chain.sending.broadcast import resend_before
from node.chain.sending.replies import Reply, read_reply

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
        ("replacement transaction underpriced", Reply.CHEAP),
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
