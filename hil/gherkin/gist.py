"""What a clause says by the concepts in it, in whatever order and with whatever words: a row of meanings.toml.

Every word of the clause must stand for something that the row has a place for; what denies, repeats or
limits is such a word.  Of several rows that fit, that which needs the most is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from inspect import signature

from hil.gherkin.clauses import UNDERSTOOD, Clause
from hil.gherkin.lexicon import STOP, TIME, WHO, Meaning, Token, meanings, rows
from hil.gherkin.sentences import Pattern, Sentence
from hil.gherkin.topics import SENTENCES
from hil.gherkin.wordings import name_of

_CJK = re.compile("[\u3400-\u9fff]")
_ALWAYS = {STOP, "person", "try", "place", "customer_word", "statement", "funds", "show", "weekday_only"}  # say nothing of their own
_PARAMETERS = {  # by concept: what it is to a sentence, its kind
    "money": ("amount", "Money"), "percent": ("percent", "Percent"), "length": ("length", "Length"), "merchant": ("merchant", "Merchant"),
    "terminal": ("terminal", "Terminal"), "customer": ("customer", "Customer"), "deal": ("deal", "Deal"), "reason": ("reason", "Reason"),
    "refusal": ("refusal", "Refusal"), "terms": ("terms", "Terms"), "wallet": ("wallet", "Wallet"), "because": ("reason", "Because"),
    "outcome": ("outcome", "Outcome"), "failure": ("failure", "Failure"), "paper": ("paper", "Paper"), "code": ("code", "Code"),
    "number": ("count", "Number"), "times": ("count", "Times"), "clerk_number": ("clerk", "Name"), "name": ("name", "Name"),
}
_MAY_BE_LEFT = {"number", "wallet", "percent", "name"}  # values that a row may let pass
_GENERIC = re.compile(r'"|\d|\b(?:one|two|three|first|second)\b', re.IGNORECASE)


@cache
def _sentences() -> dict[str, Sentence]:
    return {name_of(each): each for each in SENTENCES}


@lru_cache(8192)
def gists(said: str, kind: str) -> tuple[tuple[Clause, str], ...]:
    """The clauses that a text may be, each with the adverb of time that stands in it; "" for none."""
    fitting = [each for row in rows(said) for each in _meant(row, said, kind)]
    best = max((needs for _, _, needs in fitting), default=0)
    return tuple((clause, time) for clause, time, needs in fitting if needs == best)


def _meant(row: tuple[Token, ...], said: str, kind: str) -> Iterator[tuple[Clause, str, int]]:
    """The clauses that a row of tokens says, each with its time, and how much it needed."""
    times = [each for each in row if set(each.texts) == {TIME}]
    if len(times) > 1:
        return
    rest = tuple(each for each in row if each not in times)
    said_concepts = {concept for each in rest for concept in each.texts}
    for meaning in meanings():
        if not all(said_concepts & need for need in _needs(meaning.needs)):
            continue
        if _is_of(meaning, kind) and _tables(meaning, said) and (fit := _fit(meaning, rest, said)) is not None and fit.is_readable:
            yield fit, times[0].texts[TIME] if times else "", len(meaning.needs)


@cache
def _needs(needs: tuple[str, ...]) -> tuple[frozenset[str], ...]:
    """Of each of what a meaning needs, the concepts that are it."""
    return tuple(frozenset(each.split()) for each in needs)


def _is_of(meaning: Meaning, kind: str) -> bool:
    return kind in (meaning.kinds or _sentences()[meaning.of].kinds)


def _tables(meaning: Meaning, said: str) -> bool:
    """A step that ends with a colon has a table below it."""
    return said.endswith(":") == _sentences()[meaning.of].needs_table


def _fit(meaning: Meaning, row: tuple[Token, ...], said: str) -> Clause | None:
    """The clause where a row of tokens says a meaning and nothing beside it."""
    needs = _needs(meaning.needs)
    may, never = set(meaning.may.split()), set(meaning.never.split())
    sentence = _sentences()[meaning.of]
    takes = signature(sentence.does).parameters
    used: list[tuple[str, str]] = []
    open_needs = list(needs)
    for token in row:
        if set(token.texts) & never and not set(token.texts) & {STOP}:
            return None
        place = next((each for each in open_needs if each & set(token.texts)), None)
        if place is not None:
            open_needs.remove(place)
            concept = next(each for each in token.texts if each in place)
        elif (concept := next((each for each in token.texts if each in may or _goes(each, token.texts[each], takes)), "")) == "":
            return None
        used.append((concept, token.texts[concept]))
    if open_needs:
        return None
    return _clause(meaning, sentence, used, said)


def _goes(concept: str, text: str, takes: object) -> bool:
    """What may stand in any sentence: what says nothing, and who it is about where that is nobody in particular."""
    if concept in _ALWAYS:
        return True
    if concept not in WHO:
        return False
    return concept in takes or not _GENERIC.search(text)  # type: ignore[operator]


def _clause(meaning: Meaning, sentence: Sentence, used: list[tuple[str, str]], said: str) -> Clause | None:
    takes = signature(sentence.does).parameters
    is_chinese = bool(_CJK.search(said))
    given: dict[str, str] = {}
    kinds: dict[str, str] = {}
    for concept, said_text in used:
        text = said_text
        if concept in meaning.fills:
            name, _, kind = meaning.fills[concept].rpartition(":")
        elif concept in _PARAMETERS:
            name, kind = _PARAMETERS[concept]
        else:
            continue
        if concept == "money" and name not in takes and "deal" in takes:
            name, kind, text = "deal", "Deal", f"{text.removesuffix('元')}元的交易" if is_chinese else f"the sale of {text}"
        if concept == "clerk_number":
            text = f'"{int(text):02}"'
        if name not in takes:
            if concept in WHO or (concept in _MAY_BE_LEFT and concept in meaning.may.split()) or (concept == "deal" and not re.search(r'"|first|second|third|第', text)):
                continue
            return None  # a value that nobody takes
        if name in given and not _GENERIC.search(text):
            continue  # said once more, of nobody in particular
        if name in given and given[name] != text and _GENERIC.search(given[name]):
            return None  # two values for one place
        given[name], kinds[name] = text, kind
    for name, text in meaning.having.items():
        value, _, kind = text.rpartition(":")
        given.setdefault(name, value)
        kinds.setdefault(name, kind)
    needed = {name for name, each in takes.items() if each.default is each.empty} - set(given) - {"stage", *UNDERSTOOD}
    if needed:
        return None
    placed = " ".join(text for concept, text in used if concept not in _PARAMETERS and concept not in _ALWAYS)  # what the row has a place for
    fields = " ".join(f"{{{name}:{kind}}}" for name, kind in kinds.items())
    pattern = Pattern(f"{'~句' if is_chinese else '~'} {re.sub('[{}]', '', placed)} {fields}")
    return Clause(sentence, pattern, given)
