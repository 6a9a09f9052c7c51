"""Books built wrong on purpose in what they pay at once, what they take off, what may be refunded."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from simulator.defect import Defect, instead
from simulator.local_time import DAY_MS, date_at, time_of_day_ms
from simulator.money.clearing import Clearing, MerchantSettlement
from simulator.money.payout import PayoutDesk
from simulator.money.payout_steps import PayoutStep
from simulator.money.payout_terms import Deductions, InstantTerms, PayoutFee, deducted

_Pays = Callable[[PayoutDesk, str, str, int, int], bool]


def _with_terms(pays: _Pays, desk: PayoutDesk, mid: str, instant: InstantTerms, *args: object) -> bool:
    """Asked under other terms than the merchant's."""
    terms = desk._terms[mid]
    if terms.instant is None:
        return False
    desk._terms[mid] = msgspec.structs.replace(terms, instant=instant)
    found = pays(desk, mid, *args)  # type: ignore[arg-type]
    desk._terms[mid] = terms
    return found


def _instant(desk: PayoutDesk, mid: str) -> InstantTerms:
    return desk._terms[mid].instant or InstantTerms()


# Looks at no limit of a sale.


def _any_sum(pays: _Pays, desk: PayoutDesk, mid: str, key: str, fen: int, now_ms: int) -> bool:
    terms = msgspec.structs.replace(_instant(desk, mid), sale_limit_fen=0)
    return _with_terms(pays, desk, mid, terms, key, fen, now_ms)


# Adds up no day.


def _any_day_sum(pays: _Pays, desk: PayoutDesk, mid: str, key: str, fen: int, now_ms: int) -> bool:
    terms = msgspec.structs.replace(_instant(desk, mid), day_limit_fen=0)
    return _with_terms(pays, desk, mid, terms, key, fen, now_ms)


# Pays at any hour.


def _any_hour(pays: _Pays, desk: PayoutDesk, mid: str, key: str, fen: int, now_ms: int) -> bool:
    terms = msgspec.structs.replace(_instant(desk, mid), from_ms=0, until_ms=DAY_MS)
    return _with_terms(pays, desk, mid, terms, key, fen, now_ms)


# Pays the sales of the evening at once and not those of the day.


def _other_hours(pays: _Pays, desk: PayoutDesk, mid: str, key: str, fen: int, now_ms: int) -> bool:
    mine = _instant(desk, mid)
    return not mine.is_open(time_of_day_ms(now_ms)) and _any_hour(pays, desk, mid, key, fen, now_ms)


# Lends what the pool does not hold.


def _bottomless(pays: _Pays, desk: PayoutDesk, mid: str, key: str, fen: int, now_ms: int) -> bool:
    had, desk._has_pool = desk._has_pool, False
    found = pays(desk, mid, key, fen, now_ms)
    desk._has_pool = had
    return found


# Pays a new merchant at once from its first hour.


def _new_as_old(pays: _Pays, desk: PayoutDesk, mid: str, key: str, fen: int, now_ms: int) -> bool:
    terms = desk._terms[mid]
    desk._terms[mid] = msgspec.structs.replace(terms, first_date=date_at(now_ms).isoformat())
    found = pays(desk, mid, key, fen, now_ms)
    desk._terms[mid] = terms
    return found


# Does not look whether the law holds what it is about to pay.


def _though_held(pays: _Pays, desk: PayoutDesk, mid: str, key: str, fen: int, now_ms: int) -> bool:
    reason = desk._holds.pop(mid, None)
    found = pays(desk, mid, key, fen, now_ms)
    if reason is not None:
        desk._holds[mid] = reason
    return found


# Pays nothing at once.


def _never(_right: object, _desk: PayoutDesk, _mid: str, _key: str, _fen: int, _now_ms: int) -> bool:
    return False


# Forgets what a merchant owes; takes the deposit from every payout; takes no fee for a payout.

_Deduct = Callable[[PayoutDesk, MerchantSettlement], Deductions]


def _owes_nothing(
    _right: object, desk: PayoutDesk, settlement: MerchantSettlement,
) -> Deductions:
    return deducted(
        settlement.net_fen, 0, desk._uncharged.get(settlement.mid, ()), desk._fee_of(settlement))


def _charged_again(
    _right: object, desk: PayoutDesk, settlement: MerchantSettlement,
) -> Deductions:
    mid = settlement.mid
    desk._uncharged[mid] = desk._terms[mid].charges
    return deducted(
        settlement.net_fen, desk._owed.get(mid, 0), desk._uncharged[mid], desk._fee_of(settlement))


