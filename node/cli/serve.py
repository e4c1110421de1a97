"""`rireki serve`: the node itself."""

from __future__ import annotations

import logging
import socket
import sys
from contextlib import suppress
from enum import StrEnum
from typing import Annotated

import typer
import uvicorn

from node.api.app import create_app
from node.bootstrap import build
from node.checks.catalogue import check_at_start, worst
from node.cli.listening import address_of, cannot_listen, open_sockets
from node.cli.options import DEFAULT_CONFIG, ConfigOption
from node.config import Settings, load_settings
from node.engine import model_notice

_LOUD = """
****************************************************************************
  environment = {environment}: test card issuers are trusted and time is the
  chain's. Nothing this node says about a person may be relied on.
****************************************************************************"""
_TALKATIVE = ("httpx", "httpcore", "sqlalchemy", "alembic")
"""Libraries that would write whole URLs, which carry one-time codes, or the values of every statement."""


KEEP_ALIVE_S = 75
"""How long a connection may rest; longer than members' clients (5 s) and usual proxies (60 s) keep theirs.
Whoever asks must give up first: a request on a connection that is being closed is lost."""

TURN_S = 0.0005
"""How long a thread may keep the others from their turn (Python's own: 5 ms). The loop that answers waits for
one turn at every step, and under load behind as many threads as there are: a refusal took seconds."""

_EXIT_NOT_STARTED = 3
"""As uvicorn's own command has it; the log says why."""


class LogLevel(StrEnum):
    """The levels that an operator may choose."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


def serve(
    config: ConfigOption = DEFAULT_CONFIG,
    log_level: Annotated[LogLevel, typer.Option(help="How much to log.")] = LogLevel.INFO,
) -> None:
    """Run the node: API, customer pages and background jobs in one process, until interrupted."""
    logging.basicConfig(level=log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    settings = load_settings(config)
    log = logging.getLogger("rireki")
    if settings.environment != "production":
        log.warning(_LOUD.format(environment=settings.environment))
    if settings.engine_workers and (notice := model_notice(settings.model_root, settings.model_pack)):
        log.warning("%s (README, Licences)", notice)
    # Before anything is opened: uvicorn would find a port occupied when all else is done, and only log it.
    sockets = open_sockets(settings.listen_host, settings.listen_port)
    app = create_app(build(settings))
    _say_what_is_missing(settings, log)
    log.info("listening on %s", address_of(settings.listen_host, settings.listen_port))
    options = uvicorn.Config(
        app,
        log_level=log_level.value,
        access_log=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_S,
    )
    sys.setswitchinterval(TURN_S)
    _run(uvicorn.Server(options), sockets, settings)


def _say_what_is_missing(settings: Settings, log: logging.Logger) -> None:
    """Tell the operator at start, not the first customer; `rireki check` looks at more."""
    for told in worst(check_at_start(settings)):
        found = told.finding
        log.warning(
            "%s: %s: %s [%s] %s", told.check, found.status.value, found.message, found.code, found.hint
        )


def _run(server: uvicorn.Server, sockets: list[socket.socket], settings: Settings) -> None:
    try:
        with suppress(KeyboardInterrupt):
            server.run(sockets)
    except OSError as error:
        if server.started:
            raise
        # Two processes may bind one port, but only the first can listen on it.
        raise cannot_listen(settings.listen_host, settings.listen_port, error) from error
    if not server.started:
        sys.exit(_EXIT_NOT_STARTED)
