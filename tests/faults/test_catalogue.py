"""The catalogue: every documented row once, whole, and honest about what is built."""

from __future__ import annotations

import json
from collections import Counter

import msgspec
import pytest

from simulator.catalogue.failures import LAYERS, SOURCES, FailureRow, catalogue
from simulator.catalogue.places import Place
from simulator.catalogue.remedies import REMEDIES
from simulator.commands.failure_facts import facts_of
from simulator.commands.failures import show_failures
from simulator.commands.inputs import InputError
from simulator.faults.modes import MODES, mode_of

ROWS = list(catalogue().values())
DOCUMENTED = {"Terminal": 10, "Network": 7, "Acquirer and channels": 13, "Bank and accounts": 14,
              "People and records": 16, "Lines": 26}


def test_every_documented_mode_is_there():
    assert Counter(row.layer for row in ROWS) == DOCUMENTED
    assert set(LAYERS.values()) == set(DOCUMENTED)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_row_says_everything(row):
    assert row.text
    assert row.simulator
    assert row.bench
    assert row.must_hold
    for told in (row.zh, row.simulator_zh, row.bench_zh, row.must_hold_zh):
        assert any("\u4e00" <= letter <= "\u9fff" for letter in told)
    assert row.remedies
    assert set(row.remedies) <= set(REMEDIES)
    assert row.en
    assert row.sources
    assert set(row.sources) <= set(SOURCES)


def test_every_remedy_is_some_failures_or_can_be_taken_and_has_words_in_both_languages():
    told = {each for row in ROWS for each in row.remedies}
    for name, remedy in REMEDIES.items():
        assert name in told or remedy.places, name
        assert remedy.en
        assert any("\u4e00" <= letter <= "\u9fff" for letter in remedy.zh)
        assert bool(remedy.ends) <= bool(remedy.places)


def test_what_a_remedy_ends_is_a_built_mode_that_names_it():
    for name, remedy in REMEDIES.items():
        for mode in remedy.ends:
            assert mode in MODES
            assert name in catalogue()[mode].remedies, (mode, name)


def test_what_a_live_host_is_said_to_do_it_does_and_nothing_else():
    """Of a mode that its table of abilities refuses on a live host nobody is told that the live host does it."""
    for name, mode in MODES.items():
        is_said = "live host that it talks to does it" in catalogue()[name].device
        assert not is_said or Place.LIVE_HOST in mode.places(), name
        assert ("live host" in catalogue()[name].device) == ("实时主机" in catalogue()[name].device_zh), name


def test_every_built_mode_is_documented():
    assert set(MODES) <= set(catalogue())


def test_at_least_two_modes_of_each_table_are_built():
    built = Counter(row.layer for row in ROWS if row.id in MODES)
    assert len(MODES) > 12
    assert all(built[layer] >= 2 for layer in DOCUMENTED)


def test_the_command_shows_all_and_counts_what_is_built(capsys):
    show_failures(None, as_json=False)
    shown = capsys.readouterr().out
    assert all(row.id in shown for row in ROWS)
    assert f"{len(ROWS)} documented, {len(MODES)} built" in shown


def test_the_command_shows_one_with_its_scenarios(capsys):
    show_failures("acquirer.maintenance", as_json=False)
    shown = capsys.readouterr().out
    assert "maintenance-case-study" in shown.replace(",", " ").split()
    assert "维护系统时会暂时关闭部分交易通道" in shown


def test_the_json_of_what_is_no_fault_names_the_check_that_sees_it(capsys):
    show_failures("ecr.exposed", as_json=True)
    facts = json.loads(capsys.readouterr().out)
    assert facts == facts_of(catalogue()["ecr.exposed"])
    assert (facts["built"], facts["checked_by"], facts["points"], facts["places"]) == (True, "TIL-23", [], [])


def test_a_row_that_is_neither_fault_nor_setting_nor_check_is_not_built():
    row = msgspec.structs.replace(catalogue()["ecr.exposed"], checked_by="")
    assert facts_of(row)["built"] is False


def test_an_unknown_mode_is_refused_with_the_one_that_was_meant():
    with pytest.raises(InputError, match=r"did you mean terminal\.hung / .+\?; allowed: the \d+ that daozhang failures lists"):
        show_failures("terminal.hang", as_json=False)


@pytest.mark.parametrize("key", ["en", "targets", "ways"])
def test_a_mode_has_one_row_and_nothing_in_it_is_unknown(key):
    row = msgspec.to_builtins(catalogue()["terminal.hung"])
    wrong = {"en": {"unknown_key": 1}, "targets": {"targets": ["nowhere"]},
             "ways": {"ways": {"usual": [{"point": "nowhere", "verb": "hang"}]}}}[key]
    with pytest.raises((msgspec.ValidationError, ValueError), match=r"unknown_key|nowhere"):
        mode_of(msgspec.convert(row | wrong, FailureRow))
