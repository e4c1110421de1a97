"""Several uploaded files as one blob for the vault: an uncompressed ZIP archive with a manifest.

Images are compressed already. Knows nothing of what the files are.
"""

from __future__ import annotations

import json
import zipfile
from io import BytesIO

from node.domain.canonical import canonical_bytes
from node.domain.evidence import ClipFiles
from node.domain.signals import signals_from
from node.errors import Corrupt, InvalidInput

_TIMES = "timestamps_ms.json"
_ANSWERED = "challenge.jws"
_SIGNALS = "signals.json"


def pack_images(images: tuple[bytes, ...]) -> bytes:
    """One blob of images, in order."""
    return _pack(images, {})


def unpack_images(blob: bytes) -> tuple[bytes, ...]:
    """What `pack_images` packed."""
    return _unpack(blob)[0]


def pack_clip(clip: ClipFiles) -> bytes:
    """One blob of a clip's frames, timestamps, signed challenge and the page's own account."""
    others = {_TIMES: json.dumps(clip.timestamps_ms).encode(), _ANSWERED: clip.token.encode()}
    if clip.signals is not None:
        others[_SIGNALS] = canonical_bytes(clip.signals.to_json())
    return _pack(clip.frames, others)


def unpack_clip(blob: bytes) -> ClipFiles:
    """What `pack_clip` packed. Raises Corrupt ("bundle.corrupt")."""
    frames, archive = _unpack(blob)
    try:
        times = tuple(json.loads(archive.read(_TIMES)))
        present = set(archive.namelist())
        token = archive.read(_ANSWERED).decode() if _ANSWERED in present else ""
        signals = json.loads(archive.read(_SIGNALS)) if _SIGNALS in present else None
        return ClipFiles(frames, times, token, None if signals is None else signals_from(signals))
    except (KeyError, ValueError, InvalidInput) as error:
        raise Corrupt("bundle.corrupt", "a stored clip cannot be read") from error


def _pack(images: tuple[bytes, ...], others: dict[str, bytes]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for number, image in enumerate(images):
            archive.writestr(f"{number:04d}", image)
        for name, data in others.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def _unpack(blob: bytes) -> tuple[tuple[bytes, ...], zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(BytesIO(blob))
        numbered = sorted(name for name in archive.namelist() if name.isdigit())
        return tuple(archive.read(name) for name in numbered), archive
    except zipfile.BadZipFile as error:
        raise Corrupt("bundle.corrupt", "stored evidence cannot be read") from error
