"""Every kind of port keeps one contract: order, wholeness, one end, and clear words."""

from __future__ import annotations

import os
import pty
import resource
import socket
import threading
import time
import tty

import pytest

from hil.clock.live_clock import LiveEnvironment
from hil.ports import ports
from hil.ports.client_port import TcpClientPort
from hil.ports.contract import ContractClock, Ear, PortContract
from hil.ports.leaving import LEAVING
from hil.ports.limits import LIMITS, LimitError, PortLimits, limits_given
from hil.ports.ports import Address, PortError, parse_address, words_for
from hil.ports.pumped_port import PumpedPort
from hil.ports.serial_port import SerialPort
from hil.ports.tcp_port import TcpServerPort, is_loopback
from simulator.catalogue.language import speaking

LOOPBACK = Address("127.0.0.1", 0)


class SocketPeer:
    """The far end of a TCP connection, without any of our code."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def take(self, count: int) -> bytes:
        taken = b""
        while len(taken) < count and (piece := self.connection.recv(count - len(taken))):
            taken += piece
        return taken

    def end_sending(self) -> None:
        self.connection.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self.connection.close()


class PtyPeer:
    """The far end of a pseudo-terminal."""

    def __init__(self, master: int) -> None:
        self.master = master

    def send(self, data: bytes) -> None:
        while data:
            data = data[os.write(self.master, data):]

    def take(self, count: int) -> bytes:
        taken = b""
        while len(taken) < count:
            taken += os.read(self.master, count - len(taken))
        return taken

    def close(self) -> None:
        os.close(self.master)


class TestServerSide(PortContract):
    def open_port(self, clock, events, limits):
        ports = []
        server = TcpServerPort(
            clock, LOOPBACK, lambda port: ports.append(port) or events, limits=limits)
        peer = SocketPeer(socket.create_connection((server.address.host, server.address.port)))
        clock.run_until(lambda: ports)
        return ports[0], peer


class TestClientSide(PortContract):
    def open_port(self, clock, events, limits):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = TcpClientPort(clock, Address(*listener.getsockname()), events, limits=limits)
            port.write(b"!")
            peer = SocketPeer(listener.accept()[0])
        clock.run_until(lambda: port.is_connected)
        assert peer.take(1) == b"!"
        return port, peer


class TestPty(PortContract):
    half_closes = False
    keeps_unread = False  # a pty forgets what its other side has not read
    tells_goodbye = False

    def open_port(self, clock, events, limits):
        master, slave = pty.openpty()
        tty.setraw(slave)
        port = SerialPort(clock, os.ttyname(slave), events, limits=limits)
        os.close(slave)
        return port, PtyPeer(master)


class TestSocketUrl(PortContract):
    half_closes = False  # pyserial takes the first end for both
    tells_goodbye = False  # and calls it a failure

    def open_port(self, clock, events, limits):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            url = f"socket://{Address(*listener.getsockname())}"
            port = SerialPort(clock, url, events, limits=limits)
            return port, SocketPeer(listener.accept()[0])


@pytest.fixture
def clock() -> LiveEnvironment:
    return LiveEnvironment(0)


def test_loop_hears_itself(clock):
    ear = Ear()
    port = SerialPort(clock, "loop://", ear.events)
    port.write(b"\x02echo\x03")
    clock.run_live(lambda: len(ear.heard) == 6)
    assert ear.heard == b"\x02echo\x03"
    port.close()


# ---- TCP alone -----------------------------------------------------------------------------------


def test_a_server_keeps_many_connections_apart(clock):
    ears = []

    def connected(_port):
        ears.append(Ear())
        return ears[-1].events

    server = TcpServerPort(clock, LOOPBACK, connected)
    peers = [socket.create_connection((server.address.host, server.address.port))
             for _ in range(30)]
    for number, peer in enumerate(peers):
        peer.sendall(b"%02d" % number)
    clock.run_live(lambda: sum(len(ear.heard) for ear in ears) == 60)
    assert sorted(ear.heard for ear in ears) == [b"%02d" % number for number in range(30)]
    assert len(server.connections) == 30
    server.close()
    assert [peer.recv(1) for peer in peers] == [b""] * 30
    for peer in peers:
        peer.close()


def test_a_port_in_use_is_named(clock):
    server = TcpServerPort(clock, LOOPBACK, lambda _: Ear().events)
    with pytest.raises(PortError, match=f"{server.address}.*in use"):
        TcpServerPort(clock, server.address, lambda _: Ear().events)
    server.close()
    TcpServerPort(clock, server.address, lambda _: Ear().events).close()


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])
def test_a_server_stays_on_loopback_unless_told_otherwise(clock, host):
    with pytest.raises(PortError, match=r"127\.0\.0\.1"):
        TcpServerPort(clock, Address(host, 0), lambda _: Ear().events)


def test_a_server_listens_anywhere_when_told(clock):
    server = TcpServerPort(
        clock, Address("0.0.0.0", 0), lambda _: Ear().events, anywhere=True,
    )
    assert not is_loopback(server.address.host)
    server.close()


def free_address() -> Address:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return Address(*listener.getsockname())


def test_a_refused_connection_is_reported_once_for_all_that_waited(clock):
    ear = Ear()
    port = TcpClientPort(clock, free_address(), ear.events)
    port.write(b"one")
    port.write(b"two")
    clock.run_live(lambda: bool(ear.ends))
    assert len(ear.ends) == 1
    assert "nobody listens" in ear.ends[0]


def test_the_client_connects_again_for_the_next_message_and_drops_what_failed(clock):
    ear, address = Ear(), free_address()
    port = TcpClientPort(clock, address, ear.events)
    port.write(b"lost")
    clock.run_live(lambda: len(ear.ends) == 1)
    with socket.create_server((address.host, address.port)) as listener:
        port.write(b"first")
        peer = SocketPeer(listener.accept()[0])
        clock.run_live(lambda: port.is_connected)
        assert peer.take(5) == b"first"
        peer.close()
        clock.run_live(lambda: len(ear.ends) == 2)
        port.write(b"second")
        peer = SocketPeer(listener.accept()[0])
        clock.run_live(lambda: port.is_connected)
        assert peer.take(6) == b"second"
    port.close()
    peer.close()


def test_an_unknown_host_name_is_said_to_be_one(clock):
    ear = Ear()
    port = TcpClientPort(clock, Address("no-such-host.invalid", 4000), ear.events)
    port.write(b"x")
    clock.run_live(lambda: bool(ear.ends))
    assert "host name is not known" in ear.ends[0]


# ---- serial alone --------------------------------------------------------------------------------


@pytest.mark.parametrize(("url", "words"), [
    ("/dev/no-such-device", "there is no such device"),
    (os.devnull, "is no serial device"),
    ("nonsense://x", "protocol"),
    ("socket://127.0.0.1:1", "Could not open|nobody listens"),
])
def test_a_device_that_cannot_be_opened_is_named(clock, url, words):
    with pytest.raises(PortError, match=f"^{url}: .*{words}"):
        SerialPort(clock, url, Ear().events)


def test_a_device_in_use_is_said_to_be_in_use(clock):
    master, slave = pty.openpty()
    port = SerialPort(clock, os.ttyname(slave), Ear().events)
    with pytest.raises(PortError, match="in use"):
        SerialPort(clock, os.ttyname(slave), Ear().events)
    port.close()
    assert LEAVING.wait(10)  # it gives the device back in its own thread
    SerialPort(clock, os.ttyname(slave), Ear().events).close()
    os.close(slave)
    os.close(master)


# ---- addresses and words -------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "4000", "host:", ":4000", "host:70000", "host:-1", "h:4x"])
def test_a_bad_address_says_what_is_allowed(text):
    with pytest.raises(PortError, match="HOST:PORT"):
        parse_address(text)


def test_an_error_number_hidden_in_a_text_is_found():
    assert words_for("/dev/ttyS9", OSError("read failed: [Errno 5] Input/output error")) == (
        "/dev/ttyS9: the device has gone"
    )


class GoneStream:
    """The other side closed before anything was read; notes which threads ran by then."""

    def __init__(self) -> None:
        self.running: set[str] = set()
        self.released = threading.Event()

    def read(self, within_s: float) -> None:
        self.running |= {thread.name for thread in threading.enumerate()}

    def write(self, data: memoryview) -> int:
        raise AssertionError(data)

    def finish(self, within_s: float) -> bool:
        return False

    def shut(self) -> None:
        pass

    def release(self) -> None:
        self.released.set()


def test_a_peer_that_connects_and_leaves_at_once_is_a_peer_that_closed(clock):
    ear, streams = Ear(), [GoneStream() for _ in range(50)]
    for number, stream in enumerate(streams):
        PumpedPort(clock, f"gone {number}", stream).start(ear.events)
    clock.run_live(lambda: len(ear.ends) == len(streams))
    for number, stream in enumerate(streams):
        assert f"write gone {number}" in stream.running  # else its end cannot be waited for
        assert stream.released.wait(10)
    assert set(ear.ends) == {"closed"}


# ---- limits --------------------------------------------------------------------------------------


class ReadyStream(GoneStream):
    """A hundred bytes at every read; counts them."""

    def __init__(self) -> None:
        super().__init__()
        self.reads = 0
        self.is_shut = threading.Event()

    def read(self, within_s: float) -> bytes | None:
        self.reads += 1
        return None if self.is_shut.is_set() else b"x" * 100

    def shut(self) -> None:
        self.is_shut.set()


def test_no_more_is_read_than_the_clock_hears():
    clock, ear, stream = ContractClock(), Ear(), ReadyStream()
    port = PumpedPort(clock, "flood", stream, PortLimits(unheard_bytes=1_000))
    port.start(ear.events)
    for heard in range(100, 20_000, 100):
        clock.run_until(lambda heard=heard: len(ear.heard) >= heard)
        assert stream.reads <= heard // 100 + 12
    port.close()
    assert stream.released.wait(10)


def test_a_port_that_is_paused_reads_no_more_until_it_is_resumed():
    clock, ear, stream = ContractClock(), Ear(), ReadyStream()
    port = PumpedPort(clock, "paused", stream, PortLimits(unheard_bytes=1_000))
    port.pause()
    port.start(ear.events)
    clock.inject(lambda: None)
    clock.run_all()
    assert stream.reads == 0
    port.resume()
    clock.run_until(lambda: stream.reads > 100)
    port.close()
    assert stream.released.wait(10)


def open_server(clock, **limits):
    said, ears = [], []

    def connected(_port):
        ears.append(Ear())
        return ears[-1].events

    server = TcpServerPort(
        clock, LOOPBACK, connected, limits=PortLimits(**limits), on_trouble=said.append)
    return server, said, ears


def connect(server):
    return socket.create_connection((server.address.host, server.address.port), 10)


def test_newcomers_beyond_the_limit_are_refused_with_one_line_and_later_ones_are_taken():
    clock = ContractClock()
    server, said, ears = open_server(clock, connections=3, room_s=0.0)
    standing = [connect(server) for _ in range(3)]
    clock.run_until(lambda: len(ears) == 3)
    for _ in range(20):
        with connect(server) as refused:
            assert refused.recv(1) == b""
    clock.run_until(lambda: said)
    assert f"newcomers at {server.address} are refused: 3 connections stand" in said[0]
    assert len(said) <= 2
    standing.pop().close()
    clock.run_until(lambda: ears[-1].ends or ears[0].ends or ears[1].ends)
    assert LEAVING.wait(10)
    with connect(server) as taken:
        taken.sendall(b"hello")
        clock.run_until(lambda: any(ear.heard == b"hello" for ear in ears))
    server.close()
    for each in standing:
        each.close()


def test_where_no_file_can_be_opened_newcomers_are_refused_and_the_server_lives():
    clock = ContractClock()
    server, said, ears = open_server(clock, room_s=0.0)  # nobody makes room, however long this takes
    peers = [connect(server) for _ in range(2)]
    clock.run_until(lambda: len(ears) == 2)
    unconnected = [socket.socket() for _ in range(2)]
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
    try:
        for each in unconnected:
            each.settimeout(10)
            each.connect((server.address.host, server.address.port))
        clock.run_until(lambda: said)
        peers[0].sendall(b"still heard")
        clock.run_until(lambda: any(ear.heard for ear in ears))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert "as many files open as it may" in said[0]
    with connect(server) as taken:
        taken.sendall(b"hello")
        clock.run_until(lambda: any(ear.heard == b"hello" for ear in ears))
    server.close()
    for each in (*peers, *unconnected):
        each.close()


def test_where_no_thread_can_be_begun_the_newcomer_is_refused_and_the_server_lives(monkeypatch):
    clock = ContractClock()
    server, said, ears = open_server(clock)
    start = threading.Thread.start

    def refuse(thread):
        if thread.name.startswith("connection from "):
            raise RuntimeError("can't start new thread")
        start(thread)

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refuse)
        with connect(server) as refused:
            clock.run_until(lambda: said)
            assert refused.recv(1) == b""
    assert "no room for another thread" in said[0]
    assert ears == []  # nobody has to hear of whom there is no room for
    with connect(server) as taken:
        taken.sendall(b"hello")
        clock.run_until(lambda: any(ear.heard == b"hello" for ear in ears))
    server.close()


def test_a_client_without_a_thread_fails_and_tries_again_with_the_next_message(clock, monkeypatch):
    ear = Ear()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = TcpClientPort(clock, Address(*listener.getsockname()), ear.events)
        with monkeypatch.context() as patched:
            def refuse(_thread):
                raise RuntimeError("can't start new thread")

            patched.setattr(threading.Thread, "start", refuse)
            port.write(b"lost")
        clock.run_live(lambda: ear.ends)
        assert "no room for another thread" in ear.ends[0]
        port.write(b"first")
        peer = SocketPeer(listener.accept()[0])
        clock.run_live(lambda: port.is_connected)
        assert peer.take(5) == b"first"
    port.close()
    peer.close()


def test_what_waits_for_a_connection_has_a_limit(clock):
    ear = Ear()
    port = TcpClientPort(
        clock, Address("192.0.2.1", 9), ear.events, limits=PortLimits(unread_bytes=10_000))
    for _ in range(20):
        port.write(b"x" * 1_000)
        if ear.ends:
            break
    assert "too much waits" in ear.ends[0]
    port.close()


@pytest.mark.parametrize(("given", "words"), [
    ("connections", "allowed: NAME=NUMBER with one of connections, room_s, unread_bytes"),
    ("speed=1", "no such limit"), ("connections=0", "connections cannot be that: .*>= 1"),
    ("connections=many", "expected `int`"), ("idle_s=-1", ">= 0"), ("idle_s=nan", "cannot be that"),
    ("flush_s=1e999", "cannot be that"), ("unread_bytes=1.5", "cannot be that"),
    ("connections=" + "9" * 400, "cannot be that"),
])
def test_a_limit_that_cannot_be_is_refused_with_what_is_allowed(given, words):
    with pytest.raises(LimitError, match=words):
        limits_given([given], LIMITS)


def test_a_limit_without_meaning_at_a_port_is_refused():
    with pytest.raises(LimitError, match="unread_bytes"):
        limits_given(["connections=5"], LIMITS, frozenset({"connections"}))


# ---- the end of a process ------------------------------------------------------------------------


def test_the_end_of_a_process_waits_once_for_all_ports_together():
    clock = ContractClock()
    server, _, ears = open_server(clock, flush_s=30, unread_bytes=100_000_000)
    peers = [connect(server) for _ in range(5)]
    clock.run_until(lambda: len(ears) == 5)
    for port in server.connections:
        for _ in range(3):
            port.write(b"x" * 4_000_000)
    server.close()
    began_s = time.monotonic()
    assert not LEAVING.wait(0.3)
    assert time.monotonic() - began_s < 3
    for peer in peers:
        peer.close()  # who goes away is waited for no longer
    assert LEAVING.wait(10)


@pytest.mark.parametrize("number", sorted(ports._WORDS))
def test_what_the_system_refuses_is_said_in_both_languages(number):
    with speaking("zh"):
        said = words_for("port 1", OSError(number, "x"))
    assert any("\u4e00" <= letter <= "\u9fff" for letter in said)
    assert words_for("port 1", OSError(number, "x")).isascii()
