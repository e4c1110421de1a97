"""Install the locked packages into the environment whose Python runs this. Resolves nothing.

Usage: `.venv/bin/python scripts/install_packages.py [--folder FOLDER] [--with pip]`. Takes each archive that
the locks name, checks its hash, and unpacks it: no dependency is looked up, so what was released since the
lock was written cannot matter. First requirements-build.lock by pip, then requirements.lock by uv, which is
several times as fast; where uv fails (a proxy that it cannot use, say), pip installs the same files. The
build tools are locked as well: nothing is built in isolation. At the end `pip check` must find nothing that
pyproject.toml does not leave out on purpose. Standard library only.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from scripts.client_tools import search_path
from scripts.pip_settings import offline, read_pip_config, uv_environment

BUILD_LOCK: Final = "requirements-build.lock"
LOCK: Final = "requirements.lock"
AS_LOCKED: Final = ("--no-deps", "--no-build-isolation", "--require-hashes")

_PIP: Final = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input")
_SAY_EVERY_S: Final = 10.0
_POLL_S: Final = 0.1
_MIB: Final = 1 << 20


class InstallError(Exception):
    """A step failed; what it said stands above."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.code = code
        self.hint = hint


def install(folder: Path, *, use_uv: bool = True) -> None:
    """Install both locks of a folder, and the project in it, in place.

    Raises:
        InstallError: "setup.pip" (pip could not install either lock or the project), "setup.pip_check" (what
            is installed lacks something).
    """
    build, packages = str(folder / BUILD_LOCK), str(folder / LOCK)
    environment = os.environ | {"PIP_USER": "0", "PATH": search_path()}  # there is swig, to build pyscard
    _pip(environment, "--no-deps", "--require-hashes", "-r", build)
    if not (use_uv and _uv(environment, *AS_LOCKED, "--verify-hashes", "-r", packages)):
        _pip(environment, *AS_LOCKED, "-r", packages)
    _pip(environment, "--no-deps", "--no-build-isolation", "--editable", str(folder))
    check_complete((folder / "pyproject.toml").read_text(encoding="utf-8"))


def check_complete(pyproject: str) -> None:
    """Let pip say what is missing among the installed packages. Raises InstallError: "setup.pip_check"."""
    done = subprocess.run([*_PIP, "check"], capture_output=True, text=True, check=False)
    left = unexplained(done.stdout, left_out(pyproject))
    if done.returncode and (left or not done.stdout):
        raise InstallError("setup.pip_check", "; ".join(left) or done.stderr.strip(), "Run make lock anew.")


def left_out(pyproject: str) -> frozenset[str]:
    """Names that `tool.uv.override-dependencies` keeps out of the lock, each with its reason there."""
    overrides = tomllib.loads(pyproject).get("tool", {}).get("uv", {}).get("override-dependencies", [])
    return frozenset(re.split(r"[\s;\[<>=!~]", one, maxsplit=1)[0] for one in overrides)


def unexplained(check: str, names: frozenset[str]) -> list[str]:
    """The complaints of `pip check` that are not about a package left out on purpose."""
    expected = re.compile(r"\S+ \S+ requires (\S+), which is not installed\.")
    found = [(line, expected.fullmatch(line)) for line in check.splitlines() if line.strip()]
    return [line for line, match in found if match is None or match[1] not in names]


def _pip(environment: Mapping[str, str], *arguments: str) -> None:
    if not _ran([*_PIP, "--quiet", "install", *arguments], environment):
        raise InstallError(
            "setup.pip",
            f"pip could not install {Path(arguments[-1]).name}",
            "See the lines above. Is the package index reachable? Does `pip config list` name the right one?",
        )


def _uv(environment: Mapping[str, str], *arguments: str) -> bool:
    listing = subprocess.run([*_PIP, "config", "list"], capture_output=True, text=True, check=False)
    pip = read_pip_config(listing.stdout)
    command = [str(Path(sys.executable).with_name("uv")), "pip", "install", "--quiet", *arguments]
    command += ["--python", sys.executable, *(["--no-index"] if offline(pip) else [])]
    if _ran(command, uv_environment(pip, environment)):
        return True
    _say("uv could not install them; pip installs the same files, which takes a minute or two longer")
    return False


def _ran(command: Sequence[str], environment: Mapping[str, str]) -> bool:
    """Run to the end, saying now and then how far it is; False: it failed, or cannot run here."""
    try:
        process = subprocess.Popen(command, env=environment)
    except OSError as error:
        _say(f"{Path(command[0]).name}: {error.strerror}")
        return False
    began, said = time.monotonic(), time.monotonic()
    with process:
        while process.poll() is None:
            time.sleep(_POLL_S)
            if time.monotonic() - said > _SAY_EVERY_S:
                said = time.monotonic()
                _say(f"{said - began:.0f} s, {_written_mib(process.pid)} MiB unpacked so far")
    return process.returncode == 0


def _written_mib(process: int) -> int:
    """How much a process has written; 0 where the kernel does not count."""
    try:
        counted = Path(f"/proc/{process}/io").read_text(encoding="ascii")
    except OSError:
        return 0
    return int(dict(line.split(": ") for line in counted.splitlines()).get("wchar", "0")) // _MIB


def _say(line: str) -> None:
    print(f"   {line}", flush=True)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="install_packages", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folder", type=Path, default=Path(), help="where the locks and pyproject.toml lie")
    parser.add_argument("--with", choices=("uv", "pip"), default="uv", dest="installer", help="default: uv")
    options = parser.parse_args(arguments)
    try:
        install(options.folder.resolve(), use_uv=options.installer == "uv")
    except InstallError as error:
        print(f"error: {error} [{error.code}]\n  hint: {error.hint}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
