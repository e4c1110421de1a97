"""Seal to a member's key on chain, open with this node's own. Implements `reuse_ports.Sealing`."""

from __future__ import annotations

from dataclasses import dataclass

from node.exchange.keys import TransferKey, transfer_public_key
from node.exchange.sealing import open_sealed, seal


@dataclass(frozen=True, repr=False)
class MemberSealing:
    """HPKE between members.

    Attributes:
        own: this node's transfer key.
    """

    own: TransferKey

    def seal(self, plaintext: bytes, transfer_key: bytes, *, context: bytes) -> bytes:
        """Encrypt to a published key (1,216 bytes). Raises InvalidInput (`member.transfer_key_invalid`)."""
        return seal(plaintext, transfer_public_key(transfer_key), context=context)

    def open(self, sealed: bytes, *, context: bytes) -> bytes:
        """Decrypt. Raises InvalidInput (`transfer_altered`)."""
        return open_sealed(sealed, self.own.private, context=context)
