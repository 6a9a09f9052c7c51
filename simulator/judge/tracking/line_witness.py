"""A terminal whose screen nobody reads: the reply that reached its port says what it showed.

It is believed once the terminal went on without a reversal.  Until then it may have thrown the reply
away, for coming too late or for a wrong MAC, and that shows in the reversal that goes first.
"""

from __future__ import annotations

from simulator.catalogue.response_codes import response_code
from simulator.judge.open_items import DROPPED, OWED, REVERSED, Terminal, Transaction
from simulator.judge.tracking.sales import Sales
from simulator.trace.records import Arrived, Concluded, LogEvent

_UNDECIDED = "09"  # nobody knows yet: the answer comes later
_REVERSED = frozenset({OWED, REVERSED, DROPPED})  # it did not take the reply


def replied(terminal: Terminal, transaction: Transaction, record: Arrived) -> None:
    """A genuine reply reached a terminal; kept where nothing else will say what became of it."""
    if not terminal.opened.observable and (
        transaction.reply is None or record.response_code != _UNDECIDED
    ):  # a late "not known yet" says less
        transaction.reply = record


def went_on(sales: Sales, terminal: Terminal, key: str = "") -> None:
    """The terminal does something else now, or nothing more: so it took the reply for good.

    ``key`` names what it does; the same request once more is no going on.
    """
    current = terminal.current
    if current is None or terminal.opened.observable or current.key == key:
        return
    transaction = current
    reply, transaction.reply = transaction.reply, None
    if reply is None or transaction.told or reply.response_code == _UNDECIDED or (
        transaction.shown and LogEvent.TOLD in terminal.opened.log  # somebody saw how it ended
    ):
        return
    code = reply.response_code
    if transaction.state not in _REVERSED:
        sales.concluded(Concluded(
            reply.at_ms, terminal.opened.actor, sale=transaction.sale.sale, what=transaction.what,
            result="approved" if response_code(code).approves else "declined",
            batch=transaction.batch, stan=transaction.stan, response_code=code,
            amount_fen=reply.amount_fen or 0,
        ))

