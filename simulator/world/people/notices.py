"""SMS notices to merchants: on the way at once, late or lost; nothing depends on them."""

from __future__ import annotations

from collections.abc import Callable

import simpy

from simulator.faults.points import Anchor, Point, Verb
from simulator.faults.schedule import Strike
from simulator.trace.recorder import Recorder
from simulator.trace.records import NoticeSent
from simulator.world.network.link import Faults
from simulator.world.time.kernel import Call, call_in, now_ms


class Notices:
    """What banks and the acquirer tell merchants."""

    __slots__ = ("_env", "_faults", "_recorder", "_told")

    def __init__(self, env: simpy.Environment, recorder: Recorder, faults: Faults) -> None:
        self._env = env
        self._recorder = recorder
        self._faults = faults
        self._told: dict[str, int] = {}  # running numbers, by merchant

    def tell(self, bank: str, mid: str, text: str) -> None:
        """Send a notice, as the injector lets it."""
        self._told[mid] = number = self._told.get(mid, 0) + 1
        if self._faults.busy[Point.NOTICE]:
            strike = self._faults.decide(
                Anchor(Point.NOTICE, mid, stan=number, bank=bank), now_ms(self._env))
            if strike is not None:
                self._faults.struck(strike)
                NOTICE_VERBS[strike.verb](self, strike, bank, mid, text)
                return
        self._emit(bank, mid, text, delivered=True)

    def _loses(self, _strike: Strike, bank: str, mid: str, text: str) -> None:
        self._emit(bank, mid, text, delivered=False)

    def _is_late(self, strike: Strike, bank: str, mid: str, text: str) -> None:
        call_in(self._env, strike.ms, self._comes, (bank, mid, text))

    def _comes(self, call: Call) -> None:
        bank, mid, text = call.arg
        self._emit(bank, mid, text, delivered=True)

    def _emit(self, bank: str, mid: str, text: str, *, delivered: bool) -> None:
        self._recorder.emit(
            NoticeSent(now_ms(self._env), bank, mid=mid, text=text, delivered=delivered))


NOTICE_VERBS: dict[Verb, Callable[[Notices, Strike, str, str, str], None]] = {
    Verb.DROP: Notices._loses,  # noqa: SLF001
    Verb.LATE: Notices._is_late,  # noqa: SLF001
}
