"""The sockets around a board, with a test in the board's place: a till's line stands across power cuts."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from hil.board.plugboard import ECR, MODEM, SCREEN, Plugboard
from hil.ports.ports import Address

WITHIN_S = 5.0


class Heard:
    """What came from UART2."""

    def __init__(self) -> None:
        self.data = b""
        self._came = threading.Condition()

    def __call__(self, data: bytes) -> None:
        with self._came:
            self.data += data
            self._came.notify_all()

    def wait(self, until: bytes) -> bool:
        with self._came:
            return self._came.wait_for(lambda: until in self.data, WITHIN_S)


@contextmanager
def plugged(host: Address | None = None) -> Iterator[tuple[Plugboard, Heard]]:
    heard = Heard()
    plugs = Plugboard(Address("127.0.0.1", 0), lambda: host, heard)
    try:
        yield plugs, heard
    finally:
        plugs.close()


def board(plugs: Plugboard) -> list[socket.socket]:
    lines = [socket.create_connection(("127.0.0.1", port), WITHIN_S) for port in plugs.uarts]
    lines[SCREEN].send(b"D:READY\n")
    return lines


def till_of(plugs: Plugboard) -> socket.socket:
    return socket.create_connection(("127.0.0.1", plugs.ecr.port), WITHIN_S)


def until(line: socket.socket, end: bytes) -> bytes:
    data = b""
    while end not in data and (more := line.recv(1_024)):
        data += more
    return data


def test_a_tills_line_stands_while_the_board_loses_its_power():
    with plugged() as (plugs, heard), till_of(plugs) as till:
        for _ in range(3):
            lines = board(plugs)
            assert heard.wait(b"READY")
            heard.data = b""
            lines[ECR].send(b"answer")
            assert until(till, b"answer") == b"answer"
            till.send(b"ask")
            assert until(lines[ECR], b"ask") == b"ask"
            for line in lines:
                line.close()


def test_what_is_typed_reaches_the_board_that_runs_now():
    with plugged() as (plugs, heard):
        old = board(plugs)
        assert heard.wait(b"READY")
        heard.data = b""
        lines = board(plugs)  # a new start, before the end of the old one was heard
        assert heard.wait(b"READY")
        for line in old:
            line.close()
        plugs.type(b"STATUS\n")
        assert until(lines[SCREEN], b"\n") == b"STATUS\n"


def test_the_modem_calls_the_host_and_a_new_start_hangs_up():
    with socket.create_server(("127.0.0.1", 0)) as host:
        host.settimeout(WITHIN_S)
        with plugged(Address(*host.getsockname()[:2])) as (plugs, _):
            lines = board(plugs)
            lines[MODEM].send(b"ATD\r")
            assert until(lines[MODEM], b"CONNECT\r\n") == b"\r\nCONNECT\r\n"
            call = host.accept()[0]
            call.settimeout(WITHIN_S)
            lines[MODEM].send(b"\x00\x03abc")
            assert until(call, b"abc") == b"\x00\x03abc"
            call.send(b"reply")
            assert until(lines[MODEM], b"reply") == b"reply"
            board(plugs)
            assert call.recv(10) == b""
            call.close()


def test_a_host_that_is_not_there_is_no_carrier():
    with socket.create_server(("127.0.0.1", 0)) as gone:
        address = Address(*gone.getsockname()[:2])
    with plugged(address) as (plugs, _):
        lines = board(plugs)
        lines[MODEM].send(b"ATD\r")
        assert until(lines[MODEM], b"CARRIER\r\n") == b"\r\nNO CARRIER\r\n"


def test_no_host_is_no_dialtone():
    with plugged(None) as (plugs, _):
        lines = board(plugs)
        lines[MODEM].send(b"ATD\r")
        assert until(lines[MODEM], b"TONE\r\n") == b"\r\nNO DIALTONE\r\n"
