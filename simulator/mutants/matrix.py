"""The whole matrix: which machine built wrong is reached by which scenario, and caught by what.

Each is tried in its own scenario first, then in all others from the quickest on, on all cores, until
the time is over; what was not tried by then is counted.  An interruption leaves what is known.

Right machines run first, watched: where they call nothing that a defect replaces, its trace would be
theirs, and it is not run.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from time import monotonic

import msgspec

from simulator.crew import crew
from simulator.mutants.trying import Right, Tried, all_tried, watched
from simulator.scenario.library import scenario_names
from simulator.world.defects import DEFECTS

AT_A_TIME = 12  # machines that one process tries before it tells
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


def matrix(asked: Asked, progress: Progress | None = None) -> Found:
    """Try what is asked for."""
    began = monotonic()
    defects = asked.defects or tuple(DEFECTS)
    scenarios = asked.scenarios or scenarios_tried()
    jobs = asked.jobs or os.cpu_count() or 1
    rights: list[Right] = []
    done: list[Tried] = []
    planned = 0
    interrupted = False
    with crew(jobs) as pool:
        try:
            rights = list(pool.map(watched, scenarios, chunksize=4))
            pieces, done = _pieces(defects, rights)
            planned = sum(len(piece.defects) for piece in pieces) + len(done)
            for some in _done(pool, pieces, jobs, began + asked.within_s):
                done += some
                if progress is not None:
                    progress(len(done), planned, _left_s(len(done), planned, monotonic() - began))
        except KeyboardInterrupt:
            interrupted = True
    return Found(tuple(done), tuple(rights), planned - len(done), interrupted)


def _pieces(defects: Sequence[str], rights: Sequence[Right]) -> tuple[list[Piece], list[Tried]]:
    """The work in its order, and what is known without it: whatever replaces nothing that is called."""
    there = {each.scenario: each for each in rights}
    own: dict[str, list[str]] = {}
    for name in defects:
        own.setdefault(DEFECTS[name].shown_by, []).append(name)
    pieces = [
        Piece(there[scenario], tuple(some)) for scenario, names in own.items() if scenario in there
        for some in _some(names)
    ]
    known: list[Tried] = []
    for each in sorted(rights, key=lambda each: each.took_s):
        others = [
            name for name in defects
            if DEFECTS[name].shown_by != each.scenario and not DEFECTS[name].beside
        ]
        known += [Tried(name, each.scenario) for name in others if not each.may_reach(name)]
        if each.took_s <= SLOW_S:
            reaching = [name for name in others if each.may_reach(name)]
            pieces += [Piece(each, tuple(some)) for some in _some(reaching)]
    return pieces, known


def _some(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for at in range(0, len(names), AT_A_TIME):
        yield names[at:at + AT_A_TIME]


def _done(
    pool: ProcessPoolExecutor, pieces: Sequence[Piece], jobs: int, until: float,
) -> Iterator[list[Tried]]:
    """What comes of the pieces, as it comes; nothing is begun after a moment."""
    ahead = iter(pieces)
    at_work: set[Future[list[Tried]]] = set()
    while True:
        while len(at_work) < jobs * AHEAD and monotonic() < until:
            piece = next(ahead, None)
            if piece is None:
                break
            at_work.add(pool.submit(all_tried, piece.defects, piece.alone))
        if not at_work:
            return
        finished, at_work = wait(at_work, return_when=FIRST_COMPLETED)
        for each in finished:
            yield each.result()


def _left_s(done: int, planned: int, took_s: float) -> float:
    return took_s / done * (planned - done) if done else 0.0
