"""Windows that are states: software that is asked for and then refused, clerks that go on selling."""

from __future__ import annotations

import pytest

from simulator.judge.verdict import Verdict
from simulator.scenario.read import scenario_of_text
from simulator.trace.records import (
    ActionTaken,
    Concluded,
    FaultEnded,
    FaultFired,
    SaleMeant,
    WireCarried,
)
from simulator.trial import TrialOptions, try_scenario
from simulator.wire.codec import Codec
from simulator.wire.dialects import usual_dialect

HEAD = """
title = "states"
start = 2026-01-27T09:00:00+08:00
until = "14h"
[[merchants]]
name = "shop"
terminals = { count = 1, settings = { settlement_tries = 1 } }
"""
SALES = 'sales = { per_hour = 30, until = "20:00" }\n'
MAINTENANCE = """
[[faults]]
label = "works"
mode = "acquirer.maintenance"
services = ["settling"]
at = "10:00"
for = "{}"
may_stay_away = true
"""
GO_ON = """
[[faults]]
label = "goes on"
mode = "operator.sale_in_maintenance"
target = "shop"
at = "11:00"
for = "1h"
"""
HOUR_MS = 3_600_000


def tried(text):
    records = []
    judgement = try_scenario(scenario_of_text(text), TrialOptions(), [records.append])
    return judgement, records


