"""A customer's browser, or a member's app, as patient as the pages are: told to come later, it comes later.

Decides nothing about the node. Keeps what a person would remember: how often it was told to wait, and how
long the slowest answer took.
"""

from __future__ import annotations

import ssl
import time
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx

from tests.sim.patience import let_pass

ANSWER_WITHIN_S = 60.0
"""Browsers wait longer; whoever looks at a blank page does not."""


class RefusedError(Exception):
    """The node said no; `code` is its own word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class Notes:
    """What one person went through.

    Attributes:
        told: how often the node said "later" (503 with Retry-After).
        told_slowest_s: the longest that this word took to arrive; of a page behind a redirect, without the
            request that was served and led there.
        slowest_s: the longest that any answer took.
        slowest_upload_s: the longest that an answer to a PUT of files took.
    """

    told: int = 0
    told_slowest_s: float = 0.0
    slowest_s: float = 0.0
    slowest_upload_s: float = 0.0


class PatientBrowser(httpx.Client):
    """Repeats a request when the node asks for that; any other refusal is a RefusedError."""

    def __init__(self, *, until: float = float("inf"), **options: Any) -> None:
        """Open; `until` is when the person gives up, by the monotonic clock."""
        super().__init__(
            verify=_certificates(),
            timeout=ANSWER_WITHIN_S,
            limits=httpx.Limits(max_connections=4),
            trust_env=False,
            **options,
        )
        self.until = until
        self.notes = Notes()

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        """Send until there is an answer.

        Raises:
            RefusedError: the node refused, or kept saying "later" until the person gave up.
        """
        while True:
            began = time.monotonic()
            response = super().send(request, **options)
            took_s = time.monotonic() - began
            self.notes.slowest_s = max(self.notes.slowest_s, took_s)
            if request.headers.get("Content-Type", "").startswith("multipart/"):
                self.notes.slowest_upload_s = max(self.notes.slowest_upload_s, took_s)
            if not response.is_error:
                return response
            wait_s = _asked_to_wait_s(response)
            if wait_s is not None:
                self.notes.told += 1
                self.notes.told_slowest_s = max(self.notes.told_slowest_s, response.elapsed.total_seconds())
            if wait_s is None or time.monotonic() + wait_s > self.until:
                raise RefusedError(code_of(response))
            let_pass(wait_s)
            request = response.request  # behind redirects, as a browser reloads the page it came to


def code_of(response: httpx.Response) -> str:
    """The node's code for a refusal."""
    try:
        return str(response.json()["code"])
    except (ValueError, KeyError, TypeError):
        return f"http.{response.status_code}"


def _asked_to_wait_s(response: httpx.Response) -> float | None:
    asked = response.headers.get("Retry-After", "")
    later = response.status_code == httpx.codes.SERVICE_UNAVAILABLE and asked.isdecimal()
    return float(asked) if later else None


@cache
def _certificates() -> ssl.SSLContext:
    """One for all: reading the list of authorities anew for 500 browsers takes longer than their visit."""
    return httpx.create_ssl_context()
