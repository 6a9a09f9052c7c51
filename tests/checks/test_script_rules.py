"""Rules of issuer scripts on lines made by hand: the right one holds, each wrong one is told with its message."""

from __future__ import annotations

import pytest
from line_made import PAN, LineMade

from hil.checks import script_rules
from hil.checks.results import NotReachedError
from hil.checks.rows_scripts import AFTER, BEFORE, IDENTIFIERS
from hil.relay.seen import Fate
from simulator.wire.message import Original

FIRST, SECOND = IDENTIFIERS[BEFORE], IDENTIFIERS[AFTER]
RESULT = {"pan": PAN, "processing_code": "000000", "amount_fen": 1_000, "entry_mode": "022", "network_code": "951",
          "original": Original(1, 2, "0127"), "icc_data": bytes.fromhex(f"9505000004E000DF310A20{FIRST}20{SECOND}")}


def line(*, result=True, stan=3, answered=(Fate.PASSED,), late=False, **facts):
    """A sale whose reply held two scripts, what became of them, the next sale."""
    made = LineMade()
    made.sale(2)
    reply = made.seen[-1]
    if late:
        made.sale(4)
    for fate in answered if result else ():
        made.up("0620", "script_result", stan, **{**RESULT, **facts})
        made.down("0630", "script_result", stan, fate=fate)
    made.sale(5)
    return made.evidence(struck={"hit": (reply,)})


def wrong(rule, evidence):
    return [(each.number, each.what.en) for each in rule.look(evidence).wrong]


COME = script_rules.results_come("hit", (FIRST, SECOND))


def test_results_that_fit_are_held():
    assert wrong(COME, line()) == []
    assert COME.look(line()).value == "1"
    assert wrong(script_rules.goes_before_what_is_new("hit"), line()) == []
    assert wrong(script_rules.told_until_answered("hit"), line()) == []


@pytest.mark.parametrize(("facts", "says"), [
    ({"result": False}, "no 0620 came"), ({"stan": 2}, "bears the number of its transaction"), ({"network_code": "000"}, "60.3"),
    ({"original": Original(1, 3, "0127")}, "F61"), ({"original": Original(2, 2, "0127")}, "F61"), ({"original": None}, "F61"),
    ({"amount_fen": 100_000}, "F4"), ({"pan": "6200013184247896"}, "F2"), ({"batch": 2}, "60.2"),
    ({"icc_data": b""}, "is of the scripts -"),
    ({"icc_data": bytes.fromhex(f"DF310520{FIRST}")}, f"is of the scripts {FIRST}, not {FIRST} {SECOND}"),
    ({"icc_data": bytes.fromhex(f"DF310A20{SECOND}20{FIRST}")}, f"is of the scripts {SECOND} {FIRST}"),
])
def test_results_that_do_not_fit_are_told_with_their_message(facts, says):
    [(number, what)] = wrong(COME, line(**facts))
    assert says in what
    assert number == (2 if facts == {"result": False} else 3)


def test_what_the_chip_made_of_a_script_is_no_fault_of_the_terminal():
    assert wrong(COME, line(icc_data=bytes.fromhex(f"DF310A11{FIRST}00{SECOND}"))) == []


def test_a_sale_before_the_result_is_wrong():
    [(number, what)] = wrong(script_rules.goes_before_what_is_new("hit"), line(late=True))
    assert (number, "left before the 0620" in what) == (3, True)
    made = LineMade()
    made.sale(2)
    with pytest.raises(NotReachedError):
        script_rules.goes_before_what_is_new("hit").look(made.evidence(struck={"hit": (made.seen[-1],)}))


@pytest.mark.parametrize(("answered", "least", "says"), [
    ((Fate.LOST, Fate.PASSED), 2, ""), ((Fate.LOST, Fate.LOST, Fate.PASSED), 2, ""),
    ((Fate.LOST,), 2, "came 1 times, not 2"), ((Fate.PASSED, Fate.PASSED), 1, "was answered and came again"),
])
def test_it_comes_until_it_is_answered_and_no_longer(answered, least, says):
    found = wrong(script_rules.told_until_answered("hit", least), line(answered=answered))
    assert [says in what for _, what in found] == ([True] if says else [])
