"""What must hold of the acquirer, its dialect and the lines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from simulator.catalogue.response_codes import RESPONSE_CODES
from simulator.faults.modes import MODES, Parameter
from simulator.money.calendar import WorkingDays
from simulator.scenario.acquirer_dialect import NO_HEADER, dialect_of
from simulator.scenario.names_and_times import latency_fits
from simulator.scenario.parts.acquirer import Acquirer
from simulator.scenario.problems import Problem
from simulator.scenario.scenario import Scenario
from simulator.scenario.table_checks import check_tables
from simulator.wire.dialect import Dialect
from simulator.wire.dialects import DialectError, dialect_named
from simulator.wire.header import NAMES as HEADER_PARTS
from simulator.wire.kinds import KEY_DOWNLOADS, Kind
from simulator.wire.masking import mask_cards

LEAST_PAUSE_MS = 10
VERSION_PARTS = frozenset({"software_version", "software_sub_version"})


def check_networks(scenario: Scenario) -> Iterator[Problem]:
    """The acquirer's settings fit its dialect, and waits are long enough."""
    yield from latency_fits(("acquirer", "latency"), scenario.acquirer.latency)
    answer = scenario.acquirer.unknown_kind_answer
    if answer not in RESPONSE_CODES:
        yield Problem(("acquirer", "unknown_kind_answer"), f"no response code {answer}; "
                      f"allowed: {', '.join(RESPONSE_CODES)}")
    try:
        dialect = dialect_named(scenario.acquirer.dialect)
    except DialectError as error:
        yield Problem(("acquirer", "dialect"), mask_cards(str(error)))  # whole: it says where and what
    else:
        yield from _heads(scenario.acquirer, dialect)
        yield from _key_codes(scenario.acquirer, dialect)
        yield from _versions(scenario)
    yield from check_tables(scenario)
    yield from _days(scenario.acquirer)
    if scenario.acquirer.issuer_reversal_every_ms < LEAST_PAUSE_MS:
        yield Problem(("acquirer", "issuer_reversal_every"),
                      f"at least {LEAST_PAUSE_MS} ms must lie between two tries")
    for kind in ("dial_up", "ethernet", "wifi", "mobile"):
        yield from latency_fits(("network", kind, "latency"), getattr(scenario.network, kind).latency)


def _heads(acquirer: Acquirer, dialect: Dialect) -> Iterator[Problem]:
    """What replies shall have in front is something that the dialect has a place for."""
    if acquirer.tpdu and not dialect.framing.tpdu_length:
        yield Problem(("acquirer", "tpdu"), f"the dialect {dialect.name} has no TPDU; leave tpdu out")
    named = {part.name for part in dialect.header}
    if acquirer.header and (not named if acquirer.header == NO_HEADER else named != set(HEADER_PARTS)):
        yield Problem(("acquirer", "header"), (
            f"the header of the dialect {dialect.name} has other parts than these digits; leave header out"
            if named else f"the dialect {dialect.name} has no header; leave header out"))


def _days(acquirer: Acquirer) -> Iterator[Problem]:
    """Days that are closed or opened beside those that are announced: each says something."""
    announced = WorkingDays()
    for name, days, is_opened in (
        ("closed_days", acquirer.closed_days, False), ("opened_days", acquirer.opened_days, True),
    ):
        for place, day in enumerate(days):
            if day in days[:place]:
                yield Problem(("acquirer", name, place), f'"{day}" is there twice')
            elif is_opened and day in acquirer.closed_days:
                yield Problem(("acquirer", name, place), f"{day} is a closed day too")
            elif announced.is_working_day(date.fromisoformat(day)) is is_opened:
                why = "a working day" if is_opened else "no working day"
                yield Problem(("acquirer", name, place), f"{day} is {why} anyway; leave it out")


def _key_codes(acquirer: Acquirer, dialect: Dialect) -> Iterator[Problem]:
    """A further code of a sign-on means nothing else, and nothing by itself."""
    row = dialect.kind[Kind.SIGN_ON]
    for code in acquirer.key_download_as:
        where = ("acquirer", "key_download_as", code)
        kind = dialect.kinds_found.kind_of(row.mti, "", "", row.type_code, code)
        if code in KEY_DOWNLOADS:
            yield Problem(where, f"{code} has a form of its own; key_download says whether it is answered")
        elif kind not in (None, Kind.SIGN_ON):
            yield Problem(where, f"in the dialect {dialect.name} {code} is a {kind.value}")


def _versions(scenario: Scenario) -> Iterator[Problem]:
    """No host demands a version that a terminal has no room to tell."""
    dialect = dialect_of(scenario.acquirer)
    if {part.name for part in dialect.header} >= VERSION_PARTS:
        return
    why = f"the header of the dialect {dialect.name} has no room for a software version of 8 digits"
    if scenario.acquirer.minimum_software:
        yield Problem(("acquirer", "minimum_software"), why)
    for index, fault in enumerate(scenario.faults):
        mode = MODES.get(fault.mode)
        if mode is not None and Parameter.MINIMUM in mode.parameters:
            yield Problem(("faults", index, "mode"), f"{fault.mode}: {why}")
