"""JSON from outside: a line without end, or nested without end, is refused in a few words.

A decoder's complaint holds what it stumbled on, however long that is; it is told shortened.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

LONGEST_LINE = 4 << 20  # bytes: a thousand times what the longest record of a run takes
_MOST_TOLD = 300  # characters
T = TypeVar("T")


def decoded(decoder: msgspec.json.Decoder[T], content: bytes | str, longest: int | None = LONGEST_LINE) -> T:
    """What a JSON text holds; ``msgspec.ValidationError`` or ``DecodeError`` where it is none, in few words.

    ``longest``: in bytes; None: whoever read it has bounded it.

    >>> decoded(msgspec.json.Decoder(int), b"7")
    7
    """
    if longest is not None and len(content) > longest:
        raise msgspec.DecodeError(f"a line has at most {longest >> 20} MiB")
    try:
        return decoder.decode(content)
    except msgspec.DecodeError as error:
        told = str(error)
        if len(told) <= _MOST_TOLD:
            raise
        half = _MOST_TOLD // 2
        raise type(error)(f"{told[:half]} … {told[-half:]}") from None
    except RecursionError:
        raise msgspec.DecodeError("nested too deeply") from None
