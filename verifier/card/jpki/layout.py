"""Where the JPKI application keeps what signing needs.

Source: jpki/myna, OpenSC `src/libopensc/jpki.h`; names of the tokens agree in several public readers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

AID: Final = bytes.fromhex("D392F000260100000001")

TOKEN_FILE: Final = 0x0006
TOKEN_BYTES: Final = 32
"""ASCII name, padded with spaces."""

CERTIFICATE_FILE: Final = 0x0001
"""署名用電子証明書; opened by the password, because it holds name, address, birth date and sex."""

AUTHORITY_FILE: Final = 0x0002
KEY_FILE: Final = 0x001A
PASSWORD_FILE: Final = 0x001B

MYNUMBER_TOKEN: Final = "JPKIAPICCTOKEN2"  # noqa: S105  a name

OTHER_TOKENS: Final[Mapping[str, str]] = {
    "JPKIAPICCTOKEN": "a resident-register card (住基カード)",
    "JPKIAPGPSETOKEN": "a certificate on an Android phone",
    "JPKIAPIOSTOKEN": "a certificate on an iPhone",
}
"""Known, and refused by name: the first ran out, the others have rules of their own."""
