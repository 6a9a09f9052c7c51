"""The capture of a run beside its trace: read by a reader of the tests' own, and by tshark where it is."""

from __future__ import annotations

import io
import shutil
import struct
import subprocess
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from msgspec.structs import replace
from pcap_reading import (
    FIN,
    RST,
    SYN,
    counts_in_capture,
    counts_in_trace,
    messages_of,
    packets_in,
    streams_of,
    wrong_in,
)

from simulator.catalogue.line_reasons import LineReason
from simulator.commands.decode_shown import Tally
from simulator.commands.found import Found
from simulator.commands.sources import events_in, opened
from simulator.report.pcap import Capture
from simulator.scenario.read import load_virtual
from simulator.trace.records import Arrived, Lost, Restarted, Sent, WireCarried
from simulator.trial import TrialOptions, try_scenario
from simulator.wire.dialects import usual_dialect

TSHARK = shutil.which("tshark")
SCENARIOS = Path(__file__).parents[2] / "fixtures" / "scenarios"
needs_tshark = pytest.mark.skipif(TSHARK is None, reason="tshark is not installed")
LINES = [  # every mode that does something to a message or ends a connection, and what the line does by itself
    "lost-reply", "modes/network.outage", "modes/network.router_down", "modes/network.isp_down",
    "modes/network.firewall_blocked", "modes/network.delay", "modes/network.congestion",
    "modes/network.weak_signal", "modes/terminal.cable_loose", "modes/fraud.duplicate",
    "modes/fraud.forged", "modes/acquirer.mac_failure", "modes/record.wrong_details",
    "modes/record.upload_late", "modes/terminal.power_lost", "modes/terminal.hung",
    "modes/acquirer.outage", "tables-loaded", "defects/request-overtaken-by-reversal",
]


@cache
def run_of(name):
    """The trace and the capture of a run."""
    stream, records = io.BytesIO(), []
    capture = Capture(stream)
    try_scenario(
        load_virtual(SCENARIOS / f"{name}.toml"), TrialOptions(wire=True), [capture.hear, records.append])
    capture.finish()
    return records, stream.getvalue()


def found_by_tshark(content, folder, shown):
    """How many packets tshark finds by a display filter, checksums looked at."""
    path = folder / "run.pcap"
    path.write_bytes(content)
    done = subprocess.run(
        [TSHARK, "-r", path, "-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE", "-Y", shown],
        capture_output=True, check=True)
    return len(done.stdout.splitlines())


@pytest.mark.parametrize("name", LINES)
def test_nothing_is_wrong_in_it(name):
    assert wrong_in(run_of(name)[1]) == []


@pytest.mark.parametrize("name", LINES)
def test_what_was_heard_is_acknowledged_what_was_lost_is_not_what_was_refused_is_reset(name):
    records, content = run_of(name)
    assert counts_in_capture(content) == counts_in_trace(records)


@pytest.mark.parametrize("name", LINES)
def test_messages_pass_at_their_moments(name):
    """A request when it was sent, an answer when it came, one that was lost when it was sent."""
    records, content = run_of(name)
    told = messages_of(records)
    streams = streams_of(packets_in(content))
    requests = Counter(each.at_us for stream in streams for each in stream.up)
    answers = Counter(each.at_us for stream in streams for each in stream.down)
    for message in told:
        if message["why"] == "refuse_connect":
            continue
        is_request = message["sent"].to == "acquirer"
        is_lost_on_the_line = message["why"] in {"drop", "line_loss"}
        at_ms = message["sent"].at_ms if is_request or is_lost_on_the_line else message["at_ms"]
        assert (requests if is_request else answers)[at_ms * 1_000] > 0, message


