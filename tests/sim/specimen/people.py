"""Synthetic persons whose data a specimen prints.

Names and places are combined at random from short lists; any likeness to a real person is chance. The era
table stands here a second time on purpose: it is the expectation the reader under test is compared with.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np

FAMILY_NAMES = (  # noqa: SIM905  a word list
    "佐藤 鈴木 高橋 田中 伊藤 渡邊 山本 中村 小林 加藤 吉田 山田 齋藤 松本 井上 木村 清水 山﨑 池田 橋本 "
    "阿部 石川 前田 藤田 後藤 岡田 長谷川 村上 近藤 濱田"
).split()
MALE_NAMES = "太郎 一郎 健太 翔 大輔 拓也 直樹 誠 浩 隆 修 勇気 悠真 蓮 正夫 秀樹".split()  # noqa: SIM905
FEMALE_NAMES = "花子 美咲 陽子 さくら 恵子 由美 愛 葵 結衣 幸子 真由美 智子 明美 裕子 ひなた".split()  # noqa: SIM905
TOWNS = (  # noqa: SIM905  a word list
    "東京都千代田区麹町 東京都新宿区西新宿 大阪府大阪市北区梅田 神奈川県横浜市中区本町 愛知県名古屋市中区栄 "
    "北海道札幌市中央区大通西 福岡県福岡市博多区博多駅前 宮城県仙台市青葉区一番町 広島県広島市中区基町 "
    "京都府京都市左京区吉田本町 静岡県浜松市中央区砂山町 新潟県新潟市中央区古町通 岡山県倉敷市中央"
).split()
BUILDINGS = ("", "", "グランドメゾン", "コーポさくら", "メゾン青葉", "第二見本ビル", "サンハイツ")

LATIN_NAMES = "SAMPLE ALEX MIHON JANE ROBERT TARO LEE NGUYEN SINGH MARIA".split()  # noqa: SIM905  a word list
GANNEN_SHARE = 0.04
FOREIGN_SHARE = 0.06
"""Share of card holders whose birth date is printed in the Gregorian calendar; about 3 % of residents."""

ERAS = (
    ("令和", date(2019, 5, 1)),
    ("平成", date(1989, 1, 8)),
    ("昭和", date(1926, 12, 25)),
    ("大正", date(1912, 7, 30)),
    ("明治", date(1868, 1, 25)),
)
OLDEST_BIRTH = date(1935, 1, 1)
YOUNGEST_BIRTH = date(2012, 12, 31)
VALIDITY_YEARS = 10
"""From 18 years of age on; the card ends on the tenth birthday after issue."""


@dataclass(frozen=True, slots=True)
class SpecimenPerson:
    """What one specimen card prints.

    Attributes:
        name: family and given name, separated by a full-width space.
        address: as printed, without line breaks.
        birth_date: civil date.
        sex: as printed.
        expires_on: last day of validity.
        security_code: four digits.
        gregorian_birth_date: the birth date is printed in the Gregorian calendar (foreign residents).
    """

    name: str
    address: str
    birth_date: date
    sex: Literal["男", "女"]
    expires_on: date
    security_code: str
    gregorian_birth_date: bool = False

    @property
    def birth_year_as_printed(self) -> tuple[str, int]:
        """Era name and year, or an empty name and the Gregorian year."""
        if self.gregorian_birth_date:
            return "", self.birth_date.year
        era, start = next((era, start) for era, start in ERAS if self.birth_date >= start)
        return era, self.birth_date.year - start.year + 1

    @property
    def printed_birth_date(self) -> str:
        """For example 平成元年 3月31日生."""
        era, year = self.birth_year_as_printed
        year_text = "元" if era and year == 1 else str(year)
        return f"{era}{year_text}年{self.birth_date.month:>2}月{self.birth_date.day:>2}日生"

    @property
    def printed_expiry(self) -> str:
        """For example 2030年 3月31日まで有効."""
        day = self.expires_on
        return f"{day.year}年{day.month:>2}月{day.day:>2}日まで有効"

    @property
    def pin_b(self) -> str:
        """照合番号B: birth date with the year as printed, expiry year, security code."""
        _, year = self.birth_year_as_printed
        born = self.birth_date
        return f"{year % 100:02d}{born.month:02d}{born.day:02d}{self.expires_on.year}{self.security_code}"


def random_person(rng: np.random.Generator, *, today: date, gannen: bool = False) -> SpecimenPerson:
    """Draw a person whose card is valid today.

    Args:
        rng: source of all choices.
        today: the card ends one to ten years after this day, on a birthday.
        gannen: force a birth date in the first year of an era (元年).
    """
    female = bool(rng.integers(2))
    birth_date = _birth_date(rng, gannen=gannen)
    expiry_year = today.year + int(rng.integers(1, VALIDITY_YEARS))
    return SpecimenPerson(
        name=f"{rng.choice(FAMILY_NAMES)}　{rng.choice(FEMALE_NAMES if female else MALE_NAMES)}",
        address=_address(rng),
        birth_date=birth_date,
        sex="女" if female else "男",
        expires_on=birth_date.replace(year=expiry_year),
        security_code=f"{rng.integers(10_000):04d}",
    )


def random_holder(rng: np.random.Generator, *, today: date) -> SpecimenPerson:
    """Draw a person as `random_person` does, now and then one whose card prints dates in a rarer way."""
    drawn = rng.random()
    if drawn < GANNEN_SHARE:
        return random_person(rng, today=today, gannen=True)
    person = random_person(rng, today=today)
    if drawn > 1 - FOREIGN_SHARE:
        stay_ends = today + timedelta(days=int(rng.integers(60, 5 * 365)))
        name = f"{rng.choice(LATIN_NAMES)}　{rng.choice(LATIN_NAMES)}"
        return replace(person, name=name, gregorian_birth_date=True, expires_on=stay_ends)
    return person


def _birth_date(rng: np.random.Generator, *, gannen: bool) -> date:
    first, last = OLDEST_BIRTH, YOUNGEST_BIRTH
    if gannen:
        first, last = date(1989, 1, 8), date(1989, 12, 31)
    day = first + timedelta(days=int(rng.integers((last - first).days + 1)))
    # 29 February has no birthday in most expiry years; the rule for it is tested without pictures.
    return day.replace(day=28) if (day.month, day.day) == (2, 29) else day


def _address(rng: np.random.Generator) -> str:
    chome, ban, go = (int(n) for n in rng.integers(1, (6, 30, 20)))
    building = str(rng.choice(BUILDINGS))
    room = f"　{building}{rng.integers(1, 15)}{rng.integers(1, 12):02d}号" if building else ""
    return f"{rng.choice(TOWNS)}{chome}丁目{ban}番{go}号{room}"
