"""The node's HTTP application: every router, one error shape, one OpenAPI description."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI

from node.api import audit, card_code, cases, exchange, health, records, relay, reuses, reviews
from node.api.admission import Admission
from node.api.errors import install_error_handlers
from node.api.limits import BodyLimit
from node.bootstrap import Node
from node.errors import NodeError
from node.jobs.schedule import issuer_jobs, reuse_jobs, start_jobs
from node.uploads import UploadTurns
from node.web import authorize, callback, capture, enrol, explorer, me, sign_in
from node.web import card_code as card_code_page
from node.web import reviews as review_pages
from node.web.pages import error_page, install_static

_log = logging.getLogger(__name__)

DESCRIPTION = """
Interface of one consortium member's node. `/v1` is for the member's own systems (API key),
`/exchange` for other members (keys on chain), the pages under `/` for customers.
Errors always have the shape `{"code", "detail", "hint"}`.
"""

ROUTERS = (
    health.router,
    cases.router,
    card_code.router,
    relay.router,
    records.router,
    sign_in.router,
    enrol.router,
    me.router,
    capture.router,
    card_code_page.router,
    exchange.router,
    authorize.router,
    callback.router,
    reuses.router,
    reviews.router,
    audit.router,
    explorer.router,
    review_pages.router,
)


def create_app(node: Node) -> FastAPI:
    """Assemble the application around a wired node; its jobs run while it serves."""
    app = FastAPI(title="Rireki node", version="0.1.0", description=DESCRIPTION, lifespan=_lifespan)
    app.state.node = node
    app.state.uploads = UploadTurns()
    refuse = install_error_handlers(app, page=error_page)
    app.add_middleware(Admission, places=node.sizes.requests, refuse=refuse)
    app.add_middleware(BodyLimit)
    for router in ROUTERS:
        app.include_router(router)
    install_static(app)
    return app


def _warm_up(node: Node) -> None:
    """Tell the operator at start, not the first customer, that a model is missing."""
    try:
        node.engine.warm_up()
    except NodeError as error:
        _log.error("engine not ready: %s [%s] %s", error.message, error.code, error.hint)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    node: Node = app.state.node
    current_default_thread_limiter().total_tokens = node.sizes.threads
    if node.settings.engine_workers:
        node.verifications.prepare(partial(_warm_up, node))
    node.verifications.resume()
    scheduler = start_jobs(node, (*issuer_jobs(node), *reuse_jobs(node)), at_once=node.sizes.jobs)
    try:
        yield
    finally:
        scheduler.shutdown()
        node.verifications.close()
