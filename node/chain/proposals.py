"""Payloads of proposals: what a vote is about, both ways. Pure.

Spec: `Action` in contracts/src/interfaces/IConsortium.sol.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError

from node.chain.abi import encode_arguments
from node.domain.events import Action, MethodRule, Role
from node.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping

Proposal = tuple[Action, bytes]
"""(action, payload)."""

_RULE = "(uint40,uint40,uint16)"

_LAYOUTS: dict[Action, dict[str, str]] = {
    Action.ADMIT: {"signer": "address", "role": "uint8", "name": "string"},
    Action.SUSPEND: {"member_id": "uint16"},
    Action.REINSTATE: {"member_id": "uint16"},
    Action.REMOVE: {"member_id": "uint16"},
    Action.REPLACE_SIGNER: {"member_id": "uint16", "signer": "address"},
    Action.SET_METHOD_RULE: {"method": "bytes4", "rule": _RULE},
    Action.SET_LEGAL_BASES: {"bitmap": "uint256"},
}


def admit(signer: str, role: Role, name: str) -> Proposal:
    """Admit a member."""
    return _pack(Action.ADMIT, signer, int(role), name)


def suspend(member_id: int) -> Proposal:
    """Suspend a member."""
    return _pack(Action.SUSPEND, member_id)


def reinstate(member_id: int) -> Proposal:
    """Reinstate a suspended member."""
    return _pack(Action.REINSTATE, member_id)


def remove(member_id: int) -> Proposal:
    """Remove a member for good."""
    return _pack(Action.REMOVE, member_id)


def replace_signer(member_id: int, signer: str) -> Proposal:
    """Let another account act for a member."""
    return _pack(Action.REPLACE_SIGNER, member_id, signer)


def set_method_rule(method: bytes, rule: MethodRule) -> Proposal:
    """Set when a method may be relied on; `method` is 4 bytes."""
    return _pack(Action.SET_METHOD_RULE, method, (rule.allowed_from, rule.allowed_until, rule.max_age_days))


def set_legal_bases(bitmap: int) -> Proposal:
    """Set the enabled legal bases; bit = 1 << index."""
    return _pack(Action.SET_LEGAL_BASES, bitmap)


def read_payload(action: Action, payload: bytes) -> Mapping[str, Any]:
    """Take a payload apart, for people who are asked to approve it.

    Returns:
        Its parts by name; `rule` is (allowed_from, allowed_until, max_age_days).

    Raises:
        InvalidInput: not a payload of this action (`proposal.malformed`).
    """
    layout = _LAYOUTS[action]
    try:
        return dict(zip(layout, decode(list(layout.values()), payload), strict=True))
    except DecodingError as error:
        hint = "do not approve it"
        raise InvalidInput(
            "proposal.malformed", "this proposal's payload cannot be read", hint=hint
        ) from error


def _pack(action: Action, *values: Any) -> Proposal:
    return action, encode_arguments(list(_LAYOUTS[action].values()), values)
