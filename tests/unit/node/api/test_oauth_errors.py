"""Which OAuth error and status each of our codes leaves as."""

from __future__ import annotations

import json

import pytest

from node.api.oauth_errors import answer_of
from node.errors import Corrupt, InvalidInput, Unavailable

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("error", "name", "status"),
    [
        (InvalidInput("client.assertion_replayed", "x"), "invalid_client", 401),
        (InvalidInput("grant.expired", "x"), "invalid_grant", 400),
        (InvalidInput("request.attributes", "x"), "invalid_authorization_details", 400),
        (InvalidInput("method.unknown", "x"), "invalid_authorization_details", 400),
        (InvalidInput("request.redirect_uri", "x"), "invalid_request", 400),
        (Unavailable("chain_stale", "x"), "temporarily_unavailable", 503),
        (Corrupt("record.corrupt", "x"), "server_error", 500),
    ],
)
def test_every_code_has_its_oauth_name(error, name, status):
    answer = answer_of(error)
    body = json.loads(answer.body)
    assert (answer.status_code, body["error"], body["code"]) == (status, name, error.code)
    assert answer.headers["Cache-Control"] == "no-store"
