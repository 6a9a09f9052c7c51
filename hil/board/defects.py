"""Firmware that is wrong on purpose: one defect each, compiled in; data, and where each is built."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

import msgspec

from hil.control.bench_error import BenchError
from simulator.catalogue.language import Message
from simulator.scenario.library import PACKAGE
from simulator.toml_reading import read_toml

ONE_ONLY = Message(
    "board_one_defect", "a board is built with one defect at a time: {names} were asked for",
    "每块板一次只能构建一个缺陷：要求了 {names}")


class BoardDefect(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that real firmware gets wrong."""

    name: str
    en: str
    zh: str
    kind: str = ""  # seen: in real terminals; known: what reviews look for
    caught_by: tuple[str, ...] = ()  # checks known to see it; "cuts" for cuts at random instants
    cut_kinds: tuple[str, ...] = ()  # of operations that are cut for it; usual ones without

    @property
    def macro(self) -> str:
        """By which it is compiled in."""
        return "DEFECT_" + self.name.upper().replace("-", "_")


@cache
def board_defects() -> dict[str, BoardDefect]:
    """All of them by name; none where the firmware's sources are not there."""
    table = files(PACKAGE).joinpath("board", "defects.toml")
    if not table.is_file():
        return {}
    rows = read_toml(table.read_text("utf-8")).get("defects", [])
    return {each.name: each for each in msgspec.convert(rows, tuple[BoardDefect, ...])}


def firmware_of(right: Path, defects: Sequence[str]) -> Path:
    """Where the firmware with this defect is built, beside the right one."""
    if len(defects) > 1:
        raise BenchError(ONE_ONLY.say(names=", ".join(defects)))
    return right.with_name(f"{right.stem}-{defects[0]}{right.suffix}") if defects else right
