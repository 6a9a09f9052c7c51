"""A slip that comes out once more is evidence of the same sale: explanation and reconciliation say so, and count it once."""

from __future__ import annotations

import msgspec

from simulator.diagnosis.diagnosis import diagnose
from simulator.diagnosis.evidence import Evidence
from simulator.diagnosis.money import Money
from simulator.diagnosis.signs import Sign
from simulator.diagnosis.story import story_of
from simulator.diagnosis.told import yuan
from simulator.reconciliation.from_trace import RunBooks
from simulator.reconciliation.reconcile import Result, reconcile
from simulator.reconciliation.store import Store
from simulator.reconciliation.terms import Terms
from simulator.report.reconciled import lines
from simulator.scenario.read import scenario_of_text
from simulator.trace.records import ReceiptGiven, Record
from simulator.world.run import build_world, run_virtual

DAY = """
title = "a slip is asked for again"
start = 2026-01-26T10:00:00+08:00
until = "2d"
[[merchants]]
name = "corner shop"
terminals = { count = 1, profile = "lakala-touch" }
habits = { settles = "22:30" }
script = [
    { at = "10:05", sale = "S1", amount = "68.00" },
    { at = "10:20", sale = "S2", amount = "120.00" },
]
"""
LOST = """
[[faults]]
mode = "record.slip_missing"
at = "10:00"
for = "15m"
delay = "DELAY"
"""


def played(text: str) -> list[Record]:
    records: list[Record] = []
    run_virtual(build_world(scenario_of_text(text), [records.append]))
    return records


def slip_signs(records: list[Record]) -> list[Sign]:
    found = diagnose(records)
    signs = [*found.left, *(sign for answer in found.answers for sign in answer.finding.signs)]
    return [sign for sign in signs if sign.name.startswith("slip_")]


def reconciled(records: list[Record]) -> tuple[Result, list[str]]:
    books = RunBooks()
    for record in records:
        books.hear(record)
    with Store() as store:
        store.add(books.entries())
        result = reconcile(store, Terms(), list(books.payouts()), as_of_ms=books.ends_ms, slips_again=books.slips_again)
        return result, list(lines(result, store, {}))


def test_a_day_without_a_copy_says_nothing_of_one():
    records = played(DAY)
    assert slip_signs(records) == []
    result, text = reconciled(records)
    assert result.slips_again == 0
    assert not any("once more" in line for line in text)


def test_one_that_the_terminal_printed_for_a_dispute_names_the_slip_that_was_missing():
    records = played(DAY + LOST.replace("DELAY", "2h"))  # the batch is open then
    [sign] = slip_signs(records)
    assert (sign.name, sign.count, sign.sales) == ("slip_again", 1, {"S1"})
    assert any("record.slip_missing" in answer.finding.modes for answer in diagnose(records).answers)
    result, text = reconciled(records)
    assert result.slips_again == 1
    assert any(line.startswith("Slips printed once more: 1") for line in text)
    evidence = Evidence(records)
    meant = next(each for each in evidence.meant() if each.sale == "S1")
    way = [stage.told.zh for stage in story_of(evidence, Money(evidence).of_sale(meant), yuan)]
    assert any(each.startswith("补打签购单") for each in way)


def test_one_that_nobody_could_print_any_more_is_said_too_and_is_no_copy():
    records = played(DAY + LOST.replace("DELAY", "20h"))  # its batch was closed at 22:30
    assert [sign.name for sign in slip_signs(records)] == ["slip_gone"]
    assert reconciled(records)[0].slips_again == 0


def test_one_that_a_till_saw_come_out_again_is_no_second_sale():
    """At a real terminal nobody but its till sees the paper."""
    records = played(DAY)
    given = next(each for each in records if isinstance(each, ReceiptGiven))
    copied = [*records, msgspec.structs.replace(given, at_ms=records[-1].at_ms, again=True)]
    [sign] = slip_signs(copied)
    assert (sign.name, sign.sales) == ("slip_again", {given.sale})
    before, after = reconciled(records)[0], reconciled(copied)[0]
    assert after.slips_again == 1
    assert after.read == before.read
