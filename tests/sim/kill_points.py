"""Kill a node at every point at which dying could matter, and let it go on.

The points are found from the outside, at the two ports through which the ledger touches the world: each
database commit (before, after) and each request to the chain (before, after), labelled by what it carries. A
life is a forked process that opens the database, does a group of writes and reads the chain; at its label it
kills itself with SIGKILL, without a chance to clean up. The production code knows nothing of this.

Runs as a process of its own (`python -m tests.sim.kill_points`), without threads, so that forking is safe;
prints one JSON object. Members: 1 attests, anchors and revokes, 2 decides.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from eth_account import Account
from sqlalchemy import Engine, event
from sqlmodel import Session

from node.chain.connect import connect
from node.chain.ledger import ChainLedger, LedgerUnit
from node.chain.rpc import Call, Rpc
from node.chain.signer import Signer
from node.domain.events import ReasonClass, Terms
from node.errors import Unavailable
from node.store.database import open_engine, transaction
from tests.sim.patience import eventually

GROUP = 10
"""Attestations per group, of which A revokes one; B decides the others. And one anchor."""

ANCHOR_SIZE = 16
"""A power of two, as the contract wants."""


@dataclass(frozen=True)
class World:
    """What a life needs to know; given to the process as JSON.

    Attributes:
        url: the chain node.
        contract: address.
        deployed_block: its height.
        chain_id: EIP-155.
        databases: URLs of members 1 and 2.
        keys: their private keys, 0x-hex.
        terms: of every attestation, in the contract's order; the method as hex.
        groups: how many groups to record.
        kills: how many lives of each member's group die before one may live.
    """

    url: str
    contract: str
    deployed_block: int
    chain_id: int
    databases: tuple[str, str]
    keys: tuple[str, str]
    terms: tuple[int, int, str, int, int, int]
    groups: int
    kills: int


def operation_id(kind: str, number: int) -> bytes:
    """The same 32 bytes in every life."""
    return sha256(f"{kind}-{number}".encode()).digest()


class Fuse:
    """Kills this process when it reaches one label; writes down every label that it passes.

    The list of labels goes through a pipe, whose content survives the process.
    """

    def __init__(self, label: str | None, report: int) -> None:
        self._label = label
        self._report = report

    def reach(self, label: str) -> None:
        """Pass a point, or die there."""
        os.write(self._report, f"{label}\n".encode())
        if label == self._label:
            os.kill(os.getpid(), signal.SIGKILL)


class FusedRpc(Rpc):
    """A chain node with a fuse before and after each request."""

    def __init__(self, url: str, fuse: Fuse) -> None:
        super().__init__(url)
        self._fuse = fuse

    def batch(self, calls: Sequence[Call]) -> list[Any]:
        label = "+".join(sorted({method for method, _ in calls}))
        self._fuse.reach(f"before {label}")
        answers = super().batch(calls)
        self._fuse.reach(f"after {label}")
        return answers


def fuse_commits(engine: Engine, fuse: Fuse) -> None:
    """Put a fuse before and after each commit, labelled by the tables written in it."""
    written: set[str] = set()

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        words = statement.split()
        if words[0] in {"INSERT", "UPDATE", "DELETE"}:
            written.add(words[1 if words[0] == "UPDATE" else 2])

    def before(_connection: Any) -> None:
        if written:
            fuse.reach(f"before commit {'+'.join(sorted(written))}")

    def after(_session: Any) -> None:
        if written:
            label = "+".join(sorted(written))
            written.clear()
            fuse.reach(f"after commit {label}")

    event.listen(engine, "before_cursor_execute", note)
    event.listen(engine, "commit", before)
    event.listen(Session, "after_commit", after)


def live(world: World, member: int, group: int, fuse: Fuse) -> None:
    """Record one member's part of a group, then read the chain."""
    engine = open_engine(world.databases[member - 1])
    fuse_commits(engine, fuse)
    ledger = connect(
        engine,
        FusedRpc(world.url, fuse),
        world.contract,
        deployed_block=world.deployed_block,
        signer=Signer(Account.from_key(world.keys[member - 1])),
        now=lambda: int(time.time()),
        chain_id=world.chain_id,
    )
    ledger.sender.reconcile()
    with transaction(engine) as session:
        names = _queue(world, member, group, ledger.within(session))
    _settle(ledger, names)
    ledger.sync()


def _queue(world: World, member: int, group: int, ledger: LedgerUnit) -> list[str]:
    numbers = range(group * GROUP, (group + 1) * GROUP)
    if member == world.terms[1]:
        return [
            ledger.decide(
                f"decide-{n}", operation_id("attest", n), commitment=operation_id("decide", n)
            ).intent_id
            for n in numbers
        ]
    issuer, recipient, method, *rest = world.terms
    terms = Terms(issuer, recipient, bytes.fromhex(method), *rest)
    names = [ledger.attest(f"attest-{n}", operation_id("attest", n), terms=terms).intent_id for n in numbers]
    names.append(ledger.anchor(f"anchor-{group}", operation_id("anchor", group), size=ANCHOR_SIZE).intent_id)
    revoked = [operation_id("attest", numbers[0])]
    names.append(ledger.revoke(f"revoke-{group}", revoked, reason=ReasonClass.ENDED).intent_id)
    return names


def _settle(ledger: ChainLedger, names: Sequence[str]) -> None:
    def settled_by_a_round() -> bool:
        if all(ledger.intent(name).is_settled for name in names):
            return True
        ledger.flush()
        return False

    eventually(settled_by_a_round, every_s=0)


def run(world: World) -> dict[str, Any]:
    """Live every group to its end; returns which labels were met and at which lives ended."""
    met: dict[int, set[str]] = {1: set(), 2: set()}
    tried: Counter[str] = Counter()
    ended: Counter[str] = Counter()
    for group in range(world.groups):
        for member in (1, 2):
            for _ in range(world.kills):
                target = min(met[member], key=lambda label: (tried[label], label), default=None)
                labels, died = _fork(world, member, group, target)
                met[member].update(labels)
                tried.update([target] if target else [])
                ended.update([target] if died and target else [])
            labels, died = _fork(world, member, group, None)
            assert not died, "a life without a fuse ended early"
            met[member].update(labels)
    return {"labels": sorted(met[1] | met[2]), "kills": ended.total(), "killed_at": sorted(ended)}


def _fork(world: World, member: int, group: int, label: str | None) -> tuple[list[str], bool]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _be_child(world, member, group, Fuse(label, writing))
    os.close(writing)
    with os.fdopen(reading) as report:
        labels = report.read().split("\n")[:-1]
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL, f"signal {os.WTERMSIG(status)}"
        return labels, True
    assert os.WEXITSTATUS(status) == 0, f"a life failed: member {member}, group {group}"
    return labels, False


def _be_child(world: World, member: int, group: int, fuse: Fuse) -> None:
    code = 1
    try:
        live(world, member, group, fuse)
        code = 0
    except Unavailable as error:
        sys.stderr.write(f"{error.code}: {error}\n")
    except Exception as error:  # noqa: BLE001  the parent must see any end of this process
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
    finally:
        os._exit(code)


if __name__ == "__main__":
    json.dump(run(World(**json.load(sys.stdin))), sys.stdout)
