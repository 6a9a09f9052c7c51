"""Rules of requests beside what was asked for: a line that fits holds, one that does not is told with its message."""

from __future__ import annotations

import pytest
from line_made import PAN, SALE, LineMade

from hil.checks import asked_rules, ecr_rules, reversal_fields
from hil.checks.evidence import Evidence, Rule, Step
from hil.checks.results import NotObservableError, NotReachedError
from hil.relay.seen import Fate
from hil.tills.ends import Told as Answer
from hil.tills.ends import Wish
from simulator.machines.terminal.profile import Card
from simulator.wire.kinds import Kind
from simulator.wire.message import Original

OTHER = "6200013184247896"
RECEIPT = ("消费", "898000000000001", "10000001", "620000******0120", "000001/000002 000000000002", "RMB 10.11")


def wrong(rule: Rule, evidence: Evidence) -> list[int]:
    return [each.number for each in rule.look(evidence).wrong]


def asked(fen: int, sent: int, told: Answer | None = None, *, card: Card | str = "usual", **facts: object) -> Evidence:
    """One sale that was asked for with ``fen``, and left with ``sent``."""
    made = LineMade()
    begun_ms = made.now_ms
    made.sale(2, fen=sent, **facts)
    wish = Wish(kind=Kind.SALE, amount_fen=fen, card=card)
    return made.evidence(Step("first", wish, told or Answer("approved", stan=2), begun_ms, made.now_ms))


@pytest.mark.parametrize(("sent", "messages"), [(1_011, []), (1_012, [1]), (10_110, [1]), (2_022, [1]), (1_010, [1])])
def test_the_sum_that_leaves_is_the_one_that_was_asked_for(sent, messages):
    reading = asked_rules.sent_as_asked("first").look(asked(1_011, sent))
    assert [each.number for each in reading.wrong] == messages
    assert [each.money_fen for each in reading.wrong] == [abs(sent - 1_011)] * len(messages)


def test_a_sum_that_never_left_is_not_reached():
    nothing = LineMade().evidence(Step("first", Wish(kind=Kind.SALE, amount_fen=1), Answer("refused"), 0, 1))
    with pytest.raises(NotReachedError):
        asked_rules.sent_as_asked("first").look(nothing)


@pytest.mark.parametrize(("facts", "messages"), [
    ({"pan": OTHER}, []), ({"pan": PAN}, [1]), ({"pan": "", "track2": f"{OTHER}=3012"}, []),
    ({"pan": "", "track2": f"{PAN}D3012"}, [1]),
])
def test_the_card_that_leaves_is_the_one_that_was_presented(facts, messages):
    assert wrong(asked_rules.on_the_card("first"), asked(1_011, 1_011, card=Card(pan=OTHER), **facts)) == messages


@pytest.mark.parametrize("facts", [{"pan": ""}, {"pan": "", "track2": "7F3A"}])
def test_a_card_that_nobody_can_read_accuses_nobody(facts):
    with pytest.raises(NotObservableError):
        asked_rules.on_the_card("first").look(asked(1_011, 1_011, card=Card(pan=OTHER), **facts))


def test_a_card_that_the_bench_knows_by_name_only_accuses_nobody():
    with pytest.raises(NotObservableError):
        asked_rules.on_the_card("first").look(asked(1_011, 1_011))


def dated(time: str, date: str, reply_time: str, reply_date: str) -> Evidence:
    made = LineMade()
    begun_ms = made.now_ms
    made.up("0200", "sale", 2, **{**SALE, "amount_fen": 1, "local_time": time, "local_date": date})
    made.down("0210", "sale", 2, local_time=reply_time, local_date=reply_date)
    return made.evidence(Step("first", Wish(kind=Kind.SALE, amount_fen=1), Answer("approved", stan=2), begun_ms, made.now_ms))


@pytest.mark.parametrize(("time", "date", "reply_time", "reply_date", "messages"), [
    ("100000", "0127", "100001", "0127", []), ("235959", "1231", "000004", "0101", []),
    ("235959", "0228", "000001", "0229", []), ("102959", "0127", "100000", "0127", []),
    ("020000", "0127", "100001", "0127", [1]), ("100000", "0126", "100001", "0127", [1]),
    ("103100", "0127", "100000", "0127", [1]), ("160000", "1231", "000004", "0101", [1]),
])
def test_f12_and_f13_are_the_local_time_within_half_an_hour(time, date, reply_time, reply_date, messages):
    assert wrong(asked_rules.dated_by_the_clock("first"), dated(time, date, reply_time, reply_date)) == messages


