"""Write a folder of secrets once: whole or not at all, never over an existing one.

Files are readable by all, their folder by its owner only. A container that gets one file mounted runs under a
user of its own, who must be able to read it; nobody else on this machine reaches it through the folder.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

FOLDER_MODE = 0o700
FILE_MODE = 0o644


class AlreadyThereError(Exception):
    """The folder exists; keys in use must not be replaced."""


def write_new_folder(folder: Path, files: Mapping[str, str]) -> None:
    """Create `folder` with these files (path inside it -> text).

    Raises:
        AlreadyThereError: the folder exists, whatever is in it.
    """
    if folder.exists():
        raise AlreadyThereError(str(folder))
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        _fill(draft, files)
        # Fails where another run was quicker: a folder with files is not replaced by a rename.
        draft.rename(folder)
    except OSError as error:
        shutil.rmtree(draft)
        if folder.exists():
            raise AlreadyThereError(str(folder)) from error
        raise
    except BaseException:
        shutil.rmtree(draft)
        raise


def _fill(draft: Path, files: Mapping[str, str]) -> None:
    draft.chmod(FOLDER_MODE)
    for name, text in files.items():
        path = draft / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(FILE_MODE)
