"""Which passkey speaks for the person of one verification record.

One record, one binding: it is made once, right after the verification, while the person is known.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Binding:
    """A passkey bound to a record.

    Attributes:
        binding_id: the passkey's credential id, base64url.
        record_id: the record it speaks for.
        user_handle: random handle under which the device keeps the passkey, hex.
        jwk: public key, P-256; the record's `cnf`.
        sign_count: the authenticator's counter when last seen.
        created_at: when it was bound (`bound_at`), seconds since 1970.
    """

    binding_id: str
    record_id: str
    user_handle: str
    jwk: dict[str, str] = field(hash=False)
    sign_count: int
    created_at: int
