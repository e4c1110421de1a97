"""Binding a passkey, signing in, anchoring, revoking, and the customer's own page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from node.domain.attestation import Attestation, ReleaseState
from node.domain.canonical import parse_object
from node.domain.events import ReasonClass
from node.domain.ledger import IntentState
from node.domain.merkle import verify_proof
from node.domain.record import VerificationRecord
from node.domain.register import BOUND_RECORD_FILE, versions_file
from node.domain.session import CEREMONY_LIFE_S, SESSION_LIFE_S, CustomerSession
from node.domain.versions import VERSION_COUNT, SaltedVersion, leaf_of
from node.store.tables.chain import BlockRow
from node.store.tables.ledger import AnchorRow
from node.usecases.prepare_versions import LOW, replenish_versions
from node.usecases.releasable import load_record, load_version
from tests.unit.node.usecases.issuing_fixtures import LEDGER, ORIGIN, Desk

pytestmark = pytest.mark.unit


def _released(record_id: str, version: int, state: ReleaseState) -> Attestation:
    number = f"{version:02x}" * 32
    return Attestation(
        attestation_id=number,
        request_id=f"r{version}",
        record_id=record_id,
        version=version,
        recipient_id=2,
        purpose="account_opening",
        attributes=["name"],
        consent_digest=number,
        code_digest=number,
        state=state.value,
        intent_id=f"attest:{version}",
        created_at=version,
        decide_by=10,
    )


def _mine(desk: Desk, batch_id: str) -> None:
    """Let the node's index see the root on chain."""
    with desk.store.transaction() as unit:
        block = {"number": 5, "hash": b"h" * 32, "parent_hash": b"p" * 32, "time": 77}
        unit.session.add(BlockRow(**block, history_head=b"", history_count=1, is_marker=True))
        unit.session.flush()
        root = bytes.fromhex(batch_id)
        unit.session.add(AnchorRow(block_number=5, log_index=0, at=77, issuer=1, root=root, size=16))


def _sign_in(desk: Desk, *, origin: str = ORIGIN) -> tuple[CustomerSession, str]:
    ceremony_id, options = desk.issuing.begin_sign_in()
    return desk.issuing.sign_in(ceremony_id, desk.passkeys.get(options, origin=origin))


def test_a_passkey_is_bound_and_sixteen_leaves_wait(desk):
    record_id = desk.enrolled_record()
    with desk.store.transaction() as unit:
        (binding,) = unit.bindings.find(record_id=record_id)
        leaves = unit.leaves.find(record_id=record_id)
        assert unit.records.get(record_id).state == "attestable"
    record = VerificationRecord.from_json(
        parse_object(desk.store.vault.get(record_id, BOUND_RECORD_FILE), code="x")
    )
    assert (record.passkey, record.bound_at) == (binding.jwk, desk.clock.now())
    kept = parse_object(desk.store.vault.get(record_id, versions_file(0)), code="x")["versions"]
    versions = [SaltedVersion.from_json(one) for one in kept]
    assert sorted(leaf.number for leaf in leaves) == list(range(16))
    assert {leaf.leaf_id for leaf in leaves} == {leaf_of(record, v, LEDGER).hex() for v in versions}


def test_a_link_binds_once_and_a_record_takes_one_passkey(desk):
    record_id = desk.verified_record()
    _, token = desk.issuing.offer_enrolment(record_id)
    desk.enrol(token)
    assert desk.code_of(lambda: desk.enrol(token)) == "link.used"
    assert desk.code_of(lambda: desk.issuing.offer_enrolment(record_id)) == "binding.exists"


def test_a_newer_link_ends_the_older_one(desk):
    record_id = desk.verified_record()
    _, first = desk.issuing.offer_enrolment(record_id)
    _, second = desk.issuing.offer_enrolment(record_id)
    assert desk.code_of(lambda: desk.enrol(first)) == "link.used"
    assert desk.enrol(second).record_id == record_id


def test_an_old_link_does_not_open(desk):
    link, token = desk.issuing.offer_enrolment(desk.verified_record())
    desk.clock.seconds = link.expires_at
    assert desk.code_of(lambda: desk.issuing.show_enrolment(token)) == "link.expired"


