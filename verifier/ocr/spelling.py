"""How a text that was read from a surface differs from the text of record. Pure.

Decides, for two spellings of one name or address, every difference with its place and kind, and what they
amount to. The text of record comes from the chip; nothing here repairs either side, and "the same" is said of
spellings, never of persons. Kinds of characters: `verifier.ocr.characters`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from verifier.ocr.characters import HARMLESS, OF_THE_READER, Kind, difference, fold, is_selector

MAX_CHARACTERS: Final = 400
"""The longest address field of a card is 256 bytes of text file; beyond this nothing is compared."""

COSTS: Final[Mapping[Kind, int]] = {
    Kind.WIDTH: 1,
    Kind.DASH: 2,
    Kind.VARIANT: 5,
    Kind.KANA_SIZE: 30,
    Kind.LOOK_ALIKE: 40,
    Kind.REPLACED: 100,
    Kind.MISSING: 70,
    Kind.ADDED: 70,
}
"""What an alignment pays, in hundredths of a replacement: a related character is paired before anything is
called missing, and a replaced one is cheaper than one missing and one added."""


class Likeness(StrEnum):
    """What all differences of two spellings amount to."""

    SAME = "same"
    """At most width, dashes and spaces."""
    VARIANT = "variant"
    """One spelling with other forms of the same kanji: what a reader makes of 髙 and 﨑."""
    LOOK_ALIKE = "look_alike"
    """Some characters only look alike: a misreading, or another name."""
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference.

    Attributes:
        kind: see `Kind`.
        place: character position in the text of record, from 0, spaces counted; where something was added,
            the position it was added before.
        record: the character there, "" if none.
        read: the character of the other text, "" if none.
        basis: for variants, the rule that makes them one kanji.
    """

    kind: Kind
    place: int
    record: str = field(repr=False)
    read: str = field(repr=False)
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two spellings compared.

    Attributes:
        likeness: what the differences amount to.
        differences: in the order of the text of record.
    """

    likeness: Likeness
    differences: tuple[Difference, ...]

    @property
    def kinds(self) -> Mapping[str, int]:
        """How often each kind occurs: not personal."""
        return dict(sorted(Counter(each.kind.value for each in self.differences).items()))


@dataclass(frozen=True, slots=True)
class _Character:
    text: str
    place: int


def compare(record: str, read: str) -> Comparison:
    """Compare a text that was read with the text of record.

    Args:
        record: from the chip, or whatever is of record; at most `MAX_CHARACTERS`.
        read: from the surface; the same limit.

    Raises:
        ValueError: a text is longer than any card prints.
    """
    if max(len(record), len(read)) > MAX_CHARACTERS:
        raise ValueError(f"a text has more than {MAX_CHARACTERS} characters")
    ours, theirs = _characters(record), _characters(read)
    found = [*_align(ours, theirs), *_spaces(record, read)]
    found.sort(key=lambda each: each.place)
    return Comparison(_likeness(found), tuple(found))


def _likeness(found: Sequence[Difference]) -> Likeness:
    kinds = {each.kind for each in found}
    if kinds <= HARMLESS:
        return Likeness.SAME
    if kinds <= HARMLESS | {Kind.VARIANT}:
        return Likeness.VARIANT
    return Likeness.LOOK_ALIKE if kinds <= HARMLESS | OF_THE_READER | {Kind.VARIANT} else Likeness.DIFFERENT


def _characters(text: str) -> list[_Character]:
    """Half-width kana joined with their marks; without spaces and variation selectors."""
    found: list[_Character] = []
    for place, character in enumerate(text):
        if character.isspace() or is_selector(character):
            continue
        if character in "ﾞﾟ\u3099\u309a" and found:
            found[-1] = _Character(found[-1].text + character, found[-1].place)
        else:
            found.append(_Character(character, place))
    return found


def _spaces(record: str, read: str) -> list[Difference]:
    """A space between two characters that only one side has."""
    ours, theirs = _gaps(record), _gaps(read)
    only_ours = [
        Difference(Kind.SPACE, place, " ", "") for after, place in ours.items() if after not in theirs
    ]
    end = dict(enumerate(each.place for each in _characters(record)))
    only_theirs = [
        Difference(Kind.SPACE, end.get(after, len(record)), "", " ") for after in theirs if after not in ours
    ]
    return only_ours + only_theirs


def _gaps(text: str) -> dict[int, int]:
    """Number of characters before each inner space -> its position."""
    gaps: dict[int, int] = {}
    count = 0
    for place, character in enumerate(text.rstrip()):
        if not character.isspace():
            count += not is_selector(character)
        elif count:
            gaps[count] = place
    return gaps


def _align(ours: Sequence[_Character], theirs: Sequence[_Character]) -> list[Difference]:
    """Cheapest pairing (Wagner and Fischer 1974, with the costs above), walked back from its end."""
    table = _costs(ours, theirs)
    found: list[Difference] = []
    row, column = len(ours), len(theirs)
    while row or column:
        here = table[row][column]
        if row and column and here == table[row - 1][column - 1] + _cost(ours[row - 1], theirs[column - 1]):
            row, column = row - 1, column - 1
            found += _pair(ours[row], theirs[column])
        elif row and here == table[row - 1][column] + COSTS[Kind.MISSING]:
            row -= 1
            found.append(Difference(Kind.MISSING, ours[row].place, ours[row].text, ""))
        else:
            column -= 1
            found.append(Difference(Kind.ADDED, _place(ours, row), "", theirs[column].text))
    return found[::-1]


def _pair(mine: _Character, other: _Character) -> list[Difference]:
    differ = difference(mine.text, other.text)
    return [] if differ is None else [Difference(differ[0], mine.place, mine.text, other.text, differ[1])]


def _place(ours: Sequence[_Character], row: int) -> int:
    """Position of the row-th character; past the end, the position after the last."""
    if row < len(ours):
        return ours[row].place
    return ours[-1].place + 1 if ours else 0


def _costs(ours: Sequence[_Character], theirs: Sequence[_Character]) -> list[list[int]]:
    table = [[column * COSTS[Kind.ADDED] for column in range(len(theirs) + 1)]]
    for row, mine in enumerate(ours):
        line = [(row + 1) * COSTS[Kind.MISSING]]
        above = table[row]
        for column, other in enumerate(theirs):
            paired = above[column] + _cost(mine, other)
            line.append(
                min(paired, above[column + 1] + COSTS[Kind.MISSING], line[column] + COSTS[Kind.ADDED])
            )
        table.append(line)
    return table


def _cost(mine: _Character, other: _Character) -> int:
    pair = difference(fold(mine.text), fold(other.text))
    if pair is None:
        return 0 if mine.text == other.text else COSTS[Kind.WIDTH]
    return COSTS[pair[0]]
