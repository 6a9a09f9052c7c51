"""A connection that does not come about, in the capture of a run: SYN without answer, RST, and no message."""

from __future__ import annotations

import io
import shutil
import subprocess

import pytest
from pcap_reading import RST, SYN, packets_in, streams_of, wrong_in

from simulator.catalogue.line_reasons import LineReason
from simulator.report.pcap import Capture
from simulator.trace.records import (
    Arrived,
    Concluded,
    FaultFired,
    Lost,
    Restarted,
    Sent,
    WireCarried,
)

ACK = 16
NAME = {"what": "sale", "tid": "10000001", "batch": 1, "stan": 7}
FRAME = "0034600003000060310031100108200000000000C0001031303030303030313839383030303030303030303030310011000000013010"
S = 1_000
needs_tshark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")


def sent(at_ms: int) -> list:
    return [Sent(at_ms, "terminal.10000001", to="acquirer", mti="0200", **NAME),
            WireCarried(at_ms, "link.10000001", "terminal.10000001", "acquirer", FRAME)]


def lost(at_ms: int, why: LineReason) -> Lost:
    return Lost(at_ms, "link.10000001", sender="terminal.10000001", mti="0200", why=why, **NAME)


def gives_up(at_ms: int) -> Concluded:
    return Concluded(at_ms, "terminal.10000001", sale="1", what="sale", result="failed", batch=1, stan=7)


CRASH = FaultFired(
    500, "faults", fault="1", mode="acquirer.outage", point="host_step", anchor="10000001/1/6/sale/1", verb="crash")
ARRIVED = Arrived(11 * S, "acquirer", sender="terminal.10000001", mti="0200", **NAME)


def captured(*records) -> bytes:
    stream = io.BytesIO()
    capture = Capture(stream)
    for record in records:
        capture.hear(record)
    capture.finish()
    return stream.getvalue()


TRACES = {  # what the line did, and the flags that whoever listens sees, with their seconds
    "unreachable": ((*sent(10 * S), lost(10 * S, LineReason.UNREACHABLE), gives_up(30 * S)),
                    [(10, SYN), (11, SYN), (13, SYN), (17, SYN), (25, SYN)]),
    "connect_timed_out": ((*sent(10 * S), lost(10 * S, LineReason.CONNECT_TIMED_OUT), gives_up(15 * S)),
                          [(10, SYN), (11, SYN), (13, SYN)]),
    "no_connection": ((*sent(10 * S), lost(10 * S, LineReason.NO_CONNECTION), gives_up(12 * S)),
                      [(10, SYN), (11, SYN)]),
    "refuse_connect": ((*sent(10 * S), lost(10 * S, LineReason.REFUSE_CONNECT), gives_up(12 * S)),
                       [(10, SYN), (10, RST | ACK)]),
    "name_unknown": ((*sent(10 * S), lost(10 * S, LineReason.NAME_UNKNOWN), gives_up(12 * S)), []),
    "host_down": ((CRASH, *sent(10 * S), lost(10 * S + 40, LineReason.HOST_DOWN), gives_up(20 * S),
                   Restarted(60 * S, "acquirer")), [(10, SYN), (11, SYN), (13, SYN), (17, SYN)]),
    "host_down, up again": ((CRASH, *sent(10 * S), lost(10 * S + 40, LineReason.HOST_DOWN),
                             Restarted(12 * S, "acquirer"), gives_up(20 * S)),
                            [(10, SYN), (11, SYN), (13, SYN), (13, RST | ACK)]),
}


def seen_in(content: bytes) -> list[tuple[int, int]]:
    return [(each.at_us // 1_000_000, each.flags) for stream in streams_of(packets_in(content)) for each in stream.packets]


@pytest.mark.parametrize("name", TRACES)
def test_no_answer_is_none_and_a_refusal_is_a_reset(name):
    records, wanted = TRACES[name]
    content = captured(*records)
    assert seen_in(content) == wanted
    assert wrong_in(content) == []
    assert all(not stream.up and not stream.down for stream in streams_of(packets_in(content)))


def test_a_host_that_comes_up_in_time_hears_what_waited():
    content = captured(CRASH, *sent(10 * S), Restarted(10 * S + 20, "acquirer"), ARRIVED, gives_up(40 * S))
    [segment] = [each for stream in streams_of(packets_in(content)) for each in stream.up]
    assert segment.payload.hex().upper() == FRAME
    assert segment.is_acknowledged
    assert wrong_in(content) == []


def test_a_request_that_was_under_way_as_the_host_fell_is_a_lost_one():
    fell = FaultFired(10 * S + 10, "faults", fault="1", mode="acquirer.outage", point="host_step",
                      anchor="10000001/1/6/sale/1", verb="crash")
    content = captured(*sent(10 * S), fell, lost(10 * S + 40, LineReason.HOST_DOWN), gives_up(20 * S))
    [stream] = streams_of(packets_in(content))
    assert not stream.up[0].is_acknowledged
    assert stream.up[0].again_us


@needs_tshark
@pytest.mark.parametrize("name", TRACES)
def test_tshark_sees_the_same(name, tmp_path):
    records, wanted = TRACES[name]
    (tmp_path / "x.pcap").write_bytes(captured(*records))

    def count(shown: str) -> int:
        done = subprocess.run(
            ["tshark", "-r", str(tmp_path / "x.pcap"), "-Y", shown], capture_output=True, check=True)
        return len(done.stdout.splitlines())

    syns = sum(flags == SYN for _, flags in wanted)
    assert count("tcp.flags.syn == 1 and tcp.flags.ack == 0") == syns
    assert count("tcp.analysis.retransmission") == max(0, syns - 1)
    assert count("tcp.flags.reset == 1") == sum(flags & RST > 0 for _, flags in wanted)
    assert count("tcp.len > 0 or (tcp.flags.syn == 1 and tcp.flags.ack == 1) or _ws.malformed") == 0
