"""Whether the node runs, and how fresh its view of the chain is; for load balancers and monitoring."""

from __future__ import annotations

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from pydantic import BaseModel

from node.bootstrap import Node

router = APIRouter(tags=["operation"])


class ChainHealth(BaseModel):
    """The node's view of the chain."""

    block: int
    events: int
    stale: bool


class Health(BaseModel):
    """What monitoring needs; nothing about customers."""

    environment: str
    chain: ChainHealth


_OWN_THREAD = CapacityLimiter(1)
"""So that monitoring is answered when every other thread is taken."""


@router.get("/health")
async def health(request: Request) -> Health:
    """Answers while the process runs; a stale view of the chain stops reuse, not the node."""
    return await run_sync(_health, request.app.state.node, limiter=_OWN_THREAD)


def _health(node: Node) -> Health:
    status = node.ledger.status()
    stale = status.is_stale(node.clock.now(), node.settings.chain_stale_after_s)
    return Health(
        environment=node.settings.environment,
        chain=ChainHealth(block=status.block_number, events=status.events, stale=stale),
    )
