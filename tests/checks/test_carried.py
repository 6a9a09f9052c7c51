"""A host's trace as the line carried it: nobody is judged by what he never heard."""

from __future__ import annotations

from hil.checks.carried import as_carried
from hil.relay.decisions import LOSE, WRONG_MAC, Decision, Mac, change, hold
from hil.relay.matching import Match
from hil.relay.seen import Fate, SeenMessage, Way
from simulator.trace.records import Arrived, Lost, Sent

TERMINAL, HOST = "terminal.10000001", "acquirer"


def down(number: int, fate: Fate, rule: str = "", stan: int = 2, link: int = 1) -> SeenMessage:
    return SeenMessage(number=number, at_ms=number, way=Way.DOWN, link=link, mti="0210", tid="10000001", stan=stan,
                       fate=fate, rule=rule)


def up(number: int, fate: Fate = Fate.PASSED, stan: int = 2) -> SeenMessage:
    return SeenMessage(number=number, at_ms=number, way=Way.UP, link=1, mti="0200", tid="10000001", stan=stan, fate=fate)


def heard(stan: int = 2) -> Arrived:
    return Arrived(5, TERMINAL, sender=HOST, what="sale", mti="0210", tid="10000001", batch=1, stan=stan, amount_fen=100,
                   response_code="00")


def came() -> Arrived:
    return Arrived(4, HOST, sender=TERMINAL, what="sale", mti="0200", tid="10000001", batch=1, stan=2, amount_fen=100)


def carried(record: Arrived, seen: list[SeenMessage], decision: Decision = LOSE, **more: object):
    return as_carried([record], seen, {"hit": decision}, **more)[0]  # type: ignore[arg-type]


def test_what_passed_stays():
    assert carried(heard(), [down(1, Fate.PASSED)]) == heard()
    assert carried(heard(), []) == heard()


def test_what_the_line_lost_was_not_heard():
    for fate in (Fate.LOST, Fate.CUT_SHORT, Fate.GARBAGE, Fate.WRONG_LENGTH, Fate.HUNG_UP, Fate.RESET, Fate.NOWHERE):
        assert isinstance(carried(heard(), [down(1, fate, "hit")]), Lost), fate


def test_the_second_of_two_is_the_one_that_was_lost():
    records = as_carried([heard(), heard()], [down(1, Fate.PASSED), down(2, Fate.LOST)], {})
    assert [type(each) for each in records] == [Arrived, Lost]


def test_what_was_held_until_nobody_waited_was_not_heard():
    assert isinstance(carried(heard(), [down(1, Fate.HELD, "hit")], hold(3_000), gives_up_ms=2_000), Lost)
    assert carried(heard(), [down(1, Fate.HELD, "hit")], hold(500), gives_up_ms=2_000) == heard()
    assert isinstance(carried(heard(), [down(1, Fate.HELD, "hit")], hold(until=Match(mti="0400")), gives_up_ms=2_000), Lost)


def test_what_found_no_power_was_not_heard():
    assert isinstance(carried(heard(), [down(1, Fate.PASSED)], dark=frozenset({1})), Lost)


def test_what_was_changed_is_nobodys_word():
    told = carried(heard(), [down(1, Fate.CHANGED, "hit")], WRONG_MAC)
    assert isinstance(told, Arrived)
    assert (told.genuine, told.amount_fen) == (False, 100)
    foreign = carried(heard(), [down(1, Fate.CHANGED, "hit")], change("11", "987654", Mac.RIGHT))
    assert (foreign.genuine, foreign.amount_fen) == (False, None)


def test_what_is_asked_in_a_header_is_believed():
    told = carried(heard(), [down(1, Fate.CHANGED, "hit")], change("header", "603103100311"))
    assert (told.genuine, told.asks) == (True, "3")


def test_a_request_that_was_changed_is_not_the_terminals():
    assert carried(came(), [up(1, Fate.CHANGED)]).genuine is False
    assert carried(came(), [up(1)]).genuine is True


def test_what_came_behind_a_broken_message_and_was_asked_for_again_was_not_heard():
    seen = [down(1, Fate.CUT_SHORT, "hit"), down(2, Fate.PASSED, stan=3), up(3, stan=3)]
    assert isinstance(as_carried([heard(3)], seen, {"hit": LOSE})[0], Lost)
    assert as_carried([heard(3)], seen[:2], {"hit": LOSE})[0] == heard(3)


def test_other_records_stay():
    sent = Sent(3, HOST, to=TERMINAL, what="sale", mti="0210", tid="10000001", stan=2)
    assert as_carried([sent], [down(1, Fate.LOST)], {}) == [sent]
