"""Wires settings to adapters, once, at start. Only entry points (api, web, jobs, cli) import this module."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from node.config import Settings
from node.ports import Clock, Randomness
from node.store.unit import Unit


@dataclass(frozen=True)
class Node:
    """Everything a running node consists of.

    Attributes:
        settings: as read at start.
        clock: the node's now.
        transaction: opens one database transaction and gives its repositories; commits at the end, rolls back on error.
        randomness: n -> n random bytes.
    """

    settings: Settings
    clock: Clock
    transaction: Callable[[], AbstractContextManager[Unit]]
    randomness: Randomness = secrets.token_bytes
