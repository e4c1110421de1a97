"""Carry out the Dockerfile's steps in a plain folder, where there is no container engine.

Usage: `python -m scripts.dockerfile_dry_run [--keep FOLDER]`. Each stage gets a folder as its root: COPY
copies, with .dockerignore obeyed; pip and python steps run as they stand, with the stage's absolute paths put
under that folder; `apt-get install` is only simulated; steps that would change this machine's users or
package lists are left out and said so. At the end the copied node answers `--help` with the packages just
installed, and every shared library that those link against lies in a package of the image. Takes about two
minutes and downloads the packages. Proves no container: no base image, no user.
Spec: Dockerfile reference (FROM, COPY, RUN, WORKDIR); .dockerignore rules as this project uses them.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from scripts.shared_libraries import linked_packages, with_dependencies

PROJECT = Path(__file__).resolve().parent.parent
DOCKERFILE = PROJECT / "Dockerfile"

LEFT_OUT = ("apt-get update", "rm -rf /var/lib/apt", "groupadd", "useradd", "install -d -o")
"""Beginnings of commands that belong to the image only."""

IMAGE_PATHS = re.compile(r"(?<![\w.-])/(opt|build)(?=/|\b)")
"""Absolute paths of the image in a command; everything else absolute is the machine's."""


class StepFailedError(Exception):
    """A step does not work; the message names it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction of the Dockerfile, its continuation lines joined."""

    stage: str
    keyword: str
    text: str

    @property
    def copied(self) -> tuple[str | None, list[str], str]:
        """Of a COPY: stage it copies from (None = this project), sources, destination."""
        words = self.text.split()
        stage = next((word.removeprefix("--from=") for word in words if word.startswith("--from=")), None)
        *sources, destination = [word for word in words if not word.startswith("--")]
        return stage, sources, destination

    @property
    def commands(self) -> list[str]:
        """Of a RUN: what it does, one after the other."""
        return [part.strip() for part in self.text.split("&&")]

    @property
    def debian_packages(self) -> list[str]:
        """The packages that a RUN installs; none of other instructions."""
        installs = [shlex.split(one) for one in self.commands if one.startswith("apt-get install")]
        return [word for words in installs for word in words[2:] if not word.startswith("-")]


