"""Deploy the peers that the ledger is measured against, from the artifacts their npm packages ship.

EAS and ONCHAINID are devDependencies of scripts/bench/peers and of nothing else; they are installed on first
use. Verite publishes no contracts on npm, so nothing here measures it.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from eth_abi.abi import encode

from scripts.bench._progress import say
from scripts.client_tools import find_tool, search_path
from tests.sim.anvil import Anvil
from tests.sim.ledger import Contract, deploy_code

FOLDER = Path(__file__).resolve().parent / "peers"
EAS = "@ethereum-attestation-service/eas-contracts/artifacts/contracts"
ONCHAINID = "@onchain-id/solidity/artifacts/contracts"


class PeersUnavailableError(Exception):
    """The peers' packages are not installed and cannot be; the message says what to run."""


def install() -> None:
    """Install the peers' packages unless they are there.

    Raises:
        PeersUnavailableError: no npm, or npm failed.
    """
    if (FOLDER / "node_modules" / EAS).is_dir() and (FOLDER / "node_modules" / ONCHAINID).is_dir():
        return
    npm = find_tool("npm")
    if npm is None:
        raise PeersUnavailableError("npm not found; run: scripts/setup")
    say("installing EAS and ONCHAINID from scripts/bench/peers/package-lock.json")
    run = subprocess.run(
        [npm, "ci", "--ignore-scripts"],
        cwd=FOLDER,
        env=os.environ | {"PATH": search_path()},
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        raise PeersUnavailableError(
            "packages not installed; run: npm ci --ignore-scripts --prefix scripts/bench/peers"
        )


def deploy(chain: Anvil, path: str, types: list[str], values: list[Any]) -> Contract:
    """Deploy `<path>.sol/<name>.json` of an installed package with constructor arguments."""
    name = Path(path).name
    source = FOLDER / "node_modules" / f"{path}.sol" / f"{name}.json"
    artifact = json.loads(source.read_text(encoding="utf-8"))
    creation = bytes.fromhex(artifact["bytecode"][2:]) + encode(types, values)
    return Contract(chain, deploy_code(chain, creation), artifact["abi"])
