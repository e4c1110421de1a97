"""An index on loopback that offers, for everything in a lock, the locked version and a newer one.

The archives are made here from names alone: wheels with metadata, and, for the programs that an installation
runs, what the caller puts in. So no network is needed, and what an installer takes shows whether it follows
the lock. PEP 503 pages; every request is kept.
"""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import distribution
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Self

from packaging.utils import canonicalize_name
from packaging.version import Version


@dataclass(frozen=True, slots=True)
class FakePackage:
    """One locked package: what it is called, the locked version, and what each release requires."""

    name: str
    version: str
    requires: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def newer(self) -> str:
        """A version that every resolver prefers."""
        return f"{Version(self.version).major}.99999"

    def wheel(self, version: str) -> tuple[str, bytes]:
        """File name and content; the same bytes each time."""
        stem = f"{canonicalize_name(self.name).replace('-', '_')}-{version}"
        lines = ["Metadata-Version: 2.1", f"Name: {self.name}", f"Version: {version}"]
        lines += [f"Requires-Dist: {one}" for one in self.requires]
        lines += [f"Provides-Extra: {one}" for one in self.extras]
        tag = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        inside = {**self.files, f"{stem}.dist-info/METADATA": ("\n".join(lines) + "\n").encode()}
        inside[f"{stem}.dist-info/WHEEL"] = tag.encode()
        inside[f"{stem}.dist-info/RECORD"] = _record(inside, f"{stem}.dist-info/RECORD")
        return f"{stem}-py3-none-any.whl", _zip(inside)

    def pin(self) -> str:
        """Its lines in a lock."""
        extras = f"[{','.join(self.extras)}]" if self.extras else ""
        digest = hashlib.sha256(self.wheel(self.version)[1]).hexdigest()
        return f"{self.name}{extras}=={self.version} \\\n    --hash=sha256:{digest}\n"


def installed_program(name: str, program: str) -> dict[str, bytes]:
    """The one program of an installed package, as a wheel's scripts folder holds it."""
    found = distribution(name)
    (path,) = [file for file in found.files or () if file.name == program and "bin" in file.parts]
    return {f"{name}-{found.version}.data/scripts/{program}": Path(str(path.locate())).read_bytes()}


class PackageIndex:
    """A running index. Attributes: url; requests: paths asked for."""

    def __init__(self, packages: Sequence[FakePackage]) -> None:
        """Make the archives; nothing listens yet."""
        self._files: dict[str, dict[str, bytes]] = {}
        for package in packages:
            wheels = dict(package.wheel(version) for version in (package.version, package.newer))
            self._files[canonicalize_name(package.name)] = wheels
        self.requests: list[str] = []

    def __enter__(self) -> Self:
        index = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                index.requests.append(self.path)
                body, kind = index.answer(self.path)
                self.send_response(404 if body is None else 200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/simple/"
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str) -> tuple[bytes | None, str]:
        """Body and content type of a page or a file."""
        name, _, file = path.removeprefix("/simple/").partition("/")
        wheels = self._files.get(name, {})
        if file:
            return wheels.get(file), "application/octet-stream"
        links = "".join(
            f'<a href="{one}#sha256={hashlib.sha256(data).hexdigest()}">{one}</a>'
            for one, data in wheels.items()
        )
        return (f"<!DOCTYPE html><html><body>{links}</body></html>".encode() if wheels else None), "text/html"


def _record(files: Mapping[str, bytes], own: str) -> bytes:
    lines = []
    for name, data in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(data)}")
    return ("\n".join([*lines, f"{own},,"]) + "\n").encode()


def _zip(files: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, date_time=(2026, 1, 1, 0, 0, 0))
            entry.external_attr = (0o100755 if "/scripts/" in name else 0o100644) << 16
            archive.writestr(entry, data)
    return stream.getvalue()
