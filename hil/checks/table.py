"""All checks, in the order of their groups; and which of them somebody asks for."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from hil.checks import (
    rows_asked,
    rows_batch,
    rows_ecr,
    rows_keys,
    rows_limits,
    rows_power,
    rows_reply,
    rows_reversal,
    rows_scripts,
    rows_trade,
)
from hil.checks.check import GROUPS, Check
from simulator.scenario.problems import no_such

_ROWS = (
    *rows_reversal.ROWS, *rows_reply.ROWS, *rows_power.ROWS, *rows_keys.ROWS, *rows_batch.ROWS, *rows_limits.ROWS,
    *rows_trade.ROWS, *rows_ecr.ROWS, *rows_asked.ROWS, *rows_scripts.ROWS,
)
CHECKS: dict[str, Check] = {
    row.id: row for group in GROUPS for row in _ROWS if row.group is group
}
assert len(CHECKS) == len(_ROWS), "no number stands there twice"


class UnknownCheckError(ValueError):
    """A name that no check has."""


def chosen(only: Sequence[str]) -> list[Check]:
    """The checks of these numbers, groups or patterns; all where none is given.

    >>> [check.id for check in chosen(["REV-0[12]"])], len(chosen(["QR"])) > 3
    (['REV-01', 'REV-02'], True)
    """
    wanted = [word.strip() for words in only for word in words.split(",") if word.strip()]
    if not wanted:
        return list(CHECKS.values())
    for word in wanted:
        if not any(_fits(word, check) for check in CHECKS.values()):
            groups = [group.value for group in GROUPS]
            raise UnknownCheckError(no_such("no check", word, [*groups, *CHECKS]))
    return [check for check in CHECKS.values() if any(_fits(word, check) for word in wanted)]


def _fits(word: str, check: Check) -> bool:
    word = word.upper()
    return word in (check.id, check.group.value) or fnmatchcase(check.id, word)
