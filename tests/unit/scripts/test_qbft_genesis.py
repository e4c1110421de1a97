"""The QBFT network that `scripts.qbft_genesis` makes, held against Besu's documentation."""

from __future__ import annotations

import json
import tomllib

import pytest
import rlp
from eth_keys import keys

from scripts.qbft_genesis import (
    CONSOLIDATION_ADDRESS,
    FUNDING_WEI,
    WITHDRAWAL_ADDRESS,
    Node,
    NotPossibleError,
    extra_data,
    genesis,
    network_files,
    new_node,
    permissions,
)

pytestmark = pytest.mark.unit

DOCUMENTED_VALIDATORS = (
    "64a702e6263b7297a96638cac6ae65e6541f4169",
    "943923390ad55e90c237593b3b0e401f3b08a031",
    "aefdb9a738c9f433e5b6b212a6d62f6370c2f692",
    "c7eeb9a4e00ce683cf93039b212648e01c6c6b78",
)
DOCUMENTED_EXTRA_DATA = (
    "f87aa00000000000000000000000000000000000000000000000000000000000000000f854"
    "9464a702e6263b7297a96638cac6ae65e6541f4169"
    "94943923390ad55e90c237593b3b0e401f3b08a031"
    "94aefdb9a738c9f433e5b6b212a6d62f6370c2f692"
    "94c7eeb9a4e00ce683cf93039b212648e01c6c6b78"
    "c080c0"
)
"""Source: Besu documentation, private-networks/how-to/configure/consensus/qbft.md, "Genesis file", tab "Block
header validator selection"."""

TX_GAS_CAP = 2**24
"""EIP-7825."""


def _addresses(*digits: str) -> list[bytes]:
    return [bytes.fromhex(one) for one in digits]


@pytest.fixture(name="validators")
def _validators() -> list[Node]:
    return [new_node(f"validator-{number}", f"10.0.0.{number}") for number in range(1, 5)]


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 1, 0, 2)])
def test_extra_data_is_the_documented_one_whatever_the_order(order):
    validators = _addresses(*(DOCUMENTED_VALIDATORS[place] for place in order))
    assert extra_data(validators).hex() == DOCUMENTED_EXTRA_DATA


@pytest.mark.parametrize("validators", [[], [bytes(20), bytes(20)]])
def test_extra_data_wants_each_validator_once(validators):
    with pytest.raises(NotPossibleError):
        extra_data(validators)


def test_a_nodes_address_and_enode_follow_from_its_key():
    # The well-known public key and account of the private key 1 (the curve's generator).
    node = Node("validator-1", "10.0.0.1", keys.PrivateKey((1).to_bytes(32, "big")))
    assert node.address.hex() == "7e5f4552091a69125d5dfcb7b8c2659029395bdf"
    assert node.enode == (
        "enode://79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
        "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8@10.0.0.1:30303"
    )


def test_gas_is_free_and_the_block_is_a_qbft_one(validators):
    block = genesis([node.address for node in validators])
    assert block["config"]["zeroBaseFee"] is True
    assert int(block["baseFeePerGas"], 16) == 0
    assert block["difficulty"] == "0x1"
    assert bytes.fromhex(block["mixHash"][2:]) == b"ctical byzantine fault tolerance"
    assert block["config"]["qbft"] == {
        "blockperiodseconds": 2,
        "epochlength": 30_000,
        "requesttimeoutseconds": 4,
    }


def test_every_fork_up_to_osaka_is_active_from_the_first_block(validators):
    config = genesis([node.address for node in validators])["config"]
    forks = {name: at for name, at in config.items() if name.endswith(("Block", "Time"))}
    assert set(forks.values()) == {0}
    assert {"londonBlock", "shanghaiTime", "cancunTime", "pragueTime", "osakaTime"} <= set(forks)


def test_the_contracts_that_prague_calls_have_code_that_asks_for_nothing(validators):
    content = genesis([node.address for node in validators])
    called = {
        content["config"]["withdrawalRequestContractAddress"],
        content["config"]["consolidationRequestContractAddress"],
    }
    assert called == {WITHDRAWAL_ADDRESS, CONSOLIDATION_ADDRESS}
    assert {content["alloc"][address[2:]]["code"] for address in called} == {"0x00"}


def test_a_block_holds_many_transactions_of_the_largest_size(validators):
    limit = int(genesis([node.address for node in validators])["gasLimit"], 16)
    assert 2 * TX_GAS_CAP < limit < 2**53


def test_funded_accounts_hold_a_balance_and_are_checked(validators):
    addresses = [node.address for node in validators]
    account = "0x" + "Ab" * 20
    assert int(genesis(addresses, funded=[account])["alloc"]["ab" * 20]["balance"], 16) == FUNDING_WEI
    for wrong in ("0x1234", "bank", "0x" + "zz" * 20):
        with pytest.raises(NotPossibleError):
            genesis(addresses, funded=[wrong])


def test_only_the_networks_own_nodes_may_connect(validators):
    allowed = tomllib.loads(permissions(validators))["nodes-allowlist"]
    assert allowed == [node.enode for node in validators]


def test_observers_connect_but_have_no_vote(validators):
    observer = new_node("observer-1", "10.0.0.9")
    files = network_files(validators, [observer])
    assert observer.enode in json.loads(files["static-nodes.json"])
    assert observer.enode in tomllib.loads(files["permissions_config.toml"])["nodes-allowlist"]
    voters = rlp.decode(bytes.fromhex(json.loads(files["genesis.json"])["extraData"][2:]))[1]
    assert voters == sorted(node.address for node in validators)


def test_every_key_opens_the_address_beside_it(validators):
    files = network_files(validators, [])
    for node in validators:
        key = keys.PrivateKey(bytes.fromhex(files[f"{node.name}/key"][2:]))
        assert key.public_key.to_address() == files[f"{node.name}/address"]
        assert key.public_key.to_bytes().hex() == files[f"{node.name}/key.pub"][2:]
