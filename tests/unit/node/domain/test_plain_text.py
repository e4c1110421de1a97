"""Text files of people: UTF-8 with or without its mark; any other encoding is refused."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from node.domain.plain_text import is_unicode, plain_text, secret_line

pytestmark = pytest.mark.unit

MARK = b"\xef\xbb\xbf"
OTHER_ENCODINGS = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp932", "euc_jp", "iso2022_jp")


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1))
def test_a_secret_is_what_was_written_with_any_line_end_and_mark(secret):
    assume(not secret.startswith("\ufeff"))
    for mark in (b"", MARK):
        for end in ("", "\n", "\r\n"):
            assert secret_line(mark + (secret + end).encode()) == secret


@pytest.mark.parametrize("encoding", OTHER_ENCODINGS)
@pytest.mark.parametrize("text", ["見本 手配\n", "見本第一銀行"])
def test_japanese_in_another_encoding_is_refused(encoding, text):
    with pytest.raises(ValueError, match="UTF-8"):
        plain_text(text.encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_plain_ascii_in_wide_characters_is_refused(encoding):
    with pytest.raises(ValueError, match="UTF-8"):
        plain_text(b"MIHON TEHAI".decode().encode(encoding))


def test_a_refusal_quotes_nothing_of_a_secret():
    with pytest.raises(ValueError, match="not UTF-8") as caught:
        secret_line("秘密".encode("euc_jp"))
    assert caught.value.__cause__ is None
    assert "b'" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"\n", MARK, b"one\ntwo\n", b"one\rtwo", b"a\x00b"])
def test_what_is_no_single_line_is_no_secret(content):
    with pytest.raises(ValueError, match=r"it|control"):
        secret_line(content)


def test_blanks_belong_to_a_secret():
    assert secret_line(b" a b \r\n") == " a b "


def test_text_from_another_encoding_is_no_unicode():
    assert is_unicode("見本")
    assert not is_unicode("見本".encode("euc_jp").decode("utf-8", "surrogateescape"))
