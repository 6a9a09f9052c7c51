"""What an acquirer host knows, as data: terminals, what waits for an answer, vouchers, what is owed.

Records alone change it, by the folds of ``terminal_folds``, ``transaction_folds`` and
``batch_folds``.  It decides nothing and books no money.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

from simulator.machines.acquirer.events import HostRecord, TransactionKey
from simulator.machines.acquirer.merchant_sums import card_kinds, merchant_sums
from simulator.machines.acquirer.registry import TerminalEntry
from simulator.machines.acquirer.settings import AcquirerSettings
from simulator.machines.acquirer.standing import batch_of
from simulator.machines.acquirer.transactions import Batch, TerminalBook, Transaction
from simulator.wire.keys import WorkingKeys

VOUCHER_HEAD = "62020000"
KeySource = Callable[[str, int, str], WorkingKeys]  # of a TID, a serial number, F60.3 of the sign-on


class HostState:
    """What the records of a host have come to; changed by the folds alone."""

    def __init__(
        self, settings: AcquirerSettings, registry: Iterable[TerminalEntry], key_source: KeySource,
    ) -> None:
        self._key_source = key_source
        self._forget_days = settings.forget_after_days
        self.settlement_date = settings.settlement_date
        self.clears_at_once = settings.capture == "host"  # an approval does, and no batch is waited for
        self.minimum_software = settings.minimum_software
        self.refuse_old_software = settings.refuse_old_software
        self.number = 0  # of the last RRN
        self.terminals = {entry.tid: TerminalBook(entry, entry.first_batch) for entry in registry}
        self.unanswered: dict[str, Transaction] = {}  # ASKED, by RRN
        self.vouchers: dict[str, TransactionKey] = {}  # approved QR sales, by A4
        self.owed: dict[str, Transaction] = {}  # undone, the issuer has not heard of it, by RRN
        self.card_kinds = card_kinds(settings)
        self.sums = merchant_sums(settings, self.card_kinds)
        self._settled: deque[tuple[str, str, int]] = deque()

    def find(self, key: TransactionKey) -> Transaction | None:
        """The transaction of a key, if it is remembered."""
        terminal = self.terminals.get(key.tid)
        batch = terminal.find_batch(key.batch) if terminal is not None else None
        return batch.transactions.get(key.stan) if batch is not None else None

    def batch_of(self, key: TransactionKey) -> Batch:
        """The batch of a key; opened where it is not there."""
        return batch_of(self.terminals[key.tid], key.batch, self.settlement_date)


Fold = Callable[[HostState, HostRecord], None]  # one record taken in


def voucher_of(rrn: str) -> str:
    """A4 of a QR sale, twenty digits.

    >>> voucher_of("000000000042")
    '62020000000000000042'
    """
    return f"{VOUCHER_HEAD}{rrn}"
