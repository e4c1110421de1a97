"""Every return code of PC/SC ends in an error that says what to do."""

from __future__ import annotations

import pytest
from smartcard import scard

from verifier.card import pcsc
from verifier.errors import Unavailable

pytestmark = pytest.mark.unit

CODES = {
    name: getattr(scard, name)
    for name in dir(scard)
    if name.startswith(("SCARD_E_", "SCARD_F_", "SCARD_W_", "SCARD_P_"))
}
OF_OTHER_SYSTEMS = (
    "CERTIFICATE",
    "CHV",
    "DIR",
    "FILE",
    "ICC",
    "KEY_CONTAINER",
    "SEEK",
    "WRITE",
    "EOF",
    "RES_MNG",
)
"""Of Windows' card database and key stores, which pcsc-lite and this program do not use."""
FAULTS_OF_A_PROGRAM = (
    "CANCELLED", "CANT_DISPOSE", "DUPLICATE", "BUFFER", "INVALID_PARAMETER", "INVALID_TARGET",
    "INVALID_VALUE", "MEMORY", "PCI_TOO_SMALL", "UNEXPECTED", "UNSUPPORTED_FEATURE", "INTERNAL_ERROR",
    "UNKNOWN_ERROR",
    "WAITED_TOO_LONG", "NOT_AUTHENTICATED",
)  # fmt: skip


@pytest.mark.parametrize("name", CODES)
def test_every_code_is_unavailable_with_a_code_and_a_hint(name):
    with pytest.raises(Unavailable) as caught:
        pcsc._check(CODES[name])
    assert caught.value.code.startswith("card.")
    assert caught.value.hint
    general = any(part in name for part in (*OF_OTHER_SYSTEMS, *FAULTS_OF_A_PROGRAM))
    assert (caught.value.code == "card.pcsc") == general, caught.value.code


def test_a_refusal_by_polkit_names_what_to_allow():
    with pytest.raises(Unavailable) as caught:
        pcsc._check(0x8010006A)
    assert caught.value.code == "card.access_denied"
    assert "polkit" in caught.value.hint
