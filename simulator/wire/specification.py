"""A dialect's fields as pyiso8583 wants them; knows no message."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from simulator.wire import text
from simulator.wire.fields import BITMAP_LENGTH, MTI_LENGTH, FieldRow, Form

Specification = Mapping[str, Mapping[str, Any]]
_ENCODING: dict[Form, str] = {"n": "b", "z": "b", "b": "b", "an": "ascii", "ans": text.ENCODING}


def specifications(fields: Iterable[FieldRow]) -> Callable[[frozenset[str]], Specification]:
    """Gives the specification in which the named fields pad odd digits by F instead of 0."""
    rows = tuple(fields)

    @lru_cache(maxsize=256)
    def specification(padded_by_f: frozenset[str]) -> Specification:
        heads = {
            "h": _entry("b", 0),
            "t": _entry("b", MTI_LENGTH),
            "p": _entry("b", BITMAP_LENGTH),
            "1": _entry("b", 0),
        }
        return heads | {
            row.key: _entry(
                _ENCODING[row.form], row.most, row.prefix,
                "nibbles" if row.in_digits else "bytes",
                {f"{row.pad}_pad": "F" if row.key in padded_by_f else "0"},
            )
            for row in rows
        }

    return specification


def _entry(
    encoding: str, length: int, prefix: int = 0, count: str = "bytes",
    pad: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    return {
        "data_enc": encoding, "len_enc": "bcd", "len_type": prefix, "max_len": length,
        "len_count": count, "desc": "", **(pad or {}),
    }
