"""Lines by their text: both ends of each kind keep the contract of ports, and refuse what has no effect."""

from __future__ import annotations

import os
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
import serial
import serial.rfc2217

from hil.ports.contract import ContractClock, Ear, PortContract
from hil.ports.limits import LIMITS
from hil.ports.line_address import LineKind, line_address
from hil.ports.line_server import serve_line
from hil.ports.open_line import open_line
from hil.ports.ports import Address, PortError, parse_address
from hil.ports.serial_line import LineEvents, ModemLines, Parity, SerialLine, serial_line
from hil.ports.tcp_port import TcpServerPort
from hil.ports.tls import TlsFiles, server_context
from hil.ports.uart import received
from simulator.catalogue.line_reasons import PortWarning
from tests.hil.certificates import Authority
from tests.hil.test_ports import PtyPeer, SocketPeer

NEAR_DEADLINE_S = 10.0


def served(clock, text, events, limits=LIMITS, on_trouble=lambda _: None):
    ports = []
    server = serve_line(
        clock, text, lambda port: ports.append(port) or events, limits=limits, on_trouble=on_trouble)
    return server, ports


class TestServedTcp(PortContract):
    def open_port(self, clock, events, limits):
        server, ports = served(clock, "tcp:127.0.0.1:0", events, limits)
        address = parse_address(server.where.removeprefix("tcp:"))
        peer = SocketPeer(socket.create_connection((address.host, address.port)))
        clock.run_until(lambda: ports)
        return ports[0], peer


class TestServedTelnet(PortContract):
    """RFC 2217, and a client of sockets that answers no option at all; pyserial is the client further below."""

    half_closes = False
    tells_goodbye = False  # with the server's options unread, going away breaks the connection

    def open_port(self, clock, events, limits):
        server, ports = served(clock, "rfc2217:127.0.0.1:0", events, limits)
        address = parse_address(server.where.removeprefix("rfc2217://"))
        peer = TelnetPeer(socket.create_connection((address.host, address.port)))
        clock.run_until(lambda: ports)
        return ports[0], peer


class TelnetPeer(SocketPeer):
    """Bytes FF doubled, commands skipped."""

    def __init__(self, connection):
        super().__init__(connection)
        self._raw = b""

    def send(self, data):
        super().send(data.replace(b"\xff", b"\xff\xff"))

    def take(self, count):
        taken = b""
        while len(taken) < count:
            piece = self.connection.recv(4_096)
            if not piece:
                break
            self._raw += piece
            clear, self._raw = _without_commands(self._raw)
            taken += clear
        return taken


def _without_commands(raw):
    clear, at = bytearray(), 0
    while at < len(raw):
        if raw[at] != 0xFF:
            clear.append(raw[at])
            at += 1
        elif raw[at + 1:at + 2] == b"\xff":
            clear.append(0xFF)
            at += 2
        elif raw[at + 1:at + 2] == b"\xfa":
            end = raw.find(b"\xff\xf0", at)
            if end < 0:
                break
            at = end + 2
        elif len(raw) < at + 3:
            break
        else:
            at += 3
    return bytes(clear), raw[at:]


class OpenedPty(PtyPeer):
    """The slave of a served pty, as a program that opens its path has it."""


class TestServedPty(PortContract):
    half_closes = False
    keeps_unread = False

    def open_port(self, clock, events, limits):
        server, ports = served(clock, "pty:", events, limits)
        peer = OpenedPty(os.open(server.where.removeprefix("pty:"), os.O_RDWR | os.O_NOCTTY))
        peer.send(b"!")
        clock.run_until(lambda: ports)
        return ports[0], peer

    def opened(self, limits=LIMITS, *, answers_after_end=False):
        clock, ear, port, peer = super().opened(limits, answers_after_end=answers_after_end)
        clock.run_until(lambda: ear.heard == b"!")  # the server knows that somebody has it open
        ear.heard = b""
        return clock, ear, port, peer

    def test_a_peer_that_goes_away_is_one_end_and_what_it_said_before_is_heard(self):
        """A line that waits does not end with its client."""
        clock, ear, port, peer = self.opened()
        peer.send(b"last words")
        peer.close()
        clock.run_until(lambda: ear.heard == b"last words")
        time.sleep(0.1)
        clock.run_all()
        assert ear.ends == []
        port.close()

    test_a_peer_that_hangs_up_at_once_is_one_end = test_a_peer_that_goes_away_is_one_end_and_what_it_said_before_is_heard

    def test_a_peer_that_does_nothing_is_hung_up_on(self):
        """There is nobody to hang up on."""


