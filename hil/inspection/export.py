"""The records of a file that are whole, masked, in their order: what is left after damage, for people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from hil.files.nvm_reading import MemoryReading
from hil.files.state_findings import StateLook, look_at_state
from hil.files.state_log import Entry, EntryKind, entries_of
from hil.inspection.looks import memory_of
from hil.inspection.masked import masked, masked_record
from hil.inspection.places import FileOf
from simulator.machines.acquirer.records import AnyHostRecord
from simulator.machines.terminal.records import AnyNvmRecord

_HOST: msgspec.json.Decoder[Any] = msgspec.json.Decoder(AnyHostRecord)
_TERMINAL: msgspec.json.Decoder[Any] = msgspec.json.Decoder(AnyNvmRecord)


class Exported(msgspec.Struct, frozen=True):
    """What is left, and how much is not."""

    rows: Iterator[dict[str, Any]]
    missing: int  # records, as far as is known


def export_of(path: Path, of: FileOf) -> Exported:
    """What is whole in a file of this kind; ``OSError`` where it cannot be read."""
    if of is FileOf.TERMINAL:
        reading, _, _ = memory_of(path)
        return Exported(_of_memory(reading), reading.missing)
    look = look_at_state(path, keep=True)
    end = look.known_end.number if look.known_end is not None else 0
    last = max(end, look.end.number)
    return Exported(_of_state(look), last - len(look.links))


def _of_memory(reading: MemoryReading) -> Iterator[dict[str, Any]]:
    numbers = reading.numbers or range(1, len(reading.records) + 1)
    for number, record in zip(numbers, reading.records, strict=True):
        yield {"number": number, **masked_record(record)}


def _of_state(look: StateLook) -> Iterator[dict[str, Any]]:
    for linked in sorted(look.kept, key=lambda each: each.number):
        for entry in entries_of(linked.body):
            yield {"commit": linked.number, **_entry(entry)}
    for number, tid, record in look.memories:
        yield {"table": "memory", "number": number, "tid": tid, "record": _record(_TERMINAL, record)}
    for name, body in look.notes:
        yield {"table": "notes", "name": name, "body": _plain(body)}


def _entry(entry: Entry) -> dict[str, Any]:
    if entry.kind is EntryKind.JOURNAL:
        return {"table": "journal", "record": _record(_HOST, entry.body)}
    if entry.kind is EntryKind.FACT:
        return {"table": "facts", "at_ms": entry.at_ms, "name": entry.name, "body": _plain(entry.body)}
    return {"table": "trace", "record": _plain(entry.body)}


def _record(decoder: msgspec.json.Decoder[Any], body: bytes) -> Any:
    """A record of this version; of another one nobody knows what in it may be shown."""
    try:
        return masked_record(decoder.decode(body))
    except msgspec.DecodeError:
        return f"<{len(body)} bytes of another version>"


def _plain(body: bytes) -> Any:
    try:
        return masked(msgspec.json.decode(body))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return f"<{len(body)} bytes>"
