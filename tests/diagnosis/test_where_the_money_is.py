"""The first thing that is said of a run, a merchant or a sale: where the money is, how much, since when, and who must do what.

Sums by hand, fee 0.6 % of each sale: 68.00 - 0.41 + 120.00 - 0.72 + 35.50 - 0.21 = 222.16; without the 120.00: 102.88.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from simulator.catalogue.language import speaking
from simulator.catalogue.money_reasons import PayoutReason
from simulator.commands.explain import explain
from simulator.diagnosis.diagnosis import diagnosis_of
from simulator.diagnosis.evidence import Evidence
from simulator.diagnosis.headline import TODO, headline
from simulator.diagnosis.told import yuan
from simulator.local_time import MINUTE_MS, moment_ms
from simulator.scenario.read import load_scenario
from simulator.trace.records import Record, to_line
from simulator.world.run import build_world, run_virtual

MODES = Path("fixtures/scenarios/modes")


def run_of(mode: str, until: str) -> list[Record]:
    """What was written down in the scenario of a mode until a moment."""
    records: list[Record] = []
    run_virtual(build_world(load_scenario(MODES / f"{mode}.toml"), [records.append]))
    last_ms = moment_ms(datetime.fromisoformat(until))
    return [each for each in records if each.at_ms <= last_ms]


def said_of(records: list[Record], language: str = "en", sale: str = "") -> list[str]:
    evidence = Evidence(records)
    diagnosis = diagnosis_of(evidence)
    sales = [each for each in diagnosis.sales if sale in ("", each.sale)]
    told = headline(evidence, sales, frozenset() if sale else frozenset(diagnosis.names), yuan)
    return [each.en if language == "en" else each.zh for each in told]


@pytest.mark.parametrize(("mode", "until", "first"), [
    ("account.frozen", "2026-01-27 10:00",
     ("¥222.16 (3 sales) stands in suspense since 2026-01-27 09:00: the account is frozen. "
     "The merchant must have its bank unfreeze the account, then ask the acquirer to release the sum.")),
    ("account.frozen", "2026-01-29 10:00", "¥222.16 came to the account 2026-01-28 15:30; it was due 2026-01-27 09:00."),
    ("bank.maintenance", "2026-01-27 10:00",
     "¥222.16 (3 sales), due 2026-01-27 09:00, was put off: the bank is in maintenance. The acquirer pays it again when the bank is back."),
    ("fee.deducted", "2026-01-26 20:00",  # 68.00 + 0.84 + 0.83 + 5000.00
     ("¥5,069.67 (4 sales) is at the acquirer in a batch that nobody has settled: the merchant must settle the terminal; "
     "before 2026-01-26 23:00 it is due 2026-01-27 09:00.")),
    ("acquirer.maintenance", "2026-01-27 12:00", "¥223.50 (3 sales) is on its way, due 2026-01-28 09:00: nobody need do anything."),
    ("terminal.hung", "2026-01-27 12:00", "¥222.16 came to the account, the last of it 2026-01-27 09:00."),
    ("dispute.chargeback", "2026-01-30 12:00",
     "¥120.00 (1 sale) was taken back in a dispute on 2026-01-29 10:00: whoever thinks otherwise answers it with the slip."),
    ("dispute.chargeback", "2026-03-05 12:00",
     "¥120.00 (1 sale) was taken back in a dispute on 2026-01-29 10:00, and the dispute is lost: it does not come again."),
])
def test_the_first_sentence_says_where_the_money_is_and_who_must_do_what(mode, until, first):
    assert said_of(run_of(mode, until))[0] == first


@pytest.mark.parametrize(("mode", "until", "said"), [
    ("bank.insufficient_funds", "2026-01-27 12:00", [
        "¥102.88 came to the account, the last of it 2026-01-27 09:00.",
        "¥120.00 (1 sale) was never taken from anybody: nothing of it is to come."]),
    ("dispute.chargeback", "2026-03-05 12:00", [
        "¥120.00 (1 sale) was taken back in a dispute on 2026-01-29 10:00, and the dispute is lost: it does not come again.",
        "The merchant owes the acquirer ¥120.00; it is taken off what it is paid next.",
        "¥222.16 came to the account, the last of it 2026-01-27 09:00."]),
    ("paperwork.incomplete", "2026-01-28 20:00", [  # 100.00 less 0.60
        ("¥99.40 (1 sale) stands in suspense since 2026-01-28 09:00: the account is frozen. "
        "The merchant must have its bank unfreeze the account, then ask the acquirer to release the sum."),
        "It was asked for, and this is missing: the business licence (licence); the merchant must hand it in."]),
    ("operator.wrong_amount", "2026-01-27 12:00", [
        "¥222.16 came to the account, the last of it 2026-01-27 09:00.",
        "¥1,200.00 (1 sale) went back to cardholders: nothing of it is to come."]),
])
def test_what_is_not_where_it_should_be_comes_first_and_all_is_said(mode, until, said):
    assert said_of(run_of(mode, until)) == said


def test_what_was_taken_off_a_debt_is_not_called_late():
    """41.00 + 9,800.00 of the second day, less 0.25 + 58.80, are 9,781.95: taken off the 9,800.00 that were charged back; 18.05 is owed."""
    said = said_of(run_of("fraud.cash_out", "2026-03-20 12:00"))
    assert "¥9,841.00 (2 sales) was taken off what the merchant owed the acquirer: it is paid by owing less." in said
    assert "The merchant owes the acquirer ¥18.05; it is taken off what it is paid next." in said
    assert not any("has not come" in each for each in said)


def test_a_one_sided_entry_says_that_the_reversal_must_arrive():
    """The host went down between the issuer's yes and its own books, and is down still."""
    records = run_of("terminal.hung", "2026-01-27 12:00")
    debit = next(place for place, each in enumerate(records)
                 if getattr(each, "why", "") == "debit" and 12_000 in {abs(fen) for _, fen in each.entries})
    at_ms, key = records[debit].at_ms, records[debit].key
    said = said_of(records[:debit + 1])
    assert "¥120.00 (1 sale) is under way as the evidence ends: nobody can say yet how it ends." in said
    still = [each for each in records if each.at_ms <= at_ms + 5 * MINUTE_MS
             and not (each.actor == "acquirer" and getattr(each, "key", "") == key)]
    assert still[-1].at_ms > at_ms
    said = said_of([*still, msgspec.structs.replace(records[0], at_ms=at_ms + 5 * MINUTE_MS)])
    assert said[0].startswith("¥120.00 (1 sale) was taken from cardholders and the acquirer has not captured it: the terminal must deliver")


