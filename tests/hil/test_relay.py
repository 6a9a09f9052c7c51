"""A relay between sockets: what is said to one side arrives at the other, as decided."""

from __future__ import annotations

import os
import re
import socket
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from hil.clock.clock_thread import ClockThread
from hil.ports.ports import Address
from hil.ports.tls import TlsFiles, client_context, server_context
from hil.relay.decisions import HANG_UP, LOSE, RESET, change
from hil.relay.ends import SerialEnd, TcpEnd
from hil.relay.matching import Match
from hil.relay.relay import NoHost, Relay
from hil.relay.rules import LineRule
from hil.relay.seen import Fate
from simulator.catalogue.line_reasons import PortWarning
from tests.hil.certificates import Authority
from tests.hil.live_host import take, take_frame
from tests.hil.relay_side import CODEC, DIALECT, DOWN, UP, reply, request
from tests.hil.test_host_framings import Cable

LOOPBACK = Address("127.0.0.1", 0)
pytestmark = pytest.mark.live


class EchoHost:
    """A host of somebody else: answers each sale with its 0210."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.heard = []
        self.address = Address(*self.listener.getsockname()[:2])
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                line, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(line,), daemon=True).start()

    def _answer(self, line):
        with line:
            try:
                while frame := take_frame(line):
                    self.heard.append(frame)
                    line.sendall(reply(len(self.heard)))
            except OSError:
                return

    def close(self):
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)  # wakes who waits in accept
        self.listener.close()


@contextmanager
def relayed(upstream=None, listen=LOOPBACK, **facts):
    host = EchoHost()
    with ClockThread() as clock:
        relay = clock.do(lambda: Relay(clock.env, listen, upstream or host.address, DIALECT, **facts))
        relay.host = host
        yield relay
        relay.close()
    host.close()


def connect(relay):
    line = socket.create_connection((relay.address.host, relay.address.port), 10)
    line.settimeout(10)
    return line


def test_a_sale_passes_and_is_seen_before_it_leaves():
    asked = []
    with relayed(on_message=lambda seen: asked.append((seen.mti, len(relay.host.heard)))) as relay:
        with connect(relay) as line:
            line.sendall(request())
            assert take_frame(line) == reply(1)
        assert asked == [("0200", 0), ("0210", 1)]
        assert [each.fate for each in relay.seen] == [Fate.PASSED, Fate.PASSED]
        assert relay.host.heard == [request()]


def test_a_rule_loses_one_reply_and_the_next_passes():
    with relayed() as relay, connect(relay) as line:
        handle = relay.add(LineRule(match=Match(way=DOWN, nth=1), decision=LOSE))
        line.sendall(request() + request(8))
        assert take_frame(line) == reply(2)
        assert [each.stan for each in handle.struck] == [1]


def test_a_reset_reaches_both_sides():
    with relayed() as relay, connect(relay) as line:
        relay.add(LineRule(match=Match(way=UP), decision=RESET))
        line.sendall(request())
        with pytest.raises(ConnectionResetError):
            line.recv(1)


def test_a_terminal_that_stops_to_speak_gets_its_answer_and_then_the_end():
    with relayed() as relay, connect(relay) as line:
        line.sendall(request())
        line.shutdown(socket.SHUT_WR)
        assert take(line, 10_000) == reply(1)


# ---- the host is not there, or goes away -----------------------------------------------------------


def nobody():
    """An address at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return Address(*server.getsockname()[:2])


def until(met, within_s=10):
    end_s = time.monotonic() + within_s
    while not met():
        assert time.monotonic() < end_s, "waited in vain"
        time.sleep(0.01)


@pytest.mark.parametrize("way", NoHost)
def test_a_terminal_whose_host_is_down_is_told_as_it_was_asked_for(way):
    with relayed(nobody(), no_host=way) as relay, connect(relay) as line:
        line.sendall(request())
        until(lambda: PortWarning.NO_UPSTREAM in relay.told)
        if way is NoHost.SILENCE:
            line.settimeout(0.3)
            with pytest.raises(TimeoutError):
                line.recv(1)
        else:
            with suppress(ConnectionResetError):
                assert line.recv(1) == b""
        assert [each.mti for each in relay.seen] in (["0200"], [])


def test_a_host_that_comes_back_is_found_by_the_next_connection():
    with relayed() as relay:
        relay.host.close()
        with connect(relay) as line, suppress(ConnectionResetError):
            assert line.recv(1) == b""
        relay.host.listener = socket.create_server(
            (relay.host.address.host, relay.host.address.port))
        threading.Thread(target=relay.host._serve, daemon=True).start()
        with connect(relay) as line:
            line.sendall(request())
            assert take_frame(line) == reply(1)


