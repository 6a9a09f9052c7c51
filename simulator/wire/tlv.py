"""Where the elements of EMV data (F55) stand, tags of one or two bytes; interprets none."""

from __future__ import annotations

import msgspec

_HEX = frozenset("0123456789ABCDEF")
_TWO_BYTE_TAG = frozenset("13579BDF")  # high nibble before a low nibble F: low five bits all set
_LENGTH_DIGITS = {"81": 2, "82": 4}  # that follow on such a first byte of a length
_LAST_TAG_BYTE = frozenset("01234567")


class Element(msgspec.Struct, frozen=True, gc=False):
    """Tag and place of one element, in hex digits."""

    tag: str
    start: int
    data: int
    end: int


def elements(icc_hex: str) -> tuple[Element, ...] | None:
    """The elements of upper-case hex, or None where it is not made of whole elements.

    >>> [element.tag for element in elements("9C01005F2A020156")]
    ['9C', '5F2A']
    >>> elements("9C02") is None
    True
    """
    found: list[Element] = []
    at = 0
    while at < len(icc_hex):
        element = _element(icc_hex, at)
        if element is None or element.end > len(icc_hex):
            return None
        found.append(element)
        at = element.end
    return tuple(found)


def _element(icc_hex: str, at: int) -> Element | None:
    tag = icc_hex[at:at + 2]
    if tag[1:] == "F" and tag[0] in _TWO_BYTE_TAG:
        tag = icc_hex[at:at + 4]
        if tag[2:3] not in _LAST_TAG_BYTE:
            return None
    length_at = at + len(tag)
    more = _LENGTH_DIGITS.get(icc_hex[length_at:length_at + 2], 0)
    data = length_at + 2 + more
    length = icc_hex[data - (more or 2):data]
    if len(length) != (more or 2) or not _HEX.issuperset(length):
        return None
    return Element(tag, at, data, data + 2 * int(length, 16))
