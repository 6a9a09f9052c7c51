"""What is known of one file that must not forget: what it is, what is in it, what is wrong with it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from hil.files import state_sayings as of_states
from hil.files.anchor import NoAnchorError, anchor_of, anchored
from hil.files.chain import Place
from hil.files.damage import Damage, Kind
from hil.files.nvm_reading import MemoryReading, all_lost, head_in, read_memory
from hil.files.state_findings import StateLook, look_at_state
from hil.files.state_log import EntryKind
from hil.host.made_with import NOTE, MadeWith
from hil.host.snapshot import ENDINGS, SnapshotError, read
from hil.inspection import words as say
from hil.inspection.places import FileOf, file_of
from simulator.catalogue.language import Told
from simulator.commands.outputs import in_use
from simulator.local_time import datetime_at

_ENTRIES = {EntryKind.JOURNAL: "journal", EntryKind.FACT: "facts", EntryKind.TRACE: "trace"}
_TERMINAL, _MERCHANT = "tid", "mid"


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """One file."""

    path: Path
    of: FileOf
    facts: dict[str, Any]  # by their names in the JSON
    damage: tuple[Damage, ...] = ()
    remarks: tuple[Told, ...] = ()
    is_open: bool = False  # somebody writes it

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong with it."""
        return not self.damage


def look_at(path: Path) -> Looked | None:
    """All that is known of a file; None where it is none of ours, ``OSError`` where it cannot be read."""
    kind = file_of(path)
    if kind is None:
        return None
    return _host(path) if kind is FileOf.HOST else _terminal(path)


def _host(path: Path) -> Looked:
    look = look_at_state(path)
    facts: dict[str, Any] = {"format": look.format, **_made(look), "commits": look.commits}
    facts |= {_ENTRIES[kind]: count for kind, count in look.entries.items()}
    facts |= {"memory_rows": len(look.memories), "notes": len(look.notes)}
    if look.last_ms:
        facts["last"] = datetime_at(look.last_ms).isoformat(timespec="seconds")
    if look.known_end is not None:
        facts["known_to_go_to"] = look.known_end.number
    damage, snapshots = _snapshots(path.resolve(), look)
    facts["snapshots"] = snapshots
    return Looked(path=path, of=FileOf.HOST, facts=facts, damage=(*look.damage, *damage),
                  remarks=look.remarks, is_open=look.is_open)


def _made(look: StateLook) -> dict[str, Any]:
    note = dict(look.notes).get(NOTE)
    if note is None:
        return {}
    with suppress(msgspec.DecodeError):
        made = msgspec.json.decode(note, type=MadeWith)
        return {"scenario": made.title, "scenario_digest": made.digest, "seed": made.seed, "version": made.version}
    return {}


def _snapshots(real: Path, look: StateLook) -> tuple[list[Damage], list[dict[str, Any]]]:
    """Those beside a state: shortcuts of a start, and evidence of how far the log went."""
    damage: list[Damage] = []
    found: list[dict[str, Any]] = []
    for ending in ENDINGS:
        path = real.with_name(real.name + ending)
        if not path.exists():
            continue
        try:
            kept = read(path)
        except SnapshotError as error:
            damage.append(Damage(Kind.SNAPSHOT_CHANGED, of_states.SNAPSHOT_CHANGED.both(
                name=path.name, why=of_states.snapshot_told(str(error))), file=path.name))
            found.append({"file": path.name, "whole": False})
            continue
        found.append({"file": path.name, "whole": True, "commit": kept.number})
        known = look.links.get(kept.number)
        if known is not None and known != kept.link:
            damage.append(Damage(Kind.SNAPSHOT_FOREIGN, of_states.SNAPSHOT_FOREIGN.both(
                name=path.name, number=kept.number), kept.number, file=path.name))
        elif known is None and kept.number > look.end.number and not look.is_open:
            damage.append(Damage(Kind.SNAPSHOT_FOREIGN, of_states.SNAPSHOT_AHEAD.both(
                name=path.name, number=kept.number), kept.number, file=path.name))
    return damage, found


def memory_of(path: Path) -> tuple[MemoryReading, dict[str, Any], tuple[Damage, ...]]:
    """What is in a terminal's memory, whose it is, and what is wrong with its first line."""
    real = path.resolve()
    known: Place | NoAnchorError
    try:  # before the memory: it never claims more than is there then
        known = anchored(anchor_of(real))
    except NoAnchorError as error:
        known = error
    data = real.read_bytes() if real.exists() else b""
    head = head_in(data)
    if head is not None:
        reading = read_memory(data, head, known)
        return reading, {"format": head.format, _TERMINAL: head.tid, _MERCHANT: head.mid}, ()
    if b"\n" not in data and isinstance(known, Place):
        return (all_lost(known) if known.number else MemoryReading(())), {}, ()
    return MemoryReading(()), {}, (Damage(Kind.HEAD, say.MEMORY_HEAD.both()),)


def _terminal(path: Path) -> Looked:
    reading, facts, damage = memory_of(path)
    real = path.resolve()
    size = real.stat().st_size if real.exists() else 0
    torn = size - reading.whole_bytes if reading.whole_bytes else 0
    facts |= {"records": len(reading.records), "known_to_go_to": reading.place.number}
    return Looked(
        path=path, of=FileOf.TERMINAL, facts=facts, damage=(*reading.damage, *damage),
        remarks=(say.TORN.both(count=torn),) if torn > 0 else (), is_open=real.exists() and bool(in_use(real)))
