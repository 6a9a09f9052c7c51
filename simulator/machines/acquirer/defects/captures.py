"""Hosts that book for merchants what they should not: other sums, other merchants, nothing, twice."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from simulator.defect import Defect, Replacements
from simulator.machines.acquirer.defects.changing import capturing
from simulator.machines.acquirer.events import Capture
from simulator.machines.acquirer.work import Work
from simulator.wire.kinds import Kind

_SOLD = (Kind.SALE, Kind.COMPLETION, Kind.QR_SALE, Kind.OFFLINE_SALE)
_VOIDS = (Kind.VOID, Kind.QR_VOID, Kind.COMPLETION_VOID)
_REFUNDS = (Kind.REFUND, Kind.QR_REFUND)


def _twice_as_much(_work: Work, item: Capture) -> Iterable[Capture]:
    """Book twice the sum."""
    return (replace(item, amount_fen=2 * item.amount_fen),)


def _a_fen_less(_work: Work, item: Capture) -> Iterable[Capture]:
    """Book a fen less."""
    return (replace(item, amount_fen=item.amount_fen - 1),)


def _for_other_merchant(work: Work, item: Capture) -> Iterable[Capture]:
    """Book for whoever is another merchant of this host."""
    others = [each.entry.mid for each in work.books.terminals.values() if each.entry.mid != item.mid]
    return (replace(item, mid=others[0]) if others else item,)


def _nothing(_work: Work, _item: Capture) -> Iterable[Capture]:
    """Book nothing."""
    return ()


def _the_other_way(_work: Work, item: Capture) -> Iterable[Capture]:
    """Book for the merchant what should be taken off, and the other way round."""
    return (replace(item, amount_fen=-item.amount_fen),)


def _once_more(_work: Work, item: Capture) -> Iterable[Capture]:
    """Book the same again, under another name."""
    return item, replace(item, posting=f"{item.posting} again")


def _at_other_channel(work: Work, item: Capture) -> Iterable[Capture]:
    """Book as owed by another bank than the one that took the money."""
    others = [name for name in work.institutions if name != item.channel]
    return (replace(item, channel=others[0]) if others else item,)


def _every_third() -> Replacements:
    """Book two sales, and lose the third."""
    count = [0]

    def changed(_work: Work, item: Capture) -> Iterable[Capture]:
        count[0] += 1
        return () if count[0] % 3 == 0 else (item,)

    return capturing(changed, Kind.SALE)


ROWS = (
    Defect("acquirer.books_twice_the_sum", "a sale is booked for the merchant with twice its sum",
           (4,), capturing(_twice_as_much, *_SOLD), shown_by="defects/market-day",
           zh="给商户按两倍金额入账"),
    Defect("acquirer.books_a_fen_less", "a sale is booked for the merchant with a fen less",
           (4,), capturing(_a_fen_less, *_SOLD), shown_by="defects/market-day",
           zh="给商户少入账一分"),
    Defect("acquirer.books_for_other_merchant", "a sale is booked for another merchant",
           (17,), capturing(_for_other_merchant, *_SOLD), shown_by="defects/market-day",
           zh="交易入账给了别的商户"),
    Defect("acquirer.loses_every_third", "every third sale is answered and not booked",
           (4,), _every_third, shown_by="defects/market-day",
           zh="每三笔交易就有一笔应答了却不入账"),
    Defect("acquirer.books_at_other_channel", "a sale is booked as owed by another bank",
           (21,), capturing(_at_other_channel, Kind.SALE), shown_by="defects/market-day",
           zh="交易记成由另一家银行应付"),
    Defect("acquirer.books_no_voids", "a void goes to the cardholder and is not booked",
           (4,), capturing(_nothing, *_VOIDS), shown_by="defects/market-day",
           zh="撤销已退持卡人，却不给商户记账"),
    Defect("acquirer.books_no_refunds", "a refund goes to the cardholder and is not booked",
           (4,), capturing(_nothing, *_REFUNDS), shown_by="defects/market-day",
           zh="退货已退持卡人，却不给商户记账"),
    Defect("acquirer.books_no_reversals", "a reversed sale stays booked for the merchant",
           (4,), capturing(_nothing, Kind.REVERSAL), shown_by="lost-reply",
           zh="已冲正的交易仍留在商户账上"),
    Defect("acquirer.books_refunds_as_sales", "a refund is booked in the merchant's favour",
           (4,), capturing(_the_other_way, *_REFUNDS), shown_by="defects/market-day",
           zh="退货反而给商户加钱"),
    Defect("acquirer.books_refunds_twice", "a refund is taken off the merchant twice",
           (4,), capturing(_once_more, *_REFUNDS), shown_by="defects/market-day",
           zh="退货从商户处扣了两次"),
    Defect("acquirer.books_sales_twice", "a sale is booked for the merchant twice",
           (4,), capturing(_once_more, *_SOLD), shown_by="defects/market-day",
           zh="同一笔交易给商户入账两次"),
)