class TestOpenedTcp(PortContract):
    def open_port(self, clock, events, limits):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = open_line(clock, f"tcp:{Address(*listener.getsockname())}", events, limits=limits)
            return port, SocketPeer(listener.accept()[0])


class TestOpenedPty(PortContract):
    half_closes = False
    keeps_unread = False
    tells_goodbye = False

    def open_port(self, clock, events, limits):
        master, slave = os.openpty()
        name = os.ttyname(slave)
        port = open_line(clock, f"pty:{name}", events, limits=limits)
        os.close(slave)
        return port, PtyPeer(master)


# ---- what the text may say ---------------------------------------------------------------------


def test_each_form_is_read_whole():
    asked = line_address("serial:/dev/ttyUSB0?19200 7E1,dtr=on,rs485,before_ms=5,after_ms=2,turnaround_ms=10,reconnect=3")
    assert (asked.kind, asked.path, asked.reconnect_s) == (LineKind.SERIAL, "/dev/ttyUSB0", 3.0)
    assert asked.line == SerialLine(
        baud=19_200, data_bits=7, parity=Parity.EVEN, dtr=True, rs485="rts", rs485_before_ms=5,
        rs485_after_ms=2, turnaround_ms=10)
    assert line_address("/dev/ttyS0").kind is LineKind.SERIAL
    assert line_address("tcp://127.0.0.1:80") == line_address("tcp:127.0.0.1:80")
    assert line_address("rfc2217:[::1]:80").address == Address("::1", 80)
    assert line_address("tls:127.0.0.1:80?ca=ca.pem").ca == "ca.pem"
    assert line_address("pty:").path == ""


@pytest.mark.parametrize(("text", "words"), [
    ("", "is no line"), ("ttyUSB0", "is no line"), ("usb:/dev/x", "is no line"), ("serial:", "is no line"),
    ("serial:/dev/x?", "is no line"), ("tcp:nowhere", "is no address"), ("tcp:h:99999", "is no address"),
    ("tcp:127.0.0.1:1?9600 8N1", "kind tcp has no '9600 8N1'"), ("pty:?9600 8N1", "kind pty has no"),
    ("pty:/dev/pts/1?rtscts", "kind pty has no 'rtscts'"), ("serial:/dev/x?paced", "kind serial has no 'paced'"),
    ("tcp:127.0.0.1:1?ca=x", "kind tcp has no 'ca'"), ("serial:/dev/x?9600 9N1", "is no serial line"),
    ("serial:/dev/x?9600,19200", "twice"), ("serial:/dev/x?rts=maybe", "on or off"),
    ("serial:/dev/x?rts", "on or off"), ("serial:/dev/x?rtscts=", "rtscts alone"),
    ("serial:/dev/x?reconnect=", "seconds"), ("serial:/dev/x?reconnect=0", "seconds"),
    ("serial:/dev/x?rtscts,xonxoff", "exclude each other"), ("serial:/dev/x?rs485,rts=on", "exclude each other"),
    ("serial:/dev/x?before_ms=5", "write rs485 too"), ("serial:/dev/x?turnaround_ms=99999", "0 to 10000"),
    ("tls:127.0.0.1:1?key=x", "together"), ("pty:\0", "is no line"),
])
def test_what_a_line_does_not_know_is_refused_with_what_is_allowed(text, words):
    with pytest.raises(PortError, match=words):
        line_address(text)


@pytest.mark.parametrize(("text", "words"), [
    ("serial:/dev/ttyUSB0", "nobody can wait"), ("tls:127.0.0.1:0", "nobody can wait"),
    ("pty:/dev/null", "is no name of a pty"), ("tcp:127.0.0.1:0?reconnect", "reconnect has no effect"),
    ("rfc2217:127.0.0.1:0?dsrdtr", "dsrdtr has no effect"), ("rfc2217:127.0.0.1:0?rs485", "rs485 has no effect"),
    ("rfc2217:127.0.0.1:0?turnaround_ms=1", "turnaround_ms has no effect"),
    ("rfc2217:127.0.0.1:0?rts=on", "rts has no effect"), ("tcp:0.0.0.0:0", "open to the network"),
])
def test_a_line_that_waits_refuses_what_it_cannot_do(text, words):
    with pytest.raises(PortError, match=words):
        serve_line(ContractClock(), text, lambda _: Ear().events)


