"""Invariant 17: money goes to whom it belongs: merchant by terminal, customer by card, back where it came from.

Cards that nobody named share a pool account for each bank: which of its customers it was is not seen.
"""

from __future__ import annotations

from functools import lru_cache

import msgspec

from simulator.catalogue.money_reasons import PostingReason as Why
from simulator.judge.evidence import BOOKS
from simulator.judge.open_items import Transaction
from simulator.judge.rule import Case, Rule
from simulator.judge.tracking.moments import SaleClosed
from simulator.judge.tracking.postings import ISSUING
from simulator.judge.tracking.stretches import SaleAsked, SaleDecided
from simulator.judge.transactions import HOST, RETURNING
from simulator.judge.verdict import Urgency
from simulator.judge.words.sentences import Sentence, yuan
from simulator.trace.records import BankOpened, ItemCleared, Posted, Sent, key_of, tid_of

CUSTOMER, WALLET, MERCHANT = "cardholder:", "wallet:", "merchant:"
BEGINNINGS_KEPT = 1_000
CUSTOMERS = "cw"  # how both begin, and no others of the chart
OWED, HELD = "due:", "hold:"
OF_MERCHANT = (MERCHANT, "suspense:", "advance:", "deposit:", "sim_fee:", "intermediary:")  # the MID follows
OF_BANKS = (OWED, HELD)
NUMBERS = len("/000001/000021")  # what follows the TID in the name of a transaction
_OF_PAYOUT = frozenset({
    Why.CLEARING, Why.PAYOUT, Why.PAYOUT_RETURNED, Why.SUSPEND, Why.RELEASE, Why.WITHHOLD, Why.PAYOUT_FEE,
    Why.ADVANCE, Why.RECOVER, Why.DIVERTED,
})
_CAPTURE = Why.CAPTURE  # a member is found more slowly by its set
_TO_CUSTOMER = frozenset({Why.CREDIT, Why.REVERSE, Why.RELEASE})


class Purses(msgspec.Struct, gc=False):
    """Whose money moved under which key, and which cards have an account of their own."""

    of_key: dict[str, str] = msgspec.field(default_factory=dict)  # customer's account, by open key
    banks: dict[str, str] = msgspec.field(default_factory=dict)  # by how numbers of their cards begin
    own: dict[str, frozenset[str]] = msgspec.field(default_factory=dict)  # accounts by masked card
    begin: dict[str, frozenset[str]] = msgspec.field(default_factory=dict)
    """Banks that have cards which begin so, as far as was asked."""
    pools: dict[str, str] = msgspec.field(default_factory=dict)
    """Of cards that begin so, the account that their bank's customers share, as far as one was debited."""


_Case = Case[Purses]


def opened(case: _Case, record: BankOpened) -> None:
    """A bank, and how the numbers of its cards begin."""
    if record.pan_prefix:
        case.memory.banks[record.pan_prefix] = record.actor.removeprefix("bank.")
        case.memory.begin.clear()
        case.memory.pools.clear()


def sent(case: _Case, record: Sent) -> None:
    """A request leaves: with the card of the customer who is served."""
    if record.actor == HOST or not record.card or not record.sale:
        return
    wish = case.book.wishes.of(record.sale, record.what)
    if wish is not None and wish.card and wish.card != record.card:
        key = key_of(record.tid, record.batch, record.stan)
        case.find(
            "other_card_sent", at_ms=record.at_ms, sale=case.book.sales.get(record.sale), key=key,
            tid=record.tid, order=record.sale, sent=record.card, right=wish.card, story=[record],
            amount_fen=record.amount_fen or 0,
        )


def posted(case: _Case, record: Posted) -> None:
    """Money moved."""
    why = record.why
    if why in ISSUING:
        for account, _ in record.entries:
            if account[0] in CUSTOMERS:
                _of_customer(case, record, account)
                return
    if why == _CAPTURE:
        _captured(case, record)
    elif why in _OF_PAYOUT:
        _of_payout(case, record)
    elif why == Why.OPENING:
        _opened(case.memory, record.key)


def cleared(case: _Case, record: ItemCleared) -> None:
    """An item goes into a merchant's settlement."""
    right = _mid_of(case, record.key)
    if right and record.mid != right:
        _find(case, "cleared_for_other", record.at_ms, record.key, record.amount_fen,
              mid=right, other=record.mid)


def closed(case: _Case, moment: SaleClosed) -> None:
    """A sale is answered for; what comes back of it later goes by the card of its request."""
    for key in moment.sale.keys:
        case.memory.of_key.pop(key, None)


# ---- the merchant's side -------------------------------------------------------------------------


