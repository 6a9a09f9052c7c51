"""What of a value may be kept and shown: card numbers are masked when they are read, wherever they stand.

A masked name still has to tell records apart: a digest that only this process can make stands behind
its mask, and is cut off before anybody reads it.
"""

from __future__ import annotations

import re
import secrets
from functools import lru_cache
from hashlib import blake2b

from simulator.wire.masking import mask_cards, mask_pan

_SALT = secrets.token_bytes(16)
_BEHIND = re.compile(r"~[0-9a-f]{12}(?![0-9a-f])")
_SUSPECT = re.compile(r"(?<!\d)\d{13,19}(?!\d)|62\d{14}|(?:\d[^\da-zA-Z]{1,3}){3}\d|\d[^\d,]{1,6}\d{2,}[^\d,]{1,6}\d{2,}|[^\x00-\x7f\u4e00-\u9fff\u3000-\u303f\uff01\uff08\uff09\uff0c\uff1a\uff1b]")
_DIGITS = re.compile(r"\d")
FEWEST = 13  # digits of a card number
_MOST_SHOWN = 10
_MID_DIGITS = 15


def kept(text: str) -> str:
    """A value as it may be kept: as it is, or with the card number in it masked.

    >>> kept("20260129-0001"), kept("4200001234202601291234567890")
    ('20260129-0001', '4200001234202601291234567890')
    >>> shown(kept("6200009753180120"))
    '620000******0120'
    >>> kept("6200009753180120") == kept("6200009753180120") != kept("6200008753180121")
    True
    """
    return text if len(text) < FEWEST or not _SUSPECT.search(text) else _hidden(text)


@lru_cache(maxsize=1 << 12)
def _hidden(text: str) -> str:
    masked = mask_cards(text)
    if masked == text:
        return text
    return f"{masked}~{blake2b(text.encode(), key=_SALT, digest_size=6).hexdigest()}"


def shown(text: str) -> str:
    """A kept value as people may read it."""
    return _BEHIND.sub("", text)


def safe(text: str, longest: int = 40) -> str:
    """Any text of a file in an error: masked and short."""
    text = mask_cards(text)
    return text if len(text) <= longest else text[:longest] + "…"


@lru_cache(maxsize=1 << 15)
def card(text: str) -> str:
    """A card number masked; one that is masked already in our signs, anything else in stars.

    >>> card("6200009753180120"), card("620000XXXXXX0120"), card("0120"), card("62000097531801200000")
    ('620000******0120', '620000******0120', '0120', '********************')
    """
    text = text.replace(" ", "").replace("-", "")
    masked = re.sub("[xX＊#]", "*", text)
    if "*" in masked or len(masked) < FEWEST:
        return masked if len(_DIGITS.findall(masked)) <= _MOST_SHOWN else "*" * len(masked)
    return mask_pan(masked)


def merchant_id(text: str) -> str:
    """A MID: 15 digits that begin as no card does stay as they are."""
    if len(text) == _MID_DIGITS and text[:1] == "8" and text.isdecimal():
        return text
    return kept(text)
