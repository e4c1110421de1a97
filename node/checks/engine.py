"""What a verification needs on this machine: models, card issuers' keys, a card reader."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from node.checks.finding import Finding, failed, not_needed, ok, warning
from node.config import Settings
from verifier.card.pcsc import list_readers
from verifier.card.trust import PURPOSES, TrustStore, load_trust_store
from verifier.errors import Unavailable
from verifier.models import DEFAULT_MODEL_ROOT, check_pack
from verifier.packs import find_pack, licence_notice

ENDS_SOON = timedelta(days=30)
"""Time to obtain and exchange a certificate."""

_NEVER_VERIFIES = "this node never verifies (engine_workers = 0)"
_ISSUERS = "Obtain the issuers' keys and put them into trust_dir (docs/operator.md, Cards)."


def models(settings: Settings) -> list[Finding]:
    """Whether the model files are there, unchanged and alone, and their limits measured."""
    if not settings.engine_workers:
        return [not_needed(_NEVER_VERIFIES)]
    root = settings.model_root or DEFAULT_MODEL_ROOT
    pack = find_pack(root, settings.model_pack)
    check_pack(root, pack)
    found = [ok(f"pack {pack.name!r}, {len(pack.files)} files with the digests that were measured")]
    if pack.match_threshold is None:
        hint = "docs/operator.md, Face models, says how to measure them."
        found.append(warning("face.no_threshold", "nobody measured the match limits of this pack", hint))
    return found


def model_licence(settings: Settings) -> list[Finding]:
    """What the licence of the models allows; `rireki serve` says it loudly by itself."""
    if not settings.engine_workers:
        return [not_needed(_NEVER_VERIFIES)]
    root = settings.model_root or DEFAULT_MODEL_ROOT
    if notice := licence_notice(root, find_pack(root, settings.model_pack)):
        return [warning("model.licence", notice, "See Licences in README.md before production.")]
    return [ok("nothing limits its use")]


def trust(settings: Settings) -> list[Finding]:
    """Which card issuers are known, and whether their certificates still hold."""
    if not settings.engine_workers:
        return [not_needed(_NEVER_VERIFIES)]
    if settings.trust_dir is None:
        return [warning("card.trust_not_set", "trust_dir is not set: no card is ever accepted", _ISSUERS)]
    store = load_trust_store(settings.trust_dir, node_environment=settings.environment)
    return list(judge_trust(store, datetime.now(UTC)))


def judge_trust(store: TrustStore, now: datetime) -> Iterator[Finding]:
    """Pure: `now` decides which certificates have ended."""
    certificates = [one for purpose in PURPOSES for one in store.authorities(purpose)]
    if not store.keys and not certificates:
        yield warning("card.trust_empty", "the trust store is empty: no card is ever accepted", _ISSUERS)
        return
    told = f"{len(store.keys)} issuer keys, {len(certificates)} certificates"
    if store.holds_test_keys:
        yield warning(
            "card.trust_test", f"{told}, test issuers among them", "Never rely on what this node says."
        )
    else:
        yield ok(told)
    for purpose in PURPOSES:
        for one in store.authorities(purpose):
            ends = one.not_valid_after_utc
            if ends < now:
                message = f"a certificate for {purpose} ended on {ends:%Y-%m-%d}"
                yield warning("card.trust_ended", message, "Obtain its successor from the issuer.")
            elif ends < now + ENDS_SOON:
                message = f"a certificate for {purpose} ends on {ends:%Y-%m-%d}"
                yield warning("card.trust_ends_soon", message, "Obtain its successor from the issuer.")


def card_reader(settings: Settings) -> list[Finding]:
    """Whether pcscd runs and has the reader. Without one, cards are read through `rireki card-relay` only."""
    if not settings.engine_workers:
        return [not_needed(_NEVER_VERIFIES)]
    relay = "or read cards through `rireki card-relay` only."
    try:
        readers = list_readers()
    except Unavailable as error:
        told = failed if settings.card_reader else warning
        return [
            told(error.code, error.message, f"{error.hint[:1].upper()}{error.hint[1:].rstrip('.')}; {relay}")
        ]
    if settings.card_reader and settings.card_reader not in readers:
        hint = f"Connect it, or name one of: {', '.join(readers) or 'none is connected'}."
        return [failed("card.no_reader", f"there is no reader named {settings.card_reader!r}", hint)]
    if not readers:
        return [warning("card.no_reader", "no card reader is connected", f"Connect one, {relay}")]
    return [ok(f"pcscd runs: {', '.join(readers)}")]
