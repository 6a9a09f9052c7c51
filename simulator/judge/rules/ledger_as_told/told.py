"""What is told of money on its way to merchants, and what is left of it at the end."""

from __future__ import annotations

import re

from simulator.catalogue.disputes import ITEMS as DISPUTE_ITEMS
from simulator.judge.book import INSTANT
from simulator.judge.rule import Case
from simulator.judge.rules.ledger_as_told.accounts import Accounts, News, Payout, charges_of, move
from simulator.judge.rules.ledger_as_told.booked import (
    ADVANCED,
    CHARGES,
    CUSTOMERS,
    FEES,
    HELD,
    LENT,
    OUTSIDE,
    PAYEES,
    PAYOUT_FEE,
    POOL,
    SCHEME,
    TRANSIT,
    as_told,
)
from simulator.judge.transactions import HOST
from simulator.judge.words.sentences import yuan
from simulator.trace.records import (
    Disputed,
    ItemCleared,
    Journaled,
    MerchantSettled,
    NoticeSent,
    PayoutDiverted,
    PayoutPosted,
    PayoutReturned,
    PayoutSent,
    Released,
    Suspended,
)

NEWS_KEPT = 64  # of one merchant, that no notice told yet
PAYOUTS_KEPT = 5_000
# What a notice about a payout says: what came or is late, and the balance where it came.
_SUM, _BALANCE = re.compile(r"(?:结算|秒到)款([0-9.,]+)元"), re.compile(r"余额([0-9.,]+)元")
# In brackets: gross, fee, and what else was taken off, which make the sum.
_MADE_OF = re.compile(
    r"（交易总额(-?[0-9.]+)元(?:（[^（）]*）)?，手续费(-?[0-9.]+)元(?:（[^（）]*）)?(?:，另扣(-?[0-9.]+)元)?）")
ISSUER, NETWORK, ACQUIRER = "fee:issuer", "fee:scheme", "fee:acquirer"
NOT_TOLD = (*CUSTOMERS, PAYEES, HELD, OUTSIDE)  # see balances below zero, and each payout by itself

_Case = Case[Accounts]


def cleared(case: _Case, record: ItemCleared) -> None:
    """An item goes from the open ones into a settlement."""
    memory = case.memory
    if record.what in DISPUTE_ITEMS:
        _move_item(memory, record, memory.bank_disputing.get(record.key))
        if case.book.acquirer.shares:
            move(memory, ACQUIRER, record.fee_fen)
        return
    left = memory.items.get(record.key)
    if left is None:
        return
    if case.book.acquirer.shares:
        move(memory, ISSUER, record.issuer_fen)
        move(memory, NETWORK, record.scheme_fen)
        move(memory, ACQUIRER, record.fee_fen - record.issuer_fen - record.scheme_fen)
    _move_item(memory, record, memory.bank_of.get(record.key))
    if left > 1:
        memory.items[record.key] = left - 1
    else:
        del memory.items[record.key]
        memory.bank_of.pop(record.key, None)


def _move_item(memory: Accounts, record: ItemCleared, bank: str | None) -> None:
    """Of the merchant, of the scheme, and of the bank that moved its customer's money."""
    move(memory, f"merchant:{record.mid}:pending", -record.amount_fen)
    move(memory, SCHEME, record.amount_fen)
    if bank is not None:
        move(memory, bank, -record.amount_fen)
    if record.payout:  # paid at once, and the banks among themselves at the end of the day
        for account, fen in ((SCHEME, record.amount_fen), (bank or "", -record.amount_fen)):
            memory.deferred[account] = memory.deferred.get(account, 0) + fen


def cut_over(case: _Case, record: Journaled) -> None:
    """A business day ends: banks settle all that was cleared in it."""
    if record.actor == HOST and record.entry == "cutover":
        case.memory.deferred.clear()


def disputed(case: _Case, record: Disputed) -> None:
    """What a bank takes in a case is cleared under its sale; a case that is refused takes nothing."""
    memory = case.memory
    memory.sale_of[record.case] = record.key
    for known in (memory.sale_of, memory.bank_disputing):
        if len(known) > PAYOUTS_KEPT:
            del known[next(iter(known))]


def settled(case: _Case, record: MerchantSettled) -> None:
    """A merchant is owed what its items make, less the fee."""
    memory = case.memory
    move(memory, f"merchant:{record.mid}:payable",
          record.net_fen - record.withheld_fen - record.payout_fee_fen)
    move(memory, charges_of(record.mid), record.withheld_fen)
    move(memory, PAYOUT_FEE, record.payout_fee_fen)
    merchant = case.book.merchants.get(record.mid)
    if merchant is not None and merchant.opened.refund_beyond == ADVANCED:
        owed_fen = max(0, -record.net_fen) - record.netted_fen  # so much more than before
        move(memory, f"advance:{record.mid}", -owed_fen)
        move(memory, f"merchant:{record.mid}:payable", owed_fen)
    if record.payout.startswith(INSTANT) and case.book.acquirer.advance_pool_fen is not None:
        lent_fen = max(
            0, record.net_fen - record.netted_fen - record.withheld_fen - record.payout_fee_fen)
        memory.lent_fen += lent_fen
        move(memory, POOL, -lent_fen)
        move(memory, LENT, lent_fen)
    if not case.book.acquirer.shares:
        move(memory, FEES, record.fee_fen)
    memory.settled[record.payout] = record
    if len(memory.settled) > PAYOUTS_KEPT:  # such as came to nothing, and have no posting
        del memory.settled[next(iter(memory.settled))]


