"""What worlds made by chance (``tests.world.hunt``) found, made small: right machines, and no finding."""

from __future__ import annotations

from simulator.judge.verdict import Judgement, Verdict, Where
from simulator.scenario.read import scenario_of_text
from simulator.trace.records import Arrived, Disputed, FaultFired, ItemCleared, Record, Sent
from simulator.trial import TrialOptions, try_scenario

SPOILED_REFUSAL = """
title = "the refusal of an offline sale is spoiled on the line and believed"
start = "2026-03-10T10:00"
until = "1d"
drain = "5d"
[[banks]]
name = "bank.a"
limits = { times_a_day = 1 }
[[cards]]
name = "card.li"
bank = "bank.a"
[[merchants]]
name = "M"
terminals = { settings = { offline_limit = "500.00", unsealed_declines = "believe" } }
habits = { settles = "22:30" }
script = [
    { at = "10:10", do = "offline_sale", sale = "A", amount = "10.00", card = "card.li" },
    { at = "10:20", do = "offline_sale", sale = "B", amount = "20.00", card = "card.li" },
]
[[faults]]
label = "spoiled"
mode = "acquirer.mac_failure"
target = "M"
how = "altered_reply"
of = "offline_sale"
nth = 2
"""
RESTORED = """
title = "an older backup, each time somebody begins"
start = "2026-03-10T10:00"
until = "1d"
drain = "5d"
[[merchants]]
name = "M"
terminals = {}
habits = { settles = "22:30", after_failed_sale = "repeats", repeats_after = "5s" }
script = [
    { at = "10:10", sale = "A", amount = "10.00" },
    { at = "10:20", sale = "B", amount = "20.00" },
    { at = "10:30", sale = "C", amount = "30.00" },
]
[[faults]]
label = "restored"
mode = "record.lost"
target = "M"
at = "2026-03-10T10:15"
for = "1h"
[acquirer]
held_for = "1d"
"""
DAMAGED = """
title = "the record of a sale is damaged, and after it something was booked that asked nobody"
start = "2026-03-10T10:00"
until = "1d"
drain = "5d"
acquirer = { held_for = "1d" }
[[merchants]]
name = "M"
terminals = {}
habits = { settles = "22:30" }
script = [
    { at = "10:10", sale = "A", amount = "10.00" },
    { at = "10:11", do = "refund", sale = "B", of = "A", amount = "2.00" },
    { at = "10:20", sale = "C", amount = "30.00" },
    { at = "10:30", sale = "D", amount = "40.00" },
]
[[faults]]
label = "damaged"
mode = "terminal.component_failed"
target = "M"
how = "record"
of = "sale"
"""
REPLACED = """
title = "a terminal that only inquired is replaced"
start = "2026-03-10T10:00"
until = "1d"
drain = "5d"
[[cards]]
name = "card.li"
[[merchants]]
name = "M"
terminals = {}
habits = { settles = "22:30" }
script = [
    { at = "10:10", do = "balance", sale = "A", card = "card.li" },
    { at = "10:20", sale = "B", amount = "20.00" },
    { at = "10:30", sale = "C", amount = "30.00" },
]
[[faults]]
label = "lost"
mode = "terminal.lost"
target = "M"
of = "sale"
nth = 1
"""
LOOKED_INTO = """
title = "a merchant that is paid at once is looked into"
start = "2026-03-10T10:00"
until = "2d"
drain = "12d"
[[merchants]]
name = "M"
payout = "instant"
terminals = {}
habits = { settles = "22:30" }
script = [
    { at = "10:10", sale = "A", amount = "10.00" },
    { at = "10:20", sale = "B", amount = "20.00" },
    { at = "10:30", sale = "C", amount = "30.00" },
]
[[faults]]
label = "cash"
mode = "fraud.cash_out"
target = "M"
how = "released"
nth = 2
"""
PART_IN_SUSPENSE = """
title = "a sale that its bank returned, and a tip to it that is paid"
start = "2026-03-10T10:00"
until = "2d"
drain = "5d"
[[merchants]]
name = "M"
payout = "instant"
terminals = {}
habits = { settles = "22:30" }
script = [
    { at = "10:10", sale = "A", amount = "187.02" },
    { at = "10:40", do = "tip", sale = "B", of = "A", amount = "18.00" },
]
[[faults]]
label = "other name"
mode = "account.mismatch"
target = "M"
at = "2026-03-10T10:05"
for = "10m"
"""
REFUSED_BESIDE = """
title = "a second case about a sale that is charged back already: refused, and it changes nothing"
start = "2026-03-10T10:00"
until = "2d"
drain = "9d"
acquirer = { disputes = { representment_within = "1d" } }
[[merchants]]
name = "M"
terminals = {}
habits = { settles = "22:30" }
script = [ { at = "10:10", sale = "A", amount = "71.82" } ]
[[disputes]]
sale = "A"
at = "2026-03-10T12:00"
course = [ { do = "chargeback", after = "0h" } ]
[[disputes]]
sale = "A"
at = "2026-03-10T13:00"
course = [ { do = "chargeback", after = "0h" } ]
"""


