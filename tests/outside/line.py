"""A terminal's line to the host: bytes out, messages in, over TCP, TLS or a serial device."""

from __future__ import annotations

import os
import select
import socket
import ssl
import time
from dataclasses import dataclass

from tests.outside.frame import FRAMINGS, Framing, IncompleteError, first_frame, framed, unframed
from tests.outside.message import NotAMessageError


class NoLineError(Exception):
    """The request did not leave: nothing was sent."""


@dataclass
class Line:
    """One terminal's line.  It is opened when first needed and kept; ``hang_up`` closes it."""

    address: tuple[str, int] = ("127.0.0.1", 0)
    framing: Framing = FRAMINGS["length, TPDU, header"]
    tls: ssl.SSLContext | None = None
    serial: int = -1  # an open serial line in place of an address; whoever opened it closes it
    keep_alive: bool = False  # an empty frame before each message
    one_by_one: bool = False  # each byte by itself
    half_close: bool = False  # nothing more is sent after a message

    def __post_init__(self) -> None:
        self._socket: socket.socket | None = None
        self._come = b""

    def send(self, tpdu: bytes, header: bytes, body: bytes) -> None:
        frame = framed(self.framing, tpdu, header, body)
        if self.keep_alive and self.framing.length:
            frame = bytes(2) + frame
        try:
            self._open()
            for piece in [frame[at:at + 1] for at in range(len(frame))] if self.one_by_one else [frame]:
                self._write(piece)
            if self.half_close and self._socket:
                self._socket.shutdown(socket.SHUT_WR)
        except OSError as error:
            self.hang_up()
            raise NoLineError(str(error)) from error

    def _write(self, piece: bytes) -> None:
        if self._socket:
            self._socket.sendall(piece)
        else:
            os.write(self.serial, piece)

    def receive(self, deadline: float) -> tuple[bytes, bytes, bytes] | None:
        """TPDU, header and message of the next frame; None where none comes in time."""
        while True:
            try:
                while self.framing.length and self._come[:2] == bytes(2):
                    self._come = self._come[2:]
                if self._come:
                    rest = first_frame(self.framing, self._come)[1]
                    frame, self._come = self._come[:len(self._come) - len(rest)], rest
                    return unframed(self.framing, frame)
            except IncompleteError:
                pass
            except NotAMessageError:
                self._come = b""  # noise: the host may say it again, or time runs out
            more = self._read(deadline)
            if not more:
                return None
            self._come += more

    def _read(self, deadline: float) -> bytes:
        left = deadline - time.monotonic()
        if left <= 0 or (self._socket is None and self.serial < 0):
            return b""
        try:
            if self._socket:
                self._socket.settimeout(left)
                more = self._socket.recv(4096)
            else:
                ready = select.select([self.serial], [], [], left)[0]
                more = os.read(self.serial, 4096) if ready else b""
        except OSError:
            more = b""
        if not more and time.monotonic() < deadline:  # hung up on: nothing more will come
            self.hang_up()
        return more

    def _open(self) -> None:
        if self.serial < 0 and self._socket is None:
            line = socket.create_connection(self.address, timeout=5)
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket = line if self.tls is None else self.tls.wrap_socket(
                line, server_hostname=self.address[0])

    def hang_up(self) -> None:
        self._come = b""
        if self._socket:
            self._socket.close()
            self._socket = None
