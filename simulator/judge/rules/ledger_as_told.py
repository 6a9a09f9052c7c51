"""Invariant 21: the ledger is as told: the judge keeps the accounts itself and compares.

On one side what the books posted, on the other what was told of it: items cleared, settlements,
payouts sent, posted, returned, put on suspense and released.  Accounts that must rest at zero then
hold what is still open and nothing else.
"""

from __future__ import annotations

import re

import msgspec

from simulator.catalogue.disputes import ITEMS as DISPUTE_ITEMS
from simulator.catalogue.money_reasons import PostingReason as Why
from simulator.judge.book import INSTANT
from simulator.judge.evidence import BOOKS
from simulator.judge.rule import Case, Rule
from simulator.judge.tracking.stretches import SaleDecided
from simulator.judge.transactions import HOST
from simulator.judge.verdict import Urgency
from simulator.judge.words.sentences import Sentence, yuan
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
    Posted,
    Record,
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
SCHEME, TRANSIT, FEES = "scheme:receivable", "payout:in_transit", "fee:"
OWED, HELD, OUTSIDE = "due:", "hold:", "outside"
CUSTOMERS, PAYEES = ("cardholder:", "wallet:"), "account:"
# Where a balance below zero is money that nobody has; a pool's customers may spend what it was opened with.
NEVER_BELOW = ("suspense:", TRANSIT, HELD, *CUSTOMERS, PAYEES)
NOT_TOLD = (*CUSTOMERS, PAYEES, HELD, OUTSIDE)  # see balances below zero, and each payout by itself
# Told of by records of their own; what else is posted is taken as it is.
_CAPTURE = Why.CAPTURE  # found more slowly by its set
_TOLD_OTHERWISE = frozenset({
    Why.CLEARING, Why.INTERBANK, Why.PAYOUT, Why.PAYOUT_POSTED, Why.PAYOUT_RETURNED, Why.SUSPEND,
    Why.DIVERTED, Why.WITHHOLD, Why.PAYOUT_FEE, Why.ADVANCE, Why.RECOVER, Why.POOL_LENT, Why.POOL_BACK,
})
CHARGES = ("deposit:", "sim_fee:")  # told together
PAYOUT_FEE = "fee:payout"
POOL, LENT, ADVANCED = "pool:free", "pool:lent", "advanced"


_News = tuple[str, str]  # sum, and the balance after it, as notices write them; "" where none is told


class Payout(msgspec.Struct, gc=False):
    """One payout under way: what was told and what was booked of it."""

    fen: int
    told: int = 0  # PayoutPosted
    booked: int = 0  # and posted
    balance: int = 0  # of the account after it


class Accounts(msgspec.Struct, gc=False):
    """Both sides of every account but customers' own."""

    booked: dict[str, int] = msgspec.field(default_factory=dict)
    told: dict[str, int] = msgspec.field(default_factory=dict)  # less what is posted and told alike
    below: dict[str, None] = msgspec.field(default_factory=dict)  # found below zero already
    opened: dict[str, None] = msgspec.field(default_factory=dict)  # whose funds the trace shows
    bank_of: dict[str, str] = msgspec.field(default_factory=dict)  # due account, by open key
    deferred: dict[str, int] = msgspec.field(default_factory=dict)  # told: banks settle it at the cut-over
    sale_of: dict[str, str] = msgspec.field(default_factory=dict)  # that a case is about
    bank_disputing: dict[str, str] = msgspec.field(default_factory=dict)  # due account, by disputed sale
    items: dict[str, int] = msgspec.field(default_factory=dict)  # captured and not cleared, by key
    settled: dict[str, MerchantSettled] = msgspec.field(default_factory=dict)  # and not booked yet
    payouts: dict[str, Payout] = msgspec.field(default_factory=dict)
    news: dict[str, list[_News]] = msgspec.field(default_factory=dict)  # what is to be told, by MID
    diverted: dict[str, str] = msgspec.field(default_factory=dict)  # payout: who has it instead
    lent_fen: int = 0  # told: taken from the pool since it was last filled up
    has_clearing: bool = False  # the trace shows what clearing and payout book


_Case = Case[Accounts]


