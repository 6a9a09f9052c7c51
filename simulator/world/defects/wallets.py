"""Wallets built wrong on purpose: what they say of a payment is not what they did."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from simulator.defect import Defect, Replacements, instead
from simulator.machines.acquirer.events import AskWallet
from simulator.money.limits import OVER_LIMIT
from simulator.world.banks.wallets import WalletDesk

Operate = Callable[[WalletDesk, AskWallet], str]
Debit = Callable[[WalletDesk, AskWallet], str]


# Says paid while its customer has not decided.


def _say_paid(operate: Operate, desk: WalletDesk, effect: AskWallet) -> str:
    state = operate(desk, effect)
    return "paid" if state in ("pending", "failed") else state


# Says failed although it has the money.


def _say_failed(operate: Operate, desk: WalletDesk, effect: AskWallet) -> str:
    state = operate(desk, effect)
    return "failed" if state == "paid" else state


# Says refunded, and gives nothing back.


def _refund_on_paper(operate: Operate, desk: WalletDesk, effect: AskWallet) -> str:
    if effect.request == "refund":
        return "refunded"
    return operate(desk, effect)


# Says cancelled, and keeps the money.


def _cancel_on_paper(operate: Operate, desk: WalletDesk, effect: AskWallet) -> str:
    if effect.request == "cancel":
        return "cancelled"
    return operate(desk, effect)


# Takes twice the sum.


def _twice_the_sum(operate: Operate, desk: WalletDesk, effect: AskWallet) -> str:
    if effect.request == "pay":
        return operate(desk, replace(effect, amount_fen=2 * effect.amount_fen))
    return operate(desk, effect)


# Gives back once for each time that it is asked.


def _refund_anew() -> Replacements:
    times: dict[str, int] = {}

    def wrong(operate: Operate, desk: WalletDesk, effect: AskWallet) -> str:
        if effect.request != "refund":
            return operate(desk, effect)
        name = str(effect.key)
        times[name] = times.get(name, -1) + 1
        key = replace(effect.key, stan=effect.key.stan + 100_000 * times[name])
        return operate(desk, replace(effect, key=key))

    return instead(WalletDesk, (WalletDesk._operate, wrong))


def _operating(wrong: Callable[[Operate, WalletDesk, AskWallet], str]) -> Replacements:
    return instead(WalletDesk, (WalletDesk._operate, wrong))


# Takes the money of another user than the one whose code it is.


def _of_another(right: Callable[[WalletDesk, AskWallet], str], desk: WalletDesk, effect: AskWallet) -> str:
    user = right(desk, effect)
    others = [each for each, wallet in desk.codes.wallets.items() if wallet == desk.name and each != user]
    return next(iter(others), user)


# Holds a payment against the limit of one sum, and adds nothing up.


def _adds_nothing_up(right: Debit, desk: WalletDesk, effect: AskWallet) -> str:
    sums = desk.books._sums
    sums._spent.clear()
    return right(desk, effect)


# Refuses the second payment of a user in a day, whatever the limit.


def _once_a_day() -> Replacements:
    paid: set[tuple[str, str]] = set()

    def wrong(right: Debit, desk: WalletDesk, effect: AskWallet) -> str:
        one = desk.codes.user_of(effect.qr_code), desk.books._today
        if one in paid:
            return OVER_LIMIT
        word = right(desk, effect)
        if one[0] and word == "paid":
            paid.add(one)
        return word

    return instead(WalletDesk, (WalletDesk._debit, wrong))


ROWS = (
    Defect("wallet.debits_another_user", "a wallet takes the money of another user than the one who pays",
           (17,), instead(WalletDesk, (WalletDesk._payer, _of_another)), shown_by="money/wallet-users",
           zh="钱包扣了另一位用户的钱"),
    Defect("wallet.adds_nothing_up", "a wallet holds each payment against the limit of one, and adds nothing up",
           (35,), instead(WalletDesk, (WalletDesk._debit, _adds_nothing_up)), shown_by="money/wallet-users",
           zh="钱包只管单笔限额，不累计当日当月"),
    Defect("wallet.once_a_day", "a wallet refuses the second payment of a user in a day for its limit",
           (35,), _once_a_day, shown_by="money/wallet-users",
           zh="钱包以限额为由拒绝用户当日第二笔支付"),
    Defect("wallet.says_paid", "a wallet says paid while its customer has not decided",
           (4,), _operating(_say_paid), shown_by="defects/wallet-takes-time",
           zh="顾客尚未确认，钱包就说已支付"),
    Defect("wallet.says_failed", "a wallet says failed and keeps the money",
           (4,), _operating(_say_failed), shown_by="defects/market-day",
           zh="钱包说支付失败，却收了钱"),
    Defect("wallet.refunds_on_paper", "a wallet says refunded and gives nothing back",
           (4,), _operating(_refund_on_paper), shown_by="defects/market-day",
           zh="钱包说已退款，却没有退"),
    Defect("wallet.cancels_on_paper", "a wallet says cancelled and keeps the money",
           (4,), _operating(_cancel_on_paper), shown_by="qr-lost-reply",
           zh="钱包说已取消，却没有退钱"),
    Defect("wallet.takes_twice", "a wallet takes twice the sum",
           (4,), _operating(_twice_the_sum), shown_by="defects/market-day",
           zh="钱包扣了两倍金额"),
    Defect("wallet.refunds_anew", "a wallet gives back again whenever it is asked again",
           (4,), _refund_anew, shown_by="defects/wallet-refund-unanswered",
           zh="钱包每被问一次就退一次款"),
)
