"""Hosts that get batches wrong: totals, uploads, held items, cut-overs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from msgspec.structs import replace

from simulator.catalogue.host_reasons import SettledHow
from simulator.defect import Defect, Replacements, instead
from simulator.machines.acquirer.defects.changing import Changed, doing, with_settings
from simulator.machines.acquirer.events import (
    AcquirerEffect,
    AcquirerEvent,
    Capture,
    ReleaseHeld,
    SettleBatch,
)
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


def _calls_nothing_balanced(
    _right: Callable[[tuple[int, ...], tuple[int, ...]], bool], _claimed: tuple[int, ...],
    _held: tuple[int, ...],
) -> bool:
    """Say unbalanced to any totals."""
    return False


def _counts_claims() -> Replacements:
    """Hand to clearing the totals that the terminal claimed, less a fen."""
    claims: list[tuple[int, ...]] = [(0, 0, 0, 0)]

    def compared(
        _right: Callable[[tuple[int, ...], tuple[int, ...]], bool], claimed: tuple[int, ...],
        _held: tuple[int, ...],
    ) -> bool:
        if claimed != (0, 0, 0, 0):
            claims[0] = claimed
        return True

    def counted(_work: Work, effect: AcquirerEffect) -> Changed:
        if not isinstance(effect, SettleBatch):
            return (effect,)
        debit_fen, debit_count, credit_fen, credit_count = claims[0]
        return (replace(
            effect, debit_fen=max(0, debit_fen - 1), debit_count=debit_count,
            credit_fen=credit_fen, credit_count=credit_count),)

    return instead(HostTable, (is_balanced, compared)) + doing(counted)


def _settles_twice(_work: Work, effect: AcquirerEffect) -> Changed:
    """Say twice that a batch may be cleared."""
    return (effect, effect) if isinstance(effect, SettleBatch) else (effect,)


def _holds_everything(work: Work, effect: AcquirerEffect) -> Changed:
    """Hold back all of a batch that was uploaded."""
    if not isinstance(effect, SettleBatch) or effect.result is not SettledHow.AFTER_UPLOAD:
        return (effect,)
    batch = work.books.terminals[effect.tid].find_batch(effect.batch)
    held = tuple(each.key for each in batch.transactions.values()) if batch is not None else ()
    return (replace(effect, held=held),)


def _a_day_ahead(_work: Work, effect: AcquirerEffect) -> Changed:
    """Date what is booked and settled a day ahead."""
    if not isinstance(effect, Capture | SettleBatch):
        return (effect,)
    day = date.fromisoformat(effect.settlement_date) + timedelta(days=1)
    return (replace(effect, settlement_date=day.isoformat()),)


def _never_forces(
    right: Callable[[Work, AcquirerEvent, int], Effects], work: Work, event: AcquirerEvent,
    now_ms: int,
) -> Effects:
    """Leave alone what nobody settles."""
    return with_settings(work, right, event, now_ms, auto_close_days=0, close_left_open=False)


def _forgets_left_behind(
    right: Callable[[Work, AcquirerEvent, int], Effects], work: Work, event: AcquirerEvent,
    now_ms: int,
) -> Effects:
    """Forget whatever batch its terminal went on from, and never speak of it again."""
    for terminal in work.books.terminals.values():
        batches = terminal.batches or {}
        for batch in [each for each in batches.values() if each.is_left_open(terminal.batch)]:
            del batches[batch.number]
    return right(work, event, now_ms)


def _forces_late(
    right: Callable[[Work, AcquirerEvent, int], Effects], work: Work, event: AcquirerEvent,
    now_ms: int,
) -> Effects:
    """Wait a day more than was agreed."""
    days = work.settings.auto_close_days
    return with_settings(work, right, event, now_ms, auto_close_days=days + 1 if days else 0)


def _forces_early(
    right: Callable[[Work, AcquirerEvent, int], Effects], work: Work, event: AcquirerEvent,
    now_ms: int,
) -> Effects:
    """Close what is a day old."""
    return with_settings(work, right, event, now_ms, auto_close_days=1)


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
    Defect("acquirer.calls_nothing_balanced", "no totals are ever called balanced",
           (29,), instead(HostTable, (is_balanced, _calls_nothing_balanced)),
           shown_by="defects/two-coffees",
           zh="任何总额都判为不平"),
    Defect("acquirer.counts_what_it_is_told",
           "a host says of a batch what the terminal claims, and does not count",
           (5,), _counts_claims, shown_by="defects/two-coffees",
           zh="主机照抄终端的总额，自己不统计"),
    Defect("acquirer.settles_twice", "a batch is handed to clearing twice",
           (29,), doing(_settles_twice), shown_by="defects/two-coffees",
           zh="同一批次两次交给清算"),
    Defect("acquirer.never_forces", "a batch that its terminal never settles is left for ever",
           (3,), instead(HostTable, (cut_over, _never_forces)), shown_by="defects/never-settled",
           zh="终端从不结算的批次永远搁置"),
    Defect("acquirer.forgets_left_behind",
           "a batch that its terminal has lost is forgotten: never closed by force, nor told of",
           (3,), instead(HostTable, (cut_over, _forgets_left_behind)), shown_by="factory-reset",
           zh="终端丢失的批次被主机遗忘：既不强制结算，也不提示"),
    Defect("acquirer.forces_late", "a batch is closed by force a day later than was agreed",
           (24,), instead(HostTable, (cut_over, _forces_late)), shown_by="defects/never-settled",
           zh="强制结算比约定晚一天"),
    Defect("acquirer.forces_early", "a batch is closed by force a day after it was opened",
           (24,), instead(HostTable, (cut_over, _forces_early)), shown_by="defects/never-settled",
           zh="批次开立次日就被强制结算"),
    Defect("acquirer.holds_everything", "all that a terminal uploads is held back",
           (3,), doing(_holds_everything), shown_by="defects/unbalanced-batch",
           zh="终端上送的交易全部被挂起"),
    Defect("acquirer.dates_captures_ahead", "what is booked belongs to the business day after",
           (24,), doing(_a_day_ahead), shown_by="defects/market-day",
           zh="入账归到下一个营业日"),
)
