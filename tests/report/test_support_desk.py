"""What a support desk is asked, answered by the report alone, in both languages, to the fen."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from simulator.judge.verdict import Judgement, Where
from simulator.judge.words.sentences import yuan
from simulator.local_time import datetime_at
from simulator.report.json_report import json_report
from simulator.report.text import write_text
from simulator.scenario.read import scenario_of_text
from simulator.trace.records import PayoutPosted, Record
from simulator.trial import TrialOptions, try_scenario

MONEY = Path(__file__).parents[2] / "fixtures" / "scenarios" / "money"
TAKEN = ("arrived", "on_the_way", "suspended", "netted", "lost")
HEAD = """
title = "a desk"
start = "2026-03-10T09:00"
until = "{until}"
{more}
[[merchants]]
name = "M"
terminals = {{}}
habits = {{ settles = "21:00" }}
script = [
{script}
]
"""


def _run(text: str) -> tuple[Judgement, list[Record]]:
    trace: list[Record] = []
    return try_scenario(scenario_of_text(text), TrialOptions(keep_sales=None), [trace.append]), trace


def _desk(script: str, until: str = "2026-03-12T12:00", more: str = "") -> Judgement:
    return _run(HEAD.format(script=script, until=until, more=more))[0]


def _text(judgement: Judgement, language: str = "en") -> str:
    out = io.StringIO()
    write_text(judgement, out, language=language, all_sales=True)
    return out.getvalue()


def _joined(judgement: Judgement, language: str = "en") -> str:
    """The report with its lines joined: where a line ends says nothing."""
    return " ".join(_text(judgement, language).split())


def _summed(rows: list[dict[str, Any]], where: str) -> dict[str, int]:
    there = [row for row in rows if row["where"] == where]
    return {"sales": len(there), "fen": sum(row["amount_fen"] for row in there)}


@pytest.mark.parametrize("name", sorted(path.name for path in MONEY.glob("*.toml")))
def test_totals_are_those_of_the_rows_by_merchant_and_in_all_in_text_and_on_the_statement(
    name: str,
) -> None:
    judgement, trace = _run((MONEY / name).read_text("utf-8"))
    data = json.loads(json_report(judgement))
    assert data["sales_left_out"] == 0
    for of in (*data["merchants"], data["money"]):
        rows = [row for row in data["sales"] if row["mid"] == of.get("mid", row["mid"])]
        for where in (*TAKEN, "held", "undone", "declined"):
            assert of[where] == _summed(rows, where), where
        assert of["taken"]["fen"] == sum(of[where]["fen"] for where in TAKEN)
        assert of["net_fen"] == of["arrived"]["fen"] - of["fee_fen"]
    for total in ("fee_fen", "net_fen", "owed_fen"):
        assert sum(each[total] for each in data["merchants"]) == data["money"][total]
    posted = sum(each.net_fen for each in trace if isinstance(each, PayoutPosted))
    assert data["payout_sums"]["paid_fen"] == posted
    for language in ("en", "zh"):
        text = _text(judgement, language)
        assert max(map(cell_len, text.splitlines())) <= 80
        for each in data["merchants"]:
            assert each["mid"] in text
            assert yuan(each["net_fen"]) in text
        for row in data["sales"]:
            assert re.search(rf"^  {re.escape(row['sale'])} .*{re.escape(yuan(row['amount_fen']))} ",
                             text, re.MULTILINE), row["sale"]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("fen", [123_456_789, 999_999_999_999])
def test_a_sum_of_any_size_stands_in_one_line(fen: int, language: str) -> None:
    amount = f"{fen // 100}.{fen % 100:02}"
    text = _text(_desk(f' {{ at = "2026-03-10T10:00", sale = "A", amount = "{amount}" }}'), language)
    row = next(line for line in text.splitlines() if line.startswith("  A "))
    assert f" {yuan(fen)} " in row
    assert text.count(yuan(fen)) >= 3
    assert max(map(cell_len, text.splitlines())) <= 80


def test_what_was_given_back_in_part_is_told_with_what_the_cardholder_sees() -> None:
    judgement = _desk("""
 { at = "2026-03-10T10:00", sale = "B", amount = "100" },
 { at = "2026-03-10T10:05", do = "refund", sale = "R", of = "B", amount = "40" }""")
    [row] = judgement.sales
    assert (row.amount_fen, row.given_back_fen, row.merchant) == (6_000, 4_000, "M")
    assert f"{datetime_at(row.debited_ms or 0):%m-%d %H:%M}" == "03-10 10:00"
    assert f"{datetime_at(row.given_back_ms or 0):%m-%d %H:%M}" == "03-10 10:05"
    text = _joined(judgement)
    assert "¥40.00 of ¥100.00 were given back before it was paid" in text
    assert "cardholder: debited 03-10 10:00:00 · ¥40.00 given back 03-10 10:05:00" in text
    assert "持卡人：03-10 10:00:00 扣款 · 03-10 10:05:00 退回 ¥40.00" in _joined(judgement, "zh")


def test_a_refund_that_is_refused_is_told_by_its_name_with_code_and_words() -> None:
    judgement = _desk("""
 { at = "2026-03-10T10:00", sale = "B", amount = "100" },
 { at = "2026-03-10T10:05", do = "refund", sale = "R", of = "B", amount = "100.01" }""")
    [row] = judgement.undoings
    assert (row.order, row.sale, row.code, row.given_ms) == ("R", "B", "64", None)
    assert row.result_text == "declined: not the original amount (64)"
    text = _joined(judgement)
    assert "1 asked for, 0 given back, 1 refused" in text
    assert f"R: refund of B · ¥100.01 · {row.result_text} · nothing given back · {row.key}" in text
    assert f"R：退货，原交易 B · ¥100.01 · {row.result_text_zh} · 未退回持卡人 ·" in _joined(judgement, "zh")


def test_what_is_on_its_way_says_when_it_is_due_in_working_days_as_well() -> None:
    """Sold on Friday 13 March, asked that night, after the cut-over: paid on Monday."""
    judgement = _desk(
        ' { at = "2026-03-13T10:00", sale = "F", amount = "100" }', until="2026-03-13T23:30",
        more='drain = "1s"')
    [row] = judgement.sales
    assert row.where is Where.ON_THE_WAY
    assert row.due_ms is not None
    assert f"{datetime_at(row.due_ms):%m-%d %H:%M}" == "03-16 09:00"
    assert row.due_working_days == 1
    assert "due 03-16 09:00 (in 1 working day)" in _joined(judgement)
    assert "应于 03-16 09:00 到账（1 个工作日后）" in _joined(judgement, "zh")


def test_a_batch_that_the_host_closed_by_force_is_told_with_its_totals() -> None:
    """Nobody settles for days; after one the host closes it itself: one sale of 100.00, nothing given back."""
    text = HEAD.format(
        script=' { at = "2026-03-10T10:00", sale = "S", amount = "100" }', until="2026-03-14T10:00",
        more='acquirer = { force_settlement_after = "1d" }',
    ).replace('"21:00"', '["2026-03-13T09:00"]')
    judgement, _ = _run(text)
    [row] = judgement.forced_batches
    assert (row.tid, row.batch, row.how) == ("10000001", 1, "forced")
    assert (row.debits, row.debit_fen, row.credits, row.credit_fen) == (1, 10_000, 0, 0)
    told = f"{datetime_at(row.at_ms):%m-%d %H:%M:%S}"
    assert (f"10000001, batch 000001: closed by the host itself (forced) {told} · debits 1: ¥100.00 ·"
            " credits 0: ¥0.00") in _joined(judgement)
    assert f"批次 000001：{told} 主机强制关闭 (forced)" in _joined(judgement, "zh")


RESET = """title = "Reset in mid-batch"
start = "2026-03-10T09:00"
until = "{until}"
drain = "{drain}"
[[merchants]]
name = "shop"
terminals = {{}}
habits = {{ settles = "21:00" }}
script = [
    {{ at = "10:00", sale = "S1", amount = "28.00" }},
    {{ at = "10:01", sale = "S2", amount = "12.00" }},
    {{ at = "10:02", sale = "R1", do = "void", of = "S2" }},
    {{ at = "10:10", sale = "S3", amount = "30.00" }},
]
[[faults]]
mode = "terminal.factory_reset"
of = "sale"
nth = 3
"""


def test_a_batch_lost_by_a_reset_is_told_with_its_sales_before_the_host_closes_it() -> None:
    """Nothing is closed an hour later; on the 10th plus 7 days, at 23:00, it would be at the latest."""
    judgement, _ = _run(RESET.format(until="1h30m", drain="0s"))
    [row] = judgement.forced_batches
    assert (row.tid, row.batch, row.how) == ("10000001", 1, "lost")
    assert [(each.sale, each.fen) for each in row.sales] == [("S1", 2_800), ("S2", 1_200), ("S2", -1_200)]
    assert (row.debits, row.debit_fen, row.credits, row.credit_fen) == (2, 4_000, 1, 1_200)
    told = _joined(judgement)
    assert "batch 000001: lost by its terminal (lost) 03-10 10:10:00" in told
    assert "the host closes it by 2026-03-17 23:00 · in it: S1 ¥28.00, S2 ¥12.00, S2 -¥12.00" in told
    assert "10:10:00 丢失：恢复出厂设置 · 主机最迟于 2026-03-17 23:00 强制关闭" in _joined(judgement, "zh")


def test_a_lost_batch_that_the_host_has_closed_still_says_what_was_lost() -> None:
    """The terminal was given another batch, so the host closes the first at the next cut-over, 23:00."""
    judgement, _ = _run(RESET.format(until="2026-03-12T10:00", drain="5d"))
    [row] = judgement.forced_batches
    assert (row.how, row.debits, row.debit_fen, row.credit_fen) == ("forced", 2, 4_000, 1_200)
    assert row.lost_ms is not None
    assert f"{datetime_at(row.lost_ms):%m-%d %H:%M}" == "03-10 10:10"
    assert f"{datetime_at(row.at_ms):%m-%d %H:%M}" == "03-10 23:00"
    assert {each.sale for each in row.sales} == {"S1", "S2"}
    assert row.closes_ms is None


@pytest.mark.parametrize(("name", "lines"), [
    # 750.00 less 4.50 of fees; 200.00 charged back, presented again, charged back: taken once
    ("disputed-twice-and-netted.toml", {"净额": 74_550, "争议扣款": -20_000, "实际入账": 54_550}),
])
def test_what_a_dispute_took_has_its_own_line_between_net_and_statement(
    name: str, lines: dict[str, int],
) -> None:
    text = _text(_run((MONEY / name).read_text("utf-8"))[0], "zh")
    said = text[text.index("净额"):text.index("在途")].split()
    between = dict(zip(said[::2], said[1::2], strict=True))
    assert between == {word: yuan(fen) for word, fen in lines.items()}


def test_a_payout_names_what_disputes_moved_in_it():
    """By the head of the scenario: charged back on the 12th, presented again on the 16th, charged back on the 18th."""
    judgement = _run((MONEY / "chargeback-fee.toml").read_text("utf-8"))[0]
    english, chinese = _joined(judgement), _joined(judgement, "zh")
    for said in ("2026-03-12/898000000000001: T, chargeback S", "2026-03-16/898000000000001: representment S",
                 "2026-03-18/898000000000001: V, second chargeback S", "fee for chargebacks -¥40.00"):
        assert said in english, said
    for said in ("T、退单 S", "再请款 S", "退单处理费 -¥40.00"):
        assert said in chinese, said
    assert " +1" not in english.partition("Payouts")[2].partition("Disputes")[0]


def test_money_in_suspense_says_since_when_and_why():
    """The account is closed: returned at nine on the 11th, and nobody has it released by noon on the 14th."""
    script = '{ at = "10:00", sale = "S", amount = "100.00" }'
    paid = _desk(script, until="2026-03-14T12:00")
    assert [(row.where, row.since_ms, row.reason) for row in paid.payouts] == [(Where.ARRIVED, None, "")]
    assert "since 03-11" not in _joined(paid)
    closed = HEAD.format(script=script, until="2026-03-14T12:00", more="").replace(
        "terminals = {}", 'terminals = {}\naccount = { status = "closed" }')
    held = _run(closed)[0]
    row = held.payouts[0]
    assert row.since_ms is not None
    assert (row.where, row.reason, f"{datetime_at(row.since_ms):%m-%d %H}") == (Where.SUSPENDED, "closed", "03-11 09")
    assert "since 03-11 09:00 (3 days): the account is closed" in _joined(held)
    assert "自03-1109:00起（3天）：收款账户已销户" in "".join(_text(held, "zh").split())


def test_a_sale_is_told_by_its_own_number_and_not_by_that_of_its_refund():
    """Refunded a day later in another batch, while the sale is still in view: it was sold under 000001."""
    judgement = _run((MONEY / "instant-refunded-in-part-at-the-end-of-a-month.toml").read_text("utf-8"))[0]
    row = next(row for row in judgement.sales if row.sale == "A")
    assert row.key.split("/")[1] == "000001"
    assert "given back afterwards · 10000001/000001/" in _joined(judgement)


@pytest.mark.parametrize("name", ["instant-refunded-in-part-at-the-end-of-a-month", "charged-back-after-it-was-netted"])
def test_a_payout_names_what_it_gives_back_by_its_sale(name: str):
    """Whether the sale is still in view when that is cleared, or closed long ago."""
    judgement = _run((MONEY / f"{name}.toml").read_text("utf-8"))[0]
    rows = [row for row in judgement.payouts if row.returns]
    assert [(item.what, item.sale) for row in rows for item in row.returns] == [("refund", "A")]
    assert not any("A" in row.sales for row in rows)
    assert ": refund A" in _joined(judgement) or ", refund A" in _joined(judgement)
    assert "退货 A" in _joined(judgement, "zh")


def test_what_is_named_in_a_payout_leaves_nothing_over():
    """A sale and its void in one settlement are two items and both are named; of very many the rest is counted."""
    judgement = _run((MONEY / "wallet-users.toml").read_text("utf-8"))[0]
    assert ": C, qr void C " in _joined(judgement)
    script = "\n".join(
        f'{{ at = "{9 + n // 50:02}:{n % 50 + 5:02}", sale = "S{n}", amount = "1.00" }},' for n in range(53))
    row, = _desk(script).payouts
    assert (row.items, len(row.sales), row.unnamed) == (53, 50, 3)


def test_money_in_suspense_that_no_fault_put_there_is_counted_under_its_reason():
    judgement = _desk('{ at = "10:00", sale = "S", amount = "50" },').by_cause
    assert judgement == ()
    frozen = HEAD.replace('name = "M"', 'name = "M"\naccount = {{ status = "frozen" }}')
    tally, = _run(frozen.format(
        script='{ at = "10:00", sale = "S", amount = "50" },', until="2026-03-12T12:00", more=""))[0].by_cause
    assert (tally.where, tally.sales, tally.text) == (Where.SUSPENDED, 1, "in suspense: the account is frozen")
    assert tally.text_zh == "挂账：收款账户被冻结"


def test_of_many_merchants_those_are_told_first_whose_money_is_not_there():
    """Thirty shops, of which the text shows twenty; the account of the last one by name is frozen."""
    shop = """
[[merchants]]
name = "shop {n:02}"
terminals = {{}}
account = {{ status = "{status}" }}
habits = {{ settles = "21:00" }}
script = [{{ at = "10:00", sale = "S{n}", amount = "1234567.89" }}]
"""
    text = ('title = "many"\nstart = "2026-03-10T09:00"\nuntil = "2026-03-12T12:00"\n'
            '[[banks]]\nname = "bank.a"\nopening_balance = "9999999.99"\n')
    text += "".join(shop.format(n=n, status="frozen" if n == 29 else "open") for n in range(30))
    said = _text(_run(text)[0])
    section = said[said.index("By merchant"):said.index("Payouts")]
    assert section.split("\n")[1].strip().startswith("shop 29 ")
    assert "and 10 more merchants" in section
    payouts = " ".join(said[said.index("Payouts"):said.index("By cause")].split())
    assert "suspended shop 29 2026-03-10/898000000000030: S29" in payouts
    assert "since 03-11 09:00 (1 day): the account is frozen" in payouts
    assert "arrived" not in payouts
    assert payouts.endswith("and 29 more payouts")
