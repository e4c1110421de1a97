"""Writes the measured tables into a page, between its marks, so that nobody copies figures by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from scripts.bench._load_rows import Row, as_markdown

BEGIN, END = "<!-- measured: begin -->\n", "<!-- measured: end -->\n"


def write_tables(page: Path, rows: Sequence[Row]) -> None:
    """Put the rows where the page's marks are. Raises ValueError when it has none."""
    before, begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{page} has no marks {BEGIN.strip()} and {END.strip()}")
    page.write_text(f"{before}{BEGIN}\n{as_markdown(rows)}\n{END}{after}", encoding="utf-8")