def hours_of_sales(records):
    began_ms = records[0].at_ms
    return {(each.at_ms - began_ms) // HOUR_MS for each in records if isinstance(each, SaleMeant)}


def test_clerks_go_on_selling_in_a_maintenance_and_strike_by_their_first_sale():
    _, without = tried(HEAD + SALES + MAINTENANCE.format("3h"))
    judgement, records = tried(HEAD + SALES + MAINTENANCE.format("3h") + GO_ON)
    assert not {1, 2, 3} & hours_of_sales(without)
    assert {1, 2, 3} & hours_of_sales(records) == {2}
    [struck] = [each for each in records if isinstance(each, FaultFired) and each.fault == "goes on"]
    first = next(each for each in records if isinstance(each, SaleMeant)
                 and each.at_ms >= records[0].at_ms + 2 * HOUR_MS)
    assert struck.at_ms == first.at_ms
    assert judgement.verdict is Verdict.PASS


def test_where_no_maintenance_is_announced_nobody_goes_on_in_one():
    judgement, records = tried(HEAD + SALES + GO_ON)
    assert not [each for each in records if isinstance(each, FaultFired)]
    assert judgement.reasons == ("fault 'goes on' (operator.sale_in_maintenance) never struck",)


@pytest.mark.parametrize(("delay", "refused"), [("1h", True), ("8h", False)])
def test_old_software_is_asked_to_update_and_refused_after_the_delay(delay, refused):
    """Sales every hour; the batch cannot be closed, so the update waits, and the host says 78."""
    script = ", ".join(
        f'{{ at = "{hour}:30", sale = "S{hour}", amount = "5.00" }}' for hour in range(10, 19))
    judgement, records = tried(HEAD + f"script = [ {script} ]\n" + MAINTENANCE.format("7h") + f"""
[[faults]]
label = "new"
mode = "terminal.software_stale"
at = "10:00"
for = "5h"
delay = "{delay}"
""")
    began_ms = records[0].at_ms
    codes = {(each.at_ms - began_ms) // HOUR_MS: each.response_code for each in records
             if isinstance(each, Concluded) and each.what == "sale"}
    assert ("78" in {codes.get(hour) for hour in (2, 3, 4, 5)}) is refused
    assert codes[max(codes)] == "00"  # the window is over: nothing is asked for any more
    assert [each.fault for each in records if isinstance(each, FaultEnded)] == ["new", "works"]
    assert judgement.invariants[0].violations == 0


def test_a_long_queue_that_is_refused_at_once_is_served_to_its_end():
    """Thousands wait while an echo test times out; then the terminal refuses them in one moment."""
    sales = """sales = { per_hour = 40000.0, from = "10:00", until = "10:06" }
script = [ { at = "10:00", do = "echo_test" } ]
[[faults]]
mode = "network.outage"
how = "dropped"
at = "09:30"
for = "1h"
"""
    text = HEAD.replace("settlement_tries = 1", 'disabled = ["sale"], reply_timeout = "90s"') + sales
    judgement, records = tried(text)
    assert sum(isinstance(each, SaleMeant) for each in records) > 3_000
    assert judgement.money.declined.sales > 3_000


def test_a_remedy_planned_for_after_everything_rests_is_waited_for():
    judgement, records = tried(HEAD + '[[actions]]\ndo = "check_records"\nat = "5d"\n')
    [taken] = [each for each in records if isinstance(each, ActionTaken)]
    assert taken.at_ms == records[0].at_ms + 120 * HOUR_MS
    assert judgement.reasons == ()


def test_what_a_terminal_sold_offline_is_taken_from_old_software_too():
    """Refused is what begins; an advice tells of what the customer has carried home already."""
    judgement, records = tried("""
title = "sold offline"
start = 2026-01-27T09:00:00+08:00
until = "14h"
[[merchants]]
name = "shop"
terminals = { count = 1, settings = { offline_limit = "500.00", advice_with_next_online = false, settlement_tries = 1 } }
script = [
    { at = "09:30", do = "offline_sale", sale = "S1", amount = "5.00" },
    { at = "12:30", sale = "S2", amount = "6.00" },
]
habits = { settles = "22:00" }
[[faults]]
label = "new"
mode = "terminal.software_stale"
at = "10:00"
for = "12h"
delay = "1s"
""")
    assert judgement.verdict is Verdict.PASS, judgement.findings
    sold = {each.sale: each.response_code for each in records if isinstance(each, Concluded) and each.sale}
    assert "S1" in sold


DOWN = """
[[faults]]
label = "down"
mode = "acquirer.outage"
target = "acquirer"
at = "{}"
nth = 1
off_for = "1h"
"""


def test_a_demand_that_was_made_while_the_host_was_down_holds_when_it_is_up():
    script = ", ".join(
        f'{{ at = "{hour:02}:30", sale = "S{hour}", amount = "5.00" }}' for hour in range(9, 15))
    _, records = tried(HEAD + f"script = [ {script} ]\n" + MAINTENANCE.format("5h") + DOWN.format("09:00").replace('"1h"', '"80m"') + """
[[faults]]
label = "new"
mode = "terminal.software_stale"
at = "10:00"
for = "4h"
delay = "15m"
""")
    codes = [
        each.response_code for each in records if isinstance(each, Concluded) and each.sale == "S10"]
    assert codes[0] == "78"  # at 10:30, ten minutes after it came up


def test_a_host_that_was_down_at_cut_over_works_in_the_new_day_when_it_is_up():
    text = HEAD.replace('until = "14h"', 'until = "40h"') + """
habits = { settles = "never" }
script = [
    { at = "2026-01-27T22:30", sale = "S1", amount = "5.00" },
    { at = "2026-01-28T02:00", sale = "S2", amount = "6.00" },
]
""" + DOWN.format("22:00").replace('"1h"', '"2h"')
    records = []
    try_scenario(scenario_of_text(text), TrialOptions(wire=True), [records.append])
    codec = Codec(usual_dialect())
    replies = [
        message for each in records if isinstance(each, WireCarried) and each.sender == "acquirer"
        for message in (codec.decode(bytes.fromhex(each.frame)),) if message.mti == "0210"]
    assert [message.settlement_date for message in replies if message.amount_fen == 600] == ["0128"]


def test_a_state_without_an_end_ends_once_when_all_faults_end():
    judgement, records = tried(HEAD + """
script = [{ at = "10m", sale = "S1", amount = "100.00" }]
[[faults]]
mode = "account.credential"
target = "shop"
at = "11:00"
[[actions]]
do = "check_records"
by = "shop"
at = "12:00"
""")
    ended = [each.at_ms - records[0].at_ms for each in records if isinstance(each, FaultEnded)]
    assert ended == [14 * HOUR_MS]  # no "for": until the faults end
    assert judgement.verdict is Verdict.PASS, judgement.reasons
