"""Kinds of document are found by name."""

from __future__ import annotations

import pytest

from verifier.errors import InvalidInput
from verifier.ocr.kinds import SURFACE_KINDS, surface_kind

pytestmark = pytest.mark.unit


def test_every_kind_is_found_by_its_own_name() -> None:
    assert all(surface_kind(name).name == name for name in SURFACE_KINDS)
    assert [name for name, kind in SURFACE_KINDS.items() if kind.gives_pin_b] == ["mynumber"]


def test_an_unknown_kind_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InvalidInput) as refused:
        surface_kind("library-card")
    assert refused.value.code == "ocr.unknown_kind"
    assert all(name in refused.value.hint for name in SURFACE_KINDS)
