"""Features played from a command: what is no feature is told before anything runs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from behave.__main__ import main as behave_main

from hil.gherkin.feature_file import read_feature
from simulator.catalogue.language import VARIABLE, Message, spoken
from simulator.commands.inputs import ExitCode, InputError

RUNNER = "hil.gherkin.runner:AnyFolder"
_SUFFIX = ".feature"
_M = Message
NO_PLACE = _M("behave_no_place", "{path}: no such file or folder", "{path}：没有这个文件或目录")
NO_FEATURES = _M("behave_no_features", "{path}: no file named *.feature", "{path}：没有 *.feature 文件")
NO_PATH = _M("behave_no_path", "no feature or folder was given; such as: daozhang behave my-features", "没有给出功能文件或目录；例如：daozhang behave my-features")


def play(paths: Sequence[str], options: Sequence[str]) -> ExitCode:
    """Runs behave over features; 0 all passed, 1 some did not; InputError before anything runs."""
    for path in paths:
        for feature in features_in(path):
            read_feature(feature)
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
