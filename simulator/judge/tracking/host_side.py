"""The host's side of each exchange: what came, what issuer or wallet said, what was replied.

Seen from the trace of the host; of a terminal whose host nobody watches nothing is known here.
"""

from __future__ import annotations

from simulator.catalogue.response_codes import response_code
from simulator.judge.book import Book
from simulator.judge.open_items import Terminal
from simulator.judge.tracking.moments import HostReplied
from simulator.judge.transactions import HOST, TAKING
from simulator.trace.records import Arrived, ChannelAnswered, Journaled, Sent

KEPT = 16  # requests of one terminal
MOVING = frozenset({"debit", "credit", "hold", "release", "pay", "query", "refund"})
"""What an issuer or wallet is asked that moves money, or whether it did."""
_UNDONE = "undone"
_REQUESTS = {  # message type of a request by that of its reply
    f"0{about}{asks + 1}{by}": f"0{about}{asks}{by}"
    for about in range(1, 10) for asks in (0, 2, 4, 6, 8) for by in range(6)
}


class HostSide:
    """Hears Arrived, Sent, ChannelAnswered and Journaled."""

    __slots__ = ("_book", "_terminals", "_transactions")

    def __init__(self, book: Book) -> None:
        self._book = book
        self._terminals = book.terminals
        self._transactions = book.transactions

    def arrived(self, record: Arrived) -> None:
        """A request reached the host."""
        if record.actor != HOST:
            return
        terminal = self._terminals.get(record.tid) or self._book.terminal(record.tid)
        came = terminal.at_host
        if came is None:
            terminal.at_host = [record]
        else:
            came.append(record)
            if len(came) > KEPT:
                del came[0]

    def sent(self, record: Sent) -> None:
        """A reply leaves the host."""
        if record.actor != HOST:
            return
        tid = record.tid
        terminal = self._terminals.get(tid) or self._book.terminal(tid)
        transaction = terminal.current
        if (
            transaction is None or transaction.stan != record.stan
            or transaction.batch != record.batch
        ):
            transaction = self._transactions.get(f"{tid}/{record.batch:06}/{record.stan:06}")
        self._book.tell(HostReplied(terminal, transaction, _request(terminal, record), record))
        if transaction is not None and record.mti != "0410":
            transaction.given = record.response_code
            if record.rrn.isdecimal():  # others name no transaction
                transaction.given_rrn = record.rrn
                if transaction.what in TAKING and response_code(record.response_code).approves:
                    self._book.reference(record.rrn, transaction.key)
            if record.auth_code:
                transaction.given_code = record.auth_code

    def answered(self, record: ChannelAnswered) -> None:
        """Issuer or wallet says something to the host."""
        transaction = self._transactions.get(record.key)
        if transaction is not None and record.asked in MOVING:
            transaction.heard = record.response_code
            transaction.heard_code = record.auth_code

    def journaled(self, record: Journaled) -> None:
        """The host writes down that a transaction shall have no effect."""
        if record.entry == _UNDONE and record.actor == HOST:
            transaction = self._transactions.get(
                f"{record.tid}/{record.batch:06}/{record.stan:06}")
            if transaction is not None:
                transaction.undone = True


def _request(terminal: Terminal, reply: Sent) -> Arrived | None:
    """What a reply answers: the last of its kind and number that came."""
    came = terminal.at_host
    if not came:
        return None
    mti, stan = _REQUESTS.get(reply.mti), reply.stan
    last = came[-1]
    if last.stan == stan and last.mti == mti:
        return last
    return next((each for each in reversed(came) if each.stan == stan and each.mti == mti), None)