# ---- settings --------------------------------------------------------------------------------


@pytest.mark.parametrize(("sender", "receiver", "sent", "heard"), [
    # of 8N1 to 7E1 the eighth bit stands where parity is due: ten bits either way
    ("9600 8N1", "9600 7E1", b"\x41\x43\xc3\x02\x03", [(0x41, 0), (0x43, 1), (0x43, 0), (0x02, 1), (0x03, 0)]),
    ("9600 7E1", "9600 8N1", b"\x41\x43\x02", [(0x41, 0), (0xC3, 0), (0x82, 0)]),
    ("9600 7E1", "9600 7O1", b"\x41\x43", [(0x41, 1), (0x43, 1)]),
    ("9600 8N2", "9600 8N1", b"\x00\xff", [(0, 0), (0xFF, 0)]),
    ("9600 8N1", "9800 8N1", b"\x55\xaa", [(0x55, 0), (0xAA, 0)]),  # two per cent harm nobody
    ("9600 5N1", "9600 5N1", b"\xff", [(0x1F, 0)]),
])
def test_ends_that_are_set_otherwise_hear_what_a_uart_hears(sender, receiver, sent, heard):
    got = received(sent, serial_line(sender), serial_line(receiver))
    assert [(each.byte, int(each.is_damaged)) for each in got] == heard


def test_half_the_speed_makes_other_characters_and_twice_the_speed_more_of_them():
    fast, slow = serial_line("9600 8N1"), serial_line("4800 8N1")
    halved = received(b"\x02SALE\x03", fast, slow)
    doubled = received(b"\x02SALE\x03", slow, fast)
    assert len(halved) < 6 < len(doubled)
    assert bytes(each.byte for each in halved) != b"\x02SALE\x03"


class Rfc2217Pair:
    """A served line and a client of pyserial, the clock between them run here."""

    def __init__(self, served_as, **client):
        self.clock, self.ear = ContractClock(), Ear()
        self.lines, self.breaks, self.said = [], [], []
        events = LineEvents(
            on_bytes=self.ear.events.on_bytes, on_closed=self.ear.events.on_closed,
            on_failed=self.ear.events.on_failed, on_lines=self.lines.append,
            on_break=lambda: self.breaks.append(True))
        self.server, self.ports = served(
            self.clock, f"rfc2217:127.0.0.1:0?{served_as}", events, on_trouble=self.said.append)
        self.client = self.do(lambda: serial.serial_for_url(self.server.where, timeout=2, **client))
        self.clock.run_until(lambda: self.ports)

    def do(self, work):
        """In another thread, as another program would."""
        done = []
        thread = threading.Thread(target=lambda: done.append(work()))
        thread.start()
        self.clock.run_until(lambda: not thread.is_alive())
        return done[0] if done else None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.close()
        self.server.close()


def test_a_till_of_8n1_at_a_terminal_of_7e1_is_garbled_and_told_once():
    with Rfc2217Pair("9600 7E1", baudrate=9_600) as pair:
        pair.client.write(b"AC")
        pair.clock.run_until(lambda: pair.ear.heard and pair.said)
        assert pair.ear.heard == b"A"  # the terminal throws away what fails its parity
        pair.ports[0].write(b"AC")
        assert pair.do(lambda: pair.client.read(2)) == b"A\xc3"
        assert len(pair.said) == 1
        assert "9600 8N1 there, 9600 7E1 here" in pair.said[0]


def test_at_equal_settings_every_byte_crosses_and_nothing_is_told():
    with Rfc2217Pair("9600 8N1", baudrate=9_600) as pair:
        data = bytes(range(256))
        pair.client.write(data)
        pair.clock.run_until(lambda: len(pair.ear.heard) == 256)
        pair.ports[0].write(data)
        assert pair.do(lambda: pair.client.read(256)) == data
        assert (pair.ear.heard, pair.said) == (data, [])


