"""Where each key of a TOML text stands; the text itself was already read without complaint.

The standard reader tells values and no lines.  This one tells lines and no values.
"""

from __future__ import annotations

import re
import tomllib

Path = tuple[str | int, ...]

_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BLANK = re.compile(r"[ \t]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_BASIC = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_LITERAL = re.compile(r"'[^'\n]*'")
_LONG = re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}', re.DOTALL)
_PLAIN = re.compile(r"[^,\]}\n#]+")


def key_lines(text: str) -> dict[Path, int]:
    r"""The line, from 1, of each table, key and list entry, by its path.

    >>> key_lines('a = 1\n[[b]]\nc = [\n 2]')
    {('a',): 1, ('b', 0): 2, ('b',): 2, ('b', 0, 'c'): 3, ('b', 0, 'c', 0): 4}
    """
    return _Scan(text.replace("\r\n", "\n")).run()


def line_of(path: Path, lines: dict[Path, int]) -> int:
    """The line of the longest part of a path that the text has; 1 where it has none."""
    known: Path = ()
    for part in path:
        if (*known, part) in lines:
            known = (*known, part)
        elif not isinstance(part, int):  # one table where a list of them is allowed
            break
    return lines.get(known, 1)


class _Scan:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line = 1
        self._counts: dict[Path, int] = {}
        self._lines: dict[Path, int] = {}

    def run(self) -> dict[Path, int]:
        table: Path = ()
        self._take(_SPACE)
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._take(_SPACE)
        return self._lines

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        if match is None:
            raise ValueError(f"line {self._line}")
        self._line += match[0].count("\n")
        self._at = match.end()
        return match[0]

    def _next_is(self, mark: str) -> bool:
        if not self._text.startswith(mark, self._at):
            return False
        self._at += len(mark)
        return True

    def _note(self, path: Path) -> None:
        self._lines.setdefault(path, self._line)

    def _key(self) -> Path:
        parts: list[str | int] = []
        while True:
            self._take(_BLANK)
            first = self._text[self._at]
            if first == '"':
                parts.append(str(tomllib.loads(f"k = {self._take(_BASIC)}")["k"]))
            elif first == "'":
                parts.append(self._take(_LITERAL)[1:-1])
            else:
                parts.append(self._take(_BARE))
            self._take(_BLANK)
            if not self._next_is("."):
                return tuple(parts)

    def _header(self) -> Path:
        repeated = self._text.startswith("[[", self._at)
        self._at += 2 if repeated else 1
        parts = self._key()
        self._at += 2 if repeated else 1
        path: Path = ()
        for index, part in enumerate(parts):
            path = (*path, part)
            if repeated and index == len(parts) - 1:
                self._counts[path] = self._counts.get(path, 0) + 1
                self._note((*path, self._counts[path] - 1))
            self._note(path)
            if path in self._counts:
                path = (*path, self._counts[path] - 1)
        return path

    def _pair(self, table: Path) -> None:
        path = table
        line = self._line
        for part in self._key():
            path = (*path, part)
            self._lines.setdefault(path, line)
        self._next_is("=")
        self._take(_BLANK)
        self._value(path)

    def _value(self, path: Path) -> None:
        first = self._text[self._at]
        if self._text.startswith(('"""', "'''"), self._at):
            self._take(_LONG)
        elif first == '"':
            self._take(_BASIC)
        elif first == "'":
            self._take(_LITERAL)
        elif first == "[":
            self._list(path)
        elif first == "{":
            self._inline_table(path)
        else:
            self._take(_PLAIN)

    def _list(self, path: Path) -> None:
        self._at += 1
        index = 0
        self._take(_SPACE)
        while not self._next_is("]"):
            self._note((*path, index))
            self._value((*path, index))
            index += 1
            self._take(_SPACE)
            self._next_is(",")
            self._take(_SPACE)

    def _inline_table(self, path: Path) -> None:
        self._at += 1
        self._take(_SPACE)
        while not self._next_is("}"):
            self._pair(path)
            self._take(_SPACE)
            self._next_is(",")
            self._take(_SPACE)
