"""A relay board on a serial port, between a terminal and its supply.

The port stays open: many adapters drop their modem lines when it is closed, and some boards take
that for a reset.  A board that vanished is opened again when it is next told to switch.
"""

from __future__ import annotations

import time
from typing import Literal

import msgspec

from hil.ports.ports import PortError
from hil.ports.serial_line import serial_line
from hil.ports.serial_open import open_device
from hil.ports.serial_stream import SerialStream
from hil.power.boards import Board, board_named, heard, sent
from hil.power.power import Ability, PowerError
from hil.power.power_words import NO_CHANNEL, OTHER_ANSWER, SILENT, TWO_BOARDS, UNPLUGGED
from hil.power.supply import PowerTimes

USUAL_BOARD = "lcus-1"
SHOWN = 24
WRITTEN_WITHIN_S = 2.0


class SerialRelaySettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="driver",
                          tag="serial_relay"):
    """``port``, ``board`` by its name or a ``template`` of one, ``channel``, and how the terminal is wired."""

    port: str
    board: str = ""
    template: Board | None = None
    channel: int = 1
    contact: Literal["normally_open", "normally_closed"] = "normally_open"  # closed: the terminal is on without a board
    times: PowerTimes = PowerTimes(least_off_ms=2_000)

    def __post_init__(self) -> None:
        if self.board and self.template is not None:
            raise ValueError(TWO_BOARDS.say())
        most = self.kind.channels
        if not 1 <= self.channel <= most:
            raise ValueError(NO_CHANNEL.say(given=self.channel, board=self.board or USUAL_BOARD, most=most))

    @property
    def kind(self) -> Board:
        """The board; ``ValueError`` where none has the name."""
        return self.template or board_named(self.board or USUAL_BOARD)


class RelaySwitch:
    """One channel of a board."""

    def __init__(self, name: str, settings: SerialRelaySettings) -> None:
        """Open the port; ``PowerError`` where it cannot be."""
        self.name = name
        self._settings = settings
        self._board = settings.kind
        self.can = frozenset({Ability.READ_BACK}) if self._board.ask else frozenset[Ability]()
        self._stream: SerialStream | None = None
        self._opened()

    def switch(self, *, on: bool) -> None:
        """Send the bytes for it, and take the board's answer where it has one."""
        board, drawn = self._board, self._drawn(on)
        answer = board.on_answer if drawn else board.off_answer
        self._exchange(board.on if drawn else board.off, [answer] if answer else [])

    def ask(self) -> bool | None:
        """What the board says of its relay."""
        board = self._board
        if not board.ask:
            return None
        return self._drawn(self._exchange(board.ask, [board.ask_off, board.ask_on]) == 1)

    def hang(self) -> None:
        """No relay can."""

    def resume(self) -> None:
        """No relay can."""

    def close(self) -> None:
        """Let go of the port."""
        if self._stream is not None:
            self._stream.release()
            self._stream = None

    # ---- one exchange ------------------------------------------------------------------------

    def _drawn(self, on: bool) -> bool:
        """Whether the relay is drawn while the terminal is on or off; the same the other way round."""
        return on == (self._settings.contact == "normally_open")

    def _opened(self) -> SerialStream:
        if self._stream is None:
            try:
                self._stream = open_device(self._settings.port, serial_line(self._board.line))
            except PortError as error:
                raise PowerError(f"{self.name}: {error}") from error
        return self._stream

    def _exchange(self, template: str, answers: list[str]) -> int:
        """Send, and hear one of the answers; which one it is."""
        stream, channel = self._opened(), self._settings.channel
        try:
            stream.discard()  # what a board said before it was asked
            _write(stream, sent(template, channel))
            return self._hear(stream, answers) if answers else 0
        except PowerError:
            raise
        except (OSError, PortError, TypeError) as error:  # pyserial takes a lost descriptor for a number
            self.close()
            raise PowerError(UNPLUGGED.say(error=f"{self.name}: {_words(error)}")) from error

    def _hear(self, stream: SerialStream, answers: list[str]) -> int:
        within_ms = self._board.answer_within_ms
        patterns = [heard(each, self._settings.channel) for each in answers]
        ends_s, data = time.monotonic() + within_ms / 1_000, b""
        while time.monotonic() < ends_s:
            data += stream.read(0) or b""
            for number, pattern in enumerate(patterns):
                if pattern.match(data):
                    return number
        if not data:
            raise PowerError(SILENT.say(name=self.name, within_ms=within_ms, line=self._board.line))
        raise PowerError(OTHER_ANSWER.say(
            name=self.name, heard=data[:SHOWN].hex(" ").upper(), asked=" / ".join(answers)))


def _write(stream: SerialStream, data: bytes) -> None:
    view, ends_s = memoryview(data), time.monotonic() + WRITTEN_WITHIN_S
    while view:
        view = view[stream.write(view):]
        if view and time.monotonic() > ends_s:
            raise TimeoutError


def _words(error: Exception) -> str:
    return str(error) if isinstance(error, PortError) else str(error) or type(error).__name__
