"""The node's settings: read once at start, frozen, handed out in slices by `node.bootstrap`.

Sources, the first that names a setting wins: environment variables (`RIREKI_` + name in capitals), the TOML
file. A secret NAME may also be given as NAME_file: the path of a file that holds it. All text is UTF-8,
whatever the locale; a path is taken as it stands, whatever characters it has.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)
from sqlalchemy.engine import URL

from node.domain.plain_text import is_unicode, plain_text, secret_line
from node.errors import InvalidInput

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

Environment = Literal["production", "test", "demo"]
RebindPolicy = Literal["passkey", "liveness", "liveness_match"]


SECRETS_FROM_FILES = ("keystore_password", "database_url")
"""Settings that NAME_file may give instead, as container platforms hand out secrets."""

_SECRET_UNREADABLE = "secret_unreadable"  # noqa: S105  a kind of error
_PLAIN = {"missing": "is missing", "extra_forbidden": "is no setting"}
"""Words for pydantic's most frequent kinds of error; the others bring their own."""


def _named(value: Any) -> Any:
    if value == "":
        raise ValueError("a path cannot be empty")
    return value


Location = Annotated[Path, BeforeValidator(_named)]
"""A path as it stands. An empty one would be the working directory."""


class ReusePolicy(BaseSettings):
    """What this member, as a recipient, asks for and accepts (protocol.md, "Recipient checks")."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid")

    legal_basis: str = "BANK_INQUIRY"
    allowed_methods: tuple[str, ...] = ("jp.chip+face",)
    max_age_days: int = Field(default=365, ge=0, le=3650)
    rebind: RebindPolicy = "liveness_match"
    reaudit_share: float = Field(default=0.02, ge=0, le=1)
    """Share of reuses drawn for full verification instead."""
    screening_list: Location | None = None
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
    home: Location
    """Folder for the database, keys and evidence unless they are named apart."""

    listen_host: str = "127.0.0.1"
    listen_port: int = Field(default=8800, ge=1, le=65535)
    public_url: str
    """Where browsers and peers reach this node; the OAuth issuer identifier and WebAuthn origin."""

    database_url_file: Location | None = None
    """A URL may hold a password."""
    database_url: str = Field(default="", validate_default=True)
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
    keystore: Location
    """eth-account V3 keystore of the member's signer."""
    keystore_password_file: Location | None = None
    keystore_password: SecretStr | None = Field(default=None, validate_default=True)
    keys_dir: Location | None = None
    """Record-signing, transfer and evidence keys."""

    model_root: Location | None = None
    model_pack: str = "registry"
    trust_dir: Location | None = None
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
    concurrency: int = Field(default=0, ge=0, le=512)
    """Requests answered at a time; 0 = sixteen per processor, sixty-four at least. Threads and connections
    follow (`node.sizing`)."""
    engine_workers: int = Field(default=1, ge=0, le=64)
    """Verifications at a time; 0 on a node that never verifies, such as a regulator's."""

    reuse: ReusePolicy = ReusePolicy()

    @field_validator(*SECRETS_FROM_FILES, mode="before")
    @classmethod
    def _read_secret_file(cls, value: Any, info: ValidationInfo) -> Any:
        # NAME_file stands before NAME, and is a field: the environment is searched for declared names only.
        path = info.data.get(f"{info.field_name}_file")
        return value if path is None else _read_secret(path)

    @field_validator("*", mode="before")
    @classmethod
    def _text_is_unicode(cls, value: Any) -> Any:
        """No text in another encoding (from the environment), and no NUL: it ends a path for the system."""
        if any("\0" in text or not is_unicode(text) for text in _texts(value)):
            raise ValueError("it is not written in UTF-8")
        return value

    @field_validator("public_url")
    @classmethod
    def _url_has_no_path(cls, url: str, info: ValidationInfo) -> str:
        if not url.startswith(("http://", "https://")) or url.endswith("/"):
            raise ValueError("it is scheme://host[:port] without a trailing slash")
        if info.data.get("environment") == "production" and not url.startswith("https://"):
            raise ValueError("it must be https in production")
        return url

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
        if self.database_url:
            return self.database_url
        return URL.create("sqlite", database=str(self.home / "node.db")).render_as_string()

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
        values = tomllib.loads(plain_text(path.read_bytes()))
    except OSError as error:
        raise InvalidInput(
            "config.unreadable",
            f"cannot read {path.name}: {error.strerror}",
            hint="name the settings file: --config FILE",
        ) from error
    except ValueError as error:
        raise InvalidInput(
            "config.malformed", f"{path.name}: {error}", hint="It is TOML, written in UTF-8."
        ) from error
    return settings_from(values, path.name)


def settings_from(values: dict[str, Any], source: str) -> Settings:
    """Settings from the values of a file, and the environment.

    Args:
        values: name -> value, as TOML has them.
        source: what the values stand in, for messages.

    Raises:
        InvalidInput: everything that is missing or wrong, in one message ("config.invalid", or
            "config.secret_unreadable" where nothing else is the matter).
    """
    try:
        return Settings(**values)
    except ValidationError as error:
        raise _invalid(source, error.errors()) from error
    except SettingsError as error:
        raise InvalidInput(
            "config.invalid", "an environment variable is not what it should be", hint="tables are JSON there"
        ) from error


def _invalid(source: str, found: list[ErrorDetails]) -> InvalidInput:
    told = "; ".join(f"{_where(one)} {_what(one)}" for one in found)
    if all(one["type"] == _SECRET_UNREADABLE for one in found):
        hint = "Check the *_file settings: each names a file that this user may read, one line in UTF-8."
        return InvalidInput("config.secret_unreadable", f"{source}: {told}", hint=hint)
    hint = "See the table Configuration in README.md; `rireki init` writes a whole file."
    return InvalidInput("config.invalid", f"{source}: {told}", hint=hint)


def _where(error: ErrorDetails) -> str:
    return ".".join(str(part) for part in error["loc"]) or "settings"


def _what(error: ErrorDetails) -> str:
    """In plain words, without the value: it may be a secret."""
    return _PLAIN.get(error["type"]) or f"({error['msg'].removeprefix('Value error, ')})"


def _read_secret(path: Path) -> str:
    try:
        return secret_line(path.read_bytes())
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise PydanticCustomError(
            _SECRET_UNREADABLE, "cannot read its file: {reason}", {"reason": reason}
        ) from error


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
