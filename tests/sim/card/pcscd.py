"""Run a private pcscd with one virtual reader, reachable by ordinary processes.

pcscd owns /run/pcscd and tolerates no second one there. As root with mount namespaces it is therefore started
with a directory of its own mounted over /run/pcscd: any number run side by side, beside a system pcscd, and
clients reach this one through PCSCLITE_CSOCK_NAME (libpcsclite reads it once per process, at the first call).
Where namespaces are not permitted it runs in /run/pcscd itself, if that is free. The driver listens on all
interfaces: for tests and demos only.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tests.sim.patience import DEADLINE_S, eventually
from tests.sim.ports import free_port
from verifier.errors import Unavailable

if TYPE_CHECKING:
    from types import TracebackType

DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
"""Where Debian's vsmartcard-vpcd puts the reader driver."""

SYSTEM_DIRECTORY = Path("/run/pcscd")
SOCKET_NAME = "pcscd.comm"
SOCKET_VARIABLE = "PCSCLITE_CSOCK_NAME"
READER = "Virtual PCD 00 00"
"""Slot 0. The driver always opens a second slot on the next port."""

_READER_CONF = """FRIENDLYNAME "Virtual PCD"
DEVICENAME /dev/null:0x{port:04X}
LIBPATH {driver}
CHANNELID 0x{port:04X}
"""

_ISOLATE = 'mkdir -p "$1" && mount --bind "$2" "$1" && shift 2 && exec "$@"'


class VirtualPcscd:
    """A running pcscd with one virtual reader.

    with VirtualPcscd() as pcscd, VpcdCard(card, pcscd.port):
        subprocess.run([...], env=os.environ | pcscd.environment)

    Attributes:
        port: where a `VpcdCard` connects.
        isolated: True when it has a directory of its own; False when it is the machine's /run/pcscd.
        pid: process id of pcscd.
    """

    def __init__(self) -> None:
        """Prepare; nothing runs yet."""
        self.port = 0
        self.isolated = False
        self._directory: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        """Process id, None when stopped."""
        return None if self._process is None else self._process.pid

    @property
    def socket_path(self) -> Path:
        """Socket that clients connect to."""
        if not self.isolated or self._directory is None:
            return SYSTEM_DIRECTORY / SOCKET_NAME
        return self._directory / "run" / SOCKET_NAME

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs in its environment to use this pcscd."""
        return {SOCKET_VARIABLE: str(self.socket_path)}

    def start(self) -> None:
        """Start and wait until clients can connect.

        Raises:
            Unavailable: "card.pcscd_missing", "card.pcscd_needs_root", "card.pcscd_running",
                "card.pcscd_failed".
        """
        binary = _require_installed()
        self._directory = Path(tempfile.mkdtemp(prefix="pcscd-"))
        self._directory.chmod(0o755)  # clients need no root
        (self._directory / "run").mkdir(mode=0o755)
        self.isolated = _can_isolate()
        try:
            if not self.isolated:
                _require_free()
            self._launch(binary)
        except Unavailable:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop pcscd and remove what it left; safe to call twice."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(DEADLINE_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
                _forget_socket(self.socket_path.parent)
            self._process = None
        if self._directory is not None:
            shutil.rmtree(self._directory, ignore_errors=True)
            self._directory = None

    def _launch(self, binary: str) -> None:
        assert self._directory is not None
        self.port = free_port(count=2, host="0.0.0.0")  # the driver opens one per slot
        conf, log = self._directory / "reader.conf", self._directory / "pcscd.log"
        conf.write_text(_READER_CONF.format(port=self.port, driver=DRIVER), encoding="ascii")
        command = [binary, "--foreground", "--config", str(conf)]
        if self.isolated:
            run = str(self._directory / "run")
            command = ["unshare", "-m", "sh", "-c", _ISOLATE, "sh", str(SYSTEM_DIRECTORY), run, *command]
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )
        self._await_socket(log)

    def _await_socket(self, log: Path) -> None:
        process = self._process
        assert process is not None

        def last_words() -> str:
            return (log.read_text(errors="replace").strip().splitlines() or ["no output"])[-1]

        def accepts() -> bool:
            if process.poll() is not None:
                raise _unavailable(
                    "card.pcscd_failed", f"pcscd did not start: {last_words()}", "see pcscd --foreground"
                )
            return _accepts(self.socket_path)

        eventually(accepts, every_s=0.01, describe=last_words)


def _require_installed() -> str:
    binary = shutil.which("pcscd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if binary is None or not DRIVER.exists():
        raise _unavailable(
            "card.pcscd_missing",
            "pcscd or its virtual reader is not installed",
            "apt-get install --no-install-recommends pcscd vsmartcard-vpcd",
        )
    if os.geteuid() != 0:
        raise _unavailable(
            "card.pcscd_needs_root", "pcscd is started by root only", "run as root, or with sudo"
        )
    return binary


def _can_isolate() -> bool:
    """Whether this machine lets root have a mount namespace; many containers do not."""
    if shutil.which("unshare") is None:
        return False
    probe = ["unshare", "-m", "mount", "--bind", "/", "/"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def _require_free() -> None:
    if _accepts(SYSTEM_DIRECTORY / SOCKET_NAME):
        raise _unavailable(
            "card.pcscd_running",
            "another pcscd is running and this machine permits no second one",
            "stop it (systemctl stop pcscd.socket pcscd), or allow mount namespaces",
        )
    _forget_socket(SYSTEM_DIRECTORY)


def _forget_socket(directory: Path) -> None:
    """After kill -9 these two files stop the next pcscd from starting."""
    for name in (SOCKET_NAME, "pcscd.pid"):
        (directory / name).unlink(missing_ok=True)


def _accepts(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        return client.connect_ex(str(path)) == 0


def _unavailable(code: str, message: str, hint: str) -> Unavailable:
    return Unavailable(code, message, hint=hint)
