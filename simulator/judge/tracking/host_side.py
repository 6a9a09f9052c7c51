"""The host's side of each exchange: what came, what issuer or wallet said, what was replied.

Seen from the trace of the host; of a terminal whose host nobody watches nothing is known here.
"""

from __future__ import annotations

from simulator.judge.book import Book
from simulator.judge.open_items import Terminal
from simulator.judge.tracking.moments import HostReplied, SettlementReplied
from simulator.judge.transactions import APPROVING, HOST, TAKING
from simulator.trace.records import Arrived, ChannelAnswered, Journaled, Sent

KEPT = 16  # unanswered requests of one terminal
MOVING = frozenset({"debit", "credit", "hold", "release", "pay", "query", "refund"})
"""What an issuer or wallet is asked that moves money, or whether it did."""
TOTALS, CLASSES = 30, (0, 31)  # digits of F48: totals of a class of cards, and where they stand
_DECIDED = "decided"
SAID = frozenset({_DECIDED, "undone"})
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
        said = SettlementReplied if record.mti == "0510" else HostReplied
        self._book.tell(said(terminal, transaction, _request(terminal, record), record))
        if transaction is not None and record.mti != "0410":
            transaction.given = record.response_code
            if record.rrn.isdecimal():  # others name no transaction
                transaction.given_rrn = record.rrn
                if transaction.what in TAKING and record.response_code in APPROVING:
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
        """The host writes down that a transaction is decided, or shall have no effect."""
        entry = record.entry
        if entry not in SAID or record.actor != HOST:
            return
        transaction = self._book.used(record.tid, record.batch, record.stan)
        if entry == _DECIDED:
            if transaction is not None:
                transaction.decided = True
            return
        if transaction is not None:
            transaction.undone = True
        terminal = self._terminals.get(record.tid)
        if terminal is not None:
            _give_up(terminal, record.stan)


def _give_up(terminal: Terminal, stan: int) -> None:
    """A transaction is undone: nobody waits for the answer to its request."""
    for each in tuple(terminal.at_host or ()):
        if each.stan == stan and each.mti in _GIVEN_UP:
            _excuse(terminal, each)


def _excuse(terminal: Terminal, request: Arrived) -> None:
    """There may be an answer to this, or none."""
    assert terminal.at_host is not None
    terminal.at_host.remove(request)
    terminal.excused = (*terminal.excused[-KEPT:], request)


def _request(terminal: Terminal, reply: Sent) -> Arrived | None:
    """What a reply answers, the newest of its kind and number: it is answered."""
    came = terminal.at_host
    if came is None:
        return None
    mti, stan = _REQUESTS.get(reply.mti), reply.stan
    if len(came) == 1 and came[0].stan == stan and came[0].mti == mti:
        return came.pop()
    found = [each for each in came if each.stan == stan and each.mti == mti]
    answered = next((each for each in reversed(found) if _is_echoed(each, reply)), None)
    if answered is None:
        excused = [each for each in terminal.excused if each.stan == stan and each.mti == mti]
        answered = next((each for each in reversed(excused) if _is_echoed(each, reply)), None)
        if answered is not None or not found:
            return answered or (excused[-1] if excused else None)
        answered = found[-1]
    came.remove(answered)
    for each in found:  # they may have answers of their own, or this is the one for all
        if each is not answered:
            _excuse(terminal, each)
    return answered


def _is_echoed(request: Arrived, reply: Sent) -> bool:
    """Whether a reply carries the request's totals; only a 0510 says so which of two it answers."""
    asked, said = request.details, reply.details
    return reply.mti != "0510" or len(asked) != len(said) or all(
        asked[at:at + TOTALS] == said[at:at + TOTALS] for at in CLASSES)
