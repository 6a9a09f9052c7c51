"""Books built wrong on purpose, each with the invariant that must notice.

The right classes hold no trace of them.
"""

from __future__ import annotations

from collections.abc import Collection

from simulator.catalogue.money_reasons import PayoutReason, PostingReason
from simulator.defect import Defect
from simulator.money import accounts
from simulator.money.clearing import ClearedItem, Clearing
from simulator.money.issuer import IssuerAnswer, IssuerBooks
from simulator.money.ledger import Entries, Ledger, Posting
from simulator.money.payout import Payout, PayoutDesk, State
from simulator.money.payout_steps import BoundAccount, PayoutStep


class OneLeggedLedger(Ledger):
    """Loses the scheme's share of each fee and does not check sums."""

    __slots__ = ()

    def post(self, why: PostingReason, key: str, entries: Entries) -> Posting:
        """Book all but the scheme's leg."""
        kept = tuple(entry for entry in entries if entry[0] != accounts.FEE_SCHEME)
        for account, fen in kept:
            self._balances[account] += fen
        return Posting(why, key, kept)


class IssuerDebitsAgain(IssuerBooks):
    """Books a repeated debit a second time."""

    __slots__ = ()

    def debit(self, key: str, ref: str, amount_fen: int, original: str = "") -> IssuerAnswer:
        """Debit without a look at what was done."""
        if self.state_of(key) == "00":
            del self._log[key]
        return super().debit(key, ref, amount_fen, original)


class IssuerForgetsEarlyReversal(IssuerBooks):
    """Acknowledges the reversal of a request that has not come, and then books the request."""

    __slots__ = ()

    def reverse(self, key: str) -> IssuerAnswer:
        """Reverse what is there; note nothing of what is not."""
        if not self.state_of(key):
            return IssuerAnswer("00")
        return super().reverse(key)


class IssuerReversesOnPaper(IssuerBooks):
    """Acknowledges reversals and gives nothing back."""

    __slots__ = ()

    def reverse(self, key: str) -> IssuerAnswer:
        """Say 00."""
        del key
        return IssuerAnswer("00")


class ClearingLosesLateItems(Clearing):
    """Clears only what was captured on the settlement date of its batch."""

    __slots__ = ()

    def settle_batch(
        self, tid: str, batch: int, settlement_date: str, held: Collection[str] = (),
    ) -> int:
        """Settle a batch without what was captured before the last cut-over."""
        name = f"{tid}/{batch:06}"
        items = self._open.get(name, [])
        self._open[name] = [item for item in items if item.settlement_date == settlement_date]
        return super().settle_batch(tid, batch, settlement_date, held)


class ClearingRoundsEachBatch(Clearing):
    """Takes the fee on the sum of a settlement, and a fen for each item's rounding on top."""

    __slots__ = ()

    def _fee_of_batch(self, mid: str, items: list[ClearedItem]) -> int:
        gross = sum(item.amount_fen for item in items)
        return self._merchants[mid].fee.fee_fen(gross) + len(items)


class PayoutTwiceAfterWindow(PayoutDesk):
    """Sends a payout that the bank refused for now twice when it is its turn again."""

    __slots__ = ("_copies",)

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger)
        self._copies: set[str] = set()

    def _send(self, payout: Payout) -> list[PayoutStep]:
        again = payout.state is State.QUEUED
        steps = super()._send(payout)
        if again and payout.state is State.SENT:
            self._copies.add(payout.payout)
            steps += super()._send(payout)
        return steps

    def _finish(self, payout: Payout) -> None:
        if payout.payout in self._copies:
            self._copies.discard(payout.payout)  # the copy is still at the bank
        else:
            super()._finish(payout)


class PayoutWithoutNameCheck(PayoutDesk):
    """Pays whoever holds the account."""

    __slots__ = ()

    def _names_agree(self, account: BoundAccount) -> bool:
        del account
        return True


class PayoutDropsReturns(PayoutDesk):
    """Takes back what the bank returns and neither sends it again nor puts it in suspense."""

    __slots__ = ()

    def _suspend(self, payout: Payout, reason: PayoutReason) -> list[PayoutStep]:
        payout.state = State.SUSPENDED
        payout.reason = reason
        return []


_ROWS = (
    Defect("ledger.one_legged", "the scheme's share of the fee is booked nowhere",
           (1,), OneLeggedLedger, shown_by="lost-reply"),
    Defect("issuer.no_duplicate_check", "a repeated debit is booked again",
           (2,), IssuerDebitsAgain, shown_by="defects/advice-repeated-to-issuer"),
    Defect("issuer.forgets_early_reversal", "a debit that comes after its own reversal is booked",
           (4,), IssuerForgetsEarlyReversal, shown_by="defects/reversed-before-it-came"),
    Defect("issuer.reverses_on_paper", "reversals are acknowledged and not booked",
           (4,), IssuerReversesOnPaper, shown_by="defects/given-up-sale"),
    Defect("clearing.loses_late_items",
           "what was captured before cut-over in a batch settled after it is never cleared",
           (3,), ClearingLosesLateItems, shown_by="defects/settled-after-cut-over"),
    Defect("fee.rounds_each_batch", "the fee of a batch is not the sum of its items' fees",
           (3,), ClearingRoundsEachBatch, shown_by="lost-reply"),
    Defect("payout.twice_after_window", "a payout queued by maintenance is made twice",
           (6,), PayoutTwiceAfterWindow, shown_by="defects/payout-in-bank-window"),
    Defect("payout.no_name_check", "a payout goes to an account in another name",
           (3,), PayoutWithoutNameCheck, shown_by="defects/account-of-somebody-else"),
    Defect("payout.drops_returns", "a returned payout is neither sent again nor in suspense",
           (3,), PayoutDropsReturns, shown_by="defects/closed-account"),
)
DEFECTS: dict[str, Defect] = {defect.name: defect for defect in _ROWS}
