"""The calls of one TLS connection: two threads share it, and its handshake has a limit of its own.

The ciphers stand between two buffers, so no call of theirs waits for the other side; the handshake
is done in the reader's thread and holds up nobody but its own connection.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time

from hil.ports.ports import PortError
from hil.ports.tcp_stream import PIECE, WRITE_TURN_S, TcpStream
from hil.ports.tls_words import BROKEN, NO_TLS, TOO_SLOW, WENT_AWAY, refusal_words
from simulator.catalogue.line_reasons import PortWarning

HANDSHAKE_RECORD = 0x16  # what a connection with TLS begins with
RECORD = 16_384  # bytes of text in one record at most
RECORD_HEAD = 5  # bytes, of which the last two are its length
HEARD = 64  # first bytes that are kept for whoever can tell what they are


class TlsStream(TcpStream):
    """One connection, either side of it."""

    def __init__(
        self, connection: socket.socket, context: ssl.SSLContext, name: str, handshake_s: float,
        *, server_side: bool,
    ) -> None:
        super().__init__(connection)
        self._name = name
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._in, self._out, server_side=server_side)
        self._lock = threading.Lock()  # of the ciphers and of what leaves
        self._unsent = bytearray()  # in cipher
        self._owed = 0  # bytes of text of which some are still unsent
        self._agreed = threading.Event()
        self._handshake_s = handshake_s
        self._agree_by_s = time.monotonic() + handshake_s

    def shake_hands(self) -> None:
        """All of the handshake; ``PortError`` where it fails.  In a thread that may wait."""
        while not self._agreed.is_set():
            if self._handshake(self._handshake_s) is None:
                raise PortError(WENT_AWAY.say(name=self._name), PortWarning.TLS_REFUSED)

    def read(self, within_s: float) -> bytes | None:
        """Some bytes, ``b""`` if none came in this time, None at the end of the stream."""
        if not self._agreed.is_set():
            return self._handshake(within_s)
        with self._lock:
            text = self._text()
        if text != b"":
            return text
        self._readable.wait(within_s)
        cipher = self._received()
        if not cipher:
            return cipher
        with self._lock:
            self._in.write(cipher)
            return self._text()

    def write(self, data: memoryview) -> int:
        """What has left whole; 0 where it takes a while, or before the handshake is done."""
        if not self._agreed.wait(WRITE_TURN_S):
            return 0
        with self._lock:
            if not self._owed:
                try:
                    self._owed = self._tls.write(data[:RECORD])
                except ssl.SSLError as error:
                    raise self._broken(error) from error
            if self._flush():
                owed, self._owed = self._owed, 0
                return owed
        self._writable.wait(WRITE_TURN_S)
        return 0

    def finish(self, within_s: float) -> bool:
        """Say that no more comes, in TLS and below it."""
        if not self._agreed.is_set():
            return False
        with self._lock, contextlib.suppress(ssl.SSLError):  # it wants to read: that was all
            self._tls.unwrap()
        until_s = time.monotonic() + within_s
        while not self._flushed() and time.monotonic() < until_s:
            self._writable.wait(WRITE_TURN_S)
        return super().finish(within_s)

    def release(self) -> None:
        """Give the descriptor back, and the ciphers with their buffers: they are large, and others may hold this."""
        super().release()
        del self._tls, self._in, self._out

    # ---- the handshake -----------------------------------------------------------------------

    def _handshake(self, within_s: float) -> bytes | None:
        """One step of it; None where the other side ended before it had said anything."""
        left_s = self._agree_by_s - time.monotonic()
        if left_s <= 0:
            raise PortError(
                TOO_SLOW.say(name=self._name, seconds=f"{self._handshake_s:g}"),
                PortWarning.TLS_TOO_SLOW)
        if self._advance():
            self._agreed.set()
            return b""
        (self._writable if self._unsent else self._readable).wait(min(left_s, within_s))
        is_first = not self.has_heard
        cipher = self._received()
        if cipher is None:
            if self.has_heard:
                raise PortError(WENT_AWAY.say(name=self._name), PortWarning.TLS_REFUSED)
            return None
        if cipher and is_first and cipher[0] != HANDSHAKE_RECORD:
            raise PortError(NO_TLS.say(name=self._name), PortWarning.NOT_TLS, cipher[:HEARD])
        self._in.write(cipher)
        return b""

    def _advance(self) -> bool:
        with self._lock:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                self._flush()
                return False
            except ssl.SSLError as error:
                with contextlib.suppress(OSError):
                    self._flush()  # the other side shall hear why
                raise PortError(
                    refusal_words(self._name, error), PortWarning.TLS_REFUSED) from error
            self._flush()
            return True

    # ---- what stands between text and cipher ---------------------------------------------------

    def _text(self) -> bytes | None:
        """What can be read now; ``b""`` where more cipher is needed, None after the end."""
        pieces = bytearray()
        try:
            while len(pieces) < PIECE:
                piece = self._tls.read(PIECE)
                if not piece:
                    return bytes(pieces) or None
                pieces += piece
        except ssl.SSLWantReadError:
            self._flush()  # the other side may have asked for new keys
        except ssl.SSLZeroReturnError:
            return bytes(pieces) or None
        except ssl.SSLError as error:
            raise self._broken(error) from error
        return bytes(pieces)

    def _flush(self) -> bool:
        """Let leave what the system takes; whether all of it has left."""
        self._unsent += self._out.read()
        while self._unsent:
            try:
                del self._unsent[:self._socket.send(self._unsent)]
            except BlockingIOError:
                return False
        return True

    def _flushed(self) -> bool:
        with self._lock:
            return self._flush()

    def _broken(self, error: ssl.SSLError) -> PortError:
        return PortError(
            BROKEN.say(name=self._name, why=error.reason or "SSL"), PortWarning.TLS_BROKEN)


def hello_of(start: bytes) -> str | None:
    """Who says a whole record of a handshake, with which a connection begins: anybody; None where it is none."""
    size = RECORD_HEAD + int.from_bytes(start[RECORD_HEAD - 2:RECORD_HEAD], "big")
    return "" if len(start) >= size > RECORD_HEAD and start[0] == HANDSHAKE_RECORD else None
