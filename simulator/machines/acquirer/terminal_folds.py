"""Records of a terminal, folded: keys and sign-on, software, demands, status, master keys, a STAN used again."""

from __future__ import annotations

from simulator.machines.acquirer import records as journal
from simulator.machines.acquirer.events import TransactionKey
from simulator.machines.acquirer.moves import BatchSaid, Said, UnlawfulMoveError, refuse_move
from simulator.machines.acquirer.standing import refuse_batch_move, terminal_of
from simulator.machines.acquirer.state import Fold, HostState
from simulator.machines.acquirer.transactions import TerminalBook


def _signed_on(books: HostState, record: journal.SignedOn) -> None:
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


def _signed_off(books: HostState, record: journal.SignedOff) -> None:
    terminal_of(books.terminals, record.tid).must_sign_on = True


def _some(books: HostState, tid: str) -> list[TerminalBook]:
    """One terminal, or all of them."""
    return [terminal_of(books.terminals, tid)] if tid else list(books.terminals.values())


def _keys_voided(books: HostState, record: journal.KeysVoided) -> None:
    for terminal in _some(books, record.tid):
        terminal.must_sign_on = True
        terminal.sign_on_stan = 0


def _version_set(books: HostState, record: journal.VersionSet) -> None:
    books.minimum_software = record.minimum
    books.refuse_old_software = record.refuse


def _demanded(books: HostState, record: journal.Demanded) -> None:
    for terminal in _some(books, record.tid):
        if record.request not in terminal.demanded:
            terminal.demanded += (record.request,)


def _demand_met(books: HostState, record: journal.DemandMet) -> None:
    terminal = terminal_of(books.terminals, record.tid)
    terminal.demanded = tuple(each for each in terminal.demanded if each != record.request)


def _status_taken(books: HostState, record: journal.StatusTaken) -> None:
    terminal_of(books.terminals, record.tid).status = record.values


def _master_key_offered(books: HostState, record: journal.MasterKeyOffered) -> None:
    terminal = terminal_of(books.terminals, record.tid)
    if record.serial != terminal.master_serial + 1:
        raise UnlawfulMoveError(
            f"terminal {record.tid} cannot be given master key {record.serial}: "
            f"{terminal.master_serial} is in use")
    terminal.offered_serial = record.serial


def _master_key_activated(books: HostState, record: journal.MasterKeyActivated) -> None:
    terminal = terminal_of(books.terminals, record.tid)
    if not record.serial or record.serial != terminal.offered_serial:
        raise UnlawfulMoveError(
            f"terminal {record.tid} cannot use master key {record.serial}: it was not given out")
    terminal.master_serial = record.serial
    terminal.offered_serial = 0


def _stan_reused(books: HostState, record: journal.StanReused) -> None:
    key = TransactionKey(record.tid, record.batch, record.stan)
    refuse_move(key, books.find(key), Said.STAN_USED_AGAIN)
    books.terminals[record.tid].reused = True


OF_TERMINALS: dict[type, Fold] = {
    journal.SignedOn: _signed_on,  # type: ignore[dict-item]
    journal.SignedOff: _signed_off,  # type: ignore[dict-item]
    journal.KeysVoided: _keys_voided,  # type: ignore[dict-item]
    journal.VersionSet: _version_set,  # type: ignore[dict-item]
    journal.StanReused: _stan_reused,  # type: ignore[dict-item]
    journal.Demanded: _demanded,  # type: ignore[dict-item]
    journal.DemandMet: _demand_met,  # type: ignore[dict-item]
    journal.StatusTaken: _status_taken,  # type: ignore[dict-item]
    journal.MasterKeyOffered: _master_key_offered,  # type: ignore[dict-item]
    journal.MasterKeyActivated: _master_key_activated,  # type: ignore[dict-item]
}
