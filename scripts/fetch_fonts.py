"""Fetch type faces of specimens from the npm registry, for scripts/bench/ocr.py: print and handwriting.

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
    "BIZUDGothic_700Bold.ttf": "4fb1b604bf6fc9fd631d60f9946b1ada1630faaf72ca9ceb2ea45b0c415293d1",
    "BIZUDMincho_400Regular.ttf": "21717378e2af006ddf1cc899fe36c7158179b52947e4be71e3e9695eaf5f16db",
    "KleeOne_400Regular.ttf": "344b54a6c74a63bd643f9b644530e7d990a8d54b23529c8663ed4ed5614de4b2",
    "MPLUS1p_500Medium.ttf": "4a43af8d3b6010f57e8e704b91fba65c3eb0c0fb1e6f0a9e8238fe5a0507b886",
    "MPLUS1p_800ExtraBold.ttf": "73d100c5976382034b198896e15bc41ebdf5be20fd17c5f711c3404ac0b4c10e",
    "ShipporiMincho_400Regular.ttf": "69f89b190fc54fae4ae1cea56dfd5585acd50f8972f403667b1216a442bf8d6d",
    "ZenKakuGothicNew_400Regular.ttf": "d6f634635d95bfbdbb182cb66c51761bd91acfad0726cdba46ef44dcfde2679e",
    "ZenKurenaido_400Regular.ttf": "89b7253fed71b11215c28f3c9b6415daded3765dd0cb417e52208db05edb96b7",
}


def _archive(package: str, version: str, sha256: str, *files: str) -> Archive:
    """A package of `@expo-google-fonts`; `files` in their folders, e.g. 400Regular/X.ttf."""
    members = {f"package/{file}": file.rpartition("/")[2] for file in files}
    return Archive("npm", f"@expo-google-fonts/{package}", version, sha256, members=members)


FONT_ARCHIVES: Final = (
    _archive(
        "biz-udgothic",
        "0.4.0",
        "29bad69cc7094ac4adcba3af21b903b18e85e6829a521f42591ade9891f0b99d",
        "400Regular/BIZUDGothic_400Regular.ttf",
        "700Bold/BIZUDGothic_700Bold.ttf",
    ),
    _archive(
        "biz-udmincho",
        "0.4.0",
        "8b3ec2848ef9ccb0ec4dbbad4747ebeacf6a1b643663f0276ce86d34f9a63929",
        "400Regular/BIZUDMincho_400Regular.ttf",
    ),
    _archive(
        "klee-one",
        "0.4.1",
        "d6ccbe88e737bf2105e39f8a0f6449d1cf7a10889b52093fa9e7e9e18e346339",
        "400Regular/KleeOne_400Regular.ttf",
    ),
    _archive(
        "m-plus-1p",
        "0.4.2",
        "755452bb112100743022e749b3d98405e885985dead28dda65b5d1e6d7f61300",
        "500Medium/MPLUS1p_500Medium.ttf",
        "800ExtraBold/MPLUS1p_800ExtraBold.ttf",
    ),
    _archive(
        "shippori-mincho",
        "0.4.1",
        "d00afd81ec367b5fd4d1a42d5695752c91faa1f7a5f14f3b0447814ff7af4316",
        "400Regular/ShipporiMincho_400Regular.ttf",
    ),
    _archive(
        "zen-kaku-gothic-new",
        "0.4.1",
        "309d56dbfe4cd7f81725b736e18c3016fa30e7649d375d3c5e506a8e6abc419a",
        "400Regular/ZenKakuGothicNew_400Regular.ttf",
    ),
    _archive(
        "zen-kurenaido",
        "0.4.1",
        "6a175ed6181dd0fa313c8e8ac26db5e1802c567672108b65ce13ce6b11908a75",
        "400Regular/ZenKurenaido_400Regular.ttf",
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
