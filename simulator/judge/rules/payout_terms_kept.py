"""Invariant 34: what is paid at once, and what may be refunded, is as the merchant's terms say.

A sale is paid at once (秒到) inside the window, the limits, the first day and the pool, and there it is;
what is outside waits for its date.  Where refunds may go no further than what is pending, none does.
"""

from __future__ import annotations

from functools import lru_cache

import msgspec

from simulator.catalogue.language import Told
from simulator.catalogue.money_reasons import PostingReason
from simulator.judge.book import INSTANT
from simulator.judge.calendar import day_of, iso
from simulator.judge.evidence import BOOKS
from simulator.judge.oldest import forget_oldest, most
from simulator.judge.rule import Case, Rule
from simulator.judge.tracking.stretches import SaleDecided, SaleReached
from simulator.judge.transactions import HOST
from simulator.judge.verdict import Urgency
from simulator.judge.words.sentences import Sentence, yuan
from simulator.local_time import DAY_MS, MINUTE_MS, OFFSET_MS
from simulator.trace.records import (
    ActionTaken,
    Arrived,
    ClearingDelayed,
    ClearingResumed,
    FaultBegan,
    FaultEnded,
    FaultFired,
    ItemCleared,
    MerchantOpened,
    MerchantSettled,
    Posted,
    RiskLooked,
    Suspended,
    tid_of,
)

PAID_AT_ONCE = frozenset({"sale", "completion", "qr_sale"})
REFUNDS = frozenset({"refund", "qr_refund"})
PENDING = ":pending"
_CAPTURE = PostingReason.CAPTURE  # found more slowly by its set
_OF_POOL, _LENT = frozenset({PostingReason.POOL_LENT, PostingReason.POOL_BACK}), "pool:lent"
KEPT = 50_000
MOST = most(KEPT)
_NOT_AGREED = Told("the merchant has no such terms", "商户未约定秒到")
_TOO_EARLY = Told("the merchant is too new", "新商户尚未到首次结算日")
_WINDOW = Told("it is outside the window", "不在秒到时段内")
_SALE = Told("it is over the limit of a sale", "超过单笔限额")
_DAY = Told("it is over the limit of the day", "超过当日限额")
_POOL = Told("the pool is dry", "垫资池余额不足")
_HELD = Told("its payouts are held", "其付款已被暂停")
HOLDS, RELEASES, EVERYBODY = "hold_payouts", "release_suspense", "run"
DEFERS, LOOKED = "defer_payout", "looked into"


class Terms(msgspec.Struct, gc=False):
    """What was paid at once, and what is pending."""

    days: dict[str, tuple[int, int]] = msgspec.field(default_factory=dict)  # by MID: day, sum paid at once
    lent: tuple[int, int] = (0, 0)  # business day, and what it took from the pool
    out: tuple[int, int] = (0, 0)  # business day of what was lent first, and what is not back in the pool
    late: dict[str, None] = msgspec.field(default_factory=dict)  # dates whose clearing waits
    caught_up: bool = False  # it was done late: what was lent meanwhile came back with it
    left: dict[str, int] = msgspec.field(default_factory=dict)  # by key: could be paid at once, since when
    pending: dict[str, int] = msgspec.field(default_factory=dict)  # by MID
    asked: dict[str, int] = msgspec.field(default_factory=dict)  # by key of a refund: what was pending
    targets: dict[str, str] = msgspec.field(default_factory=dict)  # by name of a fault whose window is open
    holds: dict[str, dict[str, None]] = msgspec.field(default_factory=dict)  # by name of a fault: held MIDs
    deferred_ms: dict[str, int] = msgspec.field(default_factory=dict)  # until when a merchant put it off


_Case = Case[Terms]


def posted(case: _Case, record: Posted) -> None:
    """Money of a merchant is captured or cleared, or goes out of the pool and comes back."""
    if record.why in _OF_POOL:
        _pool_moved(case, record)
        return
    for account, fen in record.entries:
        if account.endswith(PENDING):
            mid = _mid_named(account)
            if record.why == _CAPTURE:
                _captured(case, record, mid, fen)
            pending = case.memory.pending
            pending[mid] = pending.get(mid, 0) + fen


