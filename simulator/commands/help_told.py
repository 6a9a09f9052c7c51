"""``--help`` in Chinese: the tree of commands with its texts replaced, and columns for wide characters.

The parser makes its help in English; where Chinese is spoken, every command of the tree is given its
words from the table, and the formatter that breaks nothing its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from simulator.commands.help_shape import Columns, commands_in, shape
from simulator.commands.help_words import BEHIND, HEADINGS, WORDS

_TYPED = re.compile(r"( +\S.*?)(?: {4}\((.*)\))?")  # an example: a line to be typed, and what it is
_NAMES = re.compile(r"(?<=: )[^:]*(?=\.$)")  # a list that is made of what there is
_EXTRA = re.compile(r"  \[([^\[\]]*)\]$")  # behind the help of an option


def texts_of(command: Any) -> Iterator[str]:
    """Every text of a command's help, in paragraphs."""
    for text in (command.short_help, command.epilog, *(command.help or "").split("\n\n")):
        if text and text.strip():
            yield text.rstrip()
    for parameter in command.params:
        if text := getattr(parameter, "help", None):
            yield text


def in_chinese(text: str) -> str | None:
    """A paragraph of a help in Chinese; None where it has no row.

    >>> in_chinese("  daozhang run x.toml    (a terminal built wrong)")
    '  daozhang run x.toml    （有意做错的终端）'
    """
    if text in WORDS:
        return WORDS[text]
    if example := _TYPED.fullmatch(text):
        typed, behind = example.groups()
        if behind is None:
            return typed
        return f"{typed}    （{BEHIND[behind]}）" if behind in BEHIND else None
    if (names := _NAMES.search(text)) is not None:
        row = WORDS.get(_NAMES.sub("{names}", text))
        return None if row is None else row.format(names=names[0])
    return None


def tell_in_chinese(command: Any) -> None:
    """Give a command of the parser, and all below it, their help in Chinese."""
    shape(command, _InChinese)
    for _, each in commands_in(command):
        each.help = "\n\n".join(map(_told, (each.help or "").split("\n\n")))
        each.short_help = _told(each.short_help or "")
        each.epilog = _told(each.epilog or "")
        for parameter in each.params:
            if text := getattr(parameter, "help", None):
                parameter.help = _told(text)


def _told(text: str) -> str:
    return text if not text.strip() else in_chinese(text.rstrip()) or text


class _InChinese(Columns):
    """Names, headings and lines in Chinese."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The first line."""
        del prefix
        for english, chinese in HEADINGS.items():
            args = args.replace(english, chinese)
        self._lines(args, f"{HEADINGS['Usage: ']}{prog} ", 6)

    def write_heading(self, heading: str) -> None:
        """The heading of a section."""
        self.write(f"{' ' * self.current_indent}{HEADINGS.get(heading, heading)}：\n")

    def option(self, text: str) -> str:
        """What is told of an option."""
        return _EXTRA.sub(_extra, _option(text))


def _option(text: str) -> str:
    """The parser's own ``--help`` is made when it is shown."""
    return WORDS.get(text, text)


def _extra(found: re.Match[str]) -> str:
    facts = [
        "必填" if fact == "required" else fact.replace("default: ", "默认：").replace("env var: ", "环境变量：")
        for fact in found[1].split("; ")
    ]
    return f"（{'；'.join(facts)}）"
