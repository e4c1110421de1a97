"""Fetch the type faces of the held-out specimens from the npm registry, for scripts/bench/ocr.py.

All are under the SIL Open Font License 1.1 (`LICENSE_FONT` of each package). Taken and checked as the models
are (scripts/registry_archives.py); in place and unchanged they are not fetched again. None is committed.

Usage: python -m scripts.fetch_fonts
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from scripts.registry_archives import Archive, Say, fetch
from verifier.errors import VerifierError
from verifier.models import DEFAULT_MODEL_ROOT

DEFAULT_FONT_ROOT: Final = DEFAULT_MODEL_ROOT.parent / "fonts"

FONT_DIGESTS: Final = {
    "BIZUDGothic_400Regular.ttf": "e267830408f04daf92858d89477f2df8539c05ee4fe597d13ffdcaa7565b519e",
    "BIZUDMincho_400Regular.ttf": "21717378e2af006ddf1cc899fe36c7158179b52947e4be71e3e9695eaf5f16db",
    "ShipporiMincho_400Regular.ttf": "69f89b190fc54fae4ae1cea56dfd5585acd50f8972f403667b1216a442bf8d6d",
    "ZenKakuGothicNew_400Regular.ttf": "d6f634635d95bfbdbb182cb66c51761bd91acfad0726cdba46ef44dcfde2679e",
}


def _archive(package: str, version: str, sha256: str, file: str) -> Archive:
    return Archive(
        "npm",
        f"@expo-google-fonts/{package}",
        version,
        sha256,
        members={f"package/400Regular/{file}": file},
    )


FONT_ARCHIVES: Final = (
    _archive(
        "biz-udgothic",
        "0.4.0",
        "29bad69cc7094ac4adcba3af21b903b18e85e6829a521f42591ade9891f0b99d",
        "BIZUDGothic_400Regular.ttf",
    ),
    _archive(
        "biz-udmincho",
        "0.4.0",
        "8b3ec2848ef9ccb0ec4dbbad4747ebeacf6a1b643663f0276ce86d34f9a63929",
        "BIZUDMincho_400Regular.ttf",
    ),
    _archive(
        "shippori-mincho",
        "0.4.1",
        "d00afd81ec367b5fd4d1a42d5695752c91faa1f7a5f14f3b0447814ff7af4316",
        "ShipporiMincho_400Regular.ttf",
    ),
    _archive(
        "zen-kaku-gothic-new",
        "0.4.1",
        "309d56dbfe4cd7f81725b736e18c3016fa30e7649d375d3c5e506a8e6abc419a",
        "ZenKakuGothicNew_400Regular.ttf",
    ),
)


def fetch_fonts(root: Path = DEFAULT_FONT_ROOT, *, say: Say = print) -> None:
    """Put the type faces under `root`, verified; errors as in scripts.registry_archives.fetch."""
    for archive in FONT_ARCHIVES:
        fetch(archive, root, FONT_DIGESTS, say=say)


def main() -> int:
    """Command line; returns the exit status."""
    try:
        fetch_fonts()
    except VerifierError as error:
        print(f"error: {error}; {error.hint}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
