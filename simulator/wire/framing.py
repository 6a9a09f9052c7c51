"""What stands around a message: a length or an envelope, a TPDU or not, a header of some bytes.

Reads no byte; what else can delimit a message on a line gets its place here.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache

import msgspec

from simulator.wire.envelope import BEFORE, BEHIND, Envelope

TPDU_LENGTH = 5
PREFIX_LENGTH = 2
_FORM = re.compile(r"(none|tpdu)(?:\+([1-9]\d?))?")


class Framing(msgspec.Struct, frozen=True, dict=True):
    """One way to frame a message; ``header`` is "tpdu+6", "tpdu", "none+6" or "none"."""

    length_prefix: bool = True
    header: str = "tpdu+6"
    envelope: Envelope = ""  # of a serial line; then there is no other length

    @cached_property
    def prefix_length(self) -> int:
        """Bytes of length, or of the envelope, before all else."""
        return BEFORE if self.envelope else PREFIX_LENGTH * self.length_prefix

    @property
    def suffix_length(self) -> int:
        """Bytes of the envelope behind the message."""
        return BEHIND if self.envelope else 0

    @cached_property
    def tpdu_length(self) -> int:
        """Bytes of TPDU."""
        return _heads(self.header)[0]

    @cached_property
    def header_length(self) -> int:
        """Bytes of header after the TPDU."""
        return _heads(self.header)[1]

    @cached_property
    def before_mti(self) -> int:
        """Bytes from the start of the frame to the message type."""
        return self.prefix_length + sum(_heads(self.header))

    @property
    def name(self) -> str:
        """As the command line has it.

        >>> Framing().name, Framing(False, "tpdu").name, Framing(False, "none", "bcd").name
        ('length+tpdu+header', 'tpdu', 'stx-bcd')
        """
        tpdu, header = _heads(self.header)
        parts = [text for text, there in (
            (f"stx-{self.envelope}", self.envelope), ("length", self.length_prefix),
            ("tpdu", tpdu), ("header", header)) if there]
        return "+".join(parts) or "none"


def is_header_form(text: str) -> bool:
    """Whether a text says what stands between length and message type."""
    return _FORM.fullmatch(text) is not None


def header_form(tpdu: bool, header_length: int) -> str:
    """The text of a TPDU or none and so many bytes of header.

    >>> header_form(True, 6), header_form(False, 0)
    ('tpdu+6', 'none')
    """
    return ("tpdu" if tpdu else "none") + (f"+{header_length}" if header_length else "")


@lru_cache(maxsize=64)
def _heads(form: str) -> tuple[int, int]:
    found = _FORM.fullmatch(form)
    if found is None:
        raise ValueError(f"no form of header: {form}")
    return (TPDU_LENGTH if found[1] == "tpdu" else 0), int(found[2] or 0)


def framings_around(framing: Framing) -> dict[str, Framing]:
    """The framings in which a dialect's messages may be met, by name, from the fullest to the barest.

    >>> list(framings_around(Framing()))[:4]
    ['length+tpdu+header', 'length+tpdu', 'length+header', 'length']
    >>> list(framings_around(Framing()))[4:8]
    ['tpdu+header', 'tpdu', 'header', 'none']
    >>> list(framings_around(Framing()))[8:12]
    ['stx-bcd+tpdu+header', 'stx-bcd+tpdu', 'stx-bcd+header', 'stx-bcd']
    """
    tpdu, header = framing.tpdu_length > 0, framing.header_length
    heads = dict.fromkeys((
        framing.header, header_form(tpdu, 0), header_form(False, header), header_form(False, 0),
    ))
    around: tuple[tuple[bool, Envelope], ...] = (
        (True, ""), (False, ""), (False, "bcd"), (False, "binary"))
    found = [
        Framing(prefixed, head, envelope) for prefixed, envelope in around for head in heads]
    return {each.name: each for each in found}
