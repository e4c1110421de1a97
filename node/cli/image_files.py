"""Image files that a user names on the command line, read within the engine's own limit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from verifier.errors import InvalidInput

if TYPE_CHECKING:
    from verifier.types import Image

MAX_FILE_BYTES: Final = 20 << 20
"""The engine's own limit on an image file (verifier.image); checked before the file is read."""


def read_image(path: Path, *, unreadable: str) -> Image:
    """Decode one image file; large ones are reduced.

    Args:
        path: as the user wrote it.
        unreadable: code of the command's error for a file that cannot be read.

    Raises:
        InvalidInput: `unreadable`, or a code of `verifier.image.decode_photograph`.
    """
    # Here and not above: numpy and OpenCV take half a second, and every command would wait.
    from verifier.image import decode_photograph  # noqa: PLC0415

    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise InvalidInput("image.too_many_bytes", f"{path.name} is too large", hint="send at most 20 MB")
        data = path.read_bytes()
    except OSError as error:
        raise InvalidInput(
            unreadable, f"{path.name} cannot be read", hint="check the path and its permissions"
        ) from error
    try:
        return decode_photograph(data)
    except InvalidInput as error:
        raise InvalidInput(error.code, f"{path.name}: {error.message}", hint=error.hint) from error
