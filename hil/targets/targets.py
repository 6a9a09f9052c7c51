"""Which targets there are, by name."""

from __future__ import annotations

from hil.bench.asked import hold_bench
from hil.benches.bench_file import read_bench
from hil.targets.bench import BenchKind
from hil.targets.simulator import SimulatedTarget
from hil.targets.target import TargetKind
from hil.targets.virtual import VirtualTarget

TARGETS: dict[str, TargetKind] = {
    "simulator": SimulatedTarget,  # the virtual clock, all in this process
    "virtual": VirtualTarget,  # the wall clock, host and terminals as processes
}
BENCH = "bench"  # whatever a bench file names


class UnknownTargetError(ValueError):
    """A name that no target has, or a bench without its file; the text says what is allowed."""


def target_named(name: str, bench: str = "") -> TargetKind:
    """The target of a name, of ``bench`` with its file; ``UnknownTargetError``, ``BenchFileError``, ``InputError``."""
    if name == BENCH:
        if not bench:
            raise UnknownTargetError("target bench needs a bench file: -D bench=FILE")
        read = read_bench(bench)
        hold_bench(read)
        return BenchKind(read)
    if name not in TARGETS:
        raise UnknownTargetError(f"no target {name!r}; allowed: {', '.join((*TARGETS, BENCH))}")
    if bench:
        raise UnknownTargetError(f"a bench file has no effect on target {name!r}; say -D target=bench")
    return TARGETS[name]
