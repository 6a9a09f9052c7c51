"""The rows of a dialect's field table: how a field stands on the line, and what may be shown of it."""

from __future__ import annotations

from typing import Literal

import msgspec

Form = Literal["n", "z", "an", "ans", "b"]
Mask = Literal["shown", "hidden", "pan", "track", "details", "chip", "private", "text", "tags"]

MTI_LENGTH = 2
BITMAP_LENGTH = 8


class PartRow(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A part of a field or of the header, in digits."""

    name: str
    title: str
    digits: int | None = None  # None: all that is left
    value: str = ""  # of a part of the header that messages do not know


class FieldRow(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """How one field stands on the line.

    Lengths count digits (n, z), characters (an) or bytes (ans, b); ``prefix`` is the number of BCD
    bytes of the length, 0 where it is fixed.  An odd number of digits is padded on the side ``pad``
    by a nibble 0, by some senders F: both are read and remembered.
    """

    number: int
    name: str  # as in Message where it is there
    title: str
    form: Form
    length: int  # exact, or the most
    prefix: int = 0
    reads: int = 0  # more than the most, where senders exceed it and are to be read all the same
    pad: Literal["left", "right"] = "right"
    mask: Mask = "hidden"
    value: str = ""  # what every request carries in it, of a field that messages do not know
    parts: tuple[PartRow, ...] = ()

    @property
    def key(self) -> str:
        """The number as pyiso8583 and JSON have it."""
        return str(self.number)

    @property
    def most(self) -> int:
        """The exact length, or the most that is read."""
        return self.reads or self.length

    @property
    def is_shown_whole(self) -> bool:
        """Whether nothing in it is ever hidden; what stands behind the named parts may be anything."""
        return self.mask == "shown" and (
            not self.parts or all(part.digits is not None for part in self.parts))

    @property
    def in_digits(self) -> bool:
        """Two digits in each byte."""
        return self.form in {"n", "z"}
