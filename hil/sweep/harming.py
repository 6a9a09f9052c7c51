"""One harm of one case, brought about at a rig; knows whether it came to it."""

from __future__ import annotations

from collections.abc import Callable

from hil.bench.rig import Rig
from hil.relay.decisions import Decision
from hil.sweep.harms import HARMS, Place
from hil.sweep.plan import END, START, Case


class Harming:
    """Armed before the operation, struck in it or not."""

    def __init__(self, rig: Rig, case: Case, power_returns: Callable[[], None]) -> None:
        self._rig = rig
        self._power_returns = power_returns
        self._boundary = case.boundary
        self._harm = HARMS[case.harm]
        self._struck = False

    @property
    def struck(self) -> bool:
        """Whether it came to it."""
        return self._struck

    def arm(self) -> None:
        """Before the operation."""
        if self._boundary.name == START:
            self._cycle()
        elif self._boundary.is_message:
            self._watch()

    def after(self) -> None:
        """When the operation has ended, seen from the counter."""
        if self._boundary.name == END:
            self._cycle()

    def _cycle(self) -> None:
        self._rig.power.off()
        self._struck = True
        self._power_returns()

    def _watch(self) -> None:
        harm, match = self._harm, self._boundary.match()
        place = Place.AFTER if harm.power is Place.AFTER else Place.BEFORE
        self._rig.when(match, self._strike, place=place.value, delay_ms=harm.delay_ms)

    def _strike(self) -> Decision | None:
        self._struck = True
        if self._harm.power is not None:
            self._rig.power.off()
        return self._harm.decision
