"""The node's own transaction encoding, byte for byte against eth-account."""

from __future__ import annotations

import pytest
from eth_account import Account
from eth_utils.address import to_checksum_address
from hypothesis import given
from hypothesis import strategies as st

from node.chain.signer import Signer
from node.chain.transactions import Transaction

pytestmark = pytest.mark.properties

KEYS = st.binary(min_size=32, max_size=32).filter(lambda key: 0 < int.from_bytes(key, "big") < 2**255)
ADDRESSES = st.binary(min_size=20, max_size=20).map(to_checksum_address)
DATA = st.one_of(st.binary(max_size=80), st.binary(min_size=250, max_size=300), st.just(b"x" * 70_000))
NUMBERS = st.one_of(st.integers(0, 300), st.integers(0, 2**63 - 1))

TRANSACTIONS = st.builds(
    Transaction,
    chain_id=st.integers(1, 2**53),
    nonce=NUMBERS,
    fee_per_gas=NUMBERS,
    gas=NUMBERS,
    to=st.one_of(ADDRESSES, st.just("")),
    data=DATA,
)


@given(key=KEYS, transaction=TRANSACTIONS)
def test_signed_bytes_and_hash_are_those_of_eth_account(key: bytes, transaction: Transaction) -> None:
    account = Account.from_key(key)
    content = {
        "type": 2,
        "chainId": transaction.chain_id,
        "nonce": transaction.nonce,
        "maxFeePerGas": transaction.fee_per_gas,
        "maxPriorityFeePerGas": transaction.fee_per_gas,
        "gas": transaction.gas,
        "value": 0,
        "data": transaction.data,
    }
    theirs = account.sign_transaction(content | ({"to": transaction.to} if transaction.to else {}))
    ours = Signer(account).sign(transaction)
    assert (ours.raw, ours.hash) == (bytes(theirs.raw_transaction), bytes(theirs.hash))
