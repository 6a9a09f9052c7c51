"""A modem in front of the board's serial line: dials the host, is transparent, hangs up; opens nothing itself.

Hayes, in band.  Time is handed in, so that the guard of silence around ``+++`` is one.  What it wants
done stands in ``acts``: bytes for the board, bytes for the host, a number to dial, a line to end.
"""

from __future__ import annotations

from collections import deque
from enum import StrEnum

import msgspec

GUARD_MS = 20  # of silence before and behind the escape
ESCAPE = b"+++"
LONGEST_COMMAND = 80


class Dial(msgspec.Struct, frozen=True):
    """Connect to the host."""


class HangUp(msgspec.Struct, frozen=True):
    """End the connection."""


class ToHost(msgspec.Struct, frozen=True):
    """Bytes for the host."""

    data: bytes


class ToBoard(msgspec.Struct, frozen=True):
    """Bytes for the board."""

    data: bytes


Act = Dial | HangUp | ToHost | ToBoard


class ModemState(StrEnum):
    """What it does with a byte of the board."""

    COMMAND = "command"
    DIALING = "dialing"
    ONLINE = "online"
    HELD = "held"  # connected, and it takes commands


class Modem:
    r"""One modem, sans I/O.

    >>> modem = Modem(knows_host=True)
    >>> modem.from_board(b"ATD" + bytes([13]), 0)
    >>> modem.taken()
    [Dial()]
    >>> modem.opened(); modem.from_host(b"hello"); modem.taken()
    [ToBoard(data=b'\r\nCONNECT\r\n'), ToBoard(data=b'hello')]
    >>> modem.from_board(b"+++", 100); modem.tick(130)
    >>> modem.from_board(b"ATH" + bytes([13]), 140); modem.taken()
    [ToBoard(data=b'\r\nOK\r\n'), HangUp(), ToBoard(data=b'\r\nOK\r\n')]
    """

    def __init__(self, *, knows_host: bool) -> None:
        self._knows_host = knows_host
        self.state = ModemState.COMMAND
        self.acts: deque[Act] = deque()
        self._command = bytearray()
        self._escape = 0  # how many of it were heard behind a silence
        self._heard_ms = -GUARD_MS  # when the last byte came

    def taken(self) -> list[Act]:
        """What is to be done, once."""
        acts = list(self.acts)
        self.acts.clear()
        return acts

    @property
    def deadline_ms(self) -> int | None:
        """When :meth:`tick` is wanted: an escape may be whole."""
        return self._heard_ms + GUARD_MS if self._escape and self.state is ModemState.ONLINE else None

    def from_board(self, data: bytes, now_ms: int) -> None:
        """Bytes of the board."""
        self.tick(now_ms)
        is_behind_silence = now_ms - self._heard_ms >= GUARD_MS
        self._heard_ms = now_ms
        if self.state is ModemState.ONLINE:
            self._online(data, is_behind_silence=is_behind_silence)
            return
        for byte in data:
            self._typed(byte)

    def tick(self, now_ms: int) -> None:
        """Time went by: an escape with silence around it is one, and what only began as one is data."""
        if self.state is not ModemState.ONLINE or not self._escape or now_ms - self._heard_ms < GUARD_MS:
            return
        begun, self._escape = self._escape, 0
        if begun == len(ESCAPE):
            self.state = ModemState.HELD
            self._say("OK")
        else:
            self.acts.append(ToHost(ESCAPE[:begun]))

    def opened(self) -> None:
        """The host has answered."""
        if self.state is ModemState.DIALING:
            self.state = ModemState.ONLINE
            self._escape = 0
            self._say("CONNECT")
        else:
            self.acts.append(HangUp())

    def refused(self) -> None:
        """The host could not be reached."""
        if self.state is ModemState.DIALING:
            self.state = ModemState.COMMAND
            self._say("NO CARRIER")

    def from_host(self, data: bytes) -> None:
        """Bytes of the host."""
        if self.state in (ModemState.ONLINE, ModemState.HELD):
            self.acts.append(ToBoard(data))

    def closed(self) -> None:
        """The host has hung up."""
        if self.state in (ModemState.ONLINE, ModemState.HELD):
            self.state = ModemState.COMMAND
            self._command.clear()
            self._say("NO CARRIER")

    def _online(self, data: bytes, *, is_behind_silence: bool) -> None:
        begun = self._escape
        if (begun or is_behind_silence) and (whole := begun + len(data)) <= len(ESCAPE) and (
                ESCAPE[begun:whole] == data):
            self._escape = whole
            return
        self._escape = 0
        self.acts.append(ToHost(ESCAPE[:begun] + data))

    def _typed(self, byte: int) -> None:
        if byte == ord("\n"):
            return
        if byte != ord("\r"):
            self._command.append(byte)
            if len(self._command) > LONGEST_COMMAND:
                self._command.clear()
                self._say("ERROR")
            return
        command = self._command.decode("ascii", "replace").strip().upper()
        self._command.clear()
        if self.state is ModemState.DIALING:  # a key pressed while it dials ends the dialing, as on any modem
            self.state = ModemState.COMMAND
            self.acts.append(HangUp())
            self._say("NO CARRIER")
        elif command:
            self._does(command)

    def _does(self, command: str) -> None:
        is_connected = self.state is ModemState.HELD
        match command:
            case "AT":
                self._say("OK")
            case "ATH":
                if is_connected:
                    self.state = ModemState.COMMAND
                    self.acts.append(HangUp())
                self._say("OK")
            case "ATO" if is_connected:
                self.state = ModemState.ONLINE
                self._say("CONNECT")
            case "ATD" if not is_connected:
                if self._knows_host:
                    self.state = ModemState.DIALING
                    self.acts.append(Dial())
                else:
                    self._say("NO DIALTONE")
            case _:
                self._say("ERROR")

    def _say(self, word: str) -> None:
        self.acts.append(ToBoard(b"\r\n" + word.encode("ascii") + b"\r\n"))
