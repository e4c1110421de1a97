"""Where a node can die, found at its ports, and the fuse that kills it there with SIGKILL.

Outside of its memory a node changes something in four places only: it commits to its database, it writes a
file of the vault, it sends a transaction to the chain, it calls another member's node. Dying anywhere between
two such moments leaves what dying right after the earlier one leaves. So the points are the moments before
and after each, labelled by the use case that was running: `SignConsent: after commit outbox+requests`.

Production code knows nothing of this: `install` wraps the ports' adapters and the use cases' `__call__` in
the process to be killed. What is met and what was killed goes into files, which survive the process.
"""

from __future__ import annotations

import fcntl
import importlib
import json
import os
import pkgutil
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from copy import deepcopy
from dataclasses import asdict, dataclass, field
from functools import wraps
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Engine, event
from sqlmodel import Session

from node import usecases
from node.chain.rpc import Rpc
from node.exchange.client import HttpPeers
from node.jobs import schedule
from node.store.tables import chain, ledger, outbox, vault
from node.store.vault import EncryptedFiles

SEND = "eth_sendRawTransaction"

_scope: ContextVar[str] = ContextVar("scope", default="request")
"""The innermost use case or job that is running."""


@dataclass
class Plan:
    """Where to die next, and where a node died already.

    Attributes:
        armed: whether to die at all.
        only: die only at points whose name begins so; empty for all.
        met: every label passed so far, in order.
        spent: labels at which the node died: nowhere twice.
        most: how often to die in each scope.
        died: scopes in which it died since they were last armed, once for each death.
        resting: jobs that leave their work to others for now.
    """

    armed: bool = False
    only: str = ""
    most: int = 1
    met: list[str] = field(default_factory=list)
    spent: list[str] = field(default_factory=list)
    died: list[str] = field(default_factory=list)
    resting: list[str] = field(default_factory=list)

    def wants(self, scope: str, label: str) -> bool:
        """Whether the node shall die here."""
        point = label.removeprefix(f"{scope}: ")
        fresh = label not in self.spent and self.died.count(scope) < self.most
        return self.armed and fresh and point.startswith(self.only)


class PlanFile:
    """A plan that outlives its process: one writer at a time, readers see the whole of it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> Plan:
        """The plan as it stands."""
        return Plan(**json.loads(self.path.read_text())) if self.path.exists() else Plan()

    @contextmanager
    def changing(self) -> Iterator[Plan]:
        """The plan, to be changed: kept at the end; who else wants to change it waits."""
        with self.path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            plan = self.read()
            before = deepcopy(plan)
            yield plan
            if plan != before:
                fresh = self.path.with_suffix(".new")
                fresh.write_text(json.dumps(asdict(plan)))
                fresh.replace(self.path)

    def arm(self, *, only: str = "", most: int = 1) -> None:
        """Let each scope die so often, where it has not died yet."""
        with self.changing() as plan:
            plan.armed, plan.only, plan.most, plan.died = True, only, most, []

    def disarm(self) -> None:
        """Let everything live."""
        with self.changing() as plan:
            plan.armed = False

    @contextmanager
    def rest(self, job: str) -> Iterator[None]:
        """Keep a job from running, so that whoever else may do its work does it."""
        with self.changing() as plan:
            plan.resting.append(job)
        yield
        with self.changing() as plan:
            plan.resting.remove(job)


class Fuse:
    """Ends this process where its plan says so."""

    def __init__(self, file: PlanFile) -> None:
        self._file = file

    def reach(self, point: str) -> None:
        """Pass a point, or die there."""
        scope = _scope.get()
        label = f"{scope}: {point}"
        with self._file.changing() as plan:
            dies = plan.wants(scope, label)
            if label not in plan.met:
                plan.met.append(label)
            if dies:
                plan.spent.append(label)
                plan.died.append(scope)
        if dies:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, call: Callable[..., Any], name: Callable[..., str | None]) -> Callable[..., Any]:
        """A port's method with a point before and after it, where `name` gives one."""

        @wraps(call)
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            point = name(*args)
            if point is None:
                return call(*args, **kwargs)
            self.reach(f"before {point}")
            answer = call(*args, **kwargs)
            self.reach(f"after {point}")
            return answer

        return wrapped


