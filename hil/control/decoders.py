"""Decoders of answers, each made once and by one thread at a time.

msgspec learns a struct when it is first asked for, and a thread that asks while another one is still
at it reads what is not there yet: the process dies with it.  Whoever decodes in several threads asks
here.
"""

from __future__ import annotations

import threading
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")
_MAKING = threading.Lock()
_MADE: dict[type, msgspec.json.Decoder[Any]] = {}


def decoder_of(wanted: type[T]) -> msgspec.json.Decoder[T]:
    """The decoder of a type."""
    with _MAKING:
        if wanted not in _MADE:
            _MADE[wanted] = msgspec.json.Decoder(wanted)
        return _MADE[wanted]
