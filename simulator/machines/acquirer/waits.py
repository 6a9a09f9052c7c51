"""The host's own waits: what is done when one ends, and when the calendar jumps."""

from __future__ import annotations

from simulator.machines.acquirer.events import HostClockJumped, HostTimePassed
from simulator.machines.acquirer.undoing import UNDOING
from simulator.machines.acquirer.wallet import AGAIN, ask_wallet_again, wallet_silent
from simulator.machines.acquirer.work import Effects, Work


def time_passed(work: Work, _event: HostTimePassed, now_ms: int) -> Effects:
    """Whatever is due."""
    effects: Effects = []
    for name in work.deadlines.take_due(now_ms):
        effects += work.table.due(work, name, now_ms)
    return effects


def due(work: Work, name: str, now_ms: int) -> Effects:
    """One deadline: what tells a channel, asks a wallet again, or ends the wait for an answer."""
    if name.endswith(UNDOING):
        transaction = work.books.owed.get(name.removesuffix(UNDOING))
        return [] if transaction is None else work.table.tell_channel(work, transaction, now_ms)
    transaction = work.books.unanswered.get(name.removeprefix(AGAIN))
    if transaction is not None and transaction.qr_code:
        again = name.startswith(AGAIN)
        return (ask_wallet_again if again else wallet_silent)(work, transaction, now_ms)
    return work.table.issuer_silent(work, name, now_ms) if name in work.waiting else []


def clock_jumped(work: Work, event: HostClockJumped, _now_ms: int) -> Effects:
    """The calendar jumped: waits keep their length."""
    work.deadlines.shift(event.by_ms)
    return []
