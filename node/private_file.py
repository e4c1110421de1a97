"""Write a file that only its owner can read, and never over another."""

from __future__ import annotations

import os
from pathlib import Path

from node.errors import InvalidInput, Unavailable

MODE = 0o600


def write_private(path: Path, text: str) -> None:
    """Write a new UTF-8 file, mode 0600, and bring it to the disk.

    Raises:
        InvalidInput: the file is there already ("file.exists"); it is left alone.
        Unavailable: it cannot be written ("file.not_written").
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError as error:
        hint = "Nothing is ever overwritten: move it away, or name another."
        raise InvalidInput("file.exists", f"{path} exists already", hint=hint) from error
    except OSError as error:
        hint = "Check the folder, its permissions and the disk."
        raise Unavailable("file.not_written", f"cannot write {path}: {error.strerror}", hint=hint) from error
