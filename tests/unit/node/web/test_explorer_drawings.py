"""The explorer's graphics keep proportions, and their markup says what they show."""

from __future__ import annotations

import pytest

from node.web.charts import BAR_LIMIT, COLUMNS_PX, bars, columns, elapsed, stops
from node.web.pages import render

pytestmark = pytest.mark.unit

DAYS = [
    {"day": "2026-11-21", "attested": 4, "decided": 2, "revoked": 0},
    {"day": "2026-11-22", "attested": 1, "decided": 0, "revoked": 1},
]


def test_bars_are_as_wide_as_their_values_are_large():
    assert [(one.label, one.width) for one in bars({"a": 4, "b": 1, "c": 0})] == [
        ("a", BAR_LIMIT),
        ("b", BAR_LIMIT / 4),
        ("c", 0.0),
    ]


def test_nothing_gives_no_bars_and_zeros_give_empty_ones():
    assert bars({}) == ()
    assert [one.width for one in bars({"a": 0})] == [0.0]


def test_columns_stand_side_by_side_within_their_day_and_leave_zeros_out():
    drawn = columns(DAYS)
    assert [(one.day[-2:], one.series, one.height) for one in drawn] == [
        ("21", 0, COLUMNS_PX),
        ("21", 1, COLUMNS_PX / 2),
        ("22", 0, COLUMNS_PX / 4),
        ("22", 2, COLUMNS_PX / 4),
    ]
    assert [one.x for one in drawn] == [0.0, 12.5, 50.0, 75.0]
    assert all(one.x + one.width <= 100 for one in drawn)


def test_a_month_without_anything_draws_no_column():
    assert columns([{"day": "2026-11-21", "attested": 0, "decided": 0, "revoked": 0}]) == ()
    assert columns([]) == ()


def test_a_trails_stops_tell_how_long_each_step_took():
    steps = [
        {"step": "attested", "block": 16, "at": 1_000},
        {"step": "decided", "block": 17, "at": 1_040},
        {"step": "revoked", "block": 90, "at": 200_000},
    ]
    assert [(one.step, one.after) for one in stops(steps)] == [
        ("attested", ""),
        ("decided", "40 s"),
        ("revoked", "2 d"),
    ]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3_599, "59 min"),
        (3_600, "1 h"),
        (86_399, "23 h"),
        (86_400, "1 d"),
    ],
)
def test_a_span_is_told_in_its_largest_unit(seconds: int, text: str):
    assert elapsed(seconds) == text


def test_the_drawing_names_every_value_for_those_who_do_not_see_it():
    page = render("explorer.html", **_explorer()).body.decode()
    assert 'aria-label="拒否の理由(確認時): &lt;too_old&gt; 3; revoked 1; "' in page
    assert page.count("<rect") == len(columns(DAYS)) + 2 + 1 + 5
    assert "style=" not in page


def test_what_is_missing_is_named_and_leads_to_its_trail():
    shown = _explorer()
    shown["last"] |= {"complete": False, "decided_without_opening": ["0x" + "ab" * 32]}
    shown["last"]["counts"]["decided_without_opening"] = 1_234
    page = render("explorer.html", **shown).body.decode()
    assert "欠落または不一致あり" in page
    assert "1234" in page
    assert f'href="/explorer/attestations/0x{"ab" * 32}"' in page


def test_a_page_before_the_first_check_says_so_and_claims_nothing():
    page = render("explorer.html", **_explorer() | {"last": None}).body.decode()
    assert "まだ確認していません" in page
    assert "欠落なし" not in page


def test_a_check_of_a_shorter_history_says_that_more_was_recorded_since():
    assert "この確認の後" not in render("explorer.html", **_explorer()).body.decode()
    shown = _explorer()
    shown["index"]["events_on_chain"] += 1
    assert "この確認の後" in render("explorer.html", **shown).body.decode()


def _explorer() -> dict:
    return {
        "member": "見本監督庁",
        "holder": "佐藤",
        "standing": {"members": [], "policies": {"legal_bases": [], "methods": {}}},
        "month": {"days": DAYS},
        "charts": {
            "days": columns(DAYS),
            "height": COLUMNS_PX,
            "pairs": bars({"見本第一銀行 → 見本ひかり証券": 5}),
            "refusals": bars({"<too_old>": 3, "revoked": 1}),
            "spans": bars(dict.fromkeys("abcde", 1)),
        },
        "now": 1_795_273_260,
        "index": {"head": "0x00", "head_matches": True, "events_on_chain": 1, "events_indexed": 1},
        "last": {
            "complete": True,
            "checked_at": 1_795_273_200,
            "checked_by": "鈴木",
            "events_on_chain": 1,
            "decided": 1,
            "decided_without_opening": [],
            "false_openings": [],
            "openings_without_decision": [],
            "counts": {
                "decided_without_opening": 0,
                "false_openings": 0,
                "openings_without_decision": 0,
            },
        },
        "names": {},
        "entries": [],
    }
