"""No word that denies, counts, repeats or limits is passed over: a step with one more of them says something else."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import pytest

from hil.gherkin.reading import readings
from hil.gherkin.sentences import Pattern
from hil.gherkin.topics import SENTENCES
from tests.features.test_other_wordings import _said

_DENYING = {"en": ("not", "never", "no", "without", "cannot"), "zh": ("不", "没有", "未", "无")}
_LIMITING = {
    "en": ("twice", "again", "once more", "only", "in vain", "before", "after", "except"),
    "zh": ("两次", "再", "又", "只", "之前", "之后", "除了"),
}
_PARTS = 8
_CJK = re.compile("[\u3400-\u9fff]")


def _with(word: str, said: str, *, is_chinese: bool) -> Iterator[str]:
    """A step with a word at each place outside of names."""
    inside = {place for name in re.finditer('"[^"]*"', said) for place in range(name.start() + 1, name.end())}
    for place in range(len(said) + 1):
        if place in inside:
            continue
        if is_chinese and word == "除了" and said[:place].endswith("解"):
            continue  # that is the word 解除 and 了
        if is_chinese:
            yield f"{said[:place]}{word}{said[place:]}"
        elif place in {0, len(said)} or said[place] == " ":
            yield f"{said[:place]} {word} {said[place:].strip()}".strip()


def _read_as_before(pattern: Pattern, kind: str, words: tuple[str, ...], draw: random.Random) -> list[tuple[str, str]]:
    """Steps that say the same with one more of the words, which no wording of theirs has."""
    said = _said(pattern, draw)
    before = {each.effect for each in readings(said, kind) if each.is_readable}
    word = draw.choice(words)
    return [
        (said, changed) for changed in _with(word, said, is_chinese=bool(_CJK.search(pattern.text)))
        for each in readings(changed, kind)
        if each.is_readable and each.effect in before and not any(word in clause.pattern.text for clause in each.clauses)]


@pytest.mark.parametrize("part", range(_PARTS))
@pytest.mark.parametrize("words", [_DENYING, _LIMITING], ids=["denying", "limiting"])
def test_a_word_that_changes_the_meaning_is_never_passed_over(words, part):
    draw = random.Random(7)
    assert [
        found for sentence in SENTENCES[part::_PARTS] for pattern in (sentence.en, sentence.zh, *sentence.others[:1])
        for found in _read_as_before(
            pattern, sentence.kinds[0], words["zh" if _CJK.search(pattern.text) else "en"], draw)] == []


@pytest.mark.parametrize("said", [
    "the merchant does not settle", "the merchant never settles", "the merchant sells for ¥5.00 without a card",
    "the merchant sells for ¥5.00 twice", "the merchant sells for ¥5.00 in vain", "the merchant sells successfully for ¥5.00",
    "the merchant sells for ¥5.00 but does not settle", "the merchant settles before 18:00", "within 2 days the merchant settles",
    "another customer pays ¥5.00", "商户不结算", "商户没有结算", "商户不做5.00元的消费", "商户消费5.00元但不结算", "商户两次消费5.00元", "18:00之前商户结算",
    "另一位顾客支付5.00元", "商户又结算两次",
])
def test_an_act_that_is_denied_repeated_or_only_due_is_not_done(said):
    assert not [each for each in readings(said, "when") if each.is_readable]


@pytest.mark.parametrize(("filled", "bare", "kind"), [
    ("please settle", "settle", "when"), ("then the merchant settles", "the merchant settles", "when"),
    ("the merchant now settles", "the merchant settles", "when"), ("the merchant also settles", "the merchant settles", "when"),
    ("the merchant settles too", "the merchant settles", "when"), ("然后商户结算", "商户结算", "when"),
    ("商户现在结算", "商户结算", "when"), ("请商户结算", "商户结算", "when"), ("商户也结算", "商户结算", "when"),
    ("the customer has still paid nothing", "the customer has paid nothing", "then"),
])
def test_a_word_that_fills_up_changes_nothing(filled, bare, kind):
    assert {each.effect for each in readings(filled, kind)} == {each.effect for each in readings(bare, kind)}
