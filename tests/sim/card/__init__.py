"""Virtual identity cards that behave like the real ones, for tests and for the demo.

    ca = CardAuthority.generate()
    ca.write_trust(directory)
    files = personalise(person, portrait_jp2(photo), expires_on=..., security_code="2285", ca=ca)
    card = mynumber_card(files)

    reading = read_mynumber_card(InProcessTransport(card), ...)        # fast, no reader
    with VirtualPcscd() as pcscd, VpcdCard(card, pcscd.port): ...       # behind the real pcscd

`negative` makes the cards that must be refused. Other kinds have modules of their own, each with its
`*_negative`: `jpki` (signature), `passport`, `licence`, `residence`; `samples` holds a blank of each.
"""

from tests.sim.card.authority import CardAuthority
from tests.sim.card.images import portrait_jp2
from tests.sim.card.in_process import InProcessTransport
from tests.sim.card.iso7816 import Quirks, VirtualCard
from tests.sim.card.mynumber import mynumber_card
from tests.sim.card.pcscd import VirtualPcscd
from tests.sim.card.personalise import CardFiles, personalise
from tests.sim.card.vpcd import VpcdCard

__all__ = [
    "CardAuthority",
    "CardFiles",
    "InProcessTransport",
    "Quirks",
    "VirtualCard",
    "VirtualPcscd",
    "VpcdCard",
    "mynumber_card",
    "personalise",
    "portrait_jp2",
]
