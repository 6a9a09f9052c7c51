"""What a device holds of its host's tables, for its status; counts the entries of black list and BIN tables only."""

from __future__ import annotations

from collections.abc import Callable

from hil.device.requests import TableStatus
from simulator.machines.terminal.memory import TerminalMemory
from simulator.machines.terminal.parameters import EFFECTS
from simulator.wire.tables import Table
from simulator.wire.tables_fixed import (
    CONTACTLESS_NAMES,
    CONTACTLESS_TAG,
    PARAMETER_NAMES,
    PARAMETER_WIDTHS,
    TASK_NAMES,
    TASK_TAG,
    Values,
    read_counted,
    read_values,
)
from simulator.wire.tables_listed import INDEX, RID, read_tlv

Entries = tuple[bytes, ...]


def table_status(memory: TerminalMemory) -> tuple[TableStatus, ...]:
    """Each table that is there or under way."""
    progress = memory.progress
    under_way = progress.table if progress is not None else None
    return tuple(
        TableStatus(
            table=table.value, loaded=table in memory.tables,
            entries=len(memory.tables.get(table, ())), effect=EFFECTS[table],
            under_way=table is under_way, shown=_SHOWN[table](memory.tables.get(table, ())),
        )
        for table in Table if table in memory.tables or table is under_way
    )


def _keys(entries: Entries) -> dict[str, str]:
    found = [dict(read_tlv(entry)) for entry in entries]
    return {
        f"{key[RID].hex().upper()} {key.get(INDEX, b'').hex().upper()}":
        key.get("DF05", b"").decode("ascii", "replace") for key in found
    }


def _applications(entries: Entries) -> dict[str, str]:
    return {dict(read_tlv(entry))[RID].hex().upper(): "" for entry in entries}


def _hidden(_entries: Entries) -> dict[str, str]:
    return {}


def _named(read: Callable[[bytes], Values], names: dict[str, str]) -> Callable[[Entries], dict[str, str]]:
    def shown(entries: Entries) -> dict[str, str]:
        return {
            f"{tag} {names.get(tag, '')}".rstrip(): value
            for entry in entries for tag, value in read(entry)
        }

    return shown


_SHOWN: dict[Table, Callable[[Entries], dict[str, str]]] = {
    Table.CAPK: _keys, Table.AID: _applications, Table.BLACK_LIST: _hidden,
    Table.BIN_B: _hidden, Table.BIN_C: _hidden,
    Table.CONTACTLESS: _named(lambda entry: read_counted(entry, CONTACTLESS_TAG), CONTACTLESS_NAMES),
    Table.TMS: _named(lambda entry: read_counted(entry, TASK_TAG), TASK_NAMES),
    Table.PARAMETERS: _named(lambda entry: read_values(entry, PARAMETER_WIDTHS), PARAMETER_NAMES),
}
