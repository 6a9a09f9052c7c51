"""The money of each scenario whose truth was computed by hand, to the fen and the day."""

import csv
import io
from pathlib import Path

import pytest
from truth import (
    WHOLE_RUN,
    disagreements,
    heads,
    run_of,
    shares_of,
    sums_of,
    truths_of,
    yuan,
)

from simulator.judge.verdict import Urgency, Verdict
from simulator.report.merchant_records import MerchantRecords
from simulator.scenario.read import scenario_of_text
from simulator.trace.records import MerchantSettled, NoticeSent, PayoutPosted

FOLDER = Path("fixtures/scenarios/money")


@pytest.mark.parametrize("name", heads(FOLDER))
def test_the_money_is_where_it_was_computed_to_be(name):
    text = (FOLDER / name).read_text("utf-8")
    shown = run_of(text)
    assert disagreements(text, shown) == []
    assert shown.judgement.verdict is Verdict.PASS, shown.judgement.reasons
    expected = scenario_of_text(text).expect.verdict  # of a scenario in which money is lost: FAIL
    wrong = [each for each in shown.judgement.findings
             if each.urgency is Urgency.SAFETY or expected == "PASS"]
    assert wrong == []


@pytest.mark.parametrize("name", heads(FOLDER))
def test_the_report_says_the_sum_that_the_statements_show(name):
    """Whatever is owed, disputed, held up or given back later: what lies between the two is named."""
    shown = run_of((FOLDER / name).read_text("utf-8"))
    money, taken_off = shown.judgement.money, shown.judgement.payout_sums
    assert taken_off.paid_fen == shown.booked[WHOLE_RUN]
    off = money.returned_in_part_fen + taken_off.disputed_fen + taken_off.withheld_fen + taken_off.fee_fen
    off += taken_off.dispute_fee_fen
    not_paid_for = money.netted_net_fen + money.paid_apart_fen + taken_off.owed_fen
    assert money.net_fen - off + not_paid_for == shown.booked[WHOLE_RUN]
    assert money.net_fen + money.fee_fen == money.arrived.fen


@pytest.mark.parametrize("name", ["two-half-refunds-kept.toml", "fee-refund-across-days.toml"])
def test_notice_and_statement_say_gross_fee_and_net_of_each_payout(name):
    records = MerchantRecords()
    shown = run_of((FOLDER / name).read_text("utf-8"))
    for record in shown.trace:
        records.feed(record)
    settled = {each.payout: each for each in shown.trace if isinstance(each, MerchantSettled)}
    lines = list(csv.DictReader(io.StringIO(records.statement().decode())))
    assert lines
    assert len(lines) == len([each for each in shown.trace if isinstance(each, PayoutPosted)])
    for line in lines:
        made_of = settled[line["payout"]]
        assert (line["gross_yuan"], line["fee_yuan"], line["amount_yuan"], line["taken_off_yuan"]) == (
            yuan(made_of.gross_fen), yuan(made_of.fee_fen), yuan(made_of.net_fen), "0.00")
    told = [each.text for each in shown.trace if isinstance(each, NoticeSent)]
    assert len(told) == len(lines)
    for line, text in zip(lines, told, strict=True):
        said = f"{line['amount_yuan']}元（交易总额{line['gross_yuan']}元，手续费{line['fee_yuan']}元）"
        assert said in text


