"""Everything that a person reads, in English and Chinese: a message is a row of a table, never a text alone.

A room keeps its rows in a module of its own; codes, names and numbers are the facts of a row and are
the same in both languages.  What goes into a file says both (:meth:`Message.both`); what is said to
whoever started this process is said in its language (:meth:`Message.say`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Literal, NamedTuple, get_args

import msgspec

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
VARIABLE = "DAOZHANG_LANG"  # in the environment: the language where no --lang says otherwise


class Told(NamedTuple):
    """One text in both languages."""

    en: str
    zh: str

    def say(self, language: Language | None = None) -> str:
        """The text in a language, by itself in that of this process."""
        return self.en if (language or spoken()) == "en" else self.zh


class Message(msgspec.Struct, frozen=True, gc=False):
    """One row: its code and its text in both languages, with the same facts in braces.

    >>> row = Message("no_file", "{name}: no such file", "{name}：没有这个文件")
    >>> row.both(name="day.toml").zh
    'day.toml：没有这个文件'
    """

    code: str
    en: str
    zh: str

    def both(self, **facts: object) -> Told:
        """The text in both languages; a fact that is itself told in both is said in each."""
        return Told(
            self.en.format_map({name: _in("en", fact) for name, fact in facts.items()}),
            self.zh.format_map({name: _in("zh", fact) for name, fact in facts.items()}),
        )

    def say(self, **facts: object) -> str:
        """The text in the language of this process."""
        return self.both(**facts).say()


_NUMBER = re.compile(r"\[([^|\]]*)\|([^\]]*)\]")


def fitting(text: str, count: int) -> str:
    """An English text with, of each ``[one|many]``, the form that fits a number.

    >>> fitting("{n} [day|days]", 1), fitting("{n} [day|days]", 0)
    ('{n} day', '{n} days')
    """
    form = 1 if count == 1 else 2
    return _NUMBER.sub(lambda found: found[form], text)


_FACT = re.compile(r"\\\{([a-z0-9_]+)\\\}")
_APART = "; "  # parts of an English text, each a row of its own
_PLACE = ": "  # behind a place: a file, an option, a field
_NO_PLACE = "(?:(?!; |: ).)+?"  # a fact that ends before the next part and behind no place
_NO_PART = "(?:(?!; ).)+?"
_ANY_FACT = re.compile(r"\{[a-z0-9_]+\}")
_OF_ANOTHER = "error"  # a fact that may be a text of another's, known again by itself


class Heard:
    """Rows by which what was said in English is known again, whole or part by part.

    For what others say, a library or a process at a port, and for checks that say one text out of
    several parts.  What stands behind a place is known without it.  What has no row stays as it was
    said.

    >>> heard = Heard(Message("none", "no card {given}", "没有卡 {given}"))
    >>> with speaking("zh"):
    ...     heard.say("day.toml: no card x; allowed: y")
    'day.toml：没有卡 x；allowed: y'
    """

    def __init__(self, *rows: Message) -> None:
        self._rows = rows

    @cached_property
    def _first(self) -> list[Message]:
        """What says more goes before.  Made when something is heard: in English nothing ever is."""
        return sorted(self._rows, key=lambda row: -len(_ANY_FACT.sub("", row.en)))

    @cached_property
    def _near(self) -> tuple[tuple[re.Pattern[str], Message], ...]:
        return tuple((_pattern(row, _NO_PLACE), row) for row in self._first)

    @cached_property
    def _wide(self) -> tuple[tuple[re.Pattern[str], Message], ...]:
        return tuple((_pattern(row, _NO_PART), row) for row in self._first)

    def say(self, text: str) -> str:
        """The text in the language of this process."""
        return text if spoken() == "en" else self._chinese(text)

    def _chinese(self, text: str) -> str:
        whole = self._known(text)
        if whole is not None:
            return whole
        parts = text.split(_APART)
        known = [self._known(part) for part in parts]
        if not any(known):
            return text
        return "；".join(part if told is None else told for part, told in zip(parts, known, strict=True))

    def _known(self, part: str) -> str | None:
        if (told := self._row_of(part, self._near)) is not None:
            return told
        at = part.find(_PLACE)
        while at >= 0 and _APART not in part[:at]:
            if (told := self._row_of(part[at + len(_PLACE):], self._near)) is not None:
                place = part[:at]
                return f"{place if (known := self._known(place)) is None else known}：{told}"
            at = part.find(_PLACE, at + 1)
        return self._row_of(part, self._wide)

    def _row_of(self, part: str, rows: tuple[tuple[re.Pattern[str], Message], ...]) -> str | None:
        for pattern, row in rows:
            if found := pattern.fullmatch(part):
                facts = found.groupdict()
                if _OF_ANOTHER in facts:
                    facts[_OF_ANOTHER] = self._chinese(facts[_OF_ANOTHER])
                return row.both(**facts).zh
        return None


def _pattern(row: Message, fact: str) -> re.Pattern[str]:
    """A fact goes no further than it may, but for what another says of an error."""
    return re.compile(_FACT.sub(
        lambda found: f"(?P<{found[1]}>{'.+' if found[1] == _OF_ANOTHER else fact})",
        re.escape(row.en)), re.DOTALL)


def _in(language: Language, fact: object) -> object:
    return fact.say(language) if isinstance(fact, Told) else fact


class _Process:
    """What language this process speaks: one for all its threads."""

    language: Language = "en"


def spoken() -> Language:
    """The language of this process."""
    return _Process.language


def speak(language: Language) -> None:
    """From now on speak a language."""
    _Process.language = language


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Speak a language for a while."""
    before = spoken()
    speak(language)
    try:
        yield
    finally:
        speak(before)


def language_named(given: str) -> Language | None:
    """The language of a name; None where there is none."""
    return next((each for each in LANGUAGES if each == given), None)


def language_of_environment() -> Language:
    """What the environment asks for; English where it asks for nothing that is known."""
    return language_named(os.environ.get(VARIABLE, "")) or "en"
