"""Without a browser the tests here fail and say what to install; they are never skipped."""

from __future__ import annotations

import pytest

from tests.browser.chromium import ChromiumMissingError, find_chromium

pytestmark = pytest.mark.browser


def test_a_machine_without_chromium_is_told_what_to_install(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ChromiumMissingError, match="apt-get install chromium"):
        find_chromium()