def test_modem_lines_and_breaks_are_told_at_the_other_end():
    with Rfc2217Pair("9600 8N1") as pair:
        pair.do(lambda: setattr(pair.client, "rts", False))
        pair.clock.run_until(lambda: pair.lines and not pair.lines[-1].cts)
        pair.do(lambda: setattr(pair.client, "dtr", False))
        pair.clock.run_until(lambda: pair.lines[-1] == ModemLines(cts=False, dsr=False, dcd=False, ri=False))
        pair.do(lambda: setattr(pair.client, "break_condition", True))
        pair.do(lambda: setattr(pair.client, "break_condition", False))
        pair.clock.run_until(lambda: pair.breaks)
        assert pair.breaks == [True]
        pair.server.line.drive(rts=False, ring=True)
        pair.clock.run_until(lambda: not pair.client.cts and pair.client.ri)
        pair.server.line.drive(dtr=False)
        pair.clock.run_until(lambda: not pair.client.dsr and not pair.client.cd)


def test_rts_cts_holds_what_is_sent_and_a_purge_drops_it():
    with Rfc2217Pair("9600 8N1,rtscts", rtscts=True) as pair:
        pair.server.line.drive(rts=False)
        pair.client.write(b"held")
        pair.do(lambda: time.sleep(0.2))
        assert pair.ear.heard == b""
        pair.do(pair.client.reset_output_buffer)
        pair.client.write(b"later")
        pair.server.line.drive(rts=True)
        pair.clock.run_until(lambda: pair.ear.heard == b"later")
        pair.do(lambda: setattr(pair.client, "rts", False))
        pair.ports[0].write(b"answer")
        assert pair.do(lambda: _soon(pair.client)) == b""
        pair.do(lambda: setattr(pair.client, "rts", True))
        assert pair.do(lambda: pair.client.read(6)) == b"answer"


def _soon(client):
    client.timeout = 0.2
    try:
        return client.read(6)
    finally:
        client.timeout = 2


def test_xon_xoff_is_heeded_by_the_end_that_is_set_to_it():
    with Rfc2217Pair("9600 8N1", xonxoff=True) as pair:
        pair.ports[0].write(b"\x13")
        assert pair.do(lambda: _soon(pair.client)) == b""
        pair.client.write(b"held")
        pair.do(lambda: time.sleep(0.2))
        assert pair.ear.heard == b""
        pair.ports[0].write(b"\x11")
        pair.clock.run_until(lambda: pair.ear.heard == b"held")


def test_a_paced_line_takes_the_time_of_its_baud_rate():
    with Rfc2217Pair("4800 8N1,paced", baudrate=4_800) as pair:
        began_s = time.monotonic()
        pair.client.write(b"x" * 96)  # 960 bits: 0.2 s
        pair.clock.run_until(lambda: len(pair.ear.heard) == 96)
        assert time.monotonic() - began_s >= 0.19


@pytest.mark.parametrize("form", ["5N1", "5S1.5", "6E2", "7O1", "8M2"])
def test_every_form_is_taken_by_both_ends_of_ours(form):
    line = serial_line(f"9600 {form}")
    clock, ear = ContractClock(), Ear()
    server, ports = served(clock, f"rfc2217:127.0.0.1:0?{line}", Ear().events)
    done = []
    opener = threading.Thread(target=lambda: done.append(
        open_line(clock, f"{server.where}?{line}", ear.events)))
    opener.start()
    clock.run_until(lambda: done and ports)
    ports[0].write(b"\x15\x0a")
    clock.run_until(lambda: len(ear.heard) == 2)
    assert ear.heard == b"\x15\x0a"
    done[0].close()
    server.close()


def test_a_line_over_a_network_whose_other_end_goes_is_one_failure_in_plain_words():
    with Rfc2217Line("9600 8N1", "9600 8N1") as pair:
        pair.server.close()
        pair.clock.run_until(lambda: pair.near.ends)
        assert len(pair.near.ends) == 1
        assert "the other side" in pair.near.ends[0]


# ---- RS-485 and handshakes of a client -----------------------------------------------------------


