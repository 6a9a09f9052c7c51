"""What the judge is told beside the traces: what a line changed, and who was first."""

import pytest
from msgspec.structs import replace

from hil.bench.line_evidence import doubted, tails_of_changed, tails_of_spoilt
from hil.bench.people_first import people_first
from hil.relay.seen import Fate, SeenMessage, Way
from simulator.trace.records import Arrived, Concluded, SaleMeant, SaleUndone, WireCarried

TERMINAL, SHOP = "terminal.10000001", "merchant.shop"
FRAME, CHANGED = bytes(40) + b"12345678", bytes(40) + b"23456789"


def carried(frame):
    return WireCarried(1, "link.10000001", sender="acquirer", receiver=TERMINAL, frame=frame.hex().upper())


ARRIVED = Arrived(1, TERMINAL, sender="acquirer", what="reversal", mti="0410", tid="10000001", stan=2)
CHANGE = SeenMessage(number=1, at_ms=0.0, way=Way.DOWN, link=1, frame=FRAME, fate=Fate.CHANGED, sent=CHANGED)


def test_what_the_line_changed_is_not_genuine():
    tails = tails_of_changed([CHANGE])
    told = doubted([carried(CHANGED), ARRIVED, carried(FRAME), ARRIVED], tails)
    assert [each.genuine for each in told if isinstance(each, Arrived)] == [False, True]


@pytest.mark.parametrize("fate", [Fate.PASSED, Fate.LOST, Fate.HELD, Fate.REPEATED])
def test_what_passed_or_was_lost_is_as_it_was(fate):
    seen = SeenMessage(number=1, at_ms=0.0, way=Way.DOWN, link=1, frame=FRAME, fate=fate)
    assert doubted([carried(FRAME), ARRIVED], tails_of_changed([seen])) == [carried(FRAME), ARRIVED]


def test_what_the_host_spoilt_is_not_genuine_at_its_terminal_which_cannot_know():
    spoilt = replace(ARRIVED, genuine=False)
    host = [ARRIVED, carried(FRAME), spoilt, carried(CHANGED), ARRIVED, carried(FRAME)]
    told = doubted([carried(FRAME), ARRIVED, carried(CHANGED), ARRIVED], tails_of_spoilt(host))
    assert [each.genuine for each in told if isinstance(each, Arrived)] == [True, False]
    assert tails_of_spoilt([ARRIVED, carried(FRAME)]) == frozenset()


def meant(at_ms, sale):
    return sale, SaleMeant(at_ms, SHOP, sale=sale, amount_fen=1)


def concluded(at_ms, sale):
    return Concluded(at_ms, TERMINAL, sale=sale, what="sale", result="approved")


def test_a_sale_is_meant_before_it_is_shown():
    told = people_first([meant(10, "S1"), meant(25, "S2")], {"1": [concluded(12, "S1"), concluded(20, "S2")]})
    assert [each.at_ms for each in told] == [10, 20]


def test_people_keep_their_order():
    told = people_first([meant(30, "S1"), meant(31, "S2")], {"1": [concluded(29, "S2")]})
    assert [(each.sale, each.at_ms) for each in told] == [("S1", 29), ("S2", 29)]


def test_undoing_is_meant_before_the_order_that_undoes():
    undone = "V1", SaleUndone(50, SHOP, sale="S1", how="void")
    assert people_first([undone], {"1": [concluded(40, "V1")]})[0].at_ms == 40


def test_what_no_terminal_shows_stays_where_it_is():
    assert people_first([meant(10, "S1")], {})[0].at_ms == 10
