"""What an editor knows from the published schema is what the reader takes, as far as a schema can say."""

from __future__ import annotations

import tomllib
from contextlib import suppress
from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import ValidationError
from test_scenario_refused import GOOD, REPLACED

from simulator.scenario.library import scenario_named, scenario_names
from simulator.scenario.scenario import Scenario
from simulator.scenario.schema import scenario_schema
from simulator.scenario.units import (
    DURATION_PATTERN,
    MOMENT_PATTERN,
    TIME_OF_DAY_PATTERN,
    UnfitError,
    amount_fen,
    basis_points,
    duration_ms,
    moment_after,
    start_ms,
    time_of_day_ms,
)

SCHEMA = scenario_schema()
VALIDATOR = Draft202012Validator(SCHEMA)
START_MS = 1_769_688_000_000
NO_PATTERN_KNOWS = {"2026-02-30T20:00", "share = nan"}  # how long February is; what a number is


def as_json(value: Any) -> Any:
    """As an editor hands TOML to a schema: dates and times as texts."""
    if isinstance(value, dict):
        return {key: as_json(each) for key, each in value.items()}
    if isinstance(value, list):
        return [as_json(each) for each in value]
    return value.isoformat() if isinstance(value, datetime | date | time) else value


def fits(text: str) -> bool:
    return VALIDATOR.is_valid(as_json(tomllib.loads(text)))


def field_is_refused(text: str) -> bool:
    try:
        Scenario.model_validate(tomllib.loads(text), context={"start_ms": START_MS})
    except ValidationError:
        return True
    return False


def test_the_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", scenario_names())
def test_every_scenario_that_comes_with_the_program_fits_it(name):
    assert fits(scenario_named(name))


BAD_FIELDS = [
    (there, instead) for there, instead, *_ in REPLACED
    if field_is_refused(GOOD.replace(there, instead, 1))
    and not any(each in instead for each in NO_PATTERN_KNOWS)
]


def test_the_text_that_the_bad_ones_are_made_from_fits_it():
    assert fits(GOOD)
    assert len(BAD_FIELDS) > 40


@pytest.mark.parametrize(("there", "instead"), BAD_FIELDS)
def test_a_field_that_the_reader_refuses_by_itself_is_refused_by_the_schema(there, instead):
    assert not fits(GOOD.replace(there, instead, 1))


@pytest.mark.parametrize(("there", "instead"), [
    ('"4d"', '"xx"'), ('"22:30"', '"25:30"'), ('"22:30"', '["25:30"]'),
    ('"22:30"', '"22:30"\nrepeats_after = "40"'), ('"1.00"', '"1.001"'), ('"1.00"', '"１.00"'),
    ('"2 working days after the window"', '"soon"'), ('arrived = "all"', 'arrived = "most"'),
    ('for = "4h"', 'for = "4h"\nhow = "loudly"'), ('for = "4h"', 'for = "4h"\nhow = "lost"'),
    ('for = "4h"', 'for = "4h"\ncode = "00"'), ('for = "4h"', 'for = "4h"\ncode = "999"'),
    ('for = "4h"', 'for = "4h"\noff_for = "2m"'), ('for = "4h"', 'for = "4h"\non = "reply"'),
    ('for = "4h"', 'for = "4h"\nof = "sail"'), ('for = "4h"', 'for = "4h"\nservices = ["sail"]'),
    ('"acquirer.maintenance"', '"acquirer.maintenence"'), ('do = "settle"', 'do = "setle"'),
    ("count = 2", 'tids = ["1234"]'), ("count = 2", 'count = 2, clerks = { "1" = "0000" }'),
    ("count = 2", 'count = 2, clerks = { "01" = "abc" }'),
    ('name = "shop"', 'name = "shop"\nfee = { percent = "101" }'),
])
def test_what_a_pattern_or_a_list_of_names_can_say_is_said(there, instead):
    assert there in GOOD
    assert not fits(GOOD.replace(there, instead, 1))


FEE_PATTERN = SCHEMA["$defs"]["Fee"]["properties"]["percent"]["pattern"]
AMOUNT_PATTERN = SCHEMA["$defs"]["Fee"]["properties"]["cap"]["pattern"]
START_PATTERN = SCHEMA["properties"]["start"]["pattern"]
READERS = [
    (duration_ms, DURATION_PATTERN), (lambda text: moment_after(START_MS, text), MOMENT_PATTERN),
    (time_of_day_ms, TIME_OF_DAY_PATTERN), (start_ms, START_PATTERN), (amount_fen, AMOUNT_PATTERN),
    (basis_points, FEE_PATTERN),
]
FORMS = st.one_of(
    st.text("0123456789dhms :.%T+-Z", max_size=8),
    st.from_regex(DURATION_PATTERN, fullmatch=True), st.from_regex(START_PATTERN, fullmatch=True),
    st.from_regex(TIME_OF_DAY_PATTERN, fullmatch=True), st.from_regex(AMOUNT_PATTERN, fullmatch=True),
    st.sampled_from([
        "2026-01-29T20:00", "2026-01-29 20:00:00+08:00", "2026-01-29T20:00:00.5Z", "20260129T2000",
        "2026-W05-4T20:00", "2026-01-29", "2026-01-29T24:00", "0.6%", "100.00", "٣s", "1h\n",
    ]),
)


@pytest.mark.parametrize(("reader", "pattern"), READERS)
@given(text=FORMS)
def test_what_the_reader_takes_fits_its_pattern(reader, pattern, text):
    with suppress(UnfitError):
        reader(text)
        assert Draft202012Validator({"pattern": pattern}).is_valid(text)
