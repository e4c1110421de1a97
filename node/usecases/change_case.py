"""Puts one case in its next state, in a transaction of its own; `node.domain.case` says which may follow."""

from __future__ import annotations

from collections.abc import Callable

from node.domain.case import Case
from node.usecases.transaction import Transactions


def change_case(transaction: Transactions, case_id: str, change: Callable[[Case], Case]) -> Case:
    """Return the changed case. Raises InvalidInput ("case.unknown", or why `change` refuses)."""
    with transaction() as unit:
        case = unit.cases.get(case_id)
        changed = change(case)
        unit.cases.replace(changed, was=case)
    return changed
