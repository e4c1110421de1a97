"""Run this project's commands in fresh, minimal Debian and Ubuntu machines.

Usage: `python -m scripts.fresh_roots [--root NAME] [--as root|user] [--target demo|test] [--json] [--out F]`.
Builds a minimal root of each release with debootstrap (kept under .cache/roots), copies it, installs git and
make, clones this repository's HEAD into it, and runs `make demo` or `make test` there, entered in
namespaces of its own: when the command ends, everything that it started ends and every mount is gone. As a
user, the packages that set-up names as missing are installed by root first, exactly as it prints them. Takes
from this machine: mirrors (its apt sources), resolver, certificates and proxy variables. Results are written
after each run; `--out` with the same file goes on where it stopped. Needs root, debootstrap, network, 8 GB.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).resolve().parent.parent
BASES: Final = PROJECT / ".cache" / "roots"
SCRIPTS: Final = Path("/usr/share/debootstrap/scripts")
"""One for each suite; a suite younger than debootstrap is built like a forerunner."""

CHECKOUT: Final = "履歴 checkout"
"""Blanks and kanji in the path, as people have them."""

USER: Final = "kyaku"
MISSING: Final = re.compile(r"hint: Run this once: sudo (.*)")
PASSED_ON: Final = re.compile(
    r"(?i)^(https?_proxy|no_proxy|(ssl|pip|curl|requests|node|git)_.*cert.*|ssl_cert.*)$"
)

ENTER: Final = """
mount --bind "$1" "$1" && cd "$1" && shift
mount -t proc proc proc && mount --rbind /dev dev && mount -t tmpfs -o mode=1777 tmpfs tmp
pivot_root . . && umount --lazy . && cd / && exec "$@"
"""
"""Not chroot: from inside one, nobody may make a user namespace, as a user does for pcscd."""


@dataclass(frozen=True, slots=True)
class Release:
    """One release: debootstrap's suite and components, the keys that sign it, an older relative."""

    name: str
    suite: str
    components: str
    keyring: Path
    forerunner: str


_KEYS: Final = Path("/usr/share/keyrings")
RELEASES: Final = (
    Release("debian-12", "bookworm", "main", _KEYS / "debian-archive-keyring.gpg", "sid"),
    Release("debian-13", "trixie", "main", _KEYS / "debian-archive-keyring.gpg", "sid"),
    Release("ubuntu-24.04", "noble", "main,universe", _KEYS / "ubuntu-archive-keyring.gpg", "gutsy"),
)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one command in one root. `outcome`: "passed", "failed", "not performed"."""

    root: str
    identity: str
    target: str
    outcome: str
    seconds: int
    commit: str
    date: str
    last: str


class NotPerformedError(Exception):
    """A root cannot be had here; the message says why."""


def host_mirror(release: Release) -> str:
    """The first of this machine's mirrors that has the release's kind. Raises NotPerformedError."""
    command = ["apt-get", "indextargets", "--format", "$(REPO_URI)"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False)
    kind = release.name.partition("-")[0]
    for uri in listed.stdout.split():
        if uri.rstrip("/").endswith(f"/{kind}"):
            return uri.rstrip("/")
    raise NotPerformedError(f"this machine's apt has no {kind} mirror; give one with --mirror")


def base(release: Release, mirror: str | None) -> Path:
    """A minimal root, built once. Raises NotPerformedError."""
    folder = BASES / release.name
    if (folder / ".complete").exists():
        return folder
    source = mirror or host_mirror(release)
    if not release.keyring.exists():
        raise NotPerformedError(f"{release.keyring} is missing: its packages could not be checked")
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    say(f"{release.name}: building a minimal root")
    script = SCRIPTS / release.suite
    command = ["debootstrap", "--variant=minbase", f"--components={release.components}"]
    command += [
        f"--keyring={release.keyring}",
        "--include=git,make,ca-certificates",
        release.suite,
        str(folder),
    ]
    command += [source, *([] if script.exists() else [str(SCRIPTS / release.forerunner)])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotPerformedError(f"debootstrap: {(done.stdout + done.stderr).strip().splitlines()[-1]}")
    (folder / ".complete").touch()
    return folder


def furnish(root: Path) -> None:
    """Give a root what only this machine knows: resolver, certificates; a user; and this checkout's HEAD."""
    shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
    (root / "etc/hosts").write_text("127.0.0.1 localhost\n::1 localhost\n")  # an installer writes it
    certificates = Path("/usr/local/share/ca-certificates")
    if certificates.is_dir():
        shutil.copytree(certificates, root / certificates.relative_to("/"), dirs_exist_ok=True)
    # A bundle: git clones no folder that belongs to somebody else.
    _git("bundle", "create", "--quiet", str(root / "origin.bundle"), "HEAD")
    enter(
        root, "root", f"update-ca-certificates >/dev/null 2>&1; useradd --create-home {USER}"
    ).check_returncode()


