"""What a terminal knows after a power cut: its journal records folded, one after the other.

The machine changes this state by :func:`apply` alone, with the very records it has stored, so what
boot finds is what there was.  It decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from simulator.catalogue.terminal_reasons import AdviceEnd, Disarming
from simulator.machines.terminal.events import NvmRecord
from simulator.machines.terminal.records import (
    AdviceEnded,
    Advised,
    Armed,
    BatchClosed,
    Booked,
    ClerkEntered,
    DamageFound,
    Disarmed,
    MasterKeyActivated,
    MasterKeyLoaded,
    MasterKeyRefused,
    ReasonChanged,
    Receipted,
    SettlementAnswered,
    SettlementBegun,
    SettlementDropped,
    SignatureEnded,
    Signed,
    SignedOff,
    SignedOn,
    SignOnDemanded,
    Snapshot,
    SoftwareInstalled,
    StanTaken,
    TableBegun,
    TableDropped,
    TableEnded,
    TableListed,
    TableLoaded,
    TablesWanted,
    Unbooked,
    Uploaded,
)
from simulator.machines.terminal.reversal_form import reason_given
from simulator.machines.terminal.table_progress import TableProgress, came, named
from simulator.wire.tables import Table

_NO_TABLES: dict[Table, tuple[bytes, ...]] = {}
LAST_NUMBER = 999_999  # of STANs and batches
CHIP_ENTRY = frozenset({"05", "07"})  # first digits of F22: chip, contactless


def following(number: int) -> int:
    """The next STAN or batch number; 1 comes after 999999.

    >>> following(1), following(999_999)
    (2, 1)
    """
    return number + 1 if number < LAST_NUMBER else 1


class TerminalMemory:
    """The folded journal of one terminal."""

    __slots__ = (
        "advised", "armed", "batch", "clerk", "damage", "failed", "gross_fen", "items", "mak",
        "master_key", "next_master_key", "pik", "progress", "settling", "settling_result",
        "signatures", "signed_on", "software", "stan", "tables", "tdk", "unreceipted", "uploaded", "wanted",
    )

    def __init__(self, records: Iterable[NvmRecord] = (), first_stan: int = 1) -> None:
        self.stan = first_stan  # the next to be used
        self.batch = 0  # 0: not known yet
        self.clerk = ""
        self.signed_on = False
        self.pik = b""
        self.mak = b""
        self.tdk = b""
        self.software = ""  # "": as delivered
        self.damage = ""
        self.unreceipted = 0  # STAN of an approved transaction without receipt
        self.armed: Armed | None = None
        self.failed: tuple[Armed, ...] = ()  # declined chip transactions of the batch
        self.items: tuple[Booked, ...] | list[Booked] = ()
        self.gross_fen = 0  # no sum of the batch is larger
        self.advised: tuple[Advised, ...] = ()
        self.signatures: tuple[Signed, ...] = ()  # not with the host yet
        self.settling: SettlementBegun | None = None
        self.settling_result = ""
        self.uploaded: tuple[int, ...] = ()
        self.tables: dict[Table, tuple[bytes, ...]] = _NO_TABLES  # whole ones; never changed, replaced
        self.wanted: tuple[Table, ...] = ()  # to be loaded, whether they are there or not
        self.progress: TableProgress | None = None
        self.master_key = b""  # "": the one of its identity
        self.next_master_key = b""  # given by the host, not in use yet
        for record in records:
            APPLY[type(record)](self, record)

    def item(self, stan: int) -> Booked | None:
        """The transaction of the batch with this STAN."""
        for item in reversed(self.items):
            if item.stan == stan:
                return item
        return None

    def snapshot(self) -> Snapshot:
        """One record that folds to this very state."""
        return Snapshot(
            stan=self.stan, batch=self.batch, clerk=self.clerk, signed_on=self.signed_on,
            pik=self.pik, mak=self.mak, tdk=self.tdk, software=self.software, damage=self.damage,
            unreceipted=self.unreceipted, armed=self.armed, items=tuple(self.items),
            failed=self.failed,
            advised=self.advised, signatures=self.signatures, settling=self.settling,
            settling_result=self.settling_result,
            uploaded=self.uploaded, tables=self.tables, wanted=self.wanted,
            progress=self.progress, master_key=self.master_key,
            next_master_key=self.next_master_key,
        )


def _clerk_entered(memory: TerminalMemory, record: ClerkEntered) -> None:
    memory.clerk = record.clerk


def _signed_on(memory: TerminalMemory, record: SignedOn) -> None:
    memory.signed_on = True
    memory.batch = record.batch
    memory.pik, memory.mak, memory.tdk = record.pik, record.mak, record.tdk


def _sign_on_demanded(memory: TerminalMemory, _record: SignOnDemanded) -> None:
    memory.signed_on = False


def _signed_off(memory: TerminalMemory, _record: SignedOff) -> None:
    memory.signed_on = False
    memory.clerk = ""
    memory.pik = memory.mak = memory.tdk = b""


def _stan_taken(memory: TerminalMemory, record: StanTaken) -> None:
    memory.stan = following(record.stan)


def _armed(memory: TerminalMemory, record: Armed) -> None:
    memory.armed = record
    memory.stan = following(record.stan)


def _reason_changed(memory: TerminalMemory, record: ReasonChanged) -> None:
    armed = memory.armed
    if armed is not None and armed.stan == record.stan:
        reversal = reason_given(armed.reversal, record.reason, record.auth_code, record.date)
        memory.armed = msgspec.structs.replace(armed, reversal=reversal)


def _disarmed(memory: TerminalMemory, record: Disarmed) -> None:
    armed = memory.armed
    if armed is not None and armed.stan == record.stan:
        memory.armed = None
        if record.why is Disarming.DECLINED and armed.reversal.entry_mode[:2] in CHIP_ENTRY:
            memory.failed += (armed,)


def _booked(memory: TerminalMemory, record: Booked) -> None:
    stan = record.stan
    if memory.armed is not None and memory.armed.stan == stan:
        memory.armed = None
    items = memory.items
    if type(items) is list:
        items.append(record)
    else:
        memory.items = [*items, record]
    memory.gross_fen += record.amount_fen
    if record.receipt_due:
        memory.unreceipted = stan
    if record.advice is not None:
        memory.stan = following(stan)
        memory.advised += (
            Advised(record.kind, record.order, record.at_ms, record.batch, stan, record.advice),
        )
    elif memory.advised:
        memory.advised = tuple(each for each in memory.advised if each.stan != stan)


def _receipted(memory: TerminalMemory, record: Receipted) -> None:
    if memory.unreceipted == record.stan:
        memory.unreceipted = 0


def _unbooked(memory: TerminalMemory, record: Unbooked) -> None:
    armed = record.armed
    memory.items = [item for item in memory.items if item.stan != armed.stan]
    memory.signatures = tuple(
        each for each in memory.signatures if (each.batch, each.stan) != (armed.batch, armed.stan))
    memory.armed = armed
    memory.unreceipted = 0


def _advised(memory: TerminalMemory, record: Advised) -> None:
    memory.advised += (record,)
    memory.stan = following(record.stan)


def _advice_ended(memory: TerminalMemory, record: AdviceEnded) -> None:
    stan = record.stan
    memory.advised = tuple(each for each in memory.advised if each.stan != stan)
    if record.outcome is AdviceEnd.REFUSED:
        memory.items = [item for item in memory.items if item.stan != stan]


def _signed(memory: TerminalMemory, record: Signed) -> None:
    memory.signatures += (record,)


def _signature_ended(memory: TerminalMemory, record: SignatureEnded) -> None:
    memory.signatures = tuple(
        each for each in memory.signatures
        if (each.batch, each.stan) != (record.batch, record.stan))


def _settlement_begun(memory: TerminalMemory, record: SettlementBegun) -> None:
    memory.settling = record
    memory.settling_result = ""
    memory.uploaded = ()
    memory.stan = following(record.stan)


def _settlement_dropped(memory: TerminalMemory, _record: SettlementDropped) -> None:
    memory.settling = None
    memory.settling_result = ""
    memory.uploaded = ()


def _settlement_answered(memory: TerminalMemory, record: SettlementAnswered) -> None:
    memory.settling_result = record.result


def _uploaded(memory: TerminalMemory, record: Uploaded) -> None:
    memory.uploaded += record.stans


def _batch_closed(memory: TerminalMemory, record: BatchClosed) -> None:
    memory.batch = record.next_batch
    memory.items = memory.failed = ()
    memory.gross_fen = 0
    memory.settling = None
    memory.settling_result = ""
    memory.uploaded = ()
    memory.damage = ""
    memory.unreceipted = 0


def _software_installed(memory: TerminalMemory, record: SoftwareInstalled) -> None:
    memory.software = record.software
    memory.signed_on = False


def _tables_wanted(memory: TerminalMemory, record: TablesWanted) -> None:
    memory.wanted += tuple(each for each in record.tables if each not in memory.wanted)


def _table_begun(memory: TerminalMemory, record: TableBegun) -> None:
    memory.progress = TableProgress(record.table)


def _table_dropped(memory: TerminalMemory, record: TableDropped) -> None:
    memory.tables = {
        table: entries for table, entries in memory.tables.items() if table is not record.table
    }


def _progress_of(memory: TerminalMemory, table: Table) -> TableProgress:
    """How far a table is; a record that was lost to damage leaves it at its beginning."""
    progress = memory.progress
    return progress if progress is not None and progress.table is table else TableProgress(table)


def _table_listed(memory: TerminalMemory, record: TableListed) -> None:
    progress = _progress_of(memory, record.table)
    memory.progress = named(progress, record.names, whole=record.whole)


def _table_loaded(memory: TerminalMemory, record: TableLoaded) -> None:
    progress = _progress_of(memory, record.table)
    memory.progress = came(progress, record.entries, record.next_at, whole=record.whole)


def _table_ended(memory: TerminalMemory, record: TableEnded) -> None:
    table = record.table
    progress = _progress_of(memory, table)
    memory.progress = None
    if progress.is_whole:
        memory.tables = memory.tables | {table: progress.entries}
        memory.wanted = tuple(each for each in memory.wanted if each is not table)


def _master_key_loaded(memory: TerminalMemory, record: MasterKeyLoaded) -> None:
    memory.next_master_key = record.key


def _master_key_activated(memory: TerminalMemory, _record: MasterKeyActivated) -> None:
    memory.master_key = memory.next_master_key
    memory.next_master_key = b""
    memory.signed_on = False


def _master_key_refused(memory: TerminalMemory, _record: MasterKeyRefused) -> None:
    memory.next_master_key = b""


def _damage_found(memory: TerminalMemory, record: DamageFound) -> None:
    memory.damage = record.detail


def _snapshot(memory: TerminalMemory, record: Snapshot) -> None:
    for name in record.__struct_fields__:
        setattr(memory, name, getattr(record, name))
    memory.gross_fen = sum(item.amount_fen for item in record.items)


APPLY: dict[type, Callable[[TerminalMemory, NvmRecord], None]] = {
    ClerkEntered: _clerk_entered,  # type: ignore[dict-item]
    SignedOn: _signed_on,  # type: ignore[dict-item]
    SignOnDemanded: _sign_on_demanded,  # type: ignore[dict-item]
    SignedOff: _signed_off,  # type: ignore[dict-item]
    StanTaken: _stan_taken,  # type: ignore[dict-item]
    Armed: _armed,  # type: ignore[dict-item]
    ReasonChanged: _reason_changed,  # type: ignore[dict-item]
    Disarmed: _disarmed,  # type: ignore[dict-item]
    Booked: _booked,  # type: ignore[dict-item]
    Receipted: _receipted,  # type: ignore[dict-item]
    Unbooked: _unbooked,  # type: ignore[dict-item]
    Advised: _advised,  # type: ignore[dict-item]
    AdviceEnded: _advice_ended,  # type: ignore[dict-item]
    SettlementBegun: _settlement_begun,  # type: ignore[dict-item]
    SettlementDropped: _settlement_dropped,  # type: ignore[dict-item]
    SettlementAnswered: _settlement_answered,  # type: ignore[dict-item]
    Uploaded: _uploaded,  # type: ignore[dict-item]
    BatchClosed: _batch_closed,  # type: ignore[dict-item]
    SoftwareInstalled: _software_installed,  # type: ignore[dict-item]
    TablesWanted: _tables_wanted,  # type: ignore[dict-item]
    TableBegun: _table_begun,  # type: ignore[dict-item]
    TableDropped: _table_dropped,  # type: ignore[dict-item]
    TableListed: _table_listed,  # type: ignore[dict-item]
    TableLoaded: _table_loaded,  # type: ignore[dict-item]
    TableEnded: _table_ended,  # type: ignore[dict-item]
    MasterKeyLoaded: _master_key_loaded,  # type: ignore[dict-item]
    MasterKeyActivated: _master_key_activated,  # type: ignore[dict-item]
    MasterKeyRefused: _master_key_refused,  # type: ignore[dict-item]
    DamageFound: _damage_found,  # type: ignore[dict-item]
    Signed: _signed,  # type: ignore[dict-item]
    SignatureEnded: _signature_ended,  # type: ignore[dict-item]
    Snapshot: _snapshot,  # type: ignore[dict-item]
}
