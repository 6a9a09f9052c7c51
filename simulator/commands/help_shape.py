"""``--help`` in the columns of a terminal: a line to be typed stays one that can be typed.

The parser breaks lines behind any hyphen, also inside an option.  Here no word is broken, and an
example that is too long for a line goes on behind a backslash, as a shell reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from simulator.report.wrap import WIDTH, filled, width_of, wrapped

EXAMPLE = re.compile(r"( +\S.*?)(?: {4}([(（].*[)）]))?")  # a line to be typed, and what it is
_WORD = re.compile(r"(?:'[^']*'|\"[^\"]*\"|\S)+")  # of a shell: what is quoted belongs together
_WIDEST_NAME = 30
_GAP = 2
_MORE = " \\"  # the line goes on


def commands_in(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """A command of the parser and all below it, each with its names."""
    yield path, command
    for name, each in getattr(command, "commands", {}).items():
        yield from commands_in(each, (*path, name))


def shape(command: Any, formatter: type[Columns] | None = None) -> None:
    """Give a command of the parser, and all below it, a formatter that breaks nothing."""
    for _, each in commands_in(command):
        context = each.context_class
        each.context_class = type("Context", (context,), {"formatter_class": type(
            "Formatter", (formatter or Columns, context.formatter_class), {})})


def example_lines(text: str, width: int) -> list[str]:
    r"""The lines of an example, with its indent; an option stands beside its value.

    >>> example_lines("  daozhang relay --tls-key relay.key    (with TLS)", 30)
    ['  daozhang relay \\', '    --tls-key relay.key', '    (with TLS)']
    """
    whole = EXAMPLE.fullmatch(text)
    if width_of(text) <= width or whole is None:
        return [text]
    typed, behind = whole.groups()
    indent = " " * (len(typed) - len(typed.lstrip()))
    lines, line = [], indent
    words = list(_beside_their_options(_WORD.findall(typed)))
    if max(map(width_of, words)) > width - width_of(indent) - _GAP - len(_MORE):
        return wrapped(text.lstrip(), width, indent)  # a message in hex: no line has room for it
    for at, word in enumerate(words):
        room = width - (0 if at == len(words) - 1 else len(_MORE))
        if line.strip() and width_of(line) + 1 + width_of(word) > room:
            lines.append(line + _MORE)
            line = indent + " " * _GAP
        line += (" " if line.strip() else "") + word
    if behind and width_of(line) + 4 + width_of(behind) <= width:
        return [*lines, f"{line}    {behind}"]
    return [*lines, line, *([f"{indent}  {behind}"] if behind else [])]


def _beside_their_options(words: list[str]) -> Iterator[str]:
    option = ""
    for word in words:
        if option and word.startswith("-"):
            yield option
            option = ""
        if word.startswith("--"):
            option = word
        else:
            yield f"{option} {word}".lstrip()
            option = ""
    if option:
        yield option


class Columns:
    """What the formatter of the parser does; stands in front of it."""

    current_indent: int
    width: int

    def write(self, string: str) -> None:
        """Of the parser's formatter, which stands behind this one."""
        super().write(string)  # type: ignore[misc]

    def write_text(self, text: str) -> None:
        """Paragraphs, each with its own indent."""
        for number, paragraph in enumerate(re.sub(r"(?<=\S)[ \t]*\n[ \t]*(?=\S)", " ", text).split("\n\n")):
            if number:
                self.write("\n")
            words = paragraph.lstrip()
            indent = self.current_indent + len(paragraph) - len(words)
            if indent > self.current_indent:
                for line in example_lines(" " * indent + words, self.columns):
                    self.write(line + "\n")
            else:
                self._lines(words, " " * indent, indent)

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = _WIDEST_NAME, col_spacing: int = _GAP) -> None:
        """Names and what they are."""
        width = min(max((width_of(name) for name, _ in rows), default=0), col_max) + col_spacing
        for name, text in rows:
            head = " " * self.current_indent + filled(name, width)
            again = self.current_indent + width
            if width_of(name) > width - col_spacing:
                self.write(head.rstrip() + "\n")
                head = " " * again
            self._lines(self.option(text), head, again)

    def option(self, text: str) -> str:
        """What is told of an option."""
        return text

    @property
    def columns(self) -> int:
        """How wide a line may be."""
        return min(self.width, WIDTH)

    def _lines(self, text: str, head: str, again: int) -> None:
        for line in wrapped(text, self.columns, head, " " * again):
            self.write(line + "\n")
