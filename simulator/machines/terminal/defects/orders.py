"""Terminals that do something else than they are asked for: about another sale, or nothing at all."""

from __future__ import annotations

from msgspec.structs import replace

from simulator.catalogue.terminal_reasons import Refusal
from simulator.defect import Defect, Replacements, instead
from simulator.machines.terminal import refusals
from simulator.machines.terminal.defects.changing import asked_for
from simulator.machines.terminal.events import Operated
from simulator.machines.terminal.records import Booked
from simulator.machines.terminal.work import Check, TerminalTable, Work
from simulator.wire.kinds import Kind
from simulator.wire.message import Original

_EVERY = 4

# Takes the last sale for the one that somebody points at.


def _last_other(w: Work, job: Operated) -> Booked | None:
    named = job.original
    return next((item for item in reversed(w.memory.items)
                 if item.kind is Kind.SALE and named is not None and item.stan != named.stan), None)


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
    Defect("terminal.adds_to_last_sale", "a tip or an adjustment goes to the last sale, whichever was meant",
           (28,), asked_for(_add_to_last, Kind.TIP, Kind.ADJUST), shown_by="judge/tip-and-adjust",
           zh="小费或调整总是记到最近一笔上"),
    Defect("terminal.sees_no_card", "every fourth sale is refused as if no card was there",
           (30,), _sees_no_card, shown_by="defects/market-day",
           zh="每第四笔消费以无卡为由拒绝"),
)
