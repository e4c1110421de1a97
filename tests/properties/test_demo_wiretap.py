"""The wire tap changes one bit of a transfer and nothing else, however the connection cuts the bytes."""

from __future__ import annotations

import base64
import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.demo.wiretap import ALTERED_CHARACTER, BitFlip

pytestmark = pytest.mark.properties

SEALED = st.binary(min_size=ALTERED_CHARACTER, max_size=ALTERED_CHARACTER + 3_000)
TEXT = st.text(max_size=200)


@given(sealed=SEALED, before=TEXT, after=TEXT, cuts=st.lists(st.integers(0, 12_000), max_size=8))
def test_one_bit_of_the_transfer_is_flipped_and_nothing_else(sealed, before, after, cuts):
    sent = base64.urlsafe_b64encode(sealed).decode().rstrip("=")
    answer = json.dumps({"a": before, "sealed_transfer": sent, "z": after}, separators=(",", ":")).encode()
    flip = BitFlip()
    edges = [0, *sorted(min(cut, len(answer)) for cut in cuts), len(answer)]
    received = b"".join(flip(answer[begin:end]) for begin, end in itertools.pairwise(edges))
    got = json.loads(received)
    assert {**got, "sealed_transfer": sent} == json.loads(answer)
    opened = base64.urlsafe_b64decode(got["sealed_transfer"] + "=" * (-len(sent) % 4))
    assert sum((one ^ other).bit_count() for one, other in zip(sealed, opened, strict=True)) == 1
    assert flip.altered == 1


@given(chunks=st.lists(st.binary(max_size=300), max_size=8))
def test_whatever_holds_no_transfer_passes_unchanged(chunks):
    flip = BitFlip()
    assert b"".join(map(flip, chunks)) == b"".join(chunks)
    assert flip.altered == 0
