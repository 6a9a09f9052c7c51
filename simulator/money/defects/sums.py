"""Books built wrong on purpose that move another sum than was asked, told or settled."""

from __future__ import annotations

from collections.abc import Callable
from itertools import starmap
from typing import Any

from msgspec.structs import replace

from simulator.catalogue.money_reasons import PostingReason
from simulator.defect import Defect, instead
from simulator.money.clearing import ClearedItem, Clearing, MerchantSettlement
from simulator.money.issuer import IssuerAnswer, IssuerBooks
from simulator.money.ledger import Entries, Ledger, Posting
from simulator.money.payout import PayoutDesk
from simulator.money.payout_steps import PayoutStep
from simulator.money.shown import Shown

_SHOWN = "defects/two-merchants"


def _debit_fen_more(
    debit: Callable[..., IssuerAnswer], books: IssuerBooks, key: str, ref: str, amount_fen: int,
    original: str = "", shown: Shown | None = None, **more: Any,
) -> IssuerAnswer:
    return debit(books, key, ref, amount_fen + 1, original, shown, **more)


def _credit_twice_the_sum(
    credit: Callable[..., IssuerAnswer], books: IssuerBooks, key: str, ref: str, amount_fen: int,
    original: str = "", shown: Shown | None = None, **more: Any,
) -> IssuerAnswer:
    return credit(books, key, ref, 2 * amount_fen, original, shown, **more)


def _reverse_fen_less(
    post: Callable[..., Posting], ledger: Ledger, why: PostingReason, key: str, entries: Entries,
) -> Posting:
    if why is PostingReason.REVERSE:
        entries = tuple(starmap(_towards_zero, entries))
    return post(ledger, why, key, entries)


def _towards_zero(account: str, fen: int) -> tuple[str, int]:
    return account, fen - 1 if fen > 0 else fen + 1


def _book_without_fee(
    book: Callable[..., list[Posting]], clearing: Clearing, settlement: MerchantSettlement,
    _items: list[ClearedItem],
) -> list[Posting]:
    return book(clearing, replace(settlement, net_fen=settlement.gross_fen, fee_fen=0), [])


def _book_twice(
    book: Callable[..., list[Posting]], clearing: Clearing, settlement: MerchantSettlement,
    items: list[ClearedItem],
) -> list[Posting]:
    return [*book(clearing, settlement, items), *book(clearing, settlement, items)]


def _interbank_fen_less(
    interbank: Callable[..., list[Posting]], clearing: Clearing, items: tuple[ClearedItem, ...],
    settlement_date: str,
) -> list[Posting]:
    if items:
        items = (replace(items[0], amount_fen=items[0].amount_fen - 1), *items[1:])
    return interbank(clearing, items, settlement_date)


def _post_fen_more(
    posted: Callable[..., list[PayoutStep]], desk: PayoutDesk, name: str,
) -> list[PayoutStep]:
    payout = desk._open.get(name)
    if payout is not None:
        payout.net_fen += 1
    return posted(desk, name)


def _book_payout_twice(
    posted: Callable[..., list[PayoutStep]], desk: PayoutDesk, name: str,
) -> list[PayoutStep]:
    steps = posted(desk, name)
    return [*steps, *(
        desk._ledger.post(step.why, step.key, step.entries) for step in steps
        if isinstance(step, Posting))]


ROWS = (
    Defect("issuer.debits_a_fen_more", "customers are debited a fen more than was asked",
           (19,), instead(IssuerBooks, (IssuerBooks.debit, _debit_fen_more)), shown_by=_SHOWN,
           zh="扣款比请求金额多一分"),
    Defect("issuer.returns_twice_the_sum", "voids and refunds give twice the sum back",
           (19,), instead(IssuerBooks, (IssuerBooks.credit, _credit_twice_the_sum)), shown_by=_SHOWN,
           zh="撤销与退货按两倍金额退款"),
    Defect("issuer.reverses_a_fen_less", "a reversal gives a fen less back than was taken",
           (19,), instead(Ledger, (Ledger.post, _reverse_fen_less)), shown_by=_SHOWN,
           zh="冲正退回金额比原扣款少一分"),
    Defect("clearing.books_no_fee", "a settlement is told with its fee and booked without it",
           (21,), instead(Clearing, (Clearing._book, _book_without_fee)), shown_by=_SHOWN,
           zh="清算报告扣手续费，账上却未扣"),
    Defect("clearing.books_twice", "a settlement is booked twice",
           (21,), instead(Clearing, (Clearing._book, _book_twice)), shown_by=_SHOWN,
           zh="同一清算入账两次"),
    Defect("clearing.settles_banks_a_fen_less", "banks settle a fen less than they owe",
           (21,), instead(Clearing, (Clearing._interbank, _interbank_fen_less)), shown_by=_SHOWN,
           zh="行间清算比应付少一分"),
    Defect("payout.posts_a_fen_more", "a payout is booked with a fen more than was sent",
           (21,), instead(PayoutDesk, (PayoutDesk.posted, _post_fen_more)), shown_by=_SHOWN,
           zh="付款入账比发出多一分"),
    Defect("payout.books_twice", "a payout is told once and booked twice",
           (21,), instead(PayoutDesk, (PayoutDesk.posted, _book_payout_twice)), shown_by=_SHOWN,
           zh="付款只报告一次，账上却入账两次"),
)