def test_a_line_that_refuses_lets_nobody_in_and_keeps_who_is_there():
    with relayed() as relay, connect(relay) as line:
        line.sendall(request())
        assert take_frame(line) == reply(1)
        relay.line(refuse=True)
        until(lambda: refuses(relay))
        line.sendall(request())
        assert take_frame(line) == reply(2)
        relay.line()
        until(lambda: not refuses(relay))
        with connect(relay) as other:
            other.sendall(request())
            assert take_frame(other) == reply(3)


def refuses(relay):
    try:
        connect(relay).close()
    except ConnectionRefusedError:
        return True
    except ConnectionResetError:  # it closed its door in this moment
        return refuses(relay)
    return False


# ---- a stream that is bad ----------------------------------------------------------------------------


def test_latency_is_there_and_back():
    with relayed() as relay, connect(relay) as line:
        relay.line(latency_ms=80)
        time.sleep(0.05)
        began_s = time.monotonic()
        line.sendall(request())
        assert take_frame(line) == reply(1)
        assert time.monotonic() - began_s >= 0.16


def test_slices_come_one_by_one_and_are_the_message():
    with relayed() as relay, connect(relay) as line:
        relay.line(way=DOWN, slice=10)
        time.sleep(0.05)
        line.sendall(request())
        pieces = [line.recv(4_096)]
        while sum(map(len, pieces)) < len(reply(1)):
            pieces.append(line.recv(4_096))
        assert b"".join(pieces) == reply(1)
        assert len(pieces) > 2


def test_a_black_hole_swallows_and_connections_stand():
    with relayed() as relay, connect(relay) as line:
        relay.line(black_hole=True)
        time.sleep(0.05)
        line.sendall(request())
        line.settimeout(0.3)
        with pytest.raises(TimeoutError):
            line.recv(1)
        relay.line()
        time.sleep(0.05)
        line.settimeout(10)
        line.sendall(request(8))
        assert take_frame(line) == reply(1)
        assert relay.host.heard == [request(8)]


def test_a_host_that_never_reads_stops_the_terminal_and_fills_no_memory():
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        with relayed(Address(*deaf.getsockname()[:2])) as relay, connect(relay) as line:
            line.settimeout(0.5)
            sent = 0
            with suppress(TimeoutError):
                while sent < 64 << 20:
                    sent += line.send(bytes([0xC8]) * 65_536)
            [link] = relay._links.values()
            assert link._in_flight[UP] < 1 << 20
            assert sent < 64 << 20
        assert deaf.accept()


# ---- TLS and serial lines ------------------------------------------------------------------------------


def test_tls_ends_at_the_relay_and_begins_anew(tmp_path):
    certificate, key = Authority(tmp_path).issue("host")
    files = TlsFiles(certificate=certificate, key=key)
    with relayed() as inner:
        to_inner = TcpEnd(address=LOOPBACK, tls=server_context(files))
        with ClockThread() as clock:
            middle = clock.do(lambda: Relay(clock.env, to_inner, inner.address, DIALECT))
            outer_end = TcpEnd(address=middle.address, tls=client_context())
            outer = clock.do(lambda: Relay(clock.env, LOOPBACK, outer_end, DIALECT))
            outer.add(LineRule(match=Match(way=DOWN, nth=1), decision=change("39", "51")))
            with connect(outer) as line:
                line.sendall(request())
                assert CODEC.decode(take_frame(line)).response_code == "51"
            assert [each.mti for each in middle.seen] == ["0200", "0210"]


def test_a_terminal_on_a_serial_line_reaches_a_host_over_tcp_again_and_again(tmp_path):
    cable = Cable(tmp_path)
    end = SerialEnd(url=str(cable.path))
    with relayed(listen=end) as relay:
        assert cable.talk(request(), len(reply(1))) == reply(1)
        relay.add(LineRule(match=Match(way=UP, nth=1), decision=HANG_UP))
        os.write(cable.end, request(8))
        until(lambda: relay.seen[-1].fate is Fate.HUNG_UP)
        assert cable.talk(request(9), len(reply(2))) == reply(2)


def test_a_terminal_over_tcp_reaches_a_host_on_a_serial_line_and_the_newest_has_it(tmp_path):
    cable = Cable(tmp_path)
    with relayed(SerialEnd(url=str(cable.path))) as relay:
        for stan in (1, 2):
            with connect(relay) as line:
                line.sendall(request(stan))
                assert _heard(cable, len(request(stan))) == request(stan)
                os.write(cable.end, reply(stan))
                assert take_frame(line) == reply(stan)


def _heard(cable, count):
    data = b""
    while len(data) < count:
        data += os.read(cable.end, 4_096)
    return data


def test_the_program_of_the_document_runs():
    text = Path("docs/relay.md").read_text("utf-8")
    [block] = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    exec(compile(block, "docs/relay.md", "exec"), {})