@pytest.mark.parametrize(("sale", "said"), [
    ("S1", ["¥67.59 came to the account, the last of it 2026-01-27 09:00."]),
    ("S2", ["¥120.00 (1 sale) was taken back in a dispute on 2026-01-29 10:00, and the dispute is lost: it does not come again."]),
])
def test_of_one_sale_it_is_that_sale_alone(sale, said):
    assert said_of(run_of("dispute.chargeback", "2026-03-05 12:00"), sale=sale) == said


def test_in_chinese_it_says_the_same():
    assert said_of(run_of("account.frozen", "2026-01-27 10:00"), "zh") == [
        "¥222.16（3 笔）自 2026-01-27 09:00 起挂账：收款账户被冻结。商户须联系银行解冻账户，再向收单机构申请释放。"]


def test_each_reason_for_which_money_stands_says_who_must_do_what():
    assert set(TODO) == set(PayoutReason)


@pytest.mark.parametrize(("selector", "place"), [({"merchant": "corner shop"}, 0), ({"sale": "S1"}, 1)])
def test_the_command_says_it_before_anything_else(selector, place, tmp_path, capsys):
    path = tmp_path / "day.jsonl"
    path.write_bytes(b"".join(to_line(each) + b"\n" for each in run_of("account.frozen", "2026-01-27 10:00")))
    with speaking("en"):
        explain(path, **{"sale": None, "rrn": None, "merchant": None, **selector}, as_json=False)
    lines = capsys.readouterr().out.splitlines()
    first = next(number for number, line in enumerate(lines) if "stands in suspense since 2026-01-27 09:00" in line)
    assert first == place
    assert not any("confidence" in line for line in lines[:first])


@pytest.mark.parametrize("mode", ["acquirer.risk_hold", "policy.restricted"])
def test_what_the_host_refused_by_itself_names_the_sale(mode):
    [answer] = diagnosis_of(Evidence(run_of(mode, "2026-01-27 12:00"))).answers
    assert [(each.sale, each.amount_fen, each.state) for each in answer.sales] == [("S2", 12_000, "not_taken")]


def test_what_is_paid_on_the_day_of_its_settlement_is_due_when_that_ends_and_not_in_its_morning():
    """D+0: closed and paid at 23:00; the morning of that day is when payouts of other terms leave."""
    records: list[Record] = []
    run_virtual(build_world(load_scenario("fixtures/scenarios/money/same-day-with-a-fee.toml"), [records.append]))
    told, = (each for each in said_of(records) if "came to the account" in each)
    assert "due" not in told
