"""`rireki serve`: the node itself."""

from __future__ import annotations

import logging
import socket
from enum import StrEnum
from typing import Annotated

import typer
import uvicorn

from node.api.app import create_app
from node.bootstrap import build
from node.checks.catalogue import check_at_start, worst
from node.cli.options import DEFAULT_CONFIG, ConfigOption
from node.config import Settings, load_settings
from node.engine import model_notice
from node.errors import InvalidInput

_LOUD = """
****************************************************************************
  environment = {environment}: test card issuers are trusted and time is the
  chain's. Nothing this node says about a person may be relied on.
****************************************************************************"""
_TALKATIVE = ("httpx", "httpcore", "sqlalchemy", "alembic")
"""Libraries that would write whole URLs, which carry one-time codes, or the values of every statement."""


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
    _require_free_port(settings)
    app = create_app(build(settings))
    _say_what_is_missing(settings, log)
    uvicorn.run(
        app,
        host=settings.listen_host,
        port=settings.listen_port,
        log_level=log_level.value,
        access_log=False,
        server_header=False,
    )


def _say_what_is_missing(settings: Settings, log: logging.Logger) -> None:
    """Tell the operator at start, not the first customer; `rireki check` looks at more."""
    for told in worst(check_at_start(settings)):
        found = told.finding
        log.warning(
            "%s: %s: %s [%s] %s", told.check, found.status.value, found.message, found.code, found.hint
        )


def _require_free_port(settings: Settings) -> None:
    """Say it in one line before anything is opened; uvicorn would only log it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.listen_host, settings.listen_port))
        except OSError as error:
            raise InvalidInput(
                "serve.port_occupied",
                f"cannot listen on {settings.listen_host}:{settings.listen_port}: {error.strerror}",
                hint="stop what uses it, or set listen_port",
            ) from error
