"""`rireki init`: the settings file, secrets and keys of a new member. Never overwrites anything."""

from __future__ import annotations

import secrets
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, cast, get_args

import typer

from node.bootstrap import build_signer, make_home
from node.cli.keys import make_keys
from node.cli.options import DEFAULT_CONFIG, ConfigOption
from node.config import Environment, Settings, settings_from
from node.errors import InvalidInput, NodeError
from node.private_file import write_private
from node.settings_file import DATABASE_URL, KEYSTORE, PASSWORD, NewMember, settings_text
from node.store.database import open_engine

PASSWORD_BYTES = 32
DATA_FOLDER = "data"
"""Where the node keeps everything unless told otherwise: beside the settings file."""

ENVIRONMENTS: tuple[str, ...] = get_args(Environment)
TRIAL_RPC_URL = "http://127.0.0.1:8545"
"""Where `rireki chain dev` listens by default."""


def init(
    config: ConfigOption = DEFAULT_CONFIG,
    *,
    environment: Annotated[
        str | None, typer.Option(help=f"{', '.join(ENVIRONMENTS)}.", show_default="production")
    ] = None,
    legal_name: Annotated[str | None, typer.Option(help="As customers and the consortium know you.")] = None,
    regulator: Annotated[
        bool | None, typer.Option("--regulator/--provider", help="A regulator never verifies customers.")
    ] = None,
    home: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Database, keys, evidence.", show_default="data, beside the settings"
        ),
    ] = None,
    listen_port: Annotated[
        int | None, typer.Option(help="Port on 127.0.0.1.", min=1, max=65535, show_default="8800")
    ] = None,
    public_url: Annotated[
        str | None, typer.Option(help="Where browsers and members reach you; https in production.")
    ] = None,
    rpc_url: Annotated[str | None, typer.Option(help="Your own chain node.")] = None,
    database_url: Annotated[
        str | None,
        typer.Option(
            envvar="RIREKI_DATABASE_URL", help="postgresql://user@host/database.", show_default="SQLite"
        ),
    ] = None,
    trust_dir: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Card issuers' keys.", show_default="trust, under the home folder"
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing; take the defaults.")] = False,
) -> None:
    """Write the settings file of a new member, and make its secrets and keys.

    Asks for what the options leave open; with --yes it asks nothing. Writes rireki.toml with comments, the
    keystore's password and a PostgreSQL URL into files of their own (mode 0600), and makes the keys as
    `rireki keys init` does. Nothing that exists is overwritten. Prints what to do next.

    A bank, in production: rireki init --config /etc/rireki/rireki.toml --home /var/lib/rireki

    A trial with a development chain: rireki init --yes --environment test --legal-name "My Bank"
    """
    given = {
        "environment": environment,
        "legal_name": legal_name,
        "regulator": regulator,
        "home": home,
        "listen_port": listen_port,
        "public_url": public_url,
        "rpc_url": rpc_url,
        "database_url": database_url,
    }
    config = config.absolute()
    _require_absent(config)
    answers = _defaults(given, config.parent) if yes else _ask(given, config.parent)
    member = _member(answers, None if trust_dir is None else trust_dir.absolute())
    _check(member, config.name)
    settings, made = _make(member, config)
    for line in made:
        typer.echo(line)
    typer.echo(f"settings written: {config}")
    typer.echo(_next_steps(member, config, build_signer(settings).address))


def _require_absent(config: Path) -> None:
    if config.exists():
        hint = "Change it by hand (`rireki check` reads it), or name another file: --config."
        raise InvalidInput("init.settings_exist", f"{config} exists already", hint=hint)


# --- answers ---


def _default(name: str, known: dict[str, Any], folder: Path) -> Any:
    """What is usual, given the answers so far; None where only the operator can know."""
    trial = known.get("environment") != "production"
    port = known.get("listen_port") or Settings.model_fields["listen_port"].default
    return {
        "environment": "production",
        "regulator": False,
        "home": folder / DATA_FOLDER,
        "listen_port": port,
        "public_url": f"http://localhost:{port}" if trial else None,
        "rpc_url": TRIAL_RPC_URL if trial else None,
        "database_url": "",
    }.get(name)


def _defaults(given: dict[str, Any], folder: Path) -> dict[str, Any]:
    known: dict[str, Any] = {}
    for name, value in given.items():
        known[name] = _default(name, known, folder) if value is None else value
    if missing := [f"--{name.replace('_', '-')}" for name, value in known.items() if value is None]:
        hint = "Give them, or leave out --yes and be asked."
        raise InvalidInput("init.answers_missing", f"not given: {', '.join(missing)}", hint=hint)
    return known


