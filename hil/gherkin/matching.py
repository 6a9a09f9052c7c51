"""Our sentences as step definitions of behave: read in their plain form, played on the context's stage."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import Parameter, signature
from typing import Any

from behave.matchers import Match, Matcher
from behave.model_type import Argument
from behave.runner import the_step_registry as registry  # behave replaces that of its own module

from hil.benches.bench_words import OF_BENCH
from hil.control.bench_error import BenchError
from hil.control.control import ControlError
from hil.control.live_words import OF_LIVE
from hil.gherkin.plain import plain
from hil.gherkin.references import Deal, Merchant
from hil.gherkin.sentences import Pattern, Sentence
from hil.gherkin.stage import Stage
from hil.gherkin.topics import SENTENCES
from hil.gherkin.wrong import WrongError, hold
from simulator.catalogue.language import Heard, Language, Told, speaking
from simulator.scenario.read import ScenarioError
from simulator.scenario.sayings import OF_CHECKS, OF_READING, OF_VALUES

Rows = list[list[str]]
_UNDERSTOOD: dict[str, Any] = {"merchant": Merchant(), "deal": Deal()}


class SentenceMatch(Match):  # type: ignore[misc]
    """A step that says one of our sentences."""

    def __init__(self, sentence: Sentence, pattern: Pattern, given: dict[str, str], said: str) -> None:
        super().__init__(sentence.does, list(_shown(given, said)))
        self.sentence = sentence
        self.pattern = pattern
        self.given = given

    def values(self) -> dict[str, Any]:
        """The values as read; ``WrongError`` for one that is none."""
        return {name: self.pattern.fields[name].read(text) for name, text in self.given.items()}

    def _understood(self) -> dict[str, Any]:
        """What another wording leaves out and the sentence needs: the merchant that there is, the last sale."""
        needed = signature(self.sentence.does).parameters
        return {
            name: value for name, value in _UNDERSTOOD.items()
            if name in needed and needed[name].default is Parameter.empty and name not in self.given}

    def run(self, context: Any) -> None:
        """Play it; whatever is wrong is one sentence in the language of the feature."""
        stage: Stage = context.stage
        try:
            if stage.problem is not None:
                raise_told(stage.problem)
            values = {**self._understood(), **self.values()}
            table = rows_of(context.table)
            hold(table or not self.sentence.needs_table, "a table is missing below this step, such as | name | value |",
                 "这一步下面缺少表格，如 | 名称 | 值 |")
            hold(self.sentence.takes_table or not table, "this sentence takes no table", "这一句不带表格")
            if self.sentence.takes_table:
                values["table"] = table
            with context.use_with_user_mode():
                self.sentence.does(stage, **values)
            if stage.closing is not None and (problem := stage.closing(stage)) is not None:
                raise_told(problem)
        except WrongError as wrong:
            raise AssertionError(wrong.told.say(stage.language)) from None
        except (ControlError, ScenarioError, BenchError) as error:
            raise AssertionError(heard(f"{error}", stage.language)) from None


def heard(text: str, language: Language) -> str:
    """What a scenario, a host or a process refused, in a language."""
    with speaking(language):
        return Heard(*OF_LIVE, *OF_BENCH, *OF_READING, *OF_CHECKS, *OF_VALUES).say(text)


def _shown(given: dict[str, str], said: str) -> Iterator[Argument]:
    """Where values stand in a step as it was typed, for whoever highlights them; one written otherwise is not."""
    at = 0
    for name, text in given.items():
        if (found := said.find(text, at)) >= 0:
            at = found + len(text)
            yield Argument(found, at, text, text, name)


class SentenceMatcher(Matcher):  # type: ignore[misc]
    """One sentence in one language."""

    NAME = "daozhang"

    def __init__(self, sentence: Sentence, pattern: Pattern, step_type: str) -> None:
        super().__init__(sentence.does, pattern.text, step_type)
        self.sentence = sentence
        self._pattern = pattern

    def compile(self) -> SentenceMatcher:
        """A pattern that cannot be one is found at once."""
        _ = self._pattern.regex
        return self

    def check_match(self, step_text: str) -> list[Argument] | None:
        """The values where a step says this."""
        found = self.match(step_text)
        return None if found is None else found.arguments

    def match(self, step_text: str) -> SentenceMatch | None:
        """The match where a step says this."""
        given = self._pattern.match(plain(step_text))
        return None if given is None else SentenceMatch(self.sentence, self._pattern, given, step_text)


def raise_told(told: Told) -> None:
    """What is wrong, in both languages."""
    raise WrongError(told.en, told.zh)


def rows_of(table: Any) -> Rows:
    """The rows of a table, its first one included; whether that is a heading is the sentence's business."""
    if table is None:
        return []
    return [[plain(cell) for cell in row] for row in (table.headings, *(each.cells for each in table.rows))]


def install() -> None:
    """Make all sentences known to behave, once."""
    if any(isinstance(each, SentenceMatcher) for each in registry.steps["given"]):
        return
    for sentence in SENTENCES:
        for kind in sentence.kinds:
            for pattern in sentence.patterns:
                registry.steps[kind].append(SentenceMatcher(sentence, pattern, kind).compile())