def test_statement_and_notice_say_what_disputes_took_and_cost():
    """By the head of the scenario: on 12 March 200.00 are charged back for 20.00, on the 16th they are given again."""
    records = MerchantRecords()
    shown = run_of((FOLDER / "chargeback-fee.toml").read_text("utf-8"))
    for record in shown.trace:
        records.feed(record)
    lines = list(csv.DictReader(io.StringIO(records.statement().decode())))
    columns = ("amount_yuan", "gross_yuan", "fee_yuan", "chargeback_yuan", "representment_yuan",
               "credit_adjustment_yuan", "chargeback_fee_yuan")
    assert [tuple(line[column] for column in columns) for line in lines] == [
        ("198.80", "200.00", "1.20", "0.00", "0.00", "0.00", "0.00"),
        ("78.20", "100.00", "21.80", "-200.00", "0.00", "0.00", "20.00"),
        ("200.00", "200.00", "0.00", "0.00", "200.00", "0.00", "0.00"),
        ("28.50", "100.00", "0.60", "0.00", "0.00", "0.00", "0.00"),
    ]
    told = [each.text for each in shown.trace if isinstance(each, NoticeSent) and "结算款" in each.text]
    assert "78.20元（交易总额100.00元（含退单-200.00元），手续费21.80元（含退单处理费20.00元））" in told[1]
    assert "200.00元（交易总额200.00元（含再请款200.00元），手续费0.00元）" in told[2]
    assert "含" not in told[0] + told[3]
    assert shown.judgement.payout_sums.dispute_fee_fen == 4_000


def test_a_fee_that_is_kept_is_told_beside_the_others():
    money = run_of((FOLDER / "two-half-refunds-kept.toml").read_text("utf-8")).judgement.money
    assert (money.arrived.fen, money.fee_fen, money.kept_fee_fen, money.net_fen) == (
        1_000_000, 4_000, 2_000, 996_000)
    money = run_of((FOLDER / "two-half-refunds-given-back.toml").read_text("utf-8")).judgement.money
    assert (money.arrived.fen, money.fee_fen, money.kept_fee_fen, money.net_fen) == (
        1_000_000, 2_000, 0, 998_000)


HEAD = """\
# TRUTH S arrived 100.00 0.60 99.40 03-11
# SUM bank 03-11: 100.00 - 0.60 = 99.40
# SUM bank: 99.40
# SHARE issuer 0.35 - 0.03 = 0.32
# SHARE network 0.06
# SHARE acquirer 0.60 - 0.35 - 0.03 = 0.22
start = "2026-03-10T10:00"
until = "12h"
title = "one sale"
[[merchants]]
name = "M"
terminals = {}
habits = { settles = "21:00" }
script = [{ at = "10:30", sale = "S", amount = "100" }]
"""


def test_the_reader_of_truth_reads_what_stands_there():
    assert truths_of(HEAD) == [("S", "arrived", "100.00", "0.60", "99.40", "03-11")]
    assert sums_of(HEAD) == {"03-11": "99.40", WHOLE_RUN: "99.40"}
    assert disagreements(HEAD, run_of(HEAD)) == []


@pytest.mark.parametrize(("right", "wrong"), [
    ("0.60 99.40 03-11", "0.61 99.40 03-11"), ("99.40 03-11", "99.39 03-11"), ("99.40 03-11", "99.40 03-12"),
    ("arrived", "undone"), ("S arrived", "X arrived"), ("0.60 = 99.40", "0.60 = 99.41"),
    ("bank: 99.40", "bank: 99.41"), ("bank 03-11", "bank 03-12"), ("= 0.32", "= 0.31"), ("network 0.06", "network 0.07"),
    ("= 0.22", "= -0.22"),
])
def test_the_reader_of_truth_notices_what_is_not_so(right, wrong):
    text = HEAD.replace(right, wrong)
    assert text != HEAD
    assert len(disagreements(text, run_of(text))) == 1


def test_a_head_that_says_it_badly_is_not_passed_over():
    with pytest.raises(AssertionError, match="TRUTH"):
        truths_of(HEAD.replace("# TRUTH S arrived", "# TRUTH S has arrived"))
    with pytest.raises(AssertionError, match="SUM"):
        sums_of(HEAD.replace("bank: 99.40", "bank: 99.4"))
    with pytest.raises(AssertionError, match="SHARE"):
        shares_of(HEAD.replace("SHARE network", "SHARE merchant"))
