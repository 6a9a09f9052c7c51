"""What an operation asked over the control port may hold, as a table; changes nothing but a track's "=".

It is asked before the terminal sees the operation, so nothing that has no bytes on the wire gets in.
A refusal names the part and the allowed form, never the value: that may be card data.
"""

from __future__ import annotations

import re

import msgspec

from hil.control.control import ControlError
from hil.device.requests import Operate
from simulator.machines.terminal.profile import Card
from simulator.wire.masking import looks_like_card
from simulator.wire.message import Original
from simulator.wire.pin import LONGEST, SHORTEST

MOST_FEN = 999_999_999_999  # F4 has twelve digits
MOST_NUMBER = 999_999  # STAN and batch have six
LONGEST_ICC = 255
_MONTH = "(0[1-9]|1[0-2])"
_DAY = "(0[1-9]|[12][0-9]|3[01])"


class Rule(msgspec.Struct, frozen=True):
    """One text: its name in the request, the form it has, the form in words."""

    name: str
    form: re.Pattern[str]
    words: str


def _rule(name: str, form: str, words: str) -> Rule:
    return Rule(name, re.compile(form, re.ASCII), words)


OF_OPERATION = (
    _rule("order", r"[\x20-\x7e]{0,64}", "at most 64 printable ASCII characters"),
    _rule("original_rrn", r"([0-9A-Za-z]{12})?", "12 letters and digits, or empty"),
    _rule("original_auth_code", r"([0-9A-Za-z]{6})?", "6 letters and digits, or empty"),
    _rule("clerk", r"[0-9A-Za-z]{1,3}", "1 to 3 letters and digits"),
    _rule("qr_code", r"[\x20-\x7e]{0,128}", "at most 128 printable ASCII characters"),
    _rule("voucher", r"[0-9A-Za-z]{0,20}", "at most 20 letters and digits, or empty"),
)
OF_CARD = (
    _rule("pan", r"[0-9]{13,19}", "13 to 19 digits, a test number"),
    _rule("expiry", rf"([0-9]{{2}}{_MONTH})?", "YYMM, or empty"),
    _rule("track2", r"([0-9]{13,19}D[0-9]{7,17})?",
          "card number, = or D, expiry YYMM, service code and more digits, at most 37 in all; "
          "or empty: made from pan and expiry"),
    _rule("pin", rf"([0-9]{{{SHORTEST},{LONGEST}}})?", f"{SHORTEST} to {LONGEST} digits, or empty"),
    _rule("sequence", r"([0-9]{3})?", "3 digits, or empty"),
)
OF_ORIGINAL = (
    _rule("date", rf"({_MONTH}{_DAY})?", "MMDD, or empty"),
    _rule("tail", r"[0-9]{0,13}", "at most 13 digits"),
)
LONGEST_TRACK = 37
LONGEST_SIGNATURE = 4096  # longer than any field: what cannot be sent is signed on paper


def checked(asked: Operate) -> Operate:
    """The operation as the terminal shall have it; ``ControlError`` with the allowed form."""
    _hold(OF_OPERATION, asked, "")
    if looks_like_card(asked.order):
        raise _refusal("order", "a name that does not look like a card number: it is shown in traces")
    _range("amount_fen", asked.amount_fen, 0, MOST_FEN)
    if asked.signature is not None and not 0 < len(asked.signature) <= LONGEST_SIGNATURE:
        raise _refusal("signature", f"1 to {LONGEST_SIGNATURE} bytes, in base64")
    if asked.original is not None:
        _check_original(asked.original)
    if asked.card is None:
        return asked
    return msgspec.structs.replace(asked, card=_checked_card(asked.card))


def _checked_card(card: Card) -> Card:
    card = msgspec.structs.replace(card, track2=card.track2.replace("=", "D"))
    _hold(OF_CARD, card, "card.")
    if len(card.track2) > LONGEST_TRACK:
        raise _refusal("card.track2", f"at most {LONGEST_TRACK} characters")
    if card.track2 and card.track2.partition("D")[0] != card.pan:
        raise _refusal("card.track2", "a track of the card number that pan has")
    if card.icc_data is not None and len(card.icc_data) > LONGEST_ICC:
        raise _refusal("card.icc_data", f"at most {LONGEST_ICC} bytes, in base64")
    return card


def _check_original(original: Original) -> None:
    _range("original.batch", original.batch, 1, MOST_NUMBER)
    _range("original.stan", original.stan, 1, MOST_NUMBER)
    _hold(OF_ORIGINAL, original, "original.")
    if original.tail and not original.date:
        raise _refusal("original.tail", "empty where there is no date")


def _hold(rules: tuple[Rule, ...], holder: object, where: str) -> None:
    for rule in rules:
        value: str = getattr(holder, rule.name)
        if not rule.form.fullmatch(value):
            raise _refusal(where + rule.name, rule.words)


def _range(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise _refusal(name, f"{least} to {most}")


def _refusal(name: str, allowed: str) -> ControlError:
    return ControlError(f"operate: {name} cannot be that; allowed: {allowed}")
