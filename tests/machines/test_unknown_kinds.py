"""Requests of no kind are answered, whatever their type; replies and nonsense are not."""

from __future__ import annotations

import pytest
from acquirer_bench import SETTINGS, HostBench, signed_on
from msgspec.structs import replace

from simulator.machines.acquirer.settings import AcquirerSettings
from simulator.wire.dialects import usual_dialect
from simulator.wire.kinds import Kind, mti_of_reply
from simulator.wire.message import Message

# By sums: a request has an even third digit, its reply the next odd one.
ANSWERED_BY = {
    "0100": "0110", "0200": "0210", "0220": "0230", "0300": "0310", "0420": "0430",
    "0421": "0431", "0401": "0411", "0600": "0610", "0640": "0650", "0800": "0810",
    "0820": "0830", "1200": "1210", "0280": "0290", "9999": "",
}
NO_KIND = {"processing_code": "990000", "type_code": "99", "network_code": "999"}
ECHOED = (
    "tid", "mid", "stan", "batch", "type_code", "network_code", "processing_code", "amount_fen",
    "local_time", "local_date", "currency",
)


def unknown(mti: str, **fields: object) -> Message:
    facts = {
        "mti": mti, "amount_fen": 1_00, "local_time": "120000", "local_date": "0127",
        "condition_code": "00", "pan": "6200009753180120", **NO_KIND, **fields,
    }
    return Message(**facts)  # type: ignore[arg-type]


@pytest.mark.parametrize("mti", ANSWERED_BY)
def test_a_request_of_no_kind_is_answered_12_under_its_own_type(mti):
    bench = HostBench()
    terminal = signed_on(bench)
    request = replace(
        unknown(mti), tid=terminal.tid, mid=terminal.mid, stan=77, batch=1, currency="156")
    replies = bench.receive(request)
    assert bench.alarms[-1] == "unknown_kind"
    assert [each.mti for each in replies] == [each for each in [ANSWERED_BY[mti]] if each]
    for reply in replies:
        assert reply.response_code == "12"
        assert reply.mac is None
        assert {name: getattr(reply, name) for name in ECHOED} == {
            name: getattr(request, name) for name in ECHOED}
    assert bench.journal == bench.journal[:1]  # the sign-on, and nothing of this


@pytest.mark.parametrize("mti", ["0210", "0310", "0410", "0431", "0830"])
def test_a_reply_is_not_answered_and_leaves_one_alarm(mti):
    bench = HostBench()
    terminal = signed_on(bench)
    request = replace(unknown(mti), tid=terminal.tid, mid=terminal.mid)
    before = len(bench.alarms)
    assert bench.receive(request) == []
    assert bench.alarms[before:] == ["unknown_kind"]


def test_the_reply_is_sealed_where_the_request_was():
    bench = HostBench()
    terminal = signed_on(bench)
    request = replace(unknown("0300"), tid=terminal.tid, mid=terminal.mid, stan=9)
    reply = bench.receive(terminal.seal(request))[0]
    assert reply.mac is not None
    assert reply == terminal.seal(reply)


@pytest.mark.parametrize("code", ["40", "58", "96"])
def test_the_answer_is_a_setting(code):
    bench = HostBench(settings=replace(SETTINGS, unknown_kind_answer=code))
    terminal = signed_on(bench)
    request = replace(unknown("0200"), tid=terminal.tid, mid=terminal.mid)
    assert bench.receive(request)[0].response_code == code


def test_what_is_no_code_is_no_setting():
    with pytest.raises(ValueError, match="unknown_kind_answer"):
        AcquirerSettings(unknown_kind_answer="ZZ")


@pytest.mark.parametrize(("kind", "answer"), [
    (Kind.REVERSAL, "25"), (Kind.SCRIPT_RESULT, "30"), (Kind.BATCH_UPLOAD, "77"),
])
def test_what_is_told_by_its_type_alone_is_answered_whatever_its_codes(kind, answer):
    bench = HostBench()
    terminal = signed_on(bench)
    mti = usual_dialect().kind[kind].mti
    request = replace(
        unknown(mti), tid=terminal.tid, mid=terminal.mid, stan=5, batch=terminal.batch)
    assert bench.receive(terminal.seal(request))[0].response_code == answer


def test_a_settlement_with_odd_codes_is_answered_without_a_code():
    bench = HostBench()
    terminal = signed_on(bench)
    request = replace(unknown("0500"), tid=terminal.tid, mid=terminal.mid, stan=5)
    reply = bench.receive(request)[0]
    assert (reply.mti, reply.response_code) == ("0510", "")


@pytest.mark.parametrize("tid", ["99999999", "ABCDEFGH"])
def test_an_unknown_terminal_is_told_97_whatever_it_asks(tid):
    bench = HostBench()
    signed_on(bench)
    for mti, answered in ANSWERED_BY.items():
        replies = bench.receive(replace(unknown(mti), tid=tid, mid="898000000000001"))
        assert [(each.mti, each.response_code) for each in replies] == [
            (each, "97") for each in [answered] if each]


@pytest.mark.parametrize(("code", "answer"), [("001", "00"), ("003", "00"), ("004", "00"), ("005", "40")])
def test_every_network_code_of_a_sign_on_is_answered(code, answer):
    """005 by name only: what keys it means no source says, so none are given."""
    bench = HostBench()
    terminal = signed_on(bench)
    reply = terminal.sign_on(network_code=code)
    assert (reply.mti, reply.response_code, reply.network_code) == ("0810", answer, code)


def test_every_request_type_has_a_reply_and_no_reply_has_one():
    for number in range(10_000):
        mti = f"{number:04}"
        answer = mti_of_reply(mti)
        assert bool(answer) is (mti[2] in "02468")
        assert not answer or int(answer) == number + 10
