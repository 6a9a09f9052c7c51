"""A relay's trace beside its host's: what the line did is told to the judge as it was."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from hil.clock.live_clock import LiveEnvironment
from hil.judging.calendar import Calendar
from hil.judging.line_account import with_account
from hil.judging.traces import read_run
from hil.relay.effects import Departure, Leave
from hil.relay.relay_trace import RelayTrace
from simulator.commands.inputs import InputError
from simulator.trace.recorder import Recorder
from simulator.trace.records import Arrived, ClockSet, Lost, RunStarted, Sent, to_line
from simulator.wire.kinds import Kind
from simulator.world.network import message_records as records
from tests.hil.relay_side import CODEC, DIALECT, DOWN, UP, reply, request
from tests.hil.test_relay_faults import FaultyBench

START_MS = 1_770_000_000_000
AHEAD_MS = 86_400_000
TERMINAL, HOST = "terminal.10000001", "acquirer"


def host_records(*frames):
    """What a host writes down of requests that reached it, and of its replies, a day ahead."""
    found = [
        RunStarted(START_MS + AHEAD_MS, "run", title="t", seed=1, version="0", clock="live"),
        ClockSet(START_MS + AHEAD_MS, "run", ahead_ms=AHEAD_MS)]
    for at, frame in enumerate(frames, 1):
        message, at_ms = CODEC.decode(frame), START_MS + AHEAD_MS + at
        if message.mti[2] in "02":
            found.append(records.sent(at_ms, TERMINAL, HOST, Kind.SALE, message, "", 0))
            found.append(records.arrived(at_ms, HOST, TERMINAL, Kind.SALE, message, True, 0))
        else:
            found.append(records.sent(at_ms, HOST, TERMINAL, Kind.SALE, message, "", 0))
            found.append(records.arrived(at_ms, TERMINAL, HOST, Kind.SALE, message, True, 0))
    return found


class TracedBench(FaultyBench):
    """A machine whose relay's trace is written."""

    def __init__(self, text=""):
        super().__init__(*([text] if text else []))
        self.trace = RelayTrace(self.clock, Recorder([self.records.append]), DIALECT)
        self.trace.begin()

    def _seen(self, seen):
        super()._seen(seen)
        self.trace.decided(seen)

    def collect(self):
        for effect in self.machine.outbox:
            if isinstance(effect, Leave) and isinstance(effect.departure, Departure):
                self.trace.arrived(effect.departure)
        super().collect()


def told(host, line, kind=Arrived, actor=None):
    return [each for each in with_account(host, line)
            if isinstance(each, kind) and actor in {None, each.actor}]


def test_a_reply_that_the_line_lost_has_not_arrived():
    bench = TracedBench('[[faults]]\nmode = "network.outage"\nhow = "dropped"\non = "reply"\n')
    bench.hear(UP, request())
    bench.hear(DOWN, reply())
    host = host_records(request(), reply())
    assert told(host, bench.records, actor=TERMINAL) == []
    assert [each.mti for each in told(host, bench.records, Sent)] == ["0200", "0210"]
    assert [each.mti for each in told(host, bench.records, Lost)] == ["0210"]


def test_a_request_that_the_line_lost_was_sent():
    bench = TracedBench('[[faults]]\nmode = "network.outage"\nhow = "dropped"\non = "request"\n')
    bench.hear(UP, request())
    [sent] = told(host_records(), bench.records, Sent)
    assert (sent.actor, sent.amount_fen, sent.at_ms) == (TERMINAL, 6800, START_MS + AHEAD_MS)
    assert sent.card == "620000******0120"


def test_a_changed_reply_is_not_genuine_and_says_what_the_terminal_saw():
    bench = TracedBench('[[faults]]\nmode = "line.rewritten"\nset = "39=51"\n')
    bench.hear(UP, request())
    bench.hear(DOWN, reply())
    [arrived] = told(host_records(request(), reply()), bench.records, actor=TERMINAL)
    assert (arrived.genuine, arrived.response_code) == (False, "51")


