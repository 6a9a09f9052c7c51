"""Each sentence has an example that it alone says, and some feature that says it, in both languages."""

from __future__ import annotations

from itertools import pairwise, product
from pathlib import Path

import pytest
from behave.parser import parse_file

from hil.gherkin.finding import found
from hil.gherkin.nearest import nearest
from hil.gherkin.topics import SENTENCES, matches

FEATURES = Path(__file__).parents[2] / "features"
LANGUAGES = ("en", "zh")


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda each: each.does.__name__)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_example_is_said_by_its_sentence_alone_and_its_values_are_read(sentence, language):
    for kind, short in product(sentence.kinds, (False, True)):
        example = sentence.pattern(language).example(language, short=short)
        found = matches(example, kind)
        assert [each.does for each, _, _ in found] == [sentence.does], example
        [(_, pattern, given)] = found
        for name, text in given.items():
            pattern.fields[name].read(text)


def test_both_languages_of_a_sentence_have_the_same_values():
    for each in SENTENCES:
        assert set(each.en.fields) == set(each.zh.fields), each.en.text


def test_every_sentence_is_said_by_some_feature_in_both_languages():
    said = {
        (found.does.__qualname__, found.does.__module__, language)
        for path in FEATURES.rglob("*.feature")
        for scenario in parse_file(str(path)).walk_scenarios() for step in scenario.all_steps
        for found, _, _ in matches(step.name, step.step_type)
        for language in (("zh",) if ".zh-CN." in path.name else ("en",))
    }
    never = [
        (each.pattern(language).text, language) for each in SENTENCES for language in LANGUAGES
        if (each.does.__qualname__, each.does.__module__, language) not in said
    ]
    assert never == []


def test_a_topic_stands_in_one_piece():
    topics = [each.topic for each in SENTENCES]
    assert len(set(topics)) == sum(before != behind for before, behind in pairwise([*topics, None]))


@pytest.mark.parametrize(("text", "kind", "sentence"), [
    ("the merchant sels for ¥68.00", "when", "the merchant sells for ¥68.00"),
    ("the settlement is token", "then", "the settlement is taken"),
    ("商户做一笔68.00元消费", "when", "商户做一笔68.00元的消费"),
    ("结算成攻", "then", "结算成功"),
    ("customer Li has 432.00 left on card", "then", "the customer has ¥68.00 left on the card"),
])
def test_a_mistyped_step_is_near_to_what_was_meant(text, kind, sentence):
    assert any(each.startswith(sentence) for each in nearest(text, kind))


def test_a_word_finds_its_sentences_in_either_language():
    assert {each.sentence.does for each in found("refund")} >= {each.sentence.does for each in found("对这笔消费退货")}
    assert found("nonsense") == []
