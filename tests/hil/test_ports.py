"""Every kind of port keeps one contract: order, wholeness, one end, and clear words."""

from __future__ import annotations

import os
import pty
import socket
import threading
import tty
from collections.abc import Callable

import pytest

from hil.clock.live_clock import LiveEnvironment
from hil.ports.ports import Address, PortError, PortEvents, PumpedPort, parse_address, words_for
from hil.ports.serial_port import SerialPort
from hil.ports.tcp_port import TcpClientPort, TcpServerPort, is_loopback

LOOPBACK = Address("127.0.0.1", 0)


class Ear:
    """Remembers what a port told, and in which thread."""

    def __init__(self) -> None:
        self.heard = b""
        self.ends: list[str] = []
        self.threads: set[int] = set()
        self.events = PortEvents(
            on_bytes=self._bytes, on_closed=lambda: self._end("closed"),
            on_failed=lambda failure: self._end(str(failure)),
        )

    def _bytes(self, data: bytes) -> None:
        self.threads.add(threading.get_ident())
        self.heard += data

    def _end(self, how: str) -> None:
        self.threads.add(threading.get_ident())
        self.ends.append(how)


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


def open_server_side(clock, ear):
    ports = []
    server = TcpServerPort(clock, LOOPBACK, lambda port: ports.append(port) or ear.events)
    peer = SocketPeer(socket.create_connection((server.address.host, server.address.port)))
    clock.run_live(lambda: bool(ports))
    return ports[0], peer


def open_client_side(clock, ear):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = TcpClientPort(clock, Address(*listener.getsockname()), ear.events)
        port.write(b"!")
        peer = SocketPeer(listener.accept()[0])
    clock.run_live(lambda: port.is_connected)
    assert peer.take(1) == b"!"
    return port, peer


def open_pty(clock, ear):
    master, slave = pty.openpty()
    tty.setraw(slave)
    port = SerialPort(clock, os.ttyname(slave), ear.events)
    os.close(slave)
    return port, PtyPeer(master)


def open_socket_url(clock, ear):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = SerialPort(clock, f"socket://{Address(*listener.getsockname())}", ear.events)
        return port, SocketPeer(listener.accept()[0])


PORTS = pytest.mark.parametrize(
    "open_port", [open_server_side, open_client_side, open_pty, open_socket_url],
)


@pytest.fixture
def clock() -> LiveEnvironment:
    return LiveEnvironment(0)


def in_background(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


# ---- the contract --------------------------------------------------------------------------------


@PORTS
def test_bytes_come_whole_in_order_and_in_the_clocks_thread(clock, open_port):
    ear = Ear()
    port, peer = open_port(clock, ear)
    data = bytes(range(256)) * 40
    sender = in_background(lambda: [peer.send(data[at:at + 700]) for at in range(0, 10_240, 700)])
    clock.run_live(lambda: len(ear.heard) >= len(data))
    sender.join()
    assert ear.heard == data
    assert ear.threads == {threading.get_ident()}
    port.close()
    peer.close()


@PORTS
def test_what_is_written_arrives_whole_and_in_order(clock, open_port):
    port, peer = open_port(clock, Ear())
    data = bytes(reversed(range(256))) * 8
    for at in range(0, len(data), 100):
        port.write(data[at:at + 100])
    assert peer.take(len(data)) == data
    port.close()
    peer.close()


@PORTS
def test_a_peer_that_goes_away_is_one_end_and_what_it_said_before_is_heard(clock, open_port):
    ear = Ear()
    port, peer = open_port(clock, ear)
    peer.send(b"last words")
    clock.run_live(lambda: len(ear.heard) == 10)
    peer.close()
    clock.run_live(lambda: bool(ear.ends))
    assert ear.heard == b"last words"
    port.close()
    assert len(ear.ends) == 1


@PORTS
def test_no_event_comes_after_closing_though_it_was_on_its_way(clock, open_port):
    ear = Ear()
    port, peer = open_port(clock, ear)
    peer.send(b"too late")
    clock.inject(port.close)
    rest = clock.timeout(20)
    clock.run_live(lambda: rest.processed)
    heard_at_close = ear.heard
    assert (ear.ends, heard_at_close) in (([], b""), ([], b"too late"))
    port.write(b"dropped")
    port.close()
    peer.close()


@pytest.mark.parametrize("open_port", [open_server_side, open_client_side, open_socket_url])
def test_what_was_written_leaves_before_closing(clock, open_port):
    """A pty is not among them: it forgets what its other side has not read."""
    port, peer = open_port(clock, Ear())
    port.write(b"the answer to stop")
    port.close()
    assert peer.take(100) == b"the answer to stop"
    peer.close()


@PORTS
def test_closing_leaves_no_thread(clock, open_port):
    before = set(threading.enumerate())
    port, peer = open_port(clock, Ear())
    port.close()
    left = [t.name for t in set(threading.enumerate()) - before if not t.name.startswith("accept")]
    assert left == []
    peer.close()


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

    def read(self) -> None:
        self.running |= {thread.name for thread in threading.enumerate()}

    def write(self, data: bytes) -> None:
        raise AssertionError(data)

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
