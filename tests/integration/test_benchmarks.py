"""Every benchmark runs from end to end, at a scale of seconds, and prints the figures that its page names.

The figures themselves are not judged here: a machine that runs tests is not idle.
"""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.integration, pytest.mark.pcsc, pytest.mark.timeout(900)]

ROOT = Path(__file__).resolve().parents[2]
BENCH = ROOT / "scripts" / "bench"
OUTCOMES = (0, 1)
"""Every target met, or one missed: both are a run that worked."""


@dataclass(frozen=True)
class Small:
    """A benchmark's smallest run, its pages, and a figure that each part must give."""

    options: str
    figures: tuple[str, ...]
    pages: tuple[str, ...]


SMALL = {
    "cards": Small("--quick --rounds 2", ("cards.overhead_ratio", "cards.own_ms_jpki"), ("measured/cards",)),
    "face": Small(
        "--quick --people 3 --kind other_person --clips 1 --rounds 1 --processes 1",
        ("face.eer_chip", "face.cleaner_eer", "face.attacks_accepted", "face.bpcer", "face.overhead_ratio"),
        ("measured/face", "measured/face-match"),
    ),
    "gas": Small("--quick", ("gas.attest", "gas.eas_attest", "gas.onchainid_attest"), ("contracts/gas",)),
    "ledger": Small(
        "--quick --writes 20 --waited 1 --events 300 --history 1000 --rounds 1 --searches 1",
        ("ledger.send_per_s", "ledger.catchup_rss_mb", "ledger.audit_p95_ms_postgres"),
        ("measured/ledger",),
    ),
    "ocr": Small(
        "--quick --cards 1 --level unseen_medium --documents 0 --timing-cards 1 --processes 1",
        ("ocr.b_right_unseen_medium", "ocr.b_wrong_unseen_total", "ocr.overhead_ratio"),
        ("measured/ocr", "measured/ocr-documents"),
    ),
    "photo": Small(
        "--quick --films 1 --stills 1 --kind card --kind grey_paper --processes 2",
        ("photo.grey_paper_flagged", "photo.auc_colour_grey_paper"),
        ("measured/photo-method",),
    ),
}
"""The seventh, reuse, runs the demo: tests/integration/test_demo.py lets it read its own run's report."""

IN_ITS_OWN_PROCESS = ("cards",)
"""The card client's library reads where the reader is once in a process."""


def test_every_benchmark_is_started_by_a_test() -> None:
    names = {path.stem for path in BENCH.glob("[a-z]*.py")}
    others = {"reuse", "load"}  # test_demo.py; test_load_benchmark.py where it exists
    assert names - others == set(SMALL)


@pytest.mark.parametrize("name", SMALL)
def test_a_benchmark_gives_its_figures(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    options = [*SMALL[name].options.split(), "--json"]
    report = (
        _apart(name, options) if name in IN_ITS_OWN_PROCESS else _here(name, options, monkeypatch, capsys)
    )
    assert report["not_performed"] == {}
    assert set(SMALL[name].figures) <= set(report["metrics"])


@pytest.mark.parametrize("name", [*SMALL, "reuse"])
def test_help_teaches_with_an_example_or_says_what_is_measured(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", [name, "--help"])
    with pytest.raises(SystemExit) as ended:
        importlib.import_module(f"scripts.bench.{name}").main()
    text = capsys.readouterr().out
    assert ended.value.code == 0
    assert f"python -m scripts.bench.{name}" in text
    assert "--quick" in text
    assert "--json" in text


@pytest.mark.parametrize("name", SMALL)
def test_each_page_names_the_command_and_its_quick_form(name: str) -> None:
    for page in SMALL[name].pages:
        text = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
        command = rf"python -m scripts\.bench\.{name}\b"
        assert re.search(command, text), page
        assert re.search(rf"{command}[^\n]*--quick", text), page


def test_the_limits_of_a_pack_are_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from scripts.bench import _face_match  # noqa: PLC0415

    monkeypatch.setattr(sys, "argv", ["_face_match", "--limits", "registry", "--quick", "--people", "3"])
    assert _face_match.main() == 0
    assert {"accept", "reject", "false_match", "floor", "dataset"} <= json.loads(
        capsys.readouterr().out
    ).keys()


def _here(
    name: str, options: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> dict[str, Any]:
    """In this process: the libraries are loaded already."""
    monkeypatch.setattr(sys, "argv", [name, *options])
    status = importlib.import_module(f"scripts.bench.{name}").main()
    printed = capsys.readouterr()
    assert status in OUTCOMES, printed.out + printed.err
    report: dict[str, Any] = json.loads(printed.out)
    return report


def _apart(name: str, options: list[str]) -> dict[str, Any]:
    command = [sys.executable, "-m", f"scripts.bench.{name}", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode in OUTCOMES, done.stderr[-2000:]
    report: dict[str, Any] = json.loads(done.stdout)
    return report
