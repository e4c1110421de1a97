"""`rireki demo`: the main job, end to end, on this machine."""

from __future__ import annotations

import json
import logging
import signal
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from scripts.demo import refusals
from scripts.demo.doors import doors_text
from scripts.demo.journey import Journey
from scripts.demo.lifetime import lifetime
from scripts.demo.persona import PHOTO_LINE, make_persona
from scripts.demo.processes import cpu_seconds, require_free
from scripts.demo.serving import start_page
from scripts.demo.stage import PORTS, set_up
from scripts.demo.timeline import StepFailed, Timeline
from verifier.face.models import load_face_models

HOME = Path(__file__).resolve().parents[2] / ".cache" / "demo"
"""Git-ignored. A folder in it for each first port, made anew by every run: runs side by side do not meet."""

PORT_BASE = 8801

LOOK_FURTHER = """look further:  rireki demo --serve   leaves all running: be the customer yourself
               .cache/demo/*/*/node.log   what each node said"""

STAYS_IN_2026 = """   [dim]Chain time stays in 2026, so that both methods can be tried. Left out: too_old and
   method_not_allowed, which need April 2027 (--after-reform shows them).[/]"""

BANNER = """[bold]Rireki 履歴[/] - verify once at bank A, reuse at broker B, audited by a regulator
[dim]Everybody and everything here is 見本 (specimen): invented names, a virtual card, test keys, loopback.
{photo}[/]"""


def demo(
    serve: Annotated[
        bool, typer.Option("--serve", help="Leave everything running; a start page shows every door.")
    ] = False,
    after_reform: Annotated[
        bool,
        typer.Option(
            "--after-reform",
            help="With --serve: let chain time pass to 2027-04-01, where the method by photographs ends.",
        ),
    ] = False,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Also write the facts as JSON.")
    ] = None,
    port_base: Annotated[
        int, typer.Option(help="First of six ports in a row.", min=1024, max=65530)
    ] = PORT_BASE,
) -> None:
    """Run the main job on this machine: verification, reuse, revocation, audit, and every refusal.

    Starts a chain, a card reader with a virtual My Number card, and three nodes; prints a timeline. The
    exit status is not zero if any step or refusal is not as it must be. Whatever ends it, everything that it
    started ends with it.
    """
    logging.disable(logging.WARNING)
    console = Console(highlight=False, soft_wrap=True)
    timeline = Timeline(console, cpu_seconds)
    report = Report(timeline)
    began = time.perf_counter()
    with lifetime(), ExitStack() as stack:
        try:
            journey = run(timeline, report, port_base, stack, moves_time=after_reform or not serve)
        except StepFailed:
            sys.exit(1)
        finally:
            report.write(json_file)
        console.print(f"\n[bold green]all as it must be[/] in {time.perf_counter() - began:.0f} s\n")
        console.print(report.comparison)
        if not serve:
            console.print(LOOK_FURTHER)
            return
        console.print(
            doors_text(journey.stage, stack.enter_context(start_page(journey.stage, journey.persona)))
        )
        while True:
            signal.pause()


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


def run(timeline: Timeline, report: Report, port_base: int, stack: ExitStack, *, moves_time: bool) -> Journey:
    """Every chapter, in order; time passes last but one, because a chain's time cannot go back."""
    require_free(range(port_base, port_base + PORTS))
    timeline.console.print(BANNER.format(photo=PHOTO_LINE))
    with timeline.waiting("loading models, making a card"):
        persona = make_persona(load_face_models())
    timeline.chapter("A consortium")
    stage = set_up(HOME / str(port_base), port_base, persona, timeline, stack)
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
    timeline.chapter("Time passes" if moves_time else "Verify by photographs")
    if moves_time:
        refusals.out_of_time(journey)
    else:
        refusals.photographs_wait(journey)
        timeline.say(STAYS_IN_2026)
    timeline.chapter("Audit")
    report.audit = journey.audit()
    return journey
