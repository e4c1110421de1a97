"""`/v1/cases/{case_id}/relay`: a card reader on another computer, for one case."""

from __future__ import annotations

from contextlib import suppress

from fastapi import APIRouter, WebSocket, WebSocketDisconnect, status
from pydantic import BaseModel, Field

from node.api.auth import NodeDep, StaffKey
from node.bootstrap import Node
from node.domain.case import CaseState
from node.errors import InvalidInput
from node.relay.tickets import CONNECT_WITHIN_S, LIFE_S

router = APIRouter(prefix="/v1/cases", tags=["cases"])

_BEARER = "Bearer "


class TicketView(BaseModel):
    """What the relay needs."""

    url: str = Field(description="For `rireki card-relay URL`.")
    ticket: str = Field(description="Good for one connection; give it to the relay only.")
    connect_within_s: int
    life_s: int = Field(description="The relay is disconnected this long after the ticket was issued.")


@router.post("/{case_id}/relay-ticket", status_code=201)
def issue_ticket(case_id: str, _key: StaffKey, node: NodeDep) -> TicketView:
    """Let a distant reader serve this case; until the ticket ends the node's own reader does not."""
    with node.snapshot() as unit:
        unit.cases.get(case_id).require(CaseState.OPEN)
    ticket = node.engine.relays.issue(case_id)
    address = "ws" + node.settings.public_url.removeprefix("http")
    return TicketView(
        url=f"{address}/v1/cases/{case_id}/relay",
        ticket=ticket,
        connect_within_s=CONNECT_WITHIN_S,
        life_s=LIFE_S,
    )


@router.websocket("/{case_id}/relay")
async def relay(socket: WebSocket, case_id: str) -> None:
    """Hold a relay's connection; a wrong ticket is refused before the handshake (403)."""
    node: Node = socket.app.state.node
    credentials = socket.headers.get("authorization", "")
    try:
        line = node.engine.relays.redeem(case_id, credentials.removeprefix(_BEARER))
    except InvalidInput:
        await socket.close(code=status.WS_1008_POLICY_VIOLATION)
        return
    await socket.accept()
    await line.serve(socket)
    with suppress(RuntimeError, WebSocketDisconnect):  # the relay has closed it already
        await socket.close()
