"""States of the acquirer's back office: papers that are wanted, merchants locked out, clearing behind.

Each begins and ends with the window of a fault.  Clearing is behind when a cut-over was not cleared;
the others hold from the first moment, whether somebody meets them or not.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from simulator.faults.points import Verb
from simulator.faults.schedule import Strike
from simulator.world.banks.clearing_house import ClearingHouse
from simulator.world.strikes import Strikes

ENTERED = (Verb.WANT_PAPERS, Verb.LOCK_OUT, Verb.HOLD_CLEARING)


class Entered(msgspec.Struct):
    """A state that holds now."""

    strike: Strike
    mids: set[str]
    was_met: bool = False


class BackOffice:
    """Which states hold now, and for which merchants."""

    __slots__ = ("_house", "_open", "_strikes", "on_papers")

    def __init__(self, house: ClearingHouse, strikes: Strikes) -> None:
        self._house = house
        self._strikes = strikes
        self._open: dict[str, Entered] = {}  # by label of the fault
        self.on_papers: Callable[[], None] | None = None  # is told when papers are complete
        house.on_backlog = self._falls_behind

    def enter(self, strike: Strike, mids: list[str]) -> None:
        """A state begins."""
        entered = self._open[strike.label] = Entered(strike, set(mids))
        if strike.verb is not Verb.HOLD_CLEARING:
            self._meets(entered)
        if strike.verb is Verb.HOLD_CLEARING:
            self._house.hold_clearing()
        self._look()

    def leave(self, label: str, only: tuple[str, ...] = ()) -> None:
        """A state ends, or for some only."""
        entered = self._open.get(label)
        if entered is None:
            return
        entered.mids -= set(only)
        if not only or not entered.mids:
            del self._open[label]
        self._look()
        if entered.strike.verb is Verb.WANT_PAPERS and self.on_papers is not None:
            self.on_papers()
        if entered.strike.verb is Verb.HOLD_CLEARING and not self._of(Verb.HOLD_CLEARING):
            self._house.catch_up()

    def heal(self) -> None:
        """All states end."""
        for label in tuple(self._open):
            self.leave(label)

    def looks(self, mid: str) -> bool:
        """A merchant looks into the back office: whether it is locked out."""
        return any(self._meets(entered) for entered in self._of(Verb.LOCK_OUT) if mid in entered.mids)

    def missing(self, mid: str) -> str:
        """Something is asked for by a merchant: the document for want of which it is not done."""
        for entered in self._of(Verb.WANT_PAPERS):
            if mid in entered.mids:
                self._meets(entered)
                return entered.strike.code
        return ""

    def _falls_behind(self) -> None:
        for entered in self._of(Verb.HOLD_CLEARING):
            self._meets(entered)

    def _meets(self, entered: Entered) -> bool:
        if not entered.was_met:
            entered.was_met = True
            self._strikes.struck(entered.strike)
        return True

    def _of(self, verb: Verb) -> list[Entered]:
        return [entered for entered in self._open.values() if entered.strike.verb is verb]

    def _look(self) -> None:
        self._house.paymaster.papers = {
            mid: entered.strike.code for entered in self._of(Verb.WANT_PAPERS) for mid in entered.mids}
