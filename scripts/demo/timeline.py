"""What happened, step by step: measured, printed as it happens, and kept for the JSON report."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.status import Status

from node.errors import NodeError
from verifier.errors import VerifierError

NAME_WIDTH = 50
ACTOR_WIDTH = 13


class StepFailed(Exception):
    """A step did not come out as it must; the demo goes no further."""


@dataclass
class Step:
    """One line of the timeline.

    Attributes:
        name: what was done.
        actor: who did it.
        ok: whether it came out as it must.
        seconds: wall time.
        cpu_seconds: processor time of all the demo's processes together.
        code: reason code, where the step has one.
        tx: hash of the transaction it caused, where it caused one.
        note: a few words for the reader.
    """

    name: str
    actor: str
    ok: bool = False
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    code: str | None = None
    tx: str | None = None
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        """The fields that stand in the JSON report; `code` and `tx` only where there is one."""
        facts: dict[str, Any] = {
            "name": self.name,
            "actor": self.actor,
            "ok": self.ok,
            "seconds": round(self.seconds, 3),
            "cpu_seconds": round(self.cpu_seconds, 3),
        }
        facts.update({name: value for name in ("code", "tx") if (value := getattr(self, name)) is not None})
        return facts


@dataclass
class Timeline:
    """All steps and refusals of one run.

    Attributes:
        console: where lines go.
        cpu: processor seconds used so far by every process of the demo.
    """

    console: Console
    cpu: Callable[[], float]
    steps: list[Step] = field(default_factory=list)
    refusals: list[dict[str, Any]] = field(default_factory=list)
    _status: Status | None = None

    def chapter(self, title: str) -> None:
        """Print a heading."""
        self.console.print(f"\n[bold]{title}[/]")

    @contextmanager
    def step(self, name: str, actor: str) -> Iterator[Step]:
        """Measure the body as one step; it sets `code`, `tx`, `note`. An error of ours ends the demo."""
        step = Step(name, actor)
        started, cpu_before = time.perf_counter(), self.cpu()
        with self.console.status(f"{actor}: {name} ...") as status:
            self._status = status
            try:
                yield step
                step.ok = True
            except (NodeError, VerifierError) as error:
                step.code, step.note = error.code, error.message
                raise
            except StepFailed as error:
                step.note = str(error)
                raise
            finally:
                self._status = None
                step.seconds, step.cpu_seconds = time.perf_counter() - started, self.cpu() - cpu_before
                self.steps.append(step)
                self._print(step)

    def say(self, text: str) -> None:
        """A line between steps, with markup; never broken by us, the terminal wraps it."""
        self.console.print(text, highlight=False, soft_wrap=True)

    def progress(self, text: str) -> None:
        """Say what is going on inside the running step."""
        if self._status is not None:
            self._status.update(text)

    @contextmanager
    def waiting(self, text: str) -> Iterator[Callable[[str], None]]:
        """Say what goes on between two steps; not measured. Gives a function that says what goes on now."""
        with self.console.status(f"{text} ...") as status:
            yield lambda now: status.update(f"{now} ...")

    @contextmanager
    def refusal(self, case: str, actor: str, *, expected: str) -> Iterator[Step]:
        """A step that must end in the reason code `expected`; the body sets `code` to what came."""
        with self.step(f"refused: {case}", actor) as step:
            yield step
            if step.code != expected:
                raise StepFailed(f"{case}: expected {expected}, got {step.code or 'no refusal'}")
        self.refusals.append({"case": case, "code": step.code})

    def _print(self, step: Step) -> None:
        mark = "[green]✓[/]" if step.ok else "[bold red]✗[/]"
        tx = f"tx {step.tx[:10]}…" if step.tx else ""
        cost = f"{step.seconds:6.2f} s {step.cpu_seconds:6.2f} cpu"
        self.console.print(
            f" {mark} {step.name:<{NAME_WIDTH}} {step.actor:<{ACTOR_WIDTH}} {cost}",
            *(part for part in (step.code, step.note, tx) if part),
            highlight=False,
            soft_wrap=True,
        )
