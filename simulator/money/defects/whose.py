"""Books built wrong on purpose that get wrong whose money it is: another merchant's, another customer's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from simulator.catalogue.money_reasons import PostingReason
from simulator.defect import Defect, instead
from simulator.money import accounts
from simulator.money.clearing import CapturedItem, ClearedItem, Clearing
from simulator.money.issuer import IssuerAnswer, IssuerBooks
from simulator.money.ledger import Entries, Ledger, Posting
from simulator.money.payout import Payout, PayoutDesk
from simulator.money.shown import Shown

_SHOWN = "defects/two-merchants"


def _neighbour(clearing: Clearing, mid: str) -> str:
    """The merchant that comes after one."""
    mids = sorted(clearing._pending)
    return mids[(mids.index(mid) + 1) % len(mids)]


def _capture_for_neighbour(
    capture: Callable[..., Posting | None], clearing: Clearing, posting_id: str, mid: str, key: str,
    what: str, amount_fen: int, **named: str,
) -> Posting | None:
    return capture(clearing, posting_id, _neighbour(clearing, mid), key, what, amount_fen, **named)


def _clear_for_neighbour(
    cleared: Callable[..., ClearedItem], clearing: Clearing, item: CapturedItem, settlement_date: str,
) -> ClearedItem:
    right = cleared(clearing, item, settlement_date)
    return replace(right, mid=_neighbour(clearing, item.mid)) if item.what == "sale" else right


def _move_of_neighbour(
    move: Callable[..., Posting], desk: PayoutDesk, why: PostingReason, payout: Payout, source: str,
    target: str,
) -> Posting:
    if why is PostingReason.PAYOUT:
        other = next((mid for mid in sorted(desk._accounts) if mid != payout.mid), payout.mid)
        source = accounts.payable(other)
    return move(desk, why, payout, source, target)


def _another(books: IssuerBooks, ref: str) -> str:
    """Another card that has an account of its own."""
    return next((each for each in sorted(books._cards._cards) if each != ref), ref)


def _debit_another(
    debit: Callable[..., IssuerAnswer], books: IssuerBooks, key: str, ref: str, amount_fen: int,
    original: str = "", shown: Shown | None = None, **more: Any,
) -> IssuerAnswer:
    return debit(books, key, _another(books, ref), amount_fen, original, shown, **more)


def _credit_another(
    credit: Callable[..., IssuerAnswer], books: IssuerBooks, key: str, ref: str, amount_fen: int,
    original: str = "", shown: Shown | None = None, **more: Any,
) -> IssuerAnswer:
    return credit(books, key, _another(books, ref), amount_fen, original, shown, **more)


def _reverse_to_another(
    post: Callable[..., Posting], ledger: Ledger, why: PostingReason, key: str, entries: Entries,
) -> Posting:
    if why is PostingReason.REVERSE:
        entries = tuple(
            (_next_customer(ledger, account), fen) if account.startswith("cardholder:") else (account, fen)
            for account, fen in entries)
    return post(ledger, why, key, entries)


def _next_customer(ledger: Ledger, account: str) -> str:
    bank = account.partition("/")[0]
    others = [each for each in sorted(ledger._balances) if each.startswith(bank) and each != account]
    return others[-1] if others else account


def _owe_elsewhere(
    post: Callable[..., Posting], ledger: Ledger, why: PostingReason, key: str, entries: Entries,
) -> Posting:
    if why is PostingReason.DEBIT:
        entries = tuple(
            ("due:bank.b" if account == "due:bank.a" else account, fen) for account, fen in entries)
    return post(ledger, why, key, entries)


ROWS = (
    Defect("clearing.captures_for_neighbour", "what a terminal sold is captured for another merchant",
           (17,), instead(Clearing, (Clearing.capture, _capture_for_neighbour)), shown_by=_SHOWN,
           zh="终端的交易记到了别的商户名下"),
    Defect("clearing.clears_for_neighbour", "sales are cleared for another merchant",
           (17,), instead(Clearing, (Clearing._cleared, _clear_for_neighbour)), shown_by=_SHOWN,
           zh="消费清算给了别的商户"),
    Defect("payout.takes_from_neighbour", "a payout is taken from what another merchant is owed",
           (17,), instead(PayoutDesk, (PayoutDesk._move, _move_of_neighbour)), shown_by=_SHOWN,
           zh="付款从别的商户的应付款中支出"),
    Defect("issuer.debits_another_card", "another customer of the bank is debited",
           (17,), instead(IssuerBooks, (IssuerBooks.debit, _debit_another)), shown_by=_SHOWN,
           zh="扣了本行另一位持卡人的款"),
    Defect("issuer.returns_to_another_card", "voids and refunds go to another customer of the bank",
           (17,), instead(IssuerBooks, (IssuerBooks.credit, _credit_another)), shown_by=_SHOWN,
           zh="撤销与退货退给了本行另一位持卡人"),
    Defect("issuer.reverses_to_another_account", "a reversal gives the money to another customer",
           (17,), instead(Ledger, (Ledger.post, _reverse_to_another)), shown_by=_SHOWN,
           zh="冲正把款退给了另一位持卡人"),
    Defect("issuer.owes_elsewhere", "what one bank took is booked as owed by another",
           (17,), instead(Ledger, (Ledger.post, _owe_elsewhere)), shown_by=_SHOWN,
           zh="一家银行所扣款项记为另一家银行应付"),
)
