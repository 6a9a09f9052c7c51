"""A defect is a replacement of functions of a right part: any number at once, and no trace of it."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from simulator.defect import Defect, NothingReplacedError, Replacement, wrong_class, wrong_table


def add_one(number: int) -> int:
    """Add one."""
    return number + 1


def double(number: int) -> int:
    return number * 2


class Row(msgspec.Struct, frozen=True):
    due: Callable[[int], int]
    start: Callable[[int], int]


class Table(msgspec.Struct, frozen=True):
    act: Callable[[int], int]
    by_name: dict[str, Callable[[int], int]]
    order: tuple[Row, ...]
    limit: int = 3


RIGHT = Table(add_one, {"one": add_one, "two": double}, (Row(double, add_one), Row(add_one, double)))


class Books:
    __slots__ = ("sum",)

    def __init__(self) -> None:
        self.sum = 0

    def book(self, fen: int) -> int:
        self.sum += fen
        return self.sum


def ten_more(right, number):
    return right(number) + 10


def negated(right, number):
    return -right(number)


MORE = Replacement(Table, add_one, ten_more)
LESS = Replacement(Table, add_one, negated)
TWICE = Replacement(Books, Books.book, lambda right, self, fen: (right(self, fen), right(self, fen))[1])
SHORT = Replacement(Books, Books.book, lambda right, self, fen: right(self, fen - 1))


def test_a_wrong_function_stands_wherever_the_right_one_stood():
    wrong = wrong_table(RIGHT, [MORE])
    assert [wrong.act(1), wrong.by_name["one"](1), wrong.order[0].start(1), wrong.order[1].due(1)] == [12] * 4
    assert [wrong.by_name["two"](1), wrong.order[0].due(1), wrong.order[1].start(1)] == [2] * 3
    assert wrong.limit == 3


def test_the_right_table_is_as_it_was_and_the_very_same_where_nothing_is_replaced():
    wrong_table(RIGHT, [MORE])
    assert RIGHT.act is add_one
    assert RIGHT.by_name["one"] is add_one
    assert wrong_table(RIGHT, [TWICE]) is RIGHT
    assert wrong_class(Books, [MORE]) is Books


def test_two_that_replace_the_same_function_compose_in_their_order():
    assert wrong_table(RIGHT, [MORE, LESS]).act(1) == -12
    assert wrong_table(RIGHT, [LESS, MORE]).act(1) == 8


def test_two_that_replace_the_same_method_compose_in_their_order():
    both = wrong_class(Books, [TWICE, SHORT])()
    assert isinstance(both, Books)
    assert both.book(10) == 18
    assert Books().book(10) == 10


def test_a_wrong_function_says_of_itself_what_the_right_one_says():
    act = wrong_table(RIGHT, [MORE]).act
    assert (act.__name__, act.__doc__) == ("add_one", "Add one.")


@pytest.mark.parametrize("build", [
    lambda: wrong_table(RIGHT, [Replacement(Table, Books.book, ten_more)]),
    lambda: wrong_class(Books, [Replacement(Books, double, ten_more)]),
])
def test_what_stands_nowhere_is_refused_by_its_name(build):
    with pytest.raises(NothingReplacedError, match=r"(Table has no book|Books has no double)"):
        build()


def test_replacements_that_share_a_note_are_made_anew_for_each_world():
    def made():
        seen = []

        def remember(right, number):
            seen.append(number)
            return right(len(seen))

        return (Replacement(Table, double, remember),)

    defect = Defect("x.y", "forgets", (1,), replaces=made)
    one, other = (wrong_table(RIGHT, defect.replacements()) for _ in range(2))
    assert [one.by_name["two"](9), one.order[0].due(9), other.by_name["two"](9)] == [2, 4, 2]
    assert defect.is_of(Table)
    assert not defect.is_of(Books)
