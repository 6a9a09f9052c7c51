"""The sentences nearest to a step that nobody knows: by its words in any wording of theirs, rare ones first, by its letters, and by what its words stand for."""

from __future__ import annotations

import difflib
import re
from functools import cache
from math import log

from hil.gherkin.finding import example_with, texts
from hil.gherkin.lexicon import WHO, heard, meanings, says_nothing
from hil.gherkin.plain import plain
from hil.gherkin.sentences import Sentence
from hil.gherkin.topics import SENTENCES
from hil.gherkin.wordings import name_of
from simulator.catalogue.language import Language

_VALUES = re.compile(r'"[^"]*"|¥?\d[\d.,:%-]*')
_CJK = re.compile("[\u3400-\u9fff]")
HOW_MANY = 3
LEAST_LIKE = 0.35
_BY_WORDS, _BY_LETTERS = 20, 8  # sentences that are looked at closely
_LITTLE = 0.3  # what words tell that say nothing of their own
_BY_MEANING = 1.5  # what words stand for tells more than how they are written
_ENOUGH = 6.0  # as much as two needs that few meanings have


@cache
def _shapes(kind: str, language: Language) -> dict[str, tuple[str, Sentence]]:
    """What sentences look like without their values, an example of each, and which it is."""
    return {
        _shape(example): (example, each)
        for each in SENTENCES if kind in each.kinds
        for short in (False, True)
        for example in (each.pattern(language).example(language, short=short),)
    }


def _shape(text: str) -> str:
    return _VALUES.sub("#", plain(text)).lower()


def _pieces(shape: str) -> list[str]:
    """What a text is compared by: words, and pairs of Chinese signs."""
    pairs = [run[at:at + 2] for run in re.findall("[\u3400-\u9fff]{2,}", shape) for at in range(len(run) - 1)]
    return list(dict.fromkeys([*re.findall("[a-z]{3,}", shape), *pairs]))


@cache
def _weight(piece: str) -> float:
    """How much a piece tells: the fewer sentences have it, the more."""
    having = sum(_has(text, piece) for text in texts().values())
    return log((len(texts()) + 1) / (having + 1)) * (_LITTLE if says_nothing(piece) else 1.0) if having else 0.0


def _has(text: str, piece: str) -> bool:
    return (piece if _CJK.search(piece) else f" {piece}") in text


def nearest(text: str, kind: str) -> list[str]:
    """Examples of the sentences that say most nearly what a step says, the best first."""
    language: Language = "zh" if _CJK.search(_VALUES.sub("", text)) else "en"
    shape = _shape(text)
    pieces = _pieces(shape)
    shapes = _shapes(kind, language)
    letters = {each: difflib.SequenceMatcher(None, shape, each).ratio() for each in shapes}
    of = {name_of(sentence): sentence for _, sentence in shapes.values()}
    whole = sum(map(_weight, pieces)) or 1.0
    words = {name: sum(_weight(each) for each in pieces if _has(texts()[name], each)) / whole for name in of}
    by_letters: dict[str, float] = {}
    for each, (_, sentence) in shapes.items():
        by_letters[name_of(sentence)] = max(letters[each], by_letters.get(name_of(sentence), 0.0))
    looked_at = {*sorted(of, key=lambda name: -words[name])[:_BY_WORDS], *sorted(of, key=lambda name: -by_letters[name])[:_BY_LETTERS]}
    meant = _by_meaning(plain(text), kind)
    looked_at |= meant.keys() & of.keys()
    likeness = {
        name: words[name] + max(by_letters[name], _wording_like(of[name], shape, pieces, language)) + _BY_MEANING * meant.get(name, 0.0)
        for name in of if name in looked_at}
    ranked = sorted(likeness, key=lambda name: -likeness[name])[:HOW_MANY]
    return [_example(name, shapes, letters) for name in ranked if likeness[name] > LEAST_LIKE]


def _by_meaning(said: str, kind: str) -> dict[str, float]:
    """How much of what the words of a step stand for a sentence is said by, 0 to 1, where all that it needs is there."""
    pieces = tuple(each for each in heard(said) if not each & WHO)  # who does it may be said of anything
    best: dict[str, float] = {}
    for row in meanings():
        needs = [frozenset(each.split()) for each in row.needs]
        if (row.kinds and kind not in row.kinds) or not _are_met(needs, pieces):
            continue
        told = {*row.may.split(), *(concept for need in needs for concept in need)}
        never = set(row.never.split())
        if any(each <= never for each in pieces):
            continue
        weights = [_rarity(each) for each in pieces]
        share = sum(weight for each, weight in zip(pieces, weights, strict=True) if each & told) / (sum(weights) or 1.0)
        needed = sum(max(_rarity(frozenset({concept})) for concept in need) for need in needs)
        best[row.of] = max(best.get(row.of, 0.0), share * min(1.0, needed / _ENOUGH))
    return best


def _are_met(needs: list[frozenset[str]], pieces: tuple[frozenset[str], ...]) -> bool:
    """Whether there is a piece of its own for each need."""
    open_pieces = list(pieces)
    for need in needs:
        piece = next((each for each in open_pieces if each & need), None)
        if piece is None:
            return False
        open_pieces.remove(piece)
    return True


@cache
def _rarity(concepts: frozenset[str]) -> float:
    """How much a piece tells by what it may stand for: the fewer meanings have a place for it, the more."""
    having = sum(any(concepts & {*need.split()} for need in row.needs) for row in meanings())
    return log((len(meanings()) + 1) / (having + 1)) if having else 0.0


def _wording_like(sentence: Sentence, shape: str, pieces: list[str], language: Language) -> float:
    """How like a step is to the wording of a sentence that it is most like, its words chosen where there is a choice."""
    said = (_shape(example_with(each, pieces)) for each in sentence.others if bool(_CJK.search(each.text)) is (language == "zh"))
    return max((difflib.SequenceMatcher(None, shape, each).ratio() for each in said), default=0.0)


def _example(name: str, shapes: dict[str, tuple[str, Sentence]], letters: dict[str, float]) -> str:
    """The example of a sentence, long or short, that a step is more like."""
    own = [shape for shape, (_, sentence) in shapes.items() if name_of(sentence) == name]
    return shapes[max(own, key=lambda shape: letters[shape])][0]
