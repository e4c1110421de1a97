"""The folders of keys and secrets that the scripts write: private, complete, never replaced."""

from __future__ import annotations

import json
import stat

import pytest
from eth_account import Account

from node.chain.deploy import deploy
from node.chain.rpc import Rpc
from node.chain.signer import Signer
from scripts import compose_secrets, qbft_genesis
from scripts.private_files import AlreadyThereError, write_new_folder
from tests.sim.anvil import Anvil

pytestmark = pytest.mark.integration

SCRIPTS = {"network": qbft_genesis, "secrets": compose_secrets}


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_second_run_replaces_nothing_and_says_so(name, tmp_path, capsys):
    folder = tmp_path / name
    assert SCRIPTS[name].main(["--out", str(folder)]) == 0
    before = {path: path.read_text() for path in folder.rglob("*") if path.is_file()}
    assert SCRIPTS[name].main(["--out", str(folder)]) == 1
    assert f"[{name}.exists]" in capsys.readouterr().err
    assert {path: path.read_text() for path in folder.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("name", SCRIPTS)
def test_only_the_owner_reaches_what_is_written(name, tmp_path):
    SCRIPTS[name].main(["--out", str(tmp_path / name)])
    assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o700
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_an_interrupted_run_leaves_no_half_a_network(tmp_path):
    with pytest.raises(UnicodeEncodeError):
        write_new_folder(tmp_path / "network", {"genesis.json": "{}", "validator-1/key": "\udc00"})
    assert not list(tmp_path.iterdir())


def test_a_race_is_lost_by_the_second_one(tmp_path):
    write_new_folder(tmp_path / "network", {"key": "first"})
    with pytest.raises(AlreadyThereError):
        write_new_folder(tmp_path / "network", {"key": "second"})
    assert (tmp_path / "network" / "key").read_text() == "first"


def test_hosts_and_rules_come_from_the_arguments(tmp_path, capsys):
    folder = tmp_path / "network"
    arguments = [
        "--validator",
        "192.0.2.1",
        "--observer",
        "192.0.2.9",
        "--chain-id",
        "77",
        "--block-period",
        "5",
    ]
    assert qbft_genesis.main(["--out", str(folder), *arguments]) == 0
    assert "one that fails stops the chain" in capsys.readouterr().out
    config = json.loads((folder / "genesis.json").read_text())["config"]
    assert config["chainId"] == 77
    assert config["qbft"]["requesttimeoutseconds"] == 10
    hosts = [url.partition("@")[2] for url in json.loads((folder / "static-nodes.json").read_text())]
    assert hosts == ["192.0.2.1:30303", "192.0.2.9:30303"]


def test_an_impossible_account_ends_with_its_code_and_writes_nothing(tmp_path, capsys):
    assert qbft_genesis.main(["--out", str(tmp_path / "network"), "--fund", "bank"]) == 1
    assert "[network.not_possible]" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_another_client_reads_the_genesis_and_carries_the_contract(tmp_path):
    """The rules that are not QBFT's own: anvil takes them, and an account without a balance deploys."""
    qbft_genesis.main(["--out", str(tmp_path / "network")])
    signer = Signer(Account.create())
    with Anvil(genesis=tmp_path / "network" / "genesis.json") as chain:
        assert chain.rpc("eth_getCode", qbft_genesis.WITHDRAWAL_ADDRESS, "latest") == qbft_genesis.STOP
        done = deploy(Rpc(chain.url), signer, [(signer.address, "見本銀行")])
        assert chain.rpc("eth_getBlockByNumber", "latest", False)["baseFeePerGas"] == "0x0"
    assert done.chain_id == qbft_genesis.CHAIN_ID


def test_members_passwords_are_long_and_differ(tmp_path):
    compose_secrets.main(["--out", str(tmp_path / "secrets")])
    words = [path.read_text() for path in (tmp_path / "secrets").rglob("*_password")]
    assert len(words) == len(set(words)) == 2 * len(compose_secrets.MEMBERS)
    assert all(len(word) == 64 for word in words)
    for member in compose_secrets.MEMBERS:
        folder = tmp_path / "secrets" / member
        assert (folder / "postgres_password").read_text() in (folder / "database_url").read_text()
