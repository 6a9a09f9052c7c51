"""Each batch, from what was captured to what both sides say of it."""

from __future__ import annotations

from operator import add

import msgspec

from simulator.catalogue.disputes import ITEMS as DISPUTE_ITEMS
from simulator.judge.rule import Case
from simulator.judge.rules.totals_recomputed.sums import (
    DIGITS,
    NOTHING,
    OF_CLASS,
    RESULT,
    Batches,
    Booked,
    Closed,
    as_counted,
    by_class,
    differs,
    half_of,
    half_text,
    hold_keys,
    net_fen,
)
from simulator.judge.tracking import acknowledged
from simulator.judge.tracking.batches import sums
from simulator.judge.tracking.moments import HostCounted, SettlementAsked, SettlementReplied
from simulator.judge.tracking.stretches import SaleDecided
from simulator.judge.transactions import HOST
from simulator.judge.words.sentences import yuan
from simulator.judge.words.story import totals, totals_zh
from simulator.trace.records import BatchCounted, ItemCleared, Journaled, Posted, Restarted, key_of

STAN_DIGITS = 6
UNBALANCED, AFTER_UPLOAD = "2", "2"
LATE = "late"  # counted anew, where an approval clears an item

_Case = Case[Batches]


def posted(case: _Case, record: Posted) -> None:
    """An item is captured, or taken out again."""
    key = record.key
    name, stan = key[:-STAN_DIGITS - 1], key[-STAN_DIGITS:]
    fen = 0
    for account, moved in record.entries:
        if account[0] == "m":  # merchant:
            fen += moved
    booked = case.memory.of.get(name)
    if booked is None:
        booked = case.memory.of[name] = Booked(is_late=name in case.memory.closed)
    if booked.is_late or booked.settled is not None:
        _come_late(case, name, fen)
    booked.uncleared += 1
    booked.uncleared_fen += fen
    if booked.settled is None:
        items = booked.items
        items[stan] = items.get(stan, 0) + fen


def host_counted(case: _Case, moment: HostCounted) -> None:
    """The host closes a batch: its totals are those of what it captured."""
    record = moment.record
    if record.result == LATE:
        return  # of a batch that was settled long ago, and is cleared and forgotten
    name = key_of(record.tid, record.batch, 0)[:-STAN_DIGITS - 1]
    booked = case.memory.of.get(name)
    if booked is None:
        if not case.book.has_postings or sums(record) == NOTHING:
            return
        booked = case.memory.of[name] = Booked()
    elif booked.settled is not None:
        return  # said once more
    case.exercised += 1
    items = booked.items
    right = as_counted(record, items)
    if record.result == AFTER_UPLOAD and sums(right) != sums(record):  # what was not uploaded is held
        uploaded = moment.batch.uploaded or {}
        confirmed = {stan: fen for stan, fen in items.items() if uploaded.get(int(stan))}
        right = as_counted(record, confirmed)
        if sums(right) != sums(record):
            confirmed = _confirmed(case, moment, items)
            right = as_counted(record, confirmed)
        if sums(right) == sums(record):
            hold_keys(case.memory.held, (  # what was taken back whole is cleared in its pair
                f"{name}/{stan}" for stan, fen in items.items() if fen and stan not in confirmed))
    if sums(right) != sums(record):
        right = as_counted(record, _confirmed(case, moment, booked.items))
    if sums(right) != sums(record):
        case.find(
            "host_totals_not_as_captured", at_ms=record.at_ms, tid=record.tid,
            batch=f"{record.batch:06}", said=totals(record), said_zh=totals_zh(record),
            right=totals(right), right_zh=totals_zh(right), story=moment.batch.story,
            since_ms=moment.batch.first_ms,
            amount_fen=record.debit_fen - record.credit_fen - right.debit_fen + right.credit_fen,
        )
    booked.settled = record
    booked.items = {}
    if not booked.uncleared:
        del case.memory.of[name]


def closed(case: _Case, record: BatchCounted) -> None:
    """The host closes a batch once; what comes late (host capture) changes its totals by so much."""
    if record.actor != HOST or not record.closed:
        return
    memory = case.memory
    name = f"{record.tid}/{record.batch:06}"
    before = memory.closed.get(name)
    if record.result == LATE and before is None:
        return  # of one that was closed long ago
    if before is not None and record.at_ms > memory.restarted_ms:
        booked = memory.of.get(name)
        if not before.since and (booked is None or booked.settled is not None):
            case.find(
                "batch_closed_twice", at_ms=record.at_ms, tid=record.tid,
                batch=f"{record.batch:06}", totals=totals(record), totals_zh=totals_zh(record),
                story=[record],
            )
        elif record.result == LATE:
            _counted_late(case, before, record)
    memory.closed.pop(memory.last.get(record.tid, ""), None)
    memory.closed[name] = Closed(record)
    memory.last[record.tid] = name


def _come_late(case: _Case, name: str, fen: int) -> None:
    """Something is booked in a batch that is closed."""
    before = case.memory.closed.get(name)
    if before is not None:
        before.since += 1
        before.since_fen += fen


def _counted_late(case: _Case, before: Closed, record: BatchCounted) -> None:
    """Totals that are told anew differ by what was booked since."""
    case.exercised += 1
    right = net_fen(before.told) + before.since_fen
    if net_fen(record) != right:
        debit = max(right + record.credit_fen, 0)
        should = msgspec.structs.replace(record, debit_fen=debit)
        case.find(
            "host_totals_not_as_captured", at_ms=record.at_ms, tid=record.tid,
            batch=f"{record.batch:06}", said=totals(record), said_zh=totals_zh(record),
            right=totals(should), right_zh=totals_zh(should), story=[before.told, record],
            amount_fen=net_fen(record) - right,
        )


