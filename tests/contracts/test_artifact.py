"""The committed artifact is true to its sources and has no way around the votes; how the script fails."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import compile_contracts
from scripts.client_tools import find_tool
from scripts.compile_contracts import (
    CONTRACTS,
    CompileError,
    build_artifact,
    build_input,
    compile_with_node,
    compile_with_solcx,
    select,
)
from tests.sim.ledger import ARTIFACT

pytestmark = pytest.mark.contracts

RUNTIME_BYTES_MAX = 24_576
"""EIP-170."""

WRITING = {
    "propose",
    "approve",
    "publishKeys",
    "declareCompromised",
    "anchor",
    "attest",
    "attestMany",
    "decide",
    "revoke",
}


@pytest.fixture(scope="module")
def artifact():
    return json.loads(ARTIFACT.read_text(encoding="utf-8"))


def test_the_committed_artifact_is_what_the_sources_compile_to(capsys: pytest.CaptureFixture[str]):
    assert compile_contracts.main(["--check"]) == 0, capsys.readouterr().err


def test_nothing_but_the_named_entry_points_writes(artifact):
    functions = [entry for entry in artifact["abi"] if entry["type"] == "function"]
    writing = {entry["name"] for entry in functions if entry["stateMutability"] not in ("view", "pure")}
    assert writing == WRITING
    assert not [entry for entry in artifact["abi"] if entry["type"] in ("fallback", "receive")]


def test_the_code_cannot_delegate_or_destroy_itself(artifact):
    opcodes = _opcodes(bytes.fromhex(artifact["deployedBytecode"][2:]))
    delegatecall, callcode, selfdestruct, call, create, create2 = 0xF4, 0xF2, 0xFF, 0xF1, 0xF0, 0xF5
    assert not opcodes & {delegatecall, callcode, selfdestruct, call, create, create2}


def test_the_code_fits_the_size_limit(artifact):
    assert len(artifact["deployedBytecode"]) // 2 - 1 <= RUNTIME_BYTES_MAX


def test_the_artifact_holds_no_path_of_a_machine():
    text = ARTIFACT.read_text(encoding="utf-8")
    assert str(CONTRACTS.parent) not in text


def test_check_tells_a_changed_artifact(monkeypatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    changed = tmp_path / "IdentityHistory.json"
    changed.write_text("{}", encoding="utf-8")
    monkeypatch.setattr(compile_contracts, "ARTIFACT", changed)
    monkeypatch.setattr(compile_contracts, "build_artifact", lambda _: {"abi": []})
    assert compile_contracts.main(["--check"]) == 1
    assert "differs from what the sources compile to" in capsys.readouterr().err
    changed.unlink()
    assert compile_contracts.main(["--check"]) == 1
    assert "is missing" in capsys.readouterr().err


def test_writing_and_checking_agree(monkeypatch, tmp_path: Path):
    monkeypatch.setattr(compile_contracts, "ARTIFACT", tmp_path / "IdentityHistory.json")
    monkeypatch.setattr(compile_contracts, "build_artifact", lambda _: {"abi": ["見本"]})
    assert compile_contracts.main([]) == 0
    assert compile_contracts.main(["--check"]) == 0


def test_a_missing_node_is_told_with_what_to_do(monkeypatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setattr(shutil, "which", lambda _, **_where: None)
    assert compile_contracts.main([]) == 1
    assert capsys.readouterr().err == "compile_contracts: node not found; run: scripts/setup\n"


def test_a_missing_compiler_package_is_told_with_what_to_do(monkeypatch, tmp_path: Path, capsys):
    monkeypatch.setattr(compile_contracts, "PACKAGES", tmp_path)
    assert compile_contracts.main([]) == 1
    assert "scripts/setup" in capsys.readouterr().err


def test_a_source_that_does_not_compile_is_told_with_its_place(tmp_path: Path):
    (tmp_path / "Broken.sol").write_text("pragma solidity 0.8.37; contract Broken {", encoding="utf-8")
    with pytest.raises(CompileError, match=r"src/Broken\.sol:1"):
        select(compile_with_node(build_input(tmp_path, prefix="src")), "src/Broken.sol", "Broken")


def test_an_import_that_is_not_there_is_told(tmp_path: Path):
    (tmp_path / "Lost.sol").write_text('import "@openzeppelin/contracts/Nowhere.sol";', encoding="utf-8")
    with pytest.raises(CompileError, match="ENOENT"):
        select(compile_with_node(build_input(tmp_path, prefix="src")), "src/Lost.sol", "Lost")


def test_a_crashed_compiler_is_one_line(monkeypatch):
    crashed = subprocess.CompletedProcess([], 1, stdout="", stderr="trace\nRangeError: out of memory\n")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: crashed)
    with pytest.raises(CompileError, match=r"^solc failed: RangeError: out of memory$"):
        build_artifact(compile_with_node)


def test_a_missing_solcx_is_told_with_the_extra(monkeypatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setitem(sys.modules, "solcx", None)
    assert compile_contracts.main(["--with-solcx"]) == 1
    assert "rireki[solc]" in capsys.readouterr().err


def test_a_missing_native_solc_is_told(monkeypatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setenv("SOLCX_BINARY_PATH", str(tmp_path))
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert compile_contracts.main(["--with-solcx"]) == 1
    assert "put solc 0.8.37 on the path" in capsys.readouterr().err


def test_a_native_solc_is_driven_through_solcx(monkeypatch, tmp_path: Path):
    source = 'import "@openzeppelin/contracts/utils/structs/BitMaps.sol"; contract Small {}'
    (tmp_path / "Small.sol").write_text(source, encoding="utf-8")
    by_node = compile_with_node(build_input(tmp_path, prefix="src"))
    native = native_solc(tmp_path)
    monkeypatch.setattr(shutil, "which", lambda _: str(native))
    output = compile_with_solcx(build_input(tmp_path, prefix="src"))
    assert output["contracts"]["src/Small.sol"] == by_node["contracts"]["src/Small.sol"]


def native_solc(folder: Path) -> Path:
    """A program with the native compiler's command line, around the npm compiler: natives are not on npm."""
    program = folder / "solc"
    program.write_text(
        "#!/bin/sh\n"
        'case "$1" in --version) echo "Version: 0.8.37+commit.f401782d"; exit;; esac\n'
        f'exec "{find_tool("node")}" "{CONTRACTS}/compile.mjs"\n',
        encoding="utf-8",
    )
    program.chmod(0o755)
    return program


def _opcodes(code: bytes) -> set[int]:
    """Instructions of the code, without push data and the metadata at its end."""
    metadata_bytes = int.from_bytes(code[-2:], "big") + 2
    found, position = set(), 0
    while position < len(code) - metadata_bytes:
        opcode = code[position]
        found.add(opcode)
        push1, push32 = 0x60, 0x7F
        position += opcode - push1 + 2 if push1 <= opcode <= push32 else 1
    return found
