"""What a live host keeps: the acquirer's journal, the steps of its books, its trace, its calendar.

All of it is committed together before a byte leaves, so what anybody outside has seen survives a
crash, and what a crash takes back nobody has seen.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from hil.files import state_sayings as say
from hil.files.one_owner import StateError
from hil.files.state_log import EntryKind
from hil.files.trace_file import TraceFile
from hil.host.group import Group
from hil.host.inside import Inside
from hil.host.keeping import Keeping
from hil.host.made_with import MOST_TOLD, NOTE, MadeWith
from hil.host.step_log import PREFIX, Steps
from hil.host.store import Fact, HostStore, fact_of
from simulator.machines.acquirer.events import HostRecord
from simulator.machines.acquirer.moves import UnlawfulMoveError
from simulator.machines.acquirer.records import AnyHostRecord
from simulator.machines.acquirer.state import HostState as Folds
from simulator.trace.records import Record, to_line
from simulator.world.world import World

CALENDAR = "calendar"
PHASE = "phase"
CAPTURE = "capture"
KEYS = "master_keys"  # check value by TID, of terminals outside
MOST_LINES = 1_000  # of the trace in memory, where there is no file of it
PLAN = "plan pending"  # what the emergency plan saw pending at its last look, and since when
_LATEST_COUNTS = frozenset({CALENDAR, PHASE, CAPTURE, KEYS, PLAN})
BEFORE_CAPTURE = "batch"  # of a state that says nothing of it


class Calendar(msgspec.Struct, frozen=True):
    """How far the calendar is ahead of the wall clock."""

    ahead_ms: int


class HostState:
    """The store of one host, its trace file beside it."""

    def __init__(self, path: Path, trace: Path | None, key: str = "") -> None:
        """Open both; ``StateError`` where one cannot be.  The trace file is made whole again.

        ``key``: what must be the same for a snapshot to be taken up; "": there are none.
        """
        self._path = path
        self._store = HostStore(path, AnyHostRecord)
        self._unwritten: list[bytes] = []
        self.group = Group(self.commit, lambda: self.is_clean)
        self.inside = Inside(self._store)
        self._keeping = Keeping(self._store.path, key, self._store.link_at)
        self.passed_over = self._keeping.passed_over  # snapshots that could not be believed
        self._records: list[HostRecord] | None = []  # until the machine has taken them up
        self._facts: list[Fact] = []
        self._last: dict[str, Fact] = {}  # of those that are no steps of books, by name
        self._others: list[Fact] = []  # of those, what counts all of it
        self._told = self._keeping.trace
        lines = self._read(keeps_lines=trace is not None)
        self.is_new = not self._store.stands.place.number
        self.last_ms = self._store.stands.head.last_ms
        self._trace: TraceFile | None = None
        if trace is not None:
            try:
                before = self._keeping.trace
                self._trace = TraceFile.continued(trace, before.size, before.first, before.last, lines)
                if self._trace is None:
                    self._trace = TraceFile.replaced(trace, self._store.trace_lines())
            except BaseException:
                self._store.withdraw()
                raise

    # ---- the journal, as the acquirer's body wants it ----------------------------------------

    def append(self, record: HostRecord) -> None:
        """Durable before anybody outside sees what follows from it, with the money that it books."""
        self._store.add_record(record)

    def records(self) -> Iterable[HostRecord]:
        """The acquirer's journal, oldest first; at a start its beginning is folded already."""
        records, self._records = self._records, None
        return self._store.records() if records is None else self._keeping.journal(records)

    def _read(self, *, keeps_lines: bool) -> list[bytes]:
        """Read the log once, behind what was folded before; the lines of the trace, where they are wanted."""
        lines: list[bytes] = []
        assert self._records is not None
        for fact in self._keeping.facts:
            self._take(fact)
        kinds = (EntryKind.TRACE, EntryKind.JOURNAL)  # bound once: there may be hundreds of thousands
        for number, entry in enumerate(self._store.entries(self._keeping.behind), 1):
            if entry.kind is kinds[0]:
                lines.append(entry.body)
                if not keeps_lines and len(lines) >= MOST_LINES:
                    self._told = self._told.and_all(lines)
                    lines.clear()
            elif entry.kind is kinds[1]:
                self._records.append(self._store.record_of(entry, number))
            else:
                self._take(fact_of(entry))
        self._told = self._told.and_all(lines)
        return lines

    def _take(self, fact: Fact) -> None:
        self._facts.append(fact)
        self._note(fact)

    def _note(self, fact: Fact) -> None:
        if fact.name in _LATEST_COUNTS:
            self._last[fact.name] = fact
        elif not fact.name.startswith(PREFIX):
            self._others.append(fact)

    @contextmanager
    def folded(self) -> Iterator[None]:
        """While a machine takes the journal up: ``StateError`` where the journal cannot be."""
        try:
            yield
        except UnlawfulMoveError as error:
            raise StateError(f"{self._path}: {error}; it was left as it is") from error

    # ---- everything else ---------------------------------------------------------------------

    def emit(self, record: Record) -> None:
        """A record of the trace."""
        line = to_line(record)
        self._store.add_trace(line, record.at_ms)
        self._told = self._told.and_then(line)
        self._unwritten.append(line)

    def add_fact(self, fact: Fact) -> None:
        """A fact of the world."""
        self._store.add_fact(fact)
        self._note(fact)

    def last_fact(self, name: str) -> Fact | None:
        """The latest fact of this name."""
        return self._last.get(name)

    def facts(self) -> list[Fact]:
        """All facts of before this start, oldest first; once."""
        facts, self._facts = self._facts, []
        return facts

    def set_ahead(self, at_ms: int, ahead_ms: int) -> None:
        """How far the calendar is ahead of the wall clock from now on."""
        self.add_fact(Fact(at_ms, CALENDAR, msgspec.json.encode(Calendar(ahead_ms))))

    def ahead_ms(self) -> int | None:
        """How far it was at last; None for a new host."""
        last = self._last.get(CALENDAR)
        return None if last is None else msgspec.json.decode(last.body, type=Calendar).ahead_ms

    def keep_capture(self, at_ms: int, capture: str) -> None:
        """What clears an item at this host; ``StateError`` where its books were made by the other."""
        last = self._last.get(CAPTURE)
        known = BEFORE_CAPTURE if last is None else msgspec.json.decode(last.body, type=str)
        if last is None and self.is_new:
            self.add_fact(Fact(at_ms, CAPTURE, msgspec.json.encode(capture)))
        elif capture != known:
            raise StateError(
                f"this host state was made with [acquirer] capture = {known}, and the scenario says "
                f"{capture}; give another state, or the scenario that this state was made with")

    def keep_identity(self, made: MadeWith) -> None:
        """What it was made with; ``StateError`` where that is not what it is started with now."""
        known = self._store.note(NOTE)
        if known is None:  # it is new, or of a version that did not remember
            self._store.put_note(NOTE, msgspec.json.encode(made))
            return
        differences = msgspec.json.decode(known, type=MadeWith).differences(made)
        if differences:
            more = ", ..." if len(differences) > MOST_TOLD else ""
            raise StateError(say.OTHER_IDENTITY.both(
                path=self._path, differences=", ".join(differences[:MOST_TOLD]) + more).en)

    def trace_lines(self) -> Iterator[bytes]:
        """The whole trace of before, also where there is no file of it."""
        return self._store.trace_lines()

    def set_phase(self, at_ms: int, phase: str) -> None:
        """Which phase the run is in from now on."""
        self.add_fact(Fact(at_ms, PHASE, msgspec.json.encode(phase)))

    def phase(self) -> str:
        """The phase at last."""
        last = self._last.get(PHASE)
        return "faults" if last is None else msgspec.json.decode(last.body, type=str)

    def books_into(self, steps: Steps) -> None:
        """Give the books what their beginning came to; ``SnapshotError`` where they are others."""
        steps.go_on_with(self._keeping.into_books(steps.books))
        self._keeping.forget()

    def keep(self, host: Folds, steps: Steps, *, at_a_stop: bool = False) -> None:
        """Write a snapshot where it is time for one; all is committed, and nothing is under way."""
        entries = self._store.stands.next_entry - 1
        if self._keeping.is_due(entries, at_a_stop=at_a_stop):
            self._keeping.keep(
                self._store.stands.place, entries, (*self._last.values(), *self._others), self._told,
                host, steps.books, steps.on_their_way())

    @property
    def is_clean(self) -> bool:
        """Whether all of it is durable."""
        return self._store.is_clean and not self.inside.has_news

    def commit(self) -> None:
        """Make all of it durable; the trace file follows, then whatever leaves this process."""
        began_s = time.monotonic()
        try:
            self.inside.write_notes()
            self._store.commit()
        except StateError:
            self.group.forget()
            raise
        if self._trace is not None:
            for line in self._unwritten:
                self._trace.write(line)
            self._trace.still_there()
        self._unwritten.clear()
        self.group.synced(time.monotonic() - began_s)

    def close(self) -> None:
        """Commit and close."""
        self.commit()
        self._keeping.close()
        self._store.close()
        if self._trace is not None:
            self._trace.close()

    def withdraw(self) -> None:
        """The start is refused: files that are new are gone again."""
        self._store.withdraw()
        if self._trace is not None:
            self._trace.withdraw()


def log_steps(world: World, steps: Steps) -> None:
    """Put the log between a world and its books: from now on every step is written down."""
    issuers = world.issuers.desks
    for name, desk in issuers.items():
        desk.books = steps.logged(f"issuer {name}", desk.books)
    for wallet in world.wallets.desks.values():
        wallet.books = steps.logged(f"wallet {wallet.name}", wallet.books)
    world.house.connect(world.acquirer, {
        **{name: desk.books for name, desk in issuers.items()},
        **{wallet.name: wallet.books for wallet in world.wallets.desks.values()}})
    world.house.replace_books(steps.logged)
    world.money.disputes.replace_books(steps.logged)
