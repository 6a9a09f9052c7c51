"""Tables from the host: which is due, the message that is next, and what its reply brings.

Each message is an exchange of its own: what it brought is stored, and the next one is found from
what is stored.  So a customer at the counter goes between two of them, and a cut download goes on
where it stood, or begins anew, as the plan of the profile says.  New entries are in use from the
end of their table on and never before; what becomes of the old ones meanwhile is the plan's word.
"""

from __future__ import annotations

from collections.abc import Callable

from simulator.catalogue.response_codes import response_code
from simulator.catalogue.terminal_reasons import Failure, NoAnswer, Shown
from simulator.machines.terminal import requests
from simulator.machines.terminal.events import NvmRecord, Result
from simulator.machines.terminal.parameters import with_parameters
from simulator.machines.terminal.profile import OldList
from simulator.machines.terminal.records import (
    TableBegun,
    TableDropped,
    TableEnded,
    TableListed,
    TableLoaded,
    TablesWanted,
)
from simulator.machines.terminal.sale import show_declined
from simulator.machines.terminal.table_progress import TableProgress
from simulator.machines.terminal.work import Exchange, Work, end_job, send, show
from simulator.wire.errors import WireError
from simulator.wire.kinds import Kind
from simulator.wire.message import Message
from simulator.wire.tables import TABLE_OF, TABLES, Shape, Table, TableRow
from simulator.wire.tables_fixed import (
    CONTACTLESS_TAG,
    PARAMETER_WIDTHS,
    TASK_TAG,
    Values,
    read_counted,
    read_values,
)
from simulator.wire.tables_listed import (
    INDEX,
    RID,
    format_query,
    format_tlv,
    is_whole_key,
    name_of,
    read_listing,
    read_load,
    read_tlv,
)
from simulator.wire.tables_numbered import LAST, are_fitting, format_number

MOST_NAMES = 99  # a query has two digits for them
NAMED_BY: dict[Table, tuple[str, ...]] = {Table.CAPK: (RID, INDEX), Table.AID: (RID,)}
CHECKED: dict[Table, Callable[[bytes], Values]] = {  # whether a whole table can be read
    Table.CONTACTLESS: lambda private: read_counted(private, CONTACTLESS_TAG),
    Table.TMS: lambda private: read_counted(private, TASK_TAG),
    Table.PARAMETERS: lambda private: read_values(private, PARAMETER_WIDTHS),
}


# ---- what is due -----------------------------------------------------------------------------


def begin_if_missing(w: Work) -> None:
    """After a sign-on: whatever the plan names and is not there, or was asked for and failed."""
    w.downloading = bool(_due(w))
    w.download_tries = 0


def take_up(w: Work) -> None:
    """After a power cut: where the plan says so, go on at the unfinished step."""
    if w.profile.download.resumes and w.memory.signed_on:
        begin_if_missing(w)


def want(w: Work, tables: tuple[Table, ...]) -> None:
    """Load these, whether they are there or not."""
    missing = tuple(each for each in tables if each not in w.memory.wanted)
    if missing:
        w.table.store(w, TablesWanted(missing))
    w.downloading = True
    w.download_tries = 0


def start_download(w: Work) -> None:
    """Somebody at the terminal wants a table renewed."""
    job = w.job
    assert job is not None
    want(w, (TABLE_OF[job.kind].table,))


def is_download_due(w: Work) -> bool:
    """Tables are to be loaded."""
    return w.downloading


def _due(w: Work) -> tuple[Table, ...]:
    memory = w.memory
    missing = (
        each for each in w.profile.download.tables
        if each not in memory.tables and each not in memory.wanted
    )
    return (*memory.wanted, *missing)


def _next_table(w: Work) -> Table | None:
    """The one that is under way, or else the first that is due."""
    progress = w.memory.progress
    due = _due(w)
    if progress is not None and progress.table in due and _goes_on(w, progress):
        return progress.table
    return due[0] if due else None


def _goes_on(w: Work, progress: TableProgress) -> bool:
    return w.profile.download.resumes or w.download_of is progress.table


