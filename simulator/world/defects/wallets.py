"""Wallets built wrong on purpose: what they say of a payment is not what they did."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from simulator.defect import Defect, Replacements, instead
from simulator.machines.acquirer.events import AskWallet
from simulator.world.banks.banks import WalletDesk

Operate = Callable[[WalletDesk, AskWallet], str]


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


ROWS = (
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
