"""Methods by date, legal bases, and Japanese days."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from node.domain.days import date_of, day_of, first_second, from_text, jst_date, jst_day, to_text
from node.domain.events import MethodRule
from node.domain.legal_basis import PROFILES, LegalBasis, basis_of, bitmap_of, is_enabled
from node.domain.methods import CATALOGUE, Evidence, citation, is_allowed, method_of, proposed_rule
from node.errors import InvalidInput

pytestmark = pytest.mark.unit

REFORM = date(2027, 4, 1)


@pytest.mark.parametrize(
    ("method", "on", "clause"),
    [
        ("jp.chip+face", date(2024, 1, 1), "ヘ"),
        ("jp.chip+face", REFORM, "ハ"),
        ("jp.jpki.sign", date(2025, 6, 23), "ワ"),
        ("jp.jpki.sign", date(2025, 6, 24), "カ"),
        ("jp.jpki.sign", REFORM, "ヌ"),
        ("jp.idimage+face", date(2027, 3, 31), "ホ"),
        ("jp.mdoc.mynumber", date(2025, 6, 24), "ル"),
    ],
)
def test_clause_letters_move_with_the_revisions(method, on, clause):
    cited = citation(method, on)
    assert cited is not None
    assert cited.clause == clause


@pytest.mark.parametrize(
    ("method", "on"),
    [
        ("jp.idimage+face", REFORM),
        ("jp.mdoc.mynumber", date(2025, 6, 23)),
        ("jp.chip+face", date(2018, 11, 29)),
    ],
)
def test_a_method_without_a_clause_on_a_day_is_not_allowed(method, on):
    assert not is_allowed(method, on)


def test_catalogue_has_eleven_distinct_methods_without_gaps():
    assert len({m.id for m in CATALOGUE}) == 11
    for method in CATALOGUE:
        spans = [c.epoch for c in method.citations]
        assert all(a.ends == b.begins for a, b in pairwise(spans))


def test_inferred_letters_say_so():
    cited = citation("jp.idOrChip+bankInquiry", REFORM)
    assert cited is not None
    assert (cited.clause, cited.evidence) == ("ニ", Evidence.INFERRED)


def test_image_method_is_proposed_until_midnight_in_japan():
    rule = proposed_rule("jp.idimage+face")
    assert to_text(rule.allowed_until) == "2027-03-31T15:00:00Z"
    assert to_text(rule.allowed_from) == "2018-11-29T15:00:00Z"


def test_chip_method_is_proposed_without_end():
    assert proposed_rule("jp.chip+face") == MethodRule(first_second(date(2018, 11, 30)), 0, 365)


def test_unknown_method_is_refused():
    with pytest.raises(InvalidInput) as error:
        method_of("jp.guess")
    assert error.value.code == "method.unknown"


def test_every_basis_has_a_profile_with_duties():
    assert set(PROFILES) == set(LegalBasis)
    assert all(profile.duties for profile in PROFILES.values())


def test_a_basis_that_was_not_enabled_is_off():
    bitmap = bitmap_of([LegalBasis.BANK_INQUIRY, LegalBasis.ASSIST])
    assert bitmap == 0b0100001
    assert not is_enabled(bitmap, LegalBasis.RELIANCE)


def test_reliance_needs_a_recorded_reference():
    with pytest.raises(InvalidInput) as error:
        bitmap_of([LegalBasis.RELIANCE], reference=" ")
    assert error.value.code == "legal_basis.reference_missing"
    assert bitmap_of([LegalBasis.RELIANCE], reference="rulebook 2026, article 3") == 1 << 6


def test_unknown_basis_is_refused():
    with pytest.raises(InvalidInput) as error:
        basis_of("bank_inquiry")
    assert error.value.code == "legal_basis.unknown"


def test_a_day_in_japan_begins_nine_hours_early():
    midnight = from_text("2026-11-21T15:00:00Z")
    assert jst_date(midnight) == date(2026, 11, 22)
    assert jst_date(midnight - 1) == date(2026, 11, 21)
    assert first_second(date(2026, 11, 22)) == midnight
    assert jst_day(midnight) == (midnight + 9 * 3_600) // 86_400


def test_dates_and_days_are_inverse():
    for offset in (0, 1, 20_000):
        civil = date(1970, 1, 1) + timedelta(days=offset)
        assert date_of(day_of(civil)) == civil
        assert day_of(civil) == offset


@pytest.mark.parametrize("text", ["2026-11-22", "2026-11-22T00:00:00+09:00", "2026-11-22T00:00:00.5Z", ""])
def test_only_one_form_of_time_is_read(text):
    with pytest.raises(InvalidInput) as error:
        from_text(text)
    assert error.value.code == "time.malformed"