def _pool_moved(case: _Case, record: Posted) -> None:
    """What was lent is back when the business day has ended, or its clearing, where that is late, is done."""
    memory, calendar = case.memory, case.book.calendar
    fen = sum(fen for account, fen in record.entries if account == _LENT)
    if calendar is None:
        return
    today, (day, out_fen) = calendar.business_day(record.at_ms), memory.out
    if fen > 0 and out_fen and day < today and not memory.late:
        case.find("pool_not_refilled", at_ms=record.at_ms, amount_fen=out_fen, sum=yuan(out_fen), since=iso(day),
                  story=[record])
        out_fen = 0  # told once
    memory.out = (day if out_fen else today), out_fen + fen
    if fen < 0 and memory.caught_up:
        memory.lent, memory.caught_up = (today, memory.out[1]), False


def delayed(case: _Case, record: ClearingDelayed) -> None:
    """A business day ends, and what it brings is cleared later."""
    case.memory.late[record.settlement_date] = None


def resumed(case: _Case, record: ClearingResumed) -> None:
    """It is cleared now."""
    case.memory.late.pop(record.settlement_date, None)
    case.memory.caught_up = True


def at_end(case: _Case) -> None:
    """What is still lent when its business day has long ended."""
    calendar, (day, out_fen) = case.book.calendar, case.memory.out
    if calendar is not None and out_fen and case.book.has_drained() and not case.memory.late and (
        case.book.now_ms > calendar.cut_over_of(day) + MINUTE_MS
    ):
        case.find("pool_not_refilled", at_ms=case.book.now_ms, amount_fen=out_fen, sum=yuan(out_fen),
                  since=iso(day))


@lru_cache(1_024)
def _mid_named(account: str) -> str:
    return account.partition(":")[2].removesuffix(PENDING)


def _captured(case: _Case, record: Posted, mid: str, fen: int) -> None:
    merchant = case.book.merchants.get(mid)
    transaction = case.book.transactions.get(record.key)
    if merchant is None or transaction is None:
        return
    opened, memory = merchant.opened, case.memory
    if fen < 0:
        pending = memory.asked.pop(record.key, None)
        if pending is not None and transaction.what in REFUNDS:
            case.exercised += 1
            if -fen > pending:
                case.find(
                    "refunded_beyond_pending", at_ms=record.at_ms, key=record.key, mid=mid,
                    tid=tid_of(record.key), sale=transaction.sale, amount_fen=fen, sum=yuan(-fen),
                    pending=yuan(pending),
                )
    elif opened.instant is not None and transaction.what in PAID_AT_ONCE and (
        _against(case, opened, fen, record.at_ms) is None
        and not any(each.suspended for each in case.book.payouts.values() if each.mid == mid)
    ):
        memory.left[record.key] = record.at_ms
        if len(memory.left) > MOST:
            forget_oldest(memory.left, KEPT)


def asked(case: _Case, record: Arrived) -> None:
    """A refund reaches the host of a merchant whose refunds go no further than what is pending."""
    if record.actor != HOST or record.what not in REFUNDS or not record.genuine or record.mti == "0400":
        return
    terminal = case.book.terminals.get(record.tid)
    merchant = case.book.merchants.get(terminal.opened.mid) if terminal is not None else None
    if merchant is not None and merchant.opened.refund_beyond == "refused":
        key = f"{record.tid}/{record.batch:06}/{record.stan:06}"
        asked, pending = case.memory.asked, max(0, case.memory.pending.get(merchant.opened.mid, 0))
        asked[key] = max(asked.get(key, 0), pending)  # a copy may be the one that is decided
        if len(asked) > KEPT:
            del asked[next(iter(asked))]


