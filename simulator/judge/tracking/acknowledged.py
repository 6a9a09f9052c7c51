"""What each terminal was told is in its open batches: approvals that reached it, less what it reversed.

Known from the line alone.  Of a batch in which something counts that no reply tells of (approved at
the counter, decided by a wallet later), the line does not show the totals, and it says so.
"""

from __future__ import annotations

from collections.abc import Iterable

from simulator.catalogue.response_codes import Held, response_code
from simulator.judge.open_items import Terminal, Transaction
from simulator.judge.transactions import APPROVING, COUNTED, REVERSIBLE, STORED
from simulator.trace.records import Arrived, BatchCounted

BATCHES_KEPT = 4  # of one terminal
_WITHOUT_ANSWER = frozenset({"adjust", "tip"})  # change others


def sent(terminal: Terminal, transaction: Transaction) -> None:
    """A request left that no reversal undoes: it is repeated until it is answered."""
    terminal.waits = [
        each for each in terminal.waits or ()
        if not each.answered and each.batch == transaction.batch
    ]
    terminal.waits.append(transaction)


def replied(terminal: Terminal, transaction: Transaction, record: Arrived) -> None:
    """A genuine reply reached the terminal."""
    sign = COUNTED.get(transaction.what)
    if sign is None:
        return
    code = record.response_code
    if transaction.what not in REVERSIBLE:
        _delivered(terminal, transaction, sign, code)
    elif not transaction.reversals and code in APPROVING:
        fen = transaction.amount_fen if record.amount_fen is None else record.amount_fen
        _of(terminal, transaction.batch)[transaction.stan] = sign * fen


def _delivered(terminal: Terminal, transaction: Transaction, sign: int, code: str) -> None:
    """What is repeated until it is answered: 00 and 94 end that, and it counts."""
    row = response_code(code)
    if transaction.what in _WITHOUT_ANSWER:
        unsure_of(terminal, transaction.batch)
    elif row.approves or row.held is Held.YES:
        _of(terminal, transaction.batch)[transaction.stan] = sign * transaction.amount_fen
        transaction.answered = True
    elif transaction.what in STORED or row.retry:
        unsure_of(terminal, transaction.batch)  # sold at the counter, whatever the host says
    else:
        transaction.answered = True


def asked(terminal: Terminal, transactions: Iterable[Transaction]) -> None:
    """Totals are about to be told: what has no answer yet may be counted, or not."""
    for transaction in transactions:
        if (
            transaction.what in COUNTED and transaction.what not in REVERSIBLE
            and not transaction.answered
        ):
            unsure_of(terminal, transaction.batch)


def reversed_(terminal: Terminal, transaction: Transaction) -> None:
    """A 0400 left the terminal: whatever it had been told, it does not count it."""
    if terminal.acknowledged:
        terminal.acknowledged.get(transaction.batch, {}).pop(transaction.stan, None)


def unsure_of(terminal: Terminal, batch: int) -> None:
    """From now on the line does not show what a batch holds."""
    if batch not in terminal.unsure:
        terminal.unsure = frozenset((*sorted(terminal.unsure)[-BATCHES_KEPT:], batch))


def forgotten(terminal: Terminal) -> None:
    """A terminal as it left the factory knows nothing of its batches."""
    for batch in terminal.acknowledged or ():
        unsure_of(terminal, batch)


def items(terminal: Terminal, batch: int) -> dict[int, int] | None:
    """STAN to signed sum of a batch; None where the line does not show it."""
    if batch in terminal.unsure:
        return None
    return (terminal.acknowledged or {}).get(batch, {})


def counted(terminal: Terminal, batch: int, at_ms: int) -> BatchCounted | None:
    """The totals of a batch as the terminal must count them; None where the line does not show it."""
    found = items(terminal, batch)
    if found is None:
        return None
    debits = [fen for fen in found.values() if fen >= 0]
    credits_ = [-fen for fen in found.values() if fen < 0]
    return BatchCounted(
        at_ms, terminal.opened.actor, terminal.opened.tid, batch, sum(debits), len(debits),
        sum(credits_), len(credits_),
    )


def _of(terminal: Terminal, batch: int) -> dict[int, int]:
    if terminal.acknowledged is None:
        terminal.acknowledged = {}
    found = terminal.acknowledged.get(batch)
    if found is None:
        found = terminal.acknowledged[batch] = {}
        while len(terminal.acknowledged) > BATCHES_KEPT:
            del terminal.acknowledged[next(iter(terminal.acknowledged))]
    return found
