"""Structs are learned, and decoders made, by one thread at a time.

msgspec learns a struct when it is first to be decoded, and a thread that asks while another one is still
at it reads what is not there yet: the process dies with it.  Whoever starts threads that decode calls
:func:`learn_structs` before; a type that is no struct has its decoder from :func:`decoder_of`.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any, TypeVar
from weakref import WeakSet

import msgspec

T = TypeVar("T")
_ONE_AT_A_TIME = threading.Lock()
_MADE: dict[type, msgspec.json.Decoder[Any]] = {}
_LEARNED: WeakSet[type[msgspec.Struct]] = WeakSet()


def learn_structs() -> None:
    """Learn every struct that this program has defined; the second time only what is new.

    What can be no message (an untagged union, a type of our own) is not learned: nobody can decode it.
    """
    with _ONE_AT_A_TIME:
        for each in _below(msgspec.Struct):
            if each not in _LEARNED:
                with contextlib.suppress(TypeError, NameError):
                    msgspec.json.Decoder(each)
                    _LEARNED.add(each)


def _below(struct: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    for each in struct.__subclasses__():
        yield each
        yield from _below(each)


def decoder_of(wanted: type[T]) -> msgspec.json.Decoder[T]:
    """The decoder of a type."""
    with _ONE_AT_A_TIME:
        if wanted not in _MADE:
            _MADE[wanted] = msgspec.json.Decoder(wanted)
        return _MADE[wanted]
