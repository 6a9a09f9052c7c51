"""A Wireshark dissector in Lua, written from the tables of the dialect; ships no copy of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.resources import files

from simulator.catalogue.response_codes import RESPONSE_CODES
from simulator.wire.dialect import Dialect
from simulator.wire.fields import FieldRow, PartRow
from simulator.wire.kinds import Kind
from simulator.wire.subfields import TOTALS, UPLOAD

PORT = 8583
_MARK = "--@TABLES@"
def dissector(dialect: Dialect) -> str:
    """The whole script."""
    template = files(__package__).joinpath("dissector_template.lua").read_text(encoding="utf-8")
    before, after = template.replace("@TITLE@", " ".join(dialect.title.split())).split(_MARK)
    return before + "\n".join(_tables(dialect)) + after


def _tables(dialect: Dialect) -> Iterable[str]:
    framing = dialect.framing
    yield f'local PORT = "{PORT}"'
    yield f"local TITLE = {_quoted(dialect.title)}"
    yield f"local SIZE_LIMIT = {dialect.size_limit}"
    yield f"local HAS_TPDU = {str(framing.tpdu_length > 0).lower()}"
    yield f"local HEADER_LENGTH = {framing.header_length}"
    yield f"local HEADER_STARTS_HIGH = {str(dialect.tells_header).lower()}"
    yield "local FIELDS = {"
    yield from (_field(row) for row in dialect.rows)
    yield "}"
    yield _part_table("HEADER", dialect.header)
    yield _part_table("TOTALS", TOTALS)
    yield _part_table("UPLOAD", UPLOAD)
    yield "local PARTS = {"
    for row in dialect.fields:
        if row.parts:
            yield f"  [{row.number}] = {{"
            yield from _part_rows(row.parts, f"f{row.number}.")
            yield "  },"
    yield "}"
    yield _strings("KINDS", _kinds(dialect))
    yield _strings("RESPONSE", {row.code: row.text for row in RESPONSE_CODES.values()})


def _field(row: FieldRow) -> str:
    return (
        f"  [{row.number}] = {{ title = {_quoted(row.title)}, form = {_quoted(row.form)}, "
        f"length = {row.most}, prefix = {row.prefix}, pad = {_quoted(row.pad)} }},"
    )


def _kinds(dialect: Dialect) -> dict[str, str]:
    """Kinds by message type, F60.1 and F60.3; by message type alone where those are any."""
    kinds: dict[str, str] = {}
    for row in dialect.kinds:
        for mti, suffix in ((row.mti, ""), (row.reply_mti, " reply")):
            name = row.kind.value + suffix
            if not row.type_code or row.kind is Kind.BATCH_UPLOAD:
                kinds[mti] = name
            for network_code in (row.network_code, *row.also):
                kinds[f"{mti}/{row.type_code}/{network_code}"] = name
    return kinds


def _part_table(name: str, parts: tuple[PartRow, ...]) -> str:
    return "\n".join([f"local {name} = {{", *_part_rows(parts), "}"])


def _part_rows(parts: tuple[PartRow, ...], prefix: str = "") -> Iterable[str]:
    for part in parts:
        size = "" if part.digits is None else f", width = {part.digits}"
        yield f"    {{ name = {_quoted(prefix + part.name)}, title = {_quoted(part.title)}{size} }},"


def _strings(name: str, rows: Mapping[str, str]) -> str:
    lines = (f"  [{_quoted(key)}] = {_quoted(value)}," for key, value in rows.items())
    return "\n".join([f"local {name} = {{", *lines, "}"])


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
