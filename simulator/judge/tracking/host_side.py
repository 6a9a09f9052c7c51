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

KEPT = 16  # unanswered requests of one terminal
MOVING = frozenset({"debit", "credit", "hold", "release", "pay", "query", "refund"})
"""What an issuer or wallet is asked that moves money, or whether it did."""
_UNDONE = "undone"
_GIVEN_UP = frozenset({"0100", "0200"})  # unlike a 0220, whose answer is owed all the same
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
        if record.mti == "0400":
            _give_up(terminal, record.stan)
        if came is None:
            terminal.at_host = [record]
        else:
            came.append(record)
            if len(came) > KEPT:
                _shorten(terminal, came)

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
            terminal = self._terminals.get(record.tid)
            if terminal is not None:
                _give_up(terminal, record.stan)


def _give_up(terminal: Terminal, stan: int) -> None:
    """A transaction is undone: nobody waits for the answer to its request."""
    for each in terminal.at_host or ():
        if each.stan == stan and each.mti in _GIVEN_UP:
            _excuse(terminal, each)


def _excuse(terminal: Terminal, request: Arrived) -> None:
    """Whoever asked may have no answer to this any more."""
    name = request.mti, request.stan
    if name not in terminal.excused:
        terminal.excused = (*terminal.excused[-KEPT:], name)


def _shorten(terminal: Terminal, came: list[Arrived]) -> None:
    """Forget what may have no answer, else the oldest."""
    left = [each for each in came if (each.mti, each.stan) not in terminal.excused]
    came[:] = left[-KEPT:]


def _request(terminal: Terminal, reply: Sent) -> Arrived | None:
    """What a reply answers, the newest of its kind and number; it is answered, with its copies."""
    came = terminal.at_host
    if not came:
        return None
    mti, stan = _REQUESTS.get(reply.mti), reply.stan
    last = came[-1]
    if last.stan == stan and last.mti == mti and len(came) == 1:
        came.clear()
        return last
    found = [each for each in came if each.stan == stan and each.mti == mti]
    if not found:
        return None
    came.remove(found[0])
    if len(found) > 1:  # the others may have answers of their own, or this is the one for all
        _excuse(terminal, found[0])
    return found[-1]
