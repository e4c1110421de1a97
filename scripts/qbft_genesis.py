"""Make a new Hyperledger Besu QBFT network: node keys, genesis block, and who may connect.

Usage: `python -m scripts.qbft_genesis [--out deploy/network]`; `--help` tells the rest. Writes

    genesis.json               the same file for every node
    static-nodes.json          enode URLs of all nodes
    permissions_config.toml    the same URLs as the only ones allowed to connect
    validator-1/key ...        secp256k1 private key of each validator, hex; key.pub and address beside it
    observer-1/key ...         the same for nodes that follow the chain without a vote

Decides the rules of the chain: free gas, Osaka from the first block, one Byzantine fault among four. Starts
nothing, and never replaces a network: its folder must not exist.
Spec: Besu documentation, "Configure QBFT consensus", "Genesis file", "Use local permissioning"; EIP-7002,
EIP-7251 and EIP-7685 for the system contracts.
"""

from __future__ import annotations

import argparse
import json
import secrets
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rlp
from eth_keys import keys

from scripts.private_files import AlreadyThereError, write_new_folder

CHAIN_ID = 820_191
"""An id no public chain uses; every transaction signs it (EIP-155)."""

BLOCK_PERIOD_S = 2
"""A customer waits for two or three blocks."""

ROUND_TIMEOUT_FACTOR = 2
"""Round timeout over block period, as the Besu documentation advises; it doubles with each failed round."""

EPOCH_BLOCKS = 30_000
"""Besu's default: pending validator votes are dropped at each epoch."""

GAS_LIMIT = 100_000_000
"""Per block: about 1,600 attestations of 62,000 gas, far above one transaction's cap of 2^24 (EIP-7825)."""

VALIDATORS_FOR_ONE_FAULT = 4
"""QBFT tolerates f faulty validators among 3f + 1."""

P2P_PORT = 30303
VALIDATOR_HOSTS = ("10.89.77.11", "10.89.77.12", "10.89.77.13", "10.89.77.14")
OBSERVER_HOSTS = ("10.89.77.15",)
"""As docker-compose.yml gives them. Addresses, not names: Besu allows names in enode URLs on trial only."""

VANITY = bytes(32)
QBFT_MIX_HASH = "0x63746963616c2062797a616e74696e65206661756c7420746f6c6572616e6365"
"""By this header field Besu knows a BFT block."""

BLOCK_FORKS = (
    "homestead",
    "eip150",
    "eip155",
    "eip158",
    "byzantium",
    "constantinople",
    "petersburg",
    "istanbul",
    "berlin",
    "london",
)
TIME_FORKS = ("shanghai", "cancun", "prague", "osaka")

DEPOSIT_ADDRESS = "0x00000000219ab540356cbb839cbe05303d7705fa"
WITHDRAWAL_ADDRESS = "0x00000961ef480eb55e80d19ad83579a64c007002"
CONSOLIDATION_ADDRESS = "0x0000bbddc7ce488642fb579f8b00f3a590007251"
"""Since Prague every block ends with a call to the last two; without code there no block is valid. A
consortium has no stakes, so its contracts stop at once and thereby ask for nothing (EIP-7685)."""

STOP = "0x00"

BLOB_SCHEDULE = {
    "cancun": {"target": 3, "max": 6, "baseFeeUpdateFraction": 3_338_477},
    "prague": {"target": 6, "max": 9, "baseFeeUpdateFraction": 5_007_716},
    "osaka": {"target": 6, "max": 9, "baseFeeUpdateFraction": 5_007_716},
}
"""Mainnet's values (EIP-7691, EIP-7918); nothing here sends blobs, but the forks want a schedule."""

FUNDING_WEI = 10**24
"""For accounts of `--fund`, on Besu versions that look for a balance although gas is free."""


class NotPossibleError(Exception):
    """The arguments do not make a network; the message says why."""


@dataclass(frozen=True, slots=True)
class Node:
    """One Besu node.

    Attributes:
        name: its folder, e.g. "validator-1".
        host: address that the others reach it at.
        key: its secp256k1 private key.
    """

    name: str
    host: str
    key: keys.PrivateKey

    @property
    def address(self) -> bytes:
        """20 bytes; a validator votes and seals under it."""
        return self.key.public_key.to_canonical_address()

    @property
    def enode(self) -> str:
        """Enode URL: 64-byte public key, host, port."""
        return f"enode://{self.key.public_key.to_bytes().hex()}@{self.host}:{P2P_PORT}"

    def files(self) -> dict[str, str]:
        """Key, public key and address as Besu's own generator lays them out."""
        return {
            f"{self.name}/key": "0x" + self.key.to_bytes().hex(),
            f"{self.name}/key.pub": "0x" + self.key.public_key.to_bytes().hex(),
            f"{self.name}/address": "0x" + self.address.hex(),
        }


def new_node(name: str, host: str) -> Node:
    """A node with a new random key."""
    return Node(name, host, keys.PrivateKey(secrets.token_bytes(32)))


def extra_data(validators: Sequence[bytes]) -> bytes:
    """Encode the genesis block's extra data: vanity, validators ascending, no vote, round 0, no seals.

    Args:
        validators: 20-byte addresses, in any order.

    Raises:
        NotPossibleError: none, or one twice.
    """
    if not validators or len(set(validators)) < len(validators):
        raise NotPossibleError("each validator has one address of its own, and there is at least one")
    encoded: bytes = rlp.encode([VANITY, sorted(validators), [], b"", []])
    return encoded


