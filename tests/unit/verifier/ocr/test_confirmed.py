"""What the holder confirms is checked like a reading before it becomes 照合番号B."""

from __future__ import annotations

from datetime import date

import pytest

from verifier.errors import InvalidInput
from verifier.ocr.confirmed import compose_confirmed

pytestmark = pytest.mark.unit

TODAY = date(2026, 11, 22)


def composed(
    birth: str = "昭和55年2月17日",
    expiry: str = "2035年2月17日",
    code: str = "2285",
    *,
    typed: date | None = None,
) -> str:
    return compose_confirmed(birth, expiry, code, today=TODAY, typed_birth_date=typed)


def refusal(*values: str, typed: date | None = None) -> str:
    with pytest.raises(InvalidInput) as refused:
        composed(*values, typed=typed)
    assert refused.value.hint.endswith((".", "card"))
    return refused.value.code


def test_the_published_vector_is_composed_from_what_the_card_prints() -> None:
    assert composed() == "55021720352285"


@pytest.mark.parametrize(
    ("birth", "expiry", "code"),
    [
        (" 昭和 ５５年 ２月１７日 生", "２０３５年２月１７日まで有効", "２２８５"),
        ("昭和55年2月17日生", "2035-02-17", " 2285 "),
        ("S55.2.17", "2035/2/17", "2285"),
        ("昭55/2/17", "2035.2.17", "2285"),
        ("Ｓ５５－２－１７", "20350217", "2285"),
    ],
)
def test_widths_and_spaces_do_not_matter(birth: str, expiry: str, code: str) -> None:
    assert composed(birth, expiry, code) == "55021720352285"


def test_the_first_year_and_a_gregorian_year_enter_as_printed() -> None:
    assert composed("平成元年3月31日", "2031年3月31日", "0471") == "01033120310471"
    assert composed("1989年3月31日", "2028年9月4日", "0471") == "89033120280471"
    assert composed("1989年3月31日", "2031年3月31日", "0471") == "89033120310471"
    assert composed("1989/3/31", "2028/9/4", "0471") == "89033120280471"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        (("55年2月17日",), "ocr.bad_birth_date"),
        (("",), "ocr.bad_birth_date"),
        (("昭和55年2月17日", "いつか"), "ocr.bad_expiry"),
        (("昭和55年2月17日", "2035年2月17日", "228"), "ocr.bad_security_code"),
        (("昭和55年2月17日", "2035年2月17日", "22a5"), "ocr.bad_security_code"),
        (("1980/2/17",), "ocr.calendar_not_said"),
        (("１９８０－２－１７", "20350217"), "ocr.calendar_not_said"),
        (("昭和55年2月30日",), "ocr.implausible_date"),
        (("昭和64年2月17日",), "ocr.implausible_date"),
        (("昭和55年2月18日",), "ocr.implausible_expiry"),
        (("昭和55年2月17日", "2026年2月17日"), "ocr.card_expired"),
        (("昭和" + "5" * 10_000,), "ocr.bad_birth_date"),
    ],
)
def test_values_that_no_valid_card_has_are_refused(values: tuple[str, ...], code: str) -> None:
    assert refusal(*values) == code


def test_another_birth_date_than_the_one_typed_before_is_refused() -> None:
    assert refusal(typed=date(1980, 2, 18)) == "ocr.birth_date_differs"
    assert composed(typed=date(1980, 2, 17)) == "55021720352285"
