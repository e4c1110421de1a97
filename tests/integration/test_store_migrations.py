"""The migrated schema is the one that the classes describe, and every step can be undone."""

from __future__ import annotations

from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect
from sqlmodel import SQLModel

from node.errors import InvalidInput, Unavailable
from node.store.database import MIGRATIONS, open_engine, upgrade
from node.store.tables import load_tables

pytestmark = pytest.mark.integration


@pytest.fixture(name="url", params=["sqlite", "postgresql"])
def _url(request, tmp_path) -> Any:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'node.db'}"
        return
    server = request.getfixturevalue("postgres")
    url = server.empty_database()
    yield url
    server.drop(url)


def test_the_migrated_schema_equals_the_classes(url):
    load_tables()
    upgrade(url)
    engine = open_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    engine.dispose()


def test_history_is_one_line():
    script = ScriptDirectory(str(MIGRATIONS))
    assert len(script.get_heads()) == 1
    revisions = [revision.revision for revision in script.walk_revisions()]
    assert revisions == sorted(revisions, reverse=True)


def test_upgrading_twice_changes_nothing(url):
    upgrade(url)
    engine = open_engine(url)
    before = sorted(inspect(engine).get_table_names())
    upgrade(url)
    assert sorted(inspect(engine).get_table_names()) == before
    engine.dispose()


def test_every_step_can_be_undone(url):
    upgrade(url)
    engine = open_engine(url)
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]
    engine.dispose()


@pytest.mark.parametrize("url", ["mysql://host/db", "not a url", "sqlite://", "sqlite:///:memory:"])
def test_a_database_that_cannot_be_used_is_refused(url):
    with pytest.raises(InvalidInput) as caught:
        upgrade(url)
    assert caught.value.code == "store.bad_url"


def test_a_folder_that_does_not_exist_is_unavailable(tmp_path):
    with pytest.raises(Unavailable) as caught:
        upgrade(f"sqlite:///{tmp_path / 'nowhere' / 'node.db'}")
    assert caught.value.code == "store.unreachable"


def test_a_postgresql_that_does_not_answer_is_unavailable():
    with pytest.raises(Unavailable) as caught:
        upgrade("postgresql://127.0.0.1:1/none?connect_timeout=2")
    assert caught.value.code == "store.unreachable"
