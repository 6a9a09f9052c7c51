"""What an acquirer host knows: its journal records folded, one after the other.

The machine changes this state by :meth:`HostBooks.apply` alone, with the very records it has
stored, so what a restart finds is what there was.  Where a record leads stands in the tables of
:mod:`simulator.machines.acquirer.moves`; one that cannot follow is refused whole, and nothing is
changed.  It decides nothing and books no money: totals are the host's side of a settlement, the
ledger is elsewhere.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from datetime import date, timedelta

from simulator.machines.acquirer import records as journal
from simulator.machines.acquirer.events import HostRecord, TransactionKey
from simulator.machines.acquirer.moves import (
    BatchSaid,
    Said,
    UnlawfulMoveError,
    refuse_move,
    unlawful,
)
from simulator.machines.acquirer.registry import TerminalEntry
from simulator.machines.acquirer.settings import AcquirerSettings
from simulator.machines.acquirer.standing import (
    batch_of,
    enter,
    moving,
    moving_batch,
    refuse_batch_move,
    terminal_of,
)
from simulator.machines.acquirer.transactions import (
    APPROVED_CODES,
    Batch,
    State,
    TerminalBook,
    Transaction,
)
from simulator.wire.keys import WorkingKeys
from simulator.wire.kinds import Kind

VOUCHER_HEAD = "62020000"
KeySource = Callable[[str, int, str], WorkingKeys]  # of a TID, a serial number, F60.3 of the sign-on


class HostBooks:
    """The folded journal of a host."""

    def __init__(
        self, settings: AcquirerSettings, registry: Iterable[TerminalEntry], key_source: KeySource,
        records: Iterable[HostRecord] = (),
    ) -> None:
        self._key_source = key_source
        self._forget_days = settings.forget_after_days
        self.settlement_date = settings.settlement_date
        self.minimum_software = settings.minimum_software
        self.refuse_old_software = settings.refuse_old_software
        self.number = 0  # of the last RRN
        self.terminals = {entry.tid: TerminalBook(entry, entry.first_batch) for entry in registry}
        self.unanswered: dict[str, Transaction] = {}  # ASKED, by RRN
        self.vouchers: dict[str, TransactionKey] = {}  # approved QR sales, by A4
        self.owed: dict[str, Transaction] = {}  # undone, the issuer has not heard of it, by RRN
        self._settled: deque[tuple[str, str, int]] = deque()
        for number, record in enumerate(records, 1):
            try:
                self.apply(record)
            except UnlawfulMoveError as error:
                raise UnlawfulMoveError(f"record {number} of the journal: {error}") from error

    def apply(self, record: HostRecord) -> None:
        """Take in one record; :class:`UnlawfulMoveError` where it cannot follow on what is there."""
        APPLY[type(record)](self, record)

    def find(self, key: TransactionKey) -> Transaction | None:
        """The transaction of a key, if it is remembered."""
        terminal = self.terminals.get(key.tid)
        batch = terminal.find_batch(key.batch) if terminal is not None else None
        return batch.transactions.get(key.stan) if batch is not None else None

    def batch_of(self, key: TransactionKey) -> Batch:
        """The batch of a key; opened where it is not there."""
        return batch_of(self.terminals[key.tid], key.batch, self.settlement_date)


def rrn_of(number: int) -> str:
    """F37 of a transaction."""
    return "%012d" % number  # noqa: UP031 - in the path of every sale


def voucher_of(rrn: str) -> str:
    """A4 of a QR sale, twenty digits.

    >>> voucher_of("000000000042")
    '62020000000000000042'
    """
    return f"{VOUCHER_HEAD}{rrn}"


# ---- terminals -------------------------------------------------------------------------------


def _signed_on(books: HostBooks, record: journal.SignedOn) -> None:
    terminal = terminal_of(books.terminals, record.tid)
    refuse_batch_move(terminal, record.batch, BatchSaid.GIVEN)
    terminal.keys = books._key_source(  # noqa: SLF001
        record.tid, record.serial, record.download)
    terminal.download = record.download
    terminal.serial = record.serial
    terminal.sign_on_stan = record.stan
    terminal.batch = record.batch
    terminal.must_sign_on = False
    terminal.reused = False


def _signed_off(books: HostBooks, record: journal.SignedOff) -> None:
    terminal_of(books.terminals, record.tid).must_sign_on = True


def _some(books: HostBooks, tid: str) -> list[TerminalBook]:
    """One terminal, or all of them."""
    return [terminal_of(books.terminals, tid)] if tid else list(books.terminals.values())


def _keys_voided(books: HostBooks, record: journal.KeysVoided) -> None:
    for terminal in _some(books, record.tid):
        terminal.must_sign_on = True
        terminal.sign_on_stan = 0


def _version_set(books: HostBooks, record: journal.VersionSet) -> None:
    books.minimum_software = record.minimum
    books.refuse_old_software = record.refuse


def _demanded(books: HostBooks, record: journal.Demanded) -> None:
    for terminal in _some(books, record.tid):
        if record.request not in terminal.demanded:
            terminal.demanded += (record.request,)


def _demand_met(books: HostBooks, record: journal.DemandMet) -> None:
    terminal = terminal_of(books.terminals, record.tid)
    terminal.demanded = tuple(each for each in terminal.demanded if each != record.request)


def _status_taken(books: HostBooks, record: journal.StatusTaken) -> None:
    terminal_of(books.terminals, record.tid).status = record.values


def _master_key_offered(books: HostBooks, record: journal.MasterKeyOffered) -> None:
    terminal = terminal_of(books.terminals, record.tid)
    if record.serial != terminal.master_serial + 1:
        raise UnlawfulMoveError(
            f"terminal {record.tid} cannot be given master key {record.serial}: "
            f"{terminal.master_serial} is in use")
    terminal.offered_serial = record.serial


def _master_key_activated(books: HostBooks, record: journal.MasterKeyActivated) -> None:
    terminal = terminal_of(books.terminals, record.tid)
    if not record.serial or record.serial != terminal.offered_serial:
        raise UnlawfulMoveError(
            f"terminal {record.tid} cannot use master key {record.serial}: it was not given out")
    terminal.master_serial = record.serial
    terminal.offered_serial = 0


def _stan_reused(books: HostBooks, record: journal.StanReused) -> None:
    key = TransactionKey(record.tid, record.batch, record.stan)
    refuse_move(key, books.find(key), Said.STAN_USED_AGAIN)
    books.terminals[record.tid].reused = True


# ---- transactions ----------------------------------------------------------------------------

# Bound once, for the path of every sale: a member costs a call each time it is named.
_ASKED, _APPROVED, _DECLINED = Said.ASKED, Said.APPROVED, Said.DECLINED
_QR_SALE = Kind.QR_SALE
_SAID_BY = dict.fromkeys(APPROVED_CODES, _APPROVED)  # else declined

_SPENDS = frozenset({
    Kind.VOID, Kind.PREAUTH_VOID, Kind.COMPLETION, Kind.COMPLETION_ADVICE, Kind.COMPLETION_VOID,
    Kind.QR_VOID,
})
_REFUNDS = frozenset({Kind.REFUND, Kind.QR_REFUND})


def _given(key: TransactionKey, number: int) -> UnlawfulMoveError:
    return UnlawfulMoveError(
        f"STAN {key.stan:06} of batch {key.batch:06} of terminal {key.tid} cannot have"
        f" RRN {rrn_of(number)}: that is given")


def _asked(books: HostBooks, record: journal.Asked) -> None:
    if record.number <= books.number:
        raise _given(record.key, record.number)
    rrn = rrn_of(record.number)
    transaction = Transaction(
        record.key, record.kind, record.amount_fen, record.pan, record.channel, rrn, record.day,
        record.original, record.qr_code,
    )
    enter(books.terminals, transaction, _ASKED, books.settlement_date)
    books.number = record.number
    books.unanswered[rrn] = transaction
    if record.original is not None:
        _mark_original(books, transaction, 1)


def _mark_original(books: HostBooks, transaction: Transaction, sign: int) -> None:
    """What refers to a transaction uses it up, and gives it back when it comes to nothing."""
    original = books.find(transaction.original) if transaction.original is not None else None
    if original is None:
        return
    if transaction.kind in _SPENDS:
        original.spent = sign > 0
    elif transaction.kind in _REFUNDS:
        original.refunded_fen += sign * transaction.amount_fen


def _decided(books: HostBooks, record: journal.Decided) -> None:
    code = record.code
    said = _SAID_BY.get(code, _DECLINED)
    batch, transaction, end = moving(books.terminals, record.key, said)
    if record.part_fen and not 0 < record.part_fen < transaction.amount_fen:
        key = record.key
        raise UnlawfulMoveError(
            f"STAN {key.stan:06} of batch {key.batch:06} of terminal {key.tid} cannot be approved"
            f" in part: {record.part_fen} is no part of {transaction.amount_fen}")
    transaction.state = end
    transaction.code = code
    books.unanswered.pop(transaction.rrn, None)
    if said is _DECLINED:
        if transaction.original is not None:
            _mark_original(books, transaction, -1)
        return
    if record.part_fen:
        transaction.whole_fen = transaction.amount_fen
        transaction.amount_fen = record.part_fen
    transaction.auth_code = record.auth_code
    if record.day and record.day != transaction.day:
        transaction.day += record.day
    batch.count(transaction, 1)
    if transaction.kind is _QR_SALE:
        books.vouchers[voucher_of(transaction.rrn)] = transaction.key


def _refused(books: HostBooks, record: journal.Refused) -> None:
    if record.number <= books.number:
        raise _given(record.key, record.number)
    enter(books.terminals, Transaction(
        record.key, record.kind, record.amount_fen, record.pan, rrn=rrn_of(record.number),
        original=record.original, state=State.DECLINED, code=record.code,
    ), Said.REFUSED, books.settlement_date)
    books.number = record.number


def _undone(books: HostBooks, record: journal.Undone) -> None:
    batch, transaction, end = moving(books.terminals, record.key, Said.UNDONE)
    if record.key.stan in batch.held:  # was taken out of the totals when the batch was closed
        _no_longer_held(batch, record.key.stan)
    elif transaction.state is State.APPROVED:
        batch.count(transaction, -1)
    books.unanswered.pop(transaction.rrn, None)
    if transaction.original is not None:
        _mark_original(books, transaction, -1)
    transaction.state = end
    transaction.code = record.code
    if record.owed:
        books.owed[transaction.rrn] = transaction


def _reversed_ahead(books: HostBooks, record: journal.ReversedAhead) -> None:
    enter(books.terminals, Transaction(
        record.key, record.kind, record.amount_fen, record.pan, state=State.UNDONE, code="12",
    ), Said.REVERSED_AHEAD, books.settlement_date)


def _issuer_undid(books: HostBooks, record: journal.IssuerUndid) -> None:
    key = record.key
    known = books.find(key)
    owed = books.owed.get(known.rrn) if known is not None else None
    if owed is None:  # its batch is forgotten by now
        owed = next((each for each in books.owed.values() if each.key == key), None)
    if owed is None:
        raise unlawful(key, known.state if known is not None else None, Said.HEARD)
    refuse_move(key, owed, Said.HEARD)
    del books.owed[owed.rrn]


def _scripts_run(books: HostBooks, record: journal.ScriptsRun) -> None:
    transaction = books.find(record.key)
    refuse_move(record.key, transaction, Said.SCRIPTS_RUN)
    assert transaction is not None
    transaction.scripts = record.results


def _signature_kept(books: HostBooks, record: journal.SignatureKept) -> None:
    transaction = books.find(record.key)
    refuse_move(record.key, transaction, Said.SIGNED)
    assert transaction is not None
    transaction.signature_bytes = record.size


# ---- batches ---------------------------------------------------------------------------------


def _batch_disputed(books: HostBooks, record: journal.BatchDisputed) -> None:
    batch = moving_batch(
        books.terminals, record.tid, record.batch, BatchSaid.DISPUTED, books.settlement_date,
    )
    batch.claimed = record.claimed
    batch.told = record.told


def _details_uploaded(books: HostBooks, record: journal.DetailsUploaded) -> None:
    batch = moving_batch(
        books.terminals, record.tid, record.batch, BatchSaid.UPLOADED, books.settlement_date,
    )
    if batch.uploaded is None:
        batch.uploaded = {}
    batch.uploaded.update(record.items)


def _batch_settled(books: HostBooks, record: journal.BatchSettled) -> None:
    terminal = terminal_of(books.terminals, record.tid)
    for stan in record.held:
        key = TransactionKey(record.tid, record.batch, stan)
        transaction = books.find(key)
        if transaction is None or transaction.state is not State.APPROVED:
            raise UnlawfulMoveError(
                f"STAN {stan:06} of batch {record.batch:06} of terminal {record.tid} cannot be held"
                " out of a settlement: it is not approved")
    batch = moving_batch(
        books.terminals, record.tid, record.batch, BatchSaid.SETTLED, books.settlement_date,
    )
    batch.result = record.result
    batch.held = record.held
    batch.closed = record.settlement_date
    for stan in record.held:
        batch.count(batch.transactions[stan], -1)
    batch.uploaded = None
    terminal.last_settled = record.batch
    if terminal.batch == record.batch:
        terminal.batch = terminal.unused_after(record.batch)
    books._settled.append((record.settlement_date, record.tid, record.batch))  # noqa: SLF001


def _held_released(books: HostBooks, record: journal.HeldReleased) -> None:
    key = record.key
    batch = moving_batch(
        books.terminals, key.tid, key.batch, BatchSaid.RELIEVED, books.settlement_date,
    )
    if key.stan not in batch.held:
        raise UnlawfulMoveError(
            f"STAN {key.stan:06} of batch {key.batch:06} of terminal {key.tid} cannot be released:"
            " it is not held")
    _no_longer_held(batch, key.stan)


def _no_longer_held(batch: Batch, stan: int) -> None:
    batch.held = tuple(each for each in batch.held if each != stan)


def _cut_over(books: HostBooks, record: journal.CutOver) -> None:
    if record.settlement_date < books.settlement_date:
        raise UnlawfulMoveError(
            f"a business day cannot begin on {record.settlement_date}: it is"
            f" {books.settlement_date}")
    books.settlement_date = record.settlement_date
    settled = books._settled  # noqa: SLF001
    if not settled:
        return
    horizon = (
        date.fromisoformat(record.settlement_date) - timedelta(days=books._forget_days)  # noqa: SLF001
    ).isoformat()
    kept = []
    while settled and settled[0][0] < horizon:
        entry = settled.popleft()
        terminal = books.terminals[entry[1]]
        batch = terminal.find_batch(entry[2])
        if terminal.last_settled == entry[2] or (batch is not None and batch.held):
            kept.append(entry)
        elif terminal.batches is not None:
            _forget(books, terminal.batches.pop(entry[2], None))
    settled.extendleft(reversed(kept))


def _forget(books: HostBooks, batch: Batch | None) -> None:
    for transaction in batch.transactions.values() if batch is not None else ():
        if transaction.kind is Kind.QR_SALE:
            books.vouchers.pop(voucher_of(transaction.rrn), None)


APPLY: dict[type, Callable[[HostBooks, HostRecord], None]] = {
    journal.SignedOn: _signed_on,  # type: ignore[dict-item]
    journal.SignedOff: _signed_off,  # type: ignore[dict-item]
    journal.KeysVoided: _keys_voided,  # type: ignore[dict-item]
    journal.VersionSet: _version_set,  # type: ignore[dict-item]
    journal.CutOver: _cut_over,  # type: ignore[dict-item]
    journal.Asked: _asked,  # type: ignore[dict-item]
    journal.Decided: _decided,  # type: ignore[dict-item]
    journal.Refused: _refused,  # type: ignore[dict-item]
    journal.Undone: _undone,  # type: ignore[dict-item]
    journal.ReversedAhead: _reversed_ahead,  # type: ignore[dict-item]
    journal.IssuerUndid: _issuer_undid,  # type: ignore[dict-item]
    journal.SignatureKept: _signature_kept,  # type: ignore[dict-item]
    journal.StanReused: _stan_reused,  # type: ignore[dict-item]
    journal.BatchDisputed: _batch_disputed,  # type: ignore[dict-item]
    journal.DetailsUploaded: _details_uploaded,  # type: ignore[dict-item]
    journal.BatchSettled: _batch_settled,  # type: ignore[dict-item]
    journal.ScriptsRun: _scripts_run,  # type: ignore[dict-item]
    journal.HeldReleased: _held_released,  # type: ignore[dict-item]
    journal.Demanded: _demanded,  # type: ignore[dict-item]
    journal.DemandMet: _demand_met,  # type: ignore[dict-item]
    journal.StatusTaken: _status_taken,  # type: ignore[dict-item]
    journal.MasterKeyOffered: _master_key_offered,  # type: ignore[dict-item]
    journal.MasterKeyActivated: _master_key_activated,  # type: ignore[dict-item]
}
