"""What a soak watches beside the money: reply times and their drift, numbers that wrap, growth of processes.

Sans-IO: values come in, figures come out.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from pathlib import Path
from statistics import median

import msgspec

SHARE = 10  # the drift compares the first and the last tenth
LEAST_FOR_DRIFT = 50
_PROC = Path("/proc")
_PAGE = 4096


class Times(msgspec.Struct, frozen=True, kw_only=True):
    """How long something took, in milliseconds."""

    count: int
    median_ms: float
    p99_ms: float
    most_ms: float
    drift_ms: float | None  # median of the last tenth less that of the first; None: too few


def times_of(took_ms: Sequence[float]) -> Times | None:
    """The figures of a series in its order; None of nothing.

    >>> times_of([1.0] * 99 + [50.0]).p99_ms, times_of([1.0] * 99 + [50.0]).most_ms
    (1.0, 50.0)
    """
    if not took_ms:
        return None
    ordered = sorted(took_ms)
    part = len(took_ms) // SHARE
    drift = median(took_ms[-part:]) - median(took_ms[:part]) if len(took_ms) >= LEAST_FOR_DRIFT else None
    return Times(
        count=len(ordered), median_ms=median(ordered), p99_ms=ordered[ceil(len(ordered) * 0.99) - 1],
        most_ms=ordered[-1], drift_ms=drift)


class Wraps(msgspec.Struct):
    """Numbers of the terminal's messages as they go up."""

    last_stan: int = 0
    last_batch: int = 0
    stan_wraps: int = 0
    batch_wraps: int = 0
    batches: int = 0  # that were seen
    first_stan: int = 0

    def hear(self, stan: int, batch: int) -> None:
        """One request; a repeated or older number is no wrap, one that falls by half of all is."""
        if stan:
            self.first_stan = self.first_stan or stan
            if self.last_stan - stan > 500_000:
                self.stan_wraps += 1
            self.last_stan = stan
        if batch and batch != self.last_batch:
            if self.last_batch - batch > 500_000:
                self.batch_wraps += 1
            self.batches += 1
            self.last_batch = batch


class Sample(msgspec.Struct, frozen=True):
    """One look at a process."""

    operations: int  # done by then
    kib: int  # resident
    descriptors: int


class Growth(msgspec.Struct, frozen=True, kw_only=True):
    """How a process grew, by a straight line through its samples of the second half."""

    process: str
    first_kib: int
    last_kib: int
    kib_per_1000: float  # operations
    descriptors: int  # at the end
    descriptors_per_1000: float


def growth_of(process: str, samples: Sequence[Sample]) -> Growth | None:
    """The figures of one process; None of less than two samples.

    >>> growth_of("host", [Sample(n, 1000 + n, 9) for n in range(0, 1000, 100)]).kib_per_1000
    1000.0
    """
    if len(samples) < 2:
        return None
    half = samples[len(samples) // 2:] if len(samples) > 3 else samples
    xs = [each.operations for each in half]
    return Growth(
        process=process, first_kib=samples[0].kib, last_kib=samples[-1].kib,
        kib_per_1000=1000 * _slope(xs, [each.kib for each in half]),
        descriptors=samples[-1].descriptors,
        descriptors_per_1000=1000 * _slope(xs, [each.descriptors for each in half]))


def sample_of(pid: int, operations: int) -> Sample | None:
    """A look at a process of this machine; None where it is gone, or the system shows none."""
    try:
        pages = int((_PROC / str(pid) / "statm").read_text().split()[1])
        descriptors = sum(1 for _ in (_PROC / str(pid) / "fd").iterdir())
    except (OSError, ValueError, IndexError):
        return None
    return Sample(operations, pages * _PAGE // 1024, descriptors)


def _slope(xs: Sequence[int], ys: Sequence[int]) -> float:
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((x - mean_x) ** 2 for x in xs)
    return sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / spread if spread else 0.0
