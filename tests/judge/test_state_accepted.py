"""A host that went on without part of its state: what comes after is held against nobody, and that is said."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from bad_host import HOST_BAD
from bad_lines import LINE_BAD
from bad_money import MONEY_BAD
from bad_record import RECORD_BAD
from synthetic_day import HOST, Day, a_sale_that_arrives

from simulator.judge.judge import Judge
from simulator.judge.verdict import State, Verdict
from simulator.trace.records import StateAccepted

BAD: dict[Callable[[Day], None], tuple[int, str]] = {**HOST_BAD, **LINE_BAD, **MONEY_BAD, **RECORD_BAD}


def accept(day: Day, *accepted: str, missing: int = 3) -> None:
    day.add(StateAccepted, HOST, accepted=accepted, missing=missing, detail="the end is missing")


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.__name__)
def test_what_is_seen_after_it_is_told_and_held_against_nobody(bad: Callable[[Day], None]) -> None:
    day = Day()
    accept(day, "older")
    bad(day)
    day.end()
    judgement = day.judged()
    assert judgement.verdict is Verdict.INCONCLUSIVE
    assert judgement.findings == ()
    number, _ = BAD[bad]
    [rule] = [each for each in judgement.invariants if each.number == number]
    assert rule.state is State.NOT_OBSERVABLE
    assert any(each.startswith(f"invariant {number}, not held against anybody") for each in judgement.reasons)
    assert len(judgement.reasons) == len(judgement.reasons_zh)


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.__name__)
def test_what_was_found_before_it_stays_found(bad: Callable[[Day], None]) -> None:
    """What is only known at the end is not: its cause may lie in what is missing."""
    day = Day()
    bad(day)
    accept(day, "damaged")
    day.end()
    judge, found = Judge(), 0
    for record in day.records:
        if isinstance(record, StateAccepted):
            found = judge.found
        judge.feed(record)
    judgement = judge.finish(day.at)
    assert len(judgement.findings) == found
    assert judgement.verdict is (Verdict.FAIL if found else Verdict.INCONCLUSIVE)


def test_some_of_them_are_found_at_once() -> None:
    """So that the test above tries both."""
    at_once = 0
    for bad in BAD:
        judge, day = Judge(), Day()
        bad(day)
        for record in day.records:
            judge.feed(record)
        at_once += judge.found > 0
    assert 10 < at_once < len(BAD)


def test_a_right_day_with_it_is_no_pass_and_says_why() -> None:
    day = a_sale_that_arrives()
    assert day.judged().verdict is Verdict.PASS
    accept(day, "damaged", "foreign")
    judgement = day.judged()
    assert judgement.verdict is Verdict.INCONCLUSIVE
    [reason] = judgement.reasons
    assert reason.startswith("the host went on with a state that was not as it had left it (damaged, made with another")
    assert reason.endswith("3 of its commits are missing: what came after is held against nobody")
    assert "缺失 3 次提交" in judgement.reasons_zh[0]
    assert any("主机在状态文件已非原样" in each.text_zh for each in judgement.events)
