"""What a host itself says is unresolved, each naming itself."""

from __future__ import annotations

import msgspec

from simulator.catalogue.host_reasons import LeftOpen
from simulator.machines.acquirer.memory import HostBooks
from simulator.machines.acquirer.transactions import Stage


class Pending(msgspec.Struct, frozen=True, gc=False):
    """Something that the host itself says is unresolved."""

    what: LeftOpen
    tid: str
    batch: int
    stan: int = 0
    detail: str = ""


def pending(books: HostBooks) -> list[Pending]:
    """All that is unresolved."""
    left = [
        Pending(
            LeftOpen.UNANSWERED, transaction.key.tid, transaction.key.batch, transaction.key.stan,
            transaction.channel,
        )
        for transaction in books.unanswered.values()
    ]
    left += [
        Pending(LeftOpen.UNDOING_OWED, transaction.key.tid, transaction.key.batch,
                transaction.key.stan, transaction.channel)
        for transaction in books.owed.values()
    ]
    for tid, terminal in books.terminals.items():
        for batch in (terminal.batches or {}).values():
            if batch.stage is Stage.DISPUTED:
                left.append(Pending(LeftOpen.BATCH_DISPUTED, tid, batch.number))
            elif batch.is_left_open(terminal.batch):
                left.append(Pending(LeftOpen.BATCH_LEFT_OPEN, tid, batch.number))
    return left
