"""Invariant 35: limits of cards and merchants are kept, and a hold ends in time.

Added up here from what was booked, and never more than that: what is given back in whatever way is
taken off, so nobody is accused of a sum that an issuer or a host does not count.  The other way round
for an issuer that declines for a limit: there nothing is taken off but what surely counts no more.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import msgspec

from simulator.catalogue.alarms import HOLD_NOTICE
from simulator.catalogue.money_reasons import PostingReason
from simulator.judge.evidence import BOOKS
from simulator.judge.rule import Case, Rule
from simulator.judge.tracking.moments import SaleClosed
from simulator.judge.tracking.stretches import SaleDecided
from simulator.judge.verdict import Urgency
from simulator.judge.words.sentences import Sentence, yuan
from simulator.judge.words.story import local
from simulator.local_time import DAY_MS, HOUR_MS, date_at, midnight_ms
from simulator.trace.records import (
    BankOpened,
    ChannelAnswered,
    FaultFired,
    LimitSet,
    NoticeSent,
    Posted,
    RunStarted,
    key_of,
    tid_of,
)

ALLOWANCE_MS = HOUR_MS  # so long after its last day a hold is given back at the latest
TAKING = frozenset({PostingReason.DEBIT, PostingReason.HOLD})
MOVING = TAKING | {
    PostingReason.CREDIT, PostingReason.RELEASE, PostingReason.REVERSE, PostingReason.EXPIRE}
CHECKED = frozenset({"sale", "completion", "qr_sale"})  # what was sold offline is only told of
KEPT = 5_000
# Found more slowly by their set.
_CAPTURE, _DEBIT, _HOLD = PostingReason.CAPTURE, PostingReason.DEBIT, PostingReason.HOLD
_REVERSE, _EXPIRE = PostingReason.REVERSE, PostingReason.EXPIRE
_MERCHANT, _PENDING, _HELD = "merchant:", ":pending", "hold:"
_RELEASED = re.compile(HOLD_NOTICE + r"终端(.+)批次(\d{6})凭证(\d{6})的预授权([0-9.]+)元")
VOIDS = frozenset({"void", "completion_void"})  # a wallet is asked for a refund, which gives nothing back
ANSWERS, NAMED = "answer", 3  # TID, batch and STAN begin an anchor
_ANCHORED = 4  # parts of the anchor of a notice behind its MID


OVER_SUM, OVER_TIMES = "61", "65"
ASKED_FOR_MONEY = frozenset({"debit", "hold", "pay"})
NEAR_MIDNIGHT_MS = 2 * 60_000  # an answer may be of the day before


class Tally(msgspec.Struct, gc=False):
    """What was taken of one card, or for one merchant, on the last day that something was."""

    day: str = ""
    day_fen: int = 0
    month_fen: int = 0
    times: int = 0  # uses on the day

    def add(self, fen: int, day: str, times: int, of_month_fen: int | None = None) -> None:
        """One sum more, or less, on a day; of the month another one where a part of it counted in it before."""
        if day != self.day:
            self.day_fen = self.times = 0
            if day[:-2] != self.day[:-2]:
                self.month_fen = 0
            self.day = day
        self.day_fen += fen
        self.month_fen += fen if of_month_fen is None else of_month_fen
        self.times = max(self.times + times, 0)  # what is reversed may have been used the day before


class Used(msgspec.Struct, frozen=True, gc=False):
    """A hold that a completion took with it."""

    hold: str  # its key; "": not known
    fen: int


class Before(msgspec.Struct, frozen=True, gc=False):
    """What counted for a completion before it came, as the hold that it took with it."""

    fen: int = 0
    is_of_day: bool = True  # of the same day: what the completion takes more is all that counts more
    is_of_month: bool = True


_NOTHING = Before()


class Kept(msgspec.Struct, gc=False):
    """Limits by account or merchant, what counts against them, and holds by key."""

    limits: dict[str, LimitSet] = msgspec.field(default_factory=dict)
    tallies: dict[str, Tally] = msgspec.field(default_factory=dict)  # the least that counts
    most: dict[str, Tally] = msgspec.field(default_factory=dict)  # the most that may count, by account
    struck: dict[str, None] = msgspec.field(default_factory=dict)  # keys that a fault has declined
    banks: dict[str, BankOpened] = msgspec.field(default_factory=dict)
    holds: dict[str, Posted] = msgspec.field(default_factory=dict)
    over: dict[str, Posted] = msgspec.field(default_factory=dict)  # holds that ended uncompleted
    used: dict[str, Used] = msgspec.field(default_factory=dict)  # by the completion that used one
    spent: dict[str, None] = msgspec.field(default_factory=dict)  # holds undone, or completed once more since
    whole: bool = False  # the trace shows every notice
    untold: dict[str, Posted] = msgspec.field(default_factory=dict)  # released holds, not told to the merchant
    silenced: dict[str, None] = msgspec.field(default_factory=dict)  # MIDs whose notices a fault took


_Case = Case[Kept]


def limit_set(case: _Case, record: LimitSet) -> None:
    """A card or merchant may take so much and no more."""
    case.memory.limits[record.whose] = record


def bank_opened(case: _Case, record: BankOpened) -> None:
    """How long a bank keeps what is held."""
    case.memory.banks[record.actor] = record


def posted(case: _Case, record: Posted) -> None:
    """Money moved."""
    why = record.why
    if why == _CAPTURE:
        if case.memory.limits:
            _captured(case, record)
    else:
        before = _NOTHING
        if why == _HOLD:
            case.memory.holds[record.key] = record
        elif why == _DEBIT and (case.memory.holds or case.memory.over):
            _completed(case, record)
            before = _before(case, record)
        elif why == _REVERSE:
            before = _before(case, record)
            _reversed(case, record)
        elif why == _EXPIRE and case.memory.whole:
            case.memory.untold[record.key] = record
        if case.memory.limits:
            for account, fen in record.entries:
                if account in case.memory.limits:
                    _count(case, record, account, -fen, is_checked=why in TAKING, before=before)
                    _count_most(case, record, account, -fen, before)


def _before(case: _Case, record: Posted) -> Before:
    """A completion counts in full on its own day, and the hold no more on that on which it was made."""
    used = case.memory.used.get(record.key)
    held = None if used is None else case.memory.holds.get(used.hold) or case.memory.over.get(used.hold)
    if used is None or held is None:
        return _NOTHING
    day, now = date_at(held.at_ms).isoformat(), date_at(record.at_ms).isoformat()
    fen = used.fen if record.why == _DEBIT else -used.fen
    return Before(fen, day == now, day[:-2] == now[:-2])


def _captured(case: _Case, record: Posted) -> None:
    for account, fen in record.entries:
        if not account.startswith(_MERCHANT):
            continue
        mid = account.removeprefix(_MERCHANT).removesuffix(_PENDING)
        if mid not in case.memory.limits:
            return
        transaction = case.book.transactions.get(record.key)
        is_checked = (
            fen > 0 and transaction is not None and transaction.what in CHECKED
            and date_at(transaction.sent_ms) == date_at(record.at_ms)
        )
        if fen < 0 or is_checked:
            _count(case, record, mid, fen, is_checked=is_checked)


def _count(
    case: _Case, record: Posted, whose: str, more_fen: int, *, is_checked: bool, before: Before = _NOTHING,
) -> None:
    limit = case.memory.limits[whose]
    tally = case.memory.tallies.get(whose)
    if tally is None:
        tally = case.memory.tallies[whose] = Tally()
    fen = more_fen + before.fen
    times = -1 if record.why == PostingReason.REVERSE else int(
        is_checked and fen > 0 and not (before.fen and before.is_of_day))
    tally.add(more_fen if before.is_of_day else fen, date_at(record.at_ms).isoformat(), times,
              more_fen if before.is_of_month else fen)
    if not is_checked:
        return
    case.exercised += 1
    for code, bound, sum_fen in (
        ("over_single", limit.single_fen, fen), ("over_day", limit.day_fen, tally.day_fen),
        ("over_month", limit.month_fen, tally.month_fen),
    ):
        if bound and sum_fen > bound:
            _find(case, record, code, whose, fen, sum=yuan(sum_fen), bound=yuan(bound))
            return
    if limit.times_a_day and tally.times > limit.times_a_day:
        _find(case, record, "over_times", whose, fen, times=tally.times, bound=limit.times_a_day)


def _count_most(case: _Case, record: Posted, account: str, more_fen: int, before: Before) -> None:
    """What is taken counts; what is reversed or voided on the day on which it was taken counts no more."""
    tally = case.memory.most.setdefault(account, Tally())
    today = date_at(record.at_ms).isoformat()
    fen, of_month_fen = (
        more_fen if each else more_fen + before.fen for each in (before.is_of_day, before.is_of_month))
    if fen > 0:
        tally.add(fen, today, 1, of_month_fen)
        return
    transaction = case.book.transactions.get(record.key)
    taken = transaction
    if transaction is not None and transaction.what in VOIDS:
        taken = case.book.transactions.get(transaction.names)
    elif record.why != _REVERSE:
        return
    if taken is not None and date_at(taken.sent_ms).isoformat() == today:
        tally.add(fen, today, -int(record.why == _REVERSE), of_month_fen)


def answered(case: _Case, record: ChannelAnswered) -> None:
    """An issuer declines for a limit: so much was taken of the card."""
    if record.response_code not in (OVER_SUM, OVER_TIMES) or record.asked not in ASKED_FOR_MONEY:
        return
    memory = case.memory
    transaction = case.book.transactions.get(record.key)
    if transaction is None or record.key in memory.struck:
        return
    account = record.account or f"cardholder:{record.actor}/{transaction.card}"
    limit, of_day = memory.limits.get(account), record.at_ms - midnight_ms(date_at(record.at_ms))
    if limit is None or of_day < NEAR_MIDNIGHT_MS:
        return
    case.exercised += 1
    tally = memory.most.setdefault(account, Tally())
    tally.add(0, date_at(record.at_ms).isoformat(), 0)
    fen = transaction.amount_fen
    is_reached = any(bound and so_far + fen > bound for bound, so_far in (
        (limit.single_fen, 0), (limit.day_fen, tally.day_fen), (limit.month_fen, tally.month_fen)))
    if record.response_code == OVER_TIMES:
        is_reached = bool(limit.times_a_day) and tally.times >= limit.times_a_day
    if not is_reached:
        case.find(
            "declined_within_limits", at_ms=record.at_ms, key=record.key, whose=account, code_told=record.response_code,
            sum=yuan(fen), day=yuan(tally.day_fen), month=yuan(tally.month_fen), times=tally.times,
            amount_fen=fen, sale=transaction.sale,
        )


def _find(case: _Case, record: Posted, code: str, whose: str, fen: int, **facts: Any) -> None:
    transaction = case.book.transactions.get(record.key)
    case.find(
        code, at_ms=record.at_ms, key=record.key, whose=whose, amount_fen=fen, story=[record],
        sale=transaction.sale if transaction is not None else None, **facts,
    )


def _last_ms(case: _Case, held: Posted) -> int | None:
    """The end of the last day on which what is held may be completed."""
    bank = case.memory.banks.get(held.actor)
    if bank is None or not bank.preauth_days:
        return None
    return midnight_ms(date_at(held.at_ms) + timedelta(days=bank.preauth_days)) + DAY_MS


def _completed(case: _Case, record: Posted) -> None:
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


def _reversed(case: _Case, record: Posted) -> None:
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


def fired(case: _Case, record: FaultFired) -> None:
    """A fault takes notices, or answers in an issuer's place."""
    if record.point == "notice":
        case.memory.silenced[record.anchor.rsplit("/", _ANCHORED)[0]] = None
    elif record.verb == ANSWERS and case.memory.limits:
        case.memory.struck["/".join(record.anchor.split("/")[:NAMED])] = None
        if len(case.memory.struck) > KEPT:
            del case.memory.struck[next(iter(case.memory.struck))]


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


