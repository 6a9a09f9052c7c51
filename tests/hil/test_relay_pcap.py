"""``daozhang relay --pcap``: what its trace says, by the rules of a run's capture."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time

import pytest

from tests.hil.live_host import take_frame
from tests.hil.relay_side import reply, request
from tests.hil.test_relay import EchoHost
from tests.hil.test_relay_command import connect, started
from tests.report.pcap_reading import packets_in, streams_of, wrong_in

FAULTS = """
[[faults]]
mode = "network.outage"
how = "dropped"
on = "reply"
of = "sale"
nth = 2

[[faults]]
mode = "fraud.duplicate"
how = "reply"
delay = "20ms"
nth = 3

[[faults]]
mode = "network.outage"
how = "dropped"
on = "request"
of = "sale"
nth = 4
"""
TSHARK = shutil.which("tshark")


@pytest.fixture(scope="module")
def captured(tmp_path_factory):
    """A sale, one whose answer is lost, one that is answered twice, one that never gets to its host."""
    folder = tmp_path_factory.mktemp("relay")
    (folder / "faults.toml").write_text(FAULTS, "utf-8")
    pcap, host = folder / "relay.pcap", EchoHost()
    relay = started(folder, "--to", str(host.address), "--faults", str(folder / "faults.toml"), "--pcap", str(pcap))
    with connect(relay) as line:
        line.sendall(request(1))
        assert take_frame(line) == reply(1)
        until_s = time.monotonic() + 10
        while len(messages_in(pcap)) < 2:  # seen while it runs, though nobody says anything more
            assert time.monotonic() < until_s
            time.sleep(0.05)
        line.sendall(request(2))
        time.sleep(0.1)
        line.sendall(request(3))
        assert take_frame(line) == take_frame(line) == reply(3)
        line.sendall(request(4))
        time.sleep(1.5)  # its segment is sent again after a second
    assert relay.interrupt(signal.SIGTERM) == 0
    host.close()
    return pcap


def messages_in(pcap):
    whole = pcap.read_bytes()
    return [each for each in packets_in(whole) if each.payload] if len(whole) > 24 else []


@pytest.mark.live
def test_what_was_lost_is_not_acknowledged_and_what_was_doubled_came_twice(captured):
    content = captured.read_bytes()
    assert wrong_in(content) == []
    streams = streams_of(packets_in(content))
    assert [[each.is_acknowledged for each in stream.up] for stream in streams if stream.up] == [
        [True], [True], [True], [False]]
    assert [[each.is_acknowledged for each in stream.down] for stream in streams if stream.up] == [
        [True], [False], [True, True], []]
    assert len(streams[3].up[0].again_us) == 1


@pytest.mark.live
@pytest.mark.skipif(TSHARK is None, reason="tshark is not installed")
def test_tshark_finds_retransmissions_where_there_were_some_and_nothing_malformed(captured):
    def count(shown):
        done = subprocess.run([TSHARK, "-r", captured, "-Y", shown], capture_output=True, check=True)
        return len(done.stdout.splitlines())

    assert count("tcp.analysis.retransmission and tcp.dstport == 8583 and tcp.len > 0") == 1
    assert count("_ws.malformed or tcp.analysis.lost_segment or tcp.analysis.ack_lost_segment") == 0
