"""A file as a feature, before anything runs: what is none is told in one sentence with place and what is allowed.

Each file is read by a parser of its own: the language of one says nothing about the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from behave.i18n import languages
from behave.model import Feature
from behave.parser import ParserError, parse_feature

from hil.gherkin.review import NO_SCENARIO, NO_STEP
from simulator.catalogue.language import Message
from simulator.catalogue.system_words import system_words
from simulator.commands.inputs import InputError

_M = Message
_LANGUAGE = re.compile(r"\s*#\s*language:\s*(\S*)\s*", re.IGNORECASE)  # as behave reads it
_STEPS = ("given", "when", "then", "and", "but")
_LONGEST = 60  # signs of a line that is shown
UNREADABLE = _M("behave_unreadable", "{path}: {why}", "{path}：{why}")
NOT_UTF8 = _M("behave_not_utf8", "not text in UTF-8", "不是 UTF-8 文本")
NO_TEXT = _M(
    "behave_no_text", "{path}:{line}: holds a NUL byte: no text; allowed: a feature as text in UTF-8",
    "{path}:{line}：含有 NUL 字节：不是文本；只能是 UTF-8 文本的功能文件")
EMPTY = _M(
    "behave_empty", "{path}: is empty; allowed: Feature: NAME and a scenario below it",
    "{path}：是空文件；只能是“功能: 名称”，其下有场景")
NO_FEATURE = _M(
    "behave_no_feature",
    "{path}:{line}: is no feature: {text}; allowed: Feature: NAME, or its Chinese word below # language: zh-CN",
    "{path}:{line}：不是功能文件：{text}；只能是 Feature: 名称，或 # language: zh-CN 与 功能: 名称")
NO_LANGUAGE = _M(
    "behave_no_language",
    "{path}:{line}: there is no language {given!r}; our sentences are in: en, zh-CN (all of Gherkin's: behave --lang-list)",
    "{path}:{line}：没有语言 {given!r}；本程序的句子只能是 en、zh-CN（Gherkin 的全部语言：behave --lang-list）")
EARLY_STEP = _M(
    "behave_early_step", "{path}:{line}: a step before any scenario: {text}; allowed: below Scenario: or Background:",
    "{path}:{line}：步骤在场景之前：{text}；只能写在 场景: 或 背景: 之下")
NOT_HERE = _M(
    "behave_not_here", "{path}:{line}: cannot stand here: {text}; allowed: steps below a scenario, tables and texts below a step",
    "{path}:{line}：此处不能写：{text}；只能是场景下的步骤、步骤下的表格或文本")
TABLE = _M(
    "behave_table", "{path}:{line}: a row of the table has more or fewer cells than its first row",
    "{path}:{line}：表格此行的格数与第一行不同")
INDENT = _M(
    "behave_indent", '{path}:{line}: a line of the text stands further left than its """',
    '{path}:{line}：文本中此行比 """ 更靠左')
OTHERWISE = _M("behave_otherwise", "{path}:{line}: {why}", "{path}:{line}：无法读取：{why}")


def read_feature(path: Path) -> Feature:
    """The feature of a file, with scenarios of which each has a step; InputError where it is none."""
    text = _text(path)
    _check_language(path, text)
    try:
        feature = parse_feature(text, None, str(path))
    except ParserError as error:
        raise InputError(_said(path, error)) from error
    if feature is None:
        raise InputError(NO_SCENARIO.say(place=path))
    _check_early_steps(path, text, feature)
    if not any(feature.walk_scenarios()):
        raise InputError(NO_SCENARIO.say(place=path))
    for scenario in feature.walk_scenarios():
        if not list(scenario.all_steps):
            raise InputError(NO_STEP.say(place=f"{path}:{scenario.line}", name=scenario.name))
    return feature


def _text(path: Path) -> str:
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(UNREADABLE.say(path=path, why=NOT_UTF8.both())) from error
    except OSError as error:
        raise InputError(UNREADABLE.say(path=path, why=system_words(error))) from error
    if "\0" in text:
        raise InputError(NO_TEXT.say(path=path, line=text[:text.index("\0")].count("\n") + 1))
    if not text.strip():
        raise InputError(EMPTY.say(path=path))
    return text


def _check_language(path: Path, text: str) -> None:
    """Of the comments before the feature, as behave looks for it."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            return
        found = _LANGUAGE.fullmatch(line)
        if found is not None and found[1] not in languages:
            raise InputError(NO_LANGUAGE.say(path=path, line=number, given=found[1]))


def _check_early_steps(path: Path, text: str, feature: Feature) -> None:
    """A description that is all steps is none: nobody would carry them out."""
    words = languages.get(feature.language or "en", languages["en"])
    begins = tuple(word for kind in _STEPS for word in words[kind])
    for part in (feature, *feature.rules):
        said = [line.strip() for line in part.description if line.strip()]
        if said and all(line.startswith(begins) for line in said):
            lines = text.splitlines()
            number = next((at for at in range(part.line, len(lines)) if lines[at].strip() == said[0]), part.line)
            raise InputError(EARLY_STEP.say(path=path, line=number + 1, text=_short(said[0])))


def _said(path: Path, error: ParserError) -> str:
    line, given, told = error.line or 1, _short(error.line_text or ""), f"{error.args[0]}"
    for sign, row in _ROWS:
        if sign in told:
            return row.say(path=path, line=line, text=given)
    return OTHERWISE.say(path=path, line=line, why=_short(" ".join(told.split()), 200))


_ROWS = (
    ("state=initial", NO_FEATURE), ("Malformed table", TABLE), ("BAD-INDENT", INDENT),
    ("before any step", NOT_HERE), ("without step detected", NOT_HERE), ("state=", NOT_HERE),
)
"""What behave says, and our sentence for it; the first that fits."""


def _short(text: str, longest: int = _LONGEST) -> str:
    shown = "".join(_printable(text.strip()))
    return shown if len(shown) <= longest else f"{shown[:longest]}…"


def _printable(text: str) -> Iterator[str]:
    return (sign if sign.isprintable() else "\ufffd" for sign in text)
