"""Payout desks built wrong on purpose: what is sent, when, how often, and what stands in suspense."""

from __future__ import annotations

from collections.abc import Callable
from weakref import WeakKeyDictionary

from msgspec.structs import replace

from simulator.catalogue.money_reasons import PayoutReason, PostingReason
from simulator.defect import Defect, Replacements, instead
from simulator.local_time import DAY_MS
from simulator.money import accounts
from simulator.money.clearing import MerchantSettlement
from simulator.money.payout import Payout, PayoutDesk, State
from simulator.money.payout_steps import BoundAccount, PayoutStep

Send = Callable[[PayoutDesk, Payout], list[PayoutStep]]
Plan = Callable[[PayoutDesk, MerchantSettlement], list[PayoutStep]]

# Sends what the bank refused for now twice when it is its turn again.


_copies: WeakKeyDictionary[PayoutDesk, set[str]] = WeakKeyDictionary()  # still at the bank
_copied: WeakKeyDictionary[PayoutDesk, dict[str, Payout]] = WeakKeyDictionary()  # sent twice at any time


def _send_twice(
    send: Callable[[PayoutDesk, Payout], list[PayoutStep]], desk: PayoutDesk, payout: Payout,
) -> list[PayoutStep]:
    again = payout.state is State.QUEUED
    steps = send(desk, payout)
    if again and payout.state is State.SENT:
        _copies.setdefault(desk, set()).add(payout.payout)
        _copied.setdefault(desk, {})[payout.payout] = payout
        steps += send(desk, payout)
    return steps


def _copy_at(
    at: Callable[[PayoutDesk, str, str], Payout], desk: PayoutDesk, name: str, act: str,
) -> Payout:
    """A bank answers the second copy when the first has its answer: taken as if it were the only one."""
    copied = _copied.get(desk, {}).get(name)
    return copied if copied is not None else at(desk, name, act)


def _finish_last(
    finish: Callable[[PayoutDesk, Payout], None], desk: PayoutDesk, payout: Payout,
) -> None:
    copies = _copies.setdefault(desk, set())
    if payout.payout in copies:
        copies.discard(payout.payout)
    elif payout.payout in desk._open:
        finish(desk, payout)


# Pays whoever holds the account.


def _any_name(_right: object, _desk: PayoutDesk, _account: BoundAccount) -> bool:
    return True


# Takes back what the bank returns, sends it no more, puts it in no suspense.


def _suspend_nothing(
    _right: object, _desk: PayoutDesk, payout: Payout, reason: PayoutReason,
) -> list[PayoutStep]:
    payout.state = State.SUSPENDED
    payout.reason = reason
    return []


# Plans a fen more than was settled.


def _plan_fen_more(
    plan: Plan, desk: PayoutDesk, settlement: MerchantSettlement,
) -> list[PayoutStep]:
    return plan(desk, replace(settlement, net_fen=settlement.net_fen + 1))


# Plans what was sold, fees and all.


def _plan_gross(plan: Plan, desk: PayoutDesk, settlement: MerchantSettlement) -> list[PayoutStep]:
    return plan(desk, replace(settlement, net_fen=settlement.gross_fen))


# Takes up the first settlement of each merchant, and no other.


def _plan_nothing_later(
    plan: Plan, desk: PayoutDesk, settlement: MerchantSettlement,
) -> list[PayoutStep]:
    known = [*desk._open, *desk._done]
    if any(name.endswith(f"/{settlement.mid}") for name in known):
        return []
    return plan(desk, settlement)


# Forgets what a merchant owes.


def _plan_without_debt(
    plan: Plan, desk: PayoutDesk, settlement: MerchantSettlement,
) -> list[PayoutStep]:
    desk._owed.pop(settlement.mid, None)
    return plan(desk, settlement)


# Takes what was owed off once more.


def _take_debts_twice() -> Replacements:
    before: dict[str, int] = {}

    def wrong(plan: Plan, desk: PayoutDesk, settlement: MerchantSettlement) -> list[PayoutStep]:
        mid = settlement.mid
        again = before.pop(mid, 0)
        owed = desk._owed.get(mid, 0)
        if owed and settlement.net_fen > owed:
            before[mid] = owed
        return plan(desk, replace(settlement, net_fen=settlement.net_fen - again))

    return instead(PayoutDesk, (PayoutDesk.plan, wrong))


# Sends nothing; what is due is due for ever.


def _send_nothing(_due: object, desk: PayoutDesk, now_ms: int) -> list[PayoutStep]:
    for payout in desk._open.values():
        if payout.due_ms <= now_ms:
            desk._wait(payout, now_ms + DAY_MS)
    return []


# Sends into the account of another merchant.


def _send_to_other(send: Send, desk: PayoutDesk, payout: Payout) -> list[PayoutStep]:
    own = desk._accounts[payout.mid]
    others = [each for mid, each in desk._accounts.items() if mid != payout.mid]
    if others:
        other = others[0]
        desk._accounts[payout.mid] = replace(other, number=other.number or other.mid)
    steps = send(desk, payout)
    desk._accounts[payout.mid] = own
    return steps


# Makes each payout twice.


def _make_twice() -> Replacements:
    def twice(send: Send, desk: PayoutDesk, payout: Payout) -> list[PayoutStep]:
        steps = send(desk, payout)
        if payout.state is State.SENT:
            _copies.setdefault(desk, set()).add(payout.payout)
            _copied.setdefault(desk, {})[payout.payout] = payout
            steps += send(desk, payout)
        return steps

    return instead(PayoutDesk, (PayoutDesk._send, twice), (PayoutDesk._finish, _finish_last),
                   (PayoutDesk._at, _copy_at))


# Never lets money out of suspense.


