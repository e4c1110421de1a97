"""Where anvil lies on this machine, and the options that make it a chain with free gas on loopback.

Anvil is a development node: one producer, no consensus, keys that everybody knows. It serves trials, tests
and the demonstration, never a consortium. Spec: `anvil --help` of 1.7.1.
"""

from __future__ import annotations

import platform
import shutil
from pathlib import Path
from typing import Final

from node.errors import Unavailable

HARDFORK: Final = "osaka"
CHAIN_ID: Final = 31_337
"""anvil's default; a well-known development id."""

LOOPBACK: Final = "127.0.0.1"
STATE_EVERY_S: Final = 1
"""Seconds between two copies of the state on disk: what a power cut may cost."""

_PACKAGES = Path(__file__).resolve().parents[2] / "contracts" / "node_modules" / "@foundry-rs"
_ARCHITECTURES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


def find_anvil() -> Path:
    """The native binary of the checkout's npm package, else the one on the PATH.

    The package's own wrapper is not used: it ends before its child does.

    Raises:
        Unavailable: there is none ("chain.no_anvil").
    """
    system = platform.system().lower()
    machine = _ARCHITECTURES.get(platform.machine().lower(), platform.machine().lower())
    packaged = _PACKAGES / f"anvil-{system}-{machine}" / "bin" / "anvil"
    if packaged.is_file():
        return packaged
    if on_path := shutil.which("anvil"):
        return Path(on_path)
    raise Unavailable(
        "chain.no_anvil",
        f"anvil for {system}-{machine} is not installed",
        hint="Run scripts/setup in a checkout; elsewhere install Foundry's anvil, or name it: --anvil.",
    )


def free_gas_options(
    *, state: Path | None, accounts: int, chain_id: int = CHAIN_ID, genesis: Path | None = None
) -> list[str]:
    """Options of a chain where an account needs no balance, with the transaction gas cap of EIP-7825.

    Args:
        state: file that keeps the chain between runs; None keeps nothing.
        accounts: unlocked development accounts.
        chain_id: EIP-155.
        genesis: genesis file that decides the chain's id and first accounts instead.
    """
    options = ["--host", LOOPBACK, "--hardfork", HARDFORK]
    options += ["--chain-id", str(chain_id)] if genesis is None else ["--init", str(genesis)]
    options += ["--gas-price", "0", "--block-base-fee-per-gas", "0", "--enable-tx-gas-limit"]
    options += ["--accounts", str(accounts)]
    if state is not None:
        options += ["--state", str(state), "--state-interval", str(STATE_EVERY_S)]
    return options