def read_dockerfile(text: str) -> list[Step]:
    """Instructions in order; a stage without a name has its number."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    steps: list[Step] = []
    stage, stages = "", 0
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        keyword, _, rest = line.strip().partition(" ")
        if keyword == "FROM":
            _, _, name = rest.partition(" AS ")
            stage, stages = name or str(stages), stages + 1
        steps.append(Step(stage, keyword, " ".join(rest.split())))
    return steps


def is_sent(path: str, rules: Sequence[str]) -> bool:
    """Whether .dockerignore lets a path of the project into the build; the last rule that fits decides."""
    sent = True
    for rule in rules:
        pattern = rule.removeprefix("!")
        if _fits(path, pattern):
            sent = rule.startswith("!")
    return sent


def ignore_rules() -> list[str]:
    """The lines of .dockerignore that are rules."""
    lines = (PROJECT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


class DryRun:
    """Stages as folders under one root."""

    def __init__(self, root: Path) -> None:
        """Take an existing folder."""
        self._root = root
        self._folder = dict[str, str]()
        self._rules = ignore_rules()

    def path(self, stage: str, place: str) -> Path:
        """Where an absolute or relative path of a stage lies on this machine."""
        return self._root / stage / (Path(self._folder.get(stage, "/")) / place).as_posix().lstrip("/")

    def take(self, step: Step) -> None:
        """Carry out one step. Raises StepFailedError."""
        if step.keyword == "WORKDIR":
            self._folder[step.stage] = step.text
            self.path(step.stage, "").mkdir(parents=True, exist_ok=True)
        elif step.keyword == "COPY":
            self.copy(step)
        elif step.keyword == "RUN":
            for command in step.commands:
                self._run(step.stage, command)

    def copy(self, step: Step) -> None:
        """Carry out a COPY. Raises StepFailedError: a source is not there or is not sent."""
        stage, sources, destination = step.copied
        into = self.path(step.stage, destination)
        for source in sources:
            origin = self.path(stage, source) if stage else PROJECT / source
            target = into / origin.name if destination.endswith("/") else into
            if not origin.exists() or (stage is None and not any(self._sent_files(origin))):
                raise StepFailedError(f"COPY {source}: not there, or kept out by .dockerignore")
            if stage:
                shutil.copytree(origin, target, symlinks=True, dirs_exist_ok=True)
                continue
            for file in self._sent_files(origin):
                place = target / file.relative_to(origin) if origin.is_dir() else target
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(file, place)

    def _sent_files(self, origin: Path) -> Iterator[Path]:
        files = origin.rglob("*") if origin.is_dir() else [origin]
        for file in files:
            if file.is_file() and is_sent(file.relative_to(PROJECT).as_posix(), self._rules):
                yield file

    def _run(self, stage: str, command: str) -> None:
        if command.startswith(LEFT_OUT):
            print(f"   left out: {command}")
            return
        if command.startswith("apt-get install"):
            command = command.replace("install", "install --simulate --quiet", 1)
        command = IMAGE_PATHS.sub(lambda found: f"{self._root / stage}{found[0]}", command)
        print(f"   {command.replace(str(self._root), '...')}")
        folder = self.path(stage, "")
        folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            ["bash", "-c", command], cwd=folder, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise StepFailedError(f"{command}\n{done.stdout[-500:]}{done.stderr[-1500:]}")

    def start(self, stage: str, python: str) -> None:
        """Let the copied node answer `--help`. Raises StepFailedError."""
        environment = {
            key: value for key, value in os.environ.items() if not key.startswith(("RIREKI_", "PYTHON"))
        }
        done = subprocess.run(
            [python, "-m", "node.cli", "--help"],
            cwd=self.path(stage, ""),
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode or "serve" not in done.stdout:
            raise StepFailedError(f"python -m node.cli --help\n{done.stderr[-1500:]}")


def missing_packages(venv: Path, steps: Sequence[Step]) -> set[str]:
    """Debian packages that a folder's libraries link against and the last stage does not install."""
    final = steps[-1].stage
    named = {package for step in steps if step.stage == final for package in step.debian_packages}
    return linked_packages(venv) - with_dependencies(sorted(named))


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="dockerfile_dry_run", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--keep", type=Path, help="work in this new folder and leave it")
    keep = parser.parse_args(arguments).keep
    root = keep or Path(tempfile.mkdtemp(prefix="rireki-image-"))
    root.mkdir(parents=True, exist_ok=True)
    try:
        _carry_out(root.resolve())
    except StepFailedError as error:
        print(f"error: a step of the Dockerfile fails [image.step_failed]\n{error}", file=sys.stderr)
        return 1
    finally:
        if keep is None:
            shutil.rmtree(root)
    print("every step that needs no engine works")
    return 0


def _carry_out(root: Path) -> None:
    run, steps = DryRun(root), read_dockerfile(DOCKERFILE.read_text(encoding="utf-8"))
    for step in steps:
        print(f"{step.stage}: {step.keyword} {step.text[:90]}")
        run.take(step)
    final = steps[-1].stage
    # A copied venv still begins its scripts with the first stage's path; the interpreter itself does not.
    run.start(final, str(run.path(final, "/opt/venv/bin/python")))
    missing = missing_packages(run.path(final, "/opt/venv"), steps)
    if missing:
        raise StepFailedError(f"libraries that no installed package holds: {sorted(missing)}")


def _fits(path: str, pattern: str) -> bool:
    if pattern == "*":
        return True
    if pattern.startswith("**/"):
        return pattern[3:] in path.split("/")
    return path == pattern or path.startswith(f"{pattern}/") or fnmatch(path, pattern)


if __name__ == "__main__":
    sys.exit(main())
