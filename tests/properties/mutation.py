"""Damage genuine bytes the way parsers are hurt most: changed, cut out, doubled, cut off, lying lengths."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from hypothesis import strategies as st

from verifier.errors import InvalidInput


@st.composite
def mutations(draw: st.DrawFn, genuine: Sequence[bytes]) -> bytes:
    """One of the genuine inputs after one to four changes."""
    data = bytearray(draw(st.sampled_from(genuine)))
    for _ in range(draw(st.integers(1, 4))):
        if not data:
            break
        start = draw(st.integers(0, len(data) - 1) | st.integers(0, min(40, len(data) - 1)))
        end = draw(st.integers(start, min(start + 40, len(data))))
        doubled = bytes(data[start:end]) * 2
        data[start:end] = draw(
            st.binary(max_size=4) | st.just(doubled) | st.sampled_from([b"\x82\xff\xff", b"\x80"])
        )
    return bytes(data)


def give_a_result_or_refuse(parsers: Iterable[Callable[[bytes], object]], data: bytes) -> None:
    """Feed card parsers; whatever they raise but InvalidInput with a code "card.*" fails the test."""
    for parse in parsers:
        try:
            parse(data)
        except InvalidInput as refusal:
            assert refusal.code.startswith("card.")  # noqa: PT017  a result is right as well
