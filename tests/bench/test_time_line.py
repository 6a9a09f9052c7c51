"""One time line: what the bench saw and did stands among the records, and the judge is not moved by it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from hil.ecr.tap import Passed, What
from hil.evidence.time_line import BenchSources, on_time_line, readable
from hil.hands.hands import HandsAct
from hil.judging.calendar import Calendar
from hil.power.power import PowerAct
from hil.relay.seen import Fate, SeenMessage, Way
from simulator.catalogue.language import speaking
from simulator.judge.judge import Judge
from simulator.judge.words import day
from simulator.local_time import DAY_MS
from simulator.trace.records import (
    ClockSet,
    EcrPassed,
    HandsAsked,
    LinePassed,
    PhaseEntered,
    PowerSwitched,
    RunStarted,
    from_line,
    to_line,
)

WALL_MS = 1_795_000_000_000
AHEAD_MS = -25_000_000_000
PAN = "6200009753180120"
RUN = [
    RunStarted(WALL_MS + AHEAD_MS, "run", title="t", seed=1, version="0", clock="live"),
    ClockSet(WALL_MS + AHEAD_MS, "run", ahead_ms=AHEAD_MS),
    PhaseEntered(WALL_MS + AHEAD_MS, "run", phase="faults"),
    ClockSet(WALL_MS + 10_000 + AHEAD_MS, "run", ahead_ms=AHEAD_MS + DAY_MS),
    PhaseEntered(WALL_MS + 20_000 + AHEAD_MS + DAY_MS, "run", phase="heal"),
    PhaseEntered(WALL_MS + 21_000 + AHEAD_MS + DAY_MS, "run", phase="ended"),
]
ECR = Passed("till", WALL_MS + 1_000, What.FRAME, "sale", None, PAN.encode(), b"*", "sale amount_fen=1")
LINE = SeenMessage(
    number=1, at_ms=WALL_MS + 2_000.4, way=Way.DOWN, link=1, mti="0210", kind="sale", tid="10000001", batch=1,
    stan=7, response_code="00", fate=Fate.LOST, rule="r", frame=PAN.encode())
POWER = PowerAct(at_ms=WALL_MS + 12_000, supply="board", act="off", took_ms=9)
HANDS = HandsAct(
    asked_ms=WALL_MS + 13_000, done_ms=WALL_MS + 14_500, by="person", tid="10000001", what="present",
    text="present the card", card="620000******0120", note="done")
SOURCES = BenchSources(tid="10000001", ecr=[ECR], line=[LINE], power=[POWER], hands=[HANDS])


def of_bench(records):
    return [each for each in records if isinstance(each, EcrPassed | LinePassed | PowerSwitched | HandsAsked)]


def test_everything_stands_where_it_happened_whatever_the_calendar_did():
    records = on_time_line(RUN, SOURCES)
    assert [each for each in records if each in RUN] == RUN
    assert [each.at_ms for each in records] == sorted(each.at_ms for each in records)
    assert [(each.actor, each.at_ms - WALL_MS - AHEAD_MS) for each in of_bench(records)] == [
        ("ecr.10000001", 1_000), ("line.10000001", 2_000), ("power.10000001", 12_000 + DAY_MS),
        ("hands.10000001", 13_000 + DAY_MS)]


@pytest.mark.parametrize("source", ["ecr", "line", "power", "hands"])
def test_each_source_has_the_offset_of_its_own_clock(source):
    on_time = of_bench(on_time_line(RUN, SOURCES))
    late = of_bench(on_time_line(RUN, replace(SOURCES, **{f"{source}_ahead_ms": 500})))
    assert {before.actor.split(".")[0]: before.at_ms - after.at_ms
            for before, after in zip(on_time, late, strict=True) if before != after} == {source: 500}


def test_before_the_first_word_of_the_clock_its_first_word_holds():
    assert Calendar(RUN).at(WALL_MS - 5) == WALL_MS - 5 + AHEAD_MS
    assert Calendar([]).at(7.6) == 8


def test_records_come_back_from_their_lines_and_hold_no_card():
    for record in of_bench(on_time_line(RUN, SOURCES)):
        line = to_line(record)
        assert from_line(line) == record
        assert PAN.encode() not in line
        assert PAN not in readable(record)


def verdict(records):
    judge = Judge()
    for record in records:
        judge.feed(record)
    return judge.finish(records[-1].at_ms)


def test_the_judge_says_the_same_and_tells_what_was_done():
    without, with_ = verdict(RUN), verdict(on_time_line(RUN, SOURCES))
    assert (with_.verdict, with_.findings) == (without.verdict, without.findings)
    said = [step.text for step in with_.events]
    assert "power (board): off" in said
    assert "hands (person): present the card, done" in said
    assert "line to the terminal: 0210 sale 000007 lost, r" in said
    assert not any("ecr" in each for each in said)
    chinese = [step.text_zh for step in with_.events]
    assert "电源（board）：断电" in chinese
    assert "线路下行：0210 消费 000007 丢失，r" in chinese


def test_every_fate_and_act_has_words():
    assert {each.value for each in Fate} - {"heard", "passed"} == set(day.FATES)
    assert set(day.WAYS) == {each.value for each in Way}


def test_a_message_that_passed_is_no_event_of_the_day():
    sources = BenchSources(tid="1", line=[replace(LINE, fate=Fate.PASSED)])
    assert not any("line" in step.text for step in verdict(on_time_line(RUN, sources)).events)


def test_lines_for_people():
    with speaking("en"):
        told = [readable(each) for each in of_bench(on_time_line(RUN, SOURCES))]
    assert [line.split(" ", 2)[2] for line in told] == [
        "ecr.10000001 till: sale amount_fen=1", "line.10000001 down 0210 sale 000001/000007 00 lost (r)",
        "power.10000001 board: off (9 ms)", "hands.10000001 person: present the card (1500 ms) done"]