def _for_nothing(_right: object, _desk: PayoutDesk, _settlement: MerchantSettlement) -> PayoutFee:
    return PayoutFee()


def _twice_the_fee(
    fee_of: Callable[[PayoutDesk, MerchantSettlement], PayoutFee], desk: PayoutDesk,
    settlement: MerchantSettlement,
) -> PayoutFee:
    fee = fee_of(desk, settlement)
    return PayoutFee(2 * fee.basis_points, 2 * fee.plus_fen)


# Tells the host of more pending money than there is.


def _pending_and_more(pending: Callable[[Clearing, str], int], clearing: Clearing, mid: str) -> int:
    return pending(clearing, mid) + 100_00


_LIMITS, _POOL, _FIRST = (
    "money/instant-within-limits", "money/instant-pool-dry", "money/first-payout-of-a-new-merchant")
_PAYS = PayoutDesk.pays_at_once
# Leaves the pool as dry as it is.


def _never_refilled(_right: object, _desk: PayoutDesk, _date: str) -> list[PayoutStep]:
    return []


ROWS = (
    Defect("payout.at_once_any_sum", "a sale over its limit is paid at once", (34,),
           instead(PayoutDesk, (_PAYS, _any_sum)), shown_by=_LIMITS, zh="超过单笔限额的交易仍秒到"),
    Defect("payout.at_once_any_day_sum", "sales over the limit of a day are paid at once", (34,),
           instead(PayoutDesk, (_PAYS, _any_day_sum)), shown_by=_LIMITS, zh="超过当日限额的交易仍秒到"),
    Defect("payout.at_once_any_hour", "sales outside the window are paid at once", (34,),
           instead(PayoutDesk, (_PAYS, _any_hour)), shown_by="money/instant-over-night", zh="时段外的交易仍秒到"),
    Defect("payout.at_once_other_hours", "the window of payouts at once is turned round", (34,),
           instead(PayoutDesk, (_PAYS, _other_hours)), shown_by=_LIMITS, zh="秒到时段颠倒"),
    Defect("payout.at_once_though_held", "sales are cleared for payouts at once that the law holds", (34,),
           instead(PayoutDesk, (_PAYS, _though_held)), shown_by="judge/legal-hold-at-once",
           zh="司法冻结期间仍秒到"),
    Defect("payout.at_once_never", "nothing is paid at once", (34,),
           instead(PayoutDesk, (_PAYS, _never)), shown_by=_LIMITS, zh="没有任何交易秒到"),
    Defect("payout.bottomless_pool", "payouts at once go on when the pool is dry", (34,),
           instead(PayoutDesk, (_PAYS, _bottomless)), shown_by=_POOL, zh="垫资池不足仍秒到"),
    Defect("payout.never_refills_pool", "what the pool lends never comes back to it", (34,),
           instead(PayoutDesk, (PayoutDesk.refill_pool, _never_refilled)), shown_by=_POOL,
           zh="垫资池永不回补"),
    Defect("payout.new_as_old", "a new merchant is paid at once on its first day", (34,),
           instead(PayoutDesk, (_PAYS, _new_as_old)), shown_by=_FIRST, zh="新商户首日即秒到"),
    Defect("payout.owes_nothing", "what a merchant owes is not taken off its next payout", (6,),
           instead(PayoutDesk, (PayoutDesk.deductions, _owes_nothing)), shown_by="money/refund-owed",
           zh="商户欠款未从下次付款中扣除"),
    Defect("payout.charges_again", "the deposit is taken from every payout", (3, 23),
           instead(PayoutDesk, (PayoutDesk.deductions, _charged_again)),
           shown_by="money/deposit-from-first-sales", zh="每次付款都扣押金"),
    Defect("payout.no_payout_fee", "no fee is taken for a payout at once", (6,),
           instead(PayoutDesk, (PayoutDesk._fee_of, _for_nothing)), shown_by=_LIMITS,
           zh="秒到未收手续费"),
    Defect("payout.twice_the_payout_fee", "the fee for a payout is taken twice", (6,),
           instead(PayoutDesk, (PayoutDesk._fee_of, _twice_the_fee)),
           shown_by="money/same-day-with-a-fee", zh="提现手续费收两次"),
    Defect("clearing.more_is_pending", "the host is told of more pending money than there is", (34,),
           instead(Clearing, (Clearing.pending_fen, _pending_and_more)),
           shown_by="money/refund-refused-beyond", zh="告知主机的待结算金额偏大"),
)
