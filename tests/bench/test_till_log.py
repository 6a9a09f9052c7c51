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


# ---- receipts --------------------------------------------------------------------------------


def receipts(log):
    return [(each.line.order, each.line.fen) for each in read_logs([log.path]).of[TID]
            if type(each.line).__name__ == "Receipt"]


def sold(log, order, stan, result="approved"):
    wish = Wish(kind=Kind.SALE, order=order, amount_fen=100)
    log.heard("mid", wish, Told(result, order=order, stan=stan, batch=1))


def test_a_receipt_is_of_what_is_under_way_until_its_number_was_told(log):
    log.receipt(1, 1, 100)  # nobody has asked for anything
    for stan, order in enumerate(("S1", "S2"), 2):
        log.mean("mid", Wish(kind=Kind.SALE, order=order, amount_fen=100), None)
        log.receipt(1, stan, stan)
        sold(log, order, stan)
    log.receipt(1, 2, 22)  # a copy
    log.receipt(2, 2, 33)  # the same number in another batch
    assert receipts(log) == [("S1", 2), ("S2", 3), ("S1", 22), ("S2", 33)]
    said = [each.line.again for each in read_logs([log.path]).of[TID] if type(each.line).__name__ == "Receipt"]
    assert said == [False, False, True, False]  # whoever counts slips is warned of the copy alone


def test_the_receipt_of_a_refund_that_was_pending_is_the_refunds(log):
    refund = Wish(kind=Kind.REFUND, order="R1", amount_fen=50, original=Told("approved", order="S1"))
    log.mean("mid", refund, None)
    log.heard("mid", refund, Told("pending", kind=Kind.REFUND, order="R1", stan=7, batch=1))
    log.mean("mid", Wish(kind=Kind.SALE, order="S9", amount_fen=100), None)
    log.receipt(1, 7, 50)
    assert receipts(log) == [("S1", 50)]


def test_what_came_out_as_the_power_went_is_written_down_when_it_is_back(log):
    """A terminal without power says nothing: the log would be refused."""
    log.mean("mid", Wish(kind=Kind.SALE, order="S1", amount_fen=100), None)
    log.power(act("off"))
    log.receipt(1, 2, 100)
    assert receipts(log) == []
    log.power(act("on"))
    assert lines(log) == ["Meant", "PowerOff", "PowerOn", "Receipt"]
