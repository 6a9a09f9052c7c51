"""Hosts that ask issuers and wallets for what nobody asked them: other sums, cards, keys."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from simulator.defect import Defect, Replacements
from simulator.machines.acquirer.defects.changing import asking, asking_wallets
from simulator.machines.acquirer.events import AskIssuer, AskWallet, IssuerRequest
from simulator.machines.acquirer.work import Work

_TAKES = frozenset({IssuerRequest.DEBIT})
_OWN_NUMBERS = 500_000


def _twice_as_much(_work: Work, ask: AskIssuer) -> Iterable[AskIssuer]:
    """Have twice the sum taken."""
    return (replace(ask, amount_fen=2 * ask.amount_fen) if ask.request in _TAKES else ask,)


def _a_fen_more(_work: Work, ask: AskIssuer) -> Iterable[AskIssuer]:
    """Have a fen more taken."""
    return (replace(ask, amount_fen=ask.amount_fen + 1) if ask.request in _TAKES else ask,)


def _last_card(requests: frozenset[IssuerRequest]) -> Replacements:
    """Have the card before this one debited or credited, where it is of the same bank."""
    before: dict[str, str] = {}  # number by bank

    def changed(_work: Work, ask: AskIssuer) -> Iterable[AskIssuer]:
        if ask.request is IssuerRequest.DEBIT or ask.request in requests:
            last = before.get(ask.bank)
            if ask.request is IssuerRequest.DEBIT:
                before[ask.bank] = ask.pan
            if ask.request in requests and last is not None:
                return (replace(ask, pan=last, presented=None),)
        return (ask,)

    return asking(changed)


def _debits_last_card() -> Replacements:
    return _last_card(frozenset({IssuerRequest.DEBIT}))


def _credits_last_card() -> Replacements:
    """Have what a void or refund gives back credited to the card that was debited last."""
    return _last_card(frozenset({IssuerRequest.CREDIT}))


def _no_credit(_work: Work, ask: AskIssuer) -> Iterable[AskIssuer]:
    """Ask for a balance where money should go back."""
    if ask.request is IssuerRequest.CREDIT:
        return (replace(ask, request=IssuerRequest.BALANCE),)
    return (ask,)


def _credit_for_debit(_work: Work, ask: AskIssuer) -> Iterable[AskIssuer]:
    """Have a refund taken from the cardholder once more."""
    if ask.request is IssuerRequest.CREDIT:
        return (replace(ask, request=IssuerRequest.DEBIT, original=None),)
    return (ask,)


def _undo_other(_work: Work, ask: AskIssuer) -> Iterable[AskIssuer]:
    """Name another transaction where one is to be undone."""
    if ask.request is IssuerRequest.REVERSE:
        key = replace(ask.key, stan=ask.key.stan + _OWN_NUMBERS)
        return (replace(ask, key=key, original=key),)
    return (ask,)


def _hold_stays(_work: Work, ask: AskIssuer) -> Iterable[AskIssuer]:
    """Complete without naming what was held."""
    return (replace(ask, original=None) if ask.request in _TAKES else ask,)


def _wallet_a_fen_more(_work: Work, ask: AskWallet) -> Iterable[AskWallet]:
    """Have a wallet take a fen more."""
    return (replace(ask, amount_fen=ask.amount_fen + 1) if ask.request == "pay" else ask,)


def _wallet_keeps(_work: Work, ask: AskWallet) -> Iterable[AskWallet]:
    """Never call a payment off."""
    return () if ask.request == "cancel" else (ask,)


def _wallet_gives_less(_work: Work, ask: AskWallet) -> Iterable[AskWallet]:
    """Have a wallet give back a fen less."""
    if ask.request == "refund":
        return (replace(ask, amount_fen=max(1, ask.amount_fen - 1)),)
    return (ask,)


ROWS = (
    Defect("acquirer.asks_twice_the_sum", "the issuer is asked for twice the sum",
           (4,), asking(_twice_as_much), shown_by="defects/market-day",
           zh="向发卡行请求两倍金额"),
    Defect("acquirer.asks_a_fen_more", "the issuer is asked for a fen more",
           (4,), asking(_a_fen_more), shown_by="defects/market-day",
           zh="向发卡行多请求一分"),
    Defect("acquirer.debits_last_card", "a sale is asked of the card of the sale before",
           (17,), _debits_last_card, shown_by="defects/market-day",
           zh="向上一笔交易的卡请求扣款"),
    Defect("acquirer.credits_last_card", "a refund goes to the card that was debited last",
           (17,), _credits_last_card, shown_by="defects/market-day",
           zh="退款退到最近扣款的那张卡"),
    Defect("acquirer.gives_nothing_back", "voids and refunds are booked and never asked of the issuer",
           (4,), asking(_no_credit), shown_by="defects/market-day",
           zh="撤销和退货已记账，却未向发卡行请求退款"),
    Defect("acquirer.refund_debits", "a refund takes its sum from the cardholder once more",
           (4,), asking(_credit_for_debit), shown_by="defects/market-day",
           zh="退货又从持卡人处扣了一次"),
    Defect("acquirer.undoes_other", "the issuer is told to undo something that never was",
           (4,), asking(_undo_other), shown_by="lost-reply",
           zh="通知发卡行撤销的是不存在的交易"),
    Defect("acquirer.leaves_holds", "a completion leaves what was pre-authorised on hold",
           (4,), asking(_hold_stays), shown_by="defects/market-day",
           zh="预授权完成后仍冻结预授权金额"),
    Defect("acquirer.asks_wallet_fen_more", "a wallet is asked for a fen more",
           (4,), asking_wallets(_wallet_a_fen_more), shown_by="defects/market-day",
           zh="向钱包多请求一分"),
    Defect("acquirer.never_calls_off", "a wallet payment that was given up is not called off",
           (4,), asking_wallets(_wallet_keeps), shown_by="qr-lost-reply",
           zh="放弃的扫码付款不通知钱包取消"),
    Defect("acquirer.wallet_gives_less", "a wallet is asked to give back a fen less",
           (4,), asking_wallets(_wallet_gives_less), shown_by="defects/market-day",
           zh="请求钱包退款时少退一分"),
)
