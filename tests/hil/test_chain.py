"""A chain of records: every accident with one or two of them is told, and what is whole is kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hil.files.chain import Break, ChainDamage, Linked, Place, after, followed, linked_in, place_of


def chain(*bodies: bytes) -> list[Linked]:
    """Records with these bodies, from the start."""
    place, records = Place(), []
    for body in bodies:
        records.append(after(place, body))
        place = place_of(records[-1])
    return records


FOUR = chain(b"a", b"b", b"c", b"d")
A, B, C, D = FOUR
END = place_of(D)


def told(records: list[Linked | None], end: Place | None = END) -> list[tuple[Break, int, int]]:
    """What is said of them."""
    return [(each.kind, each.number, each.count) for each in followed(records, end=end)
            if isinstance(each, ChainDamage)]


@pytest.mark.parametrize(("records", "damage"), [
    ([A, B, C, D], []),
    ([A, C, D], [(Break.LOST, 2, 1)]),
    ([A, D], [(Break.LOST, 2, 2)]),
    ([B, C, D], [(Break.LOST, 1, 1)]),
    ([A, B], [(Break.CUT, 3, 2)]),
    ([], [(Break.CUT, 1, 4)]),
    ([A, B, B, C, D], [(Break.DOUBLED, 2, 1)]),
    ([A, C, B, D], [(Break.LOST, 2, 1), (Break.SWAPPED, 2, 1)]),
    ([A, None, C, D], [(Break.CHANGED, 2, 1)]),
    ([A, B, C, None], [(Break.CHANGED, 4, 1)]),
    ([A, None, D], [(Break.CHANGED, 2, 1), (Break.LOST, 3, 1)]),
    ([A, None], [(Break.CHANGED, 2, 1), (Break.CUT, 3, 2)]),
    ([A, *chain(b"x", b"y")[1:], C, D], [(Break.FOREIGN, 2, 1), (Break.FOREIGN, 3, 1)]),
    (chain(b"a", b"b", b"c", b"x"), [(Break.FOREIGN, 4, 1)]),
])
def test_every_accident_is_told_with_its_place_and_how_much_is_missing(
    records: list[Linked | None], damage: list[tuple[Break, int, int]],
) -> None:
    assert told(records) == damage


def test_what_is_whole_is_given_beside_the_damage() -> None:
    given_back = [each.body for each in followed([A, None, D]) if isinstance(each, Linked)]
    assert given_back == [b"a", b"d"]


def test_a_chain_without_a_known_end_cannot_miss_it() -> None:
    assert told([A, B], end=None) == []


@given(st.lists(st.binary(max_size=20), min_size=1, max_size=5), st.data())
def test_no_bit_of_a_line_can_change_unseen(bodies: list[bytes], data: st.DataObject) -> None:
    lines = [each.line()[:-1] for each in chain(*bodies)]
    assert [linked_in(line) for line in lines] == chain(*bodies)
    number = data.draw(st.integers(0, len(lines) - 1))
    line = bytearray(lines[number])
    bit = data.draw(st.integers(0, len(line) * 8 - 1))
    line[bit // 8] ^= 1 << bit % 8
    assert linked_in(bytes(line)) is None
