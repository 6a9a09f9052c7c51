"""Records of a transaction, folded: asked, decided, undone, and what hangs on it."""

from __future__ import annotations

from sys import intern

from simulator.machines.acquirer import records as journal
from simulator.machines.acquirer.events import TransactionKey
from simulator.machines.acquirer.merchant_sums import calendar_day
from simulator.machines.acquirer.moves import Said, UnlawfulMoveError, refuse_move, unlawful
from simulator.machines.acquirer.standing import enter, moving
from simulator.machines.acquirer.state import Fold, HostState, voucher_of
from simulator.machines.acquirer.transactions import (
    APPROVED_CODES,
    Batch,
    State,
    Transaction,
    rrn_of,
)
from simulator.wire.kinds import COUNTS, Kind

# Bound once, for the path of every sale: a member costs a call each time it is named.
_ASKED, _APPROVED, _DECLINED = Said.ASKED, Said.APPROVED, Said.DECLINED
_QR_SALE = Kind.QR_SALE
_SAID_BY = dict.fromkeys(APPROVED_CODES, _APPROVED)  # else declined

_SPENDS = frozenset({
    Kind.VOID, Kind.PREAUTH_VOID, Kind.COMPLETION, Kind.COMPLETION_ADVICE, Kind.COMPLETION_VOID,
    Kind.QR_VOID,
})
_VOIDS = frozenset({Kind.VOID, Kind.COMPLETION_VOID, Kind.QR_VOID})
_REFUNDS = frozenset({Kind.REFUND, Kind.QR_REFUND})


def _given(key: TransactionKey, number: int) -> UnlawfulMoveError:
    return UnlawfulMoveError(
        f"STAN {key.stan:06} of batch {key.batch:06} of terminal {key.tid} cannot have"
        f" RRN {rrn_of(number)}: that is given")


def _key(key: TransactionKey) -> TransactionKey:
    """The same, with the one text of its TID: it is kept for as long as its batch."""
    return TransactionKey(intern(key.tid), key.batch, key.stan)


def _asked(books: HostState, record: journal.Asked) -> None:
    if record.number <= books.number:
        raise _given(record.key, record.number)
    transaction = Transaction(
        _key(record.key), record.kind, record.amount_fen, intern(record.pan), intern(record.channel),
        record.number, intern(record.day), record.original, record.qr_code,
    )
    enter(books.terminals, transaction, _ASKED, books.settlement_date, late=books.clears_at_once)
    books.number = record.number
    books.unanswered[transaction.rrn] = transaction
    if record.original is not None:
        _mark_original(books, transaction, 1)
    if books.sums and COUNTS[record.kind] > 0:
        books.sums.begin(transaction, calendar_day(record.day, books.settlement_date))
        _count(books, transaction, 1)


def _count(books: HostState, transaction: Transaction, sign: int) -> None:
    """A sale counts against the limits of its merchant, or counts no more."""
    mid = books.terminals[transaction.key.tid].entry.mid
    books.sums.count(mid, transaction, sign * transaction.amount_fen)


def _count_voided(books: HostState, void: Transaction, sign: int) -> None:
    """What a void takes back counts no more; where the void is undone, it counts again."""
    original = books.find(void.original) if void.original is not None else None
    if original is not None:
        _count(books, original, sign)


def _mark_original(books: HostState, transaction: Transaction, sign: int) -> None:
    """What refers to a transaction uses it up, and gives it back when it comes to nothing."""
    original = books.find(transaction.original) if transaction.original is not None else None
    if original is None:
        return
    if transaction.kind in _SPENDS:
        original.spent = sign > 0
    elif transaction.kind in _REFUNDS:
        original.refunded_fen += sign * transaction.amount_fen


def _decided(books: HostState, record: journal.Decided) -> None:
    code = intern(record.code)
    said = _SAID_BY.get(code, _DECLINED)
    batch, transaction, end = moving(
        books.terminals, record.key, said, late=books.clears_at_once)
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
        _count(books, transaction, -1)
        return
    if record.part_fen:
        _count(books, transaction, -1)
        transaction.whole_fen = transaction.amount_fen
        transaction.amount_fen = record.part_fen
        _count(books, transaction, 1)
    if books.sums and transaction.kind in _VOIDS:
        _count_voided(books, transaction, -1)
    transaction.auth_code = record.auth_code
    if record.day and record.day != transaction.day:
        transaction.day += record.day
    batch.count(transaction, 1)
    if transaction.kind is _QR_SALE:
        books.vouchers[voucher_of(transaction.rrn)] = transaction.key