def _captured(case: _Case, record: Posted) -> None:
    case.exercised += 1
    right = _mid_of(case, record.key)
    if not right:
        return
    for account, fen in record.entries:
        if account[:9] == MERCHANT and not account.startswith(f"{right}:", 9):
            _find(case, "captured_for_other", record.at_ms, record.key, fen, mid=right,
                  other=_mid_in(account), story=record)


def _of_payout(case: _Case, record: Posted) -> None:
    settlement = case.book.payouts.get(record.key)
    if settlement is None:
        return
    for account, fen in record.entries:
        if not account.startswith(OF_MERCHANT):
            continue
        if _mid_in(account) != settlement.mid:
            case.find(
                "moved_for_other", at_ms=record.at_ms, mid=settlement.mid, payout=record.key,
                account=account, sum=yuan(fen), amount_fen=abs(fen), story=[record],
            )


def _mid_in(account: str) -> str:
    """Of a name in the chart; a merchant's number may have a colon of its own."""
    name = account.partition(":")[2]
    return name.rpartition(":")[0] if account.startswith(MERCHANT) else name


def _mid_of(case: _Case, key: str) -> str:
    terminal = case.book.terminals.get(key[:-NUMBERS])
    return terminal.opened.mid if terminal is not None else ""


# ---- the customer's side -------------------------------------------------------------------------


def _of_customer(case: _Case, record: Posted, customer: str) -> None:
    case.exercised += 1
    memory = case.memory
    key = record.key
    own = _own_accounts(customer)
    for account, fen in record.entries:
        if account not in own and account.startswith(OF_BANKS):
            _find(case, "owed_by_other_bank", record.at_ms, key, fen, customer=customer,
                  account=account, story=record)
    transaction = case.book.transactions.get(key)
    known = _payer(case, key)
    if known is None and transaction is not None and transaction.what in RETURNING:
        known = _payer_of_original(case, transaction)
    fits = (
        _fits_known(known, customer, transaction) if known
        else _fits_user(case, customer, transaction) if customer.startswith(WALLET)
        else _fits_card(memory, customer, transaction))
    if not fits:
        code = "returned_to_other" if record.why in _TO_CUSTOMER else "debited_other_customer"
        _find(case, code, record.at_ms, key, sum(fen for name, fen in record.entries if name == customer),
              customer=customer, right=known or (transaction.card if transaction else ""), story=record)
    elif known is None:
        memory.of_key[key] = customer


def _payer(case: _Case, key: str) -> str | None:
    """Whose money moved under a key; of what went the plain way its transaction tells."""
    known = case.memory.of_key.get(key)
    if known is None:
        transaction = case.book.transactions.get(key)
        known = transaction.payer if transaction is not None else None
    return known or None


def _payer_of_original(case: _Case, transaction: Transaction) -> str | None:
    """Whose money comes back: by what the request names, or where that is nothing by what people meant."""
    named = transaction.original.key if transaction.original else transaction.names
    if named:
        return _payer(case, named)
    meant = case.book.sales.get(transaction.sale.undoes)
    payers = (_payer(case, key) for key in (meant.keys if meant is not None else ()))
    return next((payer for payer in payers if payer), None)


def _fits_known(known: str, customer: str, transaction: Transaction | None) -> bool:
    """Whether money moves at the account where it did before, or the one that its card has had since."""
    if known == customer:
        return True
    if "/" in known or transaction is None or not transaction.card:
        return False
    return _bank_of(known) == _bank_of(customer) and _mask_of(customer) == transaction.card


def _fits_user(case: _Case, customer: str, transaction: Transaction | None) -> bool:
    """Whether a wallet moves the money of the user who meant to pay; of one without a name, that of the others.

    What goes back is held against whoever paid; of a sale that is answered for nobody knows any more.
    """
    if transaction is not None and transaction.what in RETURNING:
        return True
    sale = transaction.sale if transaction is not None else None
    wish = None if sale is None or transaction is None else case.book.wishes.of(sale.sale, transaction.what)
    return wish is None or customer.partition("/")[2] == wish.user


def _fits_card(memory: Purses, customer: str, transaction: Transaction | None) -> bool:
    """Whether an account is that of the card which was presented, as far as one can tell."""
    if transaction is None or not transaction.card:
        return True
    if not _is_of_bank(memory, transaction.card, customer):
        return False
    if "/" in customer:
        return _mask_of(customer) == transaction.card
    own = memory.own.get(transaction.card)
    return own is None or not any("#" not in account for account in own)


