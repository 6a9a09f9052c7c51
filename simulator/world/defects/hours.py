"""Clearing house and banks built wrong on purpose in the hours that they keep."""

from __future__ import annotations

from collections.abc import Callable

from simulator.defect import Defect, instead
from simulator.local_time import HOUR_MS
from simulator.world.banks.clearing_house import ClearingHouse
from simulator.world.banks.paymaster import Paymaster
from simulator.world.time.kernel import Call, call_in

# Ends the business day two hours before its hour.


def _start_early(start: Callable[[ClearingHouse], None], house: ClearingHouse) -> None:
    house._cut_over_ms -= 2 * HOUR_MS
    start(house)


# A bank keeps an instruction for most of a day before it looks at it.

_SLOW_MS = 20 * HOUR_MS


def _take_slowly(take: Callable[[Paymaster, Call], None], paymaster: Paymaster, call: Call) -> None:
    call_in(paymaster._env, _SLOW_MS, lambda _later: take(paymaster, call))


ROWS = (
    Defect("clearing.cuts_over_early", "the business day ends two hours before its hour",
           (24,), instead(ClearingHouse, (ClearingHouse.start, _start_early)), shown_by="lost-reply",
           zh="日切比规定时间早两小时"),
    Defect("bank.books_payouts_late", "a bank books a payout most of a day after it came",
           (24,), instead(Paymaster, (Paymaster._bank_takes, _take_slowly)), shown_by="lost-reply",
           zh="银行收到付款后大半天才入账"),
)
