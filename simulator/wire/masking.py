"""What of card data may be shown: first six and last four digits; fails closed.

Whatever is not plainly a card number, a track or a known structure is hidden whole.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache

from simulator.wire.dialect import Dialect
from simulator.wire.errors import WireError
from simulator.wire.field59 import (
    NESTED,
    PLACE,
    PLACE_TAGS,
    QR_CODE,
    TERMINAL,
    TERMINAL_TAGS,
    VOUCHER,
    tags_of,
)
from simulator.wire.fields import FieldRow, Mask
from simulator.wire.subfields import UPLOAD_ITEM_DIGITS
from simulator.wire.text import to_bytes, to_text
from simulator.wire.tlv import elements

STAR = "*"
_FIRST, _LAST = 6, 4
_SHORTEST, _LONGEST = 13, 19


@lru_cache(maxsize=1 << 16)
def mask_pan(pan: str) -> str:
    """First six and last four digits of a card number; all stars where it is none.

    >>> mask_pan("6200009753180120")
    '620000******0120'
    >>> mask_pan("62000O9753180120")
    '****************'
    """
    if _SHORTEST <= len(pan) <= _LONGEST and pan.isascii() and pan.isdigit():
        return pan[:_FIRST] + STAR * (len(pan) - _FIRST - _LAST) + pan[-_LAST:]
    return STAR * len(pan)


def mask_track(track: str) -> str:
    """A track with its card number masked and all behind the first separator hidden.

    >>> mask_track("6200009753180120D30122010000000000")
    '620000******0120******************'
    """
    pan, separator, rest = track.partition("D")
    if not separator:
        return STAR * len(track)
    return mask_pan(pan) + STAR * (1 + len(rest))


def mask_details(details: str) -> str:
    """F48: settlement totals and the end count as they are, card numbers of an upload masked.

    >>> mask_details("010000000200006200009753180120000000010000")
    '01000000020000620000******0120000000010000'
    """
    if len(details) in {4, 62} and _are_digits(details):
        return details
    if not _is_upload(details):
        return STAR * len(details)
    return details[:2] + "".join(
        _mask_item(details[at:at + UPLOAD_ITEM_DIGITS])
        for at in range(2, len(details), UPLOAD_ITEM_DIGITS)
    )


def _mask_item(item: str) -> str:
    pan = item[8:28].lstrip("0")
    return item[:28 - len(pan)] + mask_pan(pan) + item[28:]


def _is_upload(details: str) -> bool:
    return _are_digits(details) and len(details) == 2 + int(details[:2]) * UPLOAD_ITEM_DIGITS


def _are_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _hidden(value: str) -> str:
    return STAR * len(value)


# ---- chip data -------------------------------------------------------------------------------


def mask_icc(icc_hex: str, shown_tags: Collection[str]) -> str:
    """F55 as hex with all values hidden but those of tags that are known to hold no card data.

    >>> mask_icc("9C01005A086200009753180120", {"9C"})
    '9C01005A08****************'
    """
    found = elements(icc_hex)
    if found is None:
        return _hidden(icc_hex)
    return "".join(
        icc_hex[e.start:e.data] + mask_element(e.tag, icc_hex[e.data:e.end], shown_tags)
        for e in found
    )


def mask_element(tag: str, value: str, shown_tags: Collection[str]) -> str:
    """The value of one element of chip data."""
    return value if tag in shown_tags else _hidden(value)


# ---- whole messages --------------------------------------------------------------------------

_SEQUENCE_NO = b"Sequence No".hex().upper()
_SERIAL_AT = len(_SEQUENCE_NO) + 4  # behind the name and two digits of length
_LONG_NUMBER = re.compile(rf"[0-9]{{{_SHORTEST},}}")


def mask_private(private_hex: str) -> str:
    """F62 as hex: a serial number as it is unless it could be a card's; keys and all else hidden."""
    if not private_hex.startswith(_SEQUENCE_NO):
        return _hidden(private_hex)
    serial = bytes.fromhex(private_hex[_SERIAL_AT:]).decode("latin-1")
    return private_hex[:_SERIAL_AT] + "".join(
        STAR * 2 if char == STAR else f"{ord(char):02X}" for char in mask_text(serial))


