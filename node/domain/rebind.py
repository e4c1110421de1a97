"""How the recipient makes sure that the person before it is the one the issuer verified.

Decides from outcomes; runs no face engine. Rebinding is repeated at every reuse and cannot be switched off.
"""

from __future__ import annotations

from enum import StrEnum

from node.domain.outcome import Outcome, worst


class RebindPolicy(StrEnum):
    """What a recipient demands, weakest first."""

    PASSKEY = "passkey"
    """The consent signature with user verification is enough: same device, same person as enrolled there."""
    LIVENESS = "liveness"
    """And a live person is present."""
    LIVENESS_MATCH = "liveness_match"
    """And that person's face matches the transferred portrait."""


def rebind_outcome(
    policy: RebindPolicy,
    *,
    liveness: Outcome = Outcome.NOT_PERFORMED,
    match: Outcome = Outcome.NOT_PERFORMED,
) -> Outcome:
    """What rebinding comes to.

    For PASSKEY it passes here because the consent signature has a check of its own before it; see
    `acceptance`.
    """
    needed = {
        RebindPolicy.PASSKEY: (Outcome.PASSED,),
        RebindPolicy.LIVENESS: (liveness,),
        RebindPolicy.LIVENESS_MATCH: (liveness, match),
    }
    return worst(*needed[policy])
