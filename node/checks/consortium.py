"""This member and the others, as the chain and the node's index of it have them."""

from __future__ import annotations

import ssl
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import httpx

from node.bootstrap import build_signer
from node.checks.chain import open_views
from node.checks.database import read_database
from node.checks.finding import Finding, failed, not_needed, not_performed, ok, warning
from node.config import Settings
from node.domain.events import KeySet, Status
from node.errors import Unavailable
from node.exchange.keys import MemberKeys, load_keys
from node.store.ledger import LedgerView

PEER_TIMEOUT_S = 5.0
PEERS_AT_ONCE = 8
_INDEX = "Bring the index level: rireki chain status (or serve)."


def membership(settings: Settings) -> list[Finding]:
    """Whether the account is an active member, and the published keys are the ones on disk."""
    views, account = open_views(settings), build_signer(settings).address
    try:
        views.require_chain(settings.chain_id)
        member_id = views.member_id_of(account)
        status = views.member_status(member_id) if member_id else Status.NONE
    except Unavailable as error:
        return [not_performed(error.code, error.message, error.hint)]
    if not member_id:
        hint = f"Let a member propose it: rireki chain admit {account} NAME."
        return [failed("member.not_admitted", "the chain account is not a member", hint)]
    if status is not Status.ACTIVE:
        hint = "The consortium decides: rireki chain reinstate."
        return [failed("member.not_active", f"member {member_id} is {status.name.lower()}", hint)]
    return [ok(f"member {member_id}, active"), *_published(settings, member_id)]


def _published(settings: Settings, member_id: int) -> list[Finding]:
    try:
        with read_database(settings) as session:
            ledger = LedgerView(session)
            known = any(member.member_id == member_id for member in ledger.members())
            published = ledger.keys(member_id) if known else []
    except Unavailable as error:
        return [not_performed(error.code, f"published keys: {error.message}", _INDEX)]
    if not known:
        return [not_performed("member.not_indexed", "the node's index does not know this member yet", _INDEX)]
    return judge_keys(load_keys(settings.keys), settings.public_url, [one.keys for one in published])


def judge_keys(keys: MemberKeys, public_url: str, published: Sequence[KeySet]) -> list[Finding]:
    """Compare what is on disk with what was published last. Pure."""
    publish = "rireki chain publish-keys LICENCE SUPERVISOR"
    if not published:
        return [failed("keys.not_published", "this member has published no keys", f"Run: {publish}.")]
    last = published[-1]
    if (last.record_key, last.transfer_key) != (keys.record_public, keys.transfer.public_bytes):
        hint = f"Restore the keys folder, or publish the new keys: {publish}."
        return [failed("keys.differ", "the published keys are not the ones on disk", hint)]
    if last.endpoint != public_url:
        message = f"others know this member at {last.endpoint}"
        return [failed("keys.other_endpoint", message, f"Correct public_url, or publish anew: {publish}.")]
    return [ok("the published keys and endpoint are those of this node")]


def peers(settings: Settings) -> list[Finding]:
    """Whether the other members' nodes answer at the endpoints that they published."""
    account = build_signer(settings).address.lower()
    try:
        with read_database(settings) as session:
            ledger = LedgerView(session)
            members = [one for one in ledger.members() if one.status is Status.ACTIVE]
            others = [one for one in members if one.signer.lower() != account]
            known = [(one.name, ledger.keys_at(one.member_id, int(time.time()))) for one in others]
    except Unavailable as error:
        return [not_performed(error.code, error.message, _INDEX)]
    endpoints = [(name, keys.keys.endpoint) for name, keys in known if keys is not None]
    if not members:
        return [not_performed("member.not_indexed", "the node's index knows no member yet", _INDEX)]
    if not endpoints:
        return [not_needed("no other active member has published keys")]
    with ThreadPoolExecutor(min(PEERS_AT_ONCE, len(endpoints))) as workers:
        return list(
            workers.map(lambda one: _peer(*one, production=settings.environment == "production"), endpoints)
        )


def _peer(name: str, endpoint: str, *, production: bool) -> Finding:
    if production and not endpoint.startswith("https://"):
        return warning("peer.not_encrypted", f"{name}: {endpoint} is not https", "Tell that member.")
    try:
        answer = httpx.get(f"{endpoint}/health", timeout=PEER_TIMEOUT_S, trust_env=False)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        if _is_tls(error):
            hint = "Tell that member: its certificate is not one that this machine trusts."
            return warning("peer.tls", f"{name}: no trusted TLS at {endpoint}", hint)
        hint = "Its node may be down; reuse with it waits. Check the network between you."
        return warning(
            "peer.unreachable", f"{name}: {endpoint} does not answer ({type(error).__name__})", hint
        )
    if not answer.is_success:
        message = f"{name}: {endpoint} answers with status {answer.status_code}"
        return warning(
            "peer.malformed", message, "Something else than a node answers there; tell that member."
        )
    return ok(f"{name}: {endpoint} answers")


def _is_tls(error: Exception) -> bool:
    reasons: list[BaseException] = [error]
    while (cause := reasons[-1].__cause__ or reasons[-1].__context__) is not None and cause not in reasons:
        reasons.append(cause)
    return any(isinstance(reason, ssl.SSLError) for reason in reasons)
