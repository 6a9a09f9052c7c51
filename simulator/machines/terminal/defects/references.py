"""Terminals that date what they repeat anew, or refer to a transaction by what was not given."""

from __future__ import annotations

from msgspec.structs import replace

from simulator.catalogue.terminal_reasons import Refusal
from simulator.defect import Defect, Replacements, instead
from simulator.local_time import DAY_MS, HOUR_MS, hhmmss, mmdd
from simulator.machines.terminal import refusals
from simulator.machines.terminal.defects.changing import Effects, doing, sending
from simulator.machines.terminal.events import Conclude, Operated, Send, TerminalEffect
from simulator.machines.terminal.work import Check, TerminalTable, Work
from simulator.wire.kinds import Kind
from simulator.wire.message import Message

HALF, FOREIGN_RESULT = 31, 61  # digits of F48
_STORED = (Kind.REFUND, Kind.OFFLINE_SALE, Kind.COMPLETION_ADVICE)

# Dates what it sends once more with the moment of that.


def _date_anew(w: Work, message: Message) -> Message:
    return replace(message, local_time=hhmmss(w.now_ms), local_date=mmdd(w.now_ms))


# Names today in F61 of a reversal that it repeats.


def _name_today(w: Work, effect: TerminalEffect) -> Effects:
    if not isinstance(effect, Send) or effect.message.mti != "0400" or not effect.attempt:
        return (effect,)
    message = effect.message
    if message.original is None or not message.original.date:
        return (effect,)
    day = mmdd(w.now_ms + DAY_MS)
    changed = replace(message, original=replace(message.original, date=day), mac=None)
    return (replace(effect, message=w.sealer.seal(changed, w.memory.mak)),)


# Refers to a sale by the number after its RRN.


def _next_rrn(_w: Work, message: Message) -> Message:
    return replace(message, rrn=f"{int(message.rrn) + 1:012}") if message.rrn.isdecimal() else message


# Shows and prints the number after the RRN.


def _show_next_rrn(_w: Work, effect: TerminalEffect) -> Effects:
    if isinstance(effect, Conclude) and effect.rrn.isdecimal():
        return (replace(effect, rrn=f"{int(effect.rrn) + 1:012}"),)
    return (effect,)


# Counts all cards among the foreign ones.


def _all_foreign(_w: Work, message: Message) -> Message:
    details = message.details
    return replace(message, details=details[HALF:] + details[:HALF])


# Says that it owes a reversal whenever it is asked for a sale in the afternoon.


def _owes_in_the_afternoon() -> Replacements:
    def wrong(right: Check, w: Work, asked: Operated) -> Refusal | None:
        refusal = right(w, asked)
        is_afternoon = (w.now_ms + 8 * HOUR_MS) % DAY_MS >= 12 * HOUR_MS
        return Refusal.REVERSAL_PENDING if refusal is None and is_afternoon else refusal

    return instead(TerminalTable, (refusals._amount, wrong))


ROWS = (
    Defect("terminal.dates_advices_anew", "an advice that is repeated bears another time",
           (27,), sending(_date_anew, *_STORED, attempt=1),
           shown_by="defects/advice-repeated-to-issuer",
           zh="重发的通知报文用了新的时间"),
    Defect("terminal.reverses_for_tomorrow", "a reversal that is repeated names another day",
           (27,), doing(_name_today), shown_by="defects/completion-reversed-twice",
           zh="重发的冲正指向另一日期"),
    Defect("terminal.voids_by_next_rrn", "a void names the RRN after that of its sale",
           (28,), sending(_next_rrn, Kind.VOID), shown_by="defects/market-day",
           zh="撤销所用参考号是原交易之后的一个"),
    Defect("terminal.shows_next_rrn", "the RRN that is shown is not the one that was given",
           (28,), doing(_show_next_rrn), shown_by="defects/two-coffees",
           zh="显示的参考号不是主机给出的"),
    Defect("terminal.counts_all_as_foreign", "cards of this country are settled as foreign ones",
           (29,), sending(_all_foreign, Kind.SETTLEMENT), shown_by="defects/two-coffees",
           zh="境内卡按外卡结算"),
    Defect("terminal.owes_in_the_afternoon", "sales are refused for a reversal that is owed to nobody",
           (30,), _owes_in_the_afternoon, shown_by="defects/market-day",
           zh="并无冲正未完成，却以此拒绝交易"),
)
