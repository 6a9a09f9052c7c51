"""Terminals that do something else than they are asked for: another kind, or about another sale."""

from __future__ import annotations

from msgspec.structs import replace

from simulator.catalogue.terminal_reasons import Refusal
from simulator.defect import Defect, Replacements, instead
from simulator.machines.terminal import refusals
from simulator.machines.terminal.defects.changing import asked_for, sending
from simulator.machines.terminal.events import Operated
from simulator.machines.terminal.records import Booked
from simulator.machines.terminal.work import Check, TerminalTable, Work
from simulator.wire.kinds import Kind
from simulator.wire.message import Message, Original

_EVERY = 4

# Sends a completion with the codes of a sale, and names no pre-authorisation.


def _as_sale(_w: Work, message: Message) -> Message:
    return replace(message, condition_code="00", type_code="22", original=None)


# Sends a void with the codes of a refund.


def _as_refund(_w: Work, message: Message) -> Message:
    return replace(message, mti="0220", type_code="25")


# Takes the last sale for the one that somebody points at.


def _last_other(w: Work, job: Operated) -> Booked | None:
    named = job.original
    return next((item for item in reversed(w.memory.items)
                 if item.kind is Kind.SALE and named is not None and item.stan != named.stan), None)


def _void_last(w: Work, job: Operated) -> Operated:
    other = _last_other(w, job)
    if other is None:
        return job
    return replace(job, original=Original(other.batch, other.stan), amount_fen=other.amount_fen)


def _add_to_last(w: Work, job: Operated) -> Operated:
    other = _last_other(w, job)
    return job if other is None else replace(job, original=Original(other.batch, other.stan))


# Sees no card at every fourth sale.


def _sees_no_card() -> Replacements:
    def wrong(right: Check, w: Work, asked: Operated) -> Refusal | None:
        if asked.kind is Kind.SALE and w.memory.stan % _EVERY == 0:
            return Refusal.NO_CARD
        return right(w, asked)

    return instead(TerminalTable, (refusals._card, wrong))


ROWS = (
    Defect("terminal.completes_as_sale", "a completion goes up as a sale, beside what is held",
           (28,), sending(_as_sale, Kind.COMPLETION), shown_by="defects/market-day",
           zh="预授权完成按消费报文上送"),
    Defect("terminal.voids_as_refund", "a void goes up as a refund",
           (28,), sending(_as_refund, Kind.VOID), shown_by="defects/market-day",
           zh="消费撤销按退货报文上送"),
    Defect("terminal.voids_last_sale", "a void is of the last sale, whichever was meant",
           (28,), asked_for(_void_last, Kind.VOID), shown_by="defects/market-day",
           zh="撤销的总是最近一笔，而非所指的那笔"),
    Defect("terminal.adds_to_last_sale", "a tip or an adjustment goes to the last sale, whichever was meant",
           (28,), asked_for(_add_to_last, Kind.TIP, Kind.ADJUST), shown_by="judge/tip-and-adjust",
           zh="小费或调整总是记到最近一笔上"),
    Defect("terminal.sees_no_card", "every fourth sale is refused as if no card was there",
           (30,), _sees_no_card, shown_by="defects/market-day",
           zh="每第四笔消费以无卡为由拒绝"),
)