def tried(text: str) -> tuple[Judgement, list[Record]]:
    records: list[Record] = []
    return try_scenario(scenario_of_text(text), TrialOptions(keep_sales=None), [records.append]), records


def test_a_refusal_that_was_spoiled_and_believed_is_still_what_the_host_said() -> None:
    judgement, records = tried(SPOILED_REFUSAL)
    spoiled = [each for each in records if isinstance(each, Arrived) and each.mti == "0230" and not each.genuine]
    assert [each.response_code for each in spoiled] == ["65"]
    assert judgement.verdict is Verdict.PASS, judgement.reasons
    assert {row.sale: row.where for row in judgement.sales}["A"] is Where.ARRIVED


def test_what_takes_no_time_befalls_an_operation_once() -> None:
    """An hour in which every start finds an older backup: two sales, two restorations, no round in circles."""
    judgement, records = tried(RESTORED)
    assert sum(isinstance(each, FaultFired) for each in records) == 2
    assert judgement.verdict is Verdict.PASS, judgement.reasons
    assert {row.where for row in judgement.sales} == {Where.ARRIVED}


def test_no_record_is_damaged_that_alone_says_that_a_sale_was_answered() -> None:
    """Without A's record before C it would look as if nobody had answered A, and be reversed; before D not."""
    judgement, records = tried(DAMAGED)
    assert [each.anchor for each in records if isinstance(each, FaultFired)] == ["10000001/000000/000005/sale/0"]
    assert not any(isinstance(each, Sent) and each.mti == "0400" for each in records)
    assert judgement.verdict is Verdict.PASS, judgement.reasons
    assert {row.where for row in judgement.sales} == {Where.ARRIVED}


def test_a_number_under_which_a_terminal_only_inquired_may_come_again_when_it_is_replaced() -> None:
    judgement, records = tried(REPLACED)
    numbers = [(each.what, each.batch, each.stan) for each in records
               if isinstance(each, Sent) and each.mti == "0200" and each.tid]
    assert len(numbers) == 3
    assert numbers[0][1:] == numbers[1][1:], "the host gave the batch again in which nothing is"
    assert judgement.verdict is Verdict.PASS, judgement.reasons


def test_while_a_merchant_is_looked_into_nothing_is_paid_at_once() -> None:
    judgement, records = tried(LOOKED_INTO)
    at_once = {each.key for each in records if isinstance(each, ItemCleared) and each.payout.startswith("instant")}
    later = {each.key for each in records if isinstance(each, ItemCleared) and each.payout == ""}
    assert at_once
    assert later
    assert judgement.verdict is Verdict.PASS, judgement.reasons


def test_a_sale_stands_in_suspense_though_what_was_added_to_it_is_paid() -> None:
    """187.02 came back for the name on the account and stay there; 18.00 were paid the next morning."""
    judgement, _ = tried(PART_IN_SUSPENSE)
    assert judgement.verdict is Verdict.PASS, judgement.reasons
    assert {row.sale: row.where for row in judgement.sales}["A"] is Where.SUSPENDED


def test_a_case_that_is_refused_takes_nothing_from_the_case_beside_it() -> None:
    judgement, records = tried(REFUSED_BESIDE)
    stages = [each.stage for each in records if isinstance(each, Disputed)]
    assert stages == ["charged_back", "refused", "lost"]
    assert judgement.verdict is Verdict.PASS, judgement.reasons
