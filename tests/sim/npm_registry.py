"""An npm registry on loopback that offers, for every package of a lock, the locked version and a newer one.

The archives hold a package.json and nothing else. Every request is kept.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import tarfile
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote

NEWER = "99999.0.0"


def archive(name: str, version: str) -> bytes:
    """A package as npm packs it; the same bytes each time."""
    stream, body = io.BytesIO(), json.dumps({"name": name, "version": version}).encode()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        entry = tarfile.TarInfo("package/package.json")
        entry.size = len(body)
        tar.addfile(entry, io.BytesIO(body))
    return stream.getvalue()


def integrity(data: bytes) -> str:
    """Its digest as a lock holds it."""
    return f"sha512-{base64.b64encode(hashlib.sha512(data).digest()).decode()}"


class NpmRegistry:
    """A running registry. Attributes: url; requests: paths asked for."""

    def __init__(self, versions: Mapping[str, set[str]]) -> None:
        """Take package -> locked versions; nothing listens yet."""
        self._versions = versions
        self.requests: list[str] = []

    def __enter__(self) -> Self:
        registry = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = unquote(self.path).lstrip("/")
                registry.requests.append(path)
                body = registry.answer(path)
                self.send_response(404 if body is None else 200)
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str) -> bytes | None:
        """A package's document, or one archive."""
        name, _, file = path.partition("/-/")
        if name not in self._versions:
            return None
        if file:
            return archive(name, file.removesuffix(".tgz"))
        versions = {one: self._version(name, one) for one in (*self._versions[name], NEWER)}
        return json.dumps({"name": name, "dist-tags": {"latest": NEWER}, "versions": versions}).encode()

    def _version(self, name: str, version: str) -> dict[str, Any]:
        dist = {
            "tarball": f"{self.url}{name}/-/{version}.tgz",
            "integrity": integrity(archive(name, version)),
        }
        return {"name": name, "version": version, "dist": dist}
