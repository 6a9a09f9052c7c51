"""What the bytes of a terminal's memory hold: whose it is, the records that are whole, and what is not.

Records are a chain; an anchor beside the file says how far it goes.  A torn last record, as a power
cut leaves it, is no damage.  It changes nothing on the disk, and does not fold what it reads.
"""

from __future__ import annotations

from zlib import crc32

import msgspec

from hil.files.anchor import NoAnchorError
from hil.files.chain import Break, ChainDamage, Linked, Place, followed, linked_in, place_of
from hil.files.damage import Damage, Kind, of_chain
from hil.files.state_sayings import anchor_told
from simulator.catalogue.language import Message, Told
from simulator.json_reading import decoded
from simulator.machines.terminal.events import NvmRecord
from simulator.machines.terminal.journal import read_journal, record_in

FORMAT = 2  # 1 had a checksum for each record and nothing between them

_NO_ANCHOR = Message(
    "memory_no_anchor", "its anchor {why}: whether the end is missing cannot be known",
    "锚文件不可用（{why}）：无法得知末尾是否缺失")
_NOT_READ = Message(
    "memory_not_read", "record {number} cannot be read by this version", "第 {number} 条记录此版本无法读取")
_ALL_LOST = Message(
    "memory_all_lost", "nothing is left of the memory: {count} records are missing",
    "存储内容全部丢失：缺失 {count} 条记录")


class MemoryOf(msgspec.Struct, frozen=True, tag_field="memory", tag="terminal"):
    """Whose memory it is."""

    tid: str
    mid: str


class Head(msgspec.Struct, frozen=True, tag_field="memory", tag="terminal"):
    """The first line of the file: whose it is, and where in its chain it begins."""

    tid: str
    mid: str
    format: int = 1
    number: int = 0
    link: int = 0

    def line(self) -> bytes:
        r"""The line, with its checksum.

        >>> Head("10000001", "898000000000001", FORMAT).line()
        b'ed9c05b5 {"memory":"terminal","tid":"10000001","mid":"898000000000001","format":2,"number":0,"link":0}\n'
        """
        body = msgspec.json.encode(self)
        if self.format == 1:
            body = msgspec.json.encode(self.owner)
        return b"%08x %s\n" % (crc32(body), body)

    @property
    def owner(self) -> MemoryOf:
        """Whose it is."""
        return MemoryOf(self.tid, self.mid)

    @property
    def start(self) -> Place:
        """The place in the chain before the first record of this file."""
        return Place(self.number, self.link)


def head_of(owner: MemoryOf, start: Place) -> Head:
    """The first line of a file that begins there."""
    return Head(owner.tid, owner.mid, FORMAT, start.number, start.link)


_HEAD = msgspec.json.Decoder(Head)


def head_in(data: bytes) -> Head | None:
    """What the first line says; None where this is no memory of a terminal."""
    line = data[:data.find(b"\n") + 1]
    try:
        head = decoded(_HEAD, line[9:])
    except msgspec.DecodeError:
        return None
    return head if head.line() == line else None


class MemoryReading(msgspec.Struct, frozen=True):
    """What a memory holds."""

    records: tuple[NvmRecord, ...]  # that are whole, in the order in which they were written
    damage: tuple[Damage, ...] = ()
    missing: int = 0  # records, as far as is known
    is_complete: bool = True  # but for those; else more may be missing
    place: Place = Place()  # behind the last that is known to have been there
    whole_bytes: int = 0  # up to where the file ends with a whole record: append from here
    numbers: tuple[int, ...] = ()  # of the records, where the format has any


def read_memory(data: bytes, head: Head, anchor: Place | NoAnchorError) -> MemoryReading:
    """What a memory with this head holds; ``anchor``: what the file beside it says, or why it does not."""
    if head.format == 1:
        return _read_old(data, len(head.line()))
    lines = data[len(head.line()):].split(b"\n")
    torn = lines.pop()
    end = anchor if isinstance(anchor, Place) else None
    numbered: dict[int, NvmRecord] = {}
    damage: list[Damage] = []
    last = head.start
    is_complete = end is not None
    for found in followed(map(linked_in, lines), head.start, end):
        if isinstance(found, ChainDamage):
            damage.append(of_chain(found))
            is_complete = is_complete and found.kind is not Break.FOREIGN
            continue
        last = max(last, place_of(found), key=lambda place: place.number)
        record = record_in(found.body)
        if record is None:
            damage.append(Damage(Kind.UNREADABLE, _NOT_READ.both(number=found.number), found.number, 1))
        else:
            numbered[found.number] = record
    if isinstance(anchor, NoAnchorError):
        damage.append(Damage(Kind.ANCHOR, _NO_ANCHOR.both(why=anchor_told(str(anchor)))))
    elif not damage and (odd := _other_history(lines, anchor, head)) is not None:
        damage.append(of_chain(odd))
        is_complete = False
    if end is not None and end.number > last.number:
        last = end
    missing = last.number - head.number - len(numbered)
    return MemoryReading(
        tuple(numbered[number] for number in sorted(numbered)), tuple(damage), missing, is_complete,
        last, len(data) - len(torn), tuple(sorted(numbered)))


def all_lost(anchor: Place) -> MemoryReading:
    """Nothing is left where the anchor says that there was something."""
    return MemoryReading(
        (), (Damage(Kind.EMPTY, _ALL_LOST.both(count=anchor.number), 1, anchor.number),), anchor.number, place=anchor)


def _other_history(lines: list[bytes], anchor: Place, head: Head) -> ChainDamage | None:
    """A whole file that goes beyond its anchor, and through another place than the anchor's."""
    at = {head.start.number: head.start.link} | {
        linked.number: linked.link for linked in map(linked_in, lines) if isinstance(linked, Linked)}
    link = at.get(anchor.number, anchor.link)
    return None if link == anchor.link else ChainDamage(Break.FOREIGN, anchor.number)


def _read_old(data: bytes, head: int) -> MemoryReading:
    """Of a memory of the first format a loss does not show, but damage does."""
    reading = read_journal(data[head:])
    damage = () if reading.torn_only else tuple(
        Damage(Kind.CHANGED, Told(text, text)) for text in (msgspec.structs.replace(
            each, line=each.line + 1, offset=each.offset + head).text() for each in reading.damage))
    return MemoryReading(reading.records, damage, len(damage), whole_bytes=head + reading.whole_bytes)
