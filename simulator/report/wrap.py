"""Text in columns: how wide it is on a terminal, and where a line may end; knows no report.

A wide character takes two columns.  A line ends at a blank, beside a wide character, or behind a
mark that joins the parts of a long name; never inside a word that has room on a line of its own.
"""

from __future__ import annotations

import re
import unicodedata

WIDTH = 80
_NO_LINE_BEGINS_WITH = frozenset("，。；：、！？）》」』”’…,.;:!?)%")
_INSIDE_A_NUMBER = ".,:"  # of a sum, of a time
_NO_LINE_ENDS_WITH = frozenset("（《「『“‘(")
_JOINTS = re.compile(r"(?<=[/,;=_|-])(?=.)")


def width_of(text: str) -> int:
    """Columns that a text takes.

    >>> width_of("MAC 错误")
    8
    """
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(char: str) -> int:
    if unicodedata.east_asian_width(char) in "WF":
        return 2
    return 0 if unicodedata.category(char) in {"Mn", "Me", "Cf"} else 1


def filled(text: str, width: int) -> str:
    """A text with blanks behind it, up to a width."""
    return text + " " * max(0, width - width_of(text))


def wrapped(text: str, width: int = WIDTH, indent: str = "", again: str | None = None) -> list[str]:
    """The lines of a text; ``indent`` stands before the first, ``again`` before each other one.

    >>> wrapped("the reply is lost", 9)
    ['the reply', 'is lost']
    >>> wrapped("主机 收到冲正，批次关闭", 10)
    ['主机 收到', '冲正，批次', '关闭']
    """
    if text.isascii() and width_of(indent) + len(text.rstrip()) <= width:
        return [(indent + text).rstrip()]  # most lines, and quickly
    again = indent if again is None else again
    lines: list[str] = []
    line, used = indent, width_of(indent)
    empty = True
    for piece in _pieces(text, width - max(width_of(indent), width_of(again))):
        columns = width_of(piece.rstrip())
        if not empty and used + columns > width:
            lines.append(line.rstrip())
            line, used, empty = again, width_of(again), True
        if empty:
            piece = piece.lstrip() if lines else piece  # noqa: PLW2901
        line += piece
        used += width_of(piece)
        empty = empty and not piece.strip()
    return [*lines, line.rstrip()]


def _pieces(text: str, width: int) -> list[str]:
    """What must stay on one line, each with the blanks behind it."""
    pieces: list[str] = []
    for word in re.findall(r"\S+\s*|\s+", text):
        for part in _parts(word):
            if width_of(part.rstrip()) <= width:
                pieces.append(part)
            else:
                for bit in _JOINTS.split(part):
                    pieces += _cut(bit, width)
    return pieces


def _parts(word: str) -> list[str]:
    """A word cut beside its wide characters, marks kept with what they belong to."""
    if word.isascii():
        return [word]
    parts: list[str] = []
    for char in word:
        joined = parts and (
            char.isspace() or char in _NO_LINE_BEGINS_WITH or parts[-1][-1] in _NO_LINE_ENDS_WITH
            or (_columns(char) < 2 and _columns(parts[-1][-1]) < 2 and not parts[-1][-1].isspace()
                and (parts[-1][-1] not in _NO_LINE_BEGINS_WITH or (
                    char.isdigit() and parts[-1][-1] in _INSIDE_A_NUMBER)))
        )
        if joined:
            parts[-1] += char
        else:
            parts.append(char)
    return parts


def _cut(text: str, width: int) -> list[str]:
    """A word that has no room on any line, cut where it must be."""
    cut: list[str] = []
    for char in text:
        if cut and width_of(cut[-1]) + _columns(char) <= width:
            cut[-1] += char
        else:
            cut.append(char)
    return cut
