"""The catalogue of documented failure modes, as data: what, where documented, how it is done.

It decides nothing.  The rows stand in failures.toml; one with ``ways`` strikes as a fault, and what
its words mean there is the faults' business.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files

import msgspec

SOURCES = {  # names of firms stay as they are
    "A": "field guide of 乐视通: why money does not arrive",
    "B": "field guide of 盛付通: how to respond",
    "C": "field guide of 拉卡拉, with the case study",
    "D": "field guide: settlement that does not flow",
    "E": "field guide: looking up the records",
    "F": "what lines do to messages and bytes; common to fault proxies, in no field guide",
}
SOURCES_ZH = {
    "A": "乐视通现场手册：为何不到账", "B": "盛付通现场手册：如何应对", "C": "拉卡拉现场手册，含案例",
    "D": "现场手册：结算不畅", "E": "现场手册：查询记录",
    "F": "线路对报文与字节的影响；故障代理通用，不见于现场手册",
}
LAYERS = {
    "terminal": "Terminal",
    "network": "Network",
    "acquirer": "Acquirer and channels", "channel": "Acquirer and channels",
    "fraud": "Acquirer and channels", "policy": "Acquirer and channels",
    "provider": "Acquirer and channels",
    "bank": "Bank and accounts", "account": "Bank and accounts",
    "calendar": "Bank and accounts", "fee": "Bank and accounts", "dispute": "Bank and accounts",
    "operator": "People and records", "record": "People and records",
    "notice": "People and records", "settlement": "People and records",
    "paperwork": "People and records",
    "line": "Lines", "ecr": "Lines",
}


Names = str | tuple[str, ...]  # a text names a group of the file


class ActRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a mode does at one point, in the words of the file."""

    point: str
    verb: str
    code: str = ""
    ms: int = 0
    what: Names = ()
    chance: float = 1.0
    spread: bool = False
    lasting: bool = False
    first_only: bool = False
    only: str = ""


class FailureRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One documented failure mode; built where it has ways."""

    id: str
    en: str  # as the cause of what became of a sale
    zh: str
    text: str  # as documented
    sources: tuple[str, ...]  # letters of SOURCES
    simulator: str  # how it is made to happen in the world
    bench: str  # how it is done to a real device, or to the host and line that face it
    must_hold: str
    simulator_zh: str
    bench_zh: str
    must_hold_zh: str
    device: str = ""  # how it is done on the virtual device
    device_zh: str = ""
    defect: str = ""  # the machine built wrong that the mode's scenario catches
    no_defect: str = ""  # or why there can be none
    no_defect_zh: str = ""
    remedies: tuple[str, ...] = ()  # ids of REMEDIES
    checked_by: str = ""  # no fault but what a terminal does by itself: the check of a bench that sees it
    setting: str = ""  # no fault but a setting of the scenario: which key
    targets: Names = ()
    parameters: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    state: bool = False
    ways: dict[str, tuple[ActRow, ...]] = {}  # the first is the usual one

    @property
    def layer(self) -> str:
        """The table that it belongs to."""
        return LAYERS[self.id.partition(".")[0]]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    groups: dict[str, tuple[str, ...]]
    modes: tuple[FailureRow, ...]


@lru_cache(maxsize=1)
def _file() -> _File:
    text = files(__package__).joinpath("failures.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), _File)


def catalogue() -> dict[str, FailureRow]:
    """Every row by its id, in the order of the layers."""
    return {row.id: row for row in _file().modes}


def listed(names: Names) -> tuple[str, ...]:
    """What names say, those of a group where one is named; ``KeyError`` for no group."""
    return _file().groups[names] if isinstance(names, str) else names
