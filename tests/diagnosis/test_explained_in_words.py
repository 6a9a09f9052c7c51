"""What a diagnosis says: numbers and codes in words, when money is due, and what one log alone cannot say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from simulator.catalogue.language import speaking
from simulator.commands.explain import explain, read_trace
from simulator.diagnosis import words as w
from simulator.diagnosis.codes import code_told
from simulator.diagnosis.diagnosis import Diagnosis, diagnose
from simulator.diagnosis.money import SaleMoney
from simulator.diagnosis.signatures import all_signatures
from simulator.diagnosis.told import moment, sums, where, with_due
from simulator.scenario.read import scenario_of_text
from simulator.trace.records import Record, to_line
from simulator.world.run import build_world, run_virtual

TRACES = Path("tests/diagnosis/traces")
SHOP = """
title = "t"
start = 2026-01-26T10:00:00+08:00
until = "3h"
drain = "1h"
[[merchants]]
name = "shop"
payout = "{payout}"
terminals = {{ count = 1 }}
script = [ {{ at = "10m", sale = "S1", amount = "68.00" }}{settle} ]
"""


def _of_trace(name: str) -> Diagnosis:
    return diagnose(read_trace(TRACES / f"{name}.jsonl"))


def _run(text: str) -> list[Record]:
    records: list[Record] = []
    run_virtual(build_world(scenario_of_text(text), [records.append]))
    return records


# ---- one log alone: what is not there is no sign


def test_the_log_of_a_live_host_alone_says_that_answers_did_not_arrive():
    """The host dropped a reply to a sale; its log knows the reversal, and not where the reply was lost."""
    found = _of_trace("live-host-lost-replies")
    assert [sign.name for answer in found.answers for sign in answer.finding.signs] == ["reply_unheard"]
    assert {"network.outage", "terminal.power_lost"} <= set(found.answers[0].finding.modes)
    assert found.answers[0].finding.confidence.value == "possible"
    assert [(each.amount_fen, each.state) for each in found.answers[0].sales] == [(7800, "given_back")]
    assert found.not_there == ("journals", "payouts")


def test_the_log_of_a_device_alone_accuses_nobody_of_forging():
    """It hears a host of which no log is there; one request had no answer."""
    found = _of_trace("device-lost-reply")
    assert [sign.name for answer in found.answers for sign in answer.finding.signs] == ["unanswered"]
    assert "acquirer.outage" in found.answers[0].finding.modes
    assert found.not_there[0] == "host"


def test_a_bench_has_both_logs_and_says_which_message_was_lost():
    found = _of_trace("bench-lost-reply")
    assert [sign.name for answer in found.answers for sign in answer.finding.signs] == ["line_dead"]
    assert [each.amount_fen for each in found.answers[0].sales] == [1011]


def test_a_host_whose_terminal_settled_is_well():
    """Replies to a terminal whose log is not there are not lost."""
    found = _of_trace("bench-host-settled")
    assert (found.answers, found.left) == ((), ())
    assert {each.state for each in found.open} == {"captured"}


# ---- numbers and codes


@pytest.mark.parametrize("name", sorted(w.SIGNS))
def test_one_of_a_thing_is_one(name):
    said = w.counted(w.SIGNS[name], 1, code="x", who="y")
    assert "[" not in said.en + said.zh
    assert not re.search(r"\b1 (?:\w+ )?(?:messages|times|sales|payouts|requests|payments|alarms|days)\b", said.en)
    assert "[" not in w.counted(w.SIGNS[name], 7, code="x", who="y").en


def test_every_code_that_a_signature_names_has_words_in_both_languages():
    names = {name.partition("@")[0] for row in all_signatures().signatures for name in (*row.signs, *row.weak)}
    coded = [name.split(":", 1) for name in sorted(names) if ":" in name]
    shown = [(sign, code) for sign, code in coded if "{code}" in w.SIGNS[sign].en]
    assert len(shown) > 40
    assert [each for each in shown if code_told(*each).en == each[1] or code_told(*each).zh.isascii()] == []


# ---- when money is due


@pytest.mark.parametrize(("payout", "settle", "due", "until"), [
    ("T+1", "", "2026-01-27 09:00:00", "2026-01-26 23:00:00"),
    ("D+2", "", "2026-01-28 09:00:00", "2026-01-26 23:00:00"),
    ("T+1", ', { at = "1h", do = "settlement" }', "2026-01-27 09:00:00", None),
])
def test_what_is_not_cleared_has_a_due_time(payout, settle, due, until):
    """Monday 26 January: T+1 is Tuesday, D+2 is Wednesday; a batch that is open has to be settled first."""
    records = [each for each in _run(SHOP.format(payout=payout, settle=settle))
               if each.at_ms < 1769410800000]  # until 15:00: nothing is cleared yet
    one = diagnose(records).open[0]
    assert one.state == "captured"
    assert one.due_ms is not None
    assert moment(one.due_ms) == due
    assert (moment(one.settled_by_ms) if one.settled_by_ms else None) == until
    assert ("if its batch" in with_due(where("", ""), one).en) is (until is not None)


def test_over_the_spring_festival_working_days_count():
    """Friday 13 February 2026 after the cut-over is Saturday's, a made-up working day: T+1 is the 24th."""
    text = SHOP.format(payout="T+1", settle="").replace("2026-01-26T10", "2026-02-13T22").replace('"10m"', '"70m"')
    one = diagnose([each for each in _run(text) if each.at_ms < 1771002000000]).open[0]
    assert one.due_ms is not None
    assert moment(one.due_ms) == "2026-02-24 09:00:00"


def test_sums_name_the_merchant_where_there_are_several():
    one = SaleMoney("S1", "1", 100, "captured", merchant="a")
    two = SaleMoney("S2", "2", 200, "captured", merchant="b")
    assert [each.en.partition(",")[0] for each in sums([one, two])] == ["a: 1 sale", "b: 1 sale"]
    assert [each.en.partition(",")[0] for each in sums([one, one])] == ["2 sales"]


# ---- the text


def test_what_speaks_against_stands_in_the_text(tmp_path, capsys):
    text = Path("fixtures/scenarios/modes/network.router_down.toml").read_text("utf-8")
    path = tmp_path / "t.jsonl"
    path.write_bytes(b"".join(to_line(each) + b"\n" for each in _run(text)))
    explain(path, sale=None, rrn=None, merchant=None, as_json=False)
    shown = capsys.readouterr().out
    assert "against" in shown
    assert "the same evidence fits less well: a cable was loose" in shown
    assert "1. the line between terminals and host was cut\n" in shown
    with speaking("zh"):
        explain(path, sale=None, rrn=None, merchant=None, as_json=False)
    assert "反证" in capsys.readouterr().out
