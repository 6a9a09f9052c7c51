"""A judgement as one JSON object with a stable form; sums in fen, moments in Unix milliseconds.

The form is that of :class:`JsonReport`; ``json_schema`` publishes it.  Names are only ever added;
where one must change its meaning, ``format`` changes.
"""

from __future__ import annotations

import msgspec

from simulator.judge.verdict import Judgement

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


def json_schema() -> bytes:
    """The JSON Schema of a report."""
    return msgspec.json.format(msgspec.json.encode(msgspec.json.schema(JsonReport)), indent=2) + b"\n"
