"""What is sent arrives or is lost, and what arrives was sent."""

from __future__ import annotations

from simulator.judge.rule import Case
from simulator.judge.rules.record_is_whole.pairs import Pairs, key_in, lacks
from simulator.judge.tracking.stretches import SaleAsked, SaleDecided, SaleReached, SaleShown
from simulator.judge.transactions import APPROVING, HOST, RETURNING
from simulator.trace.records import Arrived, Lost, Restarted, Sent

ORDERS_KEPT = 20_000
ASIDE_KEPT = 8  # sendings of one terminal

_Case = Case[Pairs]


def sent(case: _Case, record: Sent) -> None:
    """A message leaves: it will arrive, or be lost."""
    memory = case.memory
    if not memory.whole:
        return
    if record.at_ms < memory.last_ms:
        lacks(case, "time_went_back", record.at_ms, since_ms=record.at_ms)
    memory.last_ms = record.at_ms
    tid = record.tid
    flying = memory.flying.get(tid)
    if flying is None:
        flying = memory.flying[tid] = []
        _introduced(case, record)
    flying.append(record)
    if record.actor != HOST:
        if memory.dark and record.actor in memory.dark:
            lacks(case, "restart_missing", record.at_ms, tid=tid,
                   since_ms=memory.dark.pop(record.actor), who=record.actor)
        if record.what in RETURNING and record.sale and record.sale not in memory.undone:
            lacks(case, "undoing_missing", record.at_ms, tid=tid, order=record.sale)


def arrived(case: _Case, record: Arrived) -> None:
    """A message comes: it was sent."""
    memory = case.memory
    if not memory.whole or record.copy:
        return
    case.exercised += 1
    flying = memory.flying.get(record.tid)
    if flying and len(flying) == 1:
        first = flying[0]
        if first.stan == record.stan and first.mti == record.mti:
            _aside(memory, record, first)
            flying.clear()
            return
    landed = _landed(flying or [], record.mti, record.stan)
    if landed is not None:
        _aside(memory, record, landed)
    elif record.genuine and _landed(memory.aside.get(record.tid, []), record.mti, record.stan) is None:
        lacks(case, "sending_missing", record.at_ms, tid=record.tid, key=key_in(record),
               message=f"{record.mti} {record.what}")


def lost(case: _Case, record: Lost) -> None:
    """A message will not come."""
    flying = case.memory.flying.get(record.tid)
    if flying is not None:
        _landed(flying, record.mti, record.stan)


def _landed(flying: list[Sent], mti: str, stan: int) -> Sent | None:
    for place, each in enumerate(flying):
        if each.stan == stan and each.mti == mti:
            del flying[place]
            return each
    return None


def _aside(memory: Pairs, record: Arrived, taken: Sent) -> None:
    """What is forged may bear the number of what is right, and that comes yet."""
    if not record.genuine and record.tid in memory.forged:
        aside = memory.aside.setdefault(record.tid, [])
        aside.append(taken)
        del aside[:-ASIDE_KEPT]


def _introduced(case: _Case, record: Sent) -> None:
    terminal = case.book.terminals.get(record.tid)
    if terminal is None or not terminal.opened.mid:
        lacks(case, "terminal_not_opened", record.at_ms, tid=record.tid)


def restarted(case: _Case, record: Restarted) -> None:
    """And it is there again; a decline that it had heard and not shown, it shows no more."""
    memory = case.memory
    memory.dark.pop(record.actor, None)
    terminal = case.book.terminal_of_actor.get(record.actor)
    last = terminal.current if terminal is not None else None
    if last is not None and not last.shown and last.code and last.code not in APPROVING:
        memory.cut[last.key] = None
        if len(memory.cut) > ORDERS_KEPT:
            del memory.cut[next(iter(memory.cut))]


def asked(case: _Case, stretch: SaleAsked) -> None:
    """A sale leaves its terminal."""
    _flies(case, stretch.sent)


def reached(case: _Case, stretch: SaleReached) -> None:
    """It arrives."""
    _lands(case, stretch.arrived)


def decided(case: _Case, stretch: SaleDecided) -> None:
    """Its answer leaves the host."""
    _flies(case, stretch.reply)


def shown(case: _Case, stretch: SaleShown) -> None:
    """And arrives."""
    _lands(case, stretch.arrived)


def _flies(case: _Case, record: Sent) -> None:
    memory = case.memory
    flying = memory.flying.get(record.tid)
    if not memory.whole or record.at_ms < memory.last_ms or flying is None or memory.dark:
        sent(case, record)
        return
    memory.last_ms = record.at_ms
    flying.append(record)


def _lands(case: _Case, record: Arrived) -> None:
    memory = case.memory
    flying = memory.flying.get(record.tid)
    if not memory.whole or not flying or len(flying) != 1:
        arrived(case, record)
        return
    first = flying[0]
    if first.stan != record.stan or first.mti != record.mti:
        arrived(case, record)
        return
    case.exercised += 1
    flying.clear()
