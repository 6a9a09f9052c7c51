"""Our sentences as step definitions of behave: read in their plain form, played on the context's stage."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from behave.matchers import Match, Matcher
from behave.model_type import Argument
from behave.runner import the_step_registry as registry  # behave replaces that of its own module

from hil.benches.bench_words import OF_BENCH
from hil.control.bench_error import BenchError
from hil.control.control import ControlError
from hil.control.live_words import OF_LIVE
from hil.gherkin.circumstances import in_order
from hil.gherkin.clauses import Clause, Reading
from hil.gherkin.pending import NOTHING, of_power
from hil.gherkin.plain import plain
from hil.gherkin.reading import NOBODY, readings
from hil.gherkin.sentences import Pattern, Sentence
from hil.gherkin.stage import Stage
from hil.gherkin.topics import SENTENCES
from hil.gherkin.wrong import WrongError, hold
from simulator.catalogue.language import Heard, Language, Message, Told, speaking
from simulator.scenario.read import ScenarioError
from simulator.scenario.sayings import OF_CHECKS, OF_READING, OF_VALUES

Rows = list[list[str]]
KINDS = ("given", "when", "then")


class SentenceMatch(Match):  # type: ignore[misc]
    """A step that says one of our sentences, or several as its clauses."""

    def __init__(self, readings: tuple[Reading, ...], said: str) -> None:
        self.readings = readings
        self.clauses = readings[0].clauses
        self.sentence = self.clauses[-1].sentence
        super().__init__(self.sentence.does, list(_shown(self.clauses[-1].given, said)))

    def values(self) -> dict[str, Any]:
        """The values as read, clause by clause; ``WrongError`` for one that is none, or for a step of two meanings."""
        if len(self.readings) > 1:
            raise WrongError(*_AMBIGUOUS.both(ways=" | ".join(each.told for each in self.readings)))
        return {name: value for each in self.clauses for name, value in each.values().items()}

    def run(self, context: Any) -> None:
        """Play it; whatever is wrong is one sentence in the language of the feature."""
        stage: Stage = context.stage
        try:
            if stage.problem is not None:
                raise_told(stage.problem)
            self.values()
            table = rows_of(context.table)
            takers = [each for each in self.clauses if each.sentence.takes_table]
            needs = any(each.sentence.needs_table for each in self.clauses)
            hold(table or not needs, "a table is missing below this step, such as | name | value |",
                 "这一步下面缺少表格，如 | 名称 | 值 |")
            hold(takers or not table, "this sentence takes no table", "这一句不带表格")
            hold(len(takers) <= 1 or not table, "two clauses of this step take a table: make two steps of it",
                 "这一步有两个分句都可带表格：请分成两步")
            with context.use_with_user_mode():
                early = {id(clause): rows for clause, rows in stage.meanwhile}
                clauses = (*(clause for clause, _ in stage.meanwhile), *self.clauses)
                for clause in in_order(clauses if stage.is_to_play else ()):
                    values = clause.all_values()
                    if clause.sentence.takes_table:
                        values["table"] = early.get(id(clause), table)
                    clause.sentence.does(stage, **values)
            if stage.closing is not None and (problem := stage.closing(stage)) is not None:
                raise_told(problem)
        except WrongError as wrong:
            dark = of_power(stage) if self.sentence.kinds == ("then",) else NOTHING
            raise AssertionError(wrong.told.say(stage.language) + dark.say(stage.language)) from None
        except (ControlError, ScenarioError, BenchError) as error:
            raise AssertionError(heard(f"{error}", stage.language)) from None


_AMBIGUOUS = Message(
    "ambiguous_step", "this step can mean two things: {ways}; say it in one way, or in two steps",
    "这一步有两种意思：{ways}；请换一种说法，或分成两步")


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
    """One sentence in one language, as the catalogue of steps shows it."""

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
        return None if given is None else SentenceMatch(
            (Reading((Clause(self.sentence, self._pattern, given),)),), step_text)


class ReadingMatcher(Matcher):  # type: ignore[misc]
    """All that steps of a kind can say: asked first, so that a step of two meanings is told."""

    NAME = "daozhang"
    names = NOBODY  # that the scenario introduces

    def __init__(self, step_type: str) -> None:
        super().__init__(_nothing, "", step_type)

    def compile(self) -> ReadingMatcher:
        """Its patterns are those of the sentences."""
        return self

    def check_match(self, step_text: str) -> list[Argument] | None:
        """The values where a step says something."""
        found = self.match(step_text)
        return None if found is None else found.arguments

    def match(self, step_text: str) -> SentenceMatch | None:
        """The match where a step says something."""
        found = readings(step_text, self.step_type, ReadingMatcher.names)
        return SentenceMatch(found, step_text) if found else None


def _nothing() -> None:
    """What a reading does stands in its clauses."""


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
    for kind in KINDS:
        registry.steps[kind].insert(0, ReadingMatcher(kind))
    for sentence in SENTENCES:
        for kind in sentence.kinds:
            for pattern in sentence.patterns:
                registry.steps[kind].append(SentenceMatcher(sentence, pattern, kind).compile())