class Rfc2217Line(Rfc2217Pair):
    """The same with a line of ours as client."""

    def __init__(self, served_as, text):
        self.clock, self.ear, self.near = ContractClock(), Ear(), Ear()
        self.history, self.said = [], []
        events = LineEvents(
            on_bytes=self.history.append, on_closed=lambda: None,
            on_failed=lambda _: None, on_lines=lambda lines: self.history.append(lines.cts))
        self.server, self.ports = served(self.clock, f"rfc2217:127.0.0.1:0?{served_as}", events)
        self.client = self.do(lambda: open_line(self.clock, f"{self.server.where}?{text}", self.near.events))
        self.clock.run_until(lambda: self.ports)


def test_rs485_keys_the_transmitter_around_what_is_sent():
    with Rfc2217Line("9600 8N1", "9600 8N1,rs485,before_ms=5,after_ms=5") as pair:
        pair.clock.run_until(lambda: False in pair.history)  # off while nothing is sent
        pair.history.clear()
        pair.client.write(b"\x02SALE\x03")
        pair.clock.run_until(lambda: pair.history[-1:] == [False])
        assert pair.history == [True, b"\x02SALE\x03", False]


def test_the_turnaround_is_kept_between_what_was_heard_and_what_is_sent():
    with Rfc2217Line("9600 8N1", "9600 8N1,turnaround_ms=150") as pair:
        pair.ports[0].write(b"?")
        pair.clock.run_until(lambda: pair.near.heard == b"?")
        began_s = time.monotonic()
        pair.client.write(b"!")
        pair.clock.run_until(lambda: b"!" in pair.history)
        assert time.monotonic() - began_s >= 0.1


def test_dsr_dtr_holds_what_is_sent_while_the_other_side_is_not_ready():
    with Rfc2217Line("9600 8N1", "9600 8N1,dsrdtr") as pair:
        pair.server.line.drive(dtr=False)
        pair.do(lambda: time.sleep(0.2))
        pair.client.write(b"held")
        pair.do(lambda: time.sleep(0.2))
        assert b"held" not in pair.history
        pair.server.line.drive(dtr=True)
        pair.clock.run_until(lambda: b"held" in pair.history)


@pytest.mark.parametrize(("options", "words"), [
    ("9600 8N2", r"9600 8N2 \(stop bits\)"), ("9600 7E1", r"\(data bits, parity\)"), ("9600 8M1", "parity"),
    ("9600 8N1.5", "1 or 2 with more"), ("9600 5N2", "1 or 1.5 stop bits"), ("9600 8N1,rtscts", "no modem lines"),
    ("9600 8N1,rs485", "no modem lines"), ("9600 8N1,rs485=driver", "cannot switch RS-485"),
    ("9600 8N1,dsrdtr", "no modem lines"), ("9600 8N1,dtr=on", "no modem lines"),
])
def test_what_a_pty_cannot_do_is_refused_by_name_before_a_byte_is_sent(options, words):
    server, _ = served(ContractClock(), "pty:", Ear().events)
    path = server.where.removeprefix("pty:")
    with pytest.raises(PortError, match=words):
        open_line(ContractClock(), f"serial:{path}?{options}", Ear().events)
    open_line(ContractClock(), f"serial:{path}?9600 8N1", Ear().events).close()  # and it is free again
    server.close()


def test_a_setting_that_the_other_end_refuses_is_named():
    clock = ContractClock()
    server, _ = served(clock, "rfc2217:127.0.0.1:0", Ear().events)
    failures = []

    def try_it():
        try:
            open_line(clock, f"{server.where}?5000000 8N1", Ear().events)
        except PortError as failure:
            failures.append(str(failure))

    thread = threading.Thread(target=try_it)
    thread.start()
    clock.run_until(lambda: failures)
    assert "does not take 5000000 8N1" in failures[0]
    server.close()


# ---- owners, losses --------------------------------------------------------------------------


def test_two_owners_of_one_device_are_refused_and_the_holder_is_named():
    server, _ = served(ContractClock(), "pty:", Ear().events)
    path = server.where.removeprefix("pty:")
    first = open_line(ContractClock(), path, Ear().events)
    with pytest.raises(PortError, match=f"{path}: is in use by another program"):
        open_line(ContractClock(), f"pty:{path}", Ear().events)
    first.close()
    until_s = time.monotonic() + NEAR_DEADLINE_S
    while time.monotonic() < until_s:
        with suppress(PortError):
            open_line(ContractClock(), path, Ear().events).close()
            break
        time.sleep(0.02)
    else:
        raise AssertionError("never free again")
    server.close()


