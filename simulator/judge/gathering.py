"""Records of a run, gathered and then judged many at a time.

Judge and world each have more code and data than a processor keeps at hand: taking turns at every
record costs the judge as much again as its own work.  Gathered, the same records in the same order
give the same judgement; only whoever asks the judge something in the middle of a run has to have it
hear all first.
"""

from __future__ import annotations

from simulator.judge.judge import Judge
from simulator.trace.records import Listener, Record

AT_A_TIME = 16_384  # a thousand sales: 4 MB


class Gathering:
    """Hears records for a judge.  ``hear`` takes one; ``judge()`` is the judge that has heard all."""

    __slots__ = ("_held", "_judge", "hear")

    def __init__(self, judge: Judge, at_a_time: int = AT_A_TIME) -> None:
        held: list[Record] = []
        self._judge = judge
        self._held = held
        keep = held.append

        def hear(record: Record) -> None:
            keep(record)
            if len(held) >= at_a_time:
                judge.feed_all(held)
                held.clear()

        self.hear: Listener = hear

    def judge(self) -> Judge:
        """The judge, once it has heard everything that was gathered."""
        self._judge.feed_all(self._held)
        self._held.clear()
        return self._judge

    def open_until(self, at_ms: int) -> int | None:
        """See :meth:`~simulator.judge.judge.Judge.open_until`."""
        return self.judge().open_until(at_ms)