def install(file: PlanFile) -> None:
    """Put fuses around this process's ports, and names on its use cases and jobs."""
    fuse = Fuse(file)
    Rpc._exchange = fuse.around(Rpc._exchange, _sending)  # type: ignore[method-assign]
    HttpPeers._post = fuse.around(HttpPeers._post, _calling)  # type: ignore[method-assign]
    EncryptedFiles.write = fuse.around(EncryptedFiles.write, _writing)  # type: ignore[method-assign]
    _watch_commits(fuse)
    for use_case in all_use_cases():
        _scope_calls(use_case, lambda one: type(one).__name__)
    _scope_calls(schedule._Guarded, lambda guarded: f"job {guarded.job.name}")
    _let_rest(file)


def name_scope(name: str) -> None:
    """What this process does outside of use cases and jobs."""
    _scope.set(name)


def all_use_cases() -> list[type]:
    """Every use case: the callable classes of `node.usecases`."""
    modules = [
        importlib.import_module(f"{usecases.__name__}.{found.name}")
        for found in pkgutil.iter_modules(usecases.__path__)
    ]
    return [
        one
        for module in modules
        for one in vars(module).values()
        if isinstance(one, type) and one.__module__ == module.__name__ and "__call__" in vars(one)
    ]


def _scope_calls(owner: Any, name: Callable[[Any], str]) -> None:
    call = owner.__call__

    @wraps(call)
    def scoped(self: Any, *args: Any, **kwargs: Any) -> Any:
        token = _scope.set(name(self))
        try:
            return call(self, *args, **kwargs)
        finally:
            _scope.reset(token)

    owner.__call__ = scoped


def _let_rest(file: PlanFile) -> None:
    call = schedule._Guarded.__call__

    @wraps(call)
    def unless_resting(guarded: schedule._Guarded) -> None:
        if guarded.job.name not in file.read().resting:
            call(guarded)

    schedule._Guarded.__call__ = unless_resting  # type: ignore[method-assign]


def _tables(module: ModuleType) -> list[Any]:
    return [one for one in vars(module).values() if isinstance(one, type) and hasattr(one, "__tablename__")]


def _sending(_rpc: Rpc, calls: Sequence[tuple[str, Any]]) -> str | None:
    return "sending to the chain" if any(method == SEND for method, _ in calls) else None


def _calling(_peers: HttpPeers, _endpoint: str, path: str, *_: Any) -> str:
    return f"calling {path}"


def _writing(*_: Any) -> str:
    return "writing a vault file"


def _watch_commits(fuse: Fuse) -> None:
    """A point before and after each commit that wrote something, named after what it wrote."""
    seen = threading.local()  # a transaction is one thread's

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        words = statement.split(maxsplit=3)
        if words[0] in {"INSERT", "UPDATE", "DELETE"}:
            table = words[1 if words[0] == "UPDATE" else 2].strip('"')
            seen.written = getattr(seen, "written", frozenset()) | {_GROUPS.get(table, table)}

    def before(_connection: Any) -> None:
        seen.committing, seen.written = getattr(seen, "written", frozenset()), frozenset()
        if seen.committing:
            fuse.reach(f"before commit of {'+'.join(sorted(seen.committing))}")

    def after(_session: Any) -> None:
        # SQLAlchemy tells of a savepoint's release too: that one has no commit before it.
        committed: frozenset[str] = getattr(seen, "committing", frozenset())
        seen.committing = frozenset()
        if committed:
            fuse.reach(f"after commit of {'+'.join(sorted(committed))}")

    def forget(_connection: Any) -> None:
        seen.written = frozenset()

    event.listen(Engine, "before_cursor_execute", note)
    event.listen(Engine, "commit", before)
    event.listen(Engine, "rollback", forget)
    event.listen(Session, "after_commit", after)


_GROUPS = {
    **{table.__tablename__: "index" for module in (chain, ledger) for table in _tables(module)},
    **{table.__tablename__: "vault" for table in _tables(vault)},
    **{table.__tablename__: "outbox" for table in _tables(outbox)},
}
"""Table -> what it belongs to, where several are written as one."""