@pytest.mark.parametrize("kind", ["tcp:127.0.0.1:0", "rfc2217:127.0.0.1:0"])
def test_a_second_client_of_a_served_line_is_refused_and_the_first_stays(kind):
    clock, ear, said = ContractClock(), Ear(), []
    server, ports = served(clock, kind, ear.events, on_trouble=said.append)
    address = (server.address.host, server.address.port)
    first, second = socket.create_connection(address), socket.create_connection(address)
    clock.run_until(lambda: said)
    assert "another client has the line" in said[0]
    second.settimeout(NEAR_DEADLINE_S)
    rest = threading.Thread(target=lambda: _read_out(second))
    rest.start()
    clock.run_until(lambda: not rest.is_alive())
    first.sendall(b"still here")
    clock.run_until(lambda: ear.heard == b"still here")
    first.close()
    third = socket.create_connection(address)  # at once: the clock has not heard that the first has gone
    third.sendall(b", next")
    clock.run_until(lambda: ear.heard == b"still here, next")
    assert len(ports) == 2
    assert len(ear.ends) == 1  # of the first, before a byte of the third
    third.close()
    server.close()


def _read_out(connection):
    while connection.recv(100):
        pass


def test_a_pty_that_waits_has_one_client_after_another_and_keeps_nothing_of_the_last():
    clock, ear = ContractClock(), Ear()
    server, ports = served(clock, "pty:", ear.events)
    path = server.where.removeprefix("pty:")
    for number in range(3):
        client = os.open(path, os.O_RDWR | os.O_NOCTTY)
        os.write(client, b"%d" % number)
        clock.run_until(lambda: len(ear.heard) == number + 1)  # noqa: B023
        ports[0].write(b"<%d>" % number)
        assert os.read(client, 10) == b"<%d>" % number
        ports[0].write(b"never read")
        clock.run_until(lambda: ports[0].is_flushed)
        os.close(client)
        until_s = time.monotonic() + 0.1
        clock.run_until(lambda: time.monotonic() > until_s)  # noqa: B023
        ports[0].write(b"to nobody")
        clock.run_until(lambda: ports[0].is_flushed)
    assert (ear.heard, len(ports)) == (b"012", 1)
    server.close()


def files_open_on(name):
    """Descriptors of this process that lead to a device, whether it is still there or not."""
    found = []
    for each in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            found.append(str(each.readlink()))
    return [each for each in found if each.split(" ")[0] == name]


def test_a_pty_has_a_name_that_stays_from_one_start_to_the_next(tmp_path):
    place, left = tmp_path / "till", []
    for number in range(3):
        clock, ear = ContractClock(), Ear()
        server, _ = served(clock, f"pty:{place}", ear.events)
        assert server.where == f"pty:{place}"
        client = os.open(place, os.O_RDWR | os.O_NOCTTY)
        os.write(client, b"hello")
        clock.run_until(lambda: ear.heard == b"hello")  # noqa: B023
        os.close(client)
        if number == 1:  # as if it were killed: its name stays behind
            left.append(server)
            continue
        server.close()
        assert not place.is_symlink()
    for each in left:
        each.close()
    place.write_text("somebody's")
    with pytest.raises(PortError, match="is there already"):
        served(ContractClock(), f"pty:{place}", Ear().events)
    assert place.read_text() == "somebody's"


def test_that_a_client_has_a_pty_open_is_told_as_if_it_drove_its_lines():
    clock, seen, ear = ContractClock(), [], Ear()
    server, _ = served(clock, "pty:", LineEvents(
        on_bytes=ear.events.on_bytes, on_closed=ear.events.on_closed, on_failed=ear.events.on_failed,
        on_lines=lambda lines: seen.append(lines.dsr)))
    client = os.open(server.where.removeprefix("pty:"), os.O_RDWR | os.O_NOCTTY)
    clock.run_until(lambda: seen == [True])
    os.close(client)
    clock.run_until(lambda: seen == [True, False])
    server.close()


