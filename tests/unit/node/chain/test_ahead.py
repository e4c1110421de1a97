"""Reading one range ahead: in order, never further, and what goes wrong is told in its place."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest

from node.chain.ahead import Ahead
from node.chain.plan import FIRST_BLOCKS, Block, BlockRange
from node.chain.reader import Moved, Reading
from node.domain.history import EMPTY_HEAD
from node.errors import Unavailable
from node.store.chain_index import Tip

pytestmark = pytest.mark.unit

TIP = Tip(0, b"0", 0, EMPTY_HEAD, 0)
HEAD = 1_000


class _Chain:
    """Empty blocks; `most` is how many it gives at once, `broken` a height at which it has moved."""

    def __init__(self, *, most: int = HEAD, broken: int | None = None, away: bool = False) -> None:
        self.reads: list[BlockRange] = []
        self._most, self._broken, self._away = most, broken, away

    def read(self, planned: BlockRange, *, parent_hash: bytes) -> Reading:
        self.reads.append(planned)
        if self._away:
            raise Unavailable("chain.unreachable", "away")
        if len(planned) > self._most:
            raise Unavailable("chain.refused", "range too large")
        if self._broken is not None and planned.first <= self._broken <= planned.last:
            raise Moved
        assert parent_hash == str(planned.first - 1).encode()
        last = Block(planned.last, str(planned.last).encode(), b"", planned.last)
        return Reading([], {planned.last: last}, last)


def _ahead(chain: _Chain, *, most: int = HEAD) -> Any:
    return Ahead(chain, most=most).digests(TIP, HEAD)  # type: ignore[arg-type]


def test_ranges_follow_each_other_to_the_head_and_grow():
    chain = _Chain()
    tips = [found.tip.number for found in _ahead(chain)]
    assert tips[0] == FIRST_BLOCKS
    assert tips[-1] == HEAD
    assert [planned.first for planned in chain.reads] == [1, *(tip + 1 for tip in tips[:-1])]


def test_it_is_never_more_than_one_range_ahead():
    chain = _Chain()
    with closing(_ahead(chain, most=10)) as digests:
        for taken, _ in enumerate(digests, start=1):
            assert len(chain.reads) <= taken + 1
            if taken == 5:
                break


def test_a_chain_that_gives_less_is_read_in_smaller_ranges_from_then_on():
    chain = _Chain(most=8)
    assert [found.tip.number for found in _ahead(chain)][-1] == HEAD
    assert [len(planned) for planned in chain.reads[:3]] == [FIRST_BLOCKS, FIRST_BLOCKS // 2, 8]
    assert max(len(planned) for planned in chain.reads[3:]) == 8


def test_what_was_read_before_a_fork_is_given_out_first():
    digests = _ahead(_Chain(broken=25), most=10)
    assert [next(digests).tip.number, next(digests).tip.number] == [10, 20]
    with pytest.raises(Moved):
        next(digests)


def test_a_chain_that_is_away_is_not_asked_for_less():
    chain = _Chain(away=True)
    with pytest.raises(Unavailable) as caught:
        next(_ahead(chain))
    assert caught.value.code == "chain.unreachable"
    assert len(chain.reads) == 1


def test_an_index_that_is_level_reads_nothing():
    chain = _Chain()
    assert list(Ahead(chain, most=HEAD).digests(Tip(HEAD, b"h", 0, EMPTY_HEAD, 0), HEAD)) == []  # type: ignore[arg-type]
    assert chain.reads == []
