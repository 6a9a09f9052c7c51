"""The sentences as a part of docs/features.md, and of its Chinese twin: between two marks, made from the catalogue.

``python -m hil.gherkin.page docs`` writes both; a test holds that they are so.
"""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path

from hil.gherkin.kinds import VALUES
from hil.gherkin.shown import KEYWORDS, readable
from hil.gherkin.topics import SENTENCES
from simulator.catalogue.language import Language, Told

PAGES: dict[Language, str] = {"en": "features.md", "zh": "features.zh-CN.md"}
BEGIN, END = "<!-- sentences: python -m hil.gherkin.page docs -->\n", "<!-- end of sentences -->\n"
_SENTENCE, _EXAMPLE = Told("sentence", "句子"), Told("for example", "示例")
_VALUE, _WRITTEN = Told("value", "值"), Told("written", "写法")
VALUES_HEAD = Told("Values", "值的写法")


def sentences_page(language: Language) -> str:
    """The tables in a language."""
    parts = [_values(language)]
    for topic, rows in groupby(SENTENCES, key=lambda each: each.topic):
        table = [f"### {topic.say(language)}", "", f"| | {_SENTENCE.say(language)} | {_EXAMPLE.say(language)} |", "|---|---|---|"]
        table += [
            f"| {'/'.join(KEYWORDS[kind].say(language) for kind in each.kinds)} | {_cell(readable(each, language))} "
            f"| {_cell(each.pattern(language).example(language))} |"
            for each in rows
        ]
        parts.append("\n".join(table))
    return "\n\n".join(parts) + "\n"


def _values(language: Language) -> str:
    rows = [f"| {_cell(each.name.say(language))} | {_cell(each.form.say(language))} |" for each in VALUES.values()]
    head = [f"### {VALUES_HEAD.say(language)}", "", f"| {_VALUE.say(language)} | {_WRITTEN.say(language)} |", "|---|---|"]
    return "\n".join([*head, *rows])


def _cell(text: str) -> str:
    return f"`{text}`".replace("|", "\\|")


def with_sentences(page: str, language: Language) -> str:
    """A page with its part made anew."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n{sentences_page(language)}\n{END}{rest.partition(END)[2]}"


def main(folder: Path) -> None:
    """Write both pages."""
    for language, name in PAGES.items():
        path = folder / name
        path.write_text(with_sentences(path.read_text("utf-8"), language), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