# ---- what is booked ------------------------------------------------------------------------------


def posted(case: _Case, record: Posted) -> None:
    """Money moved."""
    memory = case.memory
    why = record.why
    booked, key = memory.booked, record.key
    for account, fen in record.entries:
        now = booked[account] = booked.get(account, 0) + fen
        if now < 0 and fen < 0 and account.startswith(NEVER_BELOW):
            _below(case, record, account, now)
    if why == _CAPTURE:
        memory.items[key] = memory.items.get(key, 0) + 1
        return  # between the scheme and the merchant: no bank owes by it
    if why in _TOLD_OTHERWISE or (key in memory.payouts and why == Why.RELEASE):
        _own_booked(case, record)
        return
    for account, _ in record.entries:
        if account.startswith(OWED):
            memory.bank_of[key] = account
            if key in memory.sale_of:
                memory.bank_disputing[memory.sale_of[key]] = account
    if why == Why.OPENING:
        memory.opened[key] = None


def _own_booked(case: _Case, record: Posted) -> None:
    """What is told of by records of its own comes off what was told."""
    memory = case.memory
    for account, fen in record.entries:
        name = FEES if account[:4] == FEES and not case.book.acquirer.shares and account != PAYOUT_FEE else account
        if name.startswith(CHARGES):
            name = _charges(name.partition(":")[2])
        memory.told[name] = memory.told.get(name, 0) - fen
    if record.why == Why.POOL_BACK:
        _move(memory, POOL, memory.lent_fen)
        _move(memory, LENT, -memory.lent_fen)
        memory.lent_fen = 0
    if record.why == Why.CLEARING:
        memory.has_clearing = True
        _settlement_booked(case, record)
    elif record.why == Why.PAYOUT_POSTED:
        _payout_booked(case, record)


def _below(case: _Case, record: Posted, account: str, now: int) -> None:
    memory = case.memory
    if account in memory.below or (account.startswith(CUSTOMERS) and account not in memory.opened):
        return
    if account.startswith(TRANSIT) and not memory.has_clearing:
        return
    memory.below[account] = None
    case.find("account_below_zero", at_ms=record.at_ms, key=record.key, account=account,
              balance=yuan(now), amount_fen=-now, story=[record])


def _settlement_booked(case: _Case, record: Posted) -> None:
    """Against what was told of the settlement, which comes first."""
    told = case.memory.settled.pop(record.key, None)
    if told is None:
        if not all(account.startswith(FEES) for account, _ in record.entries):
            _otherwise(case, record, record.key, "", "0", _legs(record))
        return  # shares alone, of sales and refunds that come to nothing: looked at in their accounts
    right = {
        f"merchant:{told.mid}:pending": -told.gross_fen,
        f"merchant:{told.mid}:payable": told.net_fen, FEES: told.fee_fen,
    }
    booked: dict[str, int] = {}
    for account, fen in record.entries:
        name = FEES if account.startswith(FEES) else account
        booked[name] = booked.get(name, 0) + fen
    case.exercised += 1
    if _moved(booked) != _moved(right):
        _otherwise(case, record, record.key, told.mid, _as_told(told), _legs(record))


def _payout_booked(case: _Case, record: Posted) -> None:
    payout = case.memory.payouts.get(record.key)
    fen = sum(moved for account, moved in record.entries if account.startswith(PAYEES))
    if payout is None:
        payout = case.memory.payouts[record.key] = Payout(fen)
    payout.booked += fen
    payout.balance = next((
        case.memory.booked[account] for account, _ in record.entries if account.startswith(PAYEES)), 0)


# ---- what is told --------------------------------------------------------------------------------


def cleared(case: _Case, record: ItemCleared) -> None:
    """An item goes from the open ones into a settlement."""
    memory = case.memory
    if record.what in DISPUTE_ITEMS:
        _move_item(memory, record, memory.bank_disputing.get(record.key))
        if case.book.acquirer.shares:
            _move(memory, ACQUIRER, record.fee_fen)
        return
    left = memory.items.get(record.key)
    if left is None:
        return
    if case.book.acquirer.shares:
        _move(memory, ISSUER, record.issuer_fen)
        _move(memory, NETWORK, record.scheme_fen)
        _move(memory, ACQUIRER, record.fee_fen - record.issuer_fen - record.scheme_fen)
    _move_item(memory, record, memory.bank_of.get(record.key))
    if left > 1:
        memory.items[record.key] = left - 1
    else:
        del memory.items[record.key]
        memory.bank_of.pop(record.key, None)


