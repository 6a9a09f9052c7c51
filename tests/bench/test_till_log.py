"""What a till saw of a standing terminal is a terminal log that the judge reads."""

from __future__ import annotations

import pytest

from hil.judging.terminal_log import read_logs
from hil.power.power import PowerAct
from hil.tills.ends import Told, Wish
from hil.tills.till_log import TillLog
from simulator.machines.terminal.profile import Card
from simulator.wire.kinds import Kind

TID = "77001234"


@pytest.fixture
def log(tmp_path):
    return TillLog(tmp_path / "till.jsonl", TID)


def lines(log):
    return [type(each.line).__name__ for each in read_logs([log.path]).of[TID]]


def act(what, error=""):
    return PowerAct(at_ms=1, supply="relay", act=what, took_ms=1, error=error)


def test_a_day_reads_back(log):
    sale = Wish(kind=Kind.SALE, order="S1", amount_fen=100)
    card = Card(pan="6200009753180120")
    log.mean("mid", sale, card)
    log.heard("mid", sale, Told("", order="S1"))  # it went dark: nothing was told
    log.mean("mid", sale, card)  # the same sale once more
    log.heard("mid", sale, Told("approved", "00", order="S1", stan=3, batch=1))
    void = Wish(kind=Kind.VOID, order="void-1", amount_fen=100, original=Told("approved", order="S1", stan=3))
    log.mean("mid", void, None)
    log.heard("mid", void, Told("failed", "", "no_reply", Kind.VOID, "void-1"))
    log.mean("mid", Wish(kind=Kind.SETTLEMENT, order="settle"), None)  # no purchase
    assert lines(log) == ["Meant", "Told", "Meant", "Told"]
    told = [each.line for each in read_logs([log.path]).of[TID]]
    assert {each.order for each in told} == {"S1"}
    assert [(each.outcome, each.stan) for each in told[1::2]] == [("approved", 3), ("unknown", 0)]
    assert b"6200009753180120" not in log.path.read_bytes()


def test_power_is_written_down_where_it_went(log):
    for each in (act("on"), act("off", "it did not click"), act("off"), act("off"), act("hang"), act("on"), act("on")):
        log.power(each)
    assert lines(log) == ["PowerOff", "PowerOn"]
