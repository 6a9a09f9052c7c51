"""The whole matrix: which machine built wrong is reached by which scenario, and caught by what.

Each is tried in its own scenario first, then in all others from the quickest on, on all cores, until
the time is over; what was not tried by then is counted.  An interruption leaves what is known, and
what was begun by then; what is kept in a file is not tried again.

Right machines run first, watched: where they call nothing that a defect replaces, its trace would be
theirs, and it is not run.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from time import monotonic

import msgspec

from simulator.crew import crew
from simulator.mutants.kept import Kept
from simulator.mutants.trying import Right, Tried, all_tried, watched
from simulator.scenario.library import scenario_names
from simulator.world.defects import DEFECTS

AT_A_TIME = 12  # the most machines that one process tries before it tells
TELLS_AFTER_S = 6.0  # about so long
AHEAD = 4  # pieces of work for each process
LIVE = "live/"  # these need terminals at ports
SLOW_S = 20.0  # the longest that right machines may take in a scenario that all are tried in


class Piece(msgspec.Struct, frozen=True):
    """Some machines to be tried in one scenario."""

    alone: Right
    defects: tuple[str, ...]


class Found(msgspec.Struct, frozen=True):
    """What the matrix came to."""

    tried: tuple[Tried, ...]
    right: tuple[Right, ...]
    left: int = 0  # pairs that there was no time for
    interrupted: bool = False
    again: tuple[str, ...] = ()  # scenarios whose kept results were of another text


class Asked(msgspec.Struct, frozen=True):
    """What is to be tried; none: all that there is."""

    defects: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    jobs: int = 0
    within_s: float = 600.0


Progress = Callable[[int, int, float], None]  # pairs tried, pairs in all, seconds left


def scenarios_tried() -> tuple[str, ...]:
    """Every scenario that runs on the virtual clock alone."""
    return tuple(name for name in scenario_names() if not name.startswith(LIVE))


def matrix(asked: Asked, progress: Progress | None = None, kept: Kept | None = None) -> Found:
    """Try what is asked for, but for what is kept; what is tried is kept too."""
    began = monotonic()
    defects = asked.defects or tuple(DEFECTS)
    scenarios = asked.scenarios or scenarios_tried()
    jobs = asked.jobs or os.cpu_count() or 1
    rights: list[Right] = []
    done: list[Tried] = []
    planned = known = 0
    interrupted = False

    def take(some: list[Tried]) -> None:
        done.extend(some)
        if kept is not None:
            kept.add(some)

    with crew(jobs) as pool:
        work = _Work(pool, jobs, began + asked.within_s)
        try:
            rights = _watched(pool, scenarios, kept)
            pieces, done = _pieces(defects, rights, kept.tried if kept is not None else {})
            known = len(done)
            planned = sum(len(piece.defects) for piece in pieces) + known
            for some in work.results(pieces):
                take(some)
                if progress is not None:
                    left_s = _left_s(len(done) - known, planned - known, monotonic() - began)
                    progress(len(done), planned, left_s)
        except KeyboardInterrupt:
            interrupted = True
            for some in work.begun():
                take(some)
    return Found(
        tuple(done), tuple(rights), planned - len(done), interrupted,
        kept.again if kept is not None else ())


def _watched(pool: ProcessPoolExecutor, scenarios: Sequence[str], kept: Kept | None) -> list[Right]:
    """Right machines in each scenario, as they are kept or watched now."""
    there = dict(kept.rights) if kept is not None else {}
    for each in pool.map(watched, [name for name in scenarios if name not in there]):
        there[each.scenario] = each
        if kept is not None:
            kept.add([each])
    return [there[name] for name in scenarios]


def _pieces(
    defects: Sequence[str], rights: Sequence[Right], kept: Mapping[tuple[str, str], Tried],
) -> tuple[list[Piece], list[Tried]]:
    """The work in its order, and what is known without it: what is kept, and what replaces nothing called."""
    there = {each.scenario: each for each in rights}
    own: dict[str, list[str]] = {}
    for name in defects:
        own.setdefault(DEFECTS[name].shown_by, []).append(name)
    pieces: list[Piece] = []
    known: list[Tried] = []

    def plan(names: Sequence[str], alone: Right) -> None:
        known.extend(kept[name, alone.scenario] for name in names if (name, alone.scenario) in kept)
        to_try = [name for name in names if (name, alone.scenario) not in kept]
        pieces.extend(Piece(alone, tuple(some)) for some in _some(to_try, alone.took_s))

    for scenario, names in own.items():
        if scenario in there:
            plan(names, there[scenario])
    for each in sorted(rights, key=lambda each: each.took_s):
        others = [
            name for name in defects
            if DEFECTS[name].shown_by != each.scenario and not DEFECTS[name].beside
        ]
        known += [Tried(name, each.scenario) for name in others if not each.may_reach(name)]
        if each.took_s <= SLOW_S:
            plan([name for name in others if each.may_reach(name)], each)
    return pieces, known


def _some(names: Sequence[str], took_s: float) -> Iterator[Sequence[str]]:
    at_a_time = max(1, min(AT_A_TIME, int(TELLS_AFTER_S / max(took_s, 0.001))))
    for at in range(0, len(names), at_a_time):
        yield names[at:at + at_a_time]


class _Work:
    """Pieces at work, a few ahead of the processes; nothing is begun after a moment."""

    def __init__(self, pool: ProcessPoolExecutor, jobs: int, until: float) -> None:
        self._pool = pool
        self._most = jobs * AHEAD
        self._until = until
        self._at_work: set[Future[list[Tried]]] = set()

    def results(self, pieces: Sequence[Piece]) -> Iterator[list[Tried]]:
        """What comes of the pieces, as it comes."""
        ahead = iter(pieces)
        while True:
            while len(self._at_work) < self._most and monotonic() < self._until:
                piece = next(ahead, None)
                if piece is None:
                    break
                self._at_work.add(self._pool.submit(all_tried, piece.defects, piece.alone))
            if not self._at_work:
                return
            finished, _ = wait(self._at_work, return_when=FIRST_COMPLETED)
            for each in finished:
                self._at_work.remove(each)
                yield each.result()

    def begun(self) -> Iterator[list[Tried]]:
        """What was begun when it was interrupted, and is done or comes to its end still."""
        begun = [each for each in self._at_work if not each.cancel()]
        for each in begun:
            with suppress(BrokenProcessPool):  # a second Ctrl-C has ended them
                yield each.result()


def _left_s(done: int, planned: int, took_s: float) -> float:
    return took_s / done * (planned - done) if done else 0.0
