"""What a third round of newcomers met: words without effect, times alone, the order of Givens, faults that nobody met."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from hil.gherkin import excused
from hil.gherkin.calendar_words import read_moment
from hil.gherkin.made import Made
from hil.gherkin.play import play
from hil.gherkin.reading import readings
from hil.gherkin.steps import (
    merchant_steps,
    money_steps,
    selling_steps,
    settlement_steps,
    time_steps,
)
from hil.gherkin.wrong import WrongError
from hil.tills.ends import Told, Wish
from simulator.commands.inputs import ExitCode
from simulator.local_time import HOUR_MS, MINUTE_MS
from simulator.wire.kinds import Kind

TEN_MS = read_moment("2026-01-27 10:00").at_ms(0)


def does(text, kind):
    return [each.clauses[-1].sentence.does for each in readings(text, kind)]


@pytest.mark.parametrize(("text", "kind", "means"), [
    ("the customer has paid nothing so far", "then", money_steps.paid_nothing),
    ("the merchant owes nothing any more", "then", money_steps.owes_nothing),
    ("the merchant owes ¥5.00 any more", "then", None), ("the merchant is owed ¥5.00", "then", None), ("the merchant owes ¥5.00", "then", money_steps.owes),
    ("the merchant sells for ¥5.00 so far", "when", None),
    ("the merchant sells for ¥5.00 any more", "when", None),
    ("第二天10:00", "when", time_steps.goes_on), ("the next day 10:00", "when", time_steps.goes_on), ("10 minutes later", "when", time_steps.passes),
    ("the next day 10:00", "then", None), ("第二天25:00", "when", None), ("second breakfast", "when", None),
    ('clerk "02" logs out', "when", selling_steps.clerk_signs_off), ('操作员"02"签退', "when", selling_steps.clerk_signs_off),
    ("the clerk logs out", "when", selling_steps.signs_off),
    ("the merchant pays no fee", "given", merchant_steps.fee), ("商户秒到，免手续费", "given", merchant_steps.paid),
])
def test_a_word_without_effect_is_no_part_of_an_act_and_a_time_may_stand_alone(text, kind, means):
    assert does(text, kind) == ([] if means is None else [means])


def test_without_a_fee_is_a_fee_of_nothing():
    read = readings("the merchant is paid on the next working day, without a fee", "given")
    said = {name: value for each in read[0].clauses for name, value in each.values().items()}
    assert (said["terms"], float(said["percent"])) == ("T+1", 0.0)


@pytest.mark.parametrize(("ago_ms", "lately_ms", "day"), [
    (0, 0, 27), (MINUTE_MS, 0, 28), (MINUTE_MS, 5 * MINUTE_MS, 27), (6 * MINUTE_MS, 5 * MINUTE_MS, 28),
])
def test_a_time_that_was_just_now_is_not_that_of_tomorrow(ago_ms, lately_ms, day):
    at_ms = read_moment("10:00").at_ms(TEN_MS + ago_ms, lately_ms=lately_ms)
    assert at_ms == TEN_MS + (day - 27) * 24 * HOUR_MS


def _stage(fault, *, terminal=1, merchant="Baker", kind=Kind.OFFLINE_SALE, at_ms=TEN_MS, result="approved"):
    """What is looked at of a stage: one fault that never struck, one sale."""
    made = Made(Wish(kind=kind, amount_fen=100), terminal, merchant, tries=[Told(result)], at_ms=at_ms)
    first = {"Baker": 1, "Butcher": 3}
    return SimpleNamespace(
        made=[made], faults=[{"mode": "network.router_down", "said_ms": TEN_MS - MINUTE_MS, **fault}],
        cast=SimpleNamespace(number_of=lambda shop, number: first[shop] + number - 1), target=SimpleNamespace(unstruck=lambda: ("network.router_down",)))


WINDOW = {"at": "2026-01-27T09:55:00+08:00", "for": "600000ms"}


@pytest.mark.parametrize(("fault", "sale", "is_excused"), [
    ({"target": "Baker", **WINDOW}, {}, True),
    ({"target": "", **WINDOW}, {}, True),
    ({"target": "Baker/1", **WINDOW}, {}, True),
    ({"target": "Baker/2", **WINDOW}, {}, False),
    ({"target": "Butcher", **WINDOW}, {}, False),
    ({"target": "Butcher/2", **WINDOW}, {"merchant": "Butcher", "terminal": 4}, True),
    ({"target": "Baker", **WINDOW}, {"at_ms": TEN_MS + 5 * MINUTE_MS}, False),  # it is over by then
    ({"target": "Baker", **WINDOW}, {"at_ms": TEN_MS - 6 * MINUTE_MS}, False),  # not yet
    ({"target": "Baker"}, {}, True),
    ({"target": "Baker"}, {"at_ms": TEN_MS - 2 * MINUTE_MS}, False),  # before it was said
    ({"target": "Baker", "ended_ms": TEN_MS - 1}, {}, False),  # mended before
    ({"target": "Baker", **WINDOW}, {"kind": Kind.SALE}, False),
    ({"target": "Baker", **WINDOW}, {"result": "refused"}, False),
    ({"target": "Baker", "mode": "acquirer.outage", **WINDOW}, {}, False),
])
def test_an_offline_sale_excuses_a_fault_of_its_own_terminal_and_time(fault, sale, is_excused):
    assert excused.stayed_away(_stage(fault, **sale)) == (() if is_excused else ("network.router_down",))


def test_one_offline_sale_does_not_excuse_a_second_fault_of_another_shop():
    stage = _stage({"target": "Baker", **WINDOW})
    stage.faults.append({"mode": "network.router_down", "said_ms": TEN_MS, "target": "Butcher", **WINDOW})
    stage.target = SimpleNamespace(unstruck=lambda: ("network.router_down",) * 2)
    assert excused.stayed_away(stage) == ("network.router_down",)


@pytest.mark.parametrize(("results", "taken", "not_taken"), [
    (("approved", "approved"), "", "the settlement was taken"), (("refused",), "the settlement was not taken", ""),
    (("approved", "declined"), "the settlement was not taken", "the settlement was taken"),
    (("pending",), "not known yet", "not known yet"), (("",), "not known yet", "not known yet"), ((), "nobody settled", "nobody settled"),
])
def test_a_settlement_that_is_under_way_is_neither_taken_nor_refused(results, taken, not_taken):
    stage = SimpleNamespace(settlements=[Told(each) for each in results], now_ms=TEN_MS)
    for step, wrong in ((settlement_steps.taken, taken), (settlement_steps.not_taken, not_taken)):
        if wrong:
            with pytest.raises(WrongError, match=wrong):
                step(stage)
        else:
            step(stage)


ORDER = """Feature: mine
  Scenario: Who comes is said behind what is wrong
    Given a merchant "Corner Shop" with one terminal
    And it is 2026-01-27 10:00
    And the router is down from 10:00 for 2 minutes
    And the merchant is paid on the next working day, less a fee of 0.6%
    And clerk "02" with password "1234" works at the merchant
    When the merchant sells for ¥68.00
    Then it fails because the network is down
    When clerk "02" sells for ¥3.00
    Then the terminal refuses it because this clerk is not signed in
    When it is 10:30
    And the merchant sells for ¥5.00
    And the merchant settles
    Then by 2026-01-28 18:00 the merchant has received ¥4.97

  Scenario: A time behind When is later, and not when all begins
    Given a merchant "Corner Shop" with one terminal
    And it is 2026-01-27 10:00
    And 20 customers an hour come until 12:00
    When it is 22:00
    And the merchant settles
    Then every sale has arrived by 2026-01-28 18:00
"""


def test_givens_may_come_in_any_order_and_time_goes_on_behind_a_when(tmp_path):
    feature = tmp_path / "mine.feature"
    feature.write_text(ORDER, "utf-8")
    assert play([str(feature)], ["-f", "null"]) is ExitCode.PASSED
