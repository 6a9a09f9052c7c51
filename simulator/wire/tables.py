"""The tables that a host gives to terminals, and the messages by which each of them is loaded.

Three shapes: a table that is *listed* first and then loaded entry by entry, one that is *numbered*
and comes in pieces that say where the next one begins, one that comes *whole* in a single reply.
What stands inside F62 is read and made by the modules beside this one.
"""

from __future__ import annotations

from enum import Enum

import msgspec

from simulator.wire.kinds import Kind


class Table(str, Enum):
    """What a terminal keeps and a host renews."""

    __hash__ = str.__hash__

    CAPK = "capk"
    AID = "aid"
    CONTACTLESS = "contactless"
    BLACK_LIST = "black_list"
    BIN_B = "bin_b"
    BIN_C = "bin_c"
    TMS = "tms"
    PARAMETERS = "parameters"


class Shape(Enum):
    """How a table comes."""

    LISTED = "listed"
    NUMBERED = "numbered"
    WHOLE = "whole"


class TableRow(msgspec.Struct, frozen=True, gc=False):
    """One table: its shape and the kinds of its messages."""

    table: Table
    shape: Shape
    load: Kind
    end: Kind | None = None  # None: nothing is said at the end
    listing: Kind | None = None  # of a listed table


TABLES: dict[Table, TableRow] = {row.table: row for row in (
    TableRow(Table.CAPK, Shape.LISTED, Kind.CAPK_DOWNLOAD, Kind.CAPK_END, Kind.CAPK_LIST),
    TableRow(Table.AID, Shape.LISTED, Kind.AID_DOWNLOAD, Kind.AID_END, Kind.AID_LIST),
    TableRow(Table.CONTACTLESS, Shape.WHOLE, Kind.CONTACTLESS_DOWNLOAD, Kind.CONTACTLESS_END),
    TableRow(Table.BLACK_LIST, Shape.NUMBERED, Kind.BLACK_LIST_DOWNLOAD, Kind.BLACK_LIST_END),
    TableRow(Table.BIN_B, Shape.NUMBERED, Kind.BIN_B_DOWNLOAD, Kind.BIN_B_END),
    TableRow(Table.BIN_C, Shape.NUMBERED, Kind.BIN_C_DOWNLOAD, Kind.BIN_C_END),
    TableRow(Table.TMS, Shape.WHOLE, Kind.TMS_DOWNLOAD, Kind.TMS_END),
    TableRow(Table.PARAMETERS, Shape.WHOLE, Kind.PARAMETER_DOWNLOAD),
)}
TABLE_OF: dict[Kind, TableRow] = {
    kind: row for row in TABLES.values() for kind in (row.listing, row.load, row.end) if kind
}
"""The table that a message is about."""
