"""Run a member's node as its operator would: settings, keys and a process of `rireki serve`.

Nothing is simulated here; this only prepares the folder and watches the process.

    with RunningNode(settings, environment=pcscd.environment) as node:
        node.client("staff").post("/v1/cases", json=...)
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import httpx

from node.bootstrap import build_store
from node.chain.signer import Signer, create_keystore
from node.config import load_settings
from node.domain.access import Role, issue_api_key
from node.exchange.keys import generate_keys
from tests.sim.patience import DEADLINE_S, eventually
from tests.sim.ports import free_port

if TYPE_CHECKING:
    from types import TracebackType

    from node.chain.deploy import Deployment

PASSWORD = "見本 password"
SCRYPT_N = 2**4
"""Weak on purpose: a test's keystore opens at once."""

_SERVE = (str(Path(sys.executable).with_name("rireki")), "serve")


@dataclass
class RunningNode:
    """One node in a folder of its own.

    Attributes:
        home: its folder.
        legal_name: as the contract has it.
        rpc_url: its chain node.
        environment: additional environment variables of the process.
        settings: further settings, as in the TOML file.
        port: where it listens; 0 takes a free one.
        command: what serves instead of `rireki serve`; `--config FILE` is added.
    """

    home: Path
    legal_name: str
    rpc_url: str
    environment: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    port: int = 0
    command: tuple[str, ...] = ()
    _process: subprocess.Popen[bytes] | None = None

    def prepare(self) -> Signer:
        """Make the folder, the keystore and the keys; gives the account that must become a member."""
        self.home.mkdir(parents=True, exist_ok=True)
        self.port = self.port or free_port()
        (self.home / "password").write_text(PASSWORD)
        generate_keys(randomness=secrets.token_bytes).save(self.home / "keys")
        return create_keystore(self.home / "keystore.json", PASSWORD, scrypt_n=SCRYPT_N)

    @property
    def url(self) -> str:
        """Where it listens; `localhost`, because an IP address is no relying party id."""
        return f"http://localhost:{self.port}"

    @property
    def config(self) -> Path:
        """Its settings file."""
        return self.home / "rireki.toml"

    def write_settings(self, deployment: Deployment) -> None:
        """Write the settings file."""
        values: dict[str, Any] = {
            "environment": "test",
            "legal_name": self.legal_name,
            "home": str(self.home),
            "listen_port": self.port,
            "public_url": self.url,
            "rpc_url": self.rpc_url,
            "chain_id": deployment.chain_id,
            "contract_address": deployment.contract,
            "deployed_block": deployment.block_number,
            "keystore": str(self.home / "keystore.json"),
            "keystore_password_file": str(self.home / "password"),
            **self.settings,
        }
        self.config.write_text("\n".join(f"{name} = {_toml(value)}" for name, value in values.items()))

    @property
    def pid(self) -> int:
        """Of the running process."""
        assert self._process is not None, "started"
        return self._process.pid

    def start(self) -> None:
        """Start the process and wait until it answers."""
        command = [*(self.command or _SERVE), "--config", str(self.config)]
        log = (self.home / "node.log").open("ab")
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=os.environ | self.environment
        )
        log.close()
        eventually(self._answers, every_s=0.1, describe=self.log)

    def stop(self) -> None:
        """Stop it as an operator would (SIGTERM)."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(DEADLINE_S)
            except subprocess.TimeoutExpired:
                self.kill()
            self._process = None

    def kill(self) -> None:
        """Kill it, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def log(self) -> str:
        """What it wrote so far."""
        return (self.home / "node.log").read_text(errors="replace")

    def client(self, role: Role | None = None, holder: str = "見本") -> httpx.Client:
        """An HTTP client, with a fresh API key of a role if given."""
        headers = {} if role is None else {"Authorization": f"Bearer {self._api_key(role, holder)}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=DEADLINE_S)

    def _answers(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise RuntimeError(f"the node did not start:\n{self.log()}")
        return _answers(self.url)

    def _api_key(self, role: Role, holder: str) -> str:
        store = build_store(load_settings(self.config))
        key, token = issue_api_key(
            f"{role} {holder}", role, now=int(time.time()), randomness=secrets.token_bytes
        )
        with store.transaction() as unit:
            unit.api_keys.add(key)
        store.database.dispose()
        return token

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:  # a process that never answered, or somebody ends the run meanwhile
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _toml(value: Any) -> str:
    if isinstance(value, bool | int | float):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{name} = {_toml(one)}' for name, one in value.items())} }}"
    return f'"{value}"'


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/openapi.json", timeout=DEADLINE_S).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False
