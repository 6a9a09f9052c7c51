"""Which transaction a void, completion or refund refers to: by F61, a refund also by F37.

A QR transaction is named by its voucher first, which is the wallet's module's business.

A refund is made at any till: public terminals send F61 with zeros for batch and STAN and the date,
and name the original by its RRN.  So it is looked for at all tills of the merchant, where the
setting lets it; another merchant's is never found.
"""

from __future__ import annotations

from collections.abc import Iterator

from simulator.catalogue.host_reasons import AlarmCode
from simulator.machines.acquirer.events import Alarm, TransactionKey
from simulator.machines.acquirer.transactions import Stage, TerminalBook, Transaction, rrn_of
from simulator.machines.acquirer.work import Effects, Request, Work
from simulator.wire.kinds import Kind
from simulator.wire.message import Message

BEYOND_PENDING = "61"
REFUNDS = frozenset({Kind.REFUND, Kind.QR_REFUND})


def rrn_named(message: Message) -> str:
    """F37 of a request; zeros name nothing.

    >>> rrn_named(Message(mti="0220", rrn="000000000000")), rrn_named(Message(mti="0220", rrn="7"))
    ('', '7')
    """
    return message.rrn if message.rrn.strip("0") else ""


def find_original(work: Work, request: Request) -> tuple[Transaction | None, bool]:
    """What a request refers to, and whether its batch is closed and does not hold it back."""
    message = request.message
    named = message.original
    rrn = rrn_named(message)
    found = None
    if named is not None and named.stan:
        key = TransactionKey(request.key.tid, named.batch, named.stan)
        found = work.books.find(key)
    if request.kind in REFUNDS and rrn and (found is None or found.rrn != rrn):
        found = _by_rrn(work, request, rrn)
        if found is not None and named is not None and named.stan and (
            (named.batch, named.stan) != (found.key.batch, found.key.stan)
        ):
            found = None
    return found, found is not None and is_settled(work, found.key)


def is_settled(work: Work, key: TransactionKey) -> bool:
    """Whether the batch of a transaction is closed, and does not hold it back."""
    batch = work.books.batch_of(key)
    return batch.stage is Stage.SETTLED and key.stan not in batch.held


def may_refer(work: Work, request: Request, key: TransactionKey) -> bool:
    """Whether a request may refer to what is under this key: its own terminal's, or its merchant's."""
    asking = request.terminal.entry
    if key.tid == asking.tid:
        return True
    return (
        request.kind in REFUNDS and work.settings.refunds_across_tills
        and work.books.terminals[key.tid].entry.mid == asking.mid
    )


def _by_rrn(work: Work, request: Request, rrn: str) -> Transaction | None:
    number = int(rrn) if rrn.isascii() and rrn.isdigit() else 0
    if not number or rrn_of(number) != rrn:
        return None
    for terminal in _tills(work, request.terminal):
        for batch in (terminal.batches or {}).values():
            for transaction in batch.transactions.values():
                if transaction.number == number:
                    return transaction
    return None


def _tills(work: Work, asking: TerminalBook) -> Iterator[TerminalBook]:
    yield asking
    if work.settings.refunds_across_tills:
        for terminal in work.books.terminals.values():
            if terminal.entry.mid == asking.entry.mid and terminal is not asking:
                yield terminal


def beyond_pending(work: Work, request: Request) -> Effects | None:
    """An alarm where a refund is more than its merchant is still to be paid, with those under way.

    Only of a merchant whose refunds may go no further; else nothing.
    """
    if request.refundable_fen is None or request.kind not in REFUNDS:
        return None
    mid = request.terminal.entry.mid
    under_way = sum(
        each.amount_fen for each in work.books.unanswered.values()
        if each.kind in REFUNDS and work.books.terminals[each.key.tid].entry.mid == mid
    )
    if (request.message.amount_fen or 0) <= request.refundable_fen - under_way:
        return None
    return [Alarm(AlarmCode.REFUND_BEYOND, request.key.tid, f"STAN {request.key.stan:06}")]


def names_another(work: Work, request: Request, known: Transaction) -> bool:
    """Whether a request under a known STAN refers by its RRN to something else."""
    rrn = rrn_named(request.message)
    if request.kind not in REFUNDS or not rrn or known.original is None:
        return False
    original = work.books.find(known.original)
    return original is not None and original.rrn != rrn
