"""A judgement as one JSON object with a stable form; sums in fen, moments in Unix milliseconds.

The form is that of :class:`JsonReport`; ``report_schema`` publishes it.  Names are only ever added;
where one must change its meaning, ``format`` changes.
"""

from __future__ import annotations

from typing import Any

import msgspec

from simulator.judge.verdict import Judgement

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FORMAT = "daozhang.judgement.1"


class JsonReport(Judgement, frozen=True, gc=False, kw_only=True):
    """All that a run showed, with the name of this form."""

    format: str = FORMAT


def json_report(judgement: Judgement) -> bytes:
    """The JSON text, indented, with a line end."""
    report = JsonReport(**{
        name: getattr(judgement, name) for name in judgement.__struct_fields__
    })
    return msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"


def read_json_report(text: bytes | str) -> JsonReport:
    """A report that was written before; ``msgspec.ValidationError`` where it is none."""
    return msgspec.json.decode(text, type=JsonReport)


def report_schema() -> dict[str, Any]:
    """The JSON Schema of a report, or of the array of those of several scenarios."""
    (report,), parts = msgspec.json.schema_components([JsonReport], ref_template="#/$defs/{name}")
    return {
        "$schema": DIALECT, "title": "Daozhang report", "$defs": parts,
        "anyOf": [report, {"type": "array", "items": report}],
    }
