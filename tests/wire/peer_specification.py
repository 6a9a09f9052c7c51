"""The dialect as pyiso8583 wants it, written by hand from the table in docs/unionpay.md."""

from __future__ import annotations

from functools import cache
from typing import Any

FIXED_BCD = {3: 6, 4: 12, 11: 6, 12: 6, 13: 4, 14: 4, 15: 4, 25: 2, 26: 2, 53: 16}
FIXED_ASCII = {37: 12, 38: 6, 39: 2, 41: 8, 42: 15, 49: 3}
OCTETS = {52: 8, 64: 8}
LLLVAR_TEXT = {40: 999, 43: 999, 46: 999, 47: 999, 54: 999, 56: 999, 57: 999, 58: 999, 59: 999, 63: 999}
LLLVAR_BCD = {48: 999, 60: 999, 61: 999}
LLLVAR_OCTETS = {55: 999, 62: 999}


def _entry(encoding: str, length: int, prefix: int = 0, count: str = "bytes", **pad: str) -> dict[str, Any]:
    return {"data_enc": encoding, "len_enc": "bcd", "len_type": prefix, "max_len": length,
            "len_count": count, "desc": "", **pad}


@cache
def peer_specification(pad: str) -> dict[str, dict[str, Any]]:
    """Odd digits of F2 and F35 are padded by ``pad``, all others by 0."""
    made = {"h": _entry("b", 0), "t": _entry("b", 2), "p": _entry("b", 8), "1": _entry("b", 0)}
    for number, length in FIXED_BCD.items():
        made[str(number)] = _entry("b", length, 0, "nibbles")
    for number, length in FIXED_ASCII.items():
        made[str(number)] = _entry("gb18030", length)
    for number, length in OCTETS.items():
        made[str(number)] = _entry("b", length)
    for number, length in LLLVAR_TEXT.items():
        made[str(number)] = _entry("gb18030", length, 2)
    for number, length in LLLVAR_BCD.items():
        made[str(number)] = _entry("b", length, 2, "nibbles", right_pad="0")
    for number, length in LLLVAR_OCTETS.items():
        made[str(number)] = _entry("b", length, 2)
    made["2"] = _entry("b", 19, 1, "nibbles", right_pad=pad)
    made["22"] = _entry("b", 3, 0, "nibbles", right_pad="0")  # left-aligned
    made["23"] = _entry("b", 3, 0, "nibbles", left_pad="0")  # right-aligned
    made["32"] = _entry("b", 11, 1, "nibbles", right_pad="0")
    made["35"] = _entry("b", 37, 1, "nibbles", right_pad=pad)
    made["36"] = _entry("b", 104, 2, "nibbles", right_pad="0")
    made["44"] = _entry("gb18030", 99, 1)
    return made
