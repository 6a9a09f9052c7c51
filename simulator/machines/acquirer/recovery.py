"""What a restart finds half done: asked again, or undone where nobody can know.

Nobody waits for an answer any more: terminals ask again by themselves.
"""

from __future__ import annotations

from simulator.catalogue.host_reasons import UndoneWhy
from simulator.machines.acquirer.sales import ask_again
from simulator.machines.acquirer.transactions import REPEATED_MTI, Transaction
from simulator.machines.acquirer.undoing import undo
from simulator.machines.acquirer.wallet import ask_wallet_again
from simulator.machines.acquirer.work import Effects, Waiting, Work
from simulator.wire.kinds import MTI
from simulator.wire.message import Message

NO_REQUEST = Message(mti=REPEATED_MTI)  # after a restart nobody waits; the terminal asks again


def recover(work: Work, now_ms: int) -> Effects:
    """Take up what the last life left: ask again, or undo what is unknown."""
    effects: Effects = []
    for transaction in list(work.books.unanswered.values()):
        effects += recover_one(work, transaction, now_ms)
    for transaction in work.books.owed.values():
        if transaction.rrn not in work.attempts:
            effects += work.table.tell_channel(work, transaction, now_ms)
    return effects


def recover_one(work: Work, transaction: Transaction, now_ms: int) -> Effects:
    """One transaction whose outcome the host did not live to see."""
    kind = transaction.kind
    if MTI[kind] != REPEATED_MTI:
        return undo(work, transaction, UndoneWhy.RESTART, work.settings.issuer_timeout_answer, now_ms)
    terminal = work.books.terminals[transaction.key.tid]
    waiting = Waiting("", 0, NO_REQUEST, kind, terminal, transaction)
    work.waiting[transaction.rrn] = waiting
    if transaction.qr_code:
        return ask_wallet_again(work, transaction, now_ms)
    return [ask_again(work, waiting, transaction, now_ms)]
