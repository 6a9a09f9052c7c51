"""A sentence: what it says in each language, by one small pattern, and what is done.

In a pattern ``{amount:Money}`` is a value of a kind, ``[…]`` may be left out, ``(a|b)`` is one of
two.  The catalogue that is shown, the examples and the matching are made from the same rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from hil.gherkin.kinds import VALUES
from hil.gherkin.plain import plain
from hil.gherkin.value import Value
from hil.gherkin.wrong import WrongError
from simulator.catalogue.language import Language, Told

Kind = Literal["given", "when", "then"]
Does = Callable[..., None]
_FIELD = re.compile(r"\{(\w+):(\w+)\}")
_OPTIONAL = re.compile(r"\[[^\[\]]*\]")
_TOKEN = re.compile(r"(\{\w+:\w+\})|([\[\]()|])|([^\[\]()|{}]+)")
_SYNTAX = {"[": "(?:", "]": ")?", "(": "(?:", ")": ")", "|": "|"}


_IDS = {  # codes and names of the program, the same in both languages
    "clerk": '"02"', "password": '"1234"', "version": '"31200000"', "mode": '"network.delay"', "watched": '"payout_returned"',
    "remedy": '"restart_terminal"', "warning": '"bad_mac"', "daily": "22:30",
}
NAMED: dict[str, Told] = {  # examples by what they name, where a kind has more than one
    **{name: Told(text, text) for name, text in _IDS.items()},
    "label": Told('"T1"', '"T1"'), "least": Told("¥0.10", "0.10元"), "cap": Told("¥20.00", "20.00元"), "plus": Told("¥0.10", "0.10元"),
    "sale": Told('"lunch"', '"午餐"'), "person": Told('"Li"', '"小李"'),
    "alarm": Told('"quiet"', '"冷清"'), "text": Told('"we are at it"', '"正在处理"'), "days": Told("2 days", "2天"), "held": Told("¥9,800.00", "9800.00元"),
}


@dataclass(frozen=True)
class Pattern:
    """One sentence in one language."""

    text: str

    @cached_property
    def fields(self) -> dict[str, Value]:
        """The values of it, by name."""
        return {name: VALUES[kind] for name, kind in _FIELD.findall(self.text)}

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """What matches it in the plain form."""
        return re.compile("".join(self._parts()), re.IGNORECASE)

    def _parts(self) -> Iterator[str]:
        is_chinese = bool(re.search("[\u3400-\u9fff]", self.text))
        for field, syntax, literal in _TOKEN.findall(self.text):
            if field:
                name, kind = _FIELD.fullmatch(field).groups()  # type: ignore[union-attr]
                yield f"(?P<{name}>{VALUES[kind].pattern})"
            elif syntax:
                yield _SYNTAX[syntax]
            elif is_chinese:
                yield re.escape(plain_literal(literal.replace(" ", "")))
            else:
                yield re.escape(literal)

    @cached_property
    def must(self) -> str:
        """The longest text that stands in every step of it, in small letters: looked for before the pattern is tried."""
        text = _FIELD.sub("\0", self.text)
        while (shorter := re.sub(r"\[[^\[\]()]*\]|\([^\[\]()]*\)", "\0", text)) != text:
            text = shorter
        closed = bool(re.search("[\u3400-\u9fff]", self.text))
        parts = (plain_literal(each.replace(" ", "")) if closed else each for each in text.split("\0"))
        return max(parts, key=len, default="").lower()

    def match(self, text: str) -> dict[str, str] | None:
        """The values in a step that is in its plain form; None where it says something else."""
        found = self.regex.fullmatch(text)
        return None if found is None else {
            name: value for name, value in found.groupdict().items() if value is not None}

    def can_read(self, given: dict[str, str]) -> bool:
        """Whether what stands for its values are values."""
        try:
            for name, text in given.items():
                self.fields[name].read(text)
        except WrongError:
            return False
        return True

    def example(self, language: Language, *, short: bool = False) -> str:
        """A step of it, all that may be left out included, or left out."""
        text = _OPTIONAL.sub("", self.text) if short else self.text
        text = _FIELD.sub(lambda found: self.value_of(found[1], language), text)
        while (shorter := re.sub(r"\(([^()|]*)(?:\|[^()]*)?\)", r"\1", text)) != text:
            text = shorter
        return text.replace("[", "").replace("]", "")

    def value_of(self, name: str, language: Language) -> str:
        """What stands for a value of it in an example."""
        return (NAMED.get(name) or self.fields[name].example).say(language)

    @property
    def shown(self) -> str:
        """The pattern as people read it."""
        return _FIELD.sub(lambda found: f"{{{found[1]}}}", self.text)


def plain_literal(text: str) -> str:
    """What a pattern says between its values, in the plain form; its end is not that of a sentence."""
    return plain(f"{text}x")[:-1]


@dataclass(frozen=True)
class Sentence:
    """One thing that can be said."""

    kinds: tuple[Kind, ...]
    en: Pattern
    zh: Pattern
    topic: Told
    does: Does
    takes_table: bool = False
    needs_table: bool = False
    others: tuple[Pattern, ...] = ()  # other wordings, in either language
    words: str = ""  # by which it is looked for, beside its own

    @cached_property
    def patterns(self) -> tuple[Pattern, ...]:
        """Every wording, in both languages."""
        return self.en, self.zh, *self.others

    def match(self, said: str) -> tuple[Pattern, dict[str, str]] | None:
        """The first wording that fits a step in its plain form with values that are some, and the values in it."""
        small = said.lower()
        fitting = [(pattern, found) for pattern in self.patterns if pattern.must in small and (found := pattern.match(said)) is not None]
        return next((each for each in fitting if each[0].can_read(each[1])), fitting[0] if fitting else None)

    def pattern(self, language: Language) -> Pattern:
        """It in a language."""
        return self.en if language == "en" else self.zh


SENTENCES: list[Sentence] = []


class Topic:
    """Decorators for the sentences of one topic."""

    def __init__(self, en: str, zh: str) -> None:
        self.name = Told(en, zh)

    def _of(self, kinds: tuple[Kind, ...], en: str, zh: str, table: str) -> Callable[[Does], Does]:
        def decorate(does: Does) -> Does:
            SENTENCES.append(Sentence(
                kinds, Pattern(en), Pattern(zh), self.name, does,
                takes_table=bool(table), needs_table=table == "needed"))
            return does
        return decorate

    def given(self, en: str, zh: str, table: str = "") -> Callable[[Does], Does]:
        """A situation."""
        return self._of(("given",), en, zh, table)

    def when(self, en: str, zh: str, table: str = "") -> Callable[[Does], Does]:
        """An act alone."""
        return self._of(("when",), en, zh, table)

    def happens(self, en: str, zh: str, table: str = "") -> Callable[[Does], Does]:
        """An act that may stand in a situation as well."""
        return self._of(("given", "when"), en, zh, table)

    def then(self, en: str, zh: str, table: str = "") -> Callable[[Does], Does]:
        """A claim."""
        return self._of(("then",), en, zh, table)


def matches(text: str, kind: str) -> list[tuple[Sentence, Pattern, dict[str, str]]]:
    """The sentences that a step says, each by its first wording that fits, with its values as written."""
    said = plain(text)
    return [
        (sentence, *found) for sentence in SENTENCES if kind in sentence.kinds
        if (found := sentence.match(said)) is not None]


__all__ = ["SENTENCES", "Pattern", "Sentence", "Topic", "matches"]
