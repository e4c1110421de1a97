"""Whether the node runs, and how fresh its view of the chain is; for load balancers and monitoring."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from node.api.auth import NodeDep

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


@router.get("/health")
def health(node: NodeDep) -> Health:
    """Answers while the process runs; a stale view of the chain stops reuse, not the node."""
    status = node.ledger.status()
    stale = status.is_stale(node.clock.now(), node.settings.chain_stale_after_s)
    return Health(
        environment=node.settings.environment,
        chain=ChainHealth(block=status.block_number, events=status.events, stale=stale),
    )
