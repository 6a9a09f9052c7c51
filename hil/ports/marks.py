"""The marks that a POSIX tty puts among the bytes (PARMRK): breaks told, the rest as it was sent."""

from __future__ import annotations

from collections.abc import Callable

_MARK = 0xFF


class Marks:
    r"""Takes the marks out of a stream of bytes, in whatever pieces it comes.

    ``FF FF`` is a byte FF, ``FF 00 00`` a break, ``FF 00 xx`` a byte whose framing was damaged.

    >>> breaks = []
    >>> marks = Marks(lambda: breaks.append("break"))
    >>> marks.without(b"a\xff\x00"), marks.without(b"\x00b\xff\xff\xff\x00c"), breaks
    (b'a', b'b\xffc', ['break'])
    """

    def __init__(self, on_break: Callable[[], None]) -> None:
        self._on_break = on_break
        self._begun = bytearray()  # of a mark

    def without(self, data: bytes) -> bytes:
        """The bytes that were sent; ``on_break`` is called for each break between them."""
        if not self._begun and _MARK not in data:
            return data
        sent = bytearray()
        for byte in data:
            if not self._begun and byte != _MARK:
                sent.append(byte)
                continue
            self._begun.append(byte)
            if len(self._begun) == 2 and byte != 0:  # FF FF, or what no tty writes
                sent.append(byte)
                self._begun.clear()
            elif len(self._begun) == 3:
                if byte:
                    sent.append(byte)
                else:
                    self._on_break()
                self._begun.clear()
        return bytes(sent)