def sent(case: _Case, record: PayoutSent) -> None:
    """A payout is on its way to the bank."""
    memory = case.memory
    memory.payouts.setdefault(record.payout, Payout(record.net_fen))
    move(memory, f"merchant:{record.mid}:payable", -record.net_fen)
    move(memory, TRANSIT, record.net_fen)


def returned(case: _Case, record: PayoutReturned) -> None:
    """It came back."""
    payout = case.memory.payouts.get(record.payout)
    if payout is not None:
        _news(case.memory, record.mid, (_written(payout.fen), ""))
        move(case.memory, TRANSIT, -payout.fen)
        move(case.memory, f"merchant:{record.mid}:payable", payout.fen)


def diverted(case: _Case, record: PayoutDiverted) -> None:
    """An intermediary has it, for the books until the merchant's bank says otherwise."""
    memory = case.memory
    memory.diverted[record.payout] = record.account
    if len(memory.diverted) > PAYOUTS_KEPT:
        del memory.diverted[next(iter(memory.diverted))]
    move(memory, TRANSIT, -record.net_fen)
    move(memory, record.account, record.net_fen)


def arrived(case: _Case, record: PayoutPosted) -> None:
    """It is in the merchant's account; the books have moved the same sum just before."""
    memory = case.memory
    payout = memory.payouts.get(record.payout)
    if payout is None:
        payout = memory.payouts[record.payout] = Payout(record.net_fen)
    payout.told += record.net_fen
    _news(memory, record.mid, (_written(record.net_fen), _written(payout.balance)))
    case.exercised += 1
    merchant = case.book.merchants.get(record.mid)
    move(memory, memory.diverted.pop(record.payout, TRANSIT), -record.net_fen)
    if payout.told != payout.booked:
        case.find(
            "payout_booked_otherwise", at_ms=record.at_ms, mid=record.mid, payout=record.payout,
            told=yuan(payout.told), booked=yuan(payout.booked), story=[record],
            amount_fen=abs(payout.told - payout.booked), merchant=merchant.actor if merchant else "",
        )


def suspended(case: _Case, record: Suspended) -> None:
    """It stands in suspense; a sum below zero is only carried forward."""
    if record.net_fen > 0:
        case.memory.payouts.setdefault(record.payout, Payout(record.net_fen))
        move(case.memory, f"merchant:{record.mid}:payable", -record.net_fen)
        move(case.memory, f"suspense:{record.mid}", record.net_fen)


def released(case: _Case, record: Released) -> None:
    """It left suspense."""
    move(case.memory, f"suspense:{record.mid}", -record.net_fen)
    move(case.memory, f"merchant:{record.mid}:payable", record.net_fen)


def noticed(case: _Case, record: NoticeSent) -> None:
    """A merchant is told of its money."""
    fen, balance = _SUM.search(record.text), _BALANCE.search(record.text)
    if fen is None:
        return  # of something else: a dispute, a limit
    news = case.memory.news.get(record.mid, [])
    said = fen[1], balance[1] if balance is not None else ""
    made_of = _MADE_OF.search(record.text)
    if said in news and (made_of is None or _comes_to(made_of) == fen[1]):
        news.remove(said)
        return
    case.find("notice_otherwise", at_ms=record.at_ms, mid=record.mid, told=" / ".join(filter(None, said)),
              right=", ".join(" / ".join(filter(None, each)) for each in news) or "–")


def _comes_to(made_of: re.Match[str]) -> str:
    gross, fee, off = (int((each or "0").replace(".", "")) for each in made_of.groups())
    return _written(gross - fee - off)


def at_end(case: _Case) -> None:
    """Both sides of each account, once nothing is in the middle of its instant."""
    memory = case.memory
    if not case.book.is_whole() or not memory.has_clearing:
        return
    for record in memory.settled.values():
        if not record.gross_fen and not record.net_fen:
            continue
        case.find(
            "settlement_booked_otherwise", at_ms=record.at_ms, mid=record.mid, payout=record.payout,
            told=as_told(record), booked="–", amount_fen=record.net_fen,
        )
    for account, less in sorted(memory.told.items()):
        if less not in (0, memory.deferred.get(account, 0)) and not account.startswith(NOT_TOLD):
            names = _names(account)
            booked = sum(fen for name, fen in memory.booked.items() if name.startswith(names))
            case.find("account_not_as_told", account=account, booked=yuan(booked),
                      told=yuan(booked + less), amount_fen=abs(less))


def _names(account: str) -> tuple[str, ...]:
    if account == FEES:
        return ISSUER, NETWORK, ACQUIRER
    mid = account.removeprefix(charges_of(""))
    return (account,) if mid == account else tuple(begins + mid for begins in CHARGES)


def _written(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02}"


def _news(memory: Accounts, mid: str, told: News) -> None:
    news = memory.news.setdefault(mid, [])
    news.append(told)
    if len(news) > NEWS_KEPT:
        del news[0]
    while len(memory.payouts) > PAYOUTS_KEPT:
        del memory.payouts[next(iter(memory.payouts))]
