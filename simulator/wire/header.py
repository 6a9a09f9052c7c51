"""The header of a dialect between TPDU and message type: parts of a message, or constants.

Hexadecimal digits, two to the byte; what a dialect's header has no place for is as usual.
"""

from __future__ import annotations

from functools import lru_cache

from simulator.wire.errors import WireError
from simulator.wire.fields import PartRow
from simulator.wire.message import Message

_VERSION_DIGITS = 2  # of a message's software, before the sub-version
_USUAL = Message(mti="")
NAMES: dict[str, int] = {  # parts that messages know, in digits
    "application_class": 2, "software_version": 2, "terminal_status": 1, "processing_request": 1,
    "software_sub_version": 6,
}


def shown_parts(digits: str, header: tuple[PartRow, ...]) -> dict[str, str]:
    """The parts of a header by name."""
    shown, at = {}, 0
    for part in header:
        width = part.digits or 0
        shown[part.name] = digits[at:at + width]
        at += width
    return shown


class HeaderCodec:
    """Makes and reads the header of one dialect."""

    def __init__(self, header: tuple[PartRow, ...]) -> None:
        self._parts = header
        self._length = sum(part.digits or 0 for part in header)
        self._made = lru_cache(maxsize=256)(self._make)
        self._read = lru_cache(maxsize=256)(self._facts)

    def encode(self, message: Message) -> bytes:
        """The bytes of a message's header."""
        return self._made(message.application_class, message.software, message.terminal_status,
                          message.processing_request)

    def decode(self, octets: bytes) -> dict[str, str]:
        """The attributes of a message that a header gives; not to be changed."""
        return self._read(octets)

    def _make(
        self, application_class: str, software: str, terminal_status: str,
        processing_request: str,
    ) -> bytes:
        values = {
            "application_class": application_class,
            "software_version": software[:_VERSION_DIGITS],
            "terminal_status": terminal_status, "processing_request": processing_request,
            "software_sub_version": software[_VERSION_DIGITS:],
        }
        digits = "".join(part.value or values[part.name] for part in self._parts)
        try:
            octets = bytes.fromhex(digits)
        except ValueError:
            raise WireError("header", 0, "is no hexadecimal number") from None
        if len(digits) != self._length:
            raise WireError("header", 0, f"{self._length} digits are needed, not {len(digits)}")
        return octets

    def _facts(self, octets: bytes) -> dict[str, str]:
        shown = shown_parts(octets.hex().upper(), self._parts)
        usual = _USUAL.software
        software = (
            shown.get("software_version", usual[:_VERSION_DIGITS])
            + shown.get("software_sub_version", usual[_VERSION_DIGITS:])
        )
        facts = {
            name: shown[name]
            for name in ("application_class", "terminal_status", "processing_request")
            if name in shown
        }
        return facts | {"software": software}