@pytest.mark.parametrize(("time", "date"), [("", "0127"), ("100000", ""), ("996000", "0127"), ("100000", "0230")])
def test_a_request_without_a_time_accuses_nobody(time, date):
    with pytest.raises(NotObservableError) as said:
        asked_rules.dated_by_the_clock("first").look(dated(time, date, "100000", "0127"))
    assert not said.value.whole


def repeated(**again: object) -> Evidence:
    """A refund whose answer is lost, and that goes up again."""
    made = LineMade()
    begun_ms = made.now_ms
    facts = {**SALE, "amount_fen": 1_000, "rrn": "000000000001", "local_time": "100000",
             "original": Original(1, 2, "0127")}
    made.up("0220", "refund", 5, **facts)
    made.down("0230", "refund", 5, fate=Fate.LOST)
    made.up("0220", "refund", 5, **{**facts, "mac": b"87654321", **again})
    made.down("0230", "refund", 5)
    return made.evidence(
        Step("first", Wish(kind=Kind.REFUND, amount_fen=1_000), Answer("pending", stan=5), begun_ms, made.now_ms))


@pytest.mark.parametrize(("again", "count"), [
    ({}, 0), ({"local_time": "100200"}, 1), ({"local_date": "0128"}, 1), ({"amount_fen": 1_001}, 1),
    ({"rrn": "000000000002", "pan": OTHER}, 2), ({"original": Original(1, 3, "0127")}, 1),
])
def test_what_goes_up_again_is_the_same_but_for_its_mac(again, count):
    found = wrong(asked_rules.repeated_unchanged("first"), repeated(**again))
    assert found == [3] * count


def test_card_data_of_a_changed_repetition_is_not_told():
    (found,) = asked_rules.repeated_unchanged("first").look(repeated(pan=OTHER)).wrong
    assert OTHER not in found.what.en + found.what.zh
    assert PAN not in found.what.en + found.what.zh


def test_what_went_up_once_was_not_repeated():
    made = LineMade()
    begun_ms = made.now_ms
    made.up("0220", "refund", 5, amount_fen=1_000)
    made.down("0230", "refund", 5)
    once = made.evidence(
        Step("first", Wish(kind=Kind.REFUND, amount_fen=1_000), Answer("approved", stan=5), begun_ms, made.now_ms))
    with pytest.raises(NotReachedError):
        asked_rules.repeated_unchanged("first").look(once)


# ---- a reversal that is repeated -----------------------------------------------------------------


def reversed_twice(first: dict[str, object], again: dict[str, object]) -> Evidence:
    made = LineMade()
    made.sale(2, reply=Fate.LOST)
    made.reversal(2, answered=Fate.LOST, **first)
    made.reversal(2, **again)
    return made.evidence()


DAY = {"original": Original(1, 2, "0127")}
NEXT_DAY = {"original": Original(1, 2, "0128")}
NO_DAY = {"original": Original(1, 2, "0000")}


@pytest.mark.parametrize(("first", "again", "messages"), [
    (DAY, DAY, []), ({}, {}, []), (NO_DAY, DAY, []),  # the host told it meanwhile
    (DAY, NEXT_DAY, [5]), (DAY, NO_DAY, [5]), ({"local_date": "0127"}, {"local_date": "0128"}, [5]),
    ({"local_time": "100000"}, {"local_time": "100003"}, [5]),
])
def test_a_reversal_that_is_repeated_keeps_its_dates(first, again, messages):
    assert wrong(reversal_fields.unchanged("hit"), reversed_twice(first, again)) == messages


# ---- the receipt that a till is given --------------------------------------------------------------


@pytest.mark.parametrize(("sum_line", "messages"), [
    ("RMB 10.11", []), ("金额：10.11 元", []), ("TOTAL        1011", []), ("RMB 110.11", [2]), ("RMB 10.10", [2]), ("", [2]),
])
def test_the_sum_of_the_reply_stands_on_the_receipt(sum_line, messages):
    told = Answer("approved", stan=2, receipt=(*RECEIPT[:-1], sum_line))
    assert wrong(ecr_rules.receipt_has_the_sum("first"), asked(1_011, 1_011, told)) == messages


@pytest.mark.parametrize("told", [Answer("approved", stan=2), Answer("declined", stan=2, receipt=RECEIPT)])
def test_who_tells_no_receipt_is_not_accused(told):
    with pytest.raises(NotObservableError) as said:
        ecr_rules.receipt_has_the_sum("first").look(asked(1_011, 1_011, told))
    assert not said.value.whole
