"""Books built wrong on purpose, each with the invariant that must notice.

The right classes hold no trace of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any
from weakref import WeakKeyDictionary

from simulator.catalogue.money_reasons import PayoutReason, PostingReason
from simulator.defect import Defect, Replacement
from simulator.money import accounts
from simulator.money.clearing import ClearedItem, Clearing
from simulator.money.issuer import IssuerAnswer, IssuerBooks
from simulator.money.ledger import Entries, Ledger, Posting
from simulator.money.payout import Payout, PayoutDesk, State
from simulator.money.payout_steps import BoundAccount, PayoutStep
from simulator.money.shown import Shown

Reverse = Callable[[IssuerBooks, str], IssuerAnswer]

# ---- ledger: loses the scheme's share of each fee and does not check sums --------------------


def _post_without_scheme(
    _right: object, ledger: Ledger, why: PostingReason, key: str, entries: Entries,
) -> Posting:
    kept = tuple(entry for entry in entries if entry[0] != accounts.FEE_SCHEME)
    for account, fen in kept:
        ledger._balances[account] += fen
    return Posting(why, key, kept)


# ---- issuer: books a repeated debit a second time --------------------------------------------


def _debit_without_look(
    debit: Callable[..., IssuerAnswer], books: IssuerBooks, key: str, ref: str, amount_fen: int,
    original: str = "", shown: Shown | None = None,
) -> IssuerAnswer:
    if books.state_of(key) == "00":
        del books._log[key]
    return debit(books, key, ref, amount_fen, original, shown)


# ---- issuer: acknowledges the reversal of a request that has not come, then books the request -


def _forget_early(reverse: Reverse, books: IssuerBooks, key: str) -> IssuerAnswer:
    return reverse(books, key) if books.state_of(key) else IssuerAnswer("00")


# ---- issuer: acknowledges reversals and gives nothing back -----------------------------------


def _reverse_on_paper(_reverse: Reverse, _books: IssuerBooks, _key: str) -> IssuerAnswer:
    return IssuerAnswer("00")


# ---- clearing: only what was captured on the settlement date of its batch --------------------


def _settle_todays(
    settle: Callable[..., int], clearing: Clearing, tid: str, batch: int, settlement_date: str,
    held: Collection[str] = (),
) -> int:
    name = f"{tid}/{batch:06}"
    items = clearing._open.get(name, [])
    clearing._open[name] = [item for item in items if item.settlement_date == settlement_date]
    return settle(clearing, tid, batch, settlement_date, held)


# ---- clearing: the fee on the sum of a settlement, and a fen for each item's rounding on top --


def _fee_of_sum(_right: object, clearing: Clearing, mid: str, items: list[ClearedItem]) -> int:
    gross = sum(item.amount_fen for item in items)
    return clearing._merchants[mid].fee.fee_fen(gross) + len(items)


# ---- payout: sends what the bank refused for now twice when it is its turn again -------------

_copies: WeakKeyDictionary[PayoutDesk, set[str]] = WeakKeyDictionary()  # still at the bank


def _send_twice(
    send: Callable[[PayoutDesk, Payout], list[PayoutStep]], desk: PayoutDesk, payout: Payout,
) -> list[PayoutStep]:
    again = payout.state is State.QUEUED
    steps = send(desk, payout)
    if again and payout.state is State.SENT:
        _copies.setdefault(desk, set()).add(payout.payout)
        steps += send(desk, payout)
    return steps


def _finish_last(
    finish: Callable[[PayoutDesk, Payout], None], desk: PayoutDesk, payout: Payout,
) -> None:
    copies = _copies.setdefault(desk, set())
    if payout.payout in copies:
        copies.discard(payout.payout)
    else:
        finish(desk, payout)


# ---- payout: pays whoever holds the account --------------------------------------------------


def _any_name(_right: object, _desk: PayoutDesk, _account: BoundAccount) -> bool:
    return True


# ---- payout: takes back what the bank returns, sends it no more, puts it in no suspense ------


def _suspend_nothing(
    _right: object, _desk: PayoutDesk, payout: Payout, reason: PayoutReason,
) -> list[PayoutStep]:
    payout.state = State.SUSPENDED
    payout.reason = reason
    return []


def _of(part: type, *pairs: tuple[Callable[..., Any], Callable[..., Any]],
        ) -> tuple[Replacement[..., Any], ...]:
    return tuple(Replacement(part, right, wrong) for right, wrong in pairs)


_ROWS = (
    Defect("ledger.one_legged", "the scheme's share of the fee is booked nowhere",
           (1,), _of(Ledger, (Ledger.post, _post_without_scheme)), shown_by="lost-reply",
           zh="手续费中归卡组织的部分没有入账"),
    Defect("issuer.no_duplicate_check", "a repeated debit is booked again",
           (2,), _of(IssuerBooks, (IssuerBooks.debit, _debit_without_look)),
           shown_by="defects/advice-repeated-to-issuer",
           zh="重复的扣款再次入账"),
    Defect("issuer.forgets_early_reversal", "a debit that comes after its own reversal is booked",
           (4,), _of(IssuerBooks, (IssuerBooks.reverse, _forget_early)),
           shown_by="defects/reversed-before-it-came",
           zh="在自己的冲正之后才到的扣款仍入账"),
    Defect("issuer.reverses_on_paper", "reversals are acknowledged and not booked",
           (4,), _of(IssuerBooks, (IssuerBooks.reverse, _reverse_on_paper)),
           shown_by="defects/given-up-sale",
           zh="冲正只应答，不入账"),
    Defect("clearing.loses_late_items",
           "what was captured before cut-over in a batch settled after it is never cleared",
           (3,), _of(Clearing, (Clearing.settle_batch, _settle_todays)),
           shown_by="defects/settled-after-cut-over",
           zh="日切前入账、日切后才结算的批次中的交易永不清算"),
    Defect("fee.rounds_each_batch", "the fee of a batch is not the sum of its items' fees",
           (3,), _of(Clearing, (Clearing._fee_of_batch, _fee_of_sum)), shown_by="lost-reply",
           zh="批次手续费不等于各笔手续费之和"),
    Defect("payout.twice_after_window", "a payout queued by maintenance is made twice",
           (6,), _of(PayoutDesk, (PayoutDesk._send, _send_twice), (PayoutDesk._finish, _finish_last)),
           shown_by="defects/payout-in-bank-window",
           zh="因维护排队的付款付了两次"),
    Defect("payout.no_name_check", "a payout goes to an account in another name",
           (3,), _of(PayoutDesk, (PayoutDesk._names_agree, _any_name)),
           shown_by="defects/account-of-somebody-else",
           zh="付款付到了别人名下的账户"),
    Defect("payout.drops_returns", "a returned payout is neither sent again nor in suspense",
           (3,), _of(PayoutDesk, (PayoutDesk._suspend, _suspend_nothing)),
           shown_by="defects/closed-account",
           zh="被退回的付款既不重发也不挂账"),
)
DEFECTS: dict[str, Defect] = {defect.name: defect for defect in _ROWS}