def _release_nothing(
    _right: object, _desk: PayoutDesk, _mid: str, _now_ms: int,
    _reasons: frozenset[PayoutReason] | None,
) -> list[PayoutStep]:
    return []


# Lets money out of suspense twice.


def _release_twice(
    release: Callable[..., list[PayoutStep]], desk: PayoutDesk, mid: str, now_ms: int,
    reasons: frozenset[PayoutReason] | None,
) -> list[PayoutStep]:
    suspended = [each for each in desk._open.values() if each.state is State.SUSPENDED]
    steps = release(desk, mid, now_ms, reasons)
    for payout in suspended:
        if payout.state is not State.SUSPENDED:
            steps.append(desk._move(
                PostingReason.RELEASE, payout, accounts.suspense(mid), accounts.payable(mid)))
    return steps


# Suspends what could be sent.


def _suspend_all(_send: Send, desk: PayoutDesk, payout: Payout) -> list[PayoutStep]:
    return desk._suspend(payout, PayoutReason.RISK)


# Looks into a sale and pays its merchant all the same.


def _holds_all_but_risk(
    hold: Callable[..., list[PayoutStep]], desk: PayoutDesk, mid: str, reason: PayoutReason,
) -> list[PayoutStep]:
    return [] if reason is PayoutReason.RISK else hold(desk, mid, reason)


# Tells another reason.


def _other_reason(
    suspend: Callable[..., list[PayoutStep]], desk: PayoutDesk, payout: Payout, reason: PayoutReason,
) -> list[PayoutStep]:
    other = PayoutReason.FROZEN if reason is not PayoutReason.FROZEN else PayoutReason.CLOSED
    return suspend(desk, payout, other)


ROWS = (
    Defect("payout.twice_after_window", "a payout queued by maintenance is made twice",
           (6,), instead(PayoutDesk, (PayoutDesk._send, _send_twice), (PayoutDesk._finish, _finish_last),
                      (PayoutDesk._at, _copy_at)),
           shown_by="defects/payout-in-bank-window",
           zh="因维护排队的付款付了两次"),
    Defect("payout.no_name_check", "a payout goes to an account in another name",
           (3, 25), instead(PayoutDesk, (PayoutDesk._names_agree, _any_name)),
           shown_by="defects/account-of-somebody-else",
           zh="付款付到了别人名下的账户"),
    Defect("payout.drops_returns", "a returned payout is neither sent again nor in suspense",
           (3, 26), instead(PayoutDesk, (PayoutDesk._suspend, _suspend_nothing)),
           shown_by="defects/closed-account",
           zh="被退回的付款既不重发也不挂账"),
    Defect("payout.fen_more", "a payout is a fen more than what is due",
           (6,), instead(PayoutDesk, (PayoutDesk.plan, _plan_fen_more)), shown_by="defects/two-coffees",
           zh="付款比应付多一分"),
    Defect("payout.pays_gross", "fees are told and not kept back",
           (6,), instead(PayoutDesk, (PayoutDesk.plan, _plan_gross)), shown_by="defects/two-coffees",
           zh="手续费告知了却没有扣下"),
    Defect("payout.never_sends", "what is due is never sent",
           (3,), instead(PayoutDesk, (PayoutDesk.due, _send_nothing)), shown_by="defects/two-coffees",
           zh="到期的付款从不发出"),
    Defect("payout.forgets_last", "what was settled last is not taken up, and nobody waits for it",
           (3,), instead(PayoutDesk, (PayoutDesk.plan, _plan_nothing_later)),
           shown_by="defects/market-day",
           zh="最后一次清算无人受理，也无人等待"),
    Defect("payout.to_other_account", "a payout goes into the account of another merchant",
           (3,), instead(PayoutDesk, (PayoutDesk._send, _send_to_other)), shown_by="defects/market-day",
           zh="付款入了别的商户的账户"),
    Defect("payout.twice", "each payout is made twice",
           (6,), _make_twice, shown_by="defects/two-coffees",
           zh="每次付款都付两次"),
    Defect("payout.forgets_debts", "what a merchant owes is not taken off its next payout",
           (6,), instead(PayoutDesk, (PayoutDesk.plan, _plan_without_debt)),
           shown_by="defects/owes-after-payout",
           zh="商户所欠的钱没有从下次付款中扣除"),
    Defect("payout.takes_debts_twice", "what a merchant owes is taken off two payouts",
           (6,), _take_debts_twice, shown_by="defects/owes-after-payout",
           zh="商户所欠的钱从两次付款中各扣一次"),
    Defect("payout.never_releases", "what stands in suspense is never let go",
           (26,), instead(PayoutDesk, (PayoutDesk._release_where, _release_nothing)),
           shown_by="frozen-account",
           zh="挂账的钱永不释放"),
    Defect("payout.releases_twice", "what leaves suspense leaves it twice",
           (21,), instead(PayoutDesk, (PayoutDesk._release_where, _release_twice)),
           shown_by="frozen-account",
           zh="挂账的钱释放两次"),
    Defect("payout.pays_what_risk_holds", "a sale that risk control looks into is paid meanwhile",
           (26,), instead(PayoutDesk, (PayoutDesk.hold, _holds_all_but_risk)), shown_by="modes/fraud.cash_out",
           zh="风控核查中的交易照常付款"),
    Defect("payout.suspends_everything", "payouts stand in suspense without a cause",
           (26,), instead(PayoutDesk, (PayoutDesk._send, _suspend_all)), shown_by="defects/two-coffees",
           zh="付款无缘无故挂账"),
    Defect("payout.suspends_for_other_reason", "money stands in suspense for another reason than the bank's",
           (26,), instead(PayoutDesk, (PayoutDesk._suspend, _other_reason)),
           shown_by="defects/closed-account",
           zh="挂账原因与银行退回原因不符"),
)
