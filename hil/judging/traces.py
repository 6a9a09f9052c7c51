"""The traces of one run as files: which is the host's, which are of devices, whether they belong together.

Reads only.  A trace that is being written is read as far as whole lines go; a host's state holds its
trace, and may be read while its host is running.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from hil.files.state_reader import DamagedStateError, trace_lines
from hil.judging import sayings as say
from hil.judging.line_account import is_of_relay, with_account
from simulator.commands.error_words import heard
from simulator.commands.file_kinds import ANY_TRACE
from simulator.commands.inputs import InputError, reason_of
from simulator.commands.outputs import in_use
from simulator.trace.merge import merge
from simulator.trace.records import AnyRecord, Record, RunStarted, Sent, TerminalOpened, from_line

_SQLITE = b"SQLite format 3\0"
_TERMINAL = "terminal."
_HEAD = 64


class TraceRead(msgspec.Struct, frozen=True, gc=False):
    """One file: its records, and whether somebody still writes it."""

    path: Path
    records: tuple[AnyRecord, ...]
    grows: bool

    @property
    def is_of_run(self) -> bool:
        """Whether it is the trace of a run and not of one device."""
        return isinstance(self.records[0], RunStarted)


class RunRead(msgspec.Struct, frozen=True, gc=False):
    """All traces of a run: that of the host, and those of devices by TID."""

    host: TraceRead  # with what a relay knows better, where there was one
    devices: dict[str, TraceRead]
    relay: TraceRead | None = None

    @property
    def started(self) -> RunStarted:
        """The record that begins the run."""
        first = self.host.records[0]
        assert isinstance(first, RunStarted)
        return first

    @property
    def growing(self) -> tuple[Path, ...]:
        """The files that somebody still writes."""
        return tuple(each.path for each in (self.host, *self.devices.values(), *([self.relay] if self.relay else []))
                     if each.grows)

    def merged(
        self, people: Sequence[AnyRecord] = (), host: Sequence[AnyRecord] | None = None,
    ) -> list[Record]:
        """One trace by time, with what people did; ``host``: its records with more in them."""
        host = self.host.records if host is None else host
        if not self.devices and not people:
            return list(host)
        return merge(people, host, {tid: each.records for tid, each in self.devices.items()})


def read_run(paths: Sequence[Path]) -> RunRead:
    """The traces of one run.  ``InputError`` for what is none, is damaged, or is of two runs."""
    read = [read_trace(path) for path in paths]
    hosts = [each for each in read if each.is_of_run]
    if not hosts:
        raise InputError(say.NO_HOST.say(paths=", ".join(map(str, paths))))
    if len(hosts) > 1:
        raise InputError(say.TWO_HOSTS.say(one=hosts[0].path, other=hosts[1].path))
    host = hosts[0]
    relays = [each for each in read if is_of_relay(each.records)]
    if len(relays) > 1:
        raise InputError(say.TWO_RELAYS.say(one=relays[0].path, other=relays[1].path))
    devices: dict[str, TraceRead] = {}
    for each in read:
        if each is host or each in relays:
            continue
        tid = _tid_of(each)
        if tid in devices:
            raise InputError(say.SAME_TERMINAL.say(one=devices[tid].path, other=each.path, tid=tid))
        _refuse_other_run(each, tid, host)
        devices[tid] = each
    if not relays:
        return RunRead(host, devices)
    [relay] = relays
    theirs, ours = _sent_by_any(relay), _sent_by_any(host)
    if theirs and ours and not theirs & ours:
        raise InputError(say.OTHER_LINE.say(path=relay.path, host=host.path))
    told = msgspec.structs.replace(host, records=tuple(with_account(host.records, relay.records)))
    return RunRead(told, devices, relay)


def read_trace(path: Path) -> TraceRead:
    """One trace, of a file or of a host's state."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
            if head.startswith(_SQLITE):
                lines = _lines_of_state(path)
                return TraceRead(path, _whole(path, _records(path, lines)), bool(in_use(path)))
            if head and not ANY_TRACE.is_begun_by(head):
                raise InputError(say.NO_TRACE.say(path=path))
            content = head + file.read()
    except OSError as error:
        raise InputError(f"{path}: {reason_of(error)}") from None
    lines = content.split(b"\n")
    torn = lines.pop()
    grows = bool(in_use(path))
    if torn and not grows:
        raise InputError(say.TORN.say(path=path, line=len(lines) + 1))
    return TraceRead(path, _whole(path, _records(path, lines)), grows)


def _whole(path: Path, records: Iterator[AnyRecord]) -> tuple[AnyRecord, ...]:
    found = tuple(records)
    if not found:
        raise InputError(say.EMPTY.say(path=path))
    return found


def _records(path: Path, lines: Sequence[bytes]) -> Iterator[AnyRecord]:
    for number, line in enumerate(lines, 1):
        try:
            yield from_line(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise InputError(say.DAMAGED.say(path=path, line=number, why=heard(str(error)))) from None


def _lines_of_state(path: Path) -> list[bytes]:
    try:
        return trace_lines(path)
    except DamagedStateError as error:
        raise InputError(say.STATE_UNREADABLE.say(path=path, why=error.told)) from None
    except sqlite3.Error as error:
        raise InputError(say.STATE_UNREADABLE.say(path=path, why=heard(str(error)))) from None


def _tid_of(trace: TraceRead) -> str:
    """Whose trace it is that is none of a run."""
    tids = {
        each.actor.removeprefix(_TERMINAL) for each in trace.records
        if each.actor.startswith(_TERMINAL)
    }
    if len(tids) != 1:
        raise InputError(say.NO_TERMINAL.say(path=trace.path))
    return tids.pop()


def _refuse_other_run(device: TraceRead, tid: str, host: TraceRead) -> None:
    """A device of this run is one of its terminals, and what it sent came there, if anything did."""
    if not any(isinstance(each, TerminalOpened) and each.tid == tid for each in host.records):
        raise InputError(say.OTHER_TERMINAL.say(path=device.path, tid=tid, host=host.path))
    theirs, ours = _sent_by(device, tid), _sent_by(host, tid)
    if theirs and ours and not theirs & ours:
        raise InputError(say.OTHER_RUN.say(path=device.path, host=host.path, tid=tid))


def _sent_by_any(trace: TraceRead) -> set[tuple[str, str, int, int]]:
    return {
        (each.actor, each.mti, each.batch, each.stan) for each in trace.records
        if isinstance(each, Sent) and each.actor.startswith(_TERMINAL)
    }


def _sent_by(trace: TraceRead, tid: str) -> set[tuple[str, int, int, int | None]]:
    return {
        (each.mti, each.batch, each.stan, each.amount_fen) for each in trace.records
        if isinstance(each, Sent) and each.actor == f"{_TERMINAL}{tid}"
    }
