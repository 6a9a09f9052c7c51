"""A Wireshark dissector in Lua, written from the tables of the dialect; ships no copy of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.resources import files

from simulator.catalogue.response_codes import RESPONSE_CODES
from simulator.wire.dialect import DEFAULT_DIALECT, FIELDS, FieldRow
from simulator.wire.kinds import ROWS, Kind

PORT = 8583
_MARK = "--@TABLES@"
_SAME_KIND = {"003": ("001", "004")}  # network codes of a sign-on

# name, title, digits; None: all that is left
_Part = tuple[str, str, int | None]
_HEADER: tuple[_Part, ...] = (
    ("application_class", "Application class", 2),
    ("software_version", "Software version", 2),
    ("terminal_status", "Terminal status", 1),
    ("processing_request", "Processing request", 1),
    ("software_sub_version", "Software sub-version", 6),
)
_PARTS: dict[int, tuple[_Part, ...]] = {
    60: (
        ("f60.type_code", "60.1 Type", 2), ("f60.batch", "60.2 Batch", 6),
        ("f60.network_code", "60.3 Network code", 3),
        ("f60.terminal_capability", "60.4 Terminal capability", 1),
        ("f60.chip_condition", "60.5 Chip condition", 1),
        ("f60.partial_approval", "60.6 Partial approval", 1),
        ("f60.account_type", "60.7 Account type", None),
    ),
    61: (
        ("f61.batch", "61.1 Original batch", 6), ("f61.stan", "61.2 Original STAN", 6),
        ("f61.date", "61.3 Original date", 4), ("f61.tail", "Further digits", None),
    ),
}
_TOTALS: tuple[_Part, ...] = (
    ("debit_fen", "debit sum", 12), ("debit_count", "debit count", 3),
    ("credit_fen", "credit sum", 12), ("credit_count", "credit count", 3),
    ("result", "result", 1),
)
_UPLOAD: tuple[_Part, ...] = (
    ("card_class", "Card class", 2), ("stan", "STAN", 6), ("pan", "Card number", 20),
    ("amount_fen", "Amount", 12),
)


def dissector() -> str:
    """The whole script."""
    template = files(__package__).joinpath("dissector_template.lua").read_text(encoding="utf-8")
    before, after = template.split(_MARK)
    return before + "\n".join(_tables()) + after


def _tables() -> Iterable[str]:
    yield f'local PORT = "{PORT}"'
    yield f"local SIZE_LIMIT = {DEFAULT_DIALECT.size_limit}"
    yield "local FIELDS = {"
    yield from (_field(row) for row in FIELDS)
    yield "}"
    yield _part_table("HEADER", _HEADER)
    yield _part_table("TOTALS", _TOTALS)
    yield _part_table("UPLOAD", _UPLOAD)
    yield "local PARTS = {"
    for number, parts in _PARTS.items():
        yield f"  [{number}] = {{"
        yield from _part_rows(parts)
        yield "  },"
    yield "}"
    yield _strings("KINDS", _kinds())
    yield _strings("RESPONSE", {row.code: row.text for row in RESPONSE_CODES.values()})


def _field(row: FieldRow) -> str:
    return (
        f"  [{row.number}] = {{ title = {_quoted(row.title)}, form = {_quoted(row.form)}, "
        f"length = {row.length}, prefix = {row.prefix}, pad = {_quoted(row.pad_side)} }},"
    )


def _kinds() -> dict[str, str]:
    """Kinds by message type, F60.1 and F60.3; by message type alone where those are any."""
    kinds: dict[str, str] = {}
    for row in ROWS:
        for mti, suffix in ((row.mti, ""), (row.reply_mti, " reply")):
            name = row.kind.value + suffix
            if not row.type_code or row.kind is Kind.BATCH_UPLOAD:
                kinds[mti] = name
            for network_code in (row.network_code, *_SAME_KIND.get(row.network_code, ())):
                kinds[f"{mti}/{row.type_code}/{network_code}"] = name
    return kinds


def _part_table(name: str, parts: tuple[_Part, ...]) -> str:
    return "\n".join([f"local {name} = {{", *_part_rows(parts), "}"])


def _part_rows(parts: tuple[_Part, ...]) -> Iterable[str]:
    for name, title, width in parts:
        size = "" if width is None else f", width = {width}"
        yield f"    {{ name = {_quoted(name)}, title = {_quoted(title)}{size} }},"


def _strings(name: str, rows: Mapping[str, str]) -> str:
    lines = (f"  [{_quoted(key)}] = {_quoted(value)}," for key, value in rows.items())
    return "\n".join([f"local {name} = {{", *lines, "}"])


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
