"""Rows written as JSON Lines or as one array, to standard output or into a file that appears when it is whole."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec

from simulator.commands.file_kinds import FileKind
from simulator.commands.outputs import Named, check_outputs, replacing

EXPORT = FileKind("export of ours", (b'{"commit":', b'{"number":', b'{"table":', b'[\n{"commit":', b'[\n{"number":', b'[\n{"table":'))
_ENCODE = msgspec.json.Encoder().encode


def check_out(out: Path, inputs: Iterable[Path]) -> None:
    """``InputError`` where it could not be written, or would overwrite something."""
    check_outputs([Named("--out", out, EXPORT)], [Named("", each) for each in inputs])


def write_rows(rows: Iterable[dict[str, Any]], out: Path | None, *, as_array: bool) -> int:
    """Write them; how many."""
    if out is None:
        sys.stdout.flush()
        count = _written(rows, sys.stdout.buffer.write, as_array=as_array)
        sys.stdout.buffer.flush()
        return count
    with replacing(out) as stream:
        return _written(rows, stream.write, as_array=as_array)


def _written(rows: Iterable[dict[str, Any]], write: Callable[[bytes], object], *, as_array: bool) -> int:
    count = 0
    write(b"[\n" if as_array else b"")
    for row in rows:
        write((b",\n" if as_array and count else b"") + _ENCODE(row) + (b"" if as_array else b"\n"))
        count += 1
    write(b"\n]\n" if as_array else b"")
    return count
