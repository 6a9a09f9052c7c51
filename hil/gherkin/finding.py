"""The sentences that a word finds: by how they are said, listed or not, by their values, by what the word stands for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from hil.gherkin.adverbs import adverb
from hil.gherkin.kinds import VALUES
from hil.gherkin.lexicon import STOP, TIME, concepts_of, meanings
from hil.gherkin.plain import plain
from hil.gherkin.reading import readings
from hil.gherkin.sentences import Pattern, Sentence
from hil.gherkin.topics import SENTENCES
from hil.gherkin.value import Value
from hil.gherkin.wordings import name_of
from hil.gherkin.wrong import WrongError
from simulator.catalogue.failures import catalogue
from simulator.catalogue.language import Language
from simulator.catalogue.places import Place
from simulator.catalogue.remedies import REMEDIES
from simulator.faults.modes import MODES

_CJK = re.compile("[\u3400-\u9fff]")
_WORDS = re.compile("[a-z0-9+&]+|[\u3400-\u9fff]+")
_INNERMOST = re.compile(r"\[([^\[\]()]*)\]|\(([^\[\]()]*)\)")
_FIELD = re.compile(r"\{(\w+):(\w+)\}")
_LEAST_STEP = 4  # characters: "商户结算"
_KINDS = ("given", "when", "then")
_SILENT = frozenset({STOP, TIME})
_READ = ("Moment", "Length", "Terms", "Wallet", "Percent", "Money")  # kinds of values that a word may be one of


class Found(NamedTuple):
    """A sentence, and examples in which the word stands where the sentence is listed in other words."""

    sentence: Sentence
    also: tuple[str, ...] = ()


def found(word: str) -> list[Found]:
    """The sentences that a word, or several, find; all for ""."""
    wanted = _words(plain(word))
    if not wanted:
        return [Found(each) for each in SENTENCES] if not word.strip() else []
    names = sentences_found(word)
    rows = []
    for each in SENTENCES:
        also = _named_in_catalogues(each, wanted, word)
        if also or name_of(each) in names:
            rows.append(Found(each, (*_example_with(each, wanted), *also)))
    return rows


def sentences_found(word: str) -> set[str]:
    """The sentences, by name, in which a word stands, or which are said by what it stands for."""
    wanted = _words(plain(word))
    said = {name for name, text in texts().items() if _all_stand(wanted, text)} | _by_concepts(word)
    return said or {name_of(each) for each in _read_as(word)}


def values_found(word: str) -> list[Value]:
    """The kinds of values that a word names, is one of, or stands in; all for ""."""
    wanted = _words(plain(word))
    if not wanted:
        return list(VALUES.values()) if not word.strip() else []
    return [
        each for kind, each in VALUES.items()
        if _all_stand(wanted, _normal(f"{each.name.en} {each.name.zh} {each.form.en} {each.form.zh} {' '.join(each.phrases)}"))
        or _is_one(kind, each, plain(word))]


def _is_one(kind: str, value: Value, text: str) -> bool:
    if kind not in _READ:
        return False
    if kind == "Moment" and adverb(text) is not None:
        return True
    try:
        value.read(text)
    except WrongError:
        return False
    return bool(re.fullmatch(value.pattern, text, re.IGNORECASE))


def _words(text: str) -> list[str]:
    return _WORDS.findall(text.lower())


def _normal(text: str) -> str:
    return " " + " ".join(_words(text))


def _stands(part: str, text: str) -> bool:
    """Whether a word begins in a text, or stands anywhere where words have no ends."""
    return (part if _CJK.search(part) else f" {part}") in text


def _all_stand(wanted: list[str], text: str) -> bool:
    return all(_stands(each, text) for each in wanted)


@cache
def texts() -> dict[str, str]:
    """What each sentence is found by, by its name."""
    return {name_of(each): _text(each) for each in SENTENCES}


def _text(sentence: Sentence) -> str:
    """All that a sentence is found by: its wordings, the names and phrases of its values, its topic, words of its row."""
    values = [VALUES[kind] for kind in sorted({kind for pattern in sentence.patterns for _, kind in _FIELD.findall(pattern.text)})]
    return _normal(" ".join((
        *(_FIELD.sub(" ", each.text) for each in sentence.patterns), *(text for each in values if each.phrases for text in (each.name.en, each.name.zh, *each.phrases)),
        sentence.topic.en, sentence.topic.zh, sentence.words, sentence.en.example("en"), sentence.zh.example("zh"), *sentence.kinds)))


def _example_with(sentence: Sentence, wanted: list[str]) -> tuple[str, ...]:
    """An example in which all the words stand; none where the listed sentence has them, or where they stand beside it alone."""
    if not _all_stand(wanted, texts()[name_of(sentence)]) or _all_stand(wanted, _normal(f"{sentence.en.example('en')} {sentence.zh.example('zh')}")):
        return ()
    said = (example_with(pattern, wanted) for pattern in sentence.patterns)
    return tuple(each for each in said if _all_stand(wanted, _normal(each)))[:1]


def _named_in_catalogues(sentence: Sentence, wanted: list[str], word: str) -> tuple[str, ...]:
    """The faults, or the remedies, whose words these are, each as a step."""
    is_chinese = bool(_CJK.search(word))
    if name_of(sentence) == "fault_steps.strikes":
        return tuple(
            f'发生故障"{row.id}"' if is_chinese else f'the fault "{row.id}" strikes' for row in catalogue().values()
            if row.id in MODES and Place.WORLD in MODES[row.id].places() and _all_stand(wanted, _normal(f"{row.id.replace('_', ' ')} {row.en} {row.zh} {row.text}")))
    if name_of(sentence) == "fault_steps.takes":
        return tuple(
            f'商户采取措施"{name}"' if is_chinese else f'the merchant takes the remedy "{name}"' for name, row in REMEDIES.items()
            if Place.WORLD in row.places and _all_stand(wanted, _normal(f"{name.replace('_', ' ')} {row.en} {row.zh}")))
    return ()


def example_with(pattern: Pattern, wanted: list[str]) -> str:
    """A step of a pattern with as many of the words as it can have, and nothing that it can do without."""
    language: Language = "zh" if _CJK.search(pattern.text) else "en"

    def count(text: str) -> int:
        return sum(_stands(each, _normal(text)) for each in wanted)

    def value(found: re.Match[str]) -> str:
        phrase = max(VALUES[found[2]].phrases, key=lambda each: (bool(_CJK.search(each)) is (language == "zh"), count(each)), default="")
        return phrase if count(phrase) else pattern.value_of(found[1], language)

    def chosen(found: re.Match[str]) -> str:
        if found[1] is not None:
            return found[1] if count(found[1]) else ""
        return max(found[2].split("|"), key=count)

    text, last = _FIELD.sub(value, pattern.text), ""
    while text != last:
        last, text = text, _INNERMOST.sub(chosen, text)
    return text


def _read_as(word: str) -> Iterator[Sentence]:
    """What the words are when they are a whole step."""
    if len(plain(word)) < _LEAST_STEP or (word.isalpha() and word.isascii()):
        return
    for kind in _KINDS:
        for reading in readings(word, kind):
            yield from (each.sentence for each in reading.clauses if each.pattern.text)


def _by_concepts(word: str) -> set[str]:
    """The sentences, by name, that are said by what each of the words stands for."""
    found: set[str] = set()
    for tokens in concepts_of(plain(word)):
        telling = [each for each in tokens if not each & _SILENT] or [rest for each in tokens if (rest := each - _SILENT)]
        for meaning in meanings() if telling else ():
            needs = frozenset(" ".join(meaning.needs).split())
            allowed = needs | frozenset(meaning.may.split())
            if all(each & allowed for each in telling) and any(each & needs for each in telling):
                found.add(meaning.of)
    return found
