"""Free ports for servers that must know theirs before they start.

Not the kernel's own choice (port 0): it takes from the range from which it also numbers outgoing connections,
so that a port may be gone again before the server binds it, more often the more runs at once.
"""

from __future__ import annotations

import secrets
import socket
from contextlib import ExitStack
from typing import Final

LOWEST: Final = 20_000
HIGHEST: Final = 32_000
"""Below Linux's range for outgoing connections, which begins at 32,768 (`ip_local_port_range`)."""

_TRIES: Final = 100


def free_port(*, count: int = 1, host: str = "127.0.0.1") -> int:
    """The first of so many neighbouring ports that are free now.

    Raises:
        OSError: none were found.
    """
    for _ in range(_TRIES):
        port = LOWEST + secrets.randbelow(HIGHEST - LOWEST)
        if _are_free(host, range(port, port + count)):
            return port
    raise OSError(f"no {count} neighbouring ports are free; close programs that hold ports")


def _are_free(host: str, ports: range) -> bool:
    with ExitStack() as stack:
        for port in ports:
            probe = stack.enter_context(socket.socket())
            try:
                probe.bind((host, port))
            except OSError:
                return False
    return True
