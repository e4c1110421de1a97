"""The node's door to JPKI: shut without the approval, open with it, and nothing else loaded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from node.domain.evidence import CaseEvidence, Judgement
from node.engine import NodeEngine, build_engine
from node.errors import InvalidInput
from tests.sim.card import InProcessTransport
from tests.sim.card.jpki import PASSWORD, JpkiAuthority, attributes, jpki_card
from tests.sim.card.samples import HANAKO
from tests.sim.memory_store import FixedClock

pytestmark = pytest.mark.unit

NOW = 1_795_316_400
"""2026-11-22 03:00 UTC."""


def evidence(**changes: object) -> CaseEvidence:
    values = {
        "method": "jp.jpki.sign",
        "surface": (),
        "clip": None,
        "challenge": {},
        "typed_birth_date": None,
        "typed_pin_b": None,
        "tried": (),
        "case_secret": bytes(32),
        "case_id": "00" * 16,
        "sign_password": PASSWORD,
        "transaction": b"{}",
    }
    return CaseEvidence(**values | changes)  # type: ignore[arg-type]


def engine(tmp_path: Path, *, approved: bool, authority: JpkiAuthority | None = None) -> NodeEngine:
    entries = [authority.trust_entry()] if authority else []
    (tmp_path / "jpki.json").write_text(json.dumps({"environment": "test", "certificates": entries}))
    return build_engine(
        model_root=None,
        model_pack="registry",
        trust_dir=tmp_path,
        environment="test",
        card_reader=None,
        card_wait_s=1,
        tries_floor=2,
        clock=FixedClock(NOW),
        workers=0,
        jpki_approved=approved,
    )


def judge(node: NodeEngine, given: CaseEvidence) -> Judgement:
    ignore = lambda _one: None  # noqa: E731  three callbacks that nobody listens to
    return node.judge(given, on_stage=ignore, on_try=ignore, on_accepted=ignore)


def test_without_the_approval_the_method_is_refused(tmp_path):
    with pytest.raises(InvalidInput) as refusal:
        judge(engine(tmp_path, approved=False), evidence())
    assert refusal.value.code == "method.needs_approval"


def test_without_a_password_nothing_is_sent(tmp_path):
    with pytest.raises(InvalidInput) as refusal:
        judge(engine(tmp_path, approved=True), evidence(sign_password=None))
    assert refusal.value.code == "jpki.password_missing"


def test_an_approved_node_judges_a_card_behind_its_relay_and_names_what_is_missing(tmp_path, monkeypatch):
    authority = JpkiAuthority.generate()
    card = InProcessTransport(jpki_card(authority.issue(attributes(HANAKO))))
    node = engine(tmp_path, approved=True, authority=authority)
    monkeypatch.setattr(node.relays, "card_source", lambda _case: lambda: _Held(card))
    judgement = judge(node, evidence())
    # no responder configured: everything passes but revocation, and that refuses
    assert (judgement.decision, judgement.codes) == ("rejected", ("jpki.revocation_unknown",))
    assert judgement.facts is not None
    assert judgement.facts.name == HANAKO.name
    assert set(judgement.attachments) == {
        "jpki-certificate.der",
        "jpki-signature.bin",
        "jpki-transaction.json",
    }


class _Held:
    """A card for the length of a block."""

    def __init__(self, card: InProcessTransport) -> None:
        self.card = card

    def __enter__(self) -> InProcessTransport:
        return self.card

    def __exit__(self, *_: object) -> None:
        pass
