"""Take the README's picture of the running demo: its start page in Chromium, as a small PNG.

rireki demo --serve               in one terminal
python -m scripts.demo.picture    in another: writes docs/demo.png
"""

from __future__ import annotations

import argparse
import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import ViewportSize, sync_playwright

from scripts.demo.command import PORT_BASE
from tests.browser.chromium import find_chromium

SIZE: ViewportSize = {"width": 1000, "height": 760}
COLOURS = 48
"""Enough for text on plain ground; keeps the file at a few tens of kilobytes."""


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description="Take the README's picture of the running demo.")
    parser.add_argument("--url", default=f"http://localhost:{PORT_BASE + 5}/")
    parser.add_argument("--out", type=Path, default=Path("docs/demo.png"))
    given = parser.parse_args()
    with Image.open(io.BytesIO(take(given.url))) as picture:
        picture.convert("RGB").quantize(COLOURS).save(given.out, optimize=True)
    print(f"{given.out}: {given.out.stat().st_size} bytes")


def take(url: str) -> bytes:
    """What the top of a page looks like, as PNG."""
    with sync_playwright() as driver, driver.chromium.launch(executable_path=find_chromium()) as browser:
        page = browser.new_page(viewport=SIZE, color_scheme="light", locale="ja-JP")
        page.goto(url)
        return page.screenshot()


if __name__ == "__main__":
    main()
