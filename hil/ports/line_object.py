"""A serial line of our own, with both its ends: what stands behind an RFC 2217 server for a UART.

The near end is set over the network and has the attributes that pyserial's ``PortManager`` sets on
a port; the far end is a device in this process with a setting of its own.  What is driven at one
end is seen at the other: RTS as CTS, DTR as DSR and CD.  It moves bytes and keeps no time.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from hil.ports.serial_line import Parity, SerialLine
from hil.ports.uart import Character, are_alike, received

MOST_WAITING = 4_096  # bytes that flow control holds each way; whoever sends more waits
SLOWEST, FASTEST = 50, 4_000_000  # baud
_XON, _XOFF = 0x11, 0x13
_STOPS = (1, 1.5, 2)
Nothing = Callable[[], None]


class LineObject:
    """One line; every call in the thread of whoever holds its lock."""

    def __init__(self, far: SerialLine, near: SerialLine | None = None) -> None:
        self.far = far
        self._near = near or SerialLine()
        self._to_far = bytearray()  # sent, and held by flow control
        self._to_near = bytearray()
        self._far_may_send = True  # the near end said XON last
        self._near_may_send = True
        self._near_rts = self._near_dtr = True
        self._far_rts = self._far_dtr = True
        self._ringing = False
        self._break = False
        self.damaged_at_far = 0  # characters that the far end threw away
        self.on_break: Nothing = lambda: None  # the near end holds the line in the break state
        self.on_lines: Nothing = lambda: None  # the near end drives RTS or DTR otherwise

    # ---- the near end: a port as PortManager wants it -------------------------------------------

    @property
    def near(self) -> SerialLine:
        """How the near end is set."""
        return self._near

    @property
    def baudrate(self) -> int:
        """Of the near end."""
        return self._near.baud

    @baudrate.setter
    def baudrate(self, baud: int) -> None:
        if not SLOWEST <= baud <= FASTEST:
            raise ValueError("baud")
        self._set(baud=baud)

    @property
    def bytesize(self) -> int:
        """Data bits of the near end."""
        return self._near.data_bits

    @bytesize.setter
    def bytesize(self, bits: int) -> None:
        if not 5 <= bits <= 8:
            raise ValueError("data bits")
        self._set(data_bits=bits)

    @property
    def parity(self) -> str:
        """Of the near end, by its letter."""
        return self._near.parity.value

    @parity.setter
    def parity(self, letter: str) -> None:
        self._set(parity=Parity(letter))

    @property
    def stopbits(self) -> float:
        """Of the near end."""
        return self._near.stop_bits

    @stopbits.setter
    def stopbits(self, bits: float) -> None:
        if bits not in _STOPS:
            raise ValueError("stop bits")
        self._set(stop_bits=bits)

    @property
    def xonxoff(self) -> bool:
        """Whether the near end heeds XON and XOFF."""
        return self._near.xon_xoff

    @xonxoff.setter
    def xonxoff(self, on: bool) -> None:
        self._near_may_send = self._near_may_send or not on
        self._set(xon_xoff=on)

    @property
    def rtscts(self) -> bool:
        """Whether the near end sends while CTS is on only."""
        return self._near.rts_cts

    @rtscts.setter
    def rtscts(self, on: bool) -> None:
        self._set(rts_cts=on)

    @property
    def cts(self) -> bool:
        """What the far end drives as RTS."""
        return self._far_rts

    @property
    def dsr(self) -> bool:
        """What the far end drives as DTR."""
        return self._far_dtr

    @property
    def cd(self) -> bool:
        """The same: a terminal that is there."""
        return self._far_dtr

    @property
    def ri(self) -> bool:
        """Whether the far end rings."""
        return self._ringing

    @property
    def rts(self) -> bool:
        """What the near end drives."""
        return self._near_rts

    @rts.setter
    def rts(self, on: bool) -> None:
        if on != self._near_rts:
            self._near_rts = on
            self.on_lines()

    @property
    def dtr(self) -> bool:
        """What the near end drives."""
        return self._near_dtr

    @dtr.setter
    def dtr(self, on: bool) -> None:
        if on != self._near_dtr:
            self._near_dtr = on
            self.on_lines()

    @property
    def break_condition(self) -> bool:
        """Whether the near end holds the line in the break state."""
        return self._break

    @break_condition.setter
    def break_condition(self, on: bool) -> None:
        begins, self._break = on and not self._break, on
        if begins:
            self.on_break()

    def reset_input_buffer(self) -> None:
        """Drop what the near end has not been given yet."""
        self._to_near.clear()

    def reset_output_buffer(self) -> None:
        """Drop what the near end has not put on the line yet."""
        self._to_far.clear()

    def _set(self, **what: object) -> None:
        self._near = msgspec.structs.replace(self._near, **what)

    # ---- the far end ----------------------------------------------------------------------------

    def drive(self, *, rts: bool | None = None, dtr: bool | None = None, ring: bool | None = None) -> None:
        """Drive the lines of the far end."""
        self._far_rts = self._far_rts if rts is None else rts
        self._far_dtr = self._far_dtr if dtr is None else dtr
        self._ringing = self._ringing if ring is None else ring

    @property
    def is_alike(self) -> bool:
        """Whether both ends are set alike."""
        return are_alike(self._near, self.far)

    # ---- bytes ----------------------------------------------------------------------------------

    @property
    def waits_to_far(self) -> int:
        """Bytes that the near end was given and has not sent."""
        return len(self._to_far)

    @property
    def waits_to_near(self) -> int:
        """Bytes that the far end was given and has not sent."""
        return len(self._to_near)

    def send_to_far(self, data: bytes) -> None:
        """The near end is given bytes to send."""
        self._to_far += data

    def send_to_near(self, data: bytes) -> None:
        """The far end is."""
        self._to_near += data

    def take_at_far(self, most: int) -> bytes:
        """What has arrived at the far end: whatever it knows to be damaged is thrown away there."""
        held = self._break or (self._near.rts_cts and not self._far_rts) or not self._near_may_send
        if held:
            return b""
        sent = bytes(self._to_far[:most])
        del self._to_far[:most]
        whole = bytearray()
        for each in received(sent, self._near, self.far):
            if each.is_damaged:
                self.damaged_at_far += 1
            elif not (self.far.xon_xoff and self._obeys_at_far(each)):
                whole.append(each.byte)
        return bytes(whole)

    def take_at_near(self, most: int) -> bytes:
        """What has arrived at the near end, damaged or not, as a driver gives it without parity checks."""
        held = (self.far.rts_cts and not self._near_rts) or not self._far_may_send
        if held:
            return b""
        sent = bytes(self._to_near[:most])
        del self._to_near[:most]
        heard = bytearray()
        for each in received(sent, self.far, self._near):
            if not (self._near.xon_xoff and self._obeys_at_near(each)):
                heard.append(each.byte)
        return bytes(heard)

    def _obeys_at_far(self, heard: Character) -> bool:
        if heard.byte in {_XON, _XOFF}:
            self._far_may_send = heard.byte == _XON
            return True
        return False

    def _obeys_at_near(self, heard: Character) -> bool:
        if heard.byte in {_XON, _XOFF}:
            self._near_may_send = heard.byte == _XON
            return True
        return False
