"""Invariant 3: a sale with an approved receipt reaches the merchant, less the right fee.

Or it stands in suspense with a reason.
"""

from __future__ import annotations

from simulator.catalogue.disputes import ITEMS as DISPUTE_ITEMS
from simulator.judge.evidence import BOOKS_AND_COUNTER
from simulator.judge.fees import (
    KEPT,
    QR,
    REFUNDS,
    fee_fen,
    kinds_of,
    share_term,
    shares_fen,
    term_of,
)
from simulator.judge.remaining import Remaining
from simulator.judge.rule import Case, Rule
from simulator.judge.tracking.moments import MerchantPaid, SaleClosed
from simulator.judge.tracking.sale_sums import has_arrived, net_fen
from simulator.judge.transactions import ADDING, RETURNING
from simulator.judge.verdict import Urgency, Where
from simulator.judge.whereabouts.places import Placed
from simulator.judge.words.sentences import REASON, Sentence, yuan
from simulator.trace.records import ItemCleared, LogEvent, MerchantSettled

_Case = Case[Remaining]
REVERSAL = "reversal"
REFERRING = RETURNING | ADDING
MOVING = ADDING | {REVERSAL}  # besides all that is negative
BY_CODE = frozenset({"qr_sale", "qr_void", "qr_refund"})
OF_CODES = frozenset({QR})
CARD_KINDS_ZH = {"debit": "借记卡", "credit": "贷记卡", "foreign": "外卡", "qr": "扫码"}


def closed(case: _Case, moment: SaleClosed) -> None:
    """A sale is answered for."""
    sale = moment.sale
    if sale.approvals and sale.receipt:
        case.exercised += 1
    # Invariants 2 and 4 tell of a sum debited or captured twice; a refund may still be waiting.
    if (
        sale.paid_fen != sale.debited_fen and sale.captures == 0
        and sale.paid_fen != net_fen(sale) and has_arrived(sale)
    ):
        case.find(
            "paid_another_sum", at_ms=sale.arrived_ms, sale=sale, amount=yuan(net_fen(sale)),
            paid=yuan(sale.paid_fen),
        )


def placed(case: _Case, moment: Placed) -> None:
    """The money of a sale did not simply arrive."""
    sale, place = moment.sale, moment.place
    if place.where is Where.LOST and sale.approvals and sale.receipt:
        reason = REASON[place.reason]
        case.find(
            "approved_not_arrived", at_ms=moment.at_ms, sale=sale, amount=yuan(moment.fen),
            amount_fen=moment.fen, why=reason.en.format_map(place.facts),
            why_zh=reason.zh.format_map(place.facts), cause=moment.cause,
            story=[*(sale.story or ()), *place.story] if place.story else None,
        )


def item_cleared(case: _Case, record: ItemCleared) -> None:
    """An item's fee is the difference that it makes to the fee of its sale, to the fen."""
    merchant = case.book.merchants.get(record.mid)
    if merchant is None or record.what in DISPUTE_ITEMS:
        return
    opened = merchant.opened
    _check_kind(case, record)
    moved = _moved(case, record, keeps=opened.fee_on_refund == KEPT)
    if moved is None:
        return
    before, after = moved
    term = term_of(opened, record.card_kind)
    right = fee_fen(term, after) - fee_fen(term, before)
    transaction = case.book.transactions.get(record.key)
    sale = transaction.sale if transaction else None
    if right != record.fee_fen:
        case.find(
            "wrong_fee", at_ms=record.at_ms, key=record.key, mid=record.mid,
            fee=yuan(record.fee_fen), right=yuan(right), amount_fen=record.amount_fen, sale=sale,
        )
    if not case.book.acquirer.shares:
        return
    shared = share_term(case.book.acquirer, opened, record.card_kind)
    issuer, scheme = (
        now - was for now, was in zip(shares_fen(shared, after), shares_fen(shared, before), strict=True))
    if (issuer, scheme) != (record.issuer_fen, record.scheme_fen):
        case.find(
            "wrong_shares", at_ms=record.at_ms, key=record.key, mid=record.mid, sale=sale,
            issuer=yuan(record.issuer_fen), scheme=yuan(record.scheme_fen), right=yuan(issuer),
            right_scheme=yuan(scheme), amount_fen=record.amount_fen,
        )


