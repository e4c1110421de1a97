"""Convert between seconds, Japanese calendar days and ISO 8601 text.

Japan has had no daylight saving time since 1952, so JST is a fixed UTC+9 and no time-zone database is needed.
Spec: contracts/src/interfaces/IIdentityHistory.sol (days); RFC 3339 (text, always UTC with "Z", whole
seconds).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from node.domain.ids import JstDay
from node.errors import InvalidInput

DAY_S = 86_400
"""Seconds in a day."""

JST_OFFSET_S = 9 * 3_600
"""Seconds by which Japan is ahead of UTC."""

_EPOCH = date(1970, 1, 1)
_TEXT_FORM = "%Y-%m-%dT%H:%M:%SZ"


def jst_day(seconds: int) -> JstDay:
    """Day in Japan on which this second falls, counted as the contract does."""
    return JstDay((seconds + JST_OFFSET_S) // DAY_S)


def jst_date(seconds: int) -> date:
    """Civil date in Japan at this second."""
    return date_of(jst_day(seconds))


def date_of(day: JstDay) -> date:
    """Civil date of a counted day."""
    return _EPOCH + timedelta(days=day)


def day_of(civil: date) -> JstDay:
    """Counted day of a civil date."""
    return JstDay((civil - _EPOCH).days)


def first_second(civil: date) -> int:
    """The second at which this date begins in Japan, seconds since 1970."""
    return day_of(civil) * DAY_S - JST_OFFSET_S


def to_text(seconds: int) -> str:
    """RFC 3339 text in UTC, e.g. "2026-11-22T05:00:00Z"."""
    return datetime.fromtimestamp(seconds, UTC).strftime(_TEXT_FORM)


def jst_text(seconds: int) -> str:
    """As a reader in Japan expects it, e.g. "2026-11-22 14:00 JST"; to the minute."""
    return datetime.fromtimestamp(seconds + JST_OFFSET_S, UTC).strftime("%Y-%m-%d %H:%M JST")


def from_text(text: str) -> int:
    """Seconds since 1970 of exactly the form that `to_text` writes.

    Raises:
        InvalidInput: another form ("time.malformed").
    """
    try:
        return int(datetime.strptime(text, _TEXT_FORM).replace(tzinfo=UTC).timestamp())
    except (TypeError, ValueError) as error:
        raise InvalidInput("time.malformed", "a time is not YYYY-MM-DDTHH:MM:SSZ") from error
