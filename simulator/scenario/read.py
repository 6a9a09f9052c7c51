"""Reads a scenario from a TOML file, whole or not at all; every complaint is one ScenarioError.

The error names file, line, key path, what was given and what is allowed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from simulator.catalogue.places import Place
from simulator.catalogue.system_words import system_words
from simulator.scenario.checks import check, needs_a_port
from simulator.scenario.key_file import KeyFileError, with_keys
from simulator.scenario.library import scenario_named
from simulator.scenario.place_checks import Outside, nobody
from simulator.scenario.problems import Problem, path_text, problems_of
from simulator.scenario.sayings import in_language
from simulator.scenario.scenario import Scenario
from simulator.scenario.toml_lines import Path as KeyPath
from simulator.scenario.toml_lines import key_lines, line_of
from simulator.scenario.units import START_FORM, UnfitError, start_ms
from simulator.toml_reading import read_toml

MOST_BYTES = 16 << 20
MOST_PROBLEMS = 8
_AT_END = "at end of document"
_LINE = re.compile(r"\(at line (\d+), column (\d+)\)")
_TIME = r"\d{1,2}:\d{1,2}(?::\d{1,2}(?:\.\d+)?)?"
_DATE_LIKE = re.compile(rf"\d{{4}}-\d{{1,2}}-\d{{1,2}}(?:[Tt ]{_TIME}(?:[Zz]|[+-]{_TIME})?)?|{_TIME}", re.ASCII)


class ScenarioError(ValueError):
    """A scenario that cannot be run; the text is for the person who wrote it."""


def load_scenario(path: str | Path, outside: Outside = nobody) -> Scenario:
    """The scenario in a file or of this name, or ScenarioError; nothing else is raised.

    ``outside`` says which of its terminals are not simulated: what cannot be done to them is refused.
    """
    name = str(path)
    text = scenario_text(path)
    try:
        scenario = scenario_of_text(text, name, outside)
        return with_keys(scenario, Path(path).parent, outside(scenario))
    except ScenarioError:
        raise
    except KeyFileError as error:
        raise ScenarioError(str(error)) from None
    except (ValueError, RecursionError, OverflowError) as error:
        raise ScenarioError(_told(repr(name), f"cannot be read: {error}")) from None


def load_virtual(path: str | Path) -> Scenario:
    """As :func:`load_scenario`, for the virtual clock: terminals outside are refused with their line."""
    scenario = load_scenario(path)
    if problems := list(needs_a_port(scenario)):
        raise ScenarioError(_all(str(path), scenario_text(path), problems))
    return scenario


def scenario_text(path: str | Path) -> str:
    """What a file says, or else the scenario of this name that comes with the program."""
    name = str(path)
    try:
        if not Path(path).exists() and (ours := scenario_named(name)) is not None:
            return ours
        return _content(Path(path), name)
    except ScenarioError:
        raise
    except FileNotFoundError as error:
        raise ScenarioError(_told(
            name, f"{system_words(error)}; nor does a scenario of this name come with the program, "
            "see daozhang scenarios")) from None
    except OSError as error:
        raise ScenarioError(f"{name}: {system_words(error)}") from None
    except ValueError as error:
        raise ScenarioError(_told(repr(name), f"cannot be read: {error}")) from None


def scenario_of_text(
    text: str, name: str = "<scenario>", outside: Outside = nobody,
) -> Scenario:
    """The scenario that a TOML text says, or ScenarioError."""
    return scenario_around(text, name, {}, outside=outside)


def scenario_around(
    text: str, name: str, around: Mapping[str, Any], *, outside: Outside = nobody,
    inside: Place = Place.WORLD,
) -> Scenario:
    """The same of a text that leaves out what ``around`` has; ``inside``: see ``checks.check``."""
    if not text.strip():
        raise ScenarioError(_told(
            name, "is empty; a scenario is a TOML text with title, start, until and merchants"))
    try:
        data = read_toml(text)
    except ValueError as error:
        raise ScenarioError(_no_toml(name, text, error)) from None
    try:
        return scenario_of({**around, **data}, outside, inside)
    except _FoundError as found:
        raise ScenarioError(_all(name, text, found.problems)) from None


def scenario_of(
    data: Mapping[str, Any], outside: Outside = nobody, inside: Place = Place.WORLD,
) -> Scenario:
    """The scenario that a table says, as read from TOML; ScenarioError names key paths only."""
    try:
        start: int | None = start_ms(data.get("start"))
    except UnfitError:
        start = None  # complained of below, with all the rest
    try:
        scenario = Scenario.model_validate(dict(data), context={"start_ms": start})
    except ValidationError as error:
        raise _FoundError(problems_of(error, Scenario)) from None
    if problems := list(check(scenario, outside, inside)):
        raise _FoundError(problems)
    return scenario


def refused(name: str, text: str, problems: list[Problem]) -> ScenarioError:
    """Problems that a caller found in a text, each with its line."""
    return ScenarioError(_all(name, text, problems))


class _FoundError(ScenarioError):
    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(_told(path_text(each.path), each.text) for each in problems))
        self.problems = problems


def _content(path: Path, name: str) -> str:
    if path.is_dir():
        raise ScenarioError(_told(name, "is a directory; give a TOML file"))
    if path.exists() and not path.is_file():
        raise ScenarioError(_told(name, "is no regular file; give a TOML file"))
    if path.exists() and path.stat().st_size > MOST_BYTES:
        raise ScenarioError(_told(name, f"is larger than {MOST_BYTES >> 20} MiB"))
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ScenarioError(_told(
            name, f"is no text in UTF-8 (byte {error.start}); a scenario is a TOML text")) from None


def _no_toml(name: str, text: str, error: Exception) -> str:
    said = str(error)
    if found := _LINE.search(said):
        if unfit := _date_like_at(text, int(found[1]), int(found[2])):
            return _told(f"{name}:{found[1]}", f"{unfit} is no possible date or time (column {found[2]}); "
                         f'must be {START_FORM}, or in quotes a time of day such as "22:30"')
        return _told(
            f"{name}:{found[1]}", f"no TOML: {said[:found.start()].strip()} (column {found[2]})")
    last = text.rstrip().count("\n") + 1
    return _told(f"{name}:{last}" if _AT_END in said else name, f"no TOML: {said}")


def _date_like_at(text: str, line: int, column: int) -> str:
    """What stands at this place and was meant as a date or a time, or ""."""
    lines = text.replace("\r\n", "\n").split("\n")
    here = lines[line - 1] if line <= len(lines) else ""
    return next(
        (each[0] for each in _DATE_LIKE.finditer(here) if each.start() < column <= each.end() + 1), "")


def _all(name: str, text: str, problems: list[Problem]) -> str:
    lines = _lines(text)
    said = [
        _told(f"{name}:{line_of(each.path, lines)}: {path_text(each.path)}", each.text)
        if each.path else _told(name, each.text)
        for each in problems[:MOST_PROBLEMS]
    ]
    if len(problems) > MOST_PROBLEMS:
        said.append(_told(name, f"and {len(problems) - MOST_PROBLEMS} more"))
    return "\n".join(said)


def _told(place: str, what: str) -> str:
    """A line of an error: where, and what in the language of this process."""
    return f"{place}: {in_language(what)}"


def _lines(text: str) -> dict[KeyPath, int]:
    try:
        return key_lines(text)
    except (ValueError, IndexError, RecursionError):
        return {}  # a complaint with the first line is better than none
