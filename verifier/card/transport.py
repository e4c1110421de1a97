"""The one thing card logic needs from a reader: send a command APDU, get data and status word.

Decides nothing. The PC/SC adapter, the in-process virtual card and a relay all satisfy `Transport`.
Status words and APDU cases: ISO/IEC 7816-4.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol, TypeAlias

INS_SELECT = 0xA4
"""ISO/IEC 7816-4 SELECT: its body is an application or file identifier, never personal."""

_HEADER_BYTES = 4

_log = logging.getLogger("verifier.card.apdu")


class Transport(Protocol):
    """A connected card."""

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        """Send one command APDU.

        Args:
            command: the complete APDU.

        Returns:
            Response data without the status word, and the status word SW1SW2 as an integer.

        Raises:
            Unavailable: the card or the reader is gone (codes "card.*").
        """
        ...


OpenCard: TypeAlias = Callable[[], AbstractContextManager[Transport]]
"""Gives a freshly reset card for the length of a block."""


class CountingTransport:
    """Counts the command APDUs that pass through."""

    def __init__(self, inner: Transport) -> None:
        """Wrap `inner`."""
        self._inner = inner
        self.apdus = 0

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        """Count, then pass on."""
        self.apdus += 1
        return self._inner.transmit(command)


class LoggedTransport:
    """Writes one DEBUG line per APDU that cannot leak a PIN or personal data.

    Bodies are shown for SELECT only. Everything else, VERIFY (20) and CHANGE REFERENCE DATA (24) above all,
    appears as header and length; responses as length and status word.
    """

    def __init__(self, inner: Transport) -> None:
        """Wrap `inner`."""
        self._inner = inner

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        """Pass on, then log what is safe to log."""
        data, sw = self._inner.transmit(command)
        if _log.isEnabledFor(logging.DEBUG):
            _log.debug("%s -> %d bytes %04X", describe(command), len(data), sw)
        return data, sw


def describe(command: bytes) -> str:
    """Render a command APDU for a log: SELECT in full, any other as header and body length."""
    header, body = command[:_HEADER_BYTES], command[_HEADER_BYTES:]
    if len(header) == _HEADER_BYTES and header[1] == INS_SELECT:
        return command.hex().upper()
    return f"{header.hex().upper()} +{len(body)} bytes"
