"""Invariant 29: totals are those of what was captured, on both sides, and what is settled is cleared.

The totals of each batch are added up here from the captures that the host booked.  Neither side is
asked: both may be wrong alike.  Cards of both classes (domestic, foreign) stand apart in F48.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import add, sub

import msgspec

from simulator.catalogue.disputes import ITEMS as DISPUTE_ITEMS
from simulator.judge.evidence import BOOKS
from simulator.judge.rule import Case, Rule
from simulator.judge.tracking import acknowledged
from simulator.judge.tracking.batches import sums
from simulator.judge.tracking.moments import HostCounted, SettlementAsked, SettlementReplied
from simulator.judge.tracking.postings import BOOKING
from simulator.judge.tracking.stretches import SaleDecided
from simulator.judge.transactions import HOST
from simulator.judge.verdict import Urgency
from simulator.judge.words.sentences import Sentence, yuan
from simulator.judge.words.story import totals, totals_zh
from simulator.trace.records import BatchCounted, ItemCleared, Journaled, Posted, Restarted, key_of

STAN_DIGITS = 6
DIGITS, OF_CLASS, RESULT = 62, 31, 30  # of F48: both classes, one of them, its result
UNBALANCED, AFTER_UPLOAD = "2", "2"
HELD_KEPT = 5_000
LATE = "late"  # counted anew, where an approval clears an item
NOTHING = (0, 0, 0, 0)
_Sums = tuple[int, int, int, int]  # debit sum and count, credit sum and count


class Booked(msgspec.Struct, gc=False):
    """One batch at the host: what is captured in it, and what of that is not cleared yet."""

    items: dict[str, int] = msgspec.field(default_factory=dict)  # STAN to net sum
    uncleared: int = 0  # postings
    uncleared_fen: int = 0
    settled: BatchCounted | None = None
    is_late: bool = False  # all of it was booked after the batch was closed


class Closed(msgspec.Struct, gc=False):
    """The batch that was closed last of a terminal."""

    told: BatchCounted  # with which totals, the last time
    since: int = 0  # postings since
    since_fen: int = 0


class Batches(msgspec.Struct, gc=False):
    """Batches by name, ``<TID>/<batch>``; the last cut-over."""

    of: dict[str, Booked] = msgspec.field(default_factory=dict)
    cut_over_ms: int = 0
    held: dict[str, None] = msgspec.field(default_factory=dict)  # keys that its totals leave out: not confirmed
    closed: dict[str, Closed] = msgspec.field(default_factory=dict)  # by name, the last one of each TID
    last: dict[str, str] = msgspec.field(default_factory=dict)  # its name, by TID
    restarted_ms: int = -1  # the host


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
    right = _counted(record, items)
    if record.result == AFTER_UPLOAD and sums(right) != sums(record):  # what was not uploaded is held
        uploaded = moment.batch.uploaded or {}
        confirmed = {stan: fen for stan, fen in items.items() if uploaded.get(int(stan))}
        right = _counted(record, confirmed)
        if sums(right) != sums(record):
            confirmed = _confirmed(case, moment, items)
            right = _counted(record, confirmed)
        if sums(right) == sums(record):
            _hold(case.memory.held, (  # what was taken back whole is cleared in its pair
                f"{name}/{stan}" for stan, fen in items.items() if fen and stan not in confirmed))
    if sums(right) != sums(record):
        right = _counted(record, _confirmed(case, moment, booked.items))
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
    right = _net(before.told) + before.since_fen
    if _net(record) != right:
        debit = max(right + record.credit_fen, 0)
        should = msgspec.structs.replace(record, debit_fen=debit)
        case.find(
            "host_totals_not_as_captured", at_ms=record.at_ms, tid=record.tid,
            batch=f"{record.batch:06}", said=totals(record), said_zh=totals_zh(record),
            right=totals(should), right_zh=totals_zh(should), story=[before.told, record],
            amount_fen=_net(record) - right,
        )


def _net(record: BatchCounted) -> int:
    return record.debit_fen - record.credit_fen


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
    right = _by_class(case, batch.tid, batch.batch, told, domestic)
    if right is None:
        return
    case.exercised += 1
    halves = _half(record.details), _half(record.details[OF_CLASS:])
    if halves != right and tuple(map(add, *halves)) == tuple(map(add, *right)):
        case.find(
            "classes_mixed", at_ms=record.at_ms, tid=batch.tid, batch=f"{batch.batch:06}",
            said=_text(halves[1]), right=_text(right[1]), story=batch.story,
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
    halves = _half(request.details), _half(request.details[OF_CLASS:])
    right = _by_class(
        case, record.tid, record.batch, items, moment.terminal.opened.domestic or ("",))
    if right == halves and request.genuine:
        case.exercised += 1
        case.find(
            "called_unbalanced", at_ms=record.at_ms, tid=record.tid, batch=f"{record.batch:06}",
            asked=_text(halves[0]), story=[request, record],
        )


def _hold(held: dict[str, None], keys: Iterable[str]) -> None:
    held.update(dict.fromkeys(keys))
    while len(held) > HELD_KEPT:
        del held[next(iter(held))]


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
            _find(case, "cleared_other_sum", name, booked)
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
            _find(case, "settled_not_cleared", name, booked)


def _confirmed(case: _Case, moment: HostCounted, items: dict[str, int]) -> dict[str, int]:
    """After an upload the host holds back what it has captured, and the terminal never had or sent up."""
    batch = moment.batch
    if batch.uploaded is None:
        return items
    terminal = case.book.terminals.get(batch.tid)
    told = acknowledged.items(terminal, batch.batch) if terminal is not None else None
    there = {*batch.uploaded, *(told or ())}
    return {stan: fen for stan, fen in items.items() if int(stan) in there}


def _counted(record: BatchCounted, items: dict[str, int]) -> BatchCounted:
    debit_fen, debits, credit_fen, credits_ = _summed(items.values())
    return msgspec.structs.replace(
        record, debit_fen=debit_fen, debit_count=debits, credit_fen=credit_fen,
        credit_count=credits_)


def _summed(sums_of: object) -> _Sums:
    debit_fen = debits = credit_fen = credits_ = 0
    for fen in sums_of:  # type: ignore[attr-defined]
        if fen > 0:
            debit_fen += fen
            debits += 1
        elif fen < 0:
            credit_fen -= fen
            credits_ += 1
    return debit_fen, debits, credit_fen, credits_


def _by_class(
    case: _Case, tid: str, batch: int, items: dict[int, int], domestic: tuple[str, ...],
) -> tuple[_Sums, _Sums] | None:
    """Totals of domestic and of foreign cards; None where a card is not known."""
    foreign: list[int] = []
    for stan, fen in items.items():
        transaction = case.book.transactions.get(key_of(tid, batch, stan))
        if transaction is None:
            return None
        card = transaction.card or transaction.sale.card
        if card and not card.startswith(domestic):
            foreign.append(fen)
    of_foreign = _summed(foreign)
    debit_fen, debits, credit_fen, credits_ = map(sub, _summed(items.values()), of_foreign)
    return (debit_fen, debits, credit_fen, credits_), of_foreign


def _half(digits: str) -> _Sums:
    if not digits[:RESULT].isdecimal():
        return NOTHING
    return int(digits[:12]), int(digits[12:15]), int(digits[15:27]), int(digits[27:30])


def _text(half: _Sums) -> str:
    return f"{half[0]}/{half[1]} {half[2]}/{half[3]}"


def _find(case: _Case, code: str, name: str, booked: Booked) -> None:
    tid, _, batch = name.rpartition("/")
    assert booked.settled is not None
    case.find(
        code, tid=tid, batch=batch, since_ms=booked.settled.at_ms, fen=booked.uncleared_fen,
        amount_fen=booked.uncleared_fen, items=booked.uncleared, story=[booked.settled],
    )


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


RULE = Rule(
    number=29, en="totals are those of what was captured", zh="总额与已入账交易一致",
    remembers=Batches, needs=BOOKS,
    findings=(
        Sentence("host_totals_not_as_captured", Urgency.SAFETY,
                 "the host closes batch {batch} of terminal {tid} with {said}; what it captured makes {right}",
                 "主机以 {said_zh} 关闭终端 {tid} 批次 {batch}；其已入账交易合计为 {right_zh}"),
        Sentence("batch_closed_twice", Urgency.SAFETY,
                 "the host closes batch {batch} of terminal {tid} a second time ({totals})",
                 "主机第二次关闭终端 {tid} 批次 {batch}（{totals_zh}）"),
        Sentence("classes_mixed", Urgency.SAFETY,
                 "terminal {tid} settles batch {batch} with {said} of foreign cards (debits, credits: fen/count);"
                 " by the cards it is {right}",
                 "终端 {tid} 批次 {batch} 的外卡总额为 {said}（借、贷：分/笔）；按卡号应为 {right}"),
        Sentence("called_unbalanced", Urgency.SAFETY,
                 "terminal {tid} asked for the settlement of batch {batch} with {asked} (debits, credits:"
                 " fen/count), which is what was captured, and the host answered that it does not balance",
                 "终端 {tid} 批次 {batch} 请求结算 {asked}（借、贷：分/笔），与已入账交易一致，主机却答复对账不平"),
        Sentence("cleared_other_sum", Urgency.SAFETY,
                 "batch {batch} of terminal {tid} is cleared whole, and {fen} fen of what was captured in it are"
                 " left over",
                 "终端 {tid} 批次 {batch} 已全部清算，但其入账金额尚余 {fen} 分"),
        Sentence("held_and_cleared", Urgency.SAFETY,
                 "{key} is not in the totals that the host settled after the upload, was let go by nobody, and"
                 " {sum} of it were cleared",
                 "{key} 不在主机批上送后结算的总额中，也未解除挂起，却清算了 {sum}"),
        Sentence("settled_not_cleared", Urgency.LIVENESS,
                 "batch {batch} of terminal {tid} is settled, a cut-over has passed, and {items} of its items"
                 " ({fen} fen in all) were not cleared",
                 "终端 {tid} 批次 {batch} 已结算且已过日切，仍有 {items} 笔（合计 {fen} 分）未清算"),
    ),
    only={Journaled: frozenset({"cutover", "heldreleased", "undone"}), Posted: BOOKING},
    plain={SaleDecided: decided},
    hears={
        Posted: posted, HostCounted: host_counted, SettlementAsked: asked, SettlementReplied: replied,
        ItemCleared: cleared, Journaled: journaled, BatchCounted: closed, Restarted: restarted,
    },
    at_end=at_end,
)