def _is_of_bank(memory: Purses, card: str, customer: str) -> bool:
    """Whether a bank has the cards that begin so; masked ones show as much as tells banks apart, or not."""
    shown = card.partition("*")[0]
    banks = memory.begin.get(shown)
    if banks is None:
        banks = memory.begin[shown] = frozenset(
            bank for prefix, bank in memory.banks.items() if shown.startswith(prefix[:len(shown)]))
        if len(memory.begin) > BEGINNINGS_KEPT:
            del memory.begin[next(iter(memory.begin))]
    return len(banks) != 1 or _bank_named(customer) in banks


def _opened(memory: Purses, account: str) -> None:
    if account.startswith(CUSTOMER) and "/" in account:
        mask = _mask_of(account)
        memory.own[mask] = memory.own.get(mask, frozenset()) | {account}


def _mask_of(account: str) -> str:
    return account.partition("/")[2].partition("#")[0]


@lru_cache(1_024)
def _own_accounts(customer: str) -> tuple[str, str, str]:
    """A customer's own, and those in which its bank owes and holds."""
    bank = _bank_of(customer)
    return customer, f"{OWED}{bank}", f"{HELD}{bank}"


@lru_cache(1_024)
def _bank_of(account: str) -> str:
    return account.partition(":")[2].partition("/")[0]


@lru_cache(1_024)
def _bank_named(account: str) -> str:
    return _bank_of(account).removeprefix("bank.")


def _find(
    case: _Case, code: str, at_ms: int, key: str, fen: int, story: Posted | None = None, *,
    mid: str = "", other: str = "", customer: str = "", right: str = "", account: str = "",
) -> None:
    transaction = case.book.transactions.get(key)
    sale = transaction.sale if transaction is not None else None
    told = [*((sale.story if sale is not None else None) or ()), *([story] if story else ())]
    case.find(code, at_ms=at_ms, key=key, tid=tid_of(key), sale=sale, amount_fen=abs(fen),
              sum=yuan(abs(fen)), story=told, mid=mid, other=other, customer=customer, right=right,
              account=account)


def decided(case: _Case, stretch: SaleDecided) -> None:
    """A sale is debited and captured, for the terminal's merchant."""
    memory, transaction = case.memory, stretch.transaction
    (customer, _), (owed, _) = stretch.debit.entries
    begins = transaction.card.partition("*")[0]
    is_known = memory.pools.get(begins) == customer and not memory.own
    if owed != _own_accounts(customer)[1] or not (
        is_known or _fits_card(memory, customer, transaction)
    ):
        posted(case, stretch.debit)
        memory.of_key.setdefault(transaction.key, "")  # not the one that it should be
    else:
        case.exercised += 1
        if not is_known and "/" not in customer:
            memory.pools[begins] = customer
            if len(memory.pools) > BEGINNINGS_KEPT:
                del memory.pools[next(iter(memory.pools))]
    case.exercised += 1


RULE = Rule(
    number=17, en="money goes to whom it belongs", zh="资金归属正确", needs=BOOKS, remembers=Purses,
    findings=(
        Sentence("captured_for_other", Urgency.SAFETY,
                 "{key} is merchant {mid}'s and was captured with {sum} for {other}",
                 "{key} 属于商户 {mid}，却以 {sum} 记入商户 {other}"),
        Sentence("cleared_for_other", Urgency.SAFETY,
                 "{key} is merchant {mid}'s and was cleared with {sum} for {other}",
                 "{key} 属于商户 {mid}，却以 {sum} 清算给商户 {other}"),
        Sentence("moved_for_other", Urgency.SAFETY,
                 "payout {payout} is merchant {mid}'s, and {sum} of it moved at {account}",
                 "付款 {payout} 属于商户 {mid}，其中 {sum} 却记在 {account}"),
        Sentence("other_card_sent", Urgency.SAFETY,
                 "{order} is paid with card {right}, and terminal {tid} sent {key} with {sent}",
                 "{order} 由卡 {right} 支付，终端 {tid} 发出的 {key} 却为卡 {sent}"),
        Sentence("debited_other_customer", Urgency.SAFETY,
                 "{sum} of {key} were moved at {customer}, which is not the account of {right}",
                 "{key} 的 {sum} 记在 {customer}，而非 {right} 的账户"),
        Sentence("returned_to_other", Urgency.SAFETY,
                 "{sum} of {key} went back to {customer}; they came from {right}",
                 "{key} 的 {sum} 退回 {customer}，而原款来自 {right}"),
        Sentence("owed_by_other_bank", Urgency.SAFETY,
                 "{sum} of {key} moved at {customer} are booked at {account}, of another bank",
                 "{key} 在 {customer} 变动的 {sum} 记入了他行账户 {account}"),
    ),
    only={Sent: frozenset({"terminal"})},
    plain={SaleAsked: 0, SaleDecided: decided},
    hears={BankOpened: opened, Sent: sent, Posted: posted, ItemCleared: cleared, SaleClosed: closed},
)