def mask_text(text: str) -> str:
    """A text in which every number as long as a card's is masked."""
    return _LONG_NUMBER.sub(lambda number: mask_pan(number[0]), text)


def _voucher_shown(voucher: str) -> str:
    return mask_cards(voucher)


# F59: what of a tag's value may be shown; all of any other tag, and the last six of a card in 03
# of A2, are hidden.
_TAG_MASKS: dict[str, Callable[[str], str]] = {
    QR_CODE: mask_pan, VOUCHER: _voucher_shown,
}
_NESTED_MASKS: dict[str, Callable[[str], str]] = {
    **{f"{TERMINAL}.{tag}": mask_text for tag in TERMINAL_TAGS if tag != "03"},
    **{f"{PLACE}.{tag}": mask_text for tag in PLACE_TAGS},
}


def mask_tags(text: str) -> str:
    """F59: a QR code masked like a card number, PIN block and all that has no meaning hidden.

    >>> mask_tags("A2007" "0100204" "A3019" "6212345678901234567" "A4004" "1234" "B1002" "ab")
    'A20070100204A3019621234*********4567A40041234B1002**'
    """
    try:
        data = to_bytes(text)
    except UnicodeError:
        return _hidden(text)
    try:
        return to_text(b"".join(_tags_masked(data, 0, _TAG_MASKS, "")))
    except WireError:
        return STAR * len(data)


def mask_tag(path: str, value: str) -> str:
    """The value of one tag of F59, by its path: "A3", "A2.02"."""
    mask = _TAG_MASKS.get(path) or _NESTED_MASKS.get(path) or _hidden
    return mask(value)


def _tags_masked(
    data: bytes, at: int, masks: Mapping[str, Callable[[str], str]], above: str,
) -> Iterator[bytes]:
    """Heads as they are, values as long as they were."""
    for tag in tags_of(data):
        yield data[at:tag.at]
        at = tag.at + len(tag.value)
        if tag.name in NESTED and not above:
            try:
                inner = b"".join(_tags_masked(tag.value, 0, _NESTED_MASKS, f"{tag.name}."))
            except WireError:
                inner = STAR.encode() * len(tag.value)
            yield inner
        else:
            mask = masks.get(above + tag.name, _hidden)
            yield mask(tag.value.decode("latin-1")).encode("latin-1")


def _shown(value: str) -> str:
    return value


_MASKS: dict[Mask, Callable[[str], str]] = {
    "shown": _shown, "hidden": _hidden, "pan": mask_pan, "track": mask_track,
    "details": mask_details, "private": mask_private, "text": mask_text,
    "tags": mask_tags,
}


def mask_value(row: FieldRow, value: str, dialect: Dialect) -> str:
    """What may be shown of the value of a field."""
    if row.mask == "chip":
        return mask_icc(value, dialect.shown_tags)
    if row.mask == "shown" and not row.is_shown_whole:
        end = sum(part.digits or 0 for part in row.parts)
        return value[:end] + mask_text(value[end:])
    return _MASKS[row.mask](value)


def mask_fields(fields: Mapping[str, str], dialect: Dialect) -> dict[str, str]:
    """Fields by number, as the generic codec has them, fit to be shown."""
    rows = dialect.field
    return {
        key: mask_value(rows[key], value, dialect) if key in rows else _hidden(value)
        for key, value in fields.items()
    }


# ---- names and other text that people give ----------------------------------------------------

_APART = 6  # at most so many characters that are no letters stand between two groups of a number
_TEST_BIN = "62"  # with which every card of ours begins, so that it is known inside longer numbers
_OF_OURS = 16  # digits that a card of ours has at least


