"""Customers' signatures (0820, 60.1 = 07): kept as a fact about their sale; the image goes nowhere.

25 where there is no such sale, or none that was approved; 30 where nothing is in F62.  The same once
more is answered as before.
"""

from __future__ import annotations

from simulator.machines.acquirer import records as journal
from simulator.machines.acquirer.replies import reply
from simulator.machines.acquirer.transactions import State, Transaction
from simulator.machines.acquirer.work import Effects, Request, Work
from simulator.wire.message import Message

NOT_FOUND, FORMAT_ERROR = "25", "30"


def keep_signature(work: Work, request: Request) -> Effects:
    """Write down that a signature of so many bytes came for a sale."""
    message = request.message
    image = message.private or b""
    if not image:
        return [reply(work, request, FORMAT_ERROR)]
    transaction = work.books.find(request.key)
    if transaction is None or not is_of(message, transaction):
        return [reply(work, request, NOT_FOUND)]
    answer = reply(work, request, "00", rrn=transaction.rrn)
    if transaction.signature_bytes == len(image):
        return [answer]
    return [work.store(journal.SignatureKept(request.key, len(image))), answer]


def is_of(message: Message, transaction: Transaction) -> bool:
    """Whether an approved transaction is the one that was signed for."""
    return (
        transaction.state is State.APPROVED
        and message.amount_fen in (None, transaction.amount_fen)
        and message.pan in ("", transaction.pan) and message.rrn in ("", transaction.rrn)
    )
