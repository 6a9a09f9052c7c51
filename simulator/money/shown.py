"""What a card and its holder show to the issuer, and what the issuer says to that: a table.

Holds no PIN, key or date: whoever asks has compared them, and says only how that came out.  The
first row that applies answers.  Sources: the texts of the codes (54, 55, 75; 59 is shown as
"卡片校验错", so it is the answer to a wrong cryptogram).  How many wrong PINs an issuer lets pass,
and that a new day begins with none, is our own setting.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

import msgspec

EXPIRED, WRONG_PIN, PIN_TRIES, WRONG_CRYPTOGRAM = "54", "55", "75", "59"
WRONG_PINS = 3  # in a row; what comes after them is answered 75 until the issuer's day is over


class Proof(str, Enum):
    """How something that proves the card or its holder came out."""

    UNSAID = ""  # nothing was shown, or the issuer has nothing to compare it with
    RIGHT = "right"
    WRONG = "wrong"
    MISSING = "missing"  # nothing was shown, and the card needs it


class Shown(msgspec.Struct, frozen=True, gc=False):
    """What was shown with one request."""

    expired: bool = False  # or another date than the card's
    pin: Proof = Proof.UNSAID
    cryptogram: Proof = Proof.UNSAID


class ShownRow(msgspec.Struct, frozen=True):
    """One answer of the issuer: to what was shown, after so many wrong PINs in a row."""

    why: str
    applies: Callable[[Shown, int], bool]
    response_code: str


def _expired(shown: Shown, _wrong_pins: int) -> bool:
    return shown.expired


def _blocked(shown: Shown, wrong_pins: int) -> bool:
    return shown.pin is not Proof.UNSAID and wrong_pins >= WRONG_PINS


def _no_pin(shown: Shown, _wrong_pins: int) -> bool:
    return shown.pin is Proof.MISSING


def _wrong_pin(shown: Shown, _wrong_pins: int) -> bool:
    return shown.pin is Proof.WRONG


def _wrong_cryptogram(shown: Shown, _wrong_pins: int) -> bool:
    return shown.cryptogram in (Proof.WRONG, Proof.MISSING)


SHOWN_ROWS: tuple[ShownRow, ...] = (
    ShownRow("the card is expired, or another date was sent", _expired, EXPIRED),
    ShownRow("too many wrong PINs", _blocked, PIN_TRIES),
    ShownRow("no PIN, and the card needs one", _no_pin, WRONG_PIN),
    ShownRow("a wrong PIN", _wrong_pin, WRONG_PIN),
    ShownRow("a cryptogram that the card did not make", _wrong_cryptogram, WRONG_CRYPTOGRAM),
)


class PinTries:
    """Wrong PINs in a row, by card."""

    __slots__ = ("_wrong",)

    def __init__(self) -> None:
        self._wrong: dict[str, int] = {}

    def refusal_of(self, ref: str, shown: Shown) -> str:
        """The code with which the issuer declines, or an empty string; counts the PIN."""
        wrong_pins = self._wrong.get(ref, 0)
        code = next((row.response_code for row in SHOWN_ROWS if row.applies(shown, wrong_pins)), "")
        if code == WRONG_PIN and shown.pin is Proof.WRONG:
            self._wrong[ref] = wrong_pins + 1
        elif shown.pin is Proof.RIGHT and code not in (EXPIRED, PIN_TRIES):
            self._wrong.pop(ref, None)
        return code

    def end_day(self) -> None:
        """Every card may be tried again."""
        self._wrong.clear()
