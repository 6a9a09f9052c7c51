"""The words of the field by what they stand for, in both languages, and a clause read as a row of them.

A concept is what a word contributes to a sentence, however it is said: ``pays``, ``is charged``, ``刷卡``.
A clause in which one word stands for nothing known is not read at all: nothing is passed over.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

import msgspec

from hil.gherkin.adverbs import adverb
from hil.gherkin.kinds import VALUES
from hil.gherkin.nouns import SALES_EN, SALES_ZH, SHOPS_ZH
from hil.gherkin.wrong import WrongError

_CJK = "\u3400-\u9fff"
STOP = "stop"
WHO = frozenset({"merchant", "terminal", "customer", "clerk"})  # nobody in particular may do anything
TIME = "time"
_ENDS = ("", "s", "es", "d", "ed", "ing")  # of a word that is followed by ~
_WORD = re.compile(rf"[A-Za-z0-9'%+]+(?:-[A-Za-z0-9]+)*|[{_CJK}]")
_PERSON = re.compile(  # somebody without a noun: who it is decides nothing
    rf"(?:Mr|Mrs|Ms|Miss|Dr)\.? [A-Z]\w*|[{_CJK}](?:姐|哥|老板|师傅|经理|阿姨|先生|女士|大爷|小姐|叔|婶|总)|[小老阿][{_CJK}](?![{_CJK}]?店)" )
_VALUES = {  # a concept of each kind of value: how it is found in a clause
    "money": "Money", "percent": "Percent", "length": "Length", "number": "Number", "times": "Times", "name": "Name",
    "merchant": "Merchant", "terminal": "Terminal", "customer": "Customer", "reason": "Reason",
    "refusal": "Refusal", "terms": "Terms", "wallet": "Wallet", "because": "Because", "outcome": "Outcome",
    "failure": "Failure", "paper": "Paper", "card_kind": "CardKind",
}
_CODE = re.compile(r"(?:code|应答码|返回码|响应码|错误码)(?: |:|是|为)*(?P<value>[0-9A-Z]{2})(?![0-9A-Za-z])", re.IGNORECASE)
_CLERK = re.compile(r"(?:clerk|cashier|operator|操作员|收银员|柜员)(?:号| no\.| number)? ?\"?(?P<value>0?[1-9])\"?号?(?![0-9.元])", re.IGNORECASE)
_OPENING = re.compile(  # how an adverb of time may begin
    r"(?:at|on|in|by|within|after|until|before|from|the|this|next|following|same|today|tomorrow|yesterday|half|an?|one|two|three|four|five|six|"
    r"seven|eight|ten|fifteen|twenty|thirty|another|immediately|instantly|noon|midnight|mon|tues|wednes|thurs|fri|satur|sun|last|\d)", re.IGNORECASE)
_OPENING_ZH = re.compile(r"[0-9一二两三四五六七八九十半当次第下同今明后前昨隔翌上中傍晚早凌周星再过等立马实即到在于当截直午零几]")
_SHOP_ZH = re.compile(rf"([{_CJK}]{{1,5}}?)(?:{SHOPS_ZH})")
_LONGEST_WORDS, _LONGEST_SIGNS = 8, 18
_BETWEEN = " ,.:;()!-'/"
_WHOLE = {"reason", "failure", "because", "refusal", "terms"}  # phrases of several words that a table holds
_COUNTED = re.compile("[笔次条张个台名位份期项]")  # what is counted is no sum
_LABELLED = re.compile("(?:终端机?|POS机?|收银机)(?=T?[0-9])")
_DEAL = re.compile(  # which sale, without its sum
    rf'(?:the|this|that|her|his) (?:(?:first|second|third|last|latest|same|previous|cancelled) )?(?:{SALES_EN})(?: "[^"]*")?(?![A-Za-z0-9])|it(?![A-Za-z0-9\'])'
    rf'|(?:这笔|那笔|上一笔|上笔|第一笔|第二笔|第三笔|该笔|该|刚才那笔|刚才的|原|整笔)(?:{SALES_ZH})(?:"[^"]*")?', re.IGNORECASE)


class Token(NamedTuple):
    """A piece of a clause: its text for each concept that it may stand for."""

    texts: dict[str, str]
    start: int
    end: int


class Meaning(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which concepts say a sentence: each of ``needs`` (one of several in a row), those that ``may`` stand beside."""

    of: str
    needs: tuple[str, ...]
    may: str = ""
    never: str = ""
    kinds: tuple[str, ...] = ()
    fills: dict[str, str] = {}
    having: dict[str, str] = {}


