"""Payout desks built wrong on purpose: what is sent, when, how often, and what stands in suspense."""

from __future__ import annotations

from collections.abc import Callable
from weakref import WeakKeyDictionary

from simulator.catalogue.money_reasons import PayoutReason
from simulator.defect import Defect, instead
from simulator.money.payout import Payout, PayoutDesk, State
from simulator.money.payout_steps import BoundAccount, PayoutStep

# Sends what the bank refused for now twice when it is its turn again.


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


ROWS = (
    Defect("payout.twice_after_window", "a payout queued by maintenance is made twice",
           (6,), instead(PayoutDesk, (PayoutDesk._send, _send_twice), (PayoutDesk._finish, _finish_last)),
           shown_by="defects/payout-in-bank-window",
           zh="因维护排队的付款付了两次"),
    Defect("payout.no_name_check", "a payout goes to an account in another name",
           (3,), instead(PayoutDesk, (PayoutDesk._names_agree, _any_name)),
           shown_by="defects/account-of-somebody-else",
           zh="付款付到了别人名下的账户"),
    Defect("payout.drops_returns", "a returned payout is neither sent again nor in suspense",
           (3,), instead(PayoutDesk, (PayoutDesk._suspend, _suspend_nothing)),
           shown_by="defects/closed-account",
           zh="被退回的付款既不重发也不挂账"),
)