def cleared(case: _Case, record: ItemCleared) -> None:
    """An item is cleared, by itself or with its date."""
    could_since_ms = case.memory.left.pop(record.key, None) if record.amount_fen > 0 else None
    merchant = case.book.merchants.get(record.mid)
    if merchant is None:
        return
    if not record.payout.startswith(INSTANT):
        if could_since_ms is not None:
            _find(case, "not_paid_at_once", record, sum=yuan(record.amount_fen))
        return
    case.exercised += 1
    why = _against(case, merchant.opened, record.amount_fen, record.at_ms)
    if why is not None:
        _find(case, "paid_at_once_against_terms", record, sum=yuan(record.amount_fen), why=why.en,
              why_zh=why.zh)
    today = day_of(record.at_ms)
    day, fen = case.memory.days.get(record.mid, (0, 0))
    case.memory.days[record.mid] = today, (fen if day == today else 0) + record.amount_fen


def settled(case: _Case, record: MerchantSettled) -> None:
    """What is paid at once is taken from the pool until the business day ends."""
    calendar = case.book.calendar
    if record.payout.startswith(INSTANT) and calendar is not None:
        today = calendar.business_day(record.at_ms)
        day, fen = case.memory.lent
        paid = record.net_fen - record.netted_fen - record.withheld_fen - record.payout_fee_fen
        case.memory.lent = today, (fen if day == today else 0) + max(0, paid)


def suspended(case: _Case, record: Suspended) -> None:
    """A merchant whose money stands in suspense need not be paid at once any more."""
    memory = case.memory
    for key in [key for key in memory.left if _mid_of(case, key) == record.mid]:
        del memory.left[key]


# ---- payouts that are held -------------------------------------------------------------------


def began(case: _Case, record: FaultBegan) -> None:
    """A window opens; whether it holds payouts, its strike says."""
    case.memory.targets[record.fault] = record.target


def fired(case: _Case, record: FaultFired) -> None:
    """The law holds what a merchant is due; from then on nothing of it is paid, at once or later."""
    if record.verb == HOLDS:
        target = case.memory.targets.get(record.fault, "")
        case.memory.holds[record.fault] = dict.fromkeys(
            mid for mid, merchant in case.book.merchants.items()
            if target in ("", "all", mid) or merchant.actor == f"merchant.{target}")


def ended(case: _Case, record: FaultEnded) -> None:
    """A window closes, or a remedy ends it for some only."""
    held = case.memory.holds.get(record.fault)
    if held is not None and record.only:
        for mid in record.only:
            held.pop(mid, None)
    elif held is not None:
        del case.memory.holds[record.fault]


def looked(case: _Case, record: RiskLooked) -> None:
    """The acquirer looks into a merchant's sales, or is done: until then nothing is paid at once."""
    if record.held:
        case.memory.holds[f"{LOOKED} {record.case}"] = {record.mid: None}
    else:
        case.memory.holds.pop(f"{LOOKED} {record.case}", None)


def acted(case: _Case, record: ActionTaken) -> None:
    """What stands in suspense is released, and with it whatever held it."""
    if record.missing:
        return
    if record.action == DEFERS:
        case.memory.holds[f"{DEFERS} {record.actor}"] = dict.fromkeys(
            mid for mid, merchant in case.book.merchants.items()
            if record.actor in (EVERYBODY, merchant.actor))
        case.memory.deferred_ms[f"{DEFERS} {record.actor}"] = record.until_ms
    if record.action != RELEASES:
        return
    for held in case.memory.holds.values():
        for mid in list(held):
            if record.actor in (EVERYBODY, case.book.merchants[mid].actor):
                del held[mid]


def _mid_of(case: _Case, key: str) -> str:
    terminal = case.book.terminals.get(tid_of(key))
    return terminal.opened.mid if terminal is not None else ""