class _Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    words: dict[str, str]
    meaning: tuple[Meaning, ...]


@cache
def _data() -> _Data:
    words: dict[str, str] = {}
    meanings: tuple[Meaning, ...] = ()
    for name in ("concepts.toml", "meanings.toml"):
        rows = tomllib.loads(files(__package__).joinpath(name).read_text("utf-8"))
        words |= rows.get("words", {})
        meanings += msgspec.convert(rows.get("meaning", []), tuple[Meaning, ...])
    return _Data(words, meanings)


def meanings() -> tuple[Meaning, ...]:
    """All rows."""
    return _data().meaning


def concepts() -> frozenset[str]:
    """All that a word may stand for."""
    return frozenset({*_data().words, *_VALUES, "code", "deal", "clerk_number", "person", TIME})


def concepts_of(text: str) -> list[list[frozenset[str]]]:
    """What each piece of a text may stand for, in each way in which it can be read; none: something in it stands for nothing."""
    return [[frozenset(each.texts) for each in row] for row in rows(text)]


@cache
def _words() -> dict[str, tuple[str, ...]]:
    """All that stands for something, in small letters, and for what."""
    found: dict[str, list[str]] = {}
    for concept, text in _data().words.items():
        for word in filter(None, (each.strip().lower() for each in re.split("[;\n]", text))):
            for form in (word[:-1] + end for end in _ENDS) if word.endswith("~") else (word,):
                found.setdefault(form, []).append(concept)
    return {word: tuple(dict.fromkeys(concepts)) for word, concepts in found.items()}


def says_nothing(word: str) -> bool:
    """Whether a word in small letters stands for nothing of its own, and for nothing else."""
    return _words().get(word) == (STOP,)


def _longest_word(said: str, at: int) -> tuple[tuple[str, ...], int]:
    """What the longest known word or phrase that begins here stands for, and where it ends."""
    if not _is_latin(said[at]):
        for end in range(min(len(said), at + _LONGEST_SIGNS), at, -1):
            if (concepts := _words().get(said[at:end].lower())) is not None and not _is_latin(said[end - 1]):
                return concepts, end
    if at and _is_latin(said[at - 1]) and _is_latin(said[at]):
        return (), at
    for end in _ends_of_words(said, at):
        if (concepts := _words().get(said[at:end].lower())) is not None:
            return concepts, end
    return (), at


def _is_latin(sign: str) -> bool:
    return sign.isascii() and sign.isalnum()


def _ends_of_words(said: str, at: int) -> list[int]:
    """Where words end, the farthest first."""
    ends = [found.end() + at for found in _WORD.finditer(said[at:at + 60])][:_LONGEST_WORDS]
    return ends[::-1]


@cache
def _value_forms() -> dict[str, re.Pattern[str]]:
    return {concept: re.compile(rf"(?<![A-Za-z0-9.])(?:{VALUES[kind].pattern})(?![A-Za-z0-9])(?!\.\d)" if kind != "Name" else VALUES[kind].pattern, re.IGNORECASE)
            for concept, kind in _VALUES.items()}


@lru_cache(8192)
def rows(said: str) -> tuple[tuple[Token, ...], ...]:
    """A clause in its plain form as tokens: with whole phrases that are values, and word by word."""
    found = (_row(said, is_whole) for is_whole in (True, False))
    return tuple(each for each in found if each)


@lru_cache(1024)
def heard(said: str) -> tuple[frozenset[str], ...]:
    """What each known piece of a text may stand for, whatever stands between them; what says nothing is left out."""
    found: list[frozenset[str]] = []
    at = 0
    while at < len(said):
        token = None if said[at] in _BETWEEN or (at and _is_latin(said[at - 1]) and _is_latin(said[at])) else _token(said, at)
        if token is None:
            at += 1
            continue
        if STOP not in token.texts:
            found.append(frozenset(token.texts))
        at = token.end
    return tuple(found)


def _row(said: str, is_whole: bool) -> tuple[Token, ...] | None:
    """None where something in it stands for nothing."""
    found: list[Token] = []
    at = 0
    while at < len(said):
        if said[at] in _BETWEEN or said.startswith("'s ", at):
            at += 2 if said[at] == "'" else 1
            continue
        token = _token(said, at, is_whole)
        if token is None:
            return None
        found.append(token)
        at = token.end
    return tuple(found)


