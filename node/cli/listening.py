"""Opens the sockets of `rireki serve`, and says which of the many ways to fail it was.

A host name listens on every address it stands for on this machine; `::` on IPv6 and IPv4 alike.
"""

from __future__ import annotations

import errno
import socket
from contextlib import suppress

from node.errors import InvalidInput

_ANY_IPV6 = "::"


def open_sockets(host: str, port: int) -> list[socket.socket]:
    """Bind, without listening yet.

    Args:
        host: IPv4 or IPv6 address (without brackets) or name.
        port: 1 to 65535.

    Raises:
        InvalidInput: `serve.unknown_host`, `serve.port_occupied`, `serve.port_privileged`,
            `serve.address_not_here`, `serve.cannot_listen`.
    """
    opened: list[socket.socket] = []
    absent: OSError | None = None
    for family, address in _addresses(host, port):
        try:
            opened.append(_bind(family, address, both=host == _ANY_IPV6))
        except OSError as error:
            # "localhost" often stands for ::1, too, on machines without IPv6.
            if error.errno not in {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}:
                _close(opened)
                raise cannot_listen(host, port, error) from error
            absent = error
    if not opened and absent is not None:
        raise cannot_listen(host, port, absent) from absent
    return opened


def cannot_listen(host: str, port: int, error: OSError) -> InvalidInput:
    """What an error of the operating system means to who chose host and port."""
    code, hint = {
        errno.EADDRINUSE: ("serve.port_occupied", "Stop what uses it, or set listen_port."),
        errno.EACCES: ("serve.port_privileged", "Set listen_port to 1024 or more, behind a TLS proxy."),
        errno.EADDRNOTAVAIL: ("serve.address_not_here", "Set listen_host to an address of this machine."),
    }.get(error.errno or 0, ("serve.cannot_listen", "Check listen_host and listen_port."))
    return InvalidInput(code, f"cannot listen on {address_of(host, port)}: {error.strerror}", hint=hint)


def address_of(host: str, port: int) -> str:
    """host:port, as it stands in a URL: an IPv6 address in brackets (RFC 3986, 3.2.2)."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _addresses(host: str, port: int) -> list[tuple[socket.AddressFamily, tuple[object, ...]]]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        hint = "Set listen_host to an address of this machine; IPv6 without brackets, the port apart."
        raise InvalidInput(
            "serve.unknown_host", f"listen_host {host!r} stands for no address", hint=hint
        ) from error
    return list(dict.fromkeys((family, address) for family, _, _, _, address in found))


def _bind(family: socket.AddressFamily, address: tuple[object, ...], *, both: bool) -> socket.socket:
    # The protocol by name: asyncio sets TCP_NODELAY only where it stands, and without it every answer to a
    # request with a body waits for the peer's delayed acknowledgement, 40 ms on Linux.
    opened = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(not both))
        opened.bind(address)
    except OSError:
        opened.close()
        raise
    return opened


def _close(opened: list[socket.socket]) -> None:
    for one in opened:
        with suppress(OSError):
            one.close()
