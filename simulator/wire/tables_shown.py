"""F62 of downloads by the names of its parts, for people and JSON; keys are hidden unless asked.

What cannot be read as its message says it should be is left out.
"""

from __future__ import annotations

from collections.abc import Callable

from simulator.wire.dialect import Dialect
from simulator.wire.generic import Decoded
from simulator.wire.kinds import DOWNLOADS, Kind
from simulator.wire.tables import TABLE_OF, Shape, Table
from simulator.wire.tables_fixed import (
    CONTACTLESS_NAMES,
    CONTACTLESS_TAG,
    PARAMETER_NAMES,
    PARAMETER_WIDTHS,
    STATUS_NAMES,
    STATUS_WIDTHS,
    TASK_NAMES,
    TASK_TAG,
    Values,
    read_counted,
    read_values,
)
from simulator.wire.tables_listed import (
    EXPIRY,
    MASTER_KEY,
    NOTHING,
    TRANSPORT_KEY,
    Pairs,
    read_listing,
    read_load,
    read_query,
    read_tlv,
)
from simulator.wire.tables_numbered import Piece, digits_of, read_bins, read_black_list, read_number

Shown = dict[str, str]
Show = Callable[[bytes, bool], Shown]

_HIDDEN = frozenset({MASTER_KEY, TRANSPORT_KEY})
_FLAGS = {"0": "nothing", "1": "whole", "2": "more follows", "3": "whole"}
_OWN_FORM = "own form: "  # no source shows the widths
_LEAST_SHOWN = 6  # digits of a card number


def download_parts(decoded: Decoded, private: bytes, clear: bool, dialect: Dialect) -> Shown | None:
    """The parts of F62; None where the message is of no download."""
    kind = _kind_of(decoded, dialect)
    if kind is None:
        return None
    show = (REQUESTS if decoded.mti[2] in "02468" else REPLIES).get(kind)
    return show(private, clear) if show is not None else {}


def _kind_of(decoded: Decoded, dialect: Dialect) -> Kind | None:
    parts = dialect.field["60"].parts if "60" in dialect.field else ()
    widths = [part.digits or 0 for part in parts[:3]]
    code = decoded.fields.get("60", "")[sum(widths[:2]):sum(widths)]
    for row in dialect.kinds:
        if (
            row.kind in DOWNLOADS and code in {row.network_code, *row.also}
            and decoded.mti in {
                mti for each in (row.mti, *row.also_mti) for mti in (each, f"{int(each) + 10:04}")}
        ):
            return row.kind
    return None


def _pairs(pairs: Pairs, before: str = "") -> Shown:
    return {f"{before}{tag}": _value(tag, value) for tag, value in pairs}


def _value(tag: str, value: bytes) -> str:
    if tag == EXPIRY and len(value) == 8 and value.isdigit():
        return value.decode("ascii")
    return value.hex().upper()


def _values(values: Values, names: dict[str, str], before: str = "") -> Shown:
    return {f"{tag} {before}{names.get(tag, '')}".rstrip(): value for tag, value in values}


def _name(private: bytes, _clear: bool) -> Shown:
    return _pairs(read_tlv(private))


def _keys(private: bytes, clear: bool) -> Shown:
    """The tags of a wrapped key are used for other things in the data of an AID."""
    shown = _pairs(read_tlv(private))
    hidden = {} if clear else {tag: "*" * len(shown[tag]) for tag in _HIDDEN & shown.keys()}
    return shown | hidden


def _query(private: bytes, _clear: bool) -> Shown:
    return {"known_by_now": str(read_query(private))}


def _listing(private: bytes, _clear: bool) -> Shown:
    listing = read_listing(private)
    shown = {"flag": f"{listing.flag} {_FLAGS[listing.flag]}", "names": str(len(listing.names))}
    for number, name in enumerate(listing.names, 1):
        shown |= _pairs(name, f"{number}.")
    return shown


def _load(private: bytes, _clear: bool) -> Shown:
    data = read_load(private)
    if data is None:
        return {"flag": f"{NOTHING} no such entry"}
    return {"flag": "1 data"} | _pairs(data)


def _number(private: bytes, _clear: bool) -> Shown:
    return {"first_wanted": f"{read_number(private):03}"}


def _black_list(private: bytes, clear: bool) -> Shown:
    return _piece(read_black_list(private), clear)


def _bins(private: bytes, _clear: bool) -> Shown:
    piece = read_bins(private)
    shown = _piece(piece, clear=True)
    for number, entry in enumerate(piece.entries, 1):
        shown[f"{number}"] = f"{digits_of(entry)}, {entry[:2]} digits"
    return shown


def _piece(piece: Piece, clear: bool) -> Shown:
    shown = {"flag": f"{piece.flag} {_FLAGS.get(piece.flag, 'done')}"}
    if piece.entries:
        shown["last"] = f"{piece.last:03}"
    for number, entry in enumerate(piece.entries, 1):
        digits = digits_of(entry)
        hidden = "*" * max(0, len(digits) - _LEAST_SHOWN)
        shown[f"{number}"] = digits if clear else digits[:_LEAST_SHOWN] + hidden
    return shown


def _contactless(private: bytes, _clear: bool) -> Shown:
    return _values(read_counted(private, CONTACTLESS_TAG), CONTACTLESS_NAMES)


def _task(private: bytes, _clear: bool) -> Shown:
    return _values(read_counted(private, TASK_TAG), TASK_NAMES, _OWN_FORM)


def _parameters(private: bytes, _clear: bool) -> Shown:
    return _values(read_values(private, PARAMETER_WIDTHS), PARAMETER_NAMES)


def _status(private: bytes, _clear: bool) -> Shown:
    return _values(read_values(private, STATUS_WIDTHS), STATUS_NAMES)


_NUMBERED: dict[Table, Show] = {
    Table.BLACK_LIST: _black_list, Table.BIN_B: _bins, Table.BIN_C: _bins,
}
REQUESTS: dict[Kind, Show] = {
    Kind.STATUS_UPLOAD: _status,
    Kind.PUBLIC_KEY_DOWNLOAD: _name, Kind.MASTER_KEY_DOWNLOAD: _keys,
    **{kind: _query for kind, row in TABLE_OF.items() if kind is row.listing},
    **{row.load: _name for row in TABLE_OF.values() if row.shape is Shape.LISTED},
    **{row.load: _number for row in TABLE_OF.values() if row.shape is Shape.NUMBERED},
}
REPLIES: dict[Kind, Show] = {
    Kind.CONTACTLESS_DOWNLOAD: _contactless, Kind.TMS_DOWNLOAD: _task,
    Kind.PARAMETER_DOWNLOAD: _parameters,
    Kind.PUBLIC_KEY_DOWNLOAD: _name, Kind.MASTER_KEY_DOWNLOAD: _keys,
    **{kind: _listing for kind, row in TABLE_OF.items() if kind is row.listing},
    **{row.load: _load for row in TABLE_OF.values() if row.shape is Shape.LISTED},
    **{row.load: _NUMBERED[row.table] for row in TABLE_OF.values()
       if row.shape is Shape.NUMBERED},
}
