"""What a host itself says is unresolved, each naming itself."""

from __future__ import annotations

import msgspec

from simulator.machines.acquirer.memory import HostBooks
from simulator.machines.acquirer.transactions import Stage, State


class Pending(msgspec.Struct, frozen=True, gc=False):
    """Something that the host itself says is unresolved."""

    what: str
    tid: str
    batch: int
    stan: int = 0
    detail: str = ""


def pending(books: HostBooks) -> list[Pending]:
    """All that is unresolved."""
    left = [
        Pending(
            "wallet_undecided" if transaction.state is State.PENDING else "unanswered",
            transaction.key.tid, transaction.key.batch, transaction.key.stan,
            transaction.channel,
        )
        for transaction in books.unanswered.values()
    ]
    left += [
        Pending("undoing_owed", transaction.key.tid, transaction.key.batch,
                transaction.key.stan, transaction.channel)
        for transaction in books.owed.values()
    ]
    for tid, terminal in books.terminals.items():
        for batch in (terminal.batches or {}).values():
            if batch.stage is Stage.DISPUTED:
                left.append(Pending("batch_disputed", tid, batch.number))
            elif batch.is_left_open(terminal.batch):
                left.append(Pending("batch_left_open", tid, batch.number))
    return left
