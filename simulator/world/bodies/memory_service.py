"""What accidents and service staff do to a terminal's memory, and what it reads afterwards.

Records in, records out: it owns no memory and switches nothing on or off.  How a damaged record is
found out is the journal's own way: its bytes no longer fit their checksum.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import takewhile

import msgspec

from simulator.machines.terminal.events import NvmRecord
from simulator.machines.terminal.journal import encode_record, read_journal
from simulator.machines.terminal.memory import TerminalMemory
from simulator.machines.terminal.records import (
    Advised,
    Armed,
    Booked,
    DamageFound,
    Snapshot,
    SoftwareInstalled,
)

ONE_RECORD = "record"  # the first approved transaction of the open batch; "": the whole memory
_BEGINS_WORK = (Armed, Advised, Booked)
_FLIPPED = 0x20


def owes_nothing(memory: TerminalMemory) -> bool:
    """Whether no outcome is open: what a lost reversal owed only the cardholder could tell."""
    return not (
        memory.armed or memory.advised or memory.signatures or memory.settling or memory.unreceipted)


class MemoryService:
    """Reads, restores and empties memories; a terminal built wrong has another one."""

    __slots__ = ()

    def damaged(self, records: Sequence[NvmRecord], code: str) -> list[NvmRecord]:
        """What is read once bytes were damaged: what is whole, and that something is not."""
        lines = [encode_record(record) for record in records]
        for place in _places(records, code):
            lines[place] = _spoiled(lines[place])
        reading = read_journal(b"".join(lines))
        if not reading.damage:
            return list(reading.records)
        told = "; ".join(damage.text() for damage in reading.damage)
        return [*reading.records, DamageFound(told)]

    def holds_slip(self, records: Sequence[NvmRecord], batch: int, stan: int) -> bool:
        """Whether a slip can be printed again: a closed batch is gone from the journal."""
        memory = TerminalMemory(records)
        return memory.batch == batch and any(item.stan == stan for item in memory.items)

    def commissioned(self, _records: Sequence[NvmRecord]) -> list[NvmRecord]:
        """A replacement comes as it left the factory."""
        return []

    def rolled_back(self, records: Sequence[NvmRecord], software: str) -> list[NvmRecord]:
        """Earlier software runs on the journal as it is; working keys are to be got anew."""
        return [*records, SoftwareInstalled(software)]

    def updated(self, records: Sequence[NvmRecord], software: str) -> list[NvmRecord]:
        """New software on the journal as it is."""
        return [*records, SoftwareInstalled(software)] if software else list(records)

    def restored(
        self, records: Sequence[NvmRecord], backup: Sequence[NvmRecord] = (),
    ) -> list[NvmRecord]:
        """An older backup, of which the batch is not believed: the host says where it stands."""
        old = TerminalMemory(backup or older(records)).snapshot()
        missing = len(TerminalMemory(records).items) - len(old.items)
        return [
            not_believed(old),
            DamageFound(f"restored from a backup, {missing} transactions later"),
        ]


def not_believed(old: Snapshot) -> Snapshot:
    """A memory of which something later may be missing: its batch and what was open in it count no more."""
    return msgspec.structs.replace(
        old, batch=0, signed_on=False, items=(), failed=(), armed=None, advised=(),
        signatures=(), settling=None, settling_result="", uploaded=(), unreceipted=0)


def older(records: Iterable[NvmRecord]) -> list[NvmRecord]:
    """The journal as it was before the first transaction since it was last shortened."""
    return list(takewhile(lambda record: not isinstance(record, _BEGINS_WORK), records))


def _places(records: Sequence[NvmRecord], code: str) -> Iterable[int]:
    if code != ONE_RECORD:
        return range(len(records))
    booked = [place for place, record in enumerate(records) if isinstance(record, Booked)]
    return booked[:1]


def _spoiled(line: bytes) -> bytes:
    """One bit of the record is another."""
    middle = len(line) // 2
    return line[:middle] + bytes([line[middle] ^ _FLIPPED]) + line[middle + 1:]


def has_record_to_lose(records: Sequence[NvmRecord]) -> bool:
    """Whether a booked transaction can be lost of which nothing else speaks.

    It is not the last, and without it nothing looks as if it had never been answered: what comes
    after it may be booked without having asked, as a refund or an offline sale is.
    """
    booked = [record for record in records if isinstance(record, Booked)]
    if len(booked) < 2 or booked[0].stan == booked[-1].stan:
        return False
    return owes_nothing(TerminalMemory([record for record in records if record is not booked[0]]))
