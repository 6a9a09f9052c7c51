"""What worlds made by chance (``tests.world.hunt``) found, made small: right machines, and no finding."""

from __future__ import annotations

from hunt import unexplained_fen

from simulator.judge.verdict import Judgement, Verdict, Where
from simulator.scenario.read import scenario_of_text
from simulator.trace.records import (
    Arrived,
    BatchCounted,
    Concluded,
    Disputed,
    FaultFired,
    ItemCleared,
    Record,
    Restarted,
    Sent,
    Warned,
)
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
NEVER_LEFT = """
title = "a terminal whose line takes nothing is replaced"
start = "2026-03-10T10:00"
until = "1d"
drain = "5d"
[[merchants]]
name = "M"
terminals = { settings = { reversal_after_failed_connect = false } }
habits = { settles = "22:30", after_failed_sale = "gives_up" }
script = [
    { at = "10:10", sale = "A", amount = "10.00" },
    { at = "10:20", sale = "B", amount = "20.00" },
    { at = "10:40", sale = "C", amount = "30.00" },
]
[[faults]]
label = "shut"
mode = "network.router_down"
target = "M"
how = "refused"
at = "10:05"
for = "20m"
[[faults]]
label = "lost"
mode = "terminal.lost"
target = "M"
of = "sale"
nth = 3
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
REVERSED_IN_SUSPENSE = """
title = "a sale is paid at once, comes back from the bank, and is reversed as nobody heard its answer"
start = "2026-03-10T10:00"
until = "2d"
drain = "5d"
[[merchants]]
name = "M"
payout = "instant"
terminals = {}
habits = { settles = "22:30", after_failed_sale = "gives_up" }
script = [
    { at = "10:10", sale = "A", amount = "115.99" },
    { at = "10:40", sale = "B", amount = "200.00" },
]
[[faults]]
label = "closed"
mode = "account.abnormal"
target = "M"
at = "2026-03-10T10:05"
for = "10m"
[[faults]]
label = "unheard"
mode = "network.delay"
target = "M"
how = "reply"
delay = "10m"
nth = 1
of = "sale"
"""
COMPLETION_VOIDED = """
title = "a completion is voided by hand where sales may be disputed: no case is about it"
start = "2026-03-10T10:00"
until = "1d"
drain = "9d"
acquirer = { disputes = {} }
[[merchants]]
name = "M"
terminals = {}
habits = { settles = "22:30" }
script = [
    { at = "10:10", do = "preauth", sale = "H", amount = "90.00" },
    { at = "10:20", do = "completion", sale = "C", of = "H" },
    { at = "10:30", do = "completion_void", sale = "V", of = "C" },
    { at = "10:40", do = "preauth", sale = "I", amount = "71.00" },
    { at = "10:50", do = "completion", sale = "D", of = "I" },
]
[[disputes]]
sale = "D"
at = "2026-03-12T12:00"
course = [ { do = "chargeback", after = "0h" }, { do = "accept", after = "1h" } ]
"""
HELD_BESIDE_REVERSED = """
title = "an upload lacks a sale whose record was damaged; another sale of that batch had been reversed"
start = "2026-03-10T10:00"
until = "1d"
drain = "5d"
acquirer = { after_held = "settle", held_for = "1d" }
[[merchants]]
name = "M"
terminals = {}
habits = { settles = "22:30", after_failed_sale = "gives_up" }
script = [
    { at = "10:10", sale = "A", amount = "63.57" },
    { at = "10:20", sale = "B", amount = "20.00" },
    { at = "10:30", sale = "C", amount = "30.00" },
    { at = "10:40", sale = "D", amount = "40.00" },
    { at = "10:50", sale = "E", amount = "50.00" },
]
[[faults]]
label = "unheard"
mode = "network.delay"
target = "M"
how = "reply"
delay = "10m"
nth = 1
of = "sale"
[[faults]]
label = "damaged"
mode = "terminal.component_failed"
target = "M"
how = "record"
at = "2026-03-10T10:25"
for = "1h"
nth = 1
"""
RESET_WHILE_OWING = """
title = "a terminal that owes a reversal is not reset: only the cardholder could tell what it would have wiped"
start = "2026-03-10T10:00"
until = "1d"
drain = "5d"
[[merchants]]
name = "M"
terminals = {}
habits = { settles = "22:30", after_failed_sale = "gives_up" }
script = [
    { at = "10:10", sale = "A", amount = "10.00" },
    { at = "10:12", sale = "B", amount = "20.00" },
    { at = "11:00", sale = "C", amount = "30.00" },
    { at = "11:10", sale = "D", amount = "40.00" },
]
[[faults]]
label = "cut off"
mode = "network.outage"
target = "M"
how = "dropped"
at = "2026-03-10T10:10"
for = "30m"
[[faults]]
label = "reset"
mode = "terminal.factory_reset"
target = "M"
at = "2026-03-10T10:11"
for = "1h"
"""
RESET_AFTER_EMPTY_BATCHES = """
title = "two batches are closed with nothing in them, and the terminal is reset before it signs on"
start = "2026-03-10T10:00"
until = "1d"
drain = "5d"
[[merchants]]
name = "M"
terminals = {}
habits = { settles = "22:30" }
script = [
    { at = "10:10", sale = "A", amount = "10.00" },
    { at = "10:20", do = "settlement" },
    { at = "10:30", do = "settlement" },
    { at = "10:40", do = "settlement" },
    { at = "11:00", sale = "B", amount = "20.00" },
]
[[faults]]
label = "reset"
mode = "terminal.factory_reset"
target = "M"
at = "2026-03-10T10:50"
for = "1h"
nth = 1
"""
SIGNED_ON_TOO_LATE = """
title = "a sign-on reaches the host after its terminal gave up: new keys, of which the terminal knows nothing"
start = "2026-03-10T10:00"
until = "1d"
drain = "5d"
[[merchants]]
name = "M"
terminals = {}
habits = { settles = "22:30", after_failed_sale = "gives_up" }
script = [
    { at = "10:05", sale = "A", amount = "10.00" },
    { at = "10:12:30", sale = "B", amount = "20.00" },
    { at = "10:30", sale = "C", amount = "30.00" },
]
[[faults]]
label = "late"
mode = "network.delay"
target = "M"
how = "request"
delay = "90s"
at = "2026-03-10T10:10"
for = "1m"
[[actions]]
do = "sign_on_again"
by = "M"
at = "2026-03-10T10:10:10"
"""
TIP_UNDER_OLD_SOFTWARE = """
title = "new software is demanded between a sale and the delivery of what was added to it"
start = "2026-03-10T10:00"
until = "1d"
drain = "5d"
[[merchants]]
name = "M"
terminals = {}
habits = { settles = "22:30" }
script = [
    { at = "10:10", sale = "A", amount = "52.06" },
    { at = "10:40", do = "adjust", sale = "B", of = "A", amount = "9.41" },
    { at = "10:50", sale = "C", amount = "20.00" },
]
[[faults]]
label = "old"
mode = "terminal.software_stale"
target = "acquirer"
at = "2026-03-10T10:30"
for = "1h"
delay = "1m"
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
    assert (judgement.money.paid_apart_fen, judgement.payout_sums.paid_fen) == (1789, 1789)  # 18.00 less 0.11 of a fee of 1.23
    assert unexplained_fen(judgement) == 0


