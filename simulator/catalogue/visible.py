"""Text in which nothing moves the cursor or turns the reading direction, whoever wrote it."""

from __future__ import annotations

import unicodedata

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


def visible_lines(text: str) -> str:
    r"""The same of each line, for a person at a terminal.

    >>> visible_lines("no file a\x1b[2J\nallowed: b")
    'no file a\\x1b[2J\nallowed: b'
    """
    return text if text.isprintable() else "\n".join(map(visible, text.split("\n")))
