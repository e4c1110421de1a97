"""Whatever arrives as challenge, token or page's account: read as it was written, or refused by a code."""

from __future__ import annotations

import json
import random
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey

from node.domain.challenge import TOKEN, require_answer, sign_challenge
from node.domain.signals import read_signals
from node.errors import InvalidInput as NodeInvalidInput
from verifier.errors import InvalidInput
from verifier.liveness.actions import Deed
from verifier.liveness.answer import fault
from verifier.liveness.challenge import MIN_ACTIONS, Action, Challenge, issue

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 22, tzinfo=UTC)
KEY = ECKey.generate_key("P-256")
SEEDS = st.integers(min_value=0, max_value=2**32)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
)


def drawn(seed: int, actions: int = 3) -> Challenge:
    return issue(randomness=random.Random(seed), now=NOW, actions=actions)


@given(SEEDS, st.integers(min_value=MIN_ACTIONS, max_value=5))
def test_every_challenge_is_read_back_as_it_was_drawn(seed, actions):
    challenge = drawn(seed, actions)
    assert Challenge.from_json(json.loads(json.dumps(challenge.to_json()))) == challenge


@given(SEEDS, st.sampled_from(["version", "nonce", "issued_at", "duration_ms", "steps"]), VALUES)
def test_a_challenge_with_one_field_changed_is_refused(seed, name, value):
    document = drawn(seed).to_json()
    if value == document[name]:
        return
    with pytest.raises(InvalidInput) as caught:
        Challenge.from_json(document | {name: value})
    assert caught.value.code in {"challenge.malformed", "challenge.version"}


@given(st.text(max_size=300))
def test_no_text_passes_for_a_token(text):
    challenge = sign_challenge(drawn(1).to_json(), subject="case", now=0, key=KEY)
    with pytest.raises(NodeInvalidInput) as caught:
        require_answer(text, challenge=challenge, subject="case", now=0, key=KEY)
    assert caught.value.code == "challenge.signature_invalid"


@given(SEEDS, SEEDS)
def test_a_token_answers_its_own_challenge_only(one, other):
    mine, theirs = (
        sign_challenge(drawn(seed).to_json(), subject="case", now=0, key=KEY) for seed in (one, other)
    )
    require_answer(mine[TOKEN], challenge=mine, subject="case", now=0, key=KEY)
    if one != other:
        with pytest.raises(NodeInvalidInput):
            require_answer(theirs[TOKEN], challenge=mine, subject="case", now=0, key=KEY)


@given(st.text(max_size=200) | VALUES.map(json.dumps))
def test_a_pages_account_is_read_or_refused(text):
    with suppress(NodeInvalidInput):
        told = read_signals(text)
        assert told is None or read_signals(json.dumps(told.to_json())) == told


@given(SEEDS, st.lists(st.tuples(st.sampled_from(list(Action)), st.integers(0, 9000)), max_size=6))
def test_deeds_answer_a_challenge_only_with_every_step_in_its_window_and_in_order(seed, done):
    challenge = drawn(seed)
    found = tuple(Deed(action, t, t + 200, 1.0, 1.0) for action, t in sorted(done, key=lambda one: one[1]))
    if fault(found, challenge) is None:
        counted = [deed for deed in found if deed.action is not Action.BLINK]
        steps = [step for step in challenge.steps if step.action is not Action.BLINK]
        assert [deed.action for deed in counted] == [step.action for step in steps]
        assert all(s.start_ms < d.start_ms <= s.end_ms for d, s in zip(counted, steps, strict=True))
