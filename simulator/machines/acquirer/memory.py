"""What an acquirer host knows: its journal records folded, one after the other.

The machine changes this state by :meth:`HostBooks.apply` alone, with the very records it has
stored, so what a restart finds is what there was.  Where a record leads stands in the tables of
:mod:`simulator.machines.acquirer.moves`; one that cannot follow is refused whole, and nothing is
changed.  It decides nothing and books no money: totals are the host's side of a settlement, the
ledger is elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from simulator.machines.acquirer.batch_folds import OF_BATCHES
from simulator.machines.acquirer.events import HostRecord
from simulator.machines.acquirer.moves import UnlawfulMoveError
from simulator.machines.acquirer.registry import TerminalEntry
from simulator.machines.acquirer.settings import AcquirerSettings
from simulator.machines.acquirer.state import Fold, HostState, KeySource
from simulator.machines.acquirer.terminal_folds import OF_TERMINALS
from simulator.machines.acquirer.transaction_folds import OF_TRANSACTIONS

APPLY: dict[type, Fold] = OF_TERMINALS | OF_TRANSACTIONS | OF_BATCHES


class ShortenedJournal:
    """A journal whose beginning was folded before: what it came to, then the records behind it."""

    def __init__(
        self, into: Callable[[HostState], None], records: Iterable[HostRecord],
    ) -> None:
        """``into`` gives the books of a host what the beginning came to."""
        self.into = into
        self._records = records

    def __iter__(self) -> Iterator[HostRecord]:
        """The records behind it."""
        return iter(self._records)


class HostBooks(HostState):
    """The folded journal of a host."""

    def __init__(
        self, settings: AcquirerSettings, registry: Iterable[TerminalEntry], key_source: KeySource,
        records: Iterable[HostRecord] = (),
    ) -> None:
        super().__init__(settings, registry, key_source)
        if isinstance(records, ShortenedJournal):
            records.into(self)
        for number, record in enumerate(records, 1):
            try:
                self.apply(record)
            except UnlawfulMoveError as error:
                raise UnlawfulMoveError(f"record {number} of the journal: {error}") from error

    def apply(self, record: HostRecord) -> None:
        """Take in one record; :class:`UnlawfulMoveError` where it cannot follow on what is there."""
        APPLY[type(record)](self, record)
