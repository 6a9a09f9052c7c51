"""The catalogue of documented failure modes, as data: what, where documented, what must hold.

It decides nothing.  The rows stand in failures.toml; which of them strike as faults is known from
the rows of the faults' modes.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files

import msgspec

SOURCES = {
    "A": "field guide of 乐视通: why money does not arrive",
    "B": "field guide of 盛付通: how to respond",
    "C": "field guide of 拉卡拉, with the case study",
    "D": "field guide: settlement that does not flow",
    "E": "field guide: looking up the records",
}
LAYERS = {
    "terminal": "Terminal",
    "network": "Network",
    "acquirer": "Acquirer and channels", "channel": "Acquirer and channels",
    "fraud": "Acquirer and channels", "policy": "Acquirer and channels",
    "bank": "Bank and accounts", "account": "Bank and accounts",
    "calendar": "Bank and accounts", "fee": "Bank and accounts", "dispute": "Bank and accounts",
    "operator": "People and records", "record": "People and records",
    "notice": "People and records", "settlement": "People and records",
}


class FailureRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One documented failure mode."""

    id: str
    en: str  # as the cause of what became of a sale
    zh: str
    text: str  # as documented
    sources: tuple[str, ...]  # letters of SOURCES
    simulator: str  # how it is made to happen in the world
    bench: str  # how it is done to a real device, or to the host and line that face it
    must_hold: str
    remedies: tuple[str, ...] = ()  # ids of REMEDIES
    setting: str = ""  # no fault but a setting of the scenario: which key

    @property
    def layer(self) -> str:
        """The table that it belongs to."""
        return LAYERS[self.id.partition(".")[0]]


@lru_cache(maxsize=1)
def catalogue() -> dict[str, FailureRow]:
    """Every row by its id, in the order of the layers."""
    data = tomllib.loads(files(__package__).joinpath("failures.toml").read_text("utf-8"))
    rows = msgspec.convert(data["modes"], list[FailureRow])
    return {row.id: row for row in rows}
