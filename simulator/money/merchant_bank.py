"""A merchant's bank: whose account a number is, whether it takes money, and what it booked.

Knows no opening hours (the world says when it is asked) and keeps no balance of its own: the
ledger does.  One instruction (payout and attempt) is answered the same however often it comes.
"""

from __future__ import annotations

from enum import Enum

import msgspec

from simulator.catalogue.money_reasons import PayoutReason
from simulator.money.payout_steps import PayInstruction
from simulator.money.statement import StatementLine


class AccountStatus(str, Enum):
    """What state a merchant's bank account is in."""

    NORMAL = "normal"
    FROZEN = "frozen"
    CLOSED = "closed"
    DORMANT = "dormant"


# The reason with which a payout is returned; a normal account takes it.
RETURN_REASON: dict[AccountStatus, PayoutReason] = {
    AccountStatus.FROZEN: PayoutReason.FROZEN,
    AccountStatus.CLOSED: PayoutReason.CLOSED,
    AccountStatus.DORMANT: PayoutReason.ABNORMAL,
}


class BankAnswer(msgspec.Struct, frozen=True, gc=False):
    """Booked, or returned with a reason.  ``line`` is the statement's, for the first booking."""

    posted: bool
    reason: PayoutReason | None = None
    line: StatementLine | None = None


class _Account:
    """One account."""

    __slots__ = ("balance_fen", "holder", "lines", "status")

    def __init__(self, holder: str, status: AccountStatus) -> None:
        self.holder = holder
        self.status = status
        self.balance_fen = 0
        self.lines: list[StatementLine] = []


class MerchantBank:
    """One bank's merchant accounts, by number."""

    __slots__ = ("_accounts", "_answered", "bank", "checks_names")

    def __init__(self, bank: str, *, checks_names: bool = True) -> None:
        self.bank = bank
        self.checks_names = checks_names
        self._accounts: dict[str, _Account] = {}
        self._answered: dict[tuple[str, int], BankAnswer] = {}

    def open_account(
        self, number: str, holder: str, status: AccountStatus = AccountStatus.NORMAL,
    ) -> None:
        """Open an account in somebody's name."""
        self._accounts[number] = _Account(holder, status)

    def status_of(self, number: str) -> AccountStatus:
        """What state an account is in."""
        return self._accounts[number].status

    def set_status(self, number: str, status: AccountStatus) -> None:
        """Freeze, close, unfreeze an account."""
        self._accounts[number].status = status

    def take(self, instruction: PayInstruction, at_ms: int) -> BankAnswer:
        """Book an instruction or return it."""
        name = (instruction.payout, instruction.attempt)
        known = self._answered.get(name)
        if known is not None:
            return BankAnswer(known.posted, known.reason)
        answer = self._decide(instruction, at_ms)
        self._answered[name] = answer
        return answer

    def statement(self, number: str) -> tuple[StatementLine, ...]:
        """Every line of an account, oldest first."""
        return tuple(self._accounts[number].lines)

    def _decide(self, instruction: PayInstruction, at_ms: int) -> BankAnswer:
        account = self._accounts.get(instruction.number)
        if account is None:
            return BankAnswer(False, PayoutReason.NO_SUCH_ACCOUNT)
        reason = RETURN_REASON.get(account.status)
        if reason is not None:
            return BankAnswer(False, reason)
        if self.checks_names and account.holder != instruction.holder:
            return BankAnswer(False, PayoutReason.NAME_MISMATCH)
        account.balance_fen += instruction.net_fen
        line = StatementLine(
            at_ms=at_ms, number=instruction.number, payout=instruction.payout,
            amount_fen=instruction.net_fen, balance_fen=account.balance_fen,
            gross_fen=instruction.gross_fen or None,
            fee_fen=instruction.fee_fen if instruction.gross_fen else None, disputes=instruction.disputes,
        )
        account.lines.append(line)
        return BankAnswer(True, None, line)
