"""Canonical JSON, base64url, P-256 keys, comparable attributes, outcomes."""

from __future__ import annotations

import cbor2
import pytest

from node.domain import base64url
from node.domain.attributes import Attribute, comparable
from node.domain.canonical import canonical_bytes, canonical_digest, parse_object
from node.domain.ids import Ledger, MemberId
from node.domain.jwk import cose_of_jwk, jwk_of_cose, jwk_of_point, point_of_jwk
from node.domain.outcome import Outcome
from node.domain.rebind import RebindPolicy, rebind_outcome
from node.errors import InvalidInput
from tests.sim.scenario import Scenario

pytestmark = pytest.mark.unit


def test_canonical_form_is_that_of_rfc_8785():
    assert canonical_bytes({"b": [1.0, 1e21, "é\n"], "a": None}) == '{"a":null,"b":[1,1e+21,"é\\n"]}'.encode()
    assert canonical_digest({}).hex() == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


@pytest.mark.parametrize("document", [float("nan"), 2**53 + 1, object(), {1: 2}, "\ud800"])
def test_what_has_no_canonical_form_is_refused(document):
    with pytest.raises(InvalidInput) as error:
        canonical_bytes(document)
    assert error.value.code == "json.not_canonical"


@pytest.mark.parametrize("text", ['{"a":1,"a":2}', "[]", '{"a":NaN}', "{", b"\xff", "[" * 100_000])
def test_only_well_formed_objects_with_unique_names_are_parsed(text):
    with pytest.raises(InvalidInput) as error:
        parse_object(text, code="x.malformed")
    assert error.value.code == "x.malformed"


@pytest.mark.parametrize("text", ["AA==", "A", "AB", "A+", " AA", "é", 5, None])
def test_base64url_has_one_text_for_one_byte_string(text):
    with pytest.raises(InvalidInput):
        base64url.decode(text, code="x")


def test_base64url_checks_the_length():
    assert base64url.decode("AA", code="x", length=1) == b"\0"
    with pytest.raises(InvalidInput):
        base64url.decode("AA", code="x", length=2)


def test_three_spellings_of_a_key_agree():
    jwk = Scenario().passkey
    assert jwk_of_point(point_of_jwk(jwk)) == jwk
    assert jwk_of_cose(cose_of_jwk(jwk)) == jwk


@pytest.mark.parametrize("point", [b"", bytes(63), bytes(64), b"\xff" * 64])
def test_points_off_the_curve_are_refused(point):
    with pytest.raises(InvalidInput) as error:
        jwk_of_point(point)
    assert error.value.code == "key.not_p256"


@pytest.mark.parametrize("change", [{"crv": "P-384"}, {"d": "AA"}, {"x": "AA"}])
def test_only_public_p256_keys_are_read(change):
    with pytest.raises(InvalidInput) as error:
        point_of_jwk(Scenario().passkey | change)
    assert error.value.code == "key.not_p256"


@pytest.mark.parametrize(
    "cose", [b"", b"\xff", cbor2.dumps([1]), cbor2.dumps({1: 3, 3: -257, -1: 1, -2: b"", -3: b""})]
)
def test_other_passkeys_are_refused(cose):
    with pytest.raises(InvalidInput) as error:
        jwk_of_cose(cose)
    assert error.value.code == "key.not_p256"


def test_spellings_that_differ_only_in_form_compare_equal():
    assert comparable(Attribute.NAME, "ＭＩＨＯＮ　花子") == comparable(Attribute.NAME, "Mihon花子")
    formatted = {"formatted": "見本区1‐2－3"}
    assert comparable(Attribute.ADDRESS, formatted) == comparable(Attribute.ADDRESS, "見本区 1-2-3")


def test_variant_kanji_do_not_compare_equal():
    assert comparable(Attribute.NAME, "髙橋") != comparable(Attribute.NAME, "高橋")


def test_member_names_differ_between_deployments():
    one, other = Ledger(1, "0xAB"), Ledger(2, "0xab")
    assert one.urn(MemberId(1)) == "urn:rireki:1:0xab:1"
    assert one.urn(MemberId(1)) != other.urn(MemberId(1))


@pytest.mark.parametrize(
    ("policy", "liveness", "match", "expected"),
    [
        (RebindPolicy.PASSKEY, Outcome.NOT_PERFORMED, Outcome.NOT_PERFORMED, Outcome.PASSED),
        (RebindPolicy.LIVENESS, Outcome.NOT_PERFORMED, Outcome.PASSED, Outcome.NOT_PERFORMED),
        (RebindPolicy.LIVENESS, Outcome.PASSED, Outcome.NOT_PERFORMED, Outcome.PASSED),
        (RebindPolicy.LIVENESS_MATCH, Outcome.PASSED, Outcome.FAILED, Outcome.FAILED),
        (RebindPolicy.LIVENESS_MATCH, Outcome.UNDECIDED, Outcome.PASSED, Outcome.UNDECIDED),
        (RebindPolicy.LIVENESS_MATCH, Outcome.PASSED, Outcome.PASSED, Outcome.PASSED),
    ],
)
def test_rebinding_takes_the_worst_of_what_the_policy_needs(policy, liveness, match, expected):
    assert rebind_outcome(policy, liveness=liveness, match=match) is expected
