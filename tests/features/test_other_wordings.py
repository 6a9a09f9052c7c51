"""Every other wording of a sentence means that sentence alone, and words find what they are about."""

from __future__ import annotations

import random
import re
from inspect import signature

import pytest

from hil.gherkin import shown
from hil.gherkin.clauses import Clause
from hil.gherkin.finding import found
from hil.gherkin.kinds import VALUES
from hil.gherkin.sayings import no_sentence
from hil.gherkin.sentences import NAMED, Does, Pattern
from hil.gherkin.topics import SENTENCES, matches
from hil.gherkin.wordings import all_wordings, name_of
from simulator.catalogue.language import Language

_FIELD = re.compile(r"\{(\w+):(\w+)\}")


def _said(pattern: Pattern, draw: random.Random) -> str:
    """One of the steps that a pattern allows."""
    language: Language = "zh" if re.search("[\u3400-\u9fff]", pattern.text) else "en"
    text, last = pattern.text, ""
    while text != last:
        last = text
        text = re.sub(r"\[([^\[\]()]*)\]", lambda found: found[1] if draw.random() < 0.5 else "", text)
        text = re.sub(r"\(([^()\[\]]*)\)", lambda found: draw.choice(found[1].split("|")), text)
    return _FIELD.sub(lambda found: (NAMED.get(found[1]) or VALUES[found[2]].example).say(language), text)


def _meant(text: str, kind: str) -> set[Does]:
    """What is done by the sentences that fit, with values that are some."""
    return {found[0].does for found in matches(text, kind) if Clause(*found).is_readable}


def test_a_wording_means_its_sentence_alone_and_has_no_other_values():
    draw = random.Random(1)
    wrong = [
        (text, sorted(found.__name__ for found in _meant(text, kind)))
        for each in SENTENCES for pattern in each.others for kind in each.kinds
        for text in {_said(pattern, draw) for _ in range(4)}
        if _meant(text, kind) != {each.does}]
    assert wrong == []
    assert not [pattern.text for each in SENTENCES for pattern in each.others
                if not set(pattern.fields) <= set(signature(each.does).parameters)]


def test_every_row_of_wordings_is_of_a_sentence():
    assert set(all_wordings()) <= {name_of(each) for each in SENTENCES}


@pytest.mark.parametrize(("word", "sentence"), [
    ("partial", "refunds"), ("posting", "dies_after_posting"), ("forced", "forced"), ("holiday", "due"),
    ("completion", "completes"), ("D+0", "paid"), ("封顶", "fee"), ("签购单", "receipt"), ("秒到", "paid"),
])
def test_a_word_of_the_field_finds_its_sentence(word, sentence):
    assert sentence in {each.sentence.does.__name__ for each in found(word)}


def test_a_word_that_is_near_to_nothing_says_where_all_are():
    assert "nearest" not in no_sentence("zzz")
    assert "daozhang steps" in no_sentence("zzz")


def test_an_example_names_a_clerk_as_a_clerk_and_a_time_of_day_as_one():
    shown_all = "\n".join(shown.lines(found(""), "en"))
    assert 'clerk "Corner Shop"' not in shown_all
    assert 'software "31200000"' in shown_all
    assert "settles every day at 22:30" in shown_all
    assert all(len(line) <= 80 for line in shown.forms("en"))


@pytest.mark.parametrize(("text", "kind"), [
    ("the customer pays ¥68.00 by card", "when"), ("the sale is voided", "when"), ("the merchant refunds ¥30.00", "when"),
    ("the next reply to a sale has a wrong MAC", "given"), ("the sale goes through", "then"),
    ("the merchant gets ¥99.40 by 2026-01-28 18:00", "then"), ("the customer is not charged", "then"),
    ("the settlement fails", "then"), ("the merchant does its end of day", "when"), ("the network is down for 10 minutes", "given"),
    ("顾客刷卡支付68元", "when"), ("商户退款30元", "when"), ("断网10分钟", "given"), ("撤销这笔消费", "when"), ("结算失败", "then"),
    ("到2026-01-28 18:00商户到账99.40元", "then"), ("顾客未被扣款", "then"), ("商户日终结算", "when"),
])
def test_what_a_qa_person_says_is_understood(text, kind):
    assert len({found.does for found, _, _ in matches(text, kind)}) == 1, text
