"""The node's settings: read once at start, frozen, handed out in slices by `node.bootstrap`.

Sources, the first that names a setting wins: environment variables (`RIREKI_` + name in capitals), the TOML
file. A secret NAME may also be given as NAME_file: the path of a file that holds it.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from node.errors import InvalidInput

Environment = Literal["production", "test", "demo"]
RebindPolicy = Literal["passkey", "liveness", "liveness_match"]


SECRETS_FROM_FILES = ("keystore_password", "database_url")
"""Settings that NAME_file may give instead, as container platforms hand out secrets."""


class ReusePolicy(BaseSettings):
    """What this member, as a recipient, asks for and accepts (protocol.md, "Recipient checks")."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid")

    legal_basis: str = "BANK_INQUIRY"
    allowed_methods: tuple[str, ...] = ("jp.chip+face",)
    max_age_days: int = Field(default=365, ge=0, le=3650)
    rebind: RebindPolicy = "liveness_match"
    reaudit_share: float = Field(default=0.02, ge=0, le=1)
    """Share of reuses drawn for full verification instead."""
    screening_list: Path | None = None
    """Text file, one name a line; without it screening is recorded as not performed."""
    require_screening: bool = True
    """Whether a reuse may be accepted only after screening was performed."""


class Settings(BaseSettings):
    """Everything a node is told. `docs/operator.md` explains each."""

    model_config = SettingsConfigDict(
        env_prefix="RIREKI_", frozen=True, extra="forbid", env_nested_delimiter="__"
    )

    environment: Environment = "production"
    legal_name: str
    home: Path
    """Folder for the database, keys and evidence unless they are named apart."""

    listen_host: str = "127.0.0.1"
    listen_port: int = Field(default=8800, ge=1, le=65535)
    public_url: str
    """Where browsers and peers reach this node; the OAuth issuer identifier and WebAuthn origin."""

    database_url: str = ""
    database_url_file: Path | None = None
    """A URL may hold a password."""
    evidence_url: str = ""

    rpc_url: str
    rpc_witness_url: str = ""
    """A second chain node, of another operator if possible; then both must tell the same history."""
    chain_halted_after_s: int = Field(default=0, ge=0)
    """Age of the newest block from which on the chain counts as halted; 0 = never. Several block periods."""
    chain_id: int = Field(default=0, ge=0)
    contract_address: str = ""
    """Both as `rireki chain deploy` printed them for the consortium."""
    deployed_block: int = Field(default=0, ge=0)
    chain_stale_after_s: int = Field(default=60, ge=1)
    """A view of the chain older than this stops reuse (rule 9)."""
    poll_interval_s: float = Field(default=1.0, gt=0)
    anchor_interval_s: float = Field(default=600.0, gt=0)
    """How long leaves are gathered before one anchor is sent."""

    fee_per_gas: int = Field(default=0, ge=0)
    """What a transaction offers, wei per gas; 0 on a free-gas chain."""
    fee_cap_per_gas: int = Field(default=0, ge=0)
    """Most that is offered for a transaction that does not move, wei per gas; 0 = never more."""
    keystore: Path
    """eth-account V3 keystore of the member's signer."""
    keystore_password: SecretStr | None = None
    keystore_password_file: Path | None = None
    keys_dir: Path | None = None
    """Record-signing, transfer and evidence keys."""

    model_root: Path | None = None
    model_pack: str = "registry"
    trust_dir: Path | None = None
    """Card issuers' public keys."""
    card_reader: str | None = None
    """PC/SC reader name; none = the first reader."""
    card_wait_s: float = Field(default=20.0, gt=0)
    card_tries_floor: int = Field(default=2, ge=1, le=9)
    liveness_actions: int = Field(default=3, ge=2, le=5)
    """Actions that a liveness challenge asks for; each adds 2 s, and a thing more that a replay must fit."""
    jpki_approved: bool = False
    """This member holds the ministers' approval as signature verifier (公的個人認証法 art. 17); without it
    jp.jpki.sign is refused."""
    jpki_ocsp_url: str | None = None
    """Revocation responder of JPKI, as J-LIS tells approved verifiers; none = revocation stays unknown."""
    case_evidence_days: int = Field(default=30, ge=1, le=3650)
    """Evidence of cases that were abandoned or rejected is destroyed after so many days."""
    engine_workers: int = Field(default=1, ge=0, le=64)
    """Verifications at a time; 0 on a node that never verifies, such as a regulator's."""

    reuse: ReusePolicy = ReusePolicy()

    @model_validator(mode="before")
    @classmethod
    def _read_secret_files(cls, values: dict[str, Any]) -> dict[str, Any]:
        # The *_file settings are fields: the environment is searched for declared names only.
        for secret in SECRETS_FROM_FILES:
            path = values.get(f"{secret}_file")
            if path is not None:
                values[secret] = Path(path).read_text().strip()
        return values

    @model_validator(mode="after")
    def _url_has_no_path(self) -> Self:
        if not self.public_url.startswith(("http://", "https://")) or self.public_url.endswith("/"):
            raise ValueError("public_url is scheme://host[:port] without a trailing slash")
        if self.environment == "production" and not self.public_url.startswith("https://"):
            raise ValueError("public_url must be https in production")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  pydantic names them
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment before file: the file's values arrive as init arguments."""
        return env_settings, init_settings

    @property
    def database(self) -> str:
        """SQLAlchemy URL; SQLite under `home` by default."""
        return self.database_url or f"sqlite:///{self.home / 'node.db'}"

    @property
    def evidence(self) -> str:
        """An fsspec URL; a folder under `home` by default."""
        return self.evidence_url or f"file://{(self.home / 'evidence').absolute()}"

    @property
    def keys(self) -> Path:
        """Folder of the record, transfer and evidence keys."""
        return self.keys_dir or self.home / "keys"


def load_settings(path: Path) -> Settings:
    """Read a TOML file and the environment. Raises InvalidInput (`config.*`)."""
    try:
        values = tomllib.loads(path.read_text())
    except OSError as error:
        raise InvalidInput(
            "config.unreadable",
            f"cannot read {path.name}: {error.strerror}",
            hint="name the settings file: --config FILE",
        ) from error
    except ValueError as error:
        raise InvalidInput(
            "config.malformed", f"{path.name}: {error}", hint="it is TOML, written in UTF-8"
        ) from error
    try:
        return Settings(**values)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "settings"
        raise InvalidInput(
            "config.invalid",
            f"{path.name}: {where}: {first['msg']}",
            hint="see the configuration table in README.md",
        ) from error
    except SettingsError as error:
        raise InvalidInput(
            "config.invalid", "an environment variable is not what it should be", hint="tables are JSON there"
        ) from error
    except OSError as error:
        raise InvalidInput(
            "config.secret_unreadable",
            f"cannot read a secret file: {error.strerror}",
            hint="check the *_file settings",
        ) from error