def _move_item(memory: Accounts, record: ItemCleared, bank: str | None) -> None:
    """Of the merchant, of the scheme, and of the bank that moved its customer's money."""
    _move(memory, f"merchant:{record.mid}:pending", -record.amount_fen)
    _move(memory, SCHEME, record.amount_fen)
    if bank is not None:
        _move(memory, bank, -record.amount_fen)
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
    _move(memory, f"merchant:{record.mid}:payable",
          record.net_fen - record.withheld_fen - record.payout_fee_fen)
    _move(memory, _charges(record.mid), record.withheld_fen)
    _move(memory, PAYOUT_FEE, record.payout_fee_fen)
    merchant = case.book.merchants.get(record.mid)
    if merchant is not None and merchant.opened.refund_beyond == ADVANCED:
        owed_fen = max(0, -record.net_fen) - record.netted_fen  # so much more than before
        _move(memory, f"advance:{record.mid}", -owed_fen)
        _move(memory, f"merchant:{record.mid}:payable", owed_fen)
    if record.payout.startswith(INSTANT) and case.book.acquirer.advance_pool_fen is not None:
        lent_fen = max(
            0, record.net_fen - record.netted_fen - record.withheld_fen - record.payout_fee_fen)
        memory.lent_fen += lent_fen
        _move(memory, POOL, -lent_fen)
        _move(memory, LENT, lent_fen)
    if not case.book.acquirer.shares:
        _move(memory, FEES, record.fee_fen)
    memory.settled[record.payout] = record
    if len(memory.settled) > PAYOUTS_KEPT:  # such as came to nothing, and have no posting
        del memory.settled[next(iter(memory.settled))]


def sent(case: _Case, record: PayoutSent) -> None:
    """A payout is on its way to the bank."""
    memory = case.memory
    memory.payouts.setdefault(record.payout, Payout(record.net_fen))
    _move(memory, f"merchant:{record.mid}:payable", -record.net_fen)
    _move(memory, TRANSIT, record.net_fen)


def returned(case: _Case, record: PayoutReturned) -> None:
    """It came back."""
    payout = case.memory.payouts.get(record.payout)
    if payout is not None:
        _news(case.memory, record.mid, (_written(payout.fen), ""))
        _move(case.memory, TRANSIT, -payout.fen)
        _move(case.memory, f"merchant:{record.mid}:payable", payout.fen)


def diverted(case: _Case, record: PayoutDiverted) -> None:
    """An intermediary has it, for the books until the merchant's bank says otherwise."""
    memory = case.memory
    memory.diverted[record.payout] = record.account
    if len(memory.diverted) > PAYOUTS_KEPT:
        del memory.diverted[next(iter(memory.diverted))]
    _move(memory, TRANSIT, -record.net_fen)
    _move(memory, record.account, record.net_fen)


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
    _move(memory, memory.diverted.pop(record.payout, TRANSIT), -record.net_fen)
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
        _move(case.memory, f"merchant:{record.mid}:payable", -record.net_fen)
        _move(case.memory, f"suspense:{record.mid}", record.net_fen)


def released(case: _Case, record: Released) -> None:
    """It left suspense."""
    _move(case.memory, f"suspense:{record.mid}", -record.net_fen)
    _move(case.memory, f"merchant:{record.mid}:payable", record.net_fen)


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


# ---- the end -------------------------------------------------------------------------------------


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
            told=_as_told(record), booked="–", amount_fen=record.net_fen,
        )
    for account, less in sorted(memory.told.items()):
        if less not in (0, memory.deferred.get(account, 0)) and not account.startswith(NOT_TOLD):
            names = _names(account)
            booked = sum(fen for name, fen in memory.booked.items() if name.startswith(names))
            case.find("account_not_as_told", account=account, booked=yuan(booked),
                      told=yuan(booked + less), amount_fen=abs(less))


