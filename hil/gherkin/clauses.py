"""A clause: one sentence that a step says, with its values as written; a reading of a step is one clause or more."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from inspect import Parameter, signature
from typing import Any

from hil.gherkin.references import Customer, Deal, Merchant, Terminal
from hil.gherkin.sentences import Pattern, Sentence
from hil.gherkin.wrong import WrongError
from simulator.catalogue.language import Language

_CJK = re.compile("[\u3400-\u9fff]")

UNDERSTOOD: dict[str, Any] = {"merchant": Merchant(), "deal": Deal(), "customer": Customer(), "terminal": Terminal()}


@dataclass(frozen=True)
class Clause:
    """One sentence, the wording that fits, and what stands for its values."""

    sentence: Sentence
    pattern: Pattern
    given: dict[str, str]
    known: dict[str, Any] = field(default_factory=dict)  # values that another clause of the step says

    def values(self) -> dict[str, Any]:
        """The values as read; ``WrongError`` for one that is none."""
        return {**self.known, **{name: self.pattern.fields[name].read(text) for name, text in self.given.items()}}

    def all_values(self) -> dict[str, Any]:
        """These, and what a wording leaves out and the sentence needs: the merchant that there is, the last sale."""
        said = self.values()
        needed = signature(self.sentence.does).parameters
        return {
            **{name: value for name, value in UNDERSTOOD.items()
               if name in needed and needed[name].default is Parameter.empty and name not in said},
            **said}

    @property
    def language(self) -> Language:
        """That of the wording which fits."""
        return "zh" if _CJK.search(self.pattern.text) else "en"

    @property
    def is_readable(self) -> bool:
        """Whether each value is one."""
        try:
            self.values()
        except WrongError:
            return False
        return True

    @property
    def wrong(self) -> list[str]:
        """What stands for a value and is none."""
        return [text for name, text in self.given.items() if not self.pattern.can_read({name: text})]

    @property
    def effect(self) -> tuple[object, ...]:
        """What it does with what: two clauses of one effect say the same."""
        try:
            values = self.all_values()
        except WrongError:
            values = dict(self.given)
        return self.sentence.does.__module__, self.sentence.does.__qualname__, *sorted(
            (name, repr(value)) for name, value in values.items())


@dataclass(frozen=True)
class Reading:
    """What a step says: its clauses, in the order in which they are played."""

    clauses: tuple[Clause, ...]

    @property
    def effect(self) -> tuple[object, ...]:
        """What it does, clause by clause."""
        return tuple(each.effect for each in self.clauses)

    @property
    def told(self) -> str:
        """It in words, each clause by its first wording in the language of the one that fits."""
        return " + ".join(each.sentence.pattern(each.language).shown for each in self.clauses if each.pattern.text)

    @property
    def is_readable(self) -> bool:
        """Whether each value of each clause is one."""
        return all(each.is_readable for each in self.clauses)


def distinct(readings: Iterable[Reading]) -> list[Reading]:
    """One of each effect, the first ones."""
    return list({each.effect: each for each in reversed(list(readings))}.values())[::-1]
