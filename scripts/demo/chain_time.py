"""What time it is on the demo's chain, and so for its nodes: in 2026, whatever the machine's clock says.

On 2027-04-01 the law ends the method by photographs. A chain's time cannot go back, so the demo goes beyond
that day last, and, where people are to try things afterwards, only if asked to.
"""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta, timezone

from node.domain.days import first_second
from node.domain.methods import NEXT
from scripts.demo.timeline import Timeline
from tests.sim.anvil import Anvil

OPENS_AT_S = 9 * 3_600
"""Nine in the morning."""

BEGINS = first_second(date(2026, 12, 1)) + OPENS_AT_S
"""First block: four months before the reform, so that a verification by photographs, which this consortium
trusts for 90 days, grows too old before its method ends."""

REFORM = first_second(NEXT.begins)

CLOCKS_FOLLOW_S = 1.5
"""The nodes read chain time at most once a second (node.clock)."""

JST = timezone(timedelta(hours=9))


def move_to(second: int, chain: Anvil, timeline: Timeline) -> None:
    """Let time pass on the chain until a second, and wait for the nodes' clocks to follow."""
    moment = datetime.fromtimestamp(second, JST).strftime("%Y-%m-%d %H:%M:%S")
    timeline.say(f"   [dim]chain time is moved to {moment} JST[/]")
    chain.advance(second - chain.pending_time())
    time.sleep(CLOCKS_FOLLOW_S)
