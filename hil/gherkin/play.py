"""Features played from a command: what is no feature is told before anything runs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from behave.__main__ import main as behave_main
from behave.parser import ParserError, parse_file

from hil.gherkin.review import NO_SCENARIO, NO_STEP
from simulator.catalogue.language import VARIABLE, Message, spoken
from simulator.catalogue.system_words import system_words
from simulator.commands.inputs import ExitCode, InputError

RUNNER = "hil.gherkin.runner:AnyFolder"
_SUFFIX = ".feature"
_M = Message
NO_PLACE = _M("behave_no_place", "{path}: no such file or folder", "{path}：没有这个文件或目录")
NO_FEATURES = _M("behave_no_features", "{path}: no file named *.feature", "{path}：没有 *.feature 文件")
NO_PATH = _M("behave_no_path", "no feature or folder was given; such as: daozhang behave my-features", "没有给出功能文件或目录；例如：daozhang behave my-features")
NOT_UTF8 = _M("behave_not_utf8", "not text in UTF-8", "不是 UTF-8 文本")
UNREADABLE = _M("behave_unreadable", "{path}: {why}", "{path}：{why}")


def play(paths: Sequence[str], options: Sequence[str]) -> ExitCode:
    """Runs behave over features; 0 all passed, 1 some did not; InputError before anything runs."""
    for path in paths:
        for feature in features_in(path):
            _read(feature)
    os.environ[VARIABLE] = spoken()  # processes of a live target speak so as well
    if behave_main([f"--runner={RUNNER}", "--no-snippets", *options, *paths]):
        return ExitCode.FAILED
    return ExitCode.PASSED


def features_in(path: str) -> list[Path]:
    """The features that a path names: itself, or all in a folder; a line may stand behind a file."""
    place = Path(path)
    if not place.exists() and path.rpartition(":")[2].isdigit():
        place = Path(path.rpartition(":")[0])
    if not place.exists():
        raise InputError(NO_PLACE.say(path=path))
    found = [place] if place.is_file() else sorted(place.rglob(f"*{_SUFFIX}"))
    if not found:
        raise InputError(NO_FEATURES.say(path=path))
    return found


def _read(path: Path) -> None:
    try:
        feature = parse_file(str(path))
    except ParserError as error:
        raise InputError(UNREADABLE.say(path=path, why=_why(error))) from error
    except UnicodeDecodeError as error:
        raise InputError(UNREADABLE.say(path=path, why=NOT_UTF8.both())) from error
    except OSError as error:
        raise InputError(UNREADABLE.say(path=path, why=system_words(error))) from error
    if feature is None or not any(feature.walk_scenarios()):
        raise InputError(NO_SCENARIO.say(place=path))
    for scenario in feature.walk_scenarios():
        if not list(scenario.all_steps):
            raise InputError(NO_STEP.say(place=f"{scenario.location}", name=scenario.name))


def _why(error: ParserError) -> str:
    lines = [each.strip() for each in str(error).splitlines() if each.strip()]
    text = " ".join(lines)
    return text if len(text) < 200 else f"{text[:200]}…"


def split(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Paths, and from the first option on what is behave's."""
    first = next((place for place, each in enumerate(arguments) if each.startswith("-")), len(arguments))
    paths, rest = list(arguments[:first]), list(arguments[first:])
    while rest and not rest[-1].startswith("-") and _is_path(rest[-1]) and not paths:
        paths.insert(0, rest.pop())
    if not paths:
        raise InputError(NO_PATH.say())
    return paths, rest


def _is_path(text: str) -> bool:
    return text.endswith(_SUFFIX) or Path(text).is_dir()
