"""Moments: what trackers conclude from records, told to whichever rules hear it.

A record says what happened; a moment says what it means for something that is open.  Judges nothing.
"""

from __future__ import annotations

import msgspec

from simulator.judge.open_items import Batch, Sale, Terminal, Transaction
from simulator.trace.records import (
    Arrived,
    BatchCounted,
    Concluded,
    ItemCleared,
    MerchantSettled,
    Posted,
    Sent,
)


class Moment(msgspec.Struct, frozen=True, gc=False):
    """The base of all moments."""


class NumberCameAgain(Moment, frozen=True, gc=False):
    """A request bears a number that its terminal's batch has used already."""

    key: str
    first: str  # the first use, described
    record: Sent | Arrived


class ForgeryArrived(Moment, frozen=True, gc=False):
    """A sealed message arrived that nobody rightful sent like this."""

    transaction: Transaction | None
    record: Arrived


class WatchedKeyPosted(Moment, frozen=True, gc=False):
    """Money of a customer or merchant is about to be booked under a key that some rule watches."""

    record: Posted


class WatchedKeyApproved(Moment, frozen=True, gc=False):
    """The counter saw an approval under a key that some rule watches."""

    transaction: Transaction
    record: Concluded


class ReversalOwed(Moment, frozen=True, gc=False):
    """From now on a terminal owes a reversal."""

    transaction: Transaction


class ReversalSent(Moment, frozen=True, gc=False):
    """A 0400 left its terminal."""

    transaction: Transaction
    record: Sent


class ReversalDelivered(Moment, frozen=True, gc=False):
    """A reversal that was owed is no longer."""

    transaction: Transaction


class WentOnOwing(Moment, frozen=True, gc=False):
    """A financial request left a terminal that owes the reversal of another transaction."""

    transaction: Transaction
    record: Sent | Arrived


class StrangeReversalSent(Moment, frozen=True, gc=False):
    """A 0400 left a terminal for something that it never asked for."""

    record: Sent
    owed: Transaction | None  # what it should have reversed


class ReversalAnswered(Moment, frozen=True, gc=False):
    """A genuine 0410 reached the terminal that waited for it."""

    transaction: Transaction
    record: Arrived


class SettlementAsked(Moment, frozen=True, gc=False):
    """A 0500 left a terminal; ``asked``: its totals, ``acknowledged``: what replies told it."""

    batch: Batch
    record: Sent
    asked: BatchCounted
    acknowledged: BatchCounted


class WentOnUploading(Moment, frozen=True, gc=False):
    """A new transaction left a terminal whose upload has not ended."""

    batch: Batch
    record: Sent


class HostReplied(Moment, frozen=True, gc=False):
    """A reply leaves the host.  ``request``: what it answers, where that is known to have come."""

    terminal: Terminal
    transaction: Transaction | None
    request: Arrived | None
    record: Sent


class SettlementReplied(HostReplied, frozen=True, gc=False):
    """The same of a 0510."""


class SaleClosed(Moment, frozen=True, gc=False):
    """A sale is answered for: its money arrived, it came to nothing, or the trace ends."""

    sale: Sale
    at_ms: int


class UploadEnded(Moment, frozen=True, gc=False):
    """A terminal ended the upload of a batch; ``acknowledged``: what had to go up, where known."""

    batch: Batch
    record: Sent
    acknowledged: dict[int, int] | None = None


class HostCounted(Moment, frozen=True, gc=False):
    """The host settled a batch; ``asked``: the totals that reached it in the 0500, where known."""

    batch: Batch
    record: BatchCounted
    asked: BatchCounted | None


class BothCounted(Moment, frozen=True, gc=False):
    """Terminal and host have both closed a batch."""

    batch: Batch
    terminal: BatchCounted
    host: BatchCounted


class StrangeItemCleared(Moment, frozen=True, gc=False):
    """An item was cleared that was never booked, or was cleared before."""

    transaction: Transaction | None
    record: ItemCleared


class TakenOffOtherwise(Moment, frozen=True, gc=False):
    """A settlement is told with other sums taken off than its merchant's debts and terms make."""

    record: MerchantSettled
    right: tuple[int, int, int]  # netted, withheld, fee for the payout: fen


class MerchantPaid(Moment, frozen=True, gc=False):
    """The books moved a payout into a merchant's account."""

    record: Posted