# ---- the next message ------------------------------------------------------------------------


def continue_download(w: Work) -> None:
    """Send the next message of the table that is under way, or of the next one."""
    table = _next_table(w)
    if table is None:
        w.downloading = False
        return
    progress = w.memory.progress
    if progress is None or progress.table is not table or not _goes_on(w, progress):
        _begin(w, table)
        progress = TableProgress(table)
    w.download_of = table
    row = TABLES[table]
    if row.listing is not None and not progress.listed:
        _send(w, row.listing, format_query(len(progress.names)))
    elif not progress.is_whole:
        _send(w, row.load, _wanted_of(w, row, progress))
    else:
        assert row.end is not None, "a table without an end ended with its only reply"
        _send_request(w, row.end, w.table.ending(w, row))


def ending(w: Work, row: TableRow) -> Message:
    """The message by which the download of a table ends."""
    assert row.end is not None, "a table without an end ended with its only reply"
    return _request(w, row.end, None)


def _begin(w: Work, table: Table) -> None:
    w.table.store(w, TableBegun(table))
    _drop_old(w, table, OldList.FIRST)


def _drop_old(w: Work, table: Table, moment: OldList) -> None:
    if table in w.memory.tables and w.table.drops_old(w, moment):
        w.table.store(w, TableDropped(table))
        _apply(w, table)


def drops_old(w: Work, moment: OldList) -> bool:
    """Whether the old entries of a table go at this moment."""
    return w.profile.download.old_list is moment


def _wanted_of(w: Work, row: TableRow, progress: TableProgress) -> bytes | None:
    if row.shape is Shape.LISTED:
        return progress.names[progress.at]
    if row.shape is Shape.NUMBERED:
        return format_number(w.table.number_wanted(progress.at))
    return None


def _send(w: Work, kind: Kind, private: bytes | None) -> None:
    _send_request(w, kind, _request(w, kind, private))


def _request(w: Work, kind: Kind, private: bytes | None) -> Message:
    row = w.sealer.dialect.kind[kind]
    return requests.download(w.identity, w.software, row, w.memory.batch, private)


def _send_request(w: Work, kind: Kind, request: Message) -> None:
    job = w.job
    order = job.order if job is not None and w.begun and job.kind in TABLE_OF else ""
    send(w, request, kind, order, w.download_tries)


# ---- its reply -------------------------------------------------------------------------------


def download_replied(w: Work, exchange: Exchange, reply: Message, _proven: bool) -> None:
    """Stored where it is what was asked for; what cannot be is waited on, as if it had not come."""
    code = response_code(reply.response_code)
    if not code.approves:
        show_declined(w, code)
        _failed(w, exchange, Result.DECLINED, code.code, Failure.DOWNLOAD_REFUSED)
        return
    progress = w.memory.progress
    assert progress is not None
    try:
        records = _brought(w, exchange, reply, progress)
    except WireError:
        w.waiting = exchange  # a reply to another message, or damaged: ours may still come
        show(w, Shown.REPLY_MISMATCH, "下载应答不符")
        return
    w.download_tries = 0
    if exchange.kind in (TABLES[progress.table].listing, TABLES[progress.table].load):
        _drop_old(w, progress.table, OldList.FIRST_REPLY)
    for record in records:
        w.table.store(w, record)
    after = w.memory.progress
    if after is not None and after.is_whole and _ends_here(after):
        w.table.store(w, TableEnded(after.table))
    if w.memory.progress is None:
        _done(w, progress.table)


def _ends_here(progress: TableProgress) -> bool:
    """Nothing is there to be ended, or no message says that it is."""
    return TABLES[progress.table].end is None or not progress.entries


def _brought(
    w: Work, exchange: Exchange, reply: Message, progress: TableProgress,
) -> list[NvmRecord]:
    """What a reply brings, as records; ``WireError`` where it is no answer to this request."""
    kind, row = exchange.kind, TABLES[progress.table]
    if reply.network_code != exchange.request.network_code:
        raise WireError("60", 0, "another code")
    private = reply.private or b""
    if kind is row.listing:
        return [_names_in(private, progress)]
    if kind is not row.load:
        return [TableEnded(row.table)]
    return [LOADED[row.shape](w, private, progress)]