def test_a_passkey_without_user_verification_is_refused_and_binds_nothing(desk):
    record_id = desk.verified_record()
    desk.passkeys.user_verified = False
    _, token = desk.issuing.offer_enrolment(record_id)
    assert desk.code_of(lambda: desk.enrol(token)) == "passkey.invalid"
    with desk.store.transaction() as unit:
        assert unit.bindings.find() == []
        assert unit.leaves.find() == []
    desk.passkeys.user_verified = True
    assert desk.enrol(token).record_id == record_id


def test_the_answer_to_another_links_ceremony_is_refused(desk):
    first, second = (desk.issuing.offer_enrolment(desk.verified_record())[1] for _ in range(2))
    ceremony_id, options = desk.issuing.begin_enrolment(first)
    credential = desk.passkeys.create(options, origin=ORIGIN)
    refused = desk.code_of(lambda: desk.issuing.enrol_passkey(second, ceremony_id, credential))
    assert refused == "ceremony.unknown"


def test_the_customer_signs_in_and_out(desk):
    record_id = desk.enrolled_record()
    session, token = _sign_in(desk)
    found = desk.issuing.find_session(token)
    assert found is not None
    assert found[1].record_id == record_id
    assert token not in repr(session)
    desk.issuing.sign_out(session)
    assert desk.issuing.find_session(token) is None


def test_a_session_ends_by_itself(desk):
    desk.enrolled_record()
    _, token = _sign_in(desk)
    desk.clock.seconds += SESSION_LIFE_S
    assert desk.issuing.find_session(token) is None


def test_a_challenge_is_good_for_one_answer(desk):
    desk.enrolled_record()
    ceremony_id, options = desk.issuing.begin_sign_in()
    credential = desk.passkeys.get(options, origin=ORIGIN)
    desk.issuing.sign_in(ceremony_id, credential)
    assert desk.code_of(lambda: desk.issuing.sign_in(ceremony_id, credential)) == "ceremony.used"


def test_a_challenge_expires(desk):
    desk.enrolled_record()
    ceremony_id, options = desk.issuing.begin_sign_in()
    desk.clock.seconds += CEREMONY_LIFE_S
    credential = desk.passkeys.get(options, origin=ORIGIN)
    assert desk.code_of(lambda: desk.issuing.sign_in(ceremony_id, credential)) == "ceremony.expired"


def test_a_cloned_passkey_whose_counter_went_back_is_refused(desk):
    record_id = desk.enrolled_record()
    _sign_in(desk)
    with desk.store.transaction() as unit:
        (binding,) = unit.bindings.find(record_id=record_id)
        unit.bindings.replace(replace(binding, sign_count=100), was=binding)
    assert desk.code_of(lambda: _sign_in(desk)) == "passkey.invalid"


def test_a_passkey_that_nobody_enrolled_here_is_refused(desk):
    desk.enrolled_record()
    ceremony_id, options = desk.issuing.begin_sign_in()
    credential = desk.passkeys.get(options, origin=ORIGIN) | {"id": "AAAA", "rawId": "AAAA"}
    assert desk.code_of(lambda: desk.issuing.sign_in(ceremony_id, credential)) == "passkey.invalid"


def test_waiting_leaves_of_many_records_share_one_anchor(desk):
    records = [desk.enrolled_record(), desk.enrolled_record(), desk.enrolled_record()]
    progress = desk.issuing.anchor_pending()
    assert (progress.queued, progress.anchored, progress.failed) == (48, 0, 0)
    with desk.store.transaction() as unit:
        (batch,) = unit.anchor_batches.find()
        leaves = unit.leaves.find()
    assert (batch.size, batch.state, list(desk.history.intents)) == (64, "sent", [batch.intent_id])
    assert {leaf.record_id for leaf in leaves} == set(records)
    for leaf in leaves:
        proof = [bytes.fromhex(one) for one in leaf.proof]
        assert verify_proof(bytes.fromhex(batch.batch_id), bytes.fromhex(leaf.leaf_id), proof)


