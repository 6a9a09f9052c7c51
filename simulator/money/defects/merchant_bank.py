"""Merchants' banks built wrong on purpose: whose account they pay into, how often, with what word."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from simulator.catalogue.money_reasons import PayoutReason
from simulator.defect import Defect, instead
from simulator.money.merchant_bank import AccountStatus, BankAnswer, MerchantBank
from simulator.money.payout_steps import PayInstruction

Take = Callable[[MerchantBank, PayInstruction, int], BankAnswer]


# Pays into an account that is frozen or closed.


def _into_any_account(
    right: Take, bank: MerchantBank, instruction: PayInstruction, at_ms: int,
) -> BankAnswer:
    account = bank._accounts.get(instruction.number)
    if account is None:
        return right(bank, instruction, at_ms)
    status, account.status = account.status, AccountStatus.NORMAL
    answer = right(bank, instruction, at_ms)
    account.status = status
    return answer


# Returns with another reason than the account's state.


def _for_other_reason(
    right: Take, bank: MerchantBank, instruction: PayInstruction, at_ms: int,
) -> BankAnswer:
    answer = right(bank, instruction, at_ms)
    if answer.posted:
        return answer
    other = (
        PayoutReason.FROZEN if answer.reason is not PayoutReason.FROZEN else PayoutReason.CLOSED)
    return BankAnswer(False, other)


# Returns what it could book.


def _nothing(
    _right: Take, _bank: MerchantBank, _instruction: PayInstruction, _at_ms: int,
) -> BankAnswer:
    return BankAnswer(False, PayoutReason.FROZEN)


# Writes a fen less on the statement.


def _statement_fen_less(
    right: Take, bank: MerchantBank, instruction: PayInstruction, at_ms: int,
) -> BankAnswer:
    return right(bank, replace(instruction, net_fen=instruction.net_fen - 1), at_ms)


ROWS = (
    Defect("bank.pays_into_any_account", "a payout goes into a closed or frozen account",
           (25,), instead(MerchantBank, (MerchantBank._decide, _into_any_account)),
           shown_by="defects/closed-account",
           zh="付款入了已销户或被冻结的账户"),
    Defect("bank.wrong_return_reason", "a payout comes back with another reason than the account's state",
           (26,), instead(MerchantBank, (MerchantBank._decide, _for_other_reason)),
           shown_by="defects/closed-account",
           zh="付款退回的原因与账户状态不符"),
    Defect("bank.returns_everything", "payouts into good accounts come back",
           (26,), instead(MerchantBank, (MerchantBank._decide, _nothing)), shown_by="defects/two-coffees",
           zh="正常账户的付款也被退回"),
    Defect("bank.statement_fen_less", "the statement shows a fen less than came",
           (21,), instead(MerchantBank, (MerchantBank._decide, _statement_fen_less)),
           shown_by="defects/two-coffees",
           zh="对账单比实际入账少一分"),
)
