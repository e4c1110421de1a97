"""Run the state machine: short here, long with `--hypothesis-profile=soak` (conftest.py)."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.contracts.consortium import Consortium
from tests.contracts.machine import LedgerMachine
from tests.contracts.rules import ENTRY_POINTS

pytestmark = pytest.mark.contracts

SHORT = settings(
    max_examples=20,
    stateful_step_count=40,
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
"""The same plans every time, so that what they reach can be asserted."""

REFUSALS_REACHED = 25


def test_whatever_anyone_does_the_contract_keeps_its_promises(consortium: Consortium):
    LedgerMachine.met.clear()
    soaking = settings.get_current_profile_name() == "soak"
    run_state_machine_as_test(
        lambda: LedgerMachine(consortium), settings=settings.default if soaking else SHORT
    )
    done = {function for function, outcome in LedgerMachine.met if outcome == "done"}
    refused = {outcome for _, outcome in LedgerMachine.met} - {"done"}
    assert done == set(ENTRY_POINTS)
    assert len(refused) >= REFUSALS_REACHED, sorted(refused)
