"""Hex digits out of the texts in which people keep messages: dumps, arrays of C, lines with remarks.

Gives a text that holds nothing but hex digits, blanks and line ends, or nothing: it guesses no digit.
"""

from __future__ import annotations

import re

from simulator.commands.inputs import is_hex_text

_DUMP = re.compile(r"[0-9a-fA-F]{4,8}:? {1,2}((?:[0-9a-fA-F]{2,4} ){1,16}) .*|[0-9a-fA-F]{4,8}")
_REMARK = re.compile(r"(?:#|//).*")
_ARRAY = re.compile(r"0[xX]([0-9a-fA-F]{2})\b[\s,]*")


def plain_hex(content: bytes) -> str | None:
    r"""The hex digits of a text; None where it is none.

    >>> plain_hex(b"# sign on\n0800 00FF // this"), plain_hex(b"0x08,0x00,"), plain_hex(b"GET /")
    ('\n0800 00FF ', '0800', None)
    >>> plain_hex(b"00000000: 003c 6000 0300  .<`...\n00000006: 01  .")
    '003c 6000 0300\n01'
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    lines = [_REMARK.sub("", line) for line in text.splitlines()]
    dumped = [_DUMP.fullmatch(line.rstrip() + "  ") for line in text.splitlines() if line.strip()]
    if dumped and all(found is not None and found[1] for found in dumped):
        joined = "\n".join(found[1].strip() for found in dumped if found is not None)
    else:
        joined = _ARRAY.sub(r"\1", "\n".join(lines).strip("{}; \r\n") if "0x" in text.lower()
                            else "\n".join(lines))
    return joined if is_hex_text(joined.encode("ascii", "replace")) else None
