"""Write the tables of docs/measured/faults.md from what fault runs recorded.

RIREKI_FAULTS_RECORD=runs.jsonl make soak
python -m scripts.faults_report runs.jsonl
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parents[1] / "docs" / "measured" / "faults.md"
KINDS = ("bad line", "ledger kills", "forks", "use case kills")
"""In the order of the table."""

BY_ITSELF = {
    "AnchorPending": "the job",
    "AnswerDisclosure": "the calling member",
    "AuthenticateMember": "the calling member",
    "DecideReuse": "the job, or the customer's page",
    "DeliverOpenings": "the job",
    "FetchTransfer": "the job, or the customer's page",
    "FollowRelease": "the customer's page, or the job",
    "ForgetExpired": "the job",
    "OpenReviews": "the job",
    "PushRequest": "the calling member",
    "ReceiveOpening": "the calling member",
    "RedeemCode": "the calling member",
    "ResumeCases": "the next start",
    "ResumeReuses": "the job",
    "RunVerification": "the next start reopens the case",
    "SettleDecision": "the job, or the customer's page",
    "SettleReleases": "the job",
}
"""Use case -> who goes on after a death; elsewhere the same request is sent again."""


def main() -> None:
    """Read the runs, put the tables between their marks."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("runs", type=Path, help="JSON lines, one per run")
    runs = [json.loads(line) for line in parser.parse_args().runs.read_text().splitlines()]
    page = _between("runs", run_table(runs), PAGE.read_text())
    PAGE.write_text(_between("points", point_table(runs), page))


def _between(mark: str, table: str, page: str) -> str:
    return re.sub(
        f"(?s)(<!-- {mark} -->\n).*(<!-- /{mark} -->)", lambda found: found[1] + table + found[2], page
    )


def run_table(runs: list[dict[str, Any]]) -> str:
    """A line per run; fork runs, which are short, together."""
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for number, run in enumerate(runs):
        own = None if run["kind"] == "forks" else number
        groups.setdefault((KINDS.index(run["kind"]), run["database"], own), []).append(run)
    lines = [_run_line(groups[key]) for key in sorted(groups, key=str)]
    return (
        "| run | database | begun (UTC) | operations | faults | s |\n|---|---|---|---|---|---|\n"
        + "".join(lines)
    )


def _run_line(runs: list[dict[str, Any]]) -> str:
    faults: Counter[str] = Counter()
    for run in runs:
        faults.update(run["faults"])
    first = min(runs, key=lambda run: str(run["at"]))
    cells = [
        f"{len(runs)} runs of {first['kind']}" if len(runs) > 1 else first["kind"],
        first["database"],
        first["at"],
        f"{sum(run['operations'] for run in runs):,}",
        ", ".join(f"{name} {count:,}" for name, count in sorted(faults.items())),
        f"{sum(run['seconds'] for run in runs):,.0f}",
    ]
    return f"| {' | '.join(cells)} |\n"


def point_table(runs: list[dict[str, Any]]) -> str:
    """A line per use case, job or command: who went on, and where its nodes were killed."""
    by_scope: dict[str, set[str]] = {}
    for run in runs:
        for label in run["points"] if run["kind"] == "use case kills" else ():
            scope, _, point = label.partition(": ")
            by_scope.setdefault(scope, set()).add(point)
    lines = [
        f"| {scope} | {_who_goes_on(scope)} | {'; '.join(sorted(by_scope[scope]))} |\n"
        for scope in sorted(by_scope)
    ]
    return "| use case, job or command | who goes on | points |\n|---|---|---|\n" + "".join(lines)


def _who_goes_on(scope: str) -> str:
    if scope.startswith("job "):
        return "the job"
    if scope.startswith("rireki "):
        return "the same command again"
    return BY_ITSELF.get(scope, "the same request again")


if __name__ == "__main__":
    main()
