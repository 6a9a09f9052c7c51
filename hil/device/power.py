"""The power switch of a virtual device: between which two effects its process is killed.

It is the injector of a device, which has no other: it counts effects and pulls the plug.
"""

from __future__ import annotations

from collections.abc import Callable

from hil.control.control import ControlError
from hil.device.requests import CutPower
from simulator.faults.points import Action, Anchor, Point, Verb
from simulator.faults.schedule import Strike
from simulator.scenario.problems import no_such
from simulator.scenario.steps import STEPS_AT

FOREVER_MS = -1


class PowerSwitch:
    """Answers the body's question before each effect, and calls ``on_cut`` when it cuts."""

    def __init__(self, on_cut: Callable[[], None]) -> None:
        self.busy: dict[Point, bool] = dict.fromkeys(Point, False)
        self.busy[Point.TERMINAL_STEP] = True  # it counts every effect
        self.effects_done = 0
        self._on_cut = on_cut
        self._cut_at: int | None = None
        self._cut_before = ""
        self._cut_before_times = 0

    def arm(self, request: CutPower) -> None:
        """Prepare a cut; ``ControlError`` for a condition that can never be met."""
        by_count = request.after_effects is not None
        if by_count == bool(request.before):
            raise ControlError("cut_power takes either after_effects or before, one of the two")
        if request.nth < 1 or (request.after_effects or 0) < 0:
            raise ControlError("cut_power: nth counts from 1, after_effects from 0")
        if request.before and request.before not in STEPS_AT[Point.TERMINAL_STEP]:
            raise ControlError("cut_power: " + no_such(
                "no step", request.before, STEPS_AT[Point.TERMINAL_STEP]))
        self._cut_at = None
        if request.after_effects is not None:
            self._cut_at = self.effects_done + request.after_effects
        self._cut_before, self._cut_before_times = request.before, request.nth

    def decide(self, anchor: Anchor, now_ms: int) -> Strike | None:
        """Cut the power now, or count the effect that follows."""
        del now_ms
        if anchor.point is not Point.TERMINAL_STEP:
            return None
        if self._cut_before and anchor.what == self._cut_before:
            self._cut_before_times -= 1
        due = self._cut_before_times == 0 if self._cut_before else self._cut_at == self.effects_done
        if due:
            self._on_cut()
            return Strike("", "", anchor, Action(Verb.CUT_POWER, ms=FOREVER_MS))
        self.effects_done += 1
        return None

    def struck(self, strike: Strike) -> None:
        """A switch of the bench is no fault: nothing is written down."""