def _check_kind(case: _Case, record: ItemCleared) -> None:
    """An item is of the kind of card that paid: by its number, or by a wallet's code."""
    transaction = case.book.transactions.get(record.key)
    if transaction is None or not record.card_kind:
        return
    card, known = transaction.card, case.memory.kinds
    if transaction.what in BY_CODE:
        kinds = OF_CODES
    else:
        kinds = known.get(card) or known.setdefault(card, kinds_of(case.book.acquirer, card))
    if kinds and record.card_kind not in kinds:
        case.find(
            "wrong_card_kind", at_ms=record.at_ms, key=record.key, mid=record.mid,
            kind=record.card_kind, kind_zh=CARD_KINDS_ZH.get(record.card_kind, record.card_kind),
            right=min(kinds), right_zh=CARD_KINDS_ZH[min(kinds)], amount_fen=record.amount_fen,
            sale=transaction.sale,
        )


def _moved(case: _Case, record: ItemCleared, *, keeps: bool) -> tuple[int, int] | None:
    """What remained of the sale of an item, and what remains; none where nobody can know."""
    remaining, transactions = case.memory, case.book.transactions
    amount, day = record.amount_fen, record.settlement_date
    if record.what not in MOVING and amount > 0:
        return remaining.taken(record.key, amount, day)
    own = transactions.get(record.key)
    what = own.what if own is not None and record.what == REVERSAL else record.what
    sale = record.of
    if not sale and own is not None:
        sale = own.names if what in REFERRING else own.key
    if not sale or (what == REVERSAL and keeps):
        return None
    if keeps and what in REFUNDS:
        return 0, 0
    if remaining.knows(sale):
        return remaining.moved(sale, amount, day)
    original = transactions.get(sale)  # it is not cleared yet, or it is forgotten
    return None if original is None or original.cleared else remaining.moved(sale, amount, day)


def settled(case: _Case, record: MerchantSettled) -> None:
    """The fee of a settlement is that of its items."""
    settlement = case.book.settlement(record.mid, record.settlement_date, record.payout)
    if not settlement.payout and record.fee_fen != settlement.fee_fen:
        case.find(
            "wrong_batch_fee", at_ms=record.at_ms, mid=record.mid, payout=record.payout,
            fee=yuan(record.fee_fen), fees=yuan(settlement.fee_fen),
            amount_fen=record.fee_fen - settlement.fee_fen,
        )


def paid(case: _Case, moment: MerchantPaid) -> None:
    """A payout goes into an account in the merchant's own name."""
    book, record = case.book, moment.record
    settlement = book.payouts.get(record.key)
    if settlement is None:
        return
    merchant = book.merchants.get(settlement.mid)
    if merchant is None or not merchant.accounts:
        return
    for account, fen in record.entries:
        if account.startswith("account:") and account not in merchant.accounts:
            case.find(
                "paid_to_stranger", at_ms=record.at_ms, mid=settlement.mid,
                payout=record.key, account=account, amount_fen=fen, story=[record],
            )


RULE = Rule(
    number=3, en="no lost sale", zh="交易不丢失", needs=BOOKS_AND_COUNTER,
    sees=frozenset({LogEvent.TOLD, LogEvent.RECEIPT}), remembers=Remaining,
    findings=(
        Sentence("approved_not_arrived", Urgency.LIVENESS,
                 "sale {sale} of {amount} has an approved receipt, but its money did not arrive: {why}",
                 "交易 {sale} 金额 {amount} 已出成功凭条，但资金未到账：{why_zh}"),
        Sentence("wrong_fee", Urgency.SAFETY,
                 "the fee on {key} is {fee}, the merchant's terms give {right}",
                 "{key} 手续费为 {fee}，按商户费率应为 {right}"),
        Sentence("wrong_shares", Urgency.SAFETY,
                 "of the fee on {key} the issuer has {issuer} and the network {scheme}; it should be {right}"
                 " and {right_scheme}",
                 "{key} 手续费中发卡行分得 {issuer}、卡组织分得 {scheme}，应为 {right} 与 {right_scheme}"),
        Sentence("wrong_card_kind", Urgency.SAFETY,
                 "{key} was cleared as paid by {kind}; it was {right}",
                 "{key} 按{kind_zh}清算，实为{right_zh}"),
        Sentence("wrong_batch_fee", Urgency.SAFETY,
                 "the fee of settlement {payout} is {fee}, the fees of its items make {fees}",
                 "清算 {payout} 手续费为 {fee}，明细手续费合计 {fees}"),
        Sentence("paid_another_sum", Urgency.SAFETY,
                 "sale {sale} of {amount} reached the merchant as {paid}",
                 "交易 {sale} 金额 {amount}，商户实际入账 {paid}"),
        Sentence("paid_to_stranger", Urgency.SAFETY,
                 "payout {payout} of merchant {mid} went to {account}, which is not the merchant's",
                 "商户 {mid} 的付款 {payout} 入了他人账户 {account}"),
    ),
    hears={
        SaleClosed: closed, Placed: placed, ItemCleared: item_cleared, MerchantSettled: settled,
        MerchantPaid: paid,
    },
)