def _token(said: str, at: int, is_whole: bool = True) -> Token | None:
    """The longest piece that stands for something, with all that it may stand for."""
    candidates = [each for each in _candidates(said, at) if is_whole or each[0] not in _WHOLE]
    if not candidates and (shop := _SHOP_ZH.match(said, at)) is not None and _is_unknown(shop[1], said, at):
        candidates = [("merchant", "商户", shop.end())]  # called by what it is
    if not candidates:
        return None
    end = max(end for _, _, end in candidates)
    texts: dict[str, str] = {}
    for concept, text, its_end in candidates:
        if its_end == end:
            texts.setdefault(concept, text)
    return Token(texts, at, end)


def _is_unknown(name: str, said: str, at: int) -> bool:
    """Whether no known word begins in a name."""
    return not any(_longest_word(said, place)[0] for place in range(at, at + len(name)))


def _candidates(said: str, at: int) -> Iterator[tuple[str, str, int]]:
    concepts, last = _longest_word(said, at)
    for concept in concepts:
        yield concept, said[at:last], last
    for concept, form in _value_forms().items():
        found = form.match(said, at)
        if found is not None and concept == "terminal" and re.match("[秒分小天日元台次个]", said[found.end():]):
            found = re.compile("(?:终端机?|POS机?|收银机|机具|设备)", re.IGNORECASE).match(said, at)  # what follows counts something else
        if found is not None and found[0]:
            end = _longest(concept, form, said, at, found.end())
            if _is_some(concept, said[at:end]) and not (concept == "money" and said[end - 1].isdigit() and _COUNTED.match(said, end)):
                yield concept, said[at:end], end
    if (found := _LABELLED.match(said, at)) is not None:
        yield "terminal", found[0], found.end()
    if (found := _DEAL.match(said, at)) is not None:
        yield "deal", found[0], found.end()
    for concept, form in (("code", _CODE), ("clerk_number", _CLERK)):
        if (found := form.match(said, at)) is not None:
            yield concept, found["value"], found.end()
    if (found := _PERSON.match(said, at)) is not None:
        yield "person", found[0], found.end()
    if (end := _time_end(said, at)) > at:
        yield TIME, said[at:end], end


def _longest(concept: str, form: re.Pattern[str], said: str, at: int, end: int) -> int:
    """Where a value ends that was written to be found between two known words: as far as it goes."""
    if concept != "length":
        return end
    for last in range(min(len(said), at + 40), end, -1):
        if form.fullmatch(said, at, last) is not None and _is_length(said[at:last]):
            return last
    return end


@lru_cache(4096)
def _is_phrase(concept: str, text: str) -> bool:
    """Whether what stands in quotation marks is a phrase of a table, and no name."""
    try:
        VALUES[_VALUES[concept]].read(text)
    except WrongError:
        return False
    return True


@lru_cache(4096)
def _is_length(text: str) -> bool:
    try:
        VALUES["Length"].read(text.strip(" ,"))
    except WrongError:
        return False
    return True


def _is_some(concept: str, text: str) -> bool:
    if text.startswith('"') and VALUES[_VALUES[concept]].phrases:
        return _is_phrase(concept, text)
    if concept == "money":
        return bool(re.search(r"\d$|[元块钱]$|yuan$|RMB$|CNY$", text, re.IGNORECASE))
    if concept in {"number", "name"}:
        return text.lower() != "no"
    if concept == "terms":
        return not re.fullmatch(r"(?:on )?[TD][0-9]+", text, re.IGNORECASE)
    return _is_length(text) if concept == "length" else concept != "percent" or "%" in text or "percent" in text


def _time_end(said: str, at: int) -> int:
    """Where an adverb of time ends that begins here; its own beginning where there is none."""
    is_chinese = bool(re.match(f"[{_CJK}]", said[at:at + 1])) or bool(re.search(f"[{_CJK}]", said[at:at + 6]))
    if not (_OPENING_ZH if is_chinese else _OPENING).match(said, at):
        return at
    ends = (range(min(len(said), at + _LONGEST_SIGNS), at + 1, -1) if is_chinese else _word_ends(said, at))
    for end in ends:
        text = said[at:end]
        if '"' not in text and not re.search(r"[元块]|¥", text) and adverb(text) is not None and not re.fullmatch(r"[\d.,]+", text):
            return end
    return at


def _word_ends(said: str, at: int) -> list[int]:
    found = [each.start() for each in re.finditer(r"(?=[ ,])|$", said[at:])][:_LONGEST_WORDS]
    return [at + each for each in reversed(found) if each]
