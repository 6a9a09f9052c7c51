"""Reads terminal master keys from a TOML file, whole or not at all; shows no digit of what it read.

``[one_for_all]`` or ``[[terminals]]`` with a ``tid``, or both (a key of one's own goes first).  Each
has a ``key``, or two or three ``components``, and every value stands with its ``check_value``.  So what
is told of a mistake names file, line and what is allowed, and never what stood there.
"""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from simulator.catalogue.language import Told
from simulator.catalogue.system_words import system_words
from simulator.scenario import key_words as say
from simulator.scenario.numbers import topology_of
from simulator.scenario.problems import path_text
from simulator.scenario.scenario import Scenario
from simulator.scenario.toml_lines import Path as KeyPath
from simulator.scenario.toml_lines import key_lines, line_of
from simulator.toml_reading import read_toml
from simulator.wire.identifiers import TID_LENGTH, listed, shown, unfit
from simulator.wire.master_keys import (
    LENGTHS,
    MOST_COMPONENTS,
    NO_FILE,
    MasterKey,
    MasterKeys,
    check_value,
    combined,
    has_odd_parity,
)

MOST_BYTES = 4 << 20
KEYS_OF_FILE = ("test_keys", "one_for_all", "terminals")
KEYS_OF_KEY = ("key", "components", "check_value")
KEYS_OF_COMPONENT = ("value", "check_value")
_HEX = re.compile(r"[0-9A-Fa-f]+")
_CHECK = re.compile(r"[0-9A-Fa-f]{6}(?:[0-9A-Fa-f]{2})?")
_COLUMN = re.compile(r"\(at line (\d+), column (\d+)\)")
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class KeyFileError(ValueError):
    """A key file that cannot be used; the text is for the person who wrote it, without a digit of a key."""


class _Wrong(Exception):  # noqa: N818 - it never leaves this module
    def __init__(self, path: KeyPath, what: Told) -> None:
        super().__init__(what.en)
        self.path = path
        self.what = what


def read_keys(path: Path) -> MasterKeys:
    """The keys of a file, or :class:`KeyFileError`."""
    return _read(path, None, ())


def read_keys_for(
    path: Path, known: Collection[str] | None, needed: Collection[str],
) -> MasterKeys:
    """The keys of a file: of ``known`` terminals only (None: of any), and of all that are ``needed``."""
    return _read(path, known, needed)


def keys_of(scenario: Scenario) -> MasterKeys:
    """The keys of a scenario that was loaded; the published test key for all where it names no file."""
    named = scenario.acquirer.key_file
    return read_keys(Path(named)) if named else NO_FILE


def with_keys(
    scenario: Scenario, folder: Path, needed: Collection[str], given: Path | None = None,
) -> Scenario:
    """The scenario with the whole path of its key file, or of another one, once that has been read."""
    if given is None and not scenario.acquirer.key_file:
        return scenario
    path = (folder / scenario.acquirer.key_file if given is None else given).absolute()
    read_keys_for(path, [place.tid for place in topology_of(scenario).terminals], sorted(needed))
    acquirer = scenario.acquirer.model_copy(update={"key_file": str(path)})
    return scenario.model_copy(update={"acquirer": acquirer})


def warnings_of(scenario: Scenario) -> Iterator[Told]:
    """What is to be told of the key file of a scenario that was loaded."""
    if scenario.acquirer.key_file:
        yield from warnings_about(Path(scenario.acquirer.key_file), keys_of(scenario))


def warnings_about(path: Path, keys: MasterKeys) -> Iterator[Told]:
    """What whoever uses a file should know of it: that others can read it, and keys without odd parity."""
    if os.name == "posix" and (mode := stat.S_IMODE(path.stat().st_mode)) & _OTHERS:
        yield say.READABLE.both(path=path, mode=mode)
    for whose, key in each_of(keys):
        if not has_odd_parity(key.octets):
            yield say.PARITY.both(path=path, whose=whose)


def each_of(keys: MasterKeys) -> Iterator[tuple[Told, MasterKey]]:
    """Every key, with whose it is."""
    if keys.one_for_all is not None:
        yield say.ALL.both(), keys.one_for_all
    for tid, key in keys.own.items():
        yield say.ONE.both(tid=shown(tid)), key


def _read(path: Path, known: Collection[str] | None, needed: Collection[str]) -> MasterKeys:
    text = _content(path)
    try:
        data = read_toml(text)
    except tomllib.TOMLDecodeError as error:  # its words may hold what it stumbled on
        found = _COLUMN.search(str(error))
        line = found[1] if found else text.count("\n") + 1
        raise KeyFileError(
            f"{path}:{line}: {say.NO_TOML.say(column=found[2] if found else 1)}") from None
    lines = key_lines(text)
    try:
        keys = _keys_in(data, str(path), lines)
        _check_terminals(keys, data, known, needed)
    except _Wrong as wrong:
        place = path_text(_named(wrong.path))
        line = line_of(wrong.path, lines)
        raise KeyFileError(
            f"{path}:{line}: {place}: {wrong.what.say()}" if place
            else f"{path}:{line}: {wrong.what.say()}") from None
    return keys


def _named(path: KeyPath) -> KeyPath:
    """A path without a name that is none of ours: somebody may have typed a key there."""
    ours = {*KEYS_OF_FILE, *KEYS_OF_KEY, *KEYS_OF_COMPONENT, "tid"}
    return tuple(part for part in path if isinstance(part, int) or part in ours)


