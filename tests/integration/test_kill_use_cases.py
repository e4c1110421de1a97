"""Nodes killed at every point of every use case that writes: one point of each here, all by `make soak`.

What a point is, `tests.sim.kill.fuse` says; the journey, `tests.integration.mortal_journey`. A killed node is
a killed process: it is started again on its database, vault and chain, and people do again what was not
answered. At the end nothing is lost and nothing recorded twice, on chain and off it.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator

import pytest

from node.bootstrap import Node
from node.domain.events import Anchored, Attested, Decided, KeysPublished, ProposalMade, Revoked
from node.domain.ledger import IntentState
from node.domain.register import BatchState
from tests.integration.fault_runs import ALL, SOAK, note_run
from tests.integration.mortal_journey import Journey
from tests.integration.mortal_network import MortalNetwork, NotYetError
from tests.sim.kill.fuse import all_use_cases
from tests.sim.kill.nodes import MortalNode

pytestmark = [pytest.mark.integration, pytest.mark.timeout(7200)]

SHORT = "after commit"
"""Where the short form kills: what was committed counts, and nobody was told."""

DEATHS = 4 if SOAK else 1
"""Of one use case in one journey: each repetition dies at the next point."""

MOST_JOURNEYS = 30

SILENT = {
    "AdvanceReuse": "calls others",
    "CompareHead": "reads",
    "FindCapture": "reads",
    "FindSession": "reads",
    "GatherFacts": "reads",
    "LastCheck": "reads",
    "ListPictures": "reads",
    "ListSharings": "reads",
    "RecentHistory": "reads",
    "ShowEnrolment": "reads",
    "ShowEvidence": "reads",
    "ShowPicture": "reads",
    "ShowSignals": "reads",
    "ShowStanding": "reads",
    "ShowTrail": "reads",
    "SummariseHistory": "reads",
}
"""Use cases that write nothing of their own, and why; everything else must be killed."""


@pytest.fixture(name="net", params=["sqlite", "postgresql"] if SOAK else ["sqlite"])
def _net(request, tmp_path) -> Iterator[MortalNetwork]:
    made: dict[str, str] = {}

    def database(name: str) -> str:
        if request.param == "sqlite":
            return f"sqlite:///{tmp_path / name}.db"
        if name not in made:
            made[name] = request.getfixturevalue("postgres").database()
        return made[name]

    with MortalNetwork(tmp_path, database) as net:
        yield net
    for url in made.values():
        request.getfixturevalue("postgres").give_back(url)


def test_nodes_killed_inside_every_use_case_lose_nothing_and_record_nothing_twice(net, request):
    began = time.monotonic()
    journeys = _kill_everywhere(net)
    _let_live(net)
    points = {label for node in net.nodes for label in node.plan.read().spent}
    killed = {label.partition(":")[0] for label in points}
    assert {one.__name__ for one in all_use_cases()} - set(SILENT) <= killed
    _assert_all_is_well(net, journeys + 1)
    kills = sum(node.deaths for node in net.nodes)
    note_run(
        "use case kills",
        request,
        began,
        operations=journeys + 1,
        faults={"kills": kills},
        told=dict(net.told),
        points=sorted(points),
    )


def _kill_everywhere(net: MortalNetwork) -> int:
    """Journeys until none of them meets a point at which its node did not die before."""
    for number in range(1, MOST_JOURNEYS + 1):
        for node in net.nodes:
            node.plan.arm(only="" if SOAK else SHORT, most=DEATHS)
        before = sum(len(node.plan.read().spent) for node in net.nodes)
        Journey(net).run()
        if not SOAK or sum(len(node.plan.read().spent) for node in net.nodes) == before:
            return number
    raise AssertionError(f"there are still new points after {MOST_JOURNEYS} journeys")


def _let_live(net: MortalNetwork) -> None:
    """One journey without a death; then nothing is under way any more."""
    for node in net.nodes:
        node.plan.disarm()
    Journey(net).run()
    for node in net.nodes:
        net.again(lambda node=node: _require_quiet(node))


def _require_quiet(node: MortalNode) -> None:
    opened = node.open()
    try:
        with opened.transaction() as unit:
            waiting = [one for one in unit.deliveries.find() if one.state == "waiting"]
            unsettled = opened.ledger.sender._account.outbox(unit.session).in_state(
                IntentState.QUEUED, IntentState.SIGNED, IntentState.SENT
            )
        if waiting or unsettled:
            raise NotYetError(f"{len(waiting)} deliveries, {len(unsettled)} intents")
    finally:
        opened.database.dispose()


def _assert_all_is_well(net: MortalNetwork, journeys: int) -> None:
    nodes = a, b, r = [node.open() for node in net.nodes]
    for node in nodes:
        status = node.ledger.sync()
        assert (status.head, status.events) == node.ledger.head()
        assert _failed(node) == []
    recorded = _events(a)
    once = (Attested, Anchored, Decided, Revoked)
    assert {times for event, times in recorded.items() if isinstance(event, once)} == {1}
    _assert_the_issuer_is_well(a, recorded, journeys)
    _assert_the_recipient_is_well(b, r, recorded, journeys)
    assert _no_wrong_code_reached_a_card_twice(net.a)
    for node in nodes:
        node.database.dispose()


def _assert_the_issuer_is_well(a: Node, recorded: Counter, journeys: int) -> None:
    with a.transaction() as unit:
        cases, records = unit.cases.find(), unit.records.find()
        leaves, batches = unit.leaves.find(), unit.anchor_batches.find(state=BatchState.ANCHORED.value)
        releases = unit.attestations.find()
        forgotten = [case for case in cases if case.state == "abandoned" and case.surface_file is not None]
        assert not any(unit.vault.names(case.case_id) for case in forgotten)
    assert len(forgotten) == journeys
    # A case whose opening was not answered was opened anew: it holds nothing and stays open.
    assert sum(case.state == "verified" for case in cases) == len(records) == 2 * journeys
    assert all(case.surface_file is None for case in cases if case.state == "open")
    assert len(leaves) == 16 * journeys == len({leaf.leaf_id for leaf in leaves})
    assert {leaf.batch_id for leaf in leaves} == {batch.batch_id for batch in batches}
    assert _count(recorded, Anchored) == len(batches)
    # One consent, one release: no version was used twice, and each is on chain and withdrawn.
    assert len({(one.record_id, one.version) for one in releases}) == len(releases) == 2 * journeys
    on_chain = {event.attestation_id.hex() for event in recorded if isinstance(event, Attested)}
    assert on_chain == {one.attestation_id for one in releases}
    assert _count(recorded, Revoked) == 2 * journeys
    assert _count(recorded, ProposalMade) == 4 + journeys
    assert _count(recorded, KeysPublished) == 3 + journeys


def _assert_the_recipient_is_well(b: Node, r: Node, recorded: Counter, journeys: int) -> None:
    with b.transaction() as unit:
        reuses, records, reviews = unit.reuses.find(), unit.records.find(), unit.review_cases.find()
    accepted = {one.attestation_id for one in reuses if one.state == "accepted"}
    assert len(accepted) == len(records) == len(reviews) == journeys
    assert {one.state for one in reuses} == {"accepted", "ended"}
    decided = {event.attestation_id.hex() for event in recorded if isinstance(event, Decided)}
    assert decided == accepted == {review.attestation_id for review in reviews}
    with r.transaction() as unit:
        openings = [one.attestation_id for one in unit.openings.find()]
        answered = [one for one in unit.disclosures.find() if one.state == "answered"]
    assert sorted(openings) == sorted(accepted)
    assert len(answered) == journeys


def _events(node: Node) -> Counter:
    with node.transaction() as unit:
        entries = node.ledger.within(unit.session).history(limit=ALL)
    return Counter(entry.event for entry in entries)


def _count(recorded: Counter, kind: type) -> int:
    return sum(times for event, times in recorded.items() if isinstance(event, kind))


def _failed(node: Node) -> list[str]:
    with node.transaction() as unit:
        rows = node.ledger.sender._account.outbox(unit.session).in_state(IntentState.FAILED)
    return [f"{row.intent_id}: {row.code}" for row in rows]


def _no_wrong_code_reached_a_card_twice(node: MortalNode) -> bool:
    wrong = node.cards.wrong()
    return len(wrong) == len(set(wrong)) > 0
