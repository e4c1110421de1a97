"""`rireki demo`: the main job, end to end, on this machine."""

from __future__ import annotations

import json
import logging
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from node.domain.access import Role as StaffRole
from scripts.demo import refusals
from scripts.demo.journey import Journey
from scripts.demo.persona import PHOTO_LINE, make_persona
from scripts.demo.processes import cpu_seconds, require_free
from scripts.demo.stage import PORTS, Stage, set_up
from scripts.demo.timeline import StepFailed, Timeline
from verifier.face.models import load_face_models

HOME = Path(__file__).resolve().parents[2] / ".cache" / "demo"
"""Made anew by every run; git-ignored."""

PORT_BASE = 8801

BANNER = """[bold]Rireki 履歴[/] - verify once at bank A, reuse at broker B, audited by a regulator
[dim]Everybody and everything here is 見本 (specimen): invented names, a virtual card, test keys, loopback.
{photo}[/]"""


def demo(
    serve: Annotated[bool, typer.Option("--serve", help="Leave everything running and print URLs.")] = False,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Also write the facts as JSON.")
    ] = None,
    port_base: Annotated[
        int, typer.Option(help="First of five ports in a row.", min=1024, max=65530)
    ] = PORT_BASE,
) -> None:
    """Run the main job on this machine: verification, reuse, revocation, audit, and every refusal.

    Starts a chain, a card reader with a virtual My Number card, and three nodes; prints a timeline. The
    exit status is not zero if any step or refusal is not as it must be.
    """
    logging.disable(logging.WARNING)
    console = Console(highlight=False, soft_wrap=True)
    timeline = Timeline(console, cpu_seconds)
    report = Report(timeline)
    began = time.perf_counter()
    with ExitStack() as stack:
        try:
            stage = run(timeline, report, port_base, stack)
        except StepFailed:
            sys.exit(1)
        finally:
            report.write(json_file)
        console.print(f"\n[bold green]all as it must be[/] in {time.perf_counter() - began:.0f} s\n")
        console.print(report.comparison)
        look_further(console, stage, running=serve)
        if serve:
            wait_for_interrupt(console)


@dataclass
class Report:
    """The facts of one run."""

    timeline: Timeline
    journey: Journey | None = None
    audit: dict[str, Any] | None = None

    def write(self, path: Path | None) -> None:
        """Write the JSON report, also of a run that failed half-way."""
        if path is not None:
            path.write_text(json.dumps(self.as_json(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

    def as_json(self) -> dict[str, Any]:
        """Steps, refusals, audit, comparison."""
        return {
            "steps": [step.as_json() for step in self.timeline.steps],
            "refusals": self.timeline.refusals,
            "audit": self.audit,
            "compare": self.compare,
        }

    @property
    def compare(self) -> dict[str, float] | None:
        """Processor seconds of one full verification and of one reuse, all processes together."""
        if self.journey is None or not self.journey.reuse_steps:
            return None
        verify = sum(step.cpu_seconds for step in self.journey.verify_steps)
        reuse = sum(step.cpu_seconds for step in self.journey.reuse_steps)
        return {
            "verify_cpu_s": round(verify, 3),
            "reuse_cpu_s": round(reuse, 3),
            "ratio": round(verify / reuse, 1),
        }

    @property
    def comparison(self) -> str:
        """One line for people."""
        assert self.journey is not None
        assert self.compare is not None
        verify = sum(step.seconds for step in self.journey.verify_steps)
        reuse = sum(step.seconds for step in self.journey.reuse_steps)
        cost = self.compare
        return (
            f"full verification {verify:.1f} s ({cost['verify_cpu_s']:.1f} s CPU), "
            f"reuse {reuse:.1f} s ({cost['reuse_cpu_s']:.1f} s CPU, person bound again by passkey): "
            f"{cost['ratio']:.0f} times less CPU"
        )


def run(timeline: Timeline, report: Report, port_base: int, stack: ExitStack) -> Stage:
    """Every chapter, in order."""
    require_free(range(port_base, port_base + PORTS))
    timeline.console.print(BANNER.format(photo=PHOTO_LINE))
    with timeline.waiting("loading models, making a card"):
        persona = make_persona(load_face_models())
    timeline.chapter("A consortium")
    stage = set_up(HOME, port_base, persona, timeline, stack)
    journey = report.journey = Journey(stage, persona, timeline)
    timeline.chapter("Verify at bank A")
    journey.verify()
    timeline.chapter("Reuse at broker B")
    journey.reuse()
    timeline.chapter("What must be refused")
    for case in (
        refusals.swapped_photo,
        refusals.wrong_selfie,
        refusals.altered_in_transit,
        refusals.replayed_consent,
    ):
        case(journey)
    timeline.chapter("Afterwards: bank A withdraws")
    refusals.revoked(journey)
    timeline.chapter("Time passes")
    refusals.out_of_time(journey)
    timeline.chapter("Audit")
    report.audit = journey.audit()
    return stage


def look_further(console: Console, stage: Stage, *, running: bool) -> None:
    """Where to look, and with which keys."""
    if not running:
        console.print("look further:  rireki demo --serve   leaves the nodes running and prints their URLs")
        console.print(f"               {_short(HOME)}/*/node.log   what each node said")
        return
    console.print("[bold]running[/] (end with Ctrl-C)")
    for member in stage.members:
        console.print(f"  {member.title:<10} {member.public_url}   API {member.public_url}/docs")
    console.print(f"  customer   {stage.issuer.public_url}/me")
    console.print(f"  explorer   {stage.regulator.public_url}/explorer")
    console.print(f"  chain      {stage.chain.url}")
    for member, role in (
        (stage.issuer, StaffRole.OFFICER),
        (stage.recipient, StaffRole.OFFICER),
        (stage.regulator, StaffRole.AUDITOR),
    ):
        console.print(f"  API key ({member.title}, {role.value})  {member.tokens[role][0]}")


def wait_for_interrupt(console: Console) -> None:
    """Until Ctrl-C."""
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        console.print("stopping")


def _short(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"