def _content(path: Path) -> str:
    try:
        if not path.is_file() and path.exists():
            raise KeyFileError(f"{path}: {say.IRREGULAR.say()}")
        if path.stat().st_size > MOST_BYTES:
            raise KeyFileError(f"{path}: {say.TOO_LARGE.say(mib=MOST_BYTES >> 20)}")
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise KeyFileError(f"{path}: {say.UNREADABLE.say(why=system_words(error))}") from None
    except UnicodeDecodeError:
        raise KeyFileError(f"{path}: {say.NO_UTF8.say()}") from None
    except ValueError:  # a name that no file can have
        raise KeyFileError(f"{str(path)!r}: {say.IRREGULAR.say()}") from None


# ---- what stands in it -----------------------------------------------------------------------


def _keys_in(data: Mapping[str, Any], source: str, lines: Mapping[KeyPath, int]) -> MasterKeys:
    _allow((), data, KEYS_OF_FILE)
    if data.get("test_keys") is not True:
        raise _Wrong(("test_keys",), say.TEST_KEYS.both())
    one = data.get("one_for_all")
    one_for_all = None if one is None else _key_in(("one_for_all",), one, KEYS_OF_KEY)
    entries = data.get("terminals", [])
    if not isinstance(entries, list):
        raise _Wrong(("terminals",), say.LIST.both())
    own: dict[str, MasterKey] = {}
    for index, entry in enumerate(entries):
        path: KeyPath = ("terminals", index)
        key = _key_in(path, entry, ("tid", *KEYS_OF_KEY))
        tid = _text(path, entry, "tid")
        if why := unfit(tid, TID_LENGTH):
            raise _Wrong((*path, "tid"), why)
        if tid in own:
            first = ("terminals", list(own).index(tid), "tid")
            raise _Wrong((*path, "tid"), say.TWICE.both(tid=shown(tid), line=lines.get(first, 1)))
        own[tid] = key
    if one_for_all is None and not own:
        raise _Wrong((), say.NO_KEYS.both())
    return MasterKeys(own, one_for_all, source)


def _key_in(path: KeyPath, entry: object, allowed: tuple[str, ...]) -> MasterKey:
    if not isinstance(entry, dict):
        raise _Wrong(path, say.TABLE.both())
    _allow(path, entry, allowed)
    if ("key" in entry) == ("components" in entry):
        raise _Wrong(path, say.ONE_FORM.both())
    if "key" in entry:
        key = _octets((*path, "key"), _text(path, entry, "key"))
        _check(path, entry, key, say.CHECK_WRONG.both(what=say.THE_KEY.both(), right=check_value(key)))
        return MasterKey(key)
    components = _components((*path, "components"), entry["components"])
    key = combined(components)
    _check(path, entry, key, say.CHECK_OF_ALL.both(right=check_value(key)))
    return MasterKey(key, tuple(map(check_value, components)))


def _components(path: KeyPath, given: object) -> list[bytes]:
    if not isinstance(given, list):
        raise _Wrong(path, say.LIST.both())
    if not 2 <= len(given) <= MOST_COMPONENTS:
        raise _Wrong(path, say.COUNT.both(count=len(given)))
    found: list[bytes] = []
    for index, entry in enumerate(given):
        here: KeyPath = (*path, index)
        if not isinstance(entry, dict):
            raise _Wrong(here, say.TABLE.both())
        _allow(here, entry, KEYS_OF_COMPONENT)
        component = _octets((*here, "value"), _text(here, entry, "value"))
        if found and len(component) != len(found[0]):
            raise _Wrong((*here, "value"), say.UNEQUAL.both(
                count=2 * len(component), first=2 * len(found[0])))
        _check(here, entry, component, say.CHECK_WRONG.both(
            what=say.THE_COMPONENT.both(), right=check_value(component)))
        found.append(component)
    return found


def _octets(path: KeyPath, text: str) -> bytes:
    digits = "".join(text.split())
    if not _HEX.fullmatch(digits):
        raise _Wrong(path, say.NO_HEX.both())
    if len(digits) % 2 or len(digits) // 2 not in LENGTHS:
        raise _Wrong(path, say.LENGTH.both(count=len(digits)))
    return bytes.fromhex(digits)


def _check(path: KeyPath, entry: Mapping[str, Any], key: bytes, wrong: Told) -> None:
    given = "".join(_text(path, entry, "check_value").split())
    if not _CHECK.fullmatch(given):
        raise _Wrong((*path, "check_value"), say.CHECK_FORM.both())
    if not check_value(key).startswith(given.upper()):
        raise _Wrong((*path, "check_value"), wrong)


def _text(path: KeyPath, entry: Mapping[str, Any], name: str) -> str:
    if name not in entry:
        raise _Wrong((*path, name), say.MISSING.both())
    given = entry[name]
    if not isinstance(given, str):
        raise _Wrong((*path, name), say.TEXT.both())
    return given


def _allow(path: KeyPath, entry: Mapping[str, Any], allowed: tuple[str, ...]) -> None:
    for name in entry:
        if name not in allowed:
            raise _Wrong((*path, name), say.UNKNOWN.both(names=", ".join(allowed)))


def _check_terminals(
    keys: MasterKeys, data: Mapping[str, Any], known: Collection[str] | None, needed: Collection[str],
) -> None:
    if known is not None:
        for index, entry in enumerate(data.get("terminals", ())):
            if entry["tid"] not in known:
                raise _Wrong(("terminals", index, "tid"), say.NOBODY.both(
                    tid=shown(entry["tid"]), names=listed(known)))
    for tid in needed:
        if tid not in keys:
            raise _Wrong(("terminals",), say.NO_KEY_FOR.both(tid=shown(tid)))