# ---- parts ---------------------------------------------------------------------------------------


def _names(account: str) -> tuple[str, ...]:
    if account == FEES:
        return ISSUER, NETWORK, ACQUIRER
    mid = account.removeprefix(_charges(""))
    return (account,) if mid == account else tuple(begins + mid for begins in CHARGES)


def _charges(mid: str) -> str:
    """What a merchant paid of deposit and SIM fee, in one."""
    return f"deposit + sim_fee:{mid}"


def _written(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02}"


def _news(memory: Accounts, mid: str, told: _News) -> None:
    news = memory.news.setdefault(mid, [])
    news.append(told)
    if len(news) > NEWS_KEPT:
        del news[0]
    while len(memory.payouts) > PAYOUTS_KEPT:
        del memory.payouts[next(iter(memory.payouts))]


def _moved(sums: dict[str, int]) -> dict[str, int]:
    return {account: fen for account, fen in sums.items() if fen}


def _move(memory: Accounts, account: str, fen: int) -> None:
    memory.told[account] = memory.told.get(account, 0) + fen


def _otherwise(case: _Case, record: Record, payout: str, mid: str, told: str, booked: str) -> None:
    case.find("settlement_booked_otherwise", at_ms=record.at_ms, payout=payout, mid=mid, told=told,
              booked=booked, story=[record])


def _as_told(record: MerchantSettled) -> str:
    return f"{yuan(record.gross_fen)} - {yuan(record.fee_fen)} = {yuan(record.net_fen)}"


def _legs(record: Posted) -> str:
    return ", ".join(f"{account} {yuan(fen)}" for account, fen in record.entries)


def decided(case: _Case, stretch: SaleDecided) -> None:
    """A sale is debited and captured."""
    memory, record, key = case.memory, stretch.debit, stretch.transaction.key
    if key in memory.sale_of:
        posted(case, record)
        posted(case, stretch.capture)
        return
    booked = memory.booked
    (customer, fen), (owed, due) = record.entries
    left = booked[customer] = booked.get(customer, 0) + fen
    if left < 0:
        _below(case, record, customer, left)
    booked[owed] = booked.get(owed, 0) + due
    memory.bank_of[key] = owed
    for account, moved in stretch.capture.entries:
        booked[account] = booked.get(account, 0) + moved
    memory.items[key] = memory.items.get(key, 0) + 1


RULE = Rule(
    number=21, en="the ledger is as told", zh="账实相符", needs=BOOKS, remembers=Accounts,
    findings=(
        Sentence("settlement_booked_otherwise", Urgency.SAFETY,
                 "settlement {payout} was told as {told} and booked as {booked}",
                 "清算 {payout} 报告为 {told}，账上却为 {booked}"),
        Sentence("payout_booked_otherwise", Urgency.SAFETY,
                 "payout {payout} was told with {told} in all, and {booked} were booked",
                 "付款 {payout} 报告共 {told}，账上却记 {booked}"),
        Sentence("notice_otherwise", Urgency.SAFETY,
                 "merchant {mid} was told of {told} (sum / balance); what was booked or returned is {right}",
                 "商户 {mid} 收到 {told}（金额/余额）的通知；实际入账或退回为 {right}"),
        Sentence("account_not_as_told", Urgency.SAFETY,
                 "account {account} holds {booked}; what was told makes {told}",
                 "账户 {account} 余额为 {booked}；按已报告的业务应为 {told}"),
        Sentence("account_below_zero", Urgency.SAFETY,
                 "account {account} is at {balance} after {key}, and cannot be below zero",
                 "账户 {account} 在 {key} 之后余额为 {balance}，不可能为负"),
    ),
    only={Journaled: frozenset({"cutover"})},
    plain={SaleDecided: decided},
    hears={
        Posted: posted, ItemCleared: cleared, MerchantSettled: settled, PayoutSent: sent,
        PayoutReturned: returned, PayoutDiverted: diverted, PayoutPosted: arrived, Suspended: suspended, Released: released,
        NoticeSent: noticed, Disputed: disputed, Journaled: cut_over,
    },
    at_end=at_end,
)
