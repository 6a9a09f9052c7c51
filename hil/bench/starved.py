"""Whether the terminal's process was let work as much as a case needs; where it was not, nothing is said of the terminal.

A case bears that its terminal is slow by so much in a stretch of so long: half of the time that it waits
for a reply, and less where something is done to the line a moment before or after another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from hil.processes.starvation import Starvation
from hil.relay.decisions import Decision, Deed
from simulator.catalogue.language import Message, Told

TOO_MUCH = Message(
    "starved", "in {stretch} ms the terminal's process was kept from its processor for {lost} ms, and this case bears {slack} ms",
    "终端进程在 {stretch} 毫秒内有 {lost} 毫秒得不到处理器，而本例最多容许 {slack} 毫秒")
TIMED = frozenset({Deed.HOLD, Deed.REPEAT, Deed.SPLIT, Deed.FORGE})


class Bears(msgspec.Struct, frozen=True):
    """In a stretch so long the terminal may be slow by so much."""

    stretch_ms: float
    slack_ms: float


class Starved:
    """What one case bears, against what its terminal's process had to bear; closed with its rig."""

    def __init__(self, pid_of: Callable[[], int | None], reply_timeout_ms: float) -> None:
        self._timeout_ms = reply_timeout_ms
        self._starvation = Starvation(pid_of)

    def lost_ms(self) -> float:
        """While it waits for one reply, for how long it was kept from its processor at worst."""
        return self._starvation.worst_ms(self._timeout_ms)

    def too_much(self, decisions: Iterable[Decision] = ()) -> Told | None:
        """By how much it was kept longer than the case bears, with what is done to its line; None where it was not."""
        for each in borne(self._timeout_ms, decisions):
            lost_ms = self._starvation.worst_ms(each.stretch_ms)
            if lost_ms > each.slack_ms:
                return TOO_MUCH.both(
                    stretch=round(each.stretch_ms), lost=round(lost_ms), slack=round(each.slack_ms))
        return None

    def close(self) -> None:
        """Look no more; what was seen stays."""
        self._starvation.close()


def borne(reply_timeout_ms: float, decisions: Iterable[Decision]) -> tuple[Bears, ...]:
    """What a case bears.

    >>> from hil.relay.decisions import hold
    >>> borne(2_000, [hold(3_000)])
    (Bears(stretch_ms=2000, slack_ms=1000.0), Bears(stretch_ms=3000, slack_ms=1000))
    """
    held = {each.ms for each in decisions if each.deed in TIMED and each.ms and each.until is None}
    return (Bears(reply_timeout_ms, reply_timeout_ms / 2), *(
        Bears(ms, min(ms, abs(ms - reply_timeout_ms))) for ms in sorted(held) if ms != reply_timeout_ms))
