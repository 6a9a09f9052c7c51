"""Records one behind the other, each bound to all before it: what is lost, doubled, swapped or changed shows.

A link is a CRC-32 over the link before, the record's number and its body: against accidents, not
against people.  A record carries its own link and the one before, so each is known to be whole by
itself, and a loss is told with how much is missing.  It stores nothing and repairs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from zlib import crc32

import msgspec

from simulator.catalogue.language import Message, Told

START = 0  # the link before the first record


class Break(StrEnum):
    """How a chain is broken."""

    CHANGED = "changed"  # a record is not what was written
    LOST = "lost"  # records are missing before this one
    DOUBLED = "doubled"  # a record that stood there before
    SWAPPED = "swapped"  # a record that belongs further to the front
    FOREIGN = "foreign"  # a whole record of another history
    CUT = "cut"  # the end is missing


_M = Message
_TEXTS = {
    Break.CHANGED: _M(
        "chain_changed", "record {number} was changed: its checksum does not fit",
        "第 {number} 条记录已被改动：校验和不符"),
    Break.LOST: _M(
        "chain_lost", "{count} missing before what follows: record {number} and on",
        "后续记录之前缺失 {count} 条：自第 {number} 条起"),
    Break.DOUBLED: _M("chain_doubled", "record {number} stands there twice", "第 {number} 条记录重复"),
    Break.SWAPPED: _M("chain_swapped", "record {number} is out of its place", "第 {number} 条记录不在原位"),
    Break.FOREIGN: _M(
        "chain_foreign", "record {number} continues another history than the one before it",
        "第 {number} 条记录所接续的并非前一条记录"),
    Break.CUT: _M(
        "chain_cut", "the end is missing: {count} from record {number} on",
        "末尾缺失：自第 {number} 条起共 {count} 条"),
}
OF_CHAINS: tuple[Message, ...] = tuple(_TEXTS.values())


class ChainDamage(msgspec.Struct, frozen=True):
    """One place where a chain is broken."""

    kind: Break
    number: int  # of the record that is meant: the first one missing, the one changed
    count: int = 1  # of records

    def told(self) -> Told:
        """In words.

        >>> ChainDamage(Break.LOST, 7, 2).told().en
        '2 missing before what follows: record 7 and on'
        """
        return _TEXTS[self.kind].both(number=self.number, count=self.count)


def link(previous: int, number: int, body: bytes) -> int:
    """The link behind a record.

    >>> link(START, 1, b"a") == link(START, 2, b"a")
    False
    """
    return crc32(body, crc32(number.to_bytes(8, "big"), previous))


class Linked(msgspec.Struct, frozen=True):
    """A record in its chain."""

    number: int  # from 1
    previous: int  # the link before it
    link: int  # its own
    body: bytes

    @property
    def is_whole(self) -> bool:
        """Whether it is what was written."""
        return link(self.previous, self.number, self.body) == self.link

    def line(self) -> bytes:
        r"""As a line of a text file.

        >>> after(Place(), b"{}").line()
        b'0037affd 00000000 1 {}\n'
        """
        return b"%08x %08x %d %s\n" % (self.link, self.previous, self.number, self.body)


class Place(msgspec.Struct, frozen=True):
    """A place in a chain: behind the record of this number."""

    number: int = 0
    link: int = START


def after(place: Place, body: bytes) -> Linked:
    """The record that follows."""
    number = place.number + 1
    return Linked(number, place.link, link(place.link, number, body), body)


def place_of(linked: Linked) -> Place:
    """The place behind a record."""
    return Place(linked.number, linked.link)


_PARTS = 4  # of a line
_DIGITS = 8


def linked_in(line: bytes) -> Linked | None:
    """What stands in a line without its line feed; None where it is none or is not whole.

    >>> linked_in(after(Place(), b"{}").line()[:-1])
    Linked(number=1, previous=0, link=3649533, body=b'{}')
    >>> linked_in(b"0037affd 00000000 1 {]")
    """
    parts = line.split(b" ", _PARTS - 1)
    if len(parts) != _PARTS or len(parts[0]) != _DIGITS or len(parts[1]) != _DIGITS:
        return None
    try:
        linked = Linked(int(parts[2]), int(parts[1], 16), int(parts[0], 16), parts[3])
    except ValueError:
        return None
    return linked if linked.line()[:-1] == line and linked.is_whole else None


def followed(
    records: Iterable[Linked | None], start: Place = Place(), end: Place | None = None,  # noqa: B008 - frozen
) -> Iterator[Linked | ChainDamage]:
    """The records that are whole, in their order, and between them every place that is broken.

    A record that cannot be read at all is None.  ``end`` is how far the chain is known to go from
    elsewhere: what is missing up to there is told as cut, and there it must have that link.
    """
    last, spoilt, seen = start, 0, {start.link}
    for linked in records:
        if linked is None or not linked.is_whole:
            spoilt += 1
            yield ChainDamage(Break.CHANGED, last.number + spoilt)
            continue
        if linked.number <= last.number:
            kind = Break.DOUBLED if linked.link in seen else Break.SWAPPED
            yield ChainDamage(kind, linked.number)
            if kind is Break.SWAPPED:
                seen.add(linked.link)
                yield linked
            continue
        missing = linked.number - last.number - 1 - spoilt
        if missing > 0:
            yield ChainDamage(Break.LOST, last.number + spoilt + 1, missing)
        elif _is_of_another(linked, last, spoilt, end):
            yield ChainDamage(Break.FOREIGN, linked.number)
        last, spoilt = place_of(linked), 0
        seen.add(linked.link)
        yield linked
    if end is not None and (missing := end.number - last.number - spoilt) > 0:
        yield ChainDamage(Break.CUT, last.number + spoilt + 1, missing)


def _is_of_another(linked: Linked, last: Place, spoilt: int, end: Place | None) -> bool:
    if not spoilt and linked.previous != last.link:
        return True
    return end is not None and linked.number == end.number and linked.link != end.link