def restarted(case: _Case, record: Restarted) -> None:
    """A host that comes up again may say once more what it had done."""
    if record.actor == HOST:
        case.memory.restarted_ms = record.at_ms
        case.memory.closed.clear()
        case.memory.last.clear()


def asked(case: _Case, moment: SettlementAsked) -> None:
    """A 0500 leaves a terminal: foreign cards stand in the second half of its F48."""
    record, batch = moment.record, moment.batch
    terminal = case.book.terminals[batch.tid]
    domestic = terminal.opened.domestic
    told = acknowledged.items(terminal, batch.batch)
    if not domestic or told is None or len(record.details) != DIGITS:
        return
    right = by_class(case, batch.tid, batch.batch, told, domestic)
    if right is None:
        return
    case.exercised += 1
    halves = half_of(record.details), half_of(record.details[OF_CLASS:])
    if halves != right and tuple(map(add, *halves)) == tuple(map(add, *right)):
        case.find(
            "classes_mixed", at_ms=record.at_ms, tid=batch.tid, batch=f"{batch.batch:06}",
            said=half_text(halves[1]), right=half_text(right[1]), story=batch.story,
        )


def replied(case: _Case, moment: SettlementReplied) -> None:
    """A 0510 leaves the host: what balances is not called unbalanced."""
    record, request = moment.record, moment.request
    if request is None or len(request.details) != DIGITS:
        return
    results = record.details[RESULT:RESULT + 1], record.details[DIGITS - 1:]
    if UNBALANCED not in results:
        return
    booked = case.memory.of.get(f"{record.tid}/{record.batch:06}")
    if not case.book.has_postings or (booked is not None and booked.settled is not None) or (
        f"{record.tid}/{record.batch:06}" in case.memory.closed
    ):
        return  # closed already: another 0500 is judged by what was told then
    items = {int(stan): fen for stan, fen in booked.items.items()} if booked is not None else {}
    halves = half_of(request.details), half_of(request.details[OF_CLASS:])
    right = by_class(
        case, record.tid, record.batch, items, moment.terminal.opened.domestic or ("",))
    if right == halves and request.genuine:
        case.exercised += 1
        case.find(
            "called_unbalanced", at_ms=record.at_ms, tid=record.tid, batch=f"{record.batch:06}",
            asked=half_text(halves[0]), story=[request, record],
        )


def cleared(case: _Case, record: ItemCleared) -> None:
    """An item goes into a settlement date."""
    if record.what in DISPUTE_ITEMS:
        return  # of no batch: see invariant 33
    if record.key in case.memory.held:
        del case.memory.held[record.key]
        transaction = case.book.transactions.get(record.key)
        case.find(
            "held_and_cleared", at_ms=record.at_ms, key=record.key, mid=record.mid, sum=yuan(record.amount_fen),
            amount_fen=record.amount_fen, sale=transaction.sale if transaction is not None else None)
    name = record.key[:-STAN_DIGITS - 1]
    booked = case.memory.of.get(name)
    if booked is None:
        return  # booked nowhere: see invariant 6
    booked.uncleared -= 1
    booked.uncleared_fen -= record.amount_fen
    if booked.settled is not None and booked.uncleared <= 0:
        if booked.uncleared_fen:
            differs(case, "cleared_other_sum", name, booked)
        del case.memory.of[name]


def journaled(case: _Case, record: Journaled) -> None:
    """A business day ends: what is settled is cleared; or the host lets go what it held, or undoes it."""
    if record.actor != HOST:
        return
    if record.entry == "cutover":
        case.memory.cut_over_ms = record.at_ms
    elif case.memory.held:
        case.memory.held.pop(key_of(record.tid, record.batch, record.stan), None)


def at_end(case: _Case) -> None:
    """Batches that were settled before the last cut-over, and of which something was not cleared."""
    for name, booked in case.memory.of.items():
        settled = booked.settled
        if (
            settled is not None and settled.at_ms < case.memory.cut_over_ms
            and settled.result != AFTER_UPLOAD  # what was not uploaded may be held for days
            and booked.uncleared_fen
        ):
            differs(case, "settled_not_cleared", name, booked)


def _confirmed(case: _Case, moment: HostCounted, items: dict[str, int]) -> dict[str, int]:
    """After an upload the host holds back what it has captured, and the terminal never had or sent up."""
    batch = moment.batch
    if batch.uploaded is None:
        return items
    terminal = case.book.terminals.get(batch.tid)
    told = acknowledged.items(terminal, batch.batch) if terminal is not None else None
    there = {*batch.uploaded, *(told or ())}
    return {stan: fen for stan, fen in items.items() if int(stan) in there}


def decided(case: _Case, stretch: SaleDecided) -> None:
    """A sale is captured."""
    booked = case.memory.of.get(stretch.batch)
    if booked is None or booked.is_late or booked.settled is not None:
        posted(case, stretch.capture)
        return
    fen, items = stretch.transaction.amount_fen, booked.items
    booked.uncleared += 1
    booked.uncleared_fen += fen
    items[stretch.stan] = items.get(stretch.stan, 0) + fen
