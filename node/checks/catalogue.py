"""Every check, in the order in which it is told, and how they are run: side by side, for a bounded time."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from node.checks import chain, consortium, database, engine, files, keys, storage
from node.checks.finding import Check, Finding, Status, not_performed, refused
from node.config import Settings, load_settings
from node.errors import NodeError
from verifier.errors import VerifierError

DEADLINE_S = 30.0
"""For all checks together; they run side by side, and each waits a few seconds for others at most."""

START_DEADLINE_S = 5.0
"""A node that starts waits no longer for a card service that hangs."""


@dataclass(frozen=True, slots=True)
class Named:
    """A check with the name under which it is told.

    Attributes:
        name: stable, for scripts.
        run: the check.
        at_start: whether `rireki serve` runs it, too: quick, and asks nobody on the network.
    """

    name: str
    run: Check
    at_start: bool = False


SETTINGS = "settings"
_DEFECT = "This is a defect of the node; report it."

CHECKS: tuple[Named, ...] = (
    Named(SETTINGS, files.settings_complete),
    Named("secret files", files.secrets_private, at_start=True),
    Named("keystore", keys.keystore),
    Named("keys", keys.member_keys),
    Named("chain", chain.contract),
    Named("chain witness", chain.witness),
    Named("clocks", chain.clocks),
    Named("membership", consortium.membership),
    Named("database", database.schema),
    Named("evidence", storage.evidence),
    Named("disk", storage.disk, at_start=True),
    Named("models", engine.models, at_start=True),
    Named("model licence", engine.model_licence),
    Named("trust store", engine.trust, at_start=True),
    Named("card reader", engine.card_reader, at_start=True),
    Named("peers", consortium.peers),
)


@dataclass(frozen=True, slots=True)
class Told:
    """A finding and the check that made it."""

    check: str
    finding: Finding


def check_all(config: Path) -> list[Told]:
    """Run every check on a settings file; where it cannot be read, the others are not performed."""
    try:
        settings = load_settings(config)
    except NodeError as error:
        rest = not_performed(
            "check.no_settings", "the settings cannot be read", "Correct the settings first."
        )
        return [Told(SETTINGS, refused(error)), *(Told(one.name, rest) for one in CHECKS[1:])]
    return run_checks(settings, CHECKS)


def check_at_start(settings: Settings) -> list[Told]:
    """The quick ones, for a node that starts."""
    return run_checks(settings, [one for one in CHECKS if one.at_start], START_DEADLINE_S)


def run_checks(settings: Settings, checks: Sequence[Named], deadline_s: float = DEADLINE_S) -> list[Told]:
    """Run checks side by side. One that does not end in time is not performed, and is left behind.

    Args:
        settings: of the node.
        checks: in the order of the answer.
        deadline_s: seconds for all of them.
    """
    runs = [_Run(settings, one) for one in checks]
    until = time.monotonic() + deadline_s
    for run in runs:
        run.join(max(0.0, until - time.monotonic()))
    return [told for run in runs for told in run.told(deadline_s)]


class _Run(threading.Thread):
    """One check in a thread of its own; a daemon, because a card service or a disk may never answer."""

    def __init__(self, settings: Settings, check: Named) -> None:
        super().__init__(name=f"check {check.name}", daemon=True)
        self._settings = settings
        self._check = check
        self._found: Sequence[Finding] | None = None
        self.start()

    def run(self) -> None:
        """See `Check`."""
        try:
            self._found = self._check.run(self._settings)
        except (NodeError, VerifierError) as error:
            self._found = [refused(error)]
        except Exception as error:  # noqa: BLE001  the border of a check: a bug in one must not hide the others
            message = f"the check failed: {type(error).__name__}"
            self._found = [not_performed("check.broken", message, _DEFECT)]

    def told(self, deadline_s: float) -> Iterator[Told]:
        """Its findings, or that there are none yet."""
        late = not_performed(
            "check.timeout",
            f"no answer within {deadline_s:.0f} s",
            "See what it waits for, then check again.",
        )
        for finding in self._found or [late]:
            yield Told(self._check.name, finding)


def is_sound(told: Sequence[Told]) -> bool:
    """Whether nothing failed, and nothing that this node needs went unchecked."""
    return all(one.finding.is_sound for one in told)


def worst(told: Sequence[Told]) -> list[Told]:
    """What an operator should see in a log: everything that is not well."""
    return [one for one in told if one.finding.status is not Status.OK and one.finding.hint]