def enter(
    root: Path, identity: str, script: str, log: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a shell script inside; mounts and processes end with it."""
    home = "/root" if identity == "root" else f"/home/{USER}"
    environment = {key: value for key, value in os.environ.items() if PASSED_ON.match(key)}
    environment |= {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": home}
    environment |= {"LANG": "C.UTF-8", "TERM": "dumb"}
    inside = (
        ["bash", "-c", script] if identity == "root" else ["setpriv", f"--reuid={USER}", f"--regid={USER}"]
    )
    if identity != "root":
        inside += ["--init-groups", "bash", "-c", script]
    command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--propagation", "private"]
    command += ["sh", "-c", ENTER, "sh", str(root), *inside]
    if log is None:
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    with log.open("w", encoding="utf-8") as output:
        return subprocess.run(
            command, env=environment, stdout=output, stderr=subprocess.STDOUT, text=True, check=False
        )


def run(release: Release, identity: str, target: str, *, mirror: str | None, logs: Path) -> Result:
    """One command in one fresh root."""
    commit = _git("rev-parse", "--short", "HEAD")
    log = logs / f"{release.name}-{identity}-{target}.log"
    try:
        minimal = base(release, mirror)
    except NotPerformedError as error:
        return Result(release.name, identity, target, "not performed", 0, commit, _today(), str(error)[:200])
    with tempfile.TemporaryDirectory(prefix="fresh-", dir=BASES) as folder:
        root = Path(folder) / "root"
        subprocess.run(["cp", "--archive", "--reflink=auto", str(minimal), str(root)], check=True)
        furnish(root)
        say(f"{release.name}, {identity}: make {target}, log {log}")
        began = time.monotonic()
        done = _make(root, identity, target, log)
        lines = [
            line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()
        ]
        seconds, outcome = round(time.monotonic() - began), "failed" if done.returncode else "passed"
        last = (lines or ["no output"])[-1][:200]
        return Result(release.name, identity, target, outcome, seconds, commit, _today(), last)


def _make(root: Path, identity: str, target: str, log: Path) -> subprocess.CompletedProcess[str]:
    script = f'cd && git clone -q /origin.bundle "{CHECKOUT}" && cd "{CHECKOUT}" && make {target}'
    done = enter(root, identity, script, log)
    asked = MISSING.search(log.read_text(encoding="utf-8", errors="replace"))
    if done.returncode == 0 or asked is None:
        return done
    # What an administrator does who is handed the line; apt would ask him.
    say(f"root runs what was asked for: {asked[1]}")
    as_asked = asked[1].replace("sudo ", "").replace("apt-get install", "apt-get install --yes")
    enter(root, "root", f"export DEBIAN_FRONTEND=noninteractive; {as_asked}").check_returncode()
    return enter(root, identity, f'cd && cd "{CHECKOUT}" && make {target}', log)


def _today() -> str:
    return time.strftime("%Y-%m-%d", time.gmtime())


def _git(*arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout.strip()


def table(results: Iterable[Result]) -> str:
    """Results as a Markdown table."""
    rows = ["| root | as | command | outcome | seconds | commit | date |", "|---|---|---|---|---|---|---|"]
    rows += [
        f"| {one.root} | {one.identity} | make {one.target} | {one.outcome} | {one.seconds}"
        f" | {one.commit} | {one.date} |"
        for one in results
    ]
    return "\n".join(rows)


def say(line: str) -> None:
    """Tell a step, at once."""
    print(line, file=sys.stderr, flush=True)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code: 1 when something failed."""
    parser = argparse.ArgumentParser(prog="fresh_roots", description=(__doc__ or "").splitlines()[0])
    names = [release.name for release in RELEASES]
    parser.add_argument("--root", action="append", choices=names, help="default: all")
    parser.add_argument(
        "--as", action="append", dest="identities", choices=("root", "user"), help="default: both"
    )
    parser.add_argument("--target", action="append", choices=("demo", "test"), help="default: both")
    parser.add_argument(
        "--out", type=Path, default=BASES / "results.json", help="results; what passed is kept"
    )
    parser.add_argument(
        "--mirror", action="append", metavar="ROOT=URL", help="where a root's packages come from"
    )
    parser.add_argument("--anew", action="store_true", help="run again what the results call passed")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args(arguments)
    if os.geteuid() != 0 or shutil.which("debootstrap") is None:
        print(
            "error: Fresh roots need root and debootstrap [roots.not_possible]\n"
            "  hint: Run it with sudo after apt-get install debootstrap.",
            file=sys.stderr,
        )
        return 2
    options.out.parent.mkdir(parents=True, exist_ok=True)
    known = [Result(**one) for one in json.loads(options.out.read_text())] if options.out.exists() else []
    results = {(one.root, one.identity, one.target): one for one in known}
    commit = _git("rev-parse", "--short", "HEAD")
    mirrors = dict(one.split("=", 1) for one in options.mirror or ())
    for release in RELEASES:
        for target in options.target or ("demo", "test"):
            for identity in options.identities or ("root", "user"):
                key = (release.name, identity, target)
                if options.root and release.name not in options.root:
                    continue
                old = results.get(key)
                if old and (old.outcome, old.commit) == ("passed", commit) and not options.anew:
                    continue
                results[key] = run(
                    release, identity, target, mirror=mirrors.get(release.name), logs=options.out.parent
                )
                options.out.write_text(json.dumps([asdict(one) for one in results.values()], indent=1) + "\n")
                say(f"{' '.join(key)}: {results[key].outcome}, {results[key].seconds} s: {results[key].last}")
    print(json.dumps([asdict(one) for one in results.values()]) if options.json else table(results.values()))
    return int(any(one.outcome == "failed" for one in results.values()))


if __name__ == "__main__":
    sys.exit(main())
