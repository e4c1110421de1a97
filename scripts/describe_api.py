"""Write the API's description to docs/openapi.json; `--check` only compares. Needs no running node."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from node.api.app import create_app
from node.sizing import sizes

FILE = Path(__file__).resolve().parents[1] / "docs" / "openapi.json"


def description() -> str:
    """The OpenAPI document, in a form that is the same every time."""
    app = create_app(cast("Any", SimpleNamespace(sizes=sizes(0, engines=0))))
    return json.dumps(app.openapi(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> int:
    """Write or compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="compare instead of writing; exit 1 on a difference"
    )
    if not parser.parse_args().check:
        FILE.write_text(description(), encoding="utf-8")
        return 0
    if FILE.read_text(encoding="utf-8") == description():
        return 0
    sys.stderr.write("docs/openapi.json is behind the code\n  hint: python -m scripts.describe_api\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
