"""Tables for terminals: what a query, a load and the end of a load are answered.

Nothing of a download is in the books.  What the host believes of a terminal's download (which table
is open, which number comes next) it forgets with a restart, and uses for alarms alone: a terminal
that asks out of step is answered all the same.
"""

from __future__ import annotations

from simulator.catalogue.host_reasons import AlarmCode
from simulator.machines.acquirer import records as journal
from simulator.machines.acquirer.demands import met
from simulator.machines.acquirer.events import Alarm
from simulator.machines.acquirer.replies import reply
from simulator.machines.acquirer.work import Effects, Loading, Request, Work
from simulator.wire.errors import WireError
from simulator.wire.tables import TABLE_OF, Table
from simulator.wire.tables_fixed import (
    DEVICES,
    GOOD,
    STATUS_NAMES,
    STATUS_WIDTHS,
    read_values,
)
from simulator.wire.tables_listed import (
    MORE,
    NOTHING,
    WHOLE,
    Pairs,
    format_listing,
    format_load,
    format_tlv,
    read_query,
    read_tlv,
)
from simulator.wire.tables_numbered import FIRST, fitting, format_piece, read_number

APPROVED, FORMAT_ERROR = "00", "30"
SM_KEYS = "373"  # the query for them; 372 lists the others


def list_names(work: Work, request: Request) -> Effects:
    """List what there is of a table, from where the terminal stands; 0 where nothing is left."""
    table = TABLE_OF[request.kind].table
    try:
        known = read_query(request.message.private or b"")
    except WireError as error:
        return refuse_form(work, request, error)
    names = work.settings.library.names(table, sm=request.message.network_code == SM_KEYS)
    page = _page(work, names[known:])
    more = known + len(page) < len(names)
    flag = (MORE if more else WHOLE) if page else NOTHING
    effects = _opened(work, request, Loading(table))
    effects.append(reply(work, request, APPROVED, private=format_listing(flag, page)))
    return effects


def _page(work: Work, names: tuple[Pairs, ...]) -> tuple[Pairs, ...]:
    """As many names as fit into F62."""
    room = private_room(work) - len(NOTHING)
    most = work.settings.library.most_in_message or len(names)
    page: list[Pairs] = []
    for name in names[:most]:
        room -= len(format_tlv(name))
        if room < 0:
            break
        page.append(name)
    return tuple(page)


def private_room(work: Work) -> int:
    """The bytes that F62 of the dialect holds."""
    row = next(row for row in work.sealer.dialect.fields if row.name == "private")
    return row.length


def load_entry(work: Work, request: Request) -> Effects:
    """Give the data of one entry; 0 where there is none of this name."""
    table = TABLE_OF[request.kind].table
    try:
        name = read_tlv(request.message.private or b"")
    except WireError as error:
        return refuse_form(work, request, error)
    data = work.settings.library.entry(table, name)
    effects = _opened(work, request, Loading(table))
    effects.append(reply(
        work, request, APPROVED, private=format_load(format_tlv(data) if data else b"")))
    return effects


def load_piece(work: Work, request: Request) -> Effects:
    """Give the piece of a numbered table that begins where the terminal says."""
    table = TABLE_OF[request.kind].table
    try:
        first = read_number(request.message.private or b"")
    except WireError as error:
        return refuse_form(work, request, error)
    library = work.settings.library
    entries = library.numbered.get(table, ())
    piece = fitting(entries, first, private_room(work), library.most_in_message)
    before = work.loads.get(request.key.tid)
    due = {FIRST}
    if before is not None and before.table is table:
        due |= {before.due, before.given}
    last = piece.last if piece.entries else first - 1
    effects = _opened(work, request, Loading(table, last + 1, first))
    if first not in due:
        effects.append(Alarm(
            AlarmCode.DOWNLOAD_OUT_OF_STEP, request.key.tid,
            f"{table.value} asked from {first:03}, where {max(due):03} comes next"))
    effects.append(reply(work, request, APPROVED, private=format_piece(piece)))
    return effects


def load_whole(work: Work, request: Request) -> Effects:
    """Give a table that fits into one message."""
    table = TABLE_OF[request.kind].table
    effects = _opened(work, request, Loading(table)) if TABLE_OF[request.kind].end else []
    effects += met(work, request)
    effects.append(reply(
        work, request, APPROVED, private=work.settings.library.whole.get(table)))
    return effects


def end_load(work: Work, request: Request) -> Effects:
    """The terminal says that it has all; an alarm where another table is open."""
    table = TABLE_OF[request.kind].table
    effects = ended(work, request, table)
    effects.append(reply(work, request, APPROVED))
    return effects


def ended(work: Work, request: Request, table: Table | None) -> Effects:
    """Close what is open; an alarm where that is another table."""
    tid = request.key.tid
    open_one = work.loads.pop(tid, None)
    if open_one is None or open_one.table is table:
        return []
    return [Alarm(
        AlarmCode.DOWNLOAD_ENDED_AS_OTHER, tid,
        f"the download of {open_one.table.value} ended with {request.message.network_code}")]


def _opened(work: Work, request: Request, loading: Loading) -> Effects:
    """A table is open from now on; an alarm where another one was and did not end."""
    tid = request.key.tid
    before = work.loads.get(tid)
    work.loads[tid] = loading
    effects = met(work, request)
    if before is not None and before.table is not loading.table:
        effects.append(Alarm(
            AlarmCode.DOWNLOAD_NOT_ENDED, tid,
            f"{before.table.value} did not end before {loading.table.value}"))
    return effects


def refuse_form(work: Work, request: Request, error: WireError) -> Effects:
    """F62 is not what its message asks with."""
    return [
        Alarm(AlarmCode.DOWNLOAD_UNREADABLE, request.key.tid,
              f"{request.kind.value}: {error.reason}"),
        reply(work, request, FORMAT_ERROR),
    ]


# ---- status ----------------------------------------------------------------------------------


def take_status(work: Work, request: Request) -> Effects:
    """Write the status of a terminal down; an alarm where one of its devices is not good."""
    tid = request.key.tid
    try:
        values = dict(read_values(request.message.private or b"", STATUS_WIDTHS))
    except WireError as error:
        return refuse_form(work, request, error)
    faulty = tuple(STATUS_NAMES[tag] for tag in DEVICES if values.get(tag, GOOD) != GOOD)
    effects: Effects = [work.store(journal.StatusTaken(tid, tuple(values.items())))]
    effects += met(work, request)
    if faulty:
        effects.append(Alarm(AlarmCode.DEVICE_FAULTY, tid, ", ".join(faulty)))
    effects.append(reply(work, request, APPROVED))
    return effects
