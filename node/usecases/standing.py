"""Questions about members that several use cases ask of the ledger in the same words."""

from __future__ import annotations

from node.domain.events import Role
from node.domain.ledger import Member, MemberKeys
from node.errors import InvalidInput, Unavailable
from node.usecases.reuse_ports import Exchange, ReuseUnit

CALLBACK_PATH = "/reuse/callback"
"""Where a recipient's node receives the customer back; appended to its endpoint on chain."""


def this_member(exchange: Exchange, unit: ReuseUnit) -> Member:
    """The member that this node acts for.

    Raises:
        Unavailable: the consortium has not admitted it, or the index has not seen it yet
            (`member.not_admitted`).
    """
    member = unit.ledger.member_by_signer(exchange.signer)
    if member is None:
        raise Unavailable(
            "member.not_admitted", "this node's account is not a member yet", hint="rireki chain status"
        )
    return member


def protocol_now(unit: ReuseUnit) -> int:
    """The later of the node's clock and the newest block's time: the chain judges by its own."""
    return max(unit.now, unit.index_status().block_time)


def fresh_now(exchange: Exchange, unit: ReuseUnit) -> int:
    """As `protocol_now`, on a fresh view of the chain only: an old one stops reuse, rule 9.

    Raises:
        Unavailable: `chain_stale`.
    """
    status = unit.index_status()
    if status.is_stale(unit.now, exchange.stale_after_s):
        raise Unavailable(
            "chain_stale",
            "this node's view of the chain is too old for a reuse",
            hint="ordinary verification goes on; check the chain node and the index job",
        )
    return max(unit.now, status.block_time)


def active_member(unit: ReuseUnit, member_id: int, *, area: str) -> Member:
    """A member in good standing.

    Raises:
        InvalidInput: `<area>.unknown`, `<area>.suspended`.
    """
    try:
        member = unit.ledger.member(member_id)
    except InvalidInput as error:
        raise InvalidInput(f"{area}.unknown", "no such member") from error
    if not member.is_active:
        raise InvalidInput(f"{area}.suspended", "this member is suspended or has left")
    return member


def current_keys(unit: ReuseUnit, member_id: int, now: int, *, area: str) -> MemberKeys:
    """A member's keys as they are valid now. Raises InvalidInput (`<area>.no_keys`)."""
    keys = unit.ledger.keys_at(member_id, now)
    if keys is None:
        raise InvalidInput(f"{area}.no_keys", "this member has no valid keys on chain")
    return keys


def active_regulators(unit: ReuseUnit) -> list[Member]:
    """Regulators to whom decisions are opened."""
    return [member for member in unit.ledger.members() if member.role is Role.REGULATOR and member.is_active]


def require_role(member: Member, role: Role, *, area: str) -> None:
    """Raises InvalidInput (`<area>.wrong_role`) unless the member has this role."""
    if member.role is not role:
        raise InvalidInput(f"{area}.wrong_role", f"this call is for a {role.name.lower()}")
