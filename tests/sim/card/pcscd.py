"""Run a private pcscd with one virtual reader, reachable by ordinary processes.

pcscd owns /run/pcscd and tolerates no second one there. It is therefore started in a mount namespace, with a
directory of its own over /run/pcscd: any number run side by side, beside a system pcscd, and clients reach
this one through PCSCLITE_CSOCK_NAME (libpcsclite reads it once per process, at the first call). A user
without root gets that namespace inside a user namespace. Where root may have none it runs in /run/pcscd, if
that is free. It asks no polkit, which needs a running D-Bus: only processes of this machine reach it. The
driver listens on all interfaces: for tests and demos only.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tests.sim.patience import DEADLINE_S, eventually
from tests.sim.ports import free_port
from verifier.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

PROJECT = Path(__file__).resolve().parents[3]
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

_ISOLATE = """
[ -d "$1" ] || mkdir -p "$1" 2>/dev/null || { mount -t tmpfs rireki /run && mkdir "$1"; } || exit
mount --bind "$2" "$1" && shift 2 && exec "$@"
"""
_NAMESPACES = (("--mount",), ("--user", "--map-root-user", "--mount"))
"""What `unshare` is asked for: as root, and as a user."""

_PROBE = "from verifier.card.pcsc import list_readers; list_readers()"


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
                "card.pcscd_failed", "card.pcscd_refuses".
        """
        binary = _require_installed()
        self._directory = Path(tempfile.mkdtemp(prefix="pcscd-"))
        self._directory.chmod(0o755)  # clients need no root
        (self._directory / "run").mkdir(mode=0o755)
        namespace = _namespace(self._directory / "run")
        self.isolated = namespace is not None
        try:
            if namespace is None:
                _require_root()
                _require_free()
            self._launch(binary, namespace)
            self._require_client()
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

    def _launch(self, binary: str, namespace: Sequence[str] | None) -> None:
        assert self._directory is not None
        self.port = free_port(count=2, host="0.0.0.0")  # the driver opens one per slot
        conf, log = self._directory / "reader.conf", self._directory / "pcscd.log"
        conf.write_text(_READER_CONF.format(port=self.port, driver=DRIVER), encoding="ascii")
        command = [binary, "--foreground", "--config", str(conf), *_without_polkit(binary)]
        if namespace is not None:
            run = str(self._directory / "run")
            command = [
                "unshare",
                *namespace,
                "sh",
                "-c",
                _ISOLATE,
                "sh",
                str(SYSTEM_DIRECTORY),
                run,
                *command,
            ]
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

    def _require_client(self) -> None:
        """Let a client of its own process use it: a socket that accepts proves little."""
        probe = subprocess.run(
            [sys.executable, "-c", _PROBE],
            env=os.environ | self.environment,
            cwd=PROJECT,
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
            check=False,
        )
        if probe.returncode:
            lines = probe.stderr.strip().splitlines() or ["no output"]
            raise _unavailable(
                "card.pcscd_refuses",
                f"pcscd runs but refuses its clients: {lines[-1]}",
                "see pcscd --foreground",
            )


def _require_installed() -> str:
    binary = shutil.which("pcscd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if binary is None or not DRIVER.exists():
        raise _unavailable(
            "card.pcscd_missing",
            "pcscd or its virtual reader is not installed",
            "apt-get install --no-install-recommends pcscd vsmartcard-vpcd",
        )
    return binary


def _require_root() -> None:
    if os.geteuid() != 0:
        raise _unavailable(
            "card.pcscd_needs_root",
            "without root, pcscd needs a user namespace, which this machine permits no user",
            "run as root, or allow user namespaces (sysctl kernel.apparmor_restrict_unprivileged_userns=0)",
        )


def _namespace(directory: Path) -> tuple[str, ...] | None:
    """Options with which `unshare` lets one mount a directory; None: not permitted, as in many containers."""
    if shutil.which("unshare") is None:
        return None
    wanted = _NAMESPACES[os.geteuid() != 0]
    probe = ["unshare", *wanted, "mount", "--bind", str(directory), str(directory)]
    return wanted if subprocess.run(probe, capture_output=True, check=False).returncode == 0 else None


def _without_polkit(binary: str) -> list[str]:
    """The option that newer versions have; older ones, as in Debian 12, are built without polkit."""
    shown = subprocess.run([binary, "--help"], capture_output=True, text=True, check=False)
    option = "--disable-polkit"
    return [option] if option in shown.stdout + shown.stderr else []


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
