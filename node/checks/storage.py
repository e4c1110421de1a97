"""Where evidence lies and how much room is left."""

from __future__ import annotations

import os
import shutil

from node.checks.finding import Finding, failed, ok, warning
from node.config import Settings
from node.store.vault import EncryptedFiles

LOW_BYTES = 5 * 2**30
"""Warn below: at 20 MB of evidence a case, some 250 cases."""
FULL_BYTES = 2**28
"""Fail below: SQLite's log and one clip need that much (node.store.database, node.store.vault)."""


def evidence(settings: Settings) -> list[Finding]:
    """Whether a file can be written to the evidence storage, read back and removed."""
    files = EncryptedFiles(settings.evidence)
    files.remove(files.write(os.urandom(32)))
    return [ok("a file was written, read back and removed")]


def disk(settings: Settings) -> list[Finding]:
    """How much room is left where the node keeps its data."""
    folder = settings.home
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return [judge_room(shutil.disk_usage(folder).free)]


def judge_room(free: int) -> Finding:
    """Pure: bytes left."""
    told = f"{free / 2**30:.1f} GiB free under home"
    if free < FULL_BYTES:
        return failed("disk.full", told, "Make room before the node writes again.")
    if free < LOW_BYTES:
        return warning("disk.low", told, "Make room; evidence of a case may take 20 MB.")
    return ok(told)
