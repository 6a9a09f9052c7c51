"""Looks for card numbers, PINs, tracks and keys in bytes, in every form in which they may get out.

A needle is some digits more than a mask leaves, so a mask that is lost in part is found too.
"""

from __future__ import annotations

import gc
import re
from base64 import b64encode
from collections.abc import Iterator
from types import FunctionType, ModuleType

import msgspec

from simulator.machines.terminal.profile import TEST_MASTER_KEY, Card
from simulator.wire.keys import WorkingKeys

_APART = re.compile(rb"[\s.,:/_|-]+")
_FULL_WIDTH = {ord("0") + digit: ord("０") + digit for digit in range(10)}
_NO_HOLDERS = (type, ModuleType, FunctionType, str, bytes, int, float)


class Secrets(msgspec.Struct, frozen=True):
    """What must not be seen: digits by what they are, and keys."""

    digits: dict[str, str]
    keys: dict[str, bytes]


def secrets_of(cards: list[Card], keys: list[WorkingKeys]) -> Secrets:
    """The secrets of cards and terminals, and the master key of all test terminals."""
    digits: dict[str, str] = {}
    for card in cards:
        digits[f"head of card {card.pan[-4:]}"] = card.pan[:8]  # a mask leaves six
        digits[f"tail of card {card.pan[-4:]}"] = card.pan[-8:]  # and four
        if "D" in card.track2:
            digits["track"] = card.track2.partition("D")[2][:9]
        if card.pin:
            digits[f"PIN of card {card.pan[-4:]}"] = card.pin
    found = {"master key": TEST_MASTER_KEY}
    for number, each in enumerate(keys):
        found |= {f"{name} {number}": key for name, key in msgspec.structs.asdict(each).items() if key}
    return Secrets(digits, found)


def reachable(root: object) -> tuple[list[Card], list[WorkingKeys]]:
    """All cards and all working keys that a world holds anywhere."""
    cards: list[Card] = []
    keys: list[WorkingKeys] = []
    seen: set[int] = set()
    waiting: list[object] = [root]
    while waiting:
        each = waiting.pop()
        if id(each) in seen or isinstance(each, _NO_HOLDERS):
            continue
        seen.add(id(each))
        if isinstance(each, Card):
            cards.append(each)
        elif isinstance(each, WorkingKeys):
            keys.append(each)
        elif isinstance(each, msgspec.Struct):
            waiting += [getattr(each, name) for name in each.__struct_fields__]
        waiting += gc.get_referents(each)
    return cards, keys


def found_in(content: bytes, secrets: Secrets) -> set[str]:
    """Names of the secrets that stand in some bytes in any form."""
    plain = content.lower()
    hays = (plain, content.hex().encode(), _APART.sub(b"", plain), content)
    named = {needle: name for name, needle in _needles(secrets)}  # many cards begin alike
    return {name for needle, name in named.items() if any(needle in hay for hay in hays)}


def _needles(secrets: Secrets) -> Iterator[tuple[str, bytes]]:
    for name, digits in secrets.digits.items():
        texts = [digits, digits.translate(_FULL_WIDTH)]
        if name == "track":
            texts = [f"d{digits}", f"={digits}"]
        for text in texts:
            for coding in ("utf-8", "gbk", "utf-16-le", "utf-16-be"):
                yield from ((name, form) for form in _forms(text.encode(coding)))
        # as BCD the digits are those of the bytes' own hex text, at either nibble: in hays above
        yield from ((name, form) for form in _base64(bytes.fromhex(digits + "0" * (len(digits) % 2))))
    for name, key in secrets.keys.items():
        for half in {key[:8], key[-8:]}:
            yield name, half.hex().encode()
            yield name, repr(half)[2:-1].encode()
            yield from ((name, form) for form in _forms(half.hex().upper().encode()))
            yield from ((name, form) for form in _base64(half))


def _forms(text: bytes) -> Iterator[bytes]:
    yield text
    yield text.hex().encode()  # hex of a text, inside a text
    yield repr(text)[2:-1].encode()
    yield from _base64(text)


def _base64(data: bytes) -> Iterator[bytes]:
    """What stands in any base64 text of which the data is a part: without what depends on its neighbours."""
    for before in range(3):
        coded = b64encode(bytes(before) + data).rstrip(b"=")
        yield coded[(0, 2, 3)[before]:len(coded) - 1]
