"""How long what a member knows of a customer must be kept, and from when it may be destroyed.

Decides by dates alone; when a contract ended is the member's knowledge. Sources: 犯罪収益移転防止法 art. 6(2)
(records of verification: seven years from the end of the contract), 個人情報保護法 art. 22 (what is no longer
needed is deleted without delay).
"""

from __future__ import annotations

from datetime import date
from typing import Final

from node.errors import InvalidInput

RETENTION_YEARS: Final = 7
"""犯罪収益移転防止法 art. 6(2)."""


def last_day(contract_ended_on: date) -> date:
    """The last day on which the record must still be there; the first day is not counted (民法 art. 140)."""
    year = contract_ended_on.year + RETENTION_YEARS
    try:
        return contract_ended_on.replace(year=year)
    except ValueError:  # 29 February; 民法 art. 143(2): the last day of that month
        return date(year, 2, 28)


def require_over(contract_ended_on: date, *, today: date) -> None:
    """Raise unless the record may be destroyed today.

    Raises:
        InvalidInput: "retention.not_ended" for a date ahead, "retention.running".
    """
    if contract_ended_on > today:
        raise InvalidInput(
            "retention.not_ended", "the contract ends in the future", hint="give the day it ended"
        )
    until = last_day(contract_ended_on)
    if today <= until:
        raise InvalidInput(
            "retention.running",
            f"this record must be kept until {until}",
            hint=f"{RETENTION_YEARS} years from the end of the contract (犯罪収益移転防止法 art. 6)",
        )
