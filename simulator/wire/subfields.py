"""What stands inside fields 48 and 62, as values; frames nothing.

Every ``parse_…`` gives a value whose ``…`` digits are the ones it was read from, or raises
:class:`WireError` with the sub-field and the offset in digits.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from simulator.wire.errors import WireError
from simulator.wire.fields import PartRow

MAX_UPLOAD_ITEMS = 8
UPLOAD_ITEM_DIGITS = 40
TOTALS_DIGITS = 62
HALF_TOTALS_DIGITS = 31
TOTALS: tuple[PartRow, ...] = (  # half of F48 of a settlement
    PartRow("debit_fen", "debit sum", 12), PartRow("debit_count", "debit count", 3),
    PartRow("credit_fen", "credit sum", 12), PartRow("credit_count", "credit count", 3),
    PartRow("result", "result", 1),
)
UPLOAD: tuple[PartRow, ...] = (  # one item of F48 of stripe details
    PartRow("card_class", "Card class", 2), PartRow("stan", "STAN", 6),
    PartRow("pan", "Card number", 20), PartRow("amount_fen", "Amount", 12),
)

# F60.3 of a batch upload
UPLOAD_STRIPE = "201"
UPLOAD_NOTICE = "000"  # a 0220 once more, as it was
UPLOAD_CHIP = {"1": "203", "2": "205"}  # by result of the settlement
UPLOAD_CHIP_FAILED = {"1": "204", "2": "206"}
UPLOAD_END = {"1": "207", "2": "202"}

BALANCED, UNBALANCED, TOTALS_ERROR = "1", "2", "3"


CHIP_RECORD_CAPABILITY = "60"  # F60.4 and F60.5 of 203 to 206

# F62 of 203 and 205: 61, class n2, response n2, sum n12, currency n3.  Of 204 and 206: 71, the same,
# cryptogram type n1, ARPC result n1; response 05 with type and result 2 is an approval whose ARPC was
# wrong, 11 with type 1 and no ARPC what the chip declined.
_FAILED_DIGITS = 23


def approved_at_chip(foreign: bool, amount_fen: int) -> bytes:
    """F62 of a chip record that was approved.

    >>> approved_at_chip(False, 6800)
    b'610000000000006800156'
    """
    return f"61{'01' if foreign else '00'}00{amount_fen:012}156".encode("ascii")


def declined_at_chip(foreign: bool, amount_fen: int) -> bytes:
    """F62 of a chip record that was declined.

    >>> declined_at_chip(True, 6800)
    b'71011100000000680015610'
    """
    return f"71{'01' if foreign else '00'}11{amount_fen:012}15610".encode("ascii")


def approved_all_the_same(foreign: bool, amount_fen: int) -> bytes:
    """F62 of a chip record that was approved with a wrong ARPC.

    >>> approved_all_the_same(False, 6800)
    b'71000500000000680015622'
    """
    return f"71{'01' if foreign else '00'}05{amount_fen:012}15622".encode("ascii")


def sum_of_approved(private: bytes) -> int:
    """The sum that such an F62 names; 0 where it says something else.

    >>> sum_of_approved(b"71000500000000680015622"), sum_of_approved(b"71001100000000680015610")
    (6800, 0)
    """
    if len(private) != _FAILED_DIGITS or not private.isdigit():
        return 0
    is_one = private[:2] == b"71" and private[4:6] + private[-2:] == b"0522"
    return int(private[6:18]) if is_one else 0


# ---- F48 of 0500 and 0510 --------------------------------------------------------------------


class CardTotals(msgspec.Struct, frozen=True, gc=False):
    """One half of F48: sums in fen and counts of one class of cards."""

    debit_fen: int = 0
    debit_count: int = 0
    credit_fen: int = 0
    credit_count: int = 0
    result: str = "0"  # 0 in the request; 1 balanced, 2 unbalanced, 3 error


NO_TOTALS = CardTotals()
DOMESTIC_PREFIXES = ("62",)  # of card numbers; a setting of terminal and host


def is_foreign(pan: str, domestic: tuple[str, ...]) -> bool:
    """Whether a card counts in the second half of F48; what has no card number does not.

    >>> is_foreign("5100009753180008", DOMESTIC_PREFIXES), is_foreign("", DOMESTIC_PREFIXES)
    (True, False)
    """
    return bool(pan) and not pan.startswith(domestic)


class SettlementTotals(msgspec.Struct, frozen=True, gc=False):
    """F48 of a settlement: domestic cards, then foreign cards."""

    domestic: CardTotals = NO_TOTALS
    foreign: CardTotals = NO_TOTALS

    def format(self) -> str:
        """62 digits.

        >>> SettlementTotals(CardTotals(10_000, 1)).format()[:31]
        '0000000100000010000000000000000'
        """
        return _format_half(self.domestic) + _format_half(self.foreign)


def _format_half(half: CardTotals) -> str:
    return (
        _number("48", half.debit_fen, 12) + _number("48", half.debit_count, 3)
        + _number("48", half.credit_fen, 12) + _number("48", half.credit_count, 3)
        + _digits("48", half.result, 0, 1)
    )


def parse_settlement_totals(details: str) -> SettlementTotals:
    """The totals of 62 digits."""
    _digits("48", details, 0, TOTALS_DIGITS)
    return SettlementTotals(
        _parse_half(details[:HALF_TOTALS_DIGITS]), _parse_half(details[HALF_TOTALS_DIGITS:]),
    )


def _parse_half(half: str) -> CardTotals:
    return CardTotals(
        int(half[:12]), int(half[12:15]), int(half[15:27]), int(half[27:30]), half[30],
    )


# ---- F48 of 0320 -----------------------------------------------------------------------------


class UploadItem(msgspec.Struct, frozen=True, gc=False):
    """One transaction in a batch upload."""

    foreign: bool
    stan: int
    pan: str
    amount_fen: int


def format_upload(items: Sequence[UploadItem]) -> str:
    """F48 of stripe details: n2 count, then 40 digits each for at most eight items.

    >>> format_upload([UploadItem(False, 2, "6200009753180120", 10_000)])
    '010000000200006200009753180120000000010000'
    """
    if len(items) > MAX_UPLOAD_ITEMS:
        raise WireError("48", 0, f"{len(items)} items, at most {MAX_UPLOAD_ITEMS} go into one message")
    return f"{len(items):02}" + "".join(map(_format_item, items))


def _format_item(item: UploadItem) -> str:
    if not _are_digits(item.pan) or len(item.pan) > 20:
        raise WireError("48", 0, "a card number is 1 to 20 digits")
    return (
        ("01" if item.foreign else "00") + _number("48", item.stan, 6)
        + item.pan.rjust(20, "0") + _number("48", item.amount_fen, 12)
    )


def parse_upload(details: str) -> tuple[UploadItem, ...]:
    """The items of F48 of stripe details."""
    if len(details) < 2 or not _are_digits(details):
        raise WireError("48", 0, "batch upload details are digits and begin with a two-digit count")
    count = int(details[:2])
    if count > MAX_UPLOAD_ITEMS or len(details) != 2 + count * UPLOAD_ITEM_DIGITS:
        raise WireError("48", 2, f"{count} items announced, {len(details) - 2} digits follow")
    return tuple(_parse_item(details, 2 + n * UPLOAD_ITEM_DIGITS) for n in range(count))


def _parse_item(details: str, at: int) -> UploadItem:
    area = details[at:at + 2]
    if area not in {"00", "01"}:
        raise WireError("48", at, "card class is neither 00 nor 01")
    return UploadItem(
        area == "01", int(details[at + 2:at + 8]), details[at + 8:at + 28].lstrip("0"),
        int(details[at + 28:at + 40]),
    )


def format_upload_end(count: int) -> str:
    """F48 of the end of a batch upload: n4, how many records went up.

    >>> format_upload_end(1)
    '0001'
    """
    return _number("48", count, 4)


def parse_upload_end(details: str) -> int:
    """How many records the sender says went up."""
    return int(_digits("48", details, 0, 4))


# ---- F62 -------------------------------------------------------------------


SEQUENCE_NO = b"Sequence No"


def format_sequence_no(serial_number: str) -> bytes:
    """F62 of a sign-on request.

    >>> format_sequence_no("300100000001")
    b'Sequence No12300100000001'
    """
    if len(serial_number) > 99 or not serial_number.isascii():
        raise WireError("62", 0, "a serial number has at most 99 ASCII characters")
    return SEQUENCE_NO + f"{len(serial_number):02}{serial_number}".encode("ascii")


def parse_sequence_no(private: bytes) -> str:
    """The serial number in F62 of a sign-on request."""
    text = private[len(SEQUENCE_NO):]
    if not private.startswith(SEQUENCE_NO) or not text.isascii() or not text[:2].isdigit():
        raise WireError("62", 0, "no serial number")
    if int(text[:2]) != len(text) - 2:
        raise WireError("62", len(SEQUENCE_NO), "length of the serial number is wrong")
    return text[2:].decode("ascii")


# ---- digits ----------------------------------------------------------------------------------


def _are_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _number(field: str, value: int, width: int) -> str:
    digits = f"{value:0{width}}"
    if value < 0 or len(digits) > width:
        raise WireError(field, 0, f"a number does not fit into {width} digits")
    return digits


def _digits(field: str, text: str, offset: int, width: int) -> str:
    if len(text) != width or not _are_digits(text):
        raise WireError(field, offset, f"{width} digits are needed")
    return text
