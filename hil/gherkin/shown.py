"""The catalogue of sentences as people read it: by topic, with an example of each, and the forms of values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from hil.gherkin.finding import Found
from hil.gherkin.kinds import VALUES
from hil.gherkin.sentences import Sentence
from hil.gherkin.value import Value
from simulator.catalogue.language import Language, Told
from simulator.report.wrap import wrapped

KEYWORDS: dict[str, Told] = {
    "given": Told("Given", "假如"), "when": Told("When", "当"), "then": Told("Then", "那么")}
WITH_TABLE = Told("with a table below it", "下面带表格")
MAY_TABLE = Told("may have a table below it: | key | value |", "下面可带表格：| 参数 | 值 |")
ALSO = Told("also: ", "也可写：")
FORMS = Told("Values", "值的写法")
OPTIONAL = Told(
    'What stands in [ ] may be left out, of ( | ) one is said. Quotes may be "…", “…” or 「…」.',
    '[ ] 中的部分可省略，( | ) 任选其一。引号可用 "…"、“…”或「…」，全角半角均可。')


def lines(rows_found: list[Found], language: Language) -> Iterator[str]:
    """Topic by topic: what is said, and an example below it."""
    for topic, rows in groupby(rows_found, key=lambda each: each.sentence.topic):
        yield topic.say(language)
        for each, also in rows:
            keywords = "/".join(KEYWORDS[kind].say(language) for kind in each.kinds)
            yield f"  {keywords} {readable(each, language)}"
            yield f"      {KEYWORDS[each.kinds[-1]].say(language)} {each.pattern(language).example(language)}"
            for said in also:
                yield f"      {ALSO.say(language)}{said}"
            if each.takes_table:
                yield f"      {(WITH_TABLE if each.needs_table else MAY_TABLE).say(language)}"
        yield ""


def forms(language: Language, values: Iterable[Value] = tuple(VALUES.values())) -> Iterator[str]:
    """How values are written."""
    yield FORMS.say(language)
    for value in values:
        head = f"  {value.name.say(language)}: "
        yield from wrapped(value.form.say(language), indent=head, again="    ")
    yield ""
    yield from wrapped(OPTIONAL.say(language))


def readable(sentence: Sentence, language: Language) -> str:
    """A pattern with its values named in a language."""
    pattern = sentence.pattern(language)
    text = pattern.shown
    for name, value in pattern.fields.items():
        text = text.replace(f"{{{name}}}", f"<{value.name.say(language)}>")
    return text


def as_facts(rows: list[Found]) -> list[dict[str, Any]]:
    """For JSON: both languages."""
    return [
        {
            "topic": each.topic.en, "topic_zh": each.topic.zh, "kinds": list(each.kinds), "sentence": readable(each, "en"),
            "sentence_zh": readable(each, "zh"), "example": each.en.example("en"), "example_zh": each.zh.example("zh"),
            "table": "needed" if each.needs_table else "may" if each.takes_table else "",
            "also": list(also), "values": {name: value.form.en for name, value in each.en.fields.items()},
        }
        for each, also in rows
    ]
