"""What must hold of the tables that a scenario's host gives out, and of demands to load them."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.scenario.plan import DEMAND
from simulator.scenario.problems import Problem
from simulator.scenario.scenario import Scenario
from simulator.scenario.table_files import TableFileError, library_named
from simulator.wire.dialects import DialectError, dialect_named
from simulator.wire.masking import mask_cards

DEMAND_PART = "processing_request"  # of a header


def check_tables(scenario: Scenario) -> Iterator[Problem]:
    """What is wrong with tables and demands."""
    acquirer = scenario.acquirer
    try:
        library_named(acquirer.tables, acquirer.black_list, acquirer.entries_in_message)
    except TableFileError as error:
        yield Problem(("acquirer", "tables"), mask_cards(str(error)))
    yield from _demands(scenario)


def _demands(scenario: Scenario) -> Iterator[Problem]:
    """No host asks for a download in a header that has no room for it."""
    try:
        dialect = dialect_named(scenario.acquirer.dialect)
    except DialectError:
        return  # complained of by itself
    if DEMAND_PART in {part.name for part in dialect.header}:
        return
    for index, action in enumerate(scenario.actions):
        if action.do == DEMAND:
            yield Problem(("actions", index, "do"), f"{DEMAND}: the header of the dialect "
                          f"{dialect.name} has no room for a processing request")
