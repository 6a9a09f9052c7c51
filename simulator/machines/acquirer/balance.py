"""Balance inquiries: asked and forgotten; no record, no money.

The same inquiry while one is in progress asks nothing new.
"""

from __future__ import annotations

from simulator.machines.acquirer.events import (
    AskIssuer,
    IssuerAnswered,
    IssuerRequest,
    RequestReceived,
    TransactionKey,
)
from simulator.machines.acquirer.rules import pan_of
from simulator.machines.acquirer.sales import NO_ISSUER, SaleSteps
from simulator.machines.acquirer.transactions import TerminalBook
from simulator.machines.acquirer.work import Effects, Waiting
from simulator.wire.kinds import Kind


class BalanceSteps(SaleSteps):
    """The steps of a balance inquiry."""

    def ask_balance(
        self, event: RequestReceived, terminal: TerminalBook, key: TransactionKey, now_ms: int,
    ) -> Effects:
        """Ask for a balance; nothing is remembered beyond the answer."""
        message = event.message
        ref = f"B{key.tid}{key.batch:06}{key.stan:06}"
        if ref in self.waiting:
            self.waiting[ref].link = event.link
            return []
        pan = pan_of(message)
        bank = self.routing.find(pan)
        if not bank:
            return [self.reply(event, Kind.BALANCE, terminal, NO_ISSUER, now_ms)]
        self.waiting[ref] = Waiting(event.link, message, Kind.BALANCE, terminal, None)
        self.deadlines.arm(ref, now_ms, self.settings.issuer_timeout_ms)
        return [AskIssuer(
            ref=ref, bank=bank, request=IssuerRequest.BALANCE, pan=pan, amount_fen=0, key=key,
            pin_block=message.pin_block, expiry=message.expiry,
        )]

    def balance_answered(self, waiting: Waiting, event: IssuerAnswered, now_ms: int) -> Effects:
        """F54: account type 10, amount type 02, currency, sign, sum."""
        balance = ""
        if event.balance_fen is not None:
            sign = "C" if event.balance_fen >= 0 else "D"
            balance = f"1002156{sign}{abs(event.balance_fen):012}"
        return [self.sale_reply(
            waiting, event.response_code, now_ms, self.volatile_rrn(), balance=balance,
        )]
