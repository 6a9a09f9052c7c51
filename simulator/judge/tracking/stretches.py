"""Stretches: records that stand side by side in a trace and tell one step of a sale that goes the plain way.

A customer means a sale and it leaves the terminal; the issuer debits, the host decides, captures and
answers; the answer comes, is shown and printed.  Each is one stretch, and what holds of all its records
together is compared once (:mod:`~simulator.judge.tracking.plain_way`): a rule that hears the stretch
instead of its records does only what is left to do.  Anything out of the ordinary is no stretch, and
its records are heard one by one.  Judges nothing.
"""

from __future__ import annotations

import msgspec

from simulator.catalogue.money_reasons import PostingReason
from simulator.judge.open_items import Terminal, Transaction
from simulator.judge.tracking.moments import HostReplied, Moment
from simulator.trace.records import (
    Arrived,
    ChannelAnswered,
    Concluded,
    Journaled,
    Posted,
    ReceiptGiven,
    Record,
    SaleMeant,
    Sent,
)


class Stretch(msgspec.Struct, frozen=True, gc=False):
    """The base of all stretches."""


class SaleAsked(Stretch, frozen=True, gc=False):
    """A new sale is meant, armed and sent: the same sum and card, the next number, nothing owed.

    Rules hear it when the sale is open and its request is not yet tracked.
    """

    meant: SaleMeant
    sent: Sent
    terminal: Terminal  # whose screen is read


class SaleReached(Stretch, frozen=True, gc=False):
    """The genuine request of a sale that waits for its answer reaches the host, for the first time on the line."""

    arrived: Arrived


class SaleDecided(Stretch, frozen=True, gc=False):
    """A sale that was asked for once is debited, approved, decided, captured and answered with 00.

    One sum throughout; both postings have two legs: the customer and what the bank owes, the scheme
    and what is pending of the terminal's merchant.  Rules hear it before any of it is tracked, but for
    the request, which has its answer now.
    """

    debit: Posted
    answer: ChannelAnswered
    capture: Posted
    reply: Sent
    transaction: Transaction
    terminal: Terminal
    batch: str  # its name, <TID>/<batch>
    stan: str  # six digits


class SaleShown(Stretch, frozen=True, gc=False):
    """A genuine 00 reaches the terminal that waits for it, is booked, shown as 00 and printed with its sum.

    The reference number that is shown is the one that the host gave.  Rules hear it when the reply is
    tracked and what is shown is not.
    """

    arrived: Arrived
    concluded: Concluded
    receipt: ReceiptGiven
    transaction: Transaction
    terminal: Terminal


RECORDS_OF: dict[type[Stretch], tuple[tuple[type[Record | Moment], str], ...]] = {
    SaleAsked: ((SaleMeant, ""), (Journaled, "armed"), (Sent, "terminal")),
    SaleReached: ((Arrived, "host"), (Journaled, "asked")),
    SaleDecided: (
        (Posted, PostingReason.DEBIT), (ChannelAnswered, ""), (Journaled, "decided"),
        (Posted, PostingReason.CAPTURE), (Sent, "host"), (HostReplied, "")),
    SaleShown: (
        (Arrived, "terminal"), (Journaled, "booked"), (Concluded, ""), (ReceiptGiven, ""),
        (Journaled, "receipted")),
}
"""Their records in their order and the moments in them, each with what :data:`~simulator.judge.hearing.FACETS` names."""
