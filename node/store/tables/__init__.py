"""Everything the node keeps in its database, one module per subject."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules


def load_tables() -> None:
    """Import every module here, so that `SQLModel.metadata` is complete (migrations compare with it)."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
