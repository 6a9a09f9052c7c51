"""Other wordings of the sentences, and words by which they are looked for: rows of wordings.toml.

A QA person says the same thing in more than one way.  What is shown, printed and offered as nearest is
the first wording alone; all others mean the same, with the same values.
"""

from __future__ import annotations

import tomllib
from dataclasses import replace
from importlib.resources import files

import msgspec

from hil.gherkin.sentences import Pattern, Sentence


class Also(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How else one sentence is said, and what it is found by."""

    of: str
    en: tuple[str, ...] = ()
    zh: tuple[str, ...] = ()
    words: str = ""


def all_wordings() -> dict[str, Also]:
    """Every row, by its sentence."""
    text = files(__package__).joinpath("wordings.toml").read_text("utf-8")
    rows = msgspec.convert(tomllib.loads(text)["also"], list[Also])
    return {row.of: row for row in rows}


def name_of(sentence: Sentence) -> str:
    """How a row calls a sentence: module and function by which it is done."""
    return f"{sentence.does.__module__.rpartition('.')[2]}.{sentence.does.__qualname__}"


def with_wordings(sentences: list[Sentence]) -> list[Sentence]:
    """All sentences with their other wordings."""
    rows = all_wordings()
    return [
        replace(each, others=tuple(map(Pattern, (*also.en, *also.zh))), words=also.words)
        if (also := rows.get(name_of(each))) else each
        for each in sentences
    ]
