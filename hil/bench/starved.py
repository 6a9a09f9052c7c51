"""Whether all that a case stands on was let work as much as it needs; where it was not, nothing is said of the terminal.

An answer that comes too late may have waited at the host or in the bench as well as at the terminal: all
of their processes are looked at, and what they lost adds up.  A case bears that its terminal is slow by so much in a stretch of so long: half of the time that it waits
for a reply, and less where something is done to the line a moment before or after another.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping

import msgspec

from hil.processes.starvation import Starvation
from hil.relay.decisions import Decision, Deed
from simulator.catalogue.language import Message, Told

TOO_MUCH = Message(
    "starved", "in {stretch} ms {who} kept from its processor or disk for {lost} ms, and this case bears {slack} ms",
    "{who}在 {stretch} 毫秒内有 {lost} 毫秒得不到处理器或磁盘，而本例最多容许 {slack} 毫秒")
TERMINAL = Told("the terminal's process was", "终端进程")
HOST = Told("the host's process was", "主机进程")
BENCH = Told("the bench's process was", "测试台进程")
TOGETHER = Told("each of several processes (terminal, host, bench) was", "终端、主机、测试台等进程")
MOST = 0.8  # of what was lost
TIMED = frozenset({Deed.HOLD, Deed.REPEAT, Deed.SPLIT, Deed.FORGE})


class Bears(msgspec.Struct, frozen=True):
    """In a stretch so long the terminal may be slow by so much."""

    stretch_ms: float
    slack_ms: float


class Starved:
    """What one case bears, against what its terminal's process had to bear; closed with its rig."""

    def __init__(
        self, watched: Mapping[Told, Callable[[], int | None]], reply_timeout_ms: float,
        until_s: Callable[[], float] = lambda: math.inf,
    ) -> None:
        """``watched``: who is named, and the process that should be working now; the bench itself always is.

        ``until_s``: when the last thing happened that a case is judged by, in time.monotonic; who waits
        half a minute for what never comes is not told by a second that was lost in it.
        """
        self._timeout_ms = reply_timeout_ms
        self._until_s = until_s
        self._starvations = {who: Starvation(pid_of) for who, pid_of in watched.items()}

    def lost_ms(self) -> float:
        """While the terminal waits for one reply, for how long it and others were kept from a processor at worst."""
        return self._lost(self._timeout_ms)[0]

    def _lost(self, stretch_ms: float) -> tuple[float, Told]:
        """Within a stretch, together; and who it was, where it was one of them for the most part."""
        until_s = self._until_s() + stretch_ms / 1_000
        lost = {who: each.worst_ms(stretch_ms, until_s) for who, each in self._starvations.items()}
        lost[BENCH] = max(each.own_worst_ms(stretch_ms, until_s) for each in self._starvations.values())
        total_ms = sum(lost.values())
        worst = max(lost, key=lambda who: lost[who])
        return total_ms, worst if lost[worst] > total_ms * MOST else TOGETHER

    def too_much(self, decisions: Iterable[Decision] = ()) -> Told | None:
        """By how much it was kept longer than the case bears, with what is done to its line; None where it was not."""
        for each in borne(self._timeout_ms, decisions):
            lost_ms, who = self._lost(each.stretch_ms)
            if lost_ms > each.slack_ms:
                return TOO_MUCH.both(
                    who=who, stretch=round(each.stretch_ms), lost=round(lost_ms), slack=round(each.slack_ms))
        return None

    def close(self) -> None:
        """Look no more; what was seen stays."""
        for each in self._starvations.values():
            each.close()


def borne(reply_timeout_ms: float, decisions: Iterable[Decision]) -> tuple[Bears, ...]:
    """What a case bears.

    >>> from hil.relay.decisions import hold
    >>> borne(2_000, [hold(3_000)])
    (Bears(stretch_ms=2000, slack_ms=1000.0), Bears(stretch_ms=3000, slack_ms=1000))
    """
    held = {each.ms for each in decisions if each.deed in TIMED and each.ms and each.until is None}
    return (Bears(reply_timeout_ms, reply_timeout_ms / 2), *(
        Bears(ms, min(ms, abs(ms - reply_timeout_ms))) for ms in sorted(held) if ms != reply_timeout_ms))
