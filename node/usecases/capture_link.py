"""A link by which the customer's own phone gives a case its evidence.

The link stands for its case only, until it expires or the verification starts; it shows nothing of the case
but what the camera page needs.
"""

from __future__ import annotations

from dataclasses import dataclass

from node.domain.case import Case, CaseState
from node.domain.link import Link, LinkPurpose, new_link
from node.domain.session import token_digest
from node.errors import InvalidInput
from node.ports import Clock, Randomness
from node.usecases.transaction import Transactions


@dataclass(frozen=True)
class OfferCapture:
    """Make a capture link for an open case."""

    transaction: Transactions
    clock: Clock
    randomness: Randomness

    def __call__(self, case_id: str) -> tuple[Link, str]:
        """Return the link and its token. Raises InvalidInput ("case.unknown", "case.wrong_state")."""
        link, token = new_link(LinkPurpose.CAPTURE, case_id, now=self.clock.now(), randomness=self.randomness)
        with self.transaction() as unit:
            unit.cases.get(case_id).require(CaseState.OPEN)
            unit.links.add(link)
        return link, token


@dataclass(frozen=True)
class FindCapture:
    """The case behind a capture link."""

    snapshot: Transactions
    clock: Clock

    def __call__(self, token: str) -> Case:
        """Return the case. Raises InvalidInput ("link.unknown", "link.expired", "case.wrong_state")."""
        case = self.in_any_state(token)
        case.require(CaseState.OPEN)
        return case

    def in_any_state(self, token: str) -> Case:
        """The same for whoever only looks. Raises InvalidInput ("link.unknown", "link.expired")."""
        with self.snapshot() as unit:
            found = unit.links.find(link_id=token_digest(token), purpose=LinkPurpose.CAPTURE.value)
            if not found:
                raise InvalidInput("link.unknown", "no such link", hint="ask for a new link")
            found[0].require_open(now=self.clock.now())
            return unit.cases.get(found[0].subject)
