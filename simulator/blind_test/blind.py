"""Many seeds tried at once, and what they come to: how often right, and what is taken for what."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from functools import partial
from time import monotonic
from typing import Any

import msgspec

from simulator.blind_test.trying import Trial, try_seed
from simulator.blind_test.worlds import HEALTHY
from simulator.crew import crew

AHEAD = 4  # seeds that wait for each process
Progress = Callable[[int, int, float], None]  # seeds done, seeds in all, seconds left


class Summary(msgspec.Struct, frozen=True):
    """What all trials came to."""

    trials: tuple[Trial, ...]  # in the order of their seeds
    planned: int
    count: int  # modes in a world
    interrupted: bool = False

    @property
    def right(self) -> int:
        """Trials whose answer was right."""
        return sum(each.is_right for each in self.trials)

    @property
    def strictly_right(self) -> int:
        """Those in which the answer named one mode alone."""
        return sum(each.is_strictly_right for each in self.trials)

    @property
    def healthy(self) -> tuple[int, int]:
        """Healthy worlds, and those of them that were called so."""
        some = [each for each in self.trials if not each.modes]
        return len(some), sum(each.is_right for each in some)

    def matrix(self) -> dict[str, Counter[str]]:
        """For each injected mode how often which first answer came; of two modes each by itself."""
        rows: dict[str, Counter[str]] = {}
        for each in self.trials:
            for mode in each.modes or (HEALTHY,):
                rows.setdefault(mode, Counter())[_answer_to(mode, each)] += 1
        return dict(sorted(rows.items()))

    def facts(self) -> dict[str, Any]:
        """For JSON."""
        healthy, called = self.healthy
        return {
            "modes_in_a_world": self.count, "planned": self.planned, "tried": len(self.trials),
            "interrupted": self.interrupted, "right": self.right,
            "strictly_right": self.strictly_right, "healthy": healthy, "healthy_right": called,
            "matrix": {mode: dict(row) for mode, row in self.matrix().items()},
            "wrong": [
                {"seed": each.seed, "modes": list(each.modes), "broken": each.broken,
                 "answers": [list(some) for some in each.answers]}
                for each in self.trials if not each.is_right],
        }


def _answer_to(mode: str, trial: Trial) -> str:
    """What stands in the matrix: the mode, where it is among the first answers; else the first one."""
    if mode == HEALTHY:
        return trial.first
    for some in trial.answers[:len(trial.modes)]:
        if mode in some:
            return "+".join(sorted(some))
    return trial.first


def blind(
    seeds: Sequence[int], count: int = 1, jobs: int = 0, progress: Progress | None = None,
) -> Summary:
    """Try all seeds; an interruption keeps what is done."""
    began = monotonic()
    done: list[Trial] = []
    interrupted = False
    jobs = jobs or os.cpu_count() or 1
    with crew(jobs) as pool:
        try:
            for trial in _tried(pool, seeds, count, jobs):
                done.append(trial)
                if progress is not None:
                    spent = monotonic() - began
                    progress(len(done), len(seeds), spent / len(done) * (len(seeds) - len(done)))
        except KeyboardInterrupt:
            interrupted = True
    done.sort(key=lambda each: each.seed)
    return Summary(tuple(done), len(seeds), count, interrupted)


def _tried(
    pool: ProcessPoolExecutor, seeds: Sequence[int], count: int, jobs: int,
) -> Iterator[Trial]:
    ahead = iter(seeds)
    at_work: set[Future[Trial]] = set()
    tried = partial(try_seed, count=count)
    while True:
        while len(at_work) < jobs * AHEAD and (seed := next(ahead, None)) is not None:
            at_work.add(pool.submit(tried, seed))
        if not at_work:
            return
        finished, at_work = wait(at_work, return_when=FIRST_COMPLETED)
        for each in finished:
            yield each.result()
