"""Terminals that tell and print what is not so: approvals, declines, receipts."""

from __future__ import annotations

from msgspec.structs import replace

from simulator.defect import Defect
from simulator.machines.terminal.defects.changing import Effects, doing
from simulator.machines.terminal.events import Conclude, Print, Result, TerminalEffect
from simulator.machines.terminal.work import Work
from simulator.wire.kinds import Kind

_SOLD = frozenset({Kind.SALE, Kind.QR_SALE})
_UNDONE = frozenset({Kind.VOID, Kind.REFUND, Kind.QR_VOID, Kind.QR_REFUND})
_LINES = ("签购单",)


# Prints the slip of an approval whatever the host said.


def _print_declined(_w: Work, effect: TerminalEffect) -> Effects:
    if isinstance(effect, Conclude) and effect.kind in _SOLD and effect.result is Result.DECLINED:
        return (effect, Print(effect.order, _LINES))
    return (effect,)


# Says approved whatever the host said.


def _tell_declined_approved(_w: Work, effect: TerminalEffect) -> Effects:
    if isinstance(effect, Conclude) and effect.kind in _SOLD and effect.result is Result.DECLINED:
        return (replace(effect, result=Result.APPROVED, response_code="00"),
                Print(effect.order, _LINES))
    return (effect,)


# Says approved where nobody answered.


def _tell_unknown_approved(_w: Work, effect: TerminalEffect) -> Effects:
    if isinstance(effect, Conclude) and effect.kind in _SOLD and effect.result is Result.FAILED:
        return (replace(effect, result=Result.APPROVED, response_code="00", reason=""),
                Print(effect.order, _LINES))
    return (effect,)


# Says declined to each approval, and keeps the sale.


def _tell_approved_declined(_w: Work, effect: TerminalEffect) -> Effects:
    if isinstance(effect, Conclude) and effect.kind in _SOLD and effect.result is Result.APPROVED:
        return (replace(effect, result=Result.DECLINED, response_code="05"),)
    return (effect,)


# Never prints.


def _print_nothing(_w: Work, effect: TerminalEffect) -> Effects:
    return () if isinstance(effect, Print) else (effect,)


# Says that a void or refund went through where the host refused it.


def _tell_undone(_w: Work, effect: TerminalEffect) -> Effects:
    if isinstance(effect, Conclude) and effect.kind in _UNDONE and effect.result is Result.DECLINED:
        return (replace(effect, result=Result.APPROVED, response_code="00"),)
    return (effect,)


# Names another sum than it booked.


def _tell_other_sum(_w: Work, effect: TerminalEffect) -> Effects:
    if isinstance(effect, Conclude) and effect.kind in _SOLD and effect.result is Result.APPROVED:
        return (replace(effect, amount_fen=effect.amount_fen + 100),)
    return (effect,)


ROWS = (
    Defect("terminal.receipt_of_decline", "a decline gets the receipt of an approval",
           (16,), doing(_print_declined), shown_by="defects/market-day",
           zh="被拒绝的交易也打印成功凭条"),
    Defect("terminal.tells_declined_approved", "a decline is told and printed as an approval",
           (16,), doing(_tell_declined_approved), shown_by="defects/market-day",
           zh="被拒绝的交易提示成功并打印凭条"),
    Defect("terminal.tells_unknown_approved",
           "a sale without an answer is told and printed as an approval",
           (16,), doing(_tell_unknown_approved), shown_by="lost-reply",
           zh="没有应答的交易提示成功并打印凭条"),
    Defect("terminal.tells_approved_declined", "an approval is told as a decline, and kept",
           (16,), doing(_tell_approved_declined), shown_by="defects/market-day",
           zh="已批准的交易提示被拒绝，却留在批次里"),
    Defect("terminal.no_receipts", "approved sales get no receipt",
           (22,), doing(_print_nothing), shown_by="defects/market-day",
           zh="已批准的交易不打印凭条"),
    Defect("terminal.tells_refused_undone", "a void or refund that the host refused is told as done",
           (4,), doing(_tell_undone), shown_by="defects/returned-again",
           zh="主机拒绝的撤销或退货提示为成功"),
    Defect("terminal.tells_other_sum", "an approval is told with another sum than was booked",
           (3,), doing(_tell_other_sum), shown_by="defects/market-day",
           zh="提示的批准金额与记账金额不同"),
)
