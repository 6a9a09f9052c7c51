"""Many terminals at one host, each through its own day, several at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tests.outside.day import counter
from tests.outside.host import Host
from tests.outside.till import Till

AT_A_TIME = 8


@dataclass(frozen=True)
class Visit:
    """A terminal of some kind, at a place of the scenario, and its day."""

    tid: str
    mid: str
    kind: type[Till]
    day: Callable[[Host, Till], object]


def run_days(host: Host, visits: Iterable[Visit],
             log_of: Callable[[str], Callable[..., None]] | None = None) -> None:
    """Every visit to its end; what one of them raises is raised here."""
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        for done in [pool.submit(_run, host, visit, log_of) for visit in visits]:
            done.result()


def _run(host: Host, visit: Visit, log_of: Callable[[str], Callable[..., None]] | None) -> None:
    log = log_of(visit.tid) if log_of else None
    with counter(host, visit.tid, visit.kind, visit.mid, log=log) as till:
        visit.day(host, till)