@pytest.mark.parametrize("name", ["lost-reply", "modes/network.outage", "modes/network.weak_signal"])
def test_what_was_lost_is_sent_again_until_its_terminal_gives_up(name):
    """After 1, 3, 7, 15 seconds; its connection ends before the terminal's next but one message."""
    _, content = run_of(name)
    lost = [
        (each, stream) for stream in streams_of(packets_in(content))
        for each in (*stream.up, *stream.down) if not each.is_acknowledged]
    assert lost
    for segment, stream in lost:
        waits = [(at_us - segment.at_us) // 1_000_000 for at_us in segment.again_us]
        assert waits == [1, 3, 7, 15, 31, 63][:len(waits)]
        assert len(waits) >= 3
        assert stream.packets[-1].flags & RST


def test_each_exchange_has_a_port_a_beginning_and_an_end():
    records, content = run_of("modes/network.congestion")
    streams = streams_of(packets_in(content))
    assert len({each.packets[0].source for each in streams}) == len(streams)
    assert len(streams) == sum(isinstance(each, Sent) and each.to == "acquirer" for each in records)
    for stream in streams:
        flags = [each.flags for each in stream.packets]
        assert sum(each & SYN > 0 for each in flags) == sum(each & FIN > 0 for each in flags) == 2


def test_a_terminal_without_power_ends_no_connection():
    """Its power fails as it has an answer: no FIN of it, and who speaks to it afterwards is reset."""
    records, content = run_of("modes/terminal.power_lost")
    [restart] = [each.at_ms * 1_000 for each in records if isinstance(each, Restarted)]
    cut = [each for each in streams_of(packets_in(content))
           if not any(p.flags & FIN and p.is_up for p in each.packets)]
    [stream] = cut
    assert stream.packets[0].at_us < restart < stream.packets[-1].at_us
    assert stream.packets[-2].flags & FIN  # the host hangs up on who says nothing
    assert stream.packets[-1].flags == RST


def test_a_host_that_was_started_again_knows_no_connection_of_before():
    records, content = run_of("modes/acquirer.outage")
    [restart] = [each.at_ms * 1_000 for each in records if isinstance(each, Restarted)]
    cut = [each for each in streams_of(packets_in(content)) if each.packets[-1].flags == RST]
    [stream] = cut
    assert stream.packets[0].at_us < restart < stream.packets[-1].at_us
    assert not stream.packets[-1].is_up
    assert not any(p.flags & FIN for p in stream.packets if not p.is_up)


def test_a_copy_is_a_second_message_and_no_retransmission():
    records, content = run_of("modes/fraud.duplicate")
    [copy] = [each for each in records if isinstance(each, Arrived) and each.copy]
    sent = next(m["frame"] for m in messages_of(records)
                if (m["sent"].mti, m["sent"].stan) == (copy.mti, copy.stan))
    segments = [each for stream in streams_of(packets_in(content)) for each in stream.up
                if each.payload == sent]
    assert [each.again_us for each in segments] == [[], []]


def test_what_was_damaged_is_seen_damaged():
    records, content = run_of("modes/acquirer.mac_failure")
    changed = [bytes.fromhex(each.frame) for each in records
               if isinstance(each, WireCarried) and each.sender.startswith("link.")]
    originals = [
        message["frame"] for message in messages_of(records) if any(
            len(message["frame"]) == len(other) and message["frame"] != other
            and message["frame"][:-8] == other[:-8] for other in changed)]
    assert changed
    assert len(originals) == len(changed)
    seen = [each.payload for stream in streams_of(packets_in(content)) for each in (*stream.up, *stream.down)]
    assert all(each in seen for each in changed)
    assert not any(each in seen for each in originals)


@pytest.mark.parametrize("name", LINES)
def test_decode_reads_every_message_that_left_once_with_its_bytes(name):
    """What was sent again by TCP is one message; a copy on the line is a second one."""
    records, content = run_of(name)
    tally, messages = Tally("run.pcap"), []
    for event in events_in(opened("run.pcap", io.BytesIO(content)), usual_dialect(), None):
        tally.take(event)
        messages += [event] if isinstance(event, Found) else []
    streams = streams_of(packets_in(content))
    expected = Counter(each.payload for stream in streams for each in (*stream.up, *stream.down))
    assert Counter(each.frame for each in messages) == expected
    assert tally.is_whole
    counts = counts_in_trace(records)
    assert len(messages) == counts.total() - counts["refused"]


def test_what_it_holds_in_memory_does_not_grow_with_a_run():
    """Of an exchange that is over nothing is kept; what waits is what is under way."""
    sent = Sent(0, "terminal.1", to="acquirer", what="sale", mti="0200", tid="1", batch=1)
    reply = Sent(0, "acquirer", to="terminal.1", what="sale", mti="0210", tid="1", batch=1)
    line, capture = [], Capture(io.BytesIO())
    for number in range(3_000):
        at_ms, stan, is_lost = 10_000 * number, number + 1, number % 10 == 3
        name = {"what": "sale", "tid": "1", "batch": 1, "stan": stan}
        line += [replace(sent, at_ms=at_ms, stan=stan),
                 WireCarried(at_ms, "link.1", "terminal.1", "acquirer", "00026000")]
        if is_lost:
            line.append(Lost(at_ms, "link.1", sender="terminal.1", mti="0200", why=LineReason.DROP, **name))
            continue
        line += [Arrived(at_ms + 20, "acquirer", sender="terminal.1", mti="0200", **name),
                 replace(reply, at_ms=at_ms + 30, stan=stan),
                 WireCarried(at_ms + 30, "link.1", "acquirer", "terminal.1", "00026001"),
                 Arrived(at_ms + 50, "terminal.1", sender="acquirer", mti="0210", **name)]
    held = []
    for record in line:
        capture.hear(record)
        held.append(sizes_of(capture))
    assert held
    assert all(max(each.values()) < 20 for each in held)
    assert capture.count > 3_000 * 9


def sizes_of(capture):
    """How many things of each kind a capture holds."""
    line, found = capture._line, {}
    for name, value in vars(line).items():
        if isinstance(value, (dict, list)):
            found[name] = len(value)
    found["connections"] = sum(len(each.connections) for each in line._terminals.values())
    return found


@needs_tshark
@pytest.mark.parametrize("name", LINES)
def test_tshark_finds_nothing_amiss(name, tmp_path):
    assert found_by_tshark(run_of(name)[1], tmp_path, (
        "_ws.malformed or tcp.analysis.lost_segment or tcp.analysis.ack_lost_segment or "
        "tcp.analysis.out_of_order or tcp.checksum.status == 0 or ip.checksum.status == 0")) == 0


@needs_tshark
@pytest.mark.parametrize(("name", "is_lost"), [
    ("lost-reply", True), ("modes/network.weak_signal", True), ("modes/network.outage", True),
    ("modes/fraud.duplicate", False), ("modes/network.firewall_blocked", False),
    ("modes/record.wrong_details", False),
])
def test_tshark_finds_retransmissions_where_there_were_some(name, is_lost, tmp_path):
    content = run_of(name)[1]
    again = [
        at_us for stream in streams_of(packets_in(content))
        for segment in (*stream.up, *stream.down) for at_us in segment.again_us]
    assert found_by_tshark(content, tmp_path, "tcp.analysis.retransmission and tcp.len > 0") == len(again)
    assert bool(again) == is_lost


@needs_tshark
def test_tshark_finds_a_reset_for_each_refused_connection(tmp_path):
    records, content = run_of("modes/network.firewall_blocked")
    refused = counts_in_trace(records)["refused"]
    assert refused
    assert found_by_tshark(content, tmp_path, "tcp.flags.reset == 1 and tcp.seq == 1 and tcp.ack == 1") == refused


# ---- a capture that is written wrong is told ---------------------------------------------------------


def without(content, leaves_out):
    """A capture without the packets that are chosen."""
    kept, place = [content[:24]], 24
    for packet in packets_in(content):
        size = 16 + len(packet.octets)
        if not leaves_out(packet):
            kept.append(content[place:place + size])
        place += size
    return b"".join(kept)


def _first_request(content):
    return next(each.at_us for each in packets_in(content) if each.payload)


def _late(content):
    """Its first request an hour later, at its old place."""
    place, at_us = 24, _first_request(content)
    for packet in packets_in(content):
        if packet.at_us == at_us:
            seconds = struct.unpack_from("<I", content, place)[0] + 3_600
            return content[:place] + struct.pack("<I", seconds) + content[place + 4:]
        place += 16 + len(packet.octets)
    raise AssertionError


WRITTEN_WRONG = {
    "a byte of a message": lambda content: content[:-1] + bytes([content[-1] ^ 1]),
    "time goes back": _late,
    "a message is missing": lambda content: without(
        content, lambda packet: packet.at_us == _first_request(content)),
    "no handshakes": lambda content: without(content, lambda packet: packet.flags & SYN > 0),
}


@pytest.mark.parametrize("how", WRITTEN_WRONG)
def test_a_capture_that_is_written_wrong_is_told(how):
    content = run_of("lost-reply")[1]
    assert wrong_in(WRITTEN_WRONG[how](content)) != []


@pytest.mark.parametrize("leaves_out", [
    lambda packet: packet.is_up and not packet.payload and not packet.flags & SYN,
    lambda packet: packet.payload and not packet.is_up,
], ids=["acknowledgements", "answers"])
def test_a_capture_that_says_something_else_than_the_trace_is_told(leaves_out):
    records, content = run_of("modes/network.outage")
    assert counts_in_capture(without(content, leaves_out)) != counts_in_trace(records)


@needs_tshark
def test_tshark_finds_what_is_missing(tmp_path):
    content = run_of("lost-reply")[1]
    torn = without(content, lambda packet: packet.at_us == _first_request(content))
    assert found_by_tshark(torn, tmp_path, "tcp.analysis.ack_lost_segment or tcp.analysis.lost_segment") > 0
