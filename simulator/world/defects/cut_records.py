"""Recorders that cut off one half of what comes in pairs, or write with a clock that goes back."""

from __future__ import annotations

from msgspec.structs import replace

from simulator.defect import Defect
from simulator.trace.records import FaultBegan, FaultEnded, PhaseEntered, Record, Sent, Suspended
from simulator.world.defects.recorder import leaving_out, writing

_HOUR_MS = 3_600_000


def _without_heal(record: Record) -> tuple[Record, ...]:
    return () if isinstance(record, PhaseEntered) and record.phase == "heal" else (record,)


def _replies_an_hour_early(record: Record) -> tuple[Record, ...]:
    if isinstance(record, Sent) and record.mti == "0210":
        return (replace(record, at_ms=record.at_ms - _HOUR_MS),)
    return (record,)


ROWS = (
    Defect("recorder.no_window_ends", "it is not written down when a fault ends",
           (31,), leaving_out(FaultEnded), shown_by="defects/payout-in-bank-window",
           zh="故障何时结束没有记录"),
    Defect("recorder.no_windows", "it is not written down when a fault begins",
           (31,), leaving_out(FaultBegan), shown_by="defects/payout-in-bank-window",
           zh="故障何时开始没有记录"),
    Defect("recorder.no_heal", "a phase of the run is not written down",
           (31,), writing(_without_heal), shown_by="defects/two-coffees",
           zh="运行的一个阶段没有记录"),
    Defect("recorder.clock_goes_back", "what the host answers is written down with an earlier time",
           (31,), writing(_replies_an_hour_early), shown_by="defects/two-coffees",
           zh="主机应答记录的时间早于此前的记录"),
    Defect("recorder.no_suspensions", "money leaves suspense in the record, where it never stood",
           (31,), leaving_out(Suspended), shown_by="frozen-account",
           zh="记录中款项解除挂账，却没有挂账"),
)
