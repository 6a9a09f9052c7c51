"""Hosts that get batches wrong: totals, uploads, held items, cut-overs."""

from __future__ import annotations

from collections.abc import Callable

from simulator.catalogue.host_reasons import SettledHow
from simulator.defect import Defect, instead
from simulator.machines.acquirer.events import AcquirerEvent, ReleaseHeld, SettleBatch
from simulator.machines.acquirer.settlement import close, cut_over, is_balanced
from simulator.machines.acquirer.transactions import TerminalBook
from simulator.machines.acquirer.work import Effects, HostTable, Work


def _clears_one_day_only(
    right: Callable[[Work, TerminalBook, int, SettledHow, tuple[int, ...]], Effects], work: Work,
    terminal: TerminalBook, number: int, result: SettledHow, held: tuple[int, ...],
) -> Effects:
    """Settle a batch that a cut-over went through with its terminal, and with nobody else."""
    batch = terminal.find_batch(number)
    effects = right(work, terminal, number, result, held)
    if batch is None or batch.opened == work.books.settlement_date:
        return effects
    return [effect for effect in effects if not isinstance(effect, SettleBatch)]


def _forgets_what_it_held(
    right: Callable[[Work, AcquirerEvent, int], Effects], work: Work, event: AcquirerEvent,
    now_ms: int,
) -> Effects:
    """Strike a held item off the list when its time is over, and tell clearing nothing."""
    return [each for each in right(work, event, now_ms) if not isinstance(each, ReleaseHeld)]


def _calls_all_balanced(
    _right: Callable[[tuple[int, ...], tuple[int, ...]], bool], _claimed: tuple[int, ...],
    _held: tuple[int, ...],
) -> bool:
    """Say balanced to any totals."""
    return True


ROWS = (
    Defect("acquirer.drops_items_at_cut_over",
           "a batch that a cut-over went through never reaches clearing",
           (3, 5), replaces=instead(HostTable, (close, _clears_one_day_only)),
           shown_by="defects/settled-after-cut-over",
           zh="跨日切的批次永不进入清算"),
    Defect("acquirer.forgets_held_items",
           "what a terminal did not upload is held, and never cleared afterwards",
           (3,), replaces=instead(HostTable, (cut_over, _forgets_what_it_held)),
           shown_by="defects/not-uploaded", beside=("terminal.drops_receipted_sale",),
           zh="终端没有上送的交易被挂起，此后永不清算"),
    Defect("acquirer.settles_without_looking",
           "any totals are called balanced, details are never asked for",
           (5,), replaces=instead(HostTable, (is_balanced, _calls_all_balanced)),
           shown_by="defects/unbalanced-batch",
           zh="任何总额都判为对平，从不要求明细"),
)
