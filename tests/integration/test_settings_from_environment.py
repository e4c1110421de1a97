"""Settings as container platforms give them: environment variables, secrets as files."""

from __future__ import annotations

from pathlib import Path

import pytest

from node.config import load_settings
from node.errors import InvalidInput

pytestmark = pytest.mark.integration

NO_FILE = Path("/dev/null")
"""An empty TOML file: everything comes from the environment."""


@pytest.fixture(name="environment")
def _environment(monkeypatch, tmp_path):
    for name, value in {
        "LEGAL_NAME": "見本銀行",
        "HOME": str(tmp_path),
        "PUBLIC_URL": "https://bank.example",
        "RPC_URL": "http://127.0.0.1:8545",
        "KEYSTORE": str(tmp_path / "keystore.json"),
    }.items():
        monkeypatch.setenv(f"RIREKI_{name}", value)
    return lambda name, value: monkeypatch.setenv(f"RIREKI_{name}", str(value))


def test_secrets_are_read_from_the_files_that_the_environment_names(environment, tmp_path):
    (tmp_path / "password").write_text("見本 password\n")
    (tmp_path / "url").write_text("postgresql://member:secret@database/member\n")
    environment("KEYSTORE_PASSWORD_FILE", tmp_path / "password")
    environment("DATABASE_URL_FILE", tmp_path / "url")
    settings = load_settings(NO_FILE)
    assert settings.keystore_password is not None
    assert settings.keystore_password.get_secret_value() == "見本 password"
    assert settings.database == "postgresql://member:secret@database/member"


def test_a_secret_file_that_is_not_there_is_said_by_its_code(environment, tmp_path):
    environment("DATABASE_URL_FILE", tmp_path / "missing")
    with pytest.raises(InvalidInput) as refused:
        load_settings(NO_FILE)
    assert refused.value.code == "config.secret_unreadable"


def test_nested_policy_settings_come_from_the_environment(environment):
    environment("REUSE__MAX_AGE_DAYS", 30)
    assert load_settings(NO_FILE).reuse.max_age_days == 30