def test_a_reply_that_the_host_spoilt_is_not_genuine_and_the_next_one_is():
    """The relay passes on what it hears: that a seal was spoilt before, it cannot know."""
    bench = TracedBench()
    for way, frame in ((UP, request()), (DOWN, reply()), (UP, request()), (DOWN, reply())):
        bench.hear(way, frame)
    host = host_records(request(), reply(), request(), reply())
    at = next(number for number, each in enumerate(host) if isinstance(each, Arrived) and each.actor == TERMINAL)
    host[at] = replace(host[at], genuine=False)
    assert [each.genuine for each in told(host, bench.records, actor=TERMINAL)] == [False, True]
    assert all(each.genuine for each in told(host, bench.records, actor=HOST))


def test_a_request_that_the_line_doubled_is_a_copy_and_was_sent_once():
    bench = TracedBench('[[faults]]\nmode = "fraud.duplicate"\nhow = "request"\ndelay = "1s"\n')
    bench.hear(UP, request())
    bench.wait(1_000)
    host = host_records(request(), request())
    assert [each.copy for each in told(host, bench.records, actor=HOST)] == [0, 1]
    assert len(told(host, bench.records, Sent)) == 1


def test_a_changed_request_is_not_genuine_at_the_host():
    bench = TracedBench('[[faults]]\nmode = "acquirer.mac_failure"\nhow = "request"\n')
    bench.hear(UP, request())
    [arrived] = told(host_records(request()), bench.records, actor=HOST)
    assert arrived.genuine is False


def test_a_line_that_did_nothing_changes_nothing():
    bench = TracedBench()
    bench.hear(UP, request())
    bench.hear(DOWN, reply())
    host = host_records(request(), reply())
    facts = [(type(each), getattr(each, "mti", ""), getattr(each, "genuine", True), getattr(each, "copy", 0))
             for each in with_account(host, bench.records)]
    assert facts == [(type(each), getattr(each, "mti", ""), True, 0) for each in host]


def test_a_calendar_that_jumped_is_followed():
    calendar = Calendar([ClockSet(1_000, "run", ahead_ms=0), ClockSet(2_000, "run", ahead_ms=60_000)])
    assert (calendar.at(1_500), calendar.at(2_500)) == (1_500, 62_500)


def written(path, found):
    path.write_bytes(b"".join(to_line(each) + b"\n" for each in found))
    return path


def test_two_relays_and_one_of_another_run_are_refused(tmp_path):
    bench = TracedBench()
    bench.hear(UP, request())
    host = written(tmp_path / "host.jsonl", host_records(request()))
    mine = written(tmp_path / "relay.jsonl", bench.records)
    assert read_run([mine, host]).relay.path == mine
    with pytest.raises(InputError, match="are both of a relay"):
        read_run([host, mine, written(tmp_path / "again.jsonl", bench.records)])
    other = TracedBench()
    other.hear(UP, request(99))
    with pytest.raises(InputError, match="of another run"):
        read_run([host, written(tmp_path / "other.jsonl", other.records)])


def test_what_did_not_pass_the_relay_stays_as_the_host_has_it():
    bench = TracedBench('[[faults]]\nmode = "network.outage"\nhow = "dropped"\non = "reply"\n')
    bench.hear(UP, request(8))
    bench.hear(DOWN, reply(8))
    host = host_records(request(7), reply(7), request(8), reply(8))
    assert [each.stan for each in told(host, bench.records, actor=TERMINAL)] == [7]
    assert sorted((each.actor, each.stan) for each in told(host, bench.records, Sent)) == [
        (HOST, 7), (HOST, 8), (TERMINAL, 7), (TERMINAL, 8)]


def test_the_trace_of_an_ecr_line_is_none_of_a_relay_before_a_host(tmp_path):
    found = []
    RelayTrace(LiveEnvironment(START_MS), Recorder([found.append]), None).begin()
    host = written(tmp_path / "host.jsonl", host_records(request()))
    with pytest.raises(InputError, match="neither the trace of a host nor"):
        read_run([host, written(tmp_path / "ecr.jsonl", found)])
