"""Parts of days on which money goes astray in the books of host, banks and clearing, or on paper."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import structs
from synthetic_day import (
    ACCOUNT,
    CARDHOLDER,
    DATE,
    DUE,
    HOST,
    MID,
    PAYABLE,
    PAYOUT,
    SCHEME,
    TERMINAL,
    TID,
    TRANSIT,
    Day,
)

from simulator.trace.records import (
    BankOpened,
    CarriedForward,
    ChargeTerm,
    ItemCleared,
    Journaled,
    MerchantSettled,
    NoticeSent,
    PayoutPosted,
    Posted,
    SaleUndone,
    Sent,
)

OTHER = "898310000000002"
STRANGER = "cardholder:bank.a/622000******0999"


def owing_and_nobody_says_so(day: Day) -> None:
    """100.00 less 0.60 were paid, and are all given back: 99.40 are owed."""
    day.records[0] = structs.replace(day.records[0], whole=True)
    key = day.sale("s1", 10_000)
    day.arrive()
    refund = day.send("s1-refund", 10_000, "refund", "0220", original=key)
    day.debited(-10_000, refund, why="credit")
    day.captured(-10_000, refund, "refund")
    day.close_batch()
    day.clear(date="2026-01-31")
    assert day.net == -9_940


def owing_ten_times_as_much(day: Day) -> None:
    owing_and_nobody_says_so(day)
    day.add(CarriedForward, "clearing", mid=MID, payout=f"2026-01-31/{MID}", owed_fen=99_400)


def advanced_by_nobody(day: Day) -> None:
    """The acquirer is said to stand in for the 99.40; by its terms the merchant owes them itself."""
    owing_and_nobody_says_so(day)
    day.add(CarriedForward, "clearing", mid=MID, payout=f"2026-01-31/{MID}", owed_fen=9_940, advanced=True)


def netted_though_nothing_is_owed(day: Day) -> None:
    """67.59 are paid of 67.59, and 10.00 are said to be taken off for what was owed."""
    day.sale()
    day.close_batch()
    day.clear()
    told = next(each for each in day.records if isinstance(each, MerchantSettled))
    day.records[day.records.index(told)] = structs.replace(told, netted_fen=1_000)
    day.pay()


def deposit_of_another(day: Day) -> None:
    """Of 67.59 a deposit of 9.00 is withheld, and booked for another merchant."""
    day.records[1] = structs.replace(day.records[1], charges=(ChargeTerm("deposit", 900),))
    day.sale()
    day.close_batch()
    day.clear()
    told = next(each for each in day.records if isinstance(each, MerchantSettled))
    day.records[day.records.index(told)] = structs.replace(told, withheld_fen=900)
    day.add(Posted, "clearing", why="withhold", key=PAYOUT, entries=((PAYABLE, -900), (f"deposit:{OTHER}", 900)))
    day.pay(net=day.net - 900)


def void_cleared_of_another_sale(day: Day) -> None:
    """68.00 are voided, and cleared as if the sale under the next number had been."""
    key = day.sale()
    void = day.void("s1", key)
    day.close_batch()
    for what, item, fen in (("sale", key, 6800), ("void", void, -6800)):
        day.add(ItemCleared, "clearing", key=item, what=what, mid=MID, amount_fen=fen, fee_fen=41 if fen > 0 else -41,
                settlement_date=DATE, of="" if fen > 0 else f"{TID}/000001/000009")
    day.add(MerchantSettled, "clearing", mid=MID, settlement_date=DATE, gross_fen=0, fee_fen=0, net_fen=0,
            items=2, payout=PAYOUT, due_ms=day.at)


def _asked(day: Day, fen: int = 6800, what: str = "sale", sale: str = "s1", original: str = "") -> str:
    """A sale or what refers to one, as far as the host."""
    if what == "sale":
        day.mean(sale, fen)
    key = day.send(sale, fen, what, original=original)
    day.request_arrives(fen, what)
    return key


def _cut_over(day: Day) -> None:
    day.add(Journaled, HOST, entry="cutover")


# ---- 17: whose money -----------------------------------------------------------------------------


def captured_for_another_merchant(day: Day) -> None:
    key = _asked(day)
    day.debited()
    day.add(Posted, HOST, why="capture", key=key,
            entries=((SCHEME, -6800), (f"merchant:{OTHER}:pending", 6800)))


def cleared_for_another_merchant(day: Day) -> None:
    key = day.sale()
    day.close_batch()
    day.add(ItemCleared, "clearing", key=key, what="sale", mid=OTHER, amount_fen=6800, fee_fen=41,
            settlement_date=DATE)


def paid_from_anothers_money(day: Day) -> None:
    day.sale()
    day.close_batch()
    day.clear()
    day.add(Posted, "clearing", why="payout", key=PAYOUT,
            entries=((f"merchant:{OTHER}:payable", -day.net), (TRANSIT, day.net)))


def another_customer_debited(day: Day) -> None:
    key = _asked(day)
    day.add(Posted, "bank.a", why="debit", key=key, entries=((STRANGER, -6800), (DUE, 6800)))


def reversed_to_another_customer(day: Day) -> None:
    key = day.unanswered_sale()
    day.reversal()
    day.add(Posted, "bank.a", why="reverse", key=key, entries=((STRANGER, 6800), (DUE, -6800)))


def voided_to_another_customer(day: Day) -> None:
    key = day.sale()
    void = _asked(day, what="void", sale="s1-void", original=key)
    day.add(Posted, "bank.a", why="credit", key=void, entries=((DUE, -6800), (STRANGER, 6800)))


def owed_by_another_bank(day: Day) -> None:
    key = _asked(day)
    day.add(Posted, "bank.a", why="debit", key=key,
            entries=((CARDHOLDER, -6800), ("due:bank.b", 6800)))


def card_of_the_customer_before(day: Day) -> None:
    day.mean("s1")
    day.add(Sent, TERMINAL, to=HOST, what="sale", mti="0200", tid=TID, batch=1, stan=1,
            amount_fen=6800, sale="s1", card="622000******0999")


def debited_at_another_bank(day: Day) -> None:
    """The pool of a bank that has no such cards."""
    for bank, prefix in (("bank.a", "622000"), ("bank.b", "622001")):
        day.add(BankOpened, bank, pan_prefix=prefix)
    key = _asked(day)
    day.add(Posted, "bank.b", why="debit", key=key,
            entries=(("cardholder:bank.b", -6800), ("due:bank.b", 6800)))


# ---- 18: what is captured is cleared -------------------------------------------------------------


def void_dropped_in_clearing(day: Day) -> None:
    key = day.sale()
    day.void("s1", key)
    day.sale("s2", 10_000)
    day.close_batch()
    _cut_over(day)
    del day.items[1]
    day.clear()
    day.pay()


def sale_dropped_and_its_void_cleared(day: Day) -> None:
    key = day.sale()
    day.void("s1", key)
    day.sale("s2", 10_000)
    day.close_batch()
    _cut_over(day)
    del day.items[0]
    day.clear()
    day.pay()


def void_cleared_with_a_fen_less(day: Day) -> None:
    key = day.sale()
    void = day.void("s1", key)
    day.sale("s2", 10_000)
    day.items[1] = (void, "void", -6799)
    day.arrive()


# ---- 19: one sum all the way ---------------------------------------------------------------------


def sent_ten_times_as_much(day: Day) -> None:
    day.mean("s1", 6800)
    day.send("s1", 68_000)


def refund_of_another_part(day: Day) -> None:
    key = day.sale()
    day.add(SaleUndone, "merchant.shop", sale="s1", how="refund", amount_fen=2000, order="r1")
    day.send("r1", 200, "refund", "0220", original=key)


def void_of_another_sum(day: Day) -> None:
    key = day.sale()
    day.add(SaleUndone, "merchant.shop", sale="s1", how="void", order="s1-void")
    day.send("s1-void", 6801, "void", original=key)


def debited_a_fen_more(day: Day) -> None:
    _asked(day)
    day.debited(6801)
    day.captured(6801)
    day.reply_arrives()
    day.conclude("s1")
    day.receipt("s1")


def held_twice_the_sum(day: Day) -> None:
    key = _asked(day, what="preauth")
    day.add(Posted, "bank.a", why="hold", key=key,
            entries=((CARDHOLDER, -13_600), ("hold:bank.a", 13_600)))


def reversed_a_fen_less(day: Day) -> None:
    key = day.unanswered_sale()
    day.reversal()
    day.add(Posted, "bank.a", why="reverse", key=key,
            entries=((CARDHOLDER, 6799), (DUE, -6799)))


def captured_a_fen_less(day: Day) -> None:
    _asked(day)
    day.debited()
    day.captured(6799)


def answered_with_another_sum(day: Day) -> None:
    _asked(day)
    day.debited()
    day.captured()
    day.add(Sent, HOST, to=TERMINAL, what="sale", mti="0210", tid=TID, batch=1, stan=day.stan,
            amount_fen=680, response_code="00")


def shown_with_another_sum(day: Day) -> None:
    _asked(day)
    day.debited()
    day.captured()
    day.reply_arrives()
    day.conclude("s1", fen=680)


# ---- 20: no more returned than sold --------------------------------------------------------------


def voided_twice(day: Day) -> None:
    key = day.sale()
    day.void("s1", key)
    day.void("s1", key)


def refunded_beyond_the_rest(day: Day) -> None:
    key = day.sale()
    for part in (4000, 2801):
        refund = _asked(day, part, "refund", f"r{part}", key)
        day.debited(-part, refund, "credit")
        day.captured(-part, refund, "refund")


def completed_beyond_the_margin(day: Day) -> None:
    key = _asked(day, 10_000, "preauth")
    day.add(Posted, "bank.a", why="hold", key=key,
            entries=((CARDHOLDER, -10_000), ("hold:bank.a", 10_000)))
    _asked(day, 11_501, "completion", "s1-done", key)
    day.captured(11_501)


# ---- 21: the ledger as told ----------------------------------------------------------------------


def fee_booked_nowhere(day: Day) -> None:
    """The whole sum becomes payable, and stays there."""
    day.sale()
    day.close_batch()
    fee_day = Day.book_clearing
    day.book_clearing = lambda date, gross, _fees: fee_day(day, date, gross, 0)
    day.clear()
    day.pay()


def settlement_never_booked(day: Day) -> None:
    day.sale()
    day.arrive()
    day.sale("s2")
    day.close_batch()
    day.add(MerchantSettled, "clearing", mid=MID, settlement_date="2026-01-31", gross_fen=0,
            fee_fen=0, net_fen=100, items=0, payout=f"2026-01-31/{MID}", due_ms=day.at)


def payout_booked_a_fen_higher(day: Day) -> None:
    day.sale()
    day.close_batch()
    day.clear()
    day.instruct(day.net)
    day.add(Posted, "bank.a", why="payout_posted", key=PAYOUT,
            entries=((TRANSIT, -day.net - 1), (ACCOUNT, day.net + 1)))
    day.add(PayoutPosted, "bank.a", payout=PAYOUT, mid=MID, net_fen=day.net)


def released_from_suspense_once_more(day: Day) -> None:
    day.sale()
    day.arrive()
    day.add(Posted, "clearing", why="release", key=PAYOUT,
            entries=((f"suspense:{MID}", -100), (PAYABLE, 100)))


def interbank_of_a_fen_less(day: Day) -> None:
    day.sale()
    day.arrive()
    day.add(Posted, "clearing", why="interbank", key=f"{DATE}/bank.a", entries=((DUE, 1), (SCHEME, -1)))


def told_of_ten_times_as_much(day: Day) -> None:
    day.sale()
    day.arrive()
    day.add(NoticeSent, "bank.a", mid=MID, text="您的账户入账POS结算款675.90元，余额675.90元。")


def told_of_another_fee(day: Day) -> None:
    """68.00 less 0.41 is what came; 0.14 is what the notice says was taken."""
    day.sale()
    day.arrive()
    day.add(NoticeSent, "bank.a", mid=MID,
            text="您的账户入账POS结算款67.59元（交易总额68.00元，手续费0.14元），余额67.59元。")


# ---- 22: receipts --------------------------------------------------------------------------------


def receipt_for_a_decline(day: Day) -> None:
    _asked(day)
    day.reply_arrives("51")
    day.conclude("s1", "declined", code="51")
    day.receipt("s1")


def approved_and_no_receipt(day: Day) -> None:
    _asked(day)
    day.debited()
    day.captured()
    day.reply_arrives()
    day.conclude("s1")
    day.sale("s2")


def two_receipts(day: Day) -> None:
    day.sale()
    day.receipt("s1")


def receipt_of_another_sum(day: Day) -> None:
    _asked(day)
    day.debited()
    day.captured()
    day.reply_arrives()
    day.conclude("s1")
    day.slip("s1", 680)


MONEY_BAD: dict[Callable[[Day], None], tuple[int, str]] = {
    captured_for_another_merchant: (17, "captured_for_other"),
    cleared_for_another_merchant: (17, "cleared_for_other"),
    paid_from_anothers_money: (17, "moved_for_other"),
    another_customer_debited: (17, "debited_other_customer"),
    reversed_to_another_customer: (17, "returned_to_other"),
    voided_to_another_customer: (17, "returned_to_other"),
    debited_at_another_bank: (17, "debited_other_customer"),
    card_of_the_customer_before: (17, "other_card_sent"),
    owed_by_another_bank: (17, "owed_by_other_bank"),
    void_dropped_in_clearing: (18, "counter_item_not_cleared"),
    sale_dropped_and_its_void_cleared: (18, "item_not_cleared"),
    void_cleared_with_a_fen_less: (18, "cleared_with_other_sum"),
    void_cleared_of_another_sale: (18, "cleared_of_other_sale"),
    deposit_of_another: (17, "moved_for_other"),
    netted_though_nothing_is_owed: (6, "taken_off_told_otherwise"),
    advanced_by_nobody: (6, "advance_told_otherwise"),
    sent_ten_times_as_much: (19, "sent_other_sum"),
    refund_of_another_part: (19, "sent_other_sum"),
    void_of_another_sum: (19, "sent_other_sum"),
    debited_a_fen_more: (19, "issued_other_sum"),
    held_twice_the_sum: (19, "issued_other_sum"),
    reversed_a_fen_less: (19, "reversed_other_sum"),
    captured_a_fen_less: (19, "captured_other_sum"),
    answered_with_another_sum: (19, "answered_other_sum"),
    shown_with_another_sum: (19, "shown_other_sum"),
    voided_twice: (20, "returned_more"),
    refunded_beyond_the_rest: (20, "returned_more"),
    completed_beyond_the_margin: (20, "completed_more"),
    fee_booked_nowhere: (21, "settlement_booked_otherwise"),
    settlement_never_booked: (21, "settlement_booked_otherwise"),
    payout_booked_a_fen_higher: (21, "payout_booked_otherwise"),
    released_from_suspense_once_more: (21, "account_below_zero"),
    interbank_of_a_fen_less: (21, "account_not_as_told"),
    told_of_ten_times_as_much: (21, "notice_otherwise"),
    told_of_another_fee: (21, "notice_otherwise"),
    receipt_for_a_decline: (22, "receipt_for_nothing"),
    approved_and_no_receipt: (22, "approved_without_receipt"),
    two_receipts: (22, "receipt_again"),
    owing_and_nobody_says_so: (6, "owing_not_told"),
    owing_ten_times_as_much: (6, "owing_told_otherwise"),
    receipt_of_another_sum: (22, "receipt_with_other_sum"),
}
