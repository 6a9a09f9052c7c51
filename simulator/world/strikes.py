"""What actors ask before they act, and the one place in which a strike is written down.

An actor asks ``decide``, carries out what the strike says by its own table of verbs, and calls
``struck`` once it knows that there is an effect.  What had none is not in the trace.
"""

from __future__ import annotations

import simpy

from simulator.faults.points import Point
from simulator.faults.schedule import Faults, Strike
from simulator.trace.recorder import Recorder
from simulator.trace.records import FaultFired
from simulator.world.time.kernel import now_ms


class Strikes:
    """The injector of a world as its actors see it."""

    __slots__ = ("_env", "_recorder", "busy", "decide", "labels", "take_back", "told")

    def __init__(self, env: simpy.Environment, recorder: Recorder, injector: Faults) -> None:
        self._env = env
        self._recorder = recorder
        self.busy: dict[Point, bool] = injector.busy
        self.decide = injector.decide
        self.take_back = injector.take_back
        self.told = 0  # strikes that were written down
        self.labels: set[str] = set()  # of the faults that had an effect

    def struck(self, strike: Strike) -> None:
        """A strike has an effect; a switch of the bench is no fault and is not told of."""
        if not strike.label:
            return
        self.told += 1
        self.labels.add(strike.label)
        anchor, action = strike.anchor, strike.action
        self._recorder.emit(FaultFired(
            now_ms(self._env), "run", fault=strike.label, mode=strike.mode,
            point=anchor.point.value, anchor=anchor.text(), verb=action.verb.value,
            code=action.code, ms=action.ms, step=action.step,
        ))

