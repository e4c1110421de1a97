"""The README names every setting, so that its table cannot fall behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from node.config import ReusePolicy, Settings

pytestmark = pytest.mark.unit

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [name for name in Settings.model_fields if name != "reuse"])
def test_every_setting_stands_in_the_readme(name: str) -> None:
    assert f"`{name}`" in README


@pytest.mark.parametrize("name", list(ReusePolicy.model_fields))
def test_every_setting_of_reuse_stands_in_the_readme(name: str) -> None:
    assert f"`reuse.{name}`" in README
