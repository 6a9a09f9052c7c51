"""What comes, is lost, changes or is forgotten on the line."""

from __future__ import annotations

from simulator.catalogue.host_reasons import SettledHow
from simulator.judge.rule import Case
from simulator.judge.rules.nothing_to_refuse.standing import KEPT, Known, standing_of
from simulator.judge.tracking.moments import ForgeryArrived, NumberCameAgain
from simulator.judge.tracking.stretches import SaleAsked, SaleDecided, SaleReached
from simulator.judge.tracking.under_way import PROMPT_MS, REPEATED
from simulator.judge.transactions import HOST, LOADING
from simulator.trace.records import (
    Arrived,
    BatchCounted,
    Journaled,
    Lost,
    Record,
    Restarted,
    Sent,
    key_of,
)

MAC_ERROR, BATCH_MISMATCH = "A0", "77"
_ANSWERS = frozenset({"0110", "0210", "0230"})
ADVICE_ANSWERED = "0230"
KEPT_OF_ONE = 32  # keys of one terminal

_Case = Case[Known]


def arrived(case: _Case, record: Arrived) -> None:
    """A sign-on or a sign-off is answered, or a message reached the host."""
    if record.actor == HOST:
        standing = case.memory.terminals.get(record.tid) or standing_of(case, record.tid)
        standing.forged = not record.genuine or bool(record.copy)
        if record.what in LOADING and (record.copy or record.what != standing.what):
            standing.what = ""  # it was held back, and opens its table at the host once more
        if standing.under_way is not None and record.copy:
            standing.under_way.copied(record.mti, record.stan)
        return
    if record.response_code == BATCH_MISMATCH and record.mti == ADVICE_ANSWERED and record.genuine:
        standing = standing_of(case, record.tid)
        if record.stan == standing.last_stan and record.at_ms - standing.last_ms < PROMPT_MS:
            key = key_of(record.tid, record.batch, record.stan)
            standing.closed_for = (*standing.closed_for[-KEPT_OF_ONE:], key)
    if (record.mti == "0830" and record.what == "sign_off") or record.response_code == MAC_ERROR:
        standing = standing_of(case, record.tid)
        if record.stan == standing.last_stan and record.at_ms - standing.last_ms < PROMPT_MS:
            if standing.excused and standing.under_way is not None:
                standing.under_way.keys_changed()  # as far as it knew: what it sent before comes under those of then
            standing.excused = False  # it knows that its keys are gone; nobody gives up so soon
    if record.mti == "0810" and record.what == "sign_on" and record.response_code == "00" and record.genuine:
        standing = standing_of(case, record.tid)
        standing.has_keys = True
        if standing.under_way is not None:
            standing.under_way.keys_changed()
        if record.stan == standing.given == standing.asked == standing.last_stan and (
            record.at_ms - standing.last_ms < PROMPT_MS
        ):
            standing.excused = False  # of an older one keys may be newer; of a late one only its journal says


def changed(case: _Case, moment: ForgeryArrived) -> None:
    """A message arrived that its sender never sent like this."""
    record = moment.record
    if record.actor == HOST:
        case.memory.changed[record.tid, record.mti, record.stan] = None
        if len(case.memory.changed) > KEPT:
            del case.memory.changed[next(iter(case.memory.changed))]


def came_again(case: _Case, moment: NumberCameAgain) -> None:
    """A number is used once more; what the host says to it comes next."""
    case.memory.again[moment.key] = None
    if len(case.memory.again) > KEPT:
        del case.memory.again[next(iter(case.memory.again))]


def journaled(case: _Case, record: Journaled) -> None:
    """The host withdraws keys, or takes a batch for closed; a terminal keeps what a sign-on gave it."""
    if record.actor != HOST:
        standing = case.memory.terminals.get(record.tid)
        if record.entry == "signedon" and standing is not None and standing.given == standing.asked:
            standing.excused = False
        return
    if record.entry == "keysvoided":
        whose = [record.tid] if record.tid else list(case.memory.terminals)
        for tid in whose:
            standing_of(case, tid).excused = True
    elif record.entry == "batchsettled":
        standing = standing_of(case, record.tid)
        if standing.batch == record.batch:
            standing.batch = record.batch + 1
    elif record.entry == "signedoff":
        standing = standing_of(case, record.tid)
        standing.has_keys, standing.excused = False, True  # until it is told


def counted(case: _Case, record: BatchCounted) -> None:
    """The host closes a batch that nobody asked it to close: its terminal cannot know."""
    if record.actor == HOST and record.result == SettledHow.FORCED:
        standing_of(case, record.tid).forced = record.batch


def lost(case: _Case, record: Lost) -> None:
    """A message will not arrive."""
    under_way = standing_of(case, record.tid).under_way if record.mti in REPEATED else None
    if under_way is not None:
        under_way.lost(record.mti, record.stan)


def restarted(case: _Case, record: Restarted) -> None:
    """A terminal may have lost what it knew: reset, or its keys with the power."""
    terminal = case.book.terminal_of_actor.get(record.actor)
    if terminal is not None and terminal.opened.tid in case.memory.terminals:
        standing = case.memory.terminals[terminal.opened.tid]
        standing.excused = True
        standing.closed_for = ()


def answered_as_before(case: _Case, record: Sent) -> None:
    """A second request under a number gets the answer of the first, and moves no money."""
    key = key_of(record.tid, record.batch, record.stan)
    if key not in case.memory.again or record.mti not in _ANSWERS:
        return
    del case.memory.again[key]
    case.exercised += 1
    case.find(
        "answered_as_before", at_ms=record.at_ms, tid=record.tid, key=key, what=record.what,
        amount_fen=record.amount_fen or 0, story=story_of(case, key, record),
    )


def story_of(case: _Case, key: str, record: Sent) -> list[Record]:
    """The records of a sale, and this one."""
    transaction = case.book.transactions.get(key)
    story = transaction.sale.story if transaction is not None else None
    return [*(story or ()), record]


def asked(case: _Case, stretch: SaleAsked) -> None:
    """A sale leaves its terminal."""
    record = stretch.sent
    standing = case.memory.terminals.get(record.tid) or standing_of(case, record.tid)
    standing.last_mti = record.mti
    standing.last_stan = record.stan
    standing.last_ms = record.at_ms
    standing.before = standing.what
    standing.what = record.what


def reached(case: _Case, stretch: SaleReached) -> None:
    """It reaches the host as it was sent."""
    tid = stretch.arrived.tid
    standing = case.memory.terminals.get(tid) or standing_of(case, tid)
    standing.forged = False


def decided(case: _Case, stretch: SaleDecided) -> None:
    """It is approved."""
    if case.memory.again:
        answered_as_before(case, stretch.reply)
