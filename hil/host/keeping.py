"""When a live host writes a snapshot of what its history has come to, and how a start takes it up.

A long history is packed by a copy of the process, while this one goes on.

A snapshot is tried from the newest on; what does not fit is passed over, since the log has it all.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from hil.files import accepting_words as say
from hil.files import state_sayings as of_states
from hil.files.chain import Place
from hil.host.copy_of_process import Copy
from hil.host.made_with import MadeWith
from hil.host.snapshot import (
    ENDINGS,
    Kept,
    SnapshotError,
    TraceUpTo,
    drop_laid_down,
    laid_down,
    packed,
    read,
    unpacked,
    written,
)
from hil.host.store import Fact
from simulator import money
from simulator.catalogue.language import Told
from simulator.machines import acquirer
from simulator.machines.acquirer.events import HostRecord
from simulator.machines.acquirer.memory import ShortenedJournal
from simulator.machines.acquirer.state import HostState
from simulator.money.payout_steps import PayInstruction

FEWEST = 20_000  # entries since the last one, while it runs: seconds of a start
AT_A_STOP = 2_000
LONG = 100_000  # entries, which take longer to pack than an answer should wait
SHARE = 4  # and at least this part of all: a growing history is not written again and again
LONGEST_PACKING_S = 1.0  # that a stop waits for copies
LEAST_S = 0.01
HOST, BOOKS, ON_THE_WAY = "host", "books", "on their way"


class Keeping:
    """The snapshots of one state."""

    def __init__(self, path: Path, key: str, link_at: Callable[[int], int | None]) -> None:
        """``key`` says what must be the same; ``link_at`` the link of a commit in the log."""
        self._path = path
        drop_laid_down(path)  # by a process that ended meanwhile
        self._key = sha256(key.encode()).hexdigest()
        self._is_newest_good = True
        self.passed_over: tuple[Told, ...] = ()  # what could not be believed, for people
        self.kept = self._newest(link_at) if key else None
        self._is_on = bool(key)
        self._copy = Copy()
        self._ends_by_s = 0.0  # at a stop
        self.entries = 0 if self.kept is None else self.kept.entries

    @property
    def behind(self) -> int:
        """The commit that is folded already; 0 where there is no snapshot to begin with."""
        return 0 if self.kept is None else self.kept.number

    @property
    def facts(self) -> list[Fact]:
        """The facts of before it that are no steps of books."""
        return [] if self.kept is None else [Fact(*fact) for fact in self.kept.facts]

    @property
    def trace(self) -> TraceUpTo:
        """The trace up to it."""
        return TraceUpTo() if self.kept is None else self.kept.trace

    def journal(self, records: Iterable[HostRecord]) -> Iterable[HostRecord]:
        """The journal, its beginning folded where there is a snapshot."""
        kept = self.kept
        if kept is None:
            return records
        return ShortenedJournal(lambda books: unpacked(kept.parts[HOST], {HOST: books}), records)

    def into_books(self, books: dict[str, Any]) -> list[PayInstruction]:
        """Give the books what they had; which payouts were on their way."""
        if self.kept is None:
            return []
        unpacked(self.kept.parts[BOOKS], books)
        return msgspec.msgpack.decode(self.kept.parts[ON_THE_WAY], type=list[PayInstruction])

    def is_due(self, entries: int, *, at_a_stop: bool = False) -> bool:
        """Whether so many entries are worth another snapshot."""
        if at_a_stop:
            self._ends_by_s = time.monotonic() + LONGEST_PACKING_S
        self._look_at_the_copy(wait_s=LONGEST_PACKING_S if at_a_stop else 0.0)
        if self._copy.is_at_work:
            return False
        more = entries - self.entries
        enough = AT_A_STOP if at_a_stop else max(FEWEST, self.entries // SHARE)
        return self._is_on and more >= enough

    def keep(
        self, place: Place, entries: int, facts: Iterable[Fact], trace: TraceUpTo,
        host: HostState, books: dict[str, Any], on_their_way: list[PayInstruction],
    ) -> None:
        """Write one; where that cannot be, the log has it all."""
        self.entries = entries

        def made() -> Kept:
            return Kept(
                place.number, place.link, self._key, entries,
                [(fact.at_ms, fact.name, fact.body) for fact in facts], trace,
                {HOST: packed({HOST: host}), BOOKS: packed(books),
                 ON_THE_WAY: msgspec.msgpack.encode(on_their_way)})

        if entries >= LONG and self._copy.begins(made, lambda kept: laid_down(self._path, kept)):
            gc.freeze()  # what is stored is not looked at again and again
            return
        with suppress(SnapshotError):
            self._has_written(made())

    def close(self) -> None:
        """Nothing more is written: a copy has the rest of a stop's time, then it is ended."""
        if self._copy.is_at_work:
            self._look_at_the_copy(wait_s=max(LEAST_S, self._ends_by_s - time.monotonic()))

    def _look_at_the_copy(self, wait_s: float) -> None:
        """What a copy of the process has laid down takes its place."""
        was_at_work = self._copy.is_at_work
        if self._copy.has_done(wait_s):
            with suppress(SnapshotError):
                self._has_written(None)
        elif was_at_work and not self._copy.is_at_work:
            drop_laid_down(self._path)

    def _has_written(self, kept: Kept | None) -> None:
        written(self._path, kept, keeps_newest=self._is_newest_good)
        self._is_newest_good = True

    def forget(self) -> None:
        """It was taken up: its bytes are not needed any more."""
        self.kept = None

    def _newest(self, link_at: Callable[[int], int | None]) -> Kept | None:
        """The newest that fits; of the older one it is told as well that it is damaged."""
        newest: Kept | None = None
        for ending in ENDINGS:
            path = self._path.with_name(self._path.name + ending)
            if not path.exists():
                continue
            try:
                kept = read(path)
            except SnapshotError as error:
                self._pass_over(ending, of_states.SNAPSHOT_CHANGED.both(
                    name=path.name, why=of_states.snapshot_told(str(error))))
                continue
            if link_at(kept.number) != kept.link:
                self._pass_over(ending, of_states.SNAPSHOT_FOREIGN.both(name=path.name, number=kept.number))
            elif kept.key == self._key:
                newest = newest or kept
        return newest

    def _pass_over(self, ending: str, what: Told) -> None:
        self._is_newest_good = self._is_newest_good and ending != ENDINGS[0]
        self.passed_over += (say.SNAPSHOT_PASSED.both(what=what),)


def snapshot_key(made: MadeWith, defects: tuple[str, ...]) -> str:
    """What must be the same: the books, and the code that folds them."""
    return " ".join((made.version, made.digest, str(made.seed), *defects, _code()))


@cache
def _code() -> str:
    """What tells one state of our code of money and machines from another."""
    files = (path for folder in (money, acquirer) for path in Path(str(folder.__file__)).parent.rglob("*.py"))
    return " ".join(sorted(f"{path.name} {(facts := path.stat()).st_size} {facts.st_mtime_ns}" for path in files))
