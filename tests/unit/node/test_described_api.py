"""The committed description of the API is the API's."""

from __future__ import annotations

import json

import pytest

from scripts.describe_api import FILE, description

pytestmark = pytest.mark.unit


def test_the_committed_openapi_document_is_up_to_date() -> None:
    assert FILE.read_text(encoding="utf-8") == description(), "python -m scripts.describe_api"


def test_every_call_for_staff_says_how_it_is_authenticated() -> None:
    paths = json.loads(description())["paths"]
    calls = [
        (path, call)
        for path, methods in paths.items()
        if path.startswith("/v1/")
        for call in methods.values()
    ]
    assert calls
    assert [path for path, call in calls if not call.get("security")] == []
