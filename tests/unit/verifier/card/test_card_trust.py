"""The trust store: what loads, and what a production node refuses to load."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.sim.card.samples import blank
from verifier.card.trust import load_trust_store
from verifier.errors import Corrupt, Unavailable

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.unit


@pytest.fixture
def trust_file(tmp_path: Path) -> Path:
    return blank().ca.write_trust(tmp_path)


def rewrite(path: Path, **changes: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


@pytest.mark.parametrize("environment", ["test", "demo"])
def test_test_keys_load_outside_production_and_say_so(trust_file: Path, environment: Any):
    store = load_trust_store(trust_file.parent, node_environment=environment)
    visual = blank().ca.visual
    found = store.key(visual.authority_id)
    assert found is not None
    assert found.public_numbers() == visual.authority.public_key().public_numbers()
    assert store.holds_test_keys


def test_test_keys_never_load_in_production(trust_file: Path):
    with pytest.raises(Corrupt) as refusal:
        load_trust_store(trust_file.parent, node_environment="production")
    assert refusal.value.code == "card.test_trust_in_production"


@pytest.mark.parametrize("node_environment", ["production", "test"])
def test_a_test_key_labelled_production_is_refused(trust_file: Path, node_environment: Any):
    rewrite(trust_file, environment="production")
    with pytest.raises(Corrupt) as refusal:
        load_trust_store(trust_file.parent, node_environment=node_environment)
    assert refusal.value.code == "card.trust_mislabelled"


def test_a_production_id_labelled_test_is_refused(trust_file: Path):
    keys = json.loads(trust_file.read_text())["keys"]
    keys[0]["key_id"] = "35" + keys[0]["key_id"][2:]
    rewrite(trust_file, keys=keys)
    with pytest.raises(Corrupt) as refusal:
        load_trust_store(trust_file.parent, node_environment="test")
    assert refusal.value.code == "card.trust_mislabelled"


def test_an_empty_store_is_legal_and_knows_nobody(tmp_path: Path):
    store = load_trust_store(tmp_path, node_environment="production")
    assert store.key(blank().ca.visual.authority_id) is None
    assert not store.holds_test_keys


def test_a_missing_directory_is_reported(tmp_path: Path):
    with pytest.raises(Unavailable) as refusal:
        load_trust_store(tmp_path / "absent", node_environment="test")
    assert refusal.value.code == "card.trust_missing"


def test_two_keys_under_one_id_are_refused(trust_file: Path):
    document = json.loads(trust_file.read_text())
    document["keys"] = [document["keys"][0] | {"public_key_pem": document["keys"][1]["public_key_pem"]}]
    (trust_file.parent / "second.json").write_text(json.dumps(document))
    with pytest.raises(Corrupt) as refusal:
        load_trust_store(trust_file.parent, node_environment="test")
    assert refusal.value.code == "card.trust_conflict"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "null",
        '{"environment": "staging", "keys": []}',
        '{"environment": "test"}',
        '{"environment": "test", "keys": [1]}',
        '{"environment": "test", "keys": [{"key_id": "00", "public_key_pem": "x"}]}',
        '{"environment": "test", "keys": [{"key_id": "zz", "public_key_pem": "x"}]}',
    ],
)
def test_a_damaged_file_stops_the_node(tmp_path: Path, text: str):
    (tmp_path / "damaged.json").write_text(text)
    with pytest.raises(Corrupt) as refusal:
        load_trust_store(tmp_path, node_environment="test")
    assert refusal.value.code == "card.trust_damaged"
    assert "damaged.json" in refusal.value.message