def test_what_was_added_to_a_signed_slip_is_taken_whatever_the_terminals_software() -> None:
    """52.06 and 9.41 arrive, less 0.37; a sale that would begin something new is refused."""
    judgement, records = tried(TIP_UNDER_OLD_SOFTWARE)
    answers = [(each.what, each.response_code) for each in records
               if isinstance(each, Sent) and each.actor == "acquirer" and each.what in ("sale", "adjust")]
    assert ("sale", "78") in answers
    assert ("adjust", "00") in answers
    row = next(row for row in judgement.sales if row.sale == "A")
    assert (row.where, row.amount_fen, row.fee_fen) == (Where.ARRIVED, 6147, 37)
    assert unexplained_fen(judgement) == 0


def test_what_other_payouts_gave_back_of_a_sale_in_suspense_is_named() -> None:
    """115.99 less 0.70 stand in suspense though the sale is reversed; the next payout of 200.00 is less by them."""
    judgement, _ = tried(REVERSED_IN_SUSPENSE)
    assert judgement.verdict is Verdict.PASS, judgement.reasons
    assert {row.sale: row.where for row in judgement.sales} == {"A": Where.UNDONE, "B": Where.ARRIVED}
    assert judgement.money.paid_apart_fen == -(11599 - 70)
    assert unexplained_fen(judgement) == 0


def test_a_completion_is_a_sale_of_its_own_to_whoever_counts_what_may_be_disputed() -> None:
    judgement, records = tried(COMPLETION_VOIDED)
    assert [(each.stage, each.amount_fen) for each in records if isinstance(each, Disputed)] == [
        ("charged_back", 7100), ("lost", 7100)]
    assert judgement.verdict is Verdict.PASS, judgement.reasons


