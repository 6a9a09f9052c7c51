"""Hosts that take copies for what they are not."""

from __future__ import annotations

from collections.abc import Callable

from simulator.defect import Defect, instead
from simulator.machines.acquirer.captures import capture
from simulator.machines.acquirer.copies import is_copy, known_again
from simulator.machines.acquirer.events import TransactionKey
from simulator.machines.acquirer.transactions import State, Transaction
from simulator.machines.acquirer.work import Effects, HostTable, Request, Work
from simulator.wire.kinds import Kind

_OWN_NUMBERS = 500_000  # where a host without duplicate check puts what it takes for new


KnownAgain = Callable[[Work, Request, Transaction], Effects]


def _takes_copies_for_new(
    right: KnownAgain, work: Work, request: Request, transaction: Transaction,
) -> Effects:
    """Ask for a copy once more, under a number of its own."""
    key = transaction.key
    own = TransactionKey(key.tid, key.batch, (key.stan + _OWN_NUMBERS) % 1_000_000)
    if work.books.find(own) is not None:
        return right(work, request, transaction)
    request.key = own
    return work.table.by_kind[request.kind].step(work, request)


def _books_copies(
    right: KnownAgain, work: Work, request: Request, transaction: Transaction,
) -> Effects:
    """Answer a copy as it should be, and book the sale again."""
    effects = right(work, request, transaction)
    if transaction.state is State.APPROVED and request.kind is Kind.SALE:
        effects.insert(0, capture(work, transaction, 1, "sale again"))
    return effects


def _knows_by_number_alone(
    _right: Callable[[Request, Transaction], bool], _request: Request, _transaction: Transaction,
) -> bool:
    """Take another sale under a known number for a copy, and answer it with its approval."""
    return True


ROWS = (
    Defect("acquirer.no_duplicate_check", "a copy of a request is taken for a new transaction",
           (4,), replaces=instead(HostTable, (known_again, _takes_copies_for_new)),
           shown_by="defects/repeated-requests",
           zh="请求的副本被当作新交易"),
    Defect("acquirer.captures_copies", "a sale is booked again for each copy of its request",
           (4,), replaces=instead(HostTable, (known_again, _books_copies)),
           shown_by="defects/repeated-requests",
           zh="请求每来一份副本，交易就再入账一次"),
    Defect("acquirer.accepts_reused_stan",
           "another sale under a known number gets the old one's approval",
           (8,), replaces=instead(HostTable, (is_copy, _knows_by_number_alone)),
           shown_by="defects/stan-reused", beside=("terminal.reuses_stan",),
           zh="已用流水号上的另一笔交易得到旧交易的批准"),
)