def decided(case: _Case, stretch: SaleDecided) -> None:
    """A sale is debited and captured."""
    memory = case.memory
    if memory.limits or memory.holds or memory.over:
        posted(case, stretch.debit)
        posted(case, stretch.capture)


RULE = Rule(
    number=35, en="limits are kept", zh="不超限额、预授权按期解冻", remembers=Kept, needs=BOOKS,
    findings=(
        Sentence("over_single", Urgency.SAFETY,
                 "{key} takes {sum} of {whose}, whose limit for one sale is {bound}",
                 "{key} 从 {whose} 交易 {sum}，超过单笔限额 {bound}"),
        Sentence("over_day", Urgency.SAFETY,
                 "with {key} the sum of the day for {whose} is {sum}, and the limit is {bound}",
                 "{key} 之后 {whose} 当日累计 {sum}，超过日限额 {bound}"),
        Sentence("over_month", Urgency.SAFETY,
                 "with {key} the sum of the month for {whose} is {sum}, and the limit is {bound}",
                 "{key} 之后 {whose} 当月累计 {sum}，超过月限额 {bound}"),
        Sentence("over_times", Urgency.SAFETY,
                 "{key} is use {times} of {whose} in its day, and the limit is {bound}",
                 "{key} 为 {whose} 当日第 {times} 次使用，超过日限 {bound} 次"),
        Sentence("declined_within_limits", Urgency.SAFETY,
                 "{key} of {sum} is declined with {code_told}; no limit of {whose} is reached: {day} in the day,"
                 " {month} in the month, {times} uses",
                 "{key} {sum} 以 {code_told} 被拒绝；{whose} 未达任何限额：当日 {day}，当月 {month}，已用 {times} 次"),
        Sentence("completed_late", Urgency.SAFETY,
                 "{key} completes the hold {hold}, which was over at {last}",
                 "{key} 完成了已于 {last} 到期的预授权 {hold}"),
        Sentence("held_too_long", Urgency.LIVENESS,
                 "the hold {key} was over at {last} and was not given back to the cardholder",
                 "预授权 {key} 已于 {last} 到期，但未解冻退还持卡人"),
        Sentence("hold_not_put_back", Urgency.SAFETY,
                 "the completion {key} is reversed, and of the hold {hold} {back} is held again instead of {right}",
                 "预授权完成 {key} 已冲正，但预授权 {hold} 恢复冻结 {back}，应为 {right}"),
        Sentence("release_told_otherwise", Urgency.SAFETY,
                 "merchant {mid} was told that {said} of the hold {key} are released; {right} of its are",
                 "通知商户 {mid} 预授权 {key} 解冻 {said}；其实际到期解冻为 {right}"),
        Sentence("release_not_told", Urgency.LIVENESS,
                 "the hold {key} of {right} ended, and merchant {mid} was never told",
                 "预授权 {key} {right} 已到期解冻，却从未通知商户 {mid}"),
    ),
    only={Posted: MOVING | {PostingReason.CAPTURE}},
    plain={SaleDecided: decided},
    hears={
        RunStarted: started, LimitSet: limit_set, BankOpened: bank_opened, Posted: posted, SaleClosed: closed,
        NoticeSent: noticed, FaultFired: fired, ChannelAnswered: answered,
    },
    at_end=at_end,
)
