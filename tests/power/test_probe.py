"""A supply is looked at before a run, and nothing is switched unless that was asked for."""

from __future__ import annotations

import pytest
from fake_board import FakeBoard

from hil.power.powers import PowerPlace, power_settings
from hil.power.probe import probe
from simulator.catalogue.language import speaking

QUICK = {"tries": 1, "settle_ms": 20, "least_off_ms": 0}


def states(driver, settings, folder, click=False):
    return [(each.name.en, each.state) for each in looks(driver, settings, folder, click)]


def looks(driver, settings, folder, click=False):
    return list(probe(power_settings(driver, settings), PowerPlace(tid="1", folder=folder), click=click))


def relay(board, kind="lcus-8"):
    return {"port": board.path, "board": kind, "times": QUICK}


def test_a_board_that_answers_is_told_of_and_not_switched(tmp_path):
    board = FakeBoard()
    assert states("serial_relay", relay(board), tmp_path) == [
        ("power (serial_relay)", "ok"), ("the relay clicks", "not asked")]
    assert board.heard == [b"\xFF"]


@pytest.mark.parametrize(("kind", "stuck", "state"), [
    ("lcus-8", (), "ok"), ("lcus-8", (1,), "not ok"), ("lcus-1", (), "not asked"),
])
def test_a_relay_is_heard_to_click_where_it_can_tell(tmp_path, kind, stuck, state):
    board = FakeBoard(stuck=stuck)
    last = looks("serial_relay", relay(board, kind), tmp_path, click=True)[-1]
    assert (last.name.en, last.state) == ("the relay clicks", state)
    assert (last.advice is None) is (state == "ok")


@pytest.mark.parametrize(("driver", "settings"), [
    ("serial_relay", {"port": "/dev/ttyUSB99"}),
    ("command", {"on": ["/no/such/program"], "off": ["true"]}),
    ("process", {"command": ["/no/such/terminal"]}),
    ("labgrid", {"place": "till-3", "client": ["/no/such/client"]}),
    ("labgrid", {"environment": "lab.yaml"}),
    ("http", {"on": "http://127.0.0.1:1/on", "off": "http://127.0.0.1:1/off", "ask": "http://127.0.0.1:1/",
              "says_on": "1", "says_off": "0"}),
])
def test_what_is_not_there_is_said_with_what_to_do_in_both_languages(tmp_path, driver, settings):
    for language in ("en", "zh"):
        with speaking(language):
            [found] = looks(driver, settings, tmp_path)
        assert found.state == "not ok"
        assert found.advice is not None
        assert found.seen.say(language)
