"""Terminals that get it wrong when their memory was damaged, replaced, restored or carried over."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from simulator.defect import Defect, instead
from simulator.machines.terminal.events import NvmRecord
from simulator.machines.terminal.memory import TerminalMemory
from simulator.machines.terminal.records import Booked, SoftwareInstalled
from simulator.world.bodies.memory_service import MemoryService, older

# Takes a record whose check is wrong for what it reads: another sum.


def _believe(
    _right: Callable[..., list[NvmRecord]], _service: MemoryService, records: Sequence[NvmRecord], _code: str,
) -> list[NvmRecord]:
    return [
        replace(record, amount_fen=record.amount_fen + 1_000) if isinstance(record, Booked) else record
        for record in records
    ]


# A replacement goes on in the batch of the device that it replaces, with trace numbers of its own.


def _take_up_batch(
    _right: Callable[..., list[NvmRecord]], _service: MemoryService, records: Sequence[NvmRecord],
) -> list[NvmRecord]:
    held = TerminalMemory(records)
    return [replace(held.snapshot(), stan=1, items=())]


# Earlier software brings the journal of its day back with it.


def _roll_back_all(
    _right: Callable[..., list[NvmRecord]], _service: MemoryService, records: Sequence[NvmRecord],
    software: str,
) -> list[NvmRecord]:
    return [*older(records), SoftwareInstalled(software)]


# An update leaves nothing of the open batch.


def _empty_batch(
    _right: Callable[..., list[NvmRecord]], _service: MemoryService, records: Sequence[NvmRecord],
    software: str,
) -> list[NvmRecord]:
    return [replace(TerminalMemory(records).snapshot(), items=(), software=software)]


# A backup is gone on with as if nothing had been since.


def _go_on_with_backup(
    _right: Callable[..., list[NvmRecord]], _service: MemoryService, records: Sequence[NvmRecord],
    backup: Sequence[NvmRecord] = (),
) -> list[NvmRecord]:
    return list(backup or older(records))


# Prints no slip again, whatever its journal holds.


def _print_none_again(
    _right: Callable[..., bool], _service: MemoryService, _records: Sequence[NvmRecord], _batch: int, _stan: int,
) -> bool:
    return False


ROWS = (
    Defect("terminal.prints_no_slip_again", "a slip cannot be printed again, though the batch is open",
           (33,), instead(MemoryService, (MemoryService.holds_slip, _print_none_again)),
           shown_by="modes/record.slip_missing", zh="批次未结也不能补打签购单"),
    Defect("terminal.believes_damaged_records", "a record with a wrong check is taken for what it reads",
           (5, 12), instead(MemoryService, (MemoryService.damaged, _believe)),
           shown_by="modes/terminal.component_failed", zh="校验不符的记录被当作正常记录使用"),
    Defect("terminal.replacement_takes_up_batch",
           "a replacement goes on in the old device's batch with trace numbers of its own",
           (14,), instead(MemoryService, (MemoryService.commissioned, _take_up_batch)),
           shown_by="modes/terminal.lost", zh="替换设备沿用旧设备的批次，流水号从头开始"),
    Defect("terminal.rolls_back_journal", "earlier software brings the journal of its day back",
           (14,), instead(MemoryService, (MemoryService.rolled_back, _roll_back_all)),
           shown_by="modes/terminal.software_corrupted", zh="软件回退时流水也一并退回"),
    Defect("terminal.update_empties_batch", "an update leaves nothing of the open batch",
           (12,), instead(MemoryService, (MemoryService.updated, _empty_batch)),
           shown_by="modes/terminal.updating", zh="升级后未结批次被清空"),
    Defect("terminal.restores_old_numbers", "a restored terminal goes on with the numbers of its backup",
           (14,), instead(MemoryService, (MemoryService.restored, _go_on_with_backup)),
           shown_by="modes/record.lost", zh="恢复备份后沿用备份中的流水号"),
)
