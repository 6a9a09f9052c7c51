"""One connection that speaks RFC 2217, as the near end of a serial line of our own.

Telnet and the commands of RFC 2217 are pyserial's ``PortManager``; here it is kept from what it does
not survive: a peer that speaks something else is hung up on with words.
"""

from __future__ import annotations

import struct
import threading
import time
from collections.abc import Callable

from serial.rfc2217 import PortManager

from hil.ports.line_object import MOST_WAITING, LineObject, Nothing
from hil.ports.ports import PortError
from hil.ports.serial_line import ModemLines, SerialLine
from hil.ports.tcp_stream import TcpStream
from simulator.catalogue.language import Message
from simulator.catalogue.line_reasons import PortWarning

TURN_S = 0.05  # how long a held byte waits for somebody to look at it again
PIECE = 256  # bytes that cross the line at once: of a paced line, what may come late
MOST_UNSENT = 8_192  # bytes on their way to the near end
MOST_UNANSWERED = 65_536  # the same with answers: who asks more and reads none is hung up on
IAC = b"\xff"
MOST_IN_A_COMMAND = 64  # the longest that RFC 2217 has is far shorter
_NO_RFC2217 = Message(
    "no_rfc2217", "{name}: what it sends is no RFC 2217", "{name}：发来的内容不是 RFC 2217")
_UNREAD = Message(
    "rfc2217_unread", "{name}: the other side does not read what is sent to it", "{name}：对方不读取发送的数据")


class Rfc2217Stream:
    """The calls of one connection; the lock is of the line, the manager and what leaves."""

    def __init__(self, tcp: TcpStream, line: LineObject, name: str, *, paced: bool = False) -> None:
        self._tcp = tcp
        self._line = line
        self._name = name
        self._paced = paced
        self._on_mismatch: Nothing = _nothing
        self._lock = threading.RLock()
        self._unsent = bytearray()
        self._shut = threading.Event()
        self._manager = PortManager(line, _Answers(self._unsent))

    def tell(
        self, on_mismatch: Callable[[SerialLine, SerialLine], None],
        on_lines: Callable[[ModemLines], None], on_break: Nothing,
    ) -> None:
        """Tell, in a thread of the port, what is no byte; before it is begun."""
        self._on_mismatch = lambda: on_mismatch(self._line.near, self._line.far)
        self._line.on_lines = lambda: on_lines(self.lines)
        self._line.on_break = on_break

    # ---- as a stream ----------------------------------------------------------------------------

    def read(self, within_s: float) -> bytes | None:
        """What has come through the line to its far end."""
        until_s = time.monotonic() + within_s
        while not self._shut.is_set():
            with self._lock:
                before = self._line.waits_to_far
                arrived = self._line.take_at_far(PIECE)
                crossed = before - self._line.waits_to_far
                self._cross()
                is_full = self._line.waits_to_far >= MOST_WAITING
                is_held = bool(self._unsent or self._line.waits_to_far or self._line.waits_to_near)
            if crossed:
                self._look_at_settings()
                self._pace(crossed)
            left_s = until_s - time.monotonic()
            if arrived or left_s <= 0:
                return arrived
            turn_s = min(TURN_S, left_s) if is_held else left_s
            if crossed or is_full:
                self._shut.wait(0 if crossed else turn_s)
                continue
            data = self._tcp.read(turn_s)
            if data is None:
                return None
            if data:
                self._hear(data)
        return None

    def write(self, data: memoryview) -> int:
        """Put bytes on the line at its far end; 0 where they cannot get through for a while."""
        piece = bytes(data[:PIECE])
        with self._lock:
            has_room = self._line.waits_to_near < MOST_WAITING and len(self._unsent) < MOST_UNSENT
            if has_room:
                self._line.send_to_near(piece)
            self._cross()
        if not has_room:
            self._shut.wait(TURN_S)
            return 0
        self._look_at_settings()
        self._pace(len(piece))
        return len(piece)

    def finish(self, within_s: float) -> bool:
        """Let leave what was put on the line."""
        until_s = time.monotonic() + within_s
        while not self._shut.is_set() and time.monotonic() < until_s:
            with self._lock:
                self._cross()
                is_done = not (self._unsent or self._line.waits_to_near)
            if is_done:
                return self._tcp.finish(within_s)
            self._shut.wait(TURN_S)
        return False

    def shut(self) -> None:
        """End both directions."""
        self._shut.set()
        self._tcp.shut()

    def reset(self) -> None:
        """Break it off."""
        self._shut.set()
        self._tcp.reset()

    def is_broken(self) -> bool:
        """Whether the other side has gone."""
        return self._tcp.is_broken()

    def release(self) -> None:
        """Give the descriptor back."""
        self._tcp.release()

    # ---- modem lines ----------------------------------------------------------------------------

    @property
    def lines(self) -> ModemLines:
        """The lines that the near end drives, as the far end sees them."""
        return ModemLines(self._line.rts, self._line.dtr, self._line.dtr, ri=False)

    def drive(self, *, rts: bool | None = None, dtr: bool | None = None, ring: bool | None = None) -> None:
        """Drive lines of the far end: the near end is told."""
        with self._lock:
            self._line.drive(rts=rts, dtr=dtr, ring=ring)
            self._manager.check_modem_lines()
            self._cross()

    # ---- what crosses ---------------------------------------------------------------------------

    def _hear(self, data: bytes) -> None:
        with self._lock:
            try:
                heard = b"".join(self._manager.filter(data))
            except (struct.error, ValueError, KeyError, TypeError, IndexError):
                raise self._no_rfc2217() from None
            begun = self._manager.suboption
            if begun is not None and len(begun) > MOST_IN_A_COMMAND:
                raise self._no_rfc2217()
            self._line.send_to_far(heard)
            self._cross()  # what it has just set may let something go
            if len(self._unsent) > MOST_UNANSWERED:
                raise PortError(_UNREAD.say(name=self._name), PortWarning.UNREAD)

    def _no_rfc2217(self) -> PortError:
        return PortError(_NO_RFC2217.say(name=self._name), PortWarning.NO_FRAMING)

    def _cross(self) -> None:
        """Let arrive at the near end what may, and leave what can."""
        if len(self._unsent) < MOST_UNSENT:
            self._unsent += self._line.take_at_near(PIECE * 16).replace(IAC, IAC * 2)
        while self._unsent:
            sent = self._tcp.write_now(bytes(self._unsent))
            del self._unsent[:sent]
            if not sent:
                return

    def _pace(self, count: int) -> None:
        if self._paced:
            self._shut.wait(count * self._line.far.bits / self._line.far.baud)

    def _look_at_settings(self) -> None:
        if not self._line.is_alike:
            tell, self._on_mismatch = self._on_mismatch, _nothing  # once
            tell()


class _Answers:
    """Where the manager leaves what it has to say; it speaks under the lock of the stream."""

    def __init__(self, unsent: bytearray) -> None:
        self._unsent = unsent

    def write(self, data: bytes) -> None:
        """Leave it to be sent."""
        self._unsent += data


def _nothing() -> None:
    """Nobody wants to know, or it was told."""