def card_numbers_in(text: str) -> list[tuple[int, int]]:
    """Where in a text something looks like a card number: begin and end of each place, in order.

    It is 13 to 19 digits, of any script or shape, that pass the Luhn check: whole groups, with
    characters between two of them that are no letters; or, with letters between groups or inside a
    longer run of digits, 16 to 19 that begin as our cards do.
    """
    digits = [(at, value) for at, char in enumerate(text) if (value := _digit(char)) is not None]
    groups = _groups_of(digits)
    found: list[tuple[int, int]] = []
    first = 0
    while first < len(groups):
        place = _card_from(text, groups, first)
        if place is None:
            inner = _card_inside(groups[first])
            if inner is not None:
                found.append(inner)
            first += 1
            continue
        last, begin, end = place
        found.append((begin, end))
        first = last + 1
    return found


def _digit(char: str) -> str | None:
    """What a character counts, be it full-width, circled, raised, written out or of another script."""
    if char.isascii():
        return char if char.isdigit() else None
    value = unicodedata.numeric(char, None)
    return str(int(value)) if value is not None and value in range(10) else None


_Group = list[tuple[int, str]]  # places and values of digits that stand side by side


def _groups_of(digits: _Group) -> list[_Group]:
    groups: list[_Group] = []
    for at, value in digits:
        if groups and groups[-1][-1][0] == at - 1:
            groups[-1].append((at, value))
        else:
            groups.append([(at, value)])
    return groups


def _card_from(text: str, groups: list[_Group], first: int) -> tuple[int, int, int] | None:
    """The longest number of whole groups that begins here: its last group, begin and end."""
    number = ""
    fitting = None
    shortest = _SHORTEST
    for at in range(first, len(groups)):
        if at > first:
            between = text[groups[at - 1][-1][0] + 1:groups[at][0][0]]
            if len(between) > _APART:
                break
            if any(char.isalpha() for char in between):
                if any(char.isspace() for char in between):
                    break  # words
                shortest = _OF_OURS  # of identifiers many pass the check by chance
        number += "".join(value for _, value in groups[at])
        if len(number) > _LONGEST or not (shortest == _SHORTEST or number.startswith(_TEST_BIN)):
            break
        if len(number) >= shortest and _passes_luhn(number):
            fitting = at, groups[first][0][0], groups[at][-1][0] + 1
    return fitting


def _card_inside(group: _Group) -> tuple[int, int] | None:
    """A card of ours with digits beside it: from its first digit to the end of the run."""
    number = "".join(value for _, value in group)
    begin = number.find(_TEST_BIN)
    while begin >= 0:
        for length in range(_OF_OURS, _LONGEST + 1):
            part = number[begin:begin + length]
            if len(part) == length and _passes_luhn(part):
                return group[begin][0], group[begin + length - 1][0] + 1
        begin = number.find(_TEST_BIN, begin + 1)
    return None


def _passes_luhn(digits: str) -> bool:
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(doubled) + sum(int(digit) for digit in digits[-1::-2])) % 10 == 0


def looks_like_card(text: str) -> bool:
    """Whether a name would show a card number: the one rule for all that people name.

    >>> looks_like_card("S1"), looks_like_card("6200.0097/5318 0120"), looks_like_card("6" * 16)
    (False, True, False)
    >>> looks_like_card("sale 6200009753180120-0001"), looks_like_card("６２００００９７５３１８０１２０")
    (True, True)
    >>> looks_like_card("62000097531801200001"), looks_like_card("⁶²⁰⁰⁰⁰⁹⁷⁵³¹⁸⁰¹²⁰")
    (True, True)
    >>> looks_like_card("六二〇〇零零97五三18零壹二零"), looks_like_card("6200a0097b5318c0120")
    (True, True)
    """
    return bool(card_numbers_in(text))


def mask_cards(text: str) -> str:
    """A text in which all but the first six and last four digits of each card number are stars.

    >>> mask_cards("no sale 6200-0097-5318-0120 here, nor 10000001")
    'no sale 6200-00**-****-0120 here, nor 10000001'
    """
    shown = list(text)
    for begin, end in card_numbers_in(text):
        places = [at for at in range(begin, end) if _digit(text[at]) is not None]
        for at in places[_FIRST:-_LAST]:
            shown[at] = STAR
    return "".join(shown)