def genesis(
    validators: Sequence[bytes],
    *,
    chain_id: int = CHAIN_ID,
    block_period_s: int = BLOCK_PERIOD_S,
    gas_limit: int = GAS_LIMIT,
    funded: Sequence[str] = (),
) -> dict[str, Any]:
    """The genesis file's content.

    Args:
        validators: 20-byte addresses.
        chain_id: EIP-155.
        block_period_s: seconds between blocks, empty ones too.
        gas_limit: per block.
        funded: addresses that hold a balance from the start.
    """
    forks: dict[str, Any] = {f"{name}Block": 0 for name in BLOCK_FORKS}
    forks |= {f"{name}Time": 0 for name in TIME_FORKS}
    return {
        "config": {
            "chainId": chain_id,
            **forks,
            "zeroBaseFee": True,
            "blobSchedule": BLOB_SCHEDULE,
            "depositContractAddress": DEPOSIT_ADDRESS,
            "withdrawalRequestContractAddress": WITHDRAWAL_ADDRESS,
            "consolidationRequestContractAddress": CONSOLIDATION_ADDRESS,
            "qbft": {
                "blockperiodseconds": block_period_s,
                "epochlength": EPOCH_BLOCKS,
                "requesttimeoutseconds": ROUND_TIMEOUT_FACTOR * block_period_s,
            },
        },
        "nonce": "0x0",
        "timestamp": "0x0",
        "gasLimit": hex(gas_limit),
        "baseFeePerGas": "0x0",
        "difficulty": "0x1",
        "mixHash": QBFT_MIX_HASH,
        "coinbase": "0x" + bytes(20).hex(),
        "extraData": "0x" + extra_data(validators).hex(),
        "alloc": _alloc(funded),
    }


def permissions(nodes: Sequence[Node]) -> str:
    """permissions_config.toml: the nodes that may connect to each other."""
    entries = "".join(f'  "{node.enode}",\n' for node in nodes)
    return f"nodes-allowlist = [\n{entries}]\n"


def network_files(validators: Sequence[Node], observers: Sequence[Node], **rules: Any) -> dict[str, str]:
    """Every file of a network by its path; `rules` as for `genesis`."""
    nodes = [*validators, *observers]
    files = {
        "genesis.json": _json(genesis([node.address for node in validators], **rules)),
        "static-nodes.json": _json([node.enode for node in nodes]),
        "permissions_config.toml": permissions(nodes),
    }
    for node in nodes:
        files |= node.files()
    return files


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    options = _parser().parse_args(arguments)
    validators = _nodes("validator", options.validator or VALIDATOR_HOSTS)
    observers = _nodes("observer", options.observer or OBSERVER_HOSTS)
    try:
        files = network_files(
            validators,
            observers,
            chain_id=options.chain_id,
            block_period_s=options.block_period,
            gas_limit=options.gas_limit,
            funded=options.fund,
        )
        write_new_folder(options.out, files)
    except AlreadyThereError:
        return _fail("network.exists", f"{options.out} exists", "name another; keys are never replaced")
    except NotPossibleError as error:
        return _fail("network.not_possible", str(error), "see --help")
    _report(options.out, validators)
    return 0


def _nodes(kind: str, hosts: Sequence[str]) -> list[Node]:
    return [new_node(f"{kind}-{number}", host) for number, host in enumerate(hosts, start=1)]


def _alloc(funded: Sequence[str]) -> dict[str, dict[str, str]]:
    accounts = {_address(account): {"balance": hex(FUNDING_WEI)} for account in funded}
    system = {address[2:]: {"balance": "0x0", "code": STOP} for address in _SYSTEM_CONTRACTS}
    return accounts | system


_SYSTEM_CONTRACTS = (WITHDRAWAL_ADDRESS, CONSOLIDATION_ADDRESS)


def _address(text: str) -> str:
    digits = text.removeprefix("0x").lower()
    try:
        size = len(bytes.fromhex(digits))
    except ValueError:
        size = 0
    if size != len(bytes(20)):
        raise NotPossibleError(f"{text} is no address: 0x and 40 hex digits")
    return digits


def _json(content: Any) -> str:
    return json.dumps(content, indent=2) + "\n"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="qbft_genesis",
        description="Make the keys, genesis file and permissions of a new Besu QBFT network.",
        epilog="The defaults are those of docker-compose.yml. Every node needs genesis.json,"
        " static-nodes.json, permissions_config.toml and its own key, and no other node's.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    many = {"action": "append", "metavar": "HOST", "default": []}
    parser.add_argument("--out", type=Path, default=Path("deploy/network"), help="folder; must not exist")
    parser.add_argument("--validator", help="IP address of one validator; repeat (none: compose's)", **many)
    parser.add_argument("--observer", help="IP address of a node without a vote; repeat", **many)
    parser.add_argument("--chain-id", type=_positive, default=CHAIN_ID, help="signed by every transaction")
    parser.add_argument("--block-period", type=_positive, default=BLOCK_PERIOD_S, help="seconds")
    parser.add_argument("--gas-limit", type=_positive, default=GAS_LIMIT, help="per block")
    parser.add_argument(
        "--fund", action="append", metavar="ADDRESS", default=[], help="give an account a balance; repeat"
    )
    return parser


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be positive")
    return value


def _report(folder: Path, validators: Sequence[Node]) -> None:
    print(f"wrote {folder}: {len(validators)} validators")
    for node in validators:
        print(f"  {node.name}  0x{node.address.hex()}  {node.host}")
    if len(validators) < VALIDATORS_FOR_ONE_FAULT:
        print(f"note: fewer than {VALIDATORS_FOR_ONE_FAULT} validators: one that fails stops the chain")


def _fail(code: str, message: str, hint: str) -> int:
    print(f"error: {message} [{code}]\n  hint: {hint}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