def test_a_reversed_pair_may_be_cleared_in_a_batch_of_which_something_is_held() -> None:
    judgement, records = tried(HELD_BESIDE_REVERSED)
    reversed_key = next(each.original for each in records if isinstance(each, Sent) and each.mti == "0400")
    assert [each.amount_fen for each in records if isinstance(each, ItemCleared) and each.key == reversed_key] == [
        6357, -6357]
    assert sum(isinstance(each, Warned) and each.code == "not_uploaded" for each in records)
    assert judgement.verdict is Verdict.PASS, judgement.reasons


def test_a_terminal_that_owes_a_reversal_is_not_reset_by_a_fault_either() -> None:
    judgement, records = tried(RESET_WHILE_OWING)
    resets = [each.at_ms for each in records if isinstance(each, Restarted)]
    delivered = [each.at_ms for each in records if isinstance(each, Arrived) and each.mti == "0410"]
    assert resets
    assert delivered
    assert min(resets) > min(delivered)
    assert judgement.verdict is Verdict.PASS, judgement.reasons


def test_batches_that_were_closed_empty_are_no_jump_for_a_terminal_that_was_wiped() -> None:
    judgement, records = tried(RESET_AFTER_EMPTY_BATCHES)
    assert [each.batch for each in records if isinstance(each, BatchCounted) and each.actor == "acquirer"][:3] == [1, 2, 3]
    signed_on = [each.batch for each in records if isinstance(each, Sent) and each.mti == "0810" and each.what == "sign_on"]
    assert signed_on == [1, 4]
    assert judgement.verdict is Verdict.PASS, judgement.reasons


def test_keys_that_came_after_the_terminal_gave_up_are_not_its_own() -> None:
    judgement, records = tried(SIGNED_ON_TOO_LATE)
    refused = [each for each in records if isinstance(each, Sent) and each.response_code == "A0"]
    assert refused
    assert judgement.verdict is Verdict.PASS, judgement.reasons
    where = {row.sale: row.where for row in judgement.sales}
    assert (where["A"], where["C"]) == (Where.ARRIVED, Where.ARRIVED)


def test_a_case_that_is_refused_takes_nothing_from_the_case_beside_it() -> None:
    judgement, records = tried(REFUSED_BESIDE)
    stages = [each.stage for each in records if isinstance(each, Disputed)]
    assert stages == ["charged_back", "refused", "lost"]
    assert judgement.verdict is Verdict.PASS, judgement.reasons


PAID_BEFORE_ITS_RECEIPT = """
title = "a completion is cleared and paid while its receipt is printed"
start = "2026-03-10T10:00"
until = "1d"
drain = "5d"
acquirer = { capture = "host", cut_over = "21:00" }
[[merchants]]
name = "M"
payout = "D+0"
terminals = { settings = { approved_print_fails = "reverse" } }
habits = { settles = "22:30" }
script = [
    { at = "20:30", do = "preauth", sale = "A", amount = "10.00" },
    { at = "20:59:59", do = "completion", sale = "B", of = "A", amount = "9.00" },
]
"""


def test_a_completion_that_is_paid_while_its_receipt_is_printed_has_an_outcome() -> None:
    records: list[Record] = []
    judgement = try_scenario(scenario_of_text(PAID_BEFORE_ITS_RECEIPT), TrialOptions(keep_sales=None), [records.append])
    [cleared] = [each.at_ms for each in records if isinstance(each, ItemCleared)]
    [*_, shown] = [each.at_ms for each in records if isinstance(each, Concluded) and each.what == "completion"]
    assert cleared < shown  # or this is another case
    assert not judgement.findings
    assert judgement.verdict is Verdict.PASS, judgement.reasons


def test_a_number_that_never_left_may_come_again_when_its_terminal_is_replaced() -> None:
    """No line takes A and B away; C's terminal is a new one, and the host gives it the batch in which nothing is."""
    judgement, records = tried(NEVER_LEFT)
    sent = [(each.sale, each.batch, each.stan) for each in records
            if isinstance(each, Sent) and each.mti == "0200" and each.actor != "acquirer"]
    assert [name for name, _, _ in sent] == ["A", "B", "C"]
    assert sent[0][1:] == sent[2][1:], "the number of A comes again"
    assert judgement.verdict is Verdict.PASS, judgement.reasons