def test_an_anchor_counts_once_the_index_has_seen_it(desk):
    desk.enrolled_record()
    desk.issuing.anchor_pending()
    with desk.store.transaction() as unit:
        (batch,) = unit.anchor_batches.find()
    desk.history.move(batch.intent_id, IntentState.MINED)
    assert desk.issuing.anchor_pending().anchored == 0
    _mine(desk, batch.batch_id)
    assert desk.issuing.anchor_pending().anchored == 1
    with desk.store.transaction() as unit:
        (done,) = unit.anchor_batches.find()
    assert (done.state, done.anchored_at, done.tx_hash) == ("anchored", 77, "0x" + "11" * 32)
    assert desk.issuing.anchor_pending().queued == 0


def test_leaves_of_a_refused_anchor_wait_again(desk):
    desk.enrolled_record()
    desk.issuing.anchor_pending()
    (intent_id,) = desk.history.intents
    desk.history.move(intent_id, IntentState.FAILED, code="not_active_provider")
    progress = desk.issuing.anchor_pending()
    assert (progress.failed, progress.queued) == (1, 16)
    assert len(desk.history.intents) == 2


def test_without_waiting_leaves_nothing_is_anchored(desk):
    desk.verified_record()
    assert desk.issuing.anchor_pending().queued == 0
    assert desk.history.intents == {}


def test_revoking_a_record_revokes_everything_released_of_it(desk):
    record_id = desk.enrolled_record()
    states = list(ReleaseState)
    with desk.store.transaction() as unit:
        for version, state in enumerate(states):
            unit.attestations.add(_released(record_id, version, state))
    entry, ids = desk.issuing.revoke_record(record_id, ReasonClass.SUPERSEDED)
    assert (entry.state, entry.closed_reason) == ("revoked", "superseded")
    expected = [v for v, s in enumerate(states) if s not in {ReleaseState.FAILED, ReleaseState.REVOKED}]
    assert list(ids) == [f"{version:02x}" * 32 for version in expected]
    assert [reason for _, reason in desk.history.revoked] == [ReasonClass.SUPERSEDED] * len(expected)
    again, none = desk.issuing.revoke_record(record_id, ReasonClass.ENDED)
    assert (again.closed_reason, none) == ("superseded", ())


def test_the_customer_stops_future_sharing_and_what_was_shared_stays(desk):
    record_id = desk.enrolled_record()
    with desk.store.transaction() as unit:
        unit.attestations.add(_released(record_id, 0, ReleaseState.REDEEMED))
        (binding,) = unit.bindings.find(record_id=record_id)
    assert desk.issuing.withdraw_consent(binding).state == "withdrawn"
    assert desk.issuing.withdraw_consent(binding).state == "withdrawn"
    assert desk.history.revoked == []
    with desk.store.transaction() as unit:
        assert not unit.records.get(record_id).is_attestable
        assert unit.attestations.find()[0].state == "redeemed"


def _release(desk: Desk, record_id: str, versions: range) -> None:
    with desk.store.transaction() as unit:
        for number in versions:
            unit.attestations.add(_released(record_id, number, ReleaseState.REDEEMED))
        record = load_record(unit.vault, record_id)
        now = desk.clock.now()
        replenish_versions(unit, record_id, record, LEDGER, randomness=desk.randomness, now=now)


def test_new_versions_are_made_before_the_old_ones_run_out(desk):
    record_id = desk.enrolled_record()
    _release(desk, record_id, range(VERSION_COUNT - LOW - 1))
    with desk.store.transaction() as unit:
        assert len(unit.leaves.find(record_id=record_id)) == VERSION_COUNT
    _release(desk, record_id, range(VERSION_COUNT - LOW - 1, VERSION_COUNT - LOW))
    with desk.store.transaction() as unit:
        record = load_record(unit.vault, record_id)
        leaves = {leaf.number: leaf.leaf_id for leaf in unit.leaves.find(record_id=record_id)}
        assert sorted(leaves) == list(range(2 * VERSION_COUNT))
        for number in (0, VERSION_COUNT - 1, VERSION_COUNT, 2 * VERSION_COUNT - 1):
            version = load_version(unit.vault, record_id, number)
            assert leaf_of(record, version, LEDGER).hex() == leaves[number]
