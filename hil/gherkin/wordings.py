"""Other wordings of the sentences, and words by which they are looked for: rows of wordings.toml and frames.toml.

A QA person says the same thing in more than one way.  What is shown, printed and offered as nearest is
the first wording alone; all others mean the same, with the same values.
"""

from __future__ import annotations

import dataclasses
import re
import tomllib
from importlib.resources import files

import msgspec
from msgspec.structs import replace

from hil.gherkin.sentences import Pattern, Sentence

_FILES = ("wordings.toml", "frames.toml")
_CLASS = re.compile(r"<(\w+)>")


class Also(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How else one sentence is said, and what it is found by."""

    of: str
    en: tuple[str, ...] = ()
    zh: tuple[str, ...] = ()
    words: str = ""


def all_wordings() -> dict[str, Also]:
    """Every row, by its sentence, its classes of words written out."""
    single, frames = (tomllib.loads(files(__package__).joinpath(name).read_text("utf-8")) for name in _FILES)
    words = msgspec.convert(frames["words"], dict[str, list[str]])
    rows = {row.of: row for row in msgspec.convert(single["also"], list[Also])}
    for frame in msgspec.convert(frames["frame"], list[Also]):
        row = rows.get(frame.of, Also(of=frame.of))
        rows[frame.of] = replace(
            row, en=(*row.en, *_written_out(frame.en, words)), zh=(*row.zh, *_written_out(frame.zh, words)),
            words=f"{row.words} {frame.words}".strip())
    return rows


def _written_out(wordings: tuple[str, ...], words: dict[str, list[str]]) -> tuple[str, ...]:
    """``<sells>`` stands for each of its words."""
    return tuple(_CLASS.sub(lambda found: f"({'|'.join(words[found[1]])})", each) for each in wordings)


def name_of(sentence: Sentence) -> str:
    """How a row calls a sentence: module and function by which it is done."""
    return f"{sentence.does.__module__.rpartition('.')[2]}.{sentence.does.__qualname__}"


def with_wordings(sentences: list[Sentence]) -> list[Sentence]:
    """All sentences with their other wordings."""
    rows = all_wordings()
    return [
        dataclasses.replace(each, others=tuple(map(Pattern, (*also.en, *also.zh))), words=also.words)
        if (also := rows.get(name_of(each))) else each
        for each in sentences
    ]
