"""The figures that must hold, out of the measured rounds."""

from __future__ import annotations

from collections.abc import Sequence

from scripts.bench._load_rows import Row
from scripts.bench._report import Metric

SLOWER_AT_MOST = 1.5
"""The median after a burst against the one before; a median of eight visits varies by about a third."""

UPLOAD_WITHIN_S = 3
"""Eight first verifications at once hold it; thirty must as well."""


def metrics_of(rows: Sequence[Row], *, quick: bool) -> list[Metric]:
    """Sums over all rounds, and ratios of rounds on one database, the worst database counting."""
    databases = sorted({row.database for row in rows})
    found = [
        Metric("load.failures", sum(row.failures.total() for row in rows), "visits", "== 0"),
        Metric("load.lost", sum(row.lost for row in rows), "visits", "== 0"),
        Metric("load.doubled", sum(row.doubled for row in rows), "visits", "== 0"),
        Metric("load.told_late", sum(row.told_late for row in rows), "visits", "== 0"),
    ]
    uploads = [row.upload_s for row in rows if row.upload_s]
    if uploads:
        found.append(Metric("load.upload_slowest_s", round(max(uploads), 2), "s", f"<= {UPLOAD_WITHIN_S}"))
    for row in rows:
        found += _of_round(row)
    for many, few in ((64, 4), (16, 4)):
        ratios = [r for name in databases if (r := _rates(rows, name, many, few)) is not None]
        if ratios:
            target = ">= 0.9" if many == 64 and not quick else None  # noqa: PLR2004  the size that counts
            same = "the same node and customers of the same run, fewer at once"
            found.append(Metric(f"load.rate_{many}_vs_{few}", min(ratios), "ratio", target, same))
    slower = [r for name in databases if (r := _after(rows, name)) is not None]
    if slower:
        limit = f"<= {SLOWER_AT_MOST}"
        found.append(Metric("load.after_vs_before", max(slower), "ratio", limit, "median alone, before"))
    return found


def _of_round(row: Row) -> list[Metric]:
    what = "_".join(row.what.replace(",", "").replace(".", "").split())
    name = f"load.{row.database.lower()}.{what}_{row.at_once}"
    return [
        Metric(f"{name}.rate", round(row.rate, 3), "visits/s"),
        *(Metric(f"{name}.p{share}", round(row.quantile(share / 100), 3), "s") for share in (50, 95, 99)),
        Metric(f"{name}.told", row.told, "visits"),
        Metric(f"{name}.cpu", round(sum(row.cpu_s) / max(1, len(row.attempts)), 3), "s CPU each"),
        Metric(f"{name}.memory", round(max(row.memory_mb)), "MB"),
    ]


def _rates(rows: Sequence[Row], database: str, many: int, few: int) -> float | None:
    rates = {row.at_once: row.rate for row in rows if (row.database, row.what) == (database, "reuse")}
    return rates[many] / rates[few] if many in rates and rates.get(few) else None


def _after(rows: Sequence[Row], database: str) -> float | None:
    medians = {row.what: row.quantile(0.5) for row in rows if row.database == database}
    before = medians.get("reuse, before")
    return medians["reuse, after"] / before if before else None
