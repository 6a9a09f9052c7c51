"""The documented failure modes as causes: what each means for the money, and what people do about it.

Reads the catalogue, whose ids, words and remedies these are; adds what explains itself by no mode.
"""

from __future__ import annotations

from functools import lru_cache

import msgspec

from simulator.catalogue.failures import catalogue
from simulator.catalogue.remedies import words


class Cause(msgspec.Struct, frozen=True, gc=False):
    """One mode as a cause."""

    mode: str
    en: str
    zh: str
    remedy: str
    remedy_zh: str


SAYS_WHY = {"78": "terminal.software_stale"}
"""Response codes to a sale that one mode alone gives, whatever else struck its terminal meanwhile."""
UNEXPLAINED = Cause("", "no fault of the scenario explains it", "场景中的故障无法解释",
                    *words(("check_records", "contact_support")))


@lru_cache(maxsize=1)
def causes() -> dict[str, Cause]:
    """Every documented mode as a cause."""
    return {
        row.id: Cause(row.id, row.en, row.zh, *words(row.remedies))
        for row in catalogue().values()
    }


def cause_of(mode: str) -> Cause:
    """The row of a mode; an id that the catalogue does not have explains itself by its name."""
    if not mode:
        return UNEXPLAINED
    return causes().get(mode) or Cause(mode, mode, mode, UNEXPLAINED.remedy, UNEXPLAINED.remedy_zh)
