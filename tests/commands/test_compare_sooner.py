"""``run --compare`` says which sales were done, and paid, sooner or later; and what people meant to give back is no harm."""

from __future__ import annotations

import pytest

from hil.commands.entry import run
from simulator.report.sooner import Moments, sooner_or_later, time_told
from simulator.trace.records import Concluded, ItemCleared, MerchantSettled, PayoutPosted, SaleMeant

HOUR = 3_600_000
SHOP = """
title = "a shop"
start = 2026-01-27T10:00:00+08:00
until = "4d"
[[merchants]]
name = "shop"
terminals = { count = 2, profile = "lakala-touch", settings = { reply_timeout = "20s" } }
script = [
    { at = "10m", sale = "S1", amount = "68.00" },
    { at = "2h", sale = "S2", amount = "12.00", terminal = 2 },
]
"""
HUNG = """
[[faults]]
mode = "terminal.hung"
target = "shop/1"
at = "5m"
for = "10h"
[[actions]]
do = "another_terminal"
by = "shop"
terminal = 2
at = "6m"
"""
WRONG = """
[[actions]]
do = "void_or_refund"
by = "shop"
sale = "S1"
amount = "6.80"
at = "20m"
"""


def compared(text, what, tmp_path, capsysbinary, language="en"):
    path = tmp_path / "day.toml"
    path.write_text(text, "utf-8")
    run(["run", str(path), "--compare", what, "--lang", language])
    out = capsysbinary.readouterr().out.decode()
    return [line.strip() for line in out.splitlines() if line.startswith("  ") or f"{what}" in line]


@pytest.mark.parametrize(("language", "said"), [
    ("en", "better: 1 sale(s) done sooner, the most by 9 h 55 min"), ("zh", "1 笔交易更早完成，最多早 9小时55分钟")])
def test_who_is_sent_to_another_terminal_pays_sooner(language, said, tmp_path, capsysbinary):
    """Hung from 10:05 to 20:05, and the customer came at 10:10."""
    lines = compared(SHOP + HUNG, "another_terminal", tmp_path, capsysbinary, language)
    assert any(said in line for line in lines), lines


def test_a_wrong_sum_that_is_given_back_and_sold_right_is_no_harm(tmp_path, capsysbinary):
    """68.00 less, 6.80 more: 61.20 less is taken, as everybody meant."""
    lines = compared(SHOP + WRONG, "void_or_refund", tmp_path, capsysbinary)
    assert "other: taken: +0 sale(s), -¥61.20" in lines
    assert not any(line.startswith(("worse", "better")) or "did harm" in line for line in lines), lines


def day(done_ms, paid_ms, names=("S1", "S2")):
    """Sales one after another, cleared on a date and paid together."""
    moments = Moments()
    for number, name in enumerate(names, 1):
        moments.feed(SaleMeant(0, "merchant.shop", sale=name, amount_fen=100, card="", what="sale"))
        moments.feed(Concluded(
            done_ms, "terminal.10000001", sale=name, what="sale", result="approved", batch=1, stan=number))
        moments.feed(ItemCleared(
            done_ms, "clearing", key=f"10000001/000001/{number:06}", what="sale", mid="m", amount_fen=100, fee_fen=1,
            settlement_date="2026-01-27"))
    moments.feed(MerchantSettled(
        done_ms, "clearing", mid="m", settlement_date="2026-01-27", gross_fen=200, fee_fen=2, net_fen=198, items=2,
        payout="P", due_ms=0))
    if paid_ms:
        moments.feed(PayoutPosted(paid_ms, "bank.a", payout="P", mid="m", net_fen=198))
    return moments


@pytest.mark.parametrize(("first", "other", "said"), [
    (day(HOUR, 30 * HOUR), day(HOUR, 30 * HOUR), []),
    (day(HOUR, 30 * HOUR), day(HOUR, 54 * HOUR), [("paid_sooner", 2, True, "the money of 2 sale(s) comes sooner, the most by 1 d")]),
    (day(HOUR, 54 * HOUR), day(HOUR, 30 * HOUR), [("paid_later", 2, False, "the money of 2 sale(s) comes later, the most by 1 d")]),
    (day(HOUR, 30 * HOUR), day(HOUR, 0), []),  # only one of both: that is told as arrived
    (day(HOUR, 30 * HOUR), day(HOUR, 30 * HOUR + 59 * 60_000), []),  # banks take a moment
    (day(3 * HOUR, 30 * HOUR), day(HOUR, 30 * HOUR, ("S2", "S3")), [("done_later", 1, False, "1 sale(s) done later, the most by 2 h")]),
])
def test_sales_that_both_have_are_compared_by_their_names(first, other, said):
    assert [(each.what, each.by, each.good, each.told.en) for each in sooner_or_later(first, other)] == said


@pytest.mark.parametrize(("ms", "en", "zh"), [
    (59_999, "less than a minute", "不到一分钟"), (60_000, "1 min", "1分钟"), (25 * HOUR + 60_000, "1 d 1 h", "1天1小时")])
def test_a_length_is_told_in_two_units(ms, en, zh):
    assert (time_told(ms).en, time_told(ms).zh) == (en, zh)