def _refused(books: HostState, record: journal.Refused) -> None:
    if record.number <= books.number:
        raise _given(record.key, record.number)
    enter(books.terminals, Transaction(
        _key(record.key), record.kind, record.amount_fen, intern(record.pan), number=record.number,
        original=record.original, state=State.DECLINED, code=intern(record.code),
    ), Said.REFUSED, books.settlement_date, late=books.clears_at_once)
    books.number = record.number


def _undone(books: HostState, record: journal.Undone) -> None:
    batch, transaction, end = moving(
        books.terminals, record.key, Said.UNDONE, late=books.clears_at_once)
    if record.key.stan in batch.held:  # was taken out of the totals when the batch was closed
        no_longer_held(batch, record.key.stan)
    elif transaction.state is State.APPROVED:
        batch.count(transaction, -1)
    books.unanswered.pop(transaction.rrn, None)
    if transaction.original is not None:
        _mark_original(books, transaction, -1)
    _count(books, transaction, -1)
    if books.sums and transaction.kind in _VOIDS and transaction.state is State.APPROVED:
        _count_voided(books, transaction, 1)
    transaction.state = end
    transaction.code = record.code
    if record.owed:
        books.owed[transaction.rrn] = transaction


def _reversed_ahead(books: HostState, record: journal.ReversedAhead) -> None:
    enter(books.terminals, Transaction(
        _key(record.key), record.kind, record.amount_fen, intern(record.pan), state=State.UNDONE, code="12",
    ), Said.REVERSED_AHEAD, books.settlement_date)


def _issuer_undid(books: HostState, record: journal.IssuerUndid) -> None:
    key = record.key
    known = books.find(key)
    owed = books.owed.get(known.rrn) if known is not None else None
    if owed is None:  # its batch is forgotten by now
        owed = next((each for each in books.owed.values() if each.key == key), None)
    if owed is None:
        raise unlawful(key, known.state if known is not None else None, Said.HEARD)
    refuse_move(key, owed, Said.HEARD)
    del books.owed[owed.rrn]


def _contested(books: HostState, record: journal.Contested) -> None:
    """What is disputed is given back already, or may be: the counter cannot give it back once more."""
    transaction = books.find(record.key)
    refuse_move(record.key, transaction, Said.CONTESTED)
    assert transaction is not None
    transaction.refunded_fen += record.amount_fen


def _scripts_run(books: HostState, record: journal.ScriptsRun) -> None:
    transaction = books.find(record.key)
    refuse_move(record.key, transaction, Said.SCRIPTS_RUN)
    assert transaction is not None
    transaction.scripts = record.results


def _signature_kept(books: HostState, record: journal.SignatureKept) -> None:
    transaction = books.find(record.key)
    refuse_move(record.key, transaction, Said.SIGNED)
    assert transaction is not None
    transaction.signature_bytes = record.size


def no_longer_held(batch: Batch, stan: int) -> None:
    """What was held out of a settlement is ended, one way or another."""
    batch.held = tuple(each for each in batch.held if each != stan)


OF_TRANSACTIONS: dict[type, Fold] = {
    journal.Asked: _asked,  # type: ignore[dict-item]
    journal.Decided: _decided,  # type: ignore[dict-item]
    journal.Refused: _refused,  # type: ignore[dict-item]
    journal.Undone: _undone,  # type: ignore[dict-item]
    journal.ReversedAhead: _reversed_ahead,  # type: ignore[dict-item]
    journal.IssuerUndid: _issuer_undid,  # type: ignore[dict-item]
    journal.SignatureKept: _signature_kept,  # type: ignore[dict-item]
    journal.ScriptsRun: _scripts_run,  # type: ignore[dict-item]
    journal.Contested: _contested,  # type: ignore[dict-item]
}
