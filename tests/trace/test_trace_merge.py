"""A merged trace is in order of time, and tells of no message before it was sent."""

from __future__ import annotations

import random

import pytest

from hil.files.one_owner import StateError
from hil.files.trace_file import TraceFile, read_trace
from simulator.trace.merge import merge
from simulator.trace.records import Arrived, SaleMeant, Sent, TerminalOpened, Warned

TID = "10000001"
TERMINAL = f"terminal.{TID}"
HOST = "acquirer"


def sent(at_ms, actor, to, mti, stan=1):
    return Sent(at_ms, actor, to=to, what="sale", mti=mti, tid=TID, batch=1, stan=stan)


def arrived(at_ms, actor, sender, mti, stan=1):
    return Arrived(at_ms, actor, sender=sender, what="sale", mti=mti, tid=TID, batch=1, stan=stan)


def exchange(stan, at_ms, skew_ms):
    """What a device and a host write down of one sale when the host's clock is off."""
    device = [sent(at_ms, TERMINAL, HOST, "0200", stan),
              arrived(at_ms + 3, TERMINAL, HOST, "0210", stan)]
    host = [sent(at_ms + skew_ms, TERMINAL, HOST, "0200", stan),
            arrived(at_ms + 1 + skew_ms, HOST, TERMINAL, "0200", stan),
            sent(at_ms + 2 + skew_ms, HOST, TERMINAL, "0210", stan),
            arrived(at_ms + 2 + skew_ms, TERMINAL, HOST, "0210", stan)]
    return device, host


@pytest.mark.parametrize("skew_ms", [-20, -2, -1, 0, 1, 2, 20])
def test_a_skew_of_clocks_does_not_turn_cause_and_effect(skew_ms):
    device, host = [], []
    for stan in range(1, 20):
        own, seen = exchange(stan, stan * 40, skew_ms)
        device += own
        host += seen
    merged = merge([], host, {TID: device})
    steps = [(type(record).__name__, record.mti, record.stan) for record in merged]
    assert steps == [
        step for stan in range(1, 20) for step in (
            ("Sent", "0200", stan), ("Arrived", "0200", stan),
            ("Sent", "0210", stan), ("Arrived", "0210", stan),
        )
    ]
    times = [record.at_ms for record in merged]
    assert times == sorted(times)


def test_a_repeated_message_arrives_after_its_own_sending():
    device = [sent(0, TERMINAL, HOST, "0400"), sent(60, TERMINAL, HOST, "0400")]
    host = [arrived(1, HOST, TERMINAL, "0400"), arrived(59, HOST, TERMINAL, "0400")]
    merged = merge([], host, {TID: device})
    assert [type(record).__name__ for record in merged] == ["Sent", "Arrived", "Sent", "Arrived"]


def test_a_message_that_nobody_says_was_sent_is_not_held_back_for_ever():
    host = [arrived(5, HOST, TERMINAL, "0200"), Warned(9, HOST, code="x")]
    assert merge([], host, {TID: [Warned(7, TERMINAL, code="y")]}) == [
        host[0], Warned(7, TERMINAL, code="y"), host[1]]


def test_a_device_speaks_for_itself_and_is_then_observable():
    opened = TerminalOpened(0, TERMINAL, tid=TID, mid="1" * 15, merchant="m", profile="p",
                            observable=False)
    other = sent(2, "terminal.10000002", HOST, "0200")
    merged = merge([], [opened, sent(1, TERMINAL, HOST, "0200"), other], {TID: []})
    assert merged[0].observable
    assert merged[1:] == [other]


def test_what_people_mean_comes_before_what_devices_do_at_the_same_time():
    meant = SaleMeant(4, "merchant.m", sale="S1", amount_fen=1)
    device = sent(4, TERMINAL, HOST, "0200")
    assert merge([meant], [], {TID: [device]}) == [meant, device]


def test_no_record_is_lost_and_each_stream_keeps_its_order():
    draw = random.Random(7)
    streams = {}
    for number in range(3):
        times = sorted(draw.randrange(50) for _ in range(40))
        streams[f"1000000{number}"] = [
            Warned(at_ms, f"terminal.1000000{number}", code=str(place))
            for place, at_ms in enumerate(times)
        ]
    merged = merge([], [], streams)
    for tid, stream in streams.items():
        assert [record for record in merged if record.actor == f"terminal.{tid}"] == stream
    assert len(merged) == 120


# ---- trace files -------------------------------------------------------------------------------


def test_a_trace_goes_on_in_the_same_file_and_a_torn_line_is_cut_off(tmp_path):
    path = tmp_path / "device.jsonl"
    first, second = Warned(1, TERMINAL, code="a"), Warned(2, TERMINAL, code="b")
    trace = TraceFile(path)
    trace.emit(first)
    assert read_trace(path) == [first]
    trace.close()
    with path.open("ab") as file:
        file.write(b'{"record":"war')
    assert read_trace(path) == [first]
    trace = TraceFile(path)
    trace.emit(second)
    trace.close()
    assert read_trace(path) == [first, second]


def test_what_is_no_trace_is_named_with_its_line(tmp_path):
    path = tmp_path / "other.jsonl"
    path.write_text('{"record":"warned","at_ms":1,"actor":"x","code":"c"}\nnonsense\n')
    with pytest.raises(StateError, match=r"other\.jsonl: line 2 is no trace record"):
        read_trace(path)
    with pytest.raises(StateError, match="No such file"):
        read_trace(tmp_path / "missing.jsonl")