def _names_in(private: bytes, progress: TableProgress) -> TableListed:
    listing = read_listing(private)
    tags = NAMED_BY[progress.table]
    names = tuple(format_tlv(name_of(name, tags)) for name in listing.names)
    if set(names) & set(progress.names) or len(set(names)) != len(names):
        raise WireError("62", 1, "names that are known already")
    if listing.goes_on and len(progress.names) + len(names) > MOST_NAMES:
        raise WireError("62", 1, "more names than a query can count")
    return TableListed(progress.table, names, not listing.goes_on or not names)


def _entry_in(_w: Work, private: bytes, progress: TableProgress) -> TableLoaded:
    data = read_load(private)
    table, at = progress.table, progress.at + 1
    whole = at == len(progress.names)
    if data is None:
        return TableLoaded(table, (), at, whole)
    tags = NAMED_BY[table]
    asked = name_of(read_tlv(progress.names[progress.at]), tags)
    if name_of(data, tags) != asked or (table is Table.CAPK and not is_whole_key(data)):
        raise WireError("62", 1, "another entry, or a damaged one")
    return TableLoaded(table, (format_tlv(data),), at, whole)


def _piece_in(w: Work, private: bytes, progress: TableProgress) -> TableLoaded:
    piece = w.table.readers[progress.table](private)
    first = progress.at
    if not are_fitting(first, piece):
        raise WireError("62", 1, "another piece")
    entries = tuple(entry.encode("ascii") for entry in piece.entries)
    after = first + len(entries)
    if piece.goes_on and after > LAST:
        raise WireError("62", 1, "more entries than there are numbers")
    return TableLoaded(progress.table, entries, after, not piece.goes_on or not entries)


def number_wanted(at: int) -> int:
    """The number to be asked for: the last one that came and 1."""
    return at


def _whole_in(_w: Work, private: bytes, progress: TableProgress) -> TableLoaded:
    if private:
        CHECKED[progress.table](private)
    return TableLoaded(progress.table, (private,) if private else (), 1, whole=True)


LOADED: dict[Shape, Callable[[Work, bytes, TableProgress], TableLoaded]] = {
    Shape.LISTED: _entry_in, Shape.NUMBERED: _piece_in, Shape.WHOLE: _whole_in,
}


def _done(w: Work, table: Table) -> None:
    """A table is whole: it is in use, and whoever asked is told."""
    w.download_of = None
    _apply(w, table)
    if w.job is not None and w.begun and w.job.kind is TABLES[table].load:
        end_job(w, Result.APPROVED)


def _apply(w: Work, table: Table) -> None:
    if table is Table.PARAMETERS:
        w.profile = with_parameters(w.built, w.memory.tables)


def download_unanswered(w: Work, exchange: Exchange, why: NoAnswer) -> None:
    """The same once more; after the last try the rest waits for the next sign-on."""
    w.download_tries += 1
    if w.download_tries >= w.profile.download.tries:
        _failed(w, exchange, Result.FAILED, "", why)


def _failed(
    w: Work, exchange: Exchange, result: Result, code: str, reason: NoAnswer | Failure,
) -> None:
    w.downloading = False
    w.download_of = None
    w.download_tries = 0
    table = TABLE_OF[exchange.kind].table
    show(w, Shown.DOWNLOAD_FAILED, f"下载失败：{table.value}")
    if w.job is not None and w.begun and w.job.kind in TABLE_OF:
        end_job(w, result, response_code=code, reason=reason)


def black_listed(w: Work, pan: str) -> bool:
    """Whether a card number begins as one of the black list does."""
    return any(
        len(entry) > 2 and pan.startswith(entry[2:].decode("ascii"))
        for entry in w.memory.tables.get(Table.BLACK_LIST, ())
    )