def test_an_adapter_that_is_pulled_out_is_one_clear_failure_and_no_file_is_left_open():
    clock, ear = ContractClock(), Ear()
    master, slave = os.openpty()
    failures, name = [], os.ttyname(slave)
    events = Ear().events
    port = open_line(clock, name, LineEvents(
        on_bytes=events.on_bytes, on_closed=events.on_closed, on_failed=failures.append))
    os.close(slave)
    assert files_open_on(name)
    os.close(master)
    clock.run_until(lambda: failures)
    assert "the device has gone" in str(failures[0])
    assert failures[0].why is PortWarning.LINE_GONE
    port.write(b"dropped")
    port.close()
    until_s = time.monotonic() + NEAR_DEADLINE_S
    while files_open_on(name) and time.monotonic() < until_s:
        time.sleep(0.02)
    assert files_open_on(name) == []
    assert len(failures) == 1
    assert ear.ends == []


def test_a_line_that_shall_come_back_is_told_once_lost_and_once_back(tmp_path):
    clock, ear, troubles = ContractClock(), Ear(), []
    place = tmp_path / "adapter"
    master, slave = os.openpty()
    place.symlink_to(os.ttyname(slave))
    line = open_line(clock, f"serial:{place}?9600 8N1,reconnect=0.2", ear.events, on_trouble=troubles.append)
    place.unlink()
    os.close(slave)
    os.close(master)
    clock.run_until(lambda: troubles)
    line.write(b"dropped")
    until_s = time.monotonic() + 0.5
    clock.run_until(lambda: time.monotonic() > until_s)
    assert [each.why for each in troubles] == [PortWarning.LINE_GONE]
    master, slave = os.openpty()
    place.symlink_to(os.ttyname(slave))
    clock.run_until(lambda: len(troubles) > 1)
    assert [each.why for each in troubles] == [PortWarning.LINE_GONE, PortWarning.LINE_BACK]
    os.write(master, b"hello")
    clock.run_until(lambda: ear.heard == b"hello")
    line.write(b"again")
    assert os.read(master, 10) == b"again"
    assert ear.ends == []
    line.close()
    os.close(slave)
    os.close(master)


def test_a_line_over_tls_believes_its_authority_and_nobody_else(tmp_path):
    authority = Authority(tmp_path)
    certificate, key = authority.issue("host")
    (tmp_path / "other").mkdir()
    other = Authority(tmp_path / "other")
    clock, near, far, ports = ContractClock(), Ear(), Ear(), []
    server = TcpServerPort(
        clock, Address("127.0.0.1", 0), lambda port: ports.append(port) or far.events,
        tls=server_context(TlsFiles(certificate=certificate, key=key)))
    line, told = [], []

    def work():
        line.append(open_line(clock, f"tls:{server.address}?ca={authority.certificate}", near.events))
        try:
            open_line(clock, f"tls:{server.address}?ca={other.certificate}", Ear().events)
        except PortError as failure:
            told.append(str(failure))

    thread = threading.Thread(target=work)
    thread.start()
    clock.run_until(lambda: not thread.is_alive())
    line[0].write(b"hello")
    clock.run_until(lambda: far.heard == b"hello")
    ports[0].write(b"answer")
    clock.run_until(lambda: near.heard == b"answer")
    assert "certificate" in told[0]
    line[0].close()
    server.close()


def test_what_cannot_be_opened_at_all_is_said_at_once_though_it_shall_come_back():
    with pytest.raises(PortError, match="no such device"):
        open_line(ContractClock(), "serial:/dev/no-such-tty?9600 8N1,reconnect", Ear().events)
    with pytest.raises(PortError, match="nobody listens there"):
        open_line(ContractClock(), "tcp:127.0.0.1:1", Ear().events)


def test_a_pty_of_ones_own_names_the_path_to_give_away():
    clock, ear = ContractClock(), Ear()
    line = open_line(clock, "pty:", ear.events)
    client = os.open(line.name, os.O_RDWR | os.O_NOCTTY)
    os.write(client, b"hello")
    clock.run_until(lambda: ear.heard == b"hello")
    line.write(b"answer")
    assert os.read(client, 10) == b"answer"
    os.close(client)
    line.close()
