"""Driver's licence (運転免許証): read with PIN1 and PIN2; its signature cannot be judged yet.

Entry point only; see `reading` for what is decided and `signature` for what is missing.
"""

from verifier.card.licence.reading import read_licence
from verifier.card.licence.signature import LicenceSignature

__all__ = ["LicenceSignature", "read_licence"]
