"""Holds end in time, are completed in time, and are put back when their completion is reversed."""

from __future__ import annotations

import re
from datetime import timedelta

from simulator.catalogue.alarms import HOLD_NOTICE
from simulator.catalogue.money_reasons import PostingReason
from simulator.judge.rule import Case
from simulator.judge.rules.limits_kept.kept import Before, Kept, Used
from simulator.judge.tracking.moments import SaleClosed
from simulator.judge.words.sentences import yuan
from simulator.judge.words.story import local
from simulator.local_time import DAY_MS, HOUR_MS, date_at, midnight_ms
from simulator.trace.records import NoticeSent, Posted, RunStarted, key_of, tid_of

ALLOWANCE_MS = HOUR_MS  # so long after its last day a hold is given back at the latest
KEPT = 5_000
# Found more slowly by their set.
CAPTURE, DEBIT, HOLD = PostingReason.CAPTURE, PostingReason.DEBIT, PostingReason.HOLD
MERCHANT, PENDING, _HELD = "merchant:", ":pending", "hold:"
_RELEASED = re.compile(HOLD_NOTICE + r"终端(.+)批次(\d{6})凭证(\d{6})的预授权([0-9.]+)元")
NOTHING = Before()

_Case = Case[Kept]


def used_before(case: _Case, record: Posted) -> Before:
    """A completion counts in full on its own day, and the hold no more on that on which it was made."""
    used = case.memory.used.get(record.key)
    held = None if used is None else case.memory.holds.get(used.hold) or case.memory.over.get(used.hold)
    if used is None or held is None:
        return NOTHING
    day, now = date_at(held.at_ms).isoformat(), date_at(record.at_ms).isoformat()
    fen = used.fen if record.why == DEBIT else -used.fen
    return Before(fen, day == now, day[:-2] == now[:-2])


def _last_ms(case: _Case, held: Posted) -> int | None:
    """The end of the last day on which what is held may be completed."""
    bank = case.memory.banks.get(held.actor)
    if bank is None or not bank.preauth_days:
        return None
    return midnight_ms(date_at(held.at_ms) + timedelta(days=bank.preauth_days)) + DAY_MS


def completion_booked(case: _Case, record: Posted) -> None:
    """A debit that refers to a hold: the hold is not over."""
    transaction = case.book.transactions.get(record.key)
    named = transaction.names if transaction is not None else ""
    held = case.memory.holds.get(named) or case.memory.over.get(named)
    last_ms = _last_ms(case, held) if held is not None else None
    if held is not None:
        taken_fen = -_of_holds(record)
        if taken_fen > 0:
            case.memory.used[record.key] = Used(held.key, taken_fen)
        else:
            case.memory.spent[held.key] = None
    if held is None or last_ms is None or transaction is None:
        return
    case.exercised += 1
    if record.at_ms >= last_ms:
        case.find(
            "completed_late", at_ms=record.at_ms, key=record.key, hold=held.key, sale=transaction.sale,
            last=local(last_ms), amount_fen=transaction.amount_fen, story=[held, record],
        )


def _of_holds(record: Posted) -> int:
    return sum(fen for account, fen in record.entries if account.startswith(_HELD))


def released(case: _Case, record: Posted) -> None:
    """An issuer ends a hold because its time is over: all of it, and not before its last day is."""
    held = case.memory.holds.get(record.key)
    last_ms = _last_ms(case, held) if held is not None else None
    if held is None or last_ms is None:
        return
    case.exercised += 1
    transaction = case.book.transactions.get(record.key)
    sale = transaction.sale if transaction is not None else None
    if record.at_ms < last_ms:
        case.find("released_early", at_ms=record.at_ms, key=record.key, sale=sale, last=local(last_ms),
                  amount_fen=_of_holds(held), story=[held, record])


def put_back(case: _Case, record: Posted) -> None:
    """What a completion had used is held again, so that the cardholder has as much to spend as before it.

    Not where the hold was undone or completed once more meanwhile; and past its last day it may be over.
    """
    memory = case.memory
    if record.key in memory.holds:
        memory.spent[record.key] = None
    used = memory.used.pop(record.key, None)
    held = memory.holds.get(used.hold) if used is not None else None
    if used is None or held is None or used.hold in memory.spent:
        return
    case.exercised += 1
    back_fen, last_ms = _of_holds(record), _last_ms(case, held)
    if back_fen == used.fen or (not back_fen and last_ms is not None and record.at_ms >= last_ms):
        return
    transaction = case.book.transactions.get(record.key)
    case.find(
        "hold_not_put_back", at_ms=record.at_ms, key=record.key, hold=held.key, right=yuan(used.fen),
        back=yuan(back_fen), amount_fen=used.fen, story=[held, record],
        sale=transaction.sale if transaction is not None else None,
    )


def started(case: _Case, record: RunStarted) -> None:
    """Whether notices are in the trace."""
    case.memory.whole = record.whole


def noticed(case: _Case, record: NoticeSent) -> None:
    """A merchant is told that a hold has ended: its own, and the sum that was held."""
    found = _RELEASED.match(record.text)
    if found is None or not case.memory.whole:
        return
    case.exercised += 1
    key = key_of(found[1], int(found[2]), int(found[3]))
    posting = case.memory.untold.pop(key, None)
    terminal = case.book.terminals.get(found[1])
    fen = int(found[4].replace(".", ""))
    right_fen = 0 if posting is None else -_of_holds(posting)
    if fen != right_fen or (terminal is not None and terminal.opened.mid != record.mid):
        case.find("release_told_otherwise", at_ms=record.at_ms, key=key, mid=record.mid, said=yuan(fen),
                  right=yuan(right_fen), amount_fen=fen)


def at_end(case: _Case) -> None:
    """Holds that ended and of which no merchant was told."""
    book = case.book
    if not book.is_whole() or not book.phases_seen:
        return
    for key, posting in case.memory.untold.items():
        terminal = book.terminals.get(tid_of(key))
        if terminal is not None and terminal.opened.mid not in case.memory.silenced:
            case.find("release_not_told", at_ms=posting.at_ms, key=key, mid=terminal.opened.mid,
                      right=yuan(-_of_holds(posting)), story=[posting])


def closed(case: _Case, moment: SaleClosed) -> None:
    """A sale is answered for: what was held for it is over, or should be."""
    for key in moment.sale.keys:
        case.memory.used.pop(key, None)
        case.memory.spent.pop(key, None)
        held = case.memory.holds.pop(key, None)
        last_ms = _last_ms(case, held) if held is not None else None
        if held is not None and moment.sale.expired:
            case.memory.over[key] = held
            if len(case.memory.over) > KEPT:
                del case.memory.over[next(iter(case.memory.over))]
        if held is None or last_ms is None or case.book.now_ms < last_ms + ALLOWANCE_MS:
            continue
        case.exercised += 1
        if moment.sale.held and moment.sale.debited_fen > 0:  # or what completed it was taken back whole
            case.find(
                "held_too_long", at_ms=last_ms, key=key, sale=moment.sale, last=local(last_ms),
                amount_fen=moment.sale.amount_fen, story=[held],
            )
