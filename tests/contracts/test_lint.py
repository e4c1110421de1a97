"""The linter has nothing to say about the contracts (contracts/solhint.config.js says what it may)."""

import subprocess

import pytest

from scripts.compile_contracts import CONTRACTS

pytestmark = pytest.mark.contracts


def test_solhint_finds_nothing():
    run = subprocess.run(
        ["npm", "run", "--silent", "lint"], cwd=CONTRACTS, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
