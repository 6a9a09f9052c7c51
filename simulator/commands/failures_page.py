"""The page of all documented failure modes, printed from their rows (``make docs``)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from simulator.catalogue.failures import SOURCES, SOURCES_ZH, FailureRow, catalogue
from simulator.commands.failure_facts import facts_of

HEAD = """# The documented failure modes

Every way in which money that a terminal took does not arrive, as five field guides document it, and what lines do to
messages. `daozhang failures ID` tells all of one mode, `daozhang failures WORD` looks for a word, `--lang zh` in Chinese.
This page is printed from the rows of `simulator/catalogue/failures.toml` by `python -m simulator.commands.failures_page`
(`make docs`); change those. How a fault is written: [scenarios.md](scenarios.md).
"""
COLUMNS = ("id", "cause", "from", "in the simulator", "must hold", "where", "parameters", "actions", "wrong machine")


def page() -> str:
    """The whole page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield HEAD
    for letter, what in SOURCES.items():
        yield f"- **{letter}** {what} ({SOURCES_ZH[letter]})"
    for layer, rows in groupby(catalogue().values(), key=lambda row: row.layer):
        yield f"\n## {layer}\n"
        yield f"| {' | '.join(COLUMNS)} |"
        yield "|---" * len(COLUMNS) + "|"
        for row in rows:
            yield f"| {' | '.join(_cells(row))} |"


def _cells(row: FailureRow) -> tuple[str, ...]:
    facts = facts_of(row)
    where = ", ".join(facts["places"]) or (
        f"setting `{row.setting}`" if row.setting else f"check {row.checked_by} of a bench" if row.checked_by else "–")
    parameters = ", ".join(
        f"{name} = {value}" if (value := facts["defaults"].get(name)) else name
        for name in facts["parameters"])
    return (
        f"`{row.id}`", f"{row.en} ({row.zh})", "".join(row.sources), row.simulator, row.must_hold, where,
        parameters or "–", ", ".join(f"`{name}`" for name in facts["actions"]) or "–",
        f"`{row.defect}`" if row.defect else row.no_defect or "–",
    )


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), "utf-8")
