"""Sales that the acquirer looks into: their merchant's payouts are held, and let go once."""

from __future__ import annotations

import msgspec
import simpy

from simulator.catalogue.money_reasons import PayoutReason
from simulator.money import notice
from simulator.trace.recorder import Recorder
from simulator.trace.records import RiskLooked
from simulator.world.banks.paymaster import Paymaster
from simulator.world.time.kernel import now_ms

ACQUIRER = "acquirer"


class RiskControl:
    """Holds and lets go; a merchant has a notice of both."""

    __slots__ = ("_env", "_held", "_paymaster", "_recorder")

    def __init__(self, env: simpy.Environment, recorder: Recorder, paymaster: Paymaster) -> None:
        self._env = env
        self._recorder = recorder
        self._paymaster = paymaster
        self._held: dict[str, RiskLooked] = {}  # by case: the sale for which its merchant's money is held

    def look(self, case: str, mid: str, key: str, sale: str, amount_fen: int) -> None:
        """From now on nothing is paid to a merchant, because of this sale."""
        self._paymaster.on_release = self._freed
        held = self._held[case] = RiskLooked(
            now_ms(self._env), ACQUIRER, mid=mid, case=case, held=True, key=key, sale=sale, amount_fen=amount_fen)
        self._recorder.emit(held)
        self._paymaster.notices.tell(ACQUIRER, mid, notice.held_for_risk(case, amount_fen))
        if not self._paymaster.payouts.is_held(mid, PayoutReason.RISK):
            self._paymaster.hold(mid, PayoutReason.RISK)

    def case_is_closed(self, case: str, *, taken_back: bool) -> None:
        """What was held for a case is released with it, once, and not while another one holds it."""
        held = self._held.get(case)
        if held is None:
            return
        self._done_with(held, taken_back=taken_back)
        if all(each.mid != held.mid for each in self._held.values()):
            self._paymaster.lift(held.mid, PayoutReason.RISK)

    def _freed(self, mid: str) -> None:
        """Somebody releases all that is held for a merchant, also what the acquirer still looks into."""
        for held in [each for each in self._held.values() if each.mid == mid]:
            self._done_with(held, taken_back=False)

    def _done_with(self, held: RiskLooked, *, taken_back: bool) -> None:
        del self._held[held.case]
        self._recorder.emit(msgspec.structs.replace(held, at_ms=now_ms(self._env), held=False, taken_back=taken_back))
        self._paymaster.notices.tell(ACQUIRER, held.mid, notice.no_longer_held(
            held.case, held.amount_fen, taken_back=taken_back))
