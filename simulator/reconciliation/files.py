"""The files of a side into the store: each recognised by what stands in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from simulator.reconciliation import sayings as say
from simulator.reconciliation.column_map import Reading
from simulator.reconciliation.entry import Entry, Side
from simulator.reconciliation.fixed_file import FixedFile, form_of
from simulator.reconciliation.fixed_forms import FORM_OF
from simulator.reconciliation.reconcile import BillTotal
from simulator.reconciliation.records_of import Bill
from simulator.reconciliation.rows import Rows
from simulator.reconciliation.sayings import BadFileError
from simulator.reconciliation.store import Store
from simulator.reconciliation.text_file import opened, text_lines

Told = Callable[[str], None]
_TELL_EVERY = 20_000
_TRACE = b'{"record":'
_HEAD = 4096  # bytes in which the first line of a clearing file ends


class FileRead(msgspec.Struct, frozen=True, kw_only=True):
    """What a file was taken for."""

    side: Side
    path: Path
    form: str
    records: int
    left_out: int = 0
    totals: tuple[BillTotal, ...] = ()


def read_file(
    store: Store, path: Path, side: Side, number: int, reading: Reading, told: Told = lambda _: None,
) -> FileRead:
    """All records of a file; BadFileError where it is none of any form."""
    with opened(path) as stream:
        first = (stream.peek(_HEAD)[:_HEAD].splitlines() or [b""])[0]
        if first.startswith(_TRACE):
            raise BadFileError(say.IS_TRACE.say(file=path))
        fixed = form_of(first, reading.form if reading.form in FORM_OF else "")
        if fixed is not None:
            stream.readline()
            clearing = FixedFile(path, stream, side, number, fixed, first, reading.year)
            store.add(_counting(iter(clearing), path.name, told))
            return FileRead(side=side, path=path, form=fixed.id, records=clearing.records)
        rows = Rows(path, text_lines(path, stream, reading.encoding), side.value, reading.columns, reading.delimiter, reading.form)
        bill = Bill(path, side, number, rows, reading)
        store.add(_counting(iter(bill), path.name, told))
    if not bill.records and not bill.left_out:
        raise BadFileError(say.NO_ROWS.say(file=path))
    return FileRead(
        side=side, path=path, form=rows.header.form.id, records=bill.records, left_out=bill.left_out,
        totals=tuple(BillTotal(str(path), *each) for each in bill.differing()))


def _counting(entries: Iterator[Entry], name: str, told: Told) -> Iterator[Entry]:
    for count, entry in enumerate(entries, 1):
        yield entry
        if not count % _TELL_EVERY:
            told(f"{name}: {count}")
