"""``daozhang steps WORD`` finds every sentence that the word, or what it stands for, can say; each example is understood."""

from __future__ import annotations

import random
import re
import tomllib
from collections import defaultdict
from importlib.resources import files

import pytest
import typer
from typer.testing import CliRunner

from hil.commands import steps
from hil.gherkin.finding import example_with, found, sentences_found, values_found
from hil.gherkin.nearest import nearest
from hil.gherkin.reading import readings
from hil.gherkin.sentences import Pattern
from hil.gherkin.topics import SENTENCES
from hil.gherkin.wordings import name_of
from simulator.commands.inputs import InputError
from tests.features.test_other_wordings import _said

_FIELD = re.compile(r"\{\w+:\w+\}")
_LITTLE = {"the", "for", "and", "has", "was", "are", "that", "its", "his", "her", "with", "have", "been", "our"}


def _content_words(pattern: Pattern) -> set[str]:
    """What stands in a wording between its values: words of three letters and more, pieces of Chinese of two signs and more."""
    text = _FIELD.sub("|", pattern.text)
    return {each for each in re.findall("(?<![a-z0-9])[a-z]{3,}(?![a-z0-9])", text.lower()) if each not in _LITTLE} | set(re.findall("[\u3400-\u9fff]{2,}", text))


def _said_by_concept() -> dict[str, set[str]]:
    """Each word of concepts.toml, and the sentences that one of the words of its concept is needed for."""
    def rows(name: str) -> dict[str, object]:
        return tomllib.loads(files("hil.gherkin").joinpath(name).read_text("utf-8"))

    words = {**rows("concepts.toml")["words"], **rows("meanings.toml").get("words", {})}  # type: ignore[dict-item]
    needing: dict[str, set[str]] = defaultdict(set)
    for row in [*rows("concepts.toml").get("meaning", []), *rows("meanings.toml")["meaning"]]:  # type: ignore[misc,attr-defined]
        for concept in " ".join(row["needs"]).split():
            needing[concept].add(row["of"])
    said: dict[str, set[str]] = defaultdict(set)
    for concept, text in words.items():
        for word in filter(None, (each.strip().removesuffix("~") for each in re.split("[;\n]", text))):
            said[word] |= needing[concept]
    return said


def test_every_wording_is_found_by_each_of_its_words():
    by_word: dict[str, set[str]] = defaultdict(set)
    for each in SENTENCES:
        for pattern in each.patterns:
            for word in _content_words(pattern):
                by_word[word].add(name_of(each))
    assert len(by_word) > 1000
    assert {word: left for word, names in by_word.items() if (left := names - sentences_found(word))} == {}


def test_every_clause_of_concepts_is_found_by_each_word_that_says_what_it_needs():
    said = _said_by_concept()
    assert len(said) > 1000
    assert {word: left for word, names in said.items() if (left := names - sentences_found(word))} == {}


def test_every_example_is_understood_as_the_sentence_below_which_it_stands():
    wrong = []
    wordings = [(each, pattern) for each in SENTENCES for pattern in each.patterns]
    for place, (each, pattern) in enumerate(wordings):
        words = sorted(_content_words(pattern))
        text = example_with(pattern, words and [words[place % len(words)]])  # one of its words, another in each wording
        read = readings(text, each.kinds[-1])
        if [one.clauses[-1].sentence.does for one in read] != [each.does] or not read[0].is_readable:
            wrong.append((text, name_of(each)))
    assert wrong == []


@pytest.mark.parametrize(("word", "example"), [
    ("firewall", 'the fault "network.firewall_blocked" strikes'), ("死机", '发生故障"terminal.hung"'),
    ("router", 'the merchant takes the remedy "restart_router"'), ("二维码", ""), ("the clerk signs off", ""), ("Weixin", "the customer pays ¥68.00 with Weixin"),
])
def test_faults_remedies_values_and_whole_steps_are_found(word, example):
    rows = found(word)
    assert rows
    assert not example or any(text.startswith(example) for each in rows for text in each.also)
    for each in rows:
        for text in each.also:
            assert [one.clauses[-1].sentence.does for one in readings(text, each.sentence.kinds[-1])] == [each.sentence.does], text


def test_a_day_is_found_as_a_moment_and_nonsense_as_nothing():
    assert [each.name.en for each in values_found("Thursday")] == ["moment"]
    assert values_found("nonsense") == []
    app = typer.Typer()
    steps.register(app)
    shown = CliRunner().invoke(app, ["Thursday"])
    assert (shown.exit_code, shown.output.startswith("Values")) == (0, True)
    assert isinstance(CliRunner().invoke(app, ["nonsense"]).exception, InputError)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_another_wording_with_a_word_that_nobody_knows_is_led_to_its_sentence(language):
    draw = random.Random(language)
    missed, looked = [], 0
    for place, each in enumerate(SENTENCES):
        wordings = [other for other in each.others if bool(re.search("[\u3400-\u9fff]", other.text)) is (language == "zh")]
        if place % 5 or not wordings:
            continue
        said = _said(draw.choice(wordings), draw) + (" in blue" if language == "en" else "蓝色")
        if readings(said, each.kinds[-1]):
            continue  # the word stands in a value, which is told as none
        looked += 1
        if not {each.pattern(language).example(language, short=short) for short in (False, True)} & set(nearest(said, each.kinds[-1])):
            missed.append((said, name_of(each)))
    assert missed == []
    assert looked > 20
