"""Folder and file names that are legal on Linux and unusual in URLs, option files, shells and time.

Every byte but `/` and NUL may stand in a name of up to 255 bytes; here are names of Unicode text, with the
characters that something on the way gives a meaning to much likelier than others.
"""

from __future__ import annotations

from hypothesis import strategies as st

NAMES = (
    "my bank", "銀行", "a#b", "a?b", "50%", "a%20b", "a%2Fb", "%(here)s", "a::b", "file:", "http:", "[1]",
    "a*b", "x=y&z", "a'b", 'a"b', "a\\b", "~", "~bank", "-rf", ";id", "$HOME", "${HOME}", "a\nb", "a\tb",
    " a ", "é", "e\u0301", "\u3000", "𠮷野家", "a:b@c", "a,b", "{0}", "{{x}}", "#",
    "..a", "支店　100% ?::#'\"",
)  # fmt: skip
"""Names that somebody's program has stumbled over."""

_MEANINGFUL = list(" %?#:&=[]{}()*'\"\\~$;,@+!|<>`^-._\n\t\r銀行　é𠮷")


def names() -> st.SearchStrategy[str]:
    """Names of one folder or file."""
    character = st.one_of(
        st.sampled_from(_MEANINGFUL), st.characters(exclude_categories=["Cs"], exclude_characters="/\0")
    )
    drawn = st.text(character, min_size=1, max_size=24).filter(lambda name: name not in {".", ".."})
    return st.one_of(st.sampled_from(NAMES), drawn)


def toml_string(text: str) -> str:
    """A TOML basic string of any Unicode text (TOML 1.0, "String")."""
    escaped = "".join(
        f"\\u{ord(one):04x}" if ord(one) < ord(" ") or one in '"\\\x7f' else one for one in text
    )
    return f'"{escaped}"'
