"""The process starter itself: it starts, forks, keeps state and ends what it started."""

import platform
from pathlib import Path

import pytest

from node.chain import anvil
from tests.sim.anvil import Anvil, AnvilUnavailableError, RpcError, anvil_binary

pytestmark = pytest.mark.contracts


def height(chain: Anvil) -> int:
    return int(chain.rpc("eth_blockNumber"), 16)


def test_two_chains_run_side_by_side_on_free_ports():
    with Anvil() as one, Anvil() as other:
        assert one.port != other.port
        assert int(one.rpc("eth_chainId"), 16) == anvil.CHAIN_ID


def test_a_chain_ends_with_its_block():
    with Anvil() as chain:
        pass
    with pytest.raises(OSError, match="refused"):
        chain.rpc("eth_blockNumber")


def test_state_survives_a_restart(tmp_path: Path):
    state = tmp_path / "chain.json"
    with Anvil(state=state) as chain:
        chain.mine(3)
    with Anvil(state=state) as chain:
        assert height(chain) == 3


def test_a_killed_chain_is_gone_and_can_be_started_again():
    chain = Anvil()
    chain.start()
    chain.kill()
    with pytest.raises(OSError, match="refused"):
        chain.rpc("eth_blockNumber")
    chain.start()
    assert height(chain) == 0
    chain.stop()
    chain.stop()


def test_a_reorg_takes_transactions_back():
    with Anvil(accounts=1) as chain:
        sender = chain.accounts()[0]
        message = {"from": sender, "to": sender, "gas": hex(21_000), "gasPrice": "0x0"}
        sent = chain.transact(message)
        chain.mine()
        chain.reorg(2)
        assert height(chain) == 2
        assert chain.rpc("eth_getBlockByNumber", "0x1", False)["hash"] != sent["blockHash"]
        assert chain.rpc("eth_getTransactionReceipt", sent["transactionHash"]) is None


def test_time_can_be_moved():
    with Anvil() as chain:
        now = chain.now()
        chain.advance(1000)
        assert chain.now() >= now + 1000
        chain.advance_to(now + 5000)
        assert chain.now() == now + 5000


def test_accounts_without_balance_can_send():
    with Anvil(accounts=1) as chain:
        sender = chain.accounts()[0]
        chain.rpc("anvil_setBalance", sender, "0x0")
        message = {"from": sender, "to": sender, "gas": hex(21_000), "gasPrice": "0x0"}
        assert chain.transact(message)["status"] == "0x1"


def test_the_transaction_gas_cap_is_on():
    with Anvil(accounts=1) as chain:
        sender = chain.accounts()[0]
        message = {"from": sender, "to": sender, "gas": hex(2**24 + 1), "gasPrice": "0x0"}
        with pytest.raises(RpcError):
            chain.rpc("eth_sendTransaction", message)


def test_a_port_in_use_is_told():
    with Anvil() as chain, pytest.raises(AnvilUnavailableError, match="did not start"):
        Anvil(port=chain.port).start()


def test_a_missing_binary_is_told_with_what_to_do(monkeypatch, tmp_path: Path):
    monkeypatch.setattr(anvil, "_PACKAGES", tmp_path)
    with pytest.raises(AnvilUnavailableError, match="scripts/setup"):
        anvil_binary()


def test_the_binary_is_chosen_by_system_and_processor(monkeypatch, tmp_path: Path):
    binary = tmp_path / "anvil-darwin-arm64" / "bin" / "anvil"
    binary.parent.mkdir(parents=True)
    binary.touch()
    monkeypatch.setattr(anvil, "_PACKAGES", tmp_path)
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    monkeypatch.setattr(platform, "machine", lambda: "arm64")
    assert anvil_binary() == binary


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str]):
    with Anvil() as chain:
        chain.mine()
    assert capfd.readouterr() == ("", "")
