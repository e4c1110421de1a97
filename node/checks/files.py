"""Settings and secrets as files: complete, and readable by their owner alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from node.bootstrap import require_complete
from node.checks.finding import Finding, ok, refused, warning
from node.config import SECRETS_FROM_FILES, Settings
from node.errors import InvalidInput

_OTHERS_BITS = 0o077


def settings_complete(settings: Settings) -> list[Finding]:
    """What a whole node needs beyond a sound settings file."""
    try:
        require_complete(settings)
    except InvalidInput as error:
        return [refused(error)]
    return [ok(f"complete; environment {settings.environment}")]


def secrets_private(settings: Settings) -> list[Finding]:
    """Whether others on this machine may read the files with passwords."""
    exposed = [
        path for path in _secret_files(settings) if path.exists() and path.stat().st_mode & _OTHERS_BITS
    ]
    if not exposed:
        return [ok("no secret file can be read by others")]
    return [
        warning(
            "config.secret_exposed",
            f"others may read {path}",
            f"chmod 600 {path}, or mount it for the node alone.",
        )
        for path in exposed
    ]


def _secret_files(settings: Settings) -> Iterator[Path]:
    yield settings.keystore
    for name in SECRETS_FROM_FILES:
        if path := getattr(settings, f"{name}_file"):
            yield path
