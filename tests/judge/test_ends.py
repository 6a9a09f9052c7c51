"""A report says which terminals were simulated and which stood at ports, and what nobody could see."""

from __future__ import annotations

import io

import msgspec
import pytest

from simulator.judge.judge import Judge
from simulator.judge.verdict import Ends, State, Verdict
from simulator.report.text import write_text
from simulator.trace.records import Concluded, Journaled, ReceiptGiven, TerminalOpened
from tests.judge.synthetic_day import HOST, TERMINAL, TID, Day


def line_only(day):
    """The day as the host alone sees it: without what the terminal shows and stores."""
    day.records = [
        each for each in day.records
        if not isinstance(each, (Concluded, ReceiptGiven, Journaled)) or each.actor != TERMINAL]
    return day


def paid_day(**facts):
    day = Day(**facts)
    day.sale()
    day.ask_settlement()
    day.count(HOST)
    day.clear()
    day.pay()
    day.end()
    return day


def at_a_port(record, device=""):
    return msgspec.structs.replace(record, observable=False, end="port", device=device)


def judged(day, *more):
    judge = Judge(None)
    for record in day.records:
        if isinstance(record, TerminalOpened):
            record = at_a_port(record)  # noqa: PLW2901
            for each in more:
                judge.feed(each)
        judge.feed(record)
    return judge.finish(day.records[-1].at_ms)


def test_what_only_the_terminal_shows_is_not_observable_from_the_line():
    judgement = judged(line_only(paid_day(observable=False)))
    states = {each.number: each.state for each in judgement.invariants}
    assert states[3] is State.NOT_OBSERVABLE
    assert states[10] is State.NOT_OBSERVABLE
    assert states[1] is states[5] is states[6] is State.HELD
    assert judgement.verdict is Verdict.PASS, judgement.findings
    assert judgement.money.arrived.sales == 1
    assert judgement.ends == Ends(0, ((TID, ""),), (TID,))


def test_a_terminal_at_a_port_that_did_nothing_hides_nothing():
    idle = TerminalOpened(1, "terminal.7", "7", "M", "m", "generic", observable=False, end="port")
    judge = Judge(None)
    day = paid_day()
    for record in [*day.records[:3], idle, *day.records[3:]]:
        judge.feed(record)
    judgement = judge.finish(day.records[-1].at_ms)
    assert judgement.ends == Ends(1, (("7", ""),), ())
    assert judgement.invariants[2].state is State.HELD


@pytest.mark.parametrize(("language", "words"), [
    ("en", ("Terminals: 0 simulated, 1 at ports", "nobody said what", "not observable of 10000001")),
    ("zh", ("模拟 0 台", "未说明设备", "不可观察：不重复扣款、交易不丢失")),
])
def test_the_report_names_the_ports_and_what_cannot_be_seen_there(language, words):
    text = io.StringIO()
    write_text(judged(line_only(paid_day(observable=False))), text, language=language)
    said = text.getvalue()
    for word in words:
        assert word in said
    assert TID in said
    assert max(map(len, said.splitlines())) <= 80


def test_a_run_without_ports_says_nothing_of_them():
    text = io.StringIO()
    write_text(paid_day().judged(), text)
    assert "at ports" not in text.getvalue()


def test_who_announced_itself_is_named():
    day = paid_day(observable=False)
    judge = Judge(None)
    for record in day.records:
        judge.feed(record)
        if isinstance(record, TerminalOpened):
            judge.feed(at_a_port(record, "virtual device"))
    assert judge.finish(day.records[-1].at_ms).ends.at_ports == ((TID, "virtual device"),)


def seen_from_the_line(*, reversed_too, approved=True):
    """A sale whose reply reached the port of a terminal that nobody looks into, and one after it."""
    day = Day(observable=False)
    day.mean("s1")
    day.send("s1")
    day.request_arrives()
    if approved:
        day.debited()
        day.captured()
    day.reply_arrives(**({} if approved else {"code": "51"}))
    if reversed_too:
        day.reversal()
        day.give_back()
    day.mean("s2")
    day.send("s2")
    day.request_arrives()
    day.debited()
    day.captured()
    day.reply_arrives()
    day.arrive()
    day.end()
    return day.judged()


def test_a_right_terminal_that_nobody_looks_into_is_accused_of_nothing():
    judgement = seen_from_the_line(reversed_too=False)
    assert judgement.verdict is Verdict.PASS, judgement.findings
    assert judgement.money.arrived.sales == 2


def test_a_reply_that_the_terminal_reversed_is_not_taken_for_what_it_showed():
    judgement = seen_from_the_line(reversed_too=True)
    assert judgement.verdict is Verdict.PASS, judgement.findings
    assert judgement.money.arrived.sales == 1
    assert judgement.invariants[6].state is State.HELD


def test_a_decline_that_reached_the_port_is_no_lost_sale():
    judgement = seen_from_the_line(reversed_too=False, approved=False)
    assert judgement.verdict is Verdict.PASS, judgement.findings
    assert judgement.money.declined.sales == 1
