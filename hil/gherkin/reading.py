"""How a step is read: as one sentence where one fits whole; else as clauses, each of them a sentence.

A step may say when (``two days later …``), join clauses (``sells for ¥68 and settles``), leave quotation
marks out behind a name's first use, shorten (``doesn't``) and fill up (``then``, ``also``).  What fits
whole is never taken apart.  What can be read in two ways with two effects is told, not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from inspect import signature
from typing import Any

from hil.gherkin import adverbs
from hil.gherkin.clauses import Clause, Reading, distinct
from hil.gherkin.gist import gists
from hil.gherkin.names import Names
from hil.gherkin.plain import plain
from hil.gherkin.references import Merchant
from hil.gherkin.sentences import Pattern, Sentence
from hil.gherkin.steps import hold_steps, merchant_steps, terminal_steps, time_steps
from hil.gherkin.topics import matches

NOBODY = Names()
_CJK = re.compile("[\u3400-\u9fff]")
_QUOTED = re.compile(r'"[^"]*"')
_MOST_CLAUSES = 4
_SHORT = (  # contractions written out
    (r"\b(do|does|did|is|are|was|were|has|have|had|could|would|should)n't\b", r"\1 not"), (r"\bcan't\b", "cannot"),
    (r"\bwon't\b", "will not"), (r"\b(it|he|she|that|there)'s\b", r"\1 is"),
    (r"\b(sells|sold) (?:an?|the|some|his|her) [a-z]+(?: [a-z]+)? for (?=¥|[0-9])", r"\1 for "),  # what was sold decides nothing
    (r"(?<=[0-9]),? and the time is ", " "), ("(?<=[0-9日号]),?(?:当前)?时间[是为]", " "),
)
_FILLERS = (  # true fillers alone: without one a step says the same; never one that denies, counts, repeats or limits
    r"^(?:please|then|now|also|but|and|so|afterwards|meanwhile|finally|next(?=,)),? ",
    r"(?<= )(?:please|still|already|now|also|just|finally|really|indeed|therefore|then) ",
    r",? (?:please|now|too|as well|at last|in all|in total|altogether|overall|then)$",
    r"(?<=[\u3400-\u9fff\"])(?:仍然|仍|现在|已经|也|请|最终|总共|一共|应该|应当|随后|接着|然后)(?=[\u3400-\u9fff])",
    r"^(?:请|然后|接着|随后|现在|这次|此时|这时|最后(?=,)|于是|因此|同时),?",
    r"(?<=[\u3400-\u9fff])了$",
)
_FILLERS_OF_CLAIMS = (  # a claim is of what was until now; of an act they would say something that nobody can do
    (r",? so far$", ""), (r"^(.*\b(?:no|not|nothing|never|none|nobody)\b.*?),? (?:any ?more|any longer)$", r"\1"),
)
_JOINTS = (
    r",? (?:and|but|then|and then) ", r"[,;] ", r"[,;](?:并且|而且|并|且|但是|但|然后|同时|再)?", r"(?:并且|而且|然后|同时|但是)", r"(?:并|且|后|再)(?=[\u3400-\u9fff])",
)
_SHOWN = re.compile(r'((?:shows?|says?|displays?|reads?|显示|提示|弹出|message|with)[:,]?) ?"([^"]+)"')
_FAILS = re.compile(r"\bfail(?:s|ed)?\b|失败|未成功|没有成功", re.IGNORECASE)
_RATHER = (  # of two sentences that one step says, that which says more of what it names
    (hold_steps.hold_is, terminal_steps.says_approved), (terminal_steps.is_reversed, hold_steps.hold_is),
)
_SUBJECTS = ("merchant", "name", "terminal", "customer", "person", "clerk", "label")
_NOUNS = {"name": ("merchant ", "商户"), "person": ("customer ", "顾客"), "clerk": ("clerk ", "操作员"), "label": ("terminal ", "终端")}


@lru_cache(4096)
def readings(text: str, kind: str, names: Names = NOBODY) -> tuple[Reading, ...]:
    """What a step can mean, one reading of each effect; none: nobody knows it; two: it is ambiguous."""
    forms = tuple(_forms(text, names, kind))
    wrong: tuple[Reading, ...] = ()  # those with a value that is none, to tell it
    for read in (_whole, _in_clauses, _in_gist):
        for said in forms:
            found = distinct(read(said, kind))
            if right := tuple(each for each in found if each.is_readable):
                return _by_verb(right, said)
            wrong = wrong or tuple(found)
        if wrong and read is _whole and not _SHOWN.search(forms[0]) and any(_QUOTED.search(text) for each in wrong for clause in each.clauses for text in clause.wrong):
            break  # a name that is none is told, and taken for nothing else
    return wrong or _time_alone(forms[0], kind)


def _time_alone(said: str, kind: str) -> tuple[Reading, ...]:
    """A step that says but when it is: ``the next day 10:00``, ``次日 9:00``."""
    when = adverbs.adverb(said) if kind != "then" else None
    if when is None or when.days_ago or not _fits(when, kind):
        return ()
    return (Reading((Clause(_TIME[kind], _NO_PATTERN, {}, adverbs.said(when)),)),)


def _by_verb(found: tuple[Reading, ...], said: str) -> tuple[Reading, ...]:
    """What names a cause on the line and an answer of the host: what fails did not get an answer, what is declined did."""
    does = {each.clauses[-1].sentence.does for each in found}
    weaker = {less for more, less in _RATHER if more in does}
    if terminal_steps.failed_because in does and terminal_steps.declined_because in does and _FAILS.search(said):
        weaker |= does - {terminal_steps.failed_because}
    return tuple(each for each in found if each.clauses[-1].sentence.does not in weaker)


def _forms(text: str, names: Names, kind: str) -> Iterator[str]:
    """A step as it was written, then with what it leaves out written out, then without what fills up."""
    said = plain(text)
    seen = {said}
    yield said
    named = names.written_out(said)
    for written in (_put(said, _SHORT), _put(named, _SHORT), named):
        fillers = (*((each, "") for each in _FILLERS), *(_FILLERS_OF_CLAIMS if kind == "then" else ()))
        for form in (written, plain(_put(written, fillers))):
            if form not in seen:
                seen.add(form)
                yield form
    if (shown := _SHOWN.sub(r"\1 \2", said)) != said:  # what a display says, said
        yield from _forms(shown, names, kind)


def _put(text: str, rows: object) -> str:
    for form, instead in rows:  # type: ignore[attr-defined]
        text = re.sub(form, instead, text, flags=re.IGNORECASE)
    return text


def _whole(said: str, kind: str) -> list[Reading]:
    return [Reading((Clause(*each),)) for each in matches(said, kind)]


@lru_cache(16384)
def _timed(said: str, kind: str) -> list[Reading]:
    """A clause that one sentence says, and when it is."""
    if whole := _whole(said, kind):
        return whole
    found: list[Reading] = []
    for time, rest in _with_time(said):
        if not _fits(time, kind):
            continue
        found += [_at(time, kind, each) for each in _whole(rest, kind)]
    return found


def _at(time: adverbs.Adverb, kind: str, read: Reading) -> Reading:
    """A reading at its time; what was, was before the scenario begins, and then it begins."""
    before, *after = (_PAST if time.days_ago else (_TIME[kind],))
    clauses = (Clause(before, _NO_PATTERN, {}, adverbs.said(time)), *read.clauses)
    return Reading((*clauses, *(Clause(each, _NO_PATTERN, {}) for each in after)))


def _fits(time: adverbs.Adverb, kind: str) -> bool:
    """Whether it can be said in a step: what is to be true by a moment is a claim; what was, is a situation."""
    return kind == "given" if time.days_ago else kind == "then" or not time.deadline


def _with_time(said: str) -> Iterator[tuple[adverbs.Adverb, str]]:
    """Each way in which an adverb of time can be taken off a clause."""
    for cut in _places(said):
        before, behind = said[:cut].strip(" ,"), said[cut:].strip(" ,")
        if (time := adverbs.adverb(before)) is not None and behind:
            yield time, behind
        if (time := adverbs.adverb(behind)) is not None and before:
            yield time, before


def _places(said: str) -> list[int]:
    """Where words end; in Chinese, anywhere outside of names."""
    inside = {place for name in _QUOTED.finditer(said) for place in range(name.start() + 1, name.end())}
    if _CJK.search(_QUOTED.sub("", said)):
        return [place for place in range(1, len(said)) if place not in inside]
    return [found.start() for found in re.finditer("[ ,]", said) if found.start() not in inside]


def _in_clauses(said: str, kind: str) -> list[Reading]:
    """The readings in as few clauses as can be."""
    for count in range(1, _MOST_CLAUSES + 1):
        if found := list(_split(said, kind, count, None, _timed)):
            return found
    return []


def _in_gist(said: str, kind: str) -> list[Reading]:
    """The readings in as few clauses as can be, each a sentence or the gist of one."""
    for count in range(1, _MOST_CLAUSES + 1):
        if found := [each for each in _split(said, kind, count, None, _gist) if each.is_readable]:
            return found
    return []


@lru_cache(16384)
def _gist(said: str, kind: str) -> list[Reading]:
    """A clause that a sentence says, or else the concepts in it, and when it is."""
    if found := [each for each in _timed(said, kind) if each.is_readable]:
        return found
    readings = []
    for clause, time in gists(said, kind):
        when = adverbs.adverb(time) if time else None
        if when is None:
            readings.append(Reading((clause,)))
        elif _fits(when, kind):
            readings.append(_at(when, kind, Reading((clause,))))
    return readings


def _split(
    said: str, kind: str, count: int, before: Clause | None, read: Callable[[str, str], list[Reading]],
) -> Iterator[Reading]:
    if count == 1:
        yield from _clause(said, kind, before, read)
        return
    for joint in _joints(said):
        for first in _clause(said[:joint.start()].strip(), kind, before, read):
            for rest in _split(said[joint.end():].strip(), kind, count - 1, first.clauses[-1], read):
                yield Reading((*first.clauses, *rest.clauses))


def _joints(said: str) -> list[re.Match[str]]:
    inside = {place for name in _QUOTED.finditer(said) for place in range(name.start() + 1, name.end())}
    found = {
        (each.start(), each.end()): each
        for form in _JOINTS for each in re.finditer(form, said, re.IGNORECASE)
        if each.start() not in inside and not re.match(r"[0-9],[0-9]", said[max(each.start() - 1, 0):])}
    return [found[each] for each in sorted(found)]


def _clause(said: str, kind: str, before: Clause | None, read: Callable[[str, str], list[Reading]]) -> list[Reading]:
    """A clause; what it leaves out is that of the clause before it."""
    found = read(said, kind)
    if before is None:
        return found
    if not found and (subject := _subject(before, said)):
        found = read(subject + said, kind)
    return [Reading(tuple(_with_known(each, before) for each in reading.clauses)) for reading in found]


def _subject(before: Clause, said: str) -> str:
    """Who does what stands in a clause, as that of the clause before it."""
    is_chinese = bool(_CJK.search(_QUOTED.sub("", said)))
    name = next((each for each in _SUBJECTS if each in before.given), "")
    if not name:
        return ""
    noun = _NOUNS.get(name, ("", ""))[is_chinese]
    return f"{noun}{before.given[name]}{'' if is_chinese else ' '}"


def _with_known(clause: Clause, before: Clause) -> Clause:
    """A clause about the merchant of the clause before it, where it names none."""
    takes = signature(clause.sentence.does).parameters
    said = before.values() if before.is_readable else {}
    shop = said.get("merchant") or (_opened(before, said))
    if shop is None or "merchant" not in takes or "merchant" in clause.given:
        return clause
    return replace(clause, known={**clause.known, "merchant": shop})


def _opened(clause: Clause, said: dict[str, Any]) -> Merchant | None:
    """The merchant who comes in a clause."""
    opens = clause.sentence.does is merchant_steps.opens and said.get("name")
    return Merchant(said["name"]) if opens else None


_NO_PATTERN = Pattern("")
_TIME: dict[str, Sentence] = {
    kind: Sentence((kind,), _NO_PATTERN, _NO_PATTERN, time_steps.TOPIC.name, does)  # type: ignore[arg-type]
    for kind, does in (("given", time_steps.goes_on), ("when", time_steps.goes_on), ("then", time_steps.until))}
_PAST = tuple(
    Sentence(("given",), _NO_PATTERN, _NO_PATTERN, time_steps.TOPIC.name, does)
    for does in (time_steps.was, time_steps.begins))
