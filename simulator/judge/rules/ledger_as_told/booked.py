"""What the books posted, taken off what was told of it."""

from __future__ import annotations

from simulator.catalogue.money_reasons import PostingReason as Why
from simulator.judge.rule import Case
from simulator.judge.rules.ledger_as_told.accounts import Accounts, Payout, charges_of, move
from simulator.judge.tracking.stretches import SaleDecided
from simulator.judge.words.sentences import yuan
from simulator.trace.records import MerchantSettled, Posted, Record

SCHEME, TRANSIT, FEES = "scheme:receivable", "payout:in_transit", "fee:"
OWED, HELD, OUTSIDE = "due:", "hold:", "outside"
CUSTOMERS, PAYEES = ("cardholder:", "wallet:"), "account:"
# Where a balance below zero is money that nobody has; a pool's customers may spend what it was opened with.
NEVER_BELOW = ("suspense:", TRANSIT, HELD, *CUSTOMERS, PAYEES)
# Told of by records of their own; what else is posted is taken as it is.
_CAPTURE = Why.CAPTURE  # found more slowly by its set
_TOLD_OTHERWISE = frozenset({
    Why.CLEARING, Why.INTERBANK, Why.PAYOUT, Why.PAYOUT_POSTED, Why.PAYOUT_RETURNED, Why.SUSPEND,
    Why.DIVERTED, Why.WITHHOLD, Why.PAYOUT_FEE, Why.ADVANCE, Why.RECOVER, Why.POOL_LENT, Why.POOL_BACK,
})
CHARGES = ("deposit:", "sim_fee:")  # told together
PAYOUT_FEE = "fee:payout"
POOL, LENT, ADVANCED = "pool:free", "pool:lent", "advanced"

_Case = Case[Accounts]


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
            name = charges_of(name.partition(":")[2])
        memory.told[name] = memory.told.get(name, 0) - fen
    if record.why == Why.POOL_BACK:
        move(memory, POOL, memory.lent_fen)
        move(memory, LENT, -memory.lent_fen)
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
        _otherwise(case, record, record.key, told.mid, as_told(told), _legs(record))


def _payout_booked(case: _Case, record: Posted) -> None:
    payout = case.memory.payouts.get(record.key)
    fen = sum(moved for account, moved in record.entries if account.startswith(PAYEES))
    if payout is None:
        payout = case.memory.payouts[record.key] = Payout(fen)
    payout.booked += fen
    payout.balance = next((
        case.memory.booked[account] for account, _ in record.entries if account.startswith(PAYEES)), 0)


def _moved(sums: dict[str, int]) -> dict[str, int]:
    return {account: fen for account, fen in sums.items() if fen}


def _otherwise(case: _Case, record: Record, payout: str, mid: str, told: str, booked: str) -> None:
    case.find("settlement_booked_otherwise", at_ms=record.at_ms, payout=payout, mid=mid, told=told,
              booked=booked, story=[record])


def as_told(record: MerchantSettled) -> str:
    """What a settlement was told as."""
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
