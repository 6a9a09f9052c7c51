"""Terminals that send, show or print another sum than was meant, or paper that says what is not so."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from simulator.defect import Defect, Replacements, instead
from simulator.machines.terminal import advice, sale, work
from simulator.machines.terminal.events import (
    Conclude,
    NvmRecord,
    Print,
    Result,
    Store,
    TerminalEffect,
)
from simulator.machines.terminal.records import Booked, Receipted
from simulator.machines.terminal.work import Exchange, Replied, Start, TerminalTable, Work
from simulator.wire.kinds import Kind
from simulator.wire.message import Message

_SHOWN = "defects/two-merchants"
_Effects = list[TerminalEffect]


def _ten_times(start: Start, w: Work) -> None:
    """A digit too many goes out."""
    if w.job is not None and w.job.kind is Kind.SALE:
        w.job = replace(w.job, amount_fen=w.job.amount_fen * 10)
    start(w)


def _refund_whole(start: Start, w: Work) -> None:
    """A refund of a part is sent as one of all that the batch's record knows."""
    job = w.job
    if job is not None and job.kind is Kind.REFUND and job.original is not None:
        item = w.memory.item(job.original.stan)
        if item is not None:
            w.job = replace(job, amount_fen=item.amount_fen)
    start(w)


def _changed(
    replied: Replied, change: Callable[[_Effects], _Effects], w: Work, exchange: Exchange,
    reply: Message, proven: bool,
) -> None:
    """Let the right one work, and change what it wants done."""
    before = len(w.out)
    replied(w, exchange, reply, proven)
    w.out[before:] = change(list(w.out[before:]))


def _show_fen_more(effects: _Effects) -> _Effects:
    return [
        replace(each, amount_fen=each.amount_fen + 1)
        if isinstance(each, Conclude) and each.result is Result.APPROVED else each for each in effects]


def _show_other_code(effects: _Effects) -> _Effects:
    return [
        replace(each, response_code="05" if each.response_code != "05" else "51")
        if isinstance(each, Conclude) and each.result is Result.DECLINED else each for each in effects]


def _print_fen_more(effects: _Effects) -> _Effects:
    return [
        replace(each, lines=tuple(
            line.replace("RMB ", "RMB 1") for line in each.lines)) if isinstance(each, Print) else each
        for each in effects]


def _print_nothing(effects: _Effects) -> _Effects:
    return [each for each in effects if not isinstance(each, Print)]


def _print_twice(effects: _Effects) -> _Effects:
    twice: _Effects = []
    for each in effects:
        twice += [each, each] if isinstance(each, Print) else [each]
    return twice


def _print_declines(effects: _Effects) -> _Effects:
    more: _Effects = []
    for each in effects:
        more.append(each)
        if isinstance(each, Conclude) and each.result is Result.DECLINED:
            more.append(Print(each.order, ("消费", "RMB 0.01")))
    return more


def _by(change: Callable[[_Effects], _Effects]) -> Replacements:
    def replied(right: Replied, w: Work, exchange: Exchange, reply: Message, proven: bool) -> None:
        _changed(right, change, w, exchange, reply, proven)

    return instead(
        TerminalTable, (sale.reversible_replied, replied), (advice.stored_replied, replied))


def _no_paper_again(
    store: Callable[[Work, NvmRecord], None], w: Work, record: NvmRecord,
) -> None:
    """After a power cut the outcome is told, and the paper is forgotten."""
    is_booked_now = any(isinstance(each, Store) and isinstance(each.record, Booked) for each in w.out)
    if isinstance(record, Receipted) and not is_booked_now:
        w.out[:] = [each for each in w.out if not isinstance(each, Print)]
    store(w, record)


ROWS = (
    Defect("terminal.sends_ten_times", "a sale goes out with ten times the sum that was typed",
           (19,), instead(TerminalTable, (sale.start_reversible, _ten_times)), shown_by=_SHOWN,
           zh="消费以键入金额的十倍发出"),
    Defect("terminal.refunds_whole", "a refund of a part is sent with the whole sum of its sale",
           (19,), instead(TerminalTable, (advice.start_stored, _refund_whole)), shown_by=_SHOWN,
           zh="部分退货以原交易全额发出"),
    Defect("terminal.shows_a_fen_more", "an approval is shown with a fen more",
           (19,), _by(_show_fen_more), shown_by=_SHOWN, zh="成功交易显示的金额多一分"),
    Defect("terminal.shows_other_code", "a decline is shown with another code than was told",
           (16,), _by(_show_other_code), shown_by="defects/declined-sale",
           zh="显示的拒绝代码与应答不同"),
    Defect("terminal.prints_other_sum", "a receipt has a digit too many",
           (22,), _by(_print_fen_more), shown_by=_SHOWN, zh="凭条金额多印一位"),
    Defect("terminal.prints_nothing", "an approval gives no receipt",
           (22,), _by(_print_nothing), shown_by=_SHOWN, zh="交易成功却不出凭条"),
    Defect("terminal.prints_twice", "an approval gives two receipts",
           (22,), _by(_print_twice), shown_by=_SHOWN, zh="一笔成功交易出两张凭条"),
    Defect("terminal.prints_declines", "a decline gives the receipt of a sale",
           (22,), _by(_print_declines), shown_by=_SHOWN, zh="交易被拒绝却出消费凭条"),
    Defect("terminal.forgets_paper_after_power_cut",
           "after a power cut the approval is told again without its receipt",
           (22,), instead(TerminalTable, (work.store, _no_paper_again)),
           shown_by="defects/cut-before-receipt", zh="断电后再次告知成功，却不补打凭条"),
)
