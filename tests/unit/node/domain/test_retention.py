"""When a record may be destroyed: never a day early."""

from __future__ import annotations

from datetime import date

import pytest

from node.domain.retention import last_day, require_over
from node.errors import InvalidInput

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("ended", "until"),
    [
        (date(2019, 3, 31), date(2026, 3, 31)),
        (date(2020, 2, 29), date(2027, 2, 28)),
        (date(2021, 2, 28), date(2028, 2, 28)),
    ],
)
def test_a_record_is_kept_seven_years_from_the_end_of_the_contract(ended, until):
    assert last_day(ended) == until
    with pytest.raises(InvalidInput) as caught:
        require_over(ended, today=until)
    assert caught.value.code == "retention.running"
    require_over(ended, today=date.fromordinal(until.toordinal() + 1))


def test_a_contract_that_goes_on_has_no_end():
    with pytest.raises(InvalidInput) as caught:
        require_over(date(2026, 11, 23), today=date(2026, 11, 22))
    assert caught.value.code == "retention.not_ended"
