"""PC/SC: the operating system's smart-card service as a `Transport`.

Decides which reader is used, waits until a card is present, holds it exclusively and always powers it down at
the end, so that no security status survives. The only module that imports pyscard; its low-level calls are
used because they give error codes and a bounded wait. Nothing is retried.

pcsc-lite clients find the service through /run/pcscd/pcscd.comm or the environment variable
PCSCLITE_CSOCK_NAME, read once per process.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from smartcard import scard

from verifier.card.transport import LoggedTransport, Transport
from verifier.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

DEFAULT_WAIT_S: Final = 15.0
"""Long enough to lay a card on a reader when asked to."""

_SW_BYTES: Final = 2

_GONE: Final = (
    "card.removed",
    "the card was removed or lost power",
    "leave the card on the reader and start again",
)
_DOWN: Final = (
    "card.service_down",
    "the smart-card service is not running",
    "start pcscd (systemctl start pcscd.socket) and check PCSCLITE_CSOCK_NAME",
)
_NO_READER: Final = ("card.no_reader", "no card reader is connected", "connect a reader; see `pcsc_scan`")
_ABSENT: Final = ("card.absent", "there is no card on the reader", "put the card on the reader")

_DENIED: Final = (
    "card.access_denied",
    "the smart-card service refuses this user",
    "Allow the node's user org.debian.pcsc-lite.access_pcsc and access_card in polkit.",
)
_UNSUPPORTED: Final = (
    "card.unsupported",
    "the reader cannot use this card",
    "Use another card or reader; is the reader's driver up to date?",
)
_BUSY: Final = (
    "card.in_use",
    "another program is using the card",
    "close other programs that read cards, then try again",
)

_ERRORS: Final = {
    scard.SCARD_W_SECURITY_VIOLATION: _DENIED,
    scard.SCARD_E_NO_ACCESS: _DENIED,
    scard.SCARD_W_UNSUPPORTED_CARD: _UNSUPPORTED,
    scard.SCARD_E_CARD_UNSUPPORTED: _UNSUPPORTED,
    scard.SCARD_E_READER_UNSUPPORTED: _UNSUPPORTED,
    scard.SCARD_E_UNKNOWN_CARD: _UNSUPPORTED,
    scard.SCARD_E_INVALID_ATR: _UNSUPPORTED,
    scard.SCARD_P_SHUTDOWN: _DOWN,
    scard.SCARD_E_SERVER_TOO_BUSY: _BUSY,
    scard.SCARD_E_NOT_READY: _NO_READER,
    scard.SCARD_E_COMM_DATA_LOST: _GONE,
    scard.SCARD_E_NO_SERVICE: _DOWN,
    scard.SCARD_E_SERVICE_STOPPED: _DOWN,
    scard.SCARD_F_COMM_ERROR: _DOWN,
    scard.SCARD_E_NO_READERS_AVAILABLE: _NO_READER,
    scard.SCARD_E_UNKNOWN_READER: _NO_READER,
    scard.SCARD_E_READER_UNAVAILABLE: _NO_READER,
    scard.SCARD_E_NO_SMARTCARD: _ABSENT,
    scard.SCARD_E_TIMEOUT: _ABSENT,
    scard.SCARD_W_REMOVED_CARD: _GONE,
    scard.SCARD_E_NOT_TRANSACTED: _GONE,
    scard.SCARD_W_RESET_CARD: _GONE,
    scard.SCARD_E_INVALID_HANDLE: _GONE,
    scard.SCARD_W_UNRESPONSIVE_CARD: (
        "card.unresponsive",
        "the card does not answer",
        "turn the card over or clean its contacts",
    ),
    scard.SCARD_W_UNPOWERED_CARD: _GONE,
    scard.SCARD_E_SHARING_VIOLATION: _BUSY,
    scard.SCARD_E_PROTO_MISMATCH: (
        "card.protocol",
        "the card speaks neither T=0 nor T=1",
        "use another card",
    ),
}


def list_readers() -> tuple[str, ...]:
    """Names of the connected readers, possibly none.

    Raises:
        Unavailable: "card.service_down", "card.access_denied".
    """
    with _context() as context:
        return _readers(context)


@contextmanager
def open_card(reader: str | None = None, *, wait_s: float = DEFAULT_WAIT_S) -> Iterator[Transport]:
    """Wait for a card and hold it exclusively; it is powered down when the block ends, however it ends.

    Args:
        reader: reader name; None takes the first reader in which a card is present.
        wait_s: how long to wait for a card, seconds.

    Yields:
        A transport that logs without secrets (logger "verifier.card.apdu", DEBUG).

    Raises:
        Unavailable: "card.service_down", "card.access_denied", "card.no_reader", "card.absent",
            "card.in_use", "card.removed", "card.unresponsive", "card.unsupported", "card.protocol",
            "card.pcsc".
    """
    with _context() as context:
        chosen = _wait_for_card(context, reader, wait_s)
        with _connected(context, chosen) as card:
            yield LoggedTransport(card)


class _PcscCard:
    """A connected card handle."""

    def __init__(self, handle: Any, protocol: int) -> None:
        self._handle = handle
        self._pci = scard.SCARD_PCI_T0 if protocol == scard.SCARD_PROTOCOL_T0 else scard.SCARD_PCI_T1

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        """Send one APDU."""
        status, answer = scard.SCardTransmit(self._handle, self._pci, list(command))
        if status != scard.SCARD_S_SUCCESS or len(answer) < _SW_BYTES:
            _check(status)
            raise _unavailable(_GONE)
        sw = answer.pop() | answer.pop() << 8
        return bytes(answer), sw


@contextmanager
def _context() -> Iterator[Any]:
    status, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
    _check(status)
    try:
        yield context
    finally:
        scard.SCardReleaseContext(context)


@contextmanager
def _connected(context: Any, reader: str) -> Iterator[_PcscCard]:
    # SCardTransmit on a handle that never was raises SystemError, so the status is checked before it is used
    status, handle, protocol = scard.SCardConnect(
        context, reader, scard.SCARD_SHARE_EXCLUSIVE, scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
    )
    _check(status)
    try:
        yield _PcscCard(handle, protocol)
    finally:
        scard.SCardDisconnect(handle, scard.SCARD_UNPOWER_CARD)


def _readers(context: Any) -> tuple[str, ...]:
    status, names = scard.SCardListReaders(context, [])
    if status == scard.SCARD_E_NO_READERS_AVAILABLE:
        return ()
    _check(status)
    return tuple(names)


def _wait_for_card(context: Any, reader: str | None, wait_s: float) -> str:
    """Name of the reader that holds a card; earlier connects would fail although the reader is listed."""
    known = _readers(context)
    watched = known if reader is None else tuple(name for name in known if name == reader)
    if not watched:
        raise _unavailable(_NO_READER)
    deadline = time.monotonic() + wait_s
    states = [(name, scard.SCARD_STATE_UNAWARE) for name in watched]
    while True:
        left_ms = max(0, round((deadline - time.monotonic()) * 1000))
        status, seen = scard.SCardGetStatusChange(context, left_ms, states)
        _check(status)
        for name, event, _atr in seen:
            if event & scard.SCARD_STATE_PRESENT and not event & scard.SCARD_STATE_MUTE:
                return str(name)
        if left_ms == 0:
            raise _unavailable(_ABSENT)
        states = [(name, event & ~scard.SCARD_STATE_CHANGED) for name, event, _atr in seen]


def _check(status: int) -> None:
    if status != scard.SCARD_S_SUCCESS:
        code = f"PC/SC error {status & 0xFFFFFFFF:08X}"
        raise _unavailable(_ERRORS.get(status, ("card.pcsc", code, "restart pcscd and reconnect the reader")))


def _unavailable(error: tuple[str, str, str]) -> Unavailable:
    code, message, hint = error
    return Unavailable(code, message, hint=hint)
