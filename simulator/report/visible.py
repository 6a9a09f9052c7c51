"""Text in which nothing moves the cursor or turns the reading direction, whoever wrote it."""

from __future__ import annotations

import unicodedata
from typing import Any

import msgspec

from simulator.judge.verdict import Judgement

# control, format (bidirectional marks), lone surrogates, line and paragraph separators
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))


def visible(text: str) -> str:
    r"""A text with what cannot be seen in it written out.

    >>> visible("a\x1b[2J")
    'a\\x1b[2J'
    """
    if text.isprintable():
        return text
    return "".join(
        char.encode("unicode_escape").decode("ascii")
        if unicodedata.category(char) in _UNSEEN else char
        for char in text
    )


def visible_judgement(judgement: Judgement) -> Judgement:
    """A judgement in which every text is :func:`visible`."""
    return msgspec.convert(_each(msgspec.to_builtins(judgement)), Judgement)


def _each(value: Any) -> Any:
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, list | tuple):
        return [_each(one) for one in value]
    if isinstance(value, dict):
        return {key: _each(one) for key, one in value.items()}
    return value