_QUESTIONS = {
    "environment": f"Environment ({', '.join(ENVIRONMENTS)})",
    "legal_name": "Legal name of the member",
    "regulator": "Is it a regulator, which never verifies customers?",
    "home": "Folder for database, keys and evidence",
    "listen_port": "Port to listen on, on 127.0.0.1",
    "public_url": "URL at which browsers and other members reach the node",
    "rpc_url": "URL of your own chain node",
    "database_url": "PostgreSQL URL (empty: SQLite)",
}


def _ask(given: dict[str, Any], folder: Path) -> dict[str, Any]:
    known: dict[str, Any] = {}
    for name, value in given.items():
        if value is not None:
            known[name] = value
            continue
        default = _default(name, known, folder)
        if name == "regulator":
            known[name] = typer.confirm(_QUESTIONS[name], default=False)
            continue
        hidden = name == "database_url"
        known[name] = typer.prompt(
            _QUESTIONS[name],
            default=None if default is None else str(default),
            value_proc=_answer(name, dict(known)),
            hide_input=hidden,
            show_default=not hidden,
        )
    return known


def _answer(name: str, known: dict[str, Any]) -> Callable[[str], str]:
    """Reads one answer; a wrong one is said at once and asked again."""

    def read(text: str) -> str:
        text = text.strip()
        try:
            _check(_member({**_SOUND, **known, name: text}, None), "answer")
        except NodeError as error:
            raise typer.BadParameter(error.message) from error
        except ValueError as error:
            raise typer.BadParameter("not a number") from error
        return text

    return read


_SOUND = {
    "environment": "test",
    "legal_name": "-",
    "regulator": False,
    "home": "/",
    "listen_port": 1,
    "public_url": "https://localhost",
    "rpc_url": TRIAL_RPC_URL,
    "database_url": "",
}
"""Stands for the answers that are not given yet, while one is looked at."""


def _member(answers: dict[str, Any], trust_dir: Path | None) -> NewMember:
    return NewMember(
        environment=cast("Environment", answers["environment"]),
        legal_name=str(answers["legal_name"]).strip(),
        home=Path(answers["home"]).absolute(),
        public_url=answers["public_url"],
        listen_port=int(answers["listen_port"]),
        rpc_url=answers["rpc_url"],
        database_url=answers["database_url"],
        trust_dir=trust_dir,
        verifies=not answers["regulator"],
    )


def _check(member: NewMember, source: str) -> None:
    """Everything that is wrong with the answers, before anything is written."""
    values = member.values() | {"database_url": member.database_url}
    # Their files do not exist yet.
    values = {name: value for name, value in values.items() if not name.endswith("_file")}
    settings_from(values, source)
    if not member.legal_name:
        raise InvalidInput("init.no_name", "the legal name is empty", hint="Give --legal-name.")
    if member.database_url:
        open_engine(member.database_url).dispose()


# --- files ---


def _make(member: NewMember, config: Path) -> tuple[Settings, list[str]]:
    """Secrets, keys, and the settings last: a run cut short is simply given again."""
    _keep_or_write(member.home / PASSWORD, secrets.token_hex(PASSWORD_BYTES), member)
    if member.database_url:
        _keep_or_write(member.home / DATABASE_URL, member.database_url, member)
    settings = settings_from(member.values(), config.name)
    if member.trust is not None:
        member.trust.mkdir(parents=True, exist_ok=True)
    made = make_keys(settings)
    config.parent.mkdir(parents=True, exist_ok=True)
    write_private(config, settings_text(member))
    return settings, made


def _keep_or_write(path: Path, text: str, member: NewMember) -> None:
    make_home(member.home)
    is_password = path.name == PASSWORD
    if is_password and (member.home / KEYSTORE).exists() and not path.exists():
        hint = f"Write the password of that keystore into {path.name}, or move the keystore away."
        raise InvalidInput("init.password_missing", "there is a keystore, but not its password", hint=hint)
    if not path.exists():
        write_private(path, text)
    elif not is_password and path.read_text(encoding="utf-8").strip() != text:
        hint = "Move it away, or name another home folder."
        raise InvalidInput("init.secret_exists", f"{path} holds another database's URL", hint=hint)


def _next_steps(member: NewMember, config: Path, account: str) -> str:
    where = f"--config {shlex.quote(str(config))}"
    name = shlex.quote(member.legal_name)
    kind = " --regulator" if not member.verifies else ""
    found = f"rireki chain deploy {where} >> {shlex.quote(str(config))}"
    first = f"""\
     Founding a consortium: {found}
     Joining one: append its lines (contract_address, deployed_block, chain_id) to the settings, and
     let a member propose you: rireki chain admit {account} {name}{kind}"""
    if not member.verifies:
        first = first.partition("\n")[2]
    return f"""
Back up {member.home} (keys, keystore and password), encrypted, at two places. Then:
  1.
{first}
  2. rireki chain publish-keys LICENCE SUPERVISOR {where}
  3. rireki apikey create HOLDER {"staff" if member.verifies else "auditor"} {where}
  4. rireki check {where}
  5. rireki serve {where}
The whole way with every command: docs/operator.md."""