def _against(case: _Case, opened: MerchantOpened, fen: int, at_ms: int) -> Told | None:
    """Why a sale is not to be paid at once; none where nothing speaks against it."""
    instant, memory = opened.instant, case.memory
    if instant is None:
        return _NOT_AGREED
    if any(
        opened.mid in held and not 0 < memory.deferred_ms.get(name, 0) <= at_ms
        for name, held in memory.holds.items()
    ):
        return _HELD
    if iso(day_of(at_ms)) < opened.first_payout:
        return _TOO_EARLY
    clock = (at_ms + OFFSET_MS) % DAY_MS
    begins, ends = instant.from_ms, instant.until_ms
    is_open = begins <= clock < ends if begins <= ends else not ends <= clock < begins
    if not is_open:
        return _WINDOW
    if 0 < instant.sale_limit_fen < fen:
        return _SALE
    day, before_fen = memory.days.get(opened.mid, (0, 0))
    if 0 < instant.day_limit_fen < fen + (before_fen if day == day_of(at_ms) else 0):
        return _DAY
    return _pool_is_dry(case, fen, at_ms)


def _pool_is_dry(case: _Case, fen: int, at_ms: int) -> Told | None:
    pool_fen, calendar = case.book.acquirer.advance_pool_fen, case.book.calendar
    if pool_fen is None or calendar is None:
        return None
    day, lent_fen = case.memory.lent
    if case.memory.late:
        lent_fen = case.memory.out[1]
    elif day != calendar.business_day(at_ms):
        lent_fen = 0
    return _POOL if fen > pool_fen - lent_fen else None


def _find(case: _Case, code: str, record: ItemCleared, **facts: object) -> None:
    transaction = case.book.transactions.get(record.key)
    case.find(
        code, at_ms=record.at_ms, key=record.key, mid=record.mid, tid=tid_of(record.key),
        amount_fen=record.amount_fen, sale=transaction.sale if transaction else None, **facts,  # type: ignore[arg-type]
    )


def decided(case: _Case, stretch: SaleDecided) -> None:
    """A sale is captured, for its terminal's merchant."""
    mid = stretch.terminal.opened.mid
    merchant = case.book.merchants.get(mid)
    fen = stretch.transaction.amount_fen
    if merchant is not None and merchant.opened.instant is not None:
        _captured(case, stretch.capture, mid, fen)
    pending = case.memory.pending
    pending[mid] = pending.get(mid, 0) + fen


RULE = Rule(
    number=34, en="payout terms are kept", zh="付款约定得到遵守", remembers=Terms, needs=BOOKS,
    findings=(
        Sentence("paid_at_once_against_terms", Urgency.SAFETY,
                 "sale {key} of {sum} was paid at once, against the terms of merchant {mid}: {why}",
                 "交易 {key}（{sum}）被秒到付款，违反商户 {mid} 的约定：{why_zh}"),
        Sentence("not_paid_at_once", Urgency.LIVENESS,
                 "sale {key} of {sum} was to be paid at once by the terms of merchant {mid}, and was left to its"
                 " date",
                 "交易 {key}（{sum}）按商户 {mid} 的约定应秒到，却留待清算日付款"),
        Sentence("pool_not_refilled", Urgency.LIVENESS,
                 "{sum} that the pool lent for payouts at once since {since} did not come back when the business day ended",
                 "垫资池自 {since} 起垫付的 {sum} 在日切后未回补"),
        Sentence("refunded_beyond_pending", Urgency.SAFETY,
                 "refund {key} of {sum} was made for merchant {mid}, of whose money {pending} was pending; its"
                 " terms let no refund go further",
                 "退货 {key}（{sum}）已受理，而商户 {mid} 的待结算金额为 {pending}；按约定应拒绝"),
    ),
    only={Arrived: frozenset({"host"})},
    plain={SaleReached: 0, SaleDecided: decided},
    hears={
        Posted: posted, Arrived: asked, ItemCleared: cleared, MerchantSettled: settled,
        Suspended: suspended, FaultBegan: began, FaultFired: fired, FaultEnded: ended, ActionTaken: acted,
        RiskLooked: looked, ClearingDelayed: delayed, ClearingResumed: resumed,
    },
    at_end=at_end,
)
