"""Serve the demo's own pages from this process while the block runs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from node.errors import Unavailable
from scripts.demo.patience import wait_until
from scripts.demo.persona import Persona
from scripts.demo.site import create_site
from scripts.demo.stage import Stage
from scripts.demo.visits import Visits

STOP_S = 10.0


@contextmanager
def start_page(stage: Stage, persona: Persona) -> Iterator[str]:
    """Serve; gives the start page's URL. Raises Unavailable (`demo.page_not_started`)."""
    visits = Visits(stage, persona)
    config = uvicorn.Config(
        create_site(stage, visits),
        host="127.0.0.1",
        port=stage.start_port,
        log_level="error",
        access_log=False,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        _await(server, thread)
        yield f"http://localhost:{stage.start_port}/"
    finally:
        server.should_exit = True
        visits.close()
        thread.join(STOP_S)


def _await(server: uvicorn.Server, thread: threading.Thread) -> None:
    failed = Unavailable("demo.page_not_started", "the start page is not served", hint="Try --port-base.")
    wait_until(lambda: server.started or not thread.is_alive(), failed)
    if not server.started:
        raise failed
