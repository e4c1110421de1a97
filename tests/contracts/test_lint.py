"""The linter has nothing to say about the contracts (contracts/solhint.config.js says what it may)."""

import os
import subprocess

import pytest

from scripts.client_tools import find_tool, search_path
from scripts.compile_contracts import CONTRACTS

pytestmark = pytest.mark.contracts


def test_solhint_finds_nothing():
    npm = find_tool("npm")
    assert npm is not None
    run = subprocess.run(
        [npm, "run", "--silent", "lint"],
        cwd=CONTRACTS,
        env=os.environ | {"PATH": search_path()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
