"""Settings that are missing or wrong are told in one run, whatever and however many they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.config import Settings, load_settings
from node.errors import InvalidInput

pytestmark = pytest.mark.integration

SOUND = {
    "legal_name": '"見本銀行"',
    "home": '"/tmp/none"',
    "public_url": '"https://bank.example"',
    "rpc_url": '"http://127.0.0.1:8545"',
    "keystore": '"keystore.json"',
}
REQUIRED = sorted(name for name, field in Settings.model_fields.items() if field.is_required())
SECRET = "見本-secret-7c1"

WRONG = {
    "environment": '"staging"',
    "listen_port": "70000",
    "public_url": '"http://bank.example/"',
    "chain_stale_after_s": "0",
    "card_tries_floor": '"many"',
    "liveness_actions": "9",
    "keystore_password_file": '"/proc/none"',
    "database_url_file": '"/proc/none"',
    "no_such_setting": "1",
}


def _refusal(folder: Path, values: dict[str, str]) -> InvalidInput:
    path = folder / "rireki.toml"
    path.write_text("\n".join(f"{name} = {value}" for name, value in values.items()), encoding="utf-8")
    with pytest.raises(InvalidInput) as refused:
        load_settings(path)
    return refused.value


def test_the_example_lacks_nothing(tmp_path):
    assert sorted(SOUND) == REQUIRED
    (tmp_path / "rireki.toml").write_text("\n".join(f"{k} = {v}" for k, v in SOUND.items()), encoding="utf-8")
    assert load_settings(tmp_path / "rireki.toml").environment == "production"


def test_an_empty_file_is_told_everything_that_is_missing(tmp_path):
    told = _refusal(tmp_path, {})
    assert [name for name in REQUIRED if f"{name} is missing" not in told.message] == []


@given(
    missing=st.sets(st.sampled_from(REQUIRED)),
    wrong=st.sets(st.sampled_from(sorted(WRONG)), min_size=1),
)
def test_all_that_is_missing_or_wrong_is_named_together(tmp_path_factory, missing, wrong):
    values = {name: value for name, value in SOUND.items() if name not in missing} | {
        name: WRONG[name] for name in wrong
    }
    told = _refusal(tmp_path_factory.mktemp("settings"), values).message
    named = {"keystore_password_file": "keystore_password", "database_url_file": "database_url"}
    expected = {named.get(name, name) for name in wrong | missing}
    assert [name for name in sorted(expected) if f" {name} " not in f" {told}".replace(";", " ; ")] == []


def test_wrong_values_are_never_repeated(tmp_path):
    told = _refusal(tmp_path, {"keystore_password": f'["{SECRET}"]', "database_url": f'["{SECRET}"]'})
    assert SECRET not in told.message + told.hint
    assert "database_url" in told.message
    assert "keystore_password" in told.message
