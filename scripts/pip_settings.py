"""Hand the machine's pip configuration to uv, which reads none of it.

A company's index, proxy or certificate is mostly told to pip (pip.conf, PIP_*). Decides which uv setting says
the same; a UV_* variable that is set already wins. Standard library only: it runs before anything is there.
Source: pip "Configuration"; uv "Environment variables".
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_ORDER: Final = ("global", "install", ":env:")
"""pip's sections; a later one wins."""


def read_pip_config(listing: str) -> dict[str, str]:
    """Option -> value, from the output of `pip config list`."""
    settings: dict[str, str] = {}
    lines = [line.partition("=") for line in listing.splitlines() if "=" in line]
    for section in _ORDER:
        for key, _, value in lines:
            if key.startswith(f"{section}."):
                settings[key.removeprefix(f"{section}.")] = str(ast.literal_eval(value))
    return settings


def uv_environment(pip: Mapping[str, str], environment: Mapping[str, str]) -> dict[str, str]:
    """The environment for uv: the given one, and what pip's settings add to it."""
    said = {
        "UV_DEFAULT_INDEX": pip.get("index-url"),
        "UV_INDEX": _words(pip.get("extra-index-url")),
        "UV_INSECURE_HOST": _words(pip.get("trusted-host")),
        "UV_FIND_LINKS": ",".join(_places(pip.get("find-links", ""))),
        "UV_HTTP_TIMEOUT": pip.get("timeout", pip.get("default-timeout")),
        "SSL_CLIENT_CERT": pip.get("client-cert"),
        "HTTPS_PROXY": pip.get("proxy"),
        "HTTP_PROXY": pip.get("proxy"),
        _certificates(pip.get("cert", "")): pip.get("cert"),
    }
    ours = {
        # What an index holds beside the locked files cannot matter: hashes decide.
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_SYSTEM_CERTS": "true",
        "UV_LINK_MODE": "copy",
    }
    return {key: value for key, value in (ours | said).items() if value} | dict(environment)


def offline(pip: Mapping[str, str]) -> bool:
    """Whether pip is told to use no index at all."""
    return pip.get("no-index", "").lower() in {"1", "true", "yes", "on"}


def _words(value: str | None) -> str:
    return " ".join((value or "").split())


def _places(value: str) -> list[str]:
    """Leave out folders that do not exist, as pip does; uv would stop."""
    return [place for place in value.split() if "://" in place or Path(place).exists()]


def _certificates(path: str) -> str:
    return "SSL_CERT_DIR" if Path(path).is_dir() else "SSL_CERT_FILE"
