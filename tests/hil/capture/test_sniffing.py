"""Sniffing on the loopback interface: nothing is lost before, in or after a case."""

from __future__ import annotations

import os
import socket
import threading

import pytest
from captures import FRAMES, UNIONPAY

from hil.capture.bench_capture import BenchCapture
from hil.capture.masked_packets import LinePorts
from hil.capture.pcap_files import read_pcap
from hil.capture.sniffer import Sniffer, why_not
from simulator.capture.pcap_reader import CaptureError

WHY_NOT = why_not()


def test_an_interface_that_there_is_not_is_refused_with_those_that_there_are():
    with pytest.raises(CaptureError, match=r"no such interface; there are: .*lo"):
        Sniffer([1], "nosuch0")


def test_a_bench_without_the_right_goes_on_without_and_says_why():
    capture = BenchCapture(LinePorts(frames=frozenset((1,))), UNIONPAY, "nosuch0")
    assert "nosuch0" in capture.why_not
    assert capture.notes == (capture.why_not,)
    assert capture.pcap() is None
    assert capture.stop() == ()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_without_the_right_it_names_what_is_missing():
    read, write = os.pipe()
    if (child := os.fork()) == 0:
        os.setuid(65534)
        os.write(write, why_not().encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert b"needs root or CAP_NET_RAW" in os.read(read, 1_000)


@pytest.mark.live
@pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT or "can capture")
def test_the_first_and_the_last_packet_are_there_each_once_and_other_ports_are_not():
    frame = FRAMES["sale_req"]
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_server(("127.0.0.1", 0)) as other:
        ports = LinePorts(frames=frozenset((server.getsockname()[1],)))
        for _ in range(5):
            capture = BenchCapture(ports, UNIONPAY)
            with socket.create_connection(server.getsockname()) as line, \
                    socket.create_connection(other.getsockname()) as noise:
                taken, _ = server.accept()
                noise.sendall(frame)
                threads = [threading.Thread(target=line.sendall, args=(frame * 50,))]
                threads[0].start()
                heard = 0
                while heard < 50 * len(frame):
                    heard += len(taken.recv(65_536))
                threads[0].join()
                taken.close()
            (one,) = capture.connections()
            assert one.asked_ns
            assert one.up.ended_ns
            assert one.down.ended_ns
            assert [each.frame for each in capture.messages()] == [frame] * 50
            assert capture.notes == ()
            assert one.up.repeats == []
            kept, _ = read_pcap(capture.pcap(), "kept")
            assert len(kept) == len(capture.stop())
            assert frame not in b"".join(each.data for each in kept)
