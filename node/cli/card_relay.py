"""`rireki card-relay`: lend this computer's card reader to a node for one case."""

from __future__ import annotations

from functools import partial
from typing import Annotated
from urllib.parse import urlsplit

import typer
from websockets.exceptions import ConnectionClosedError, InvalidStatus, WebSocketException
from websockets.sync.client import connect

from node.errors import InvalidInput, Unavailable
from node.relay.carrier import carry
from verifier.card.pcsc import open_card

DEFAULT_WAIT_S = 60.0
"""Long enough to take the card out of a wallet; the node waits 90 s."""

_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_HANDSHAKE_S = 10.0


def card_relay(
    url: Annotated[str, typer.Argument(help="the ticket's url, wss://...", show_default=False)],
    ticket: Annotated[
        str,
        typer.Option(
            prompt="Ticket", hide_input=True, envvar="RIREKI_RELAY_TICKET", help="asked for when left out"
        ),
    ],
    reader: Annotated[
        str | None, typer.Option(help="reader name; the first that has a card if left out")
    ] = None,
    wait: Annotated[float, typer.Option(help="seconds to wait for a card", min=1, max=80)] = DEFAULT_WAIT_S,
) -> None:
    """Lend this computer's card reader to a node for one case.

    On the counter PC or the customer's own: run it with the url and ticket that staff got from
    POST /v1/cases/CASE/relay-ticket, lay the card on the reader, then staff starts the verification. The
    relay carries commands and answers, keeps nothing, and ends by itself: five minutes after the ticket was
    issued at the latest. A ticket connects once, within two minutes. PINs are entered at the node, never
    here.

    Needs pcscd and a reader; no configuration, keys or database.
    """
    _require_encrypted(url)
    try:
        with connect(
            url,
            additional_headers={"Authorization": f"Bearer {ticket}"},
            open_timeout=_HANDSHAKE_S,
            max_size=2**17,
        ) as connection:
            typer.echo("connected; lay the card on the reader and leave it there")
            carried = carry(connection, partial(open_card, reader, wait_s=wait))
    except InvalidStatus as error:
        raise InvalidInput(
            "relay.ticket_invalid",
            "the node refused the ticket",
            hint="it connects once, in two minutes: ask for a new one",
        ) from error
    except (ConnectionClosedError, WebSocketException, OSError) as error:
        raise Unavailable(
            "relay.node_gone",
            "the connection to the node failed",
            hint="check the url and the network, ask for a new ticket",
        ) from error
    typer.echo(f"the node has ended the connection; {carried} commands were carried")


def _require_encrypted(url: str) -> None:
    """Names and PINs cross this line."""
    parts = urlsplit(url)
    if parts.scheme == "wss" or (parts.scheme == "ws" and parts.hostname in _LOOPBACK):
        return
    raise InvalidInput(
        "relay.not_encrypted",
        "the url is not wss://",
        hint="use the url that came with the ticket; the node needs TLS",
    )
