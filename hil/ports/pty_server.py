"""A pseudo-terminal that waits for programs to open its path, one after another.

It is raw on both ends, survives a client that closes and opens it again, and drops what is sent
while nobody has it open, as a cable without anybody does.  It has no parity, no modem lines, no
breaks and no pacing: who needs those takes RFC 2217.  That a client has it open is told as if it
drove them, as the USB port of a terminal sees it.
"""

from __future__ import annotations

import contextlib
import os
import select
import threading
import time
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from hil.ports.limits import LIMITS, PortLimits
from hil.ports.ports import Clock, PortError, PortEvents, words_for
from hil.ports.pumped_port import PumpedPort
from hil.ports.serial_line import LineEvents, ModemLines
from simulator.catalogue.language import Message

if os.name == "posix":
    import pty
    import termios
    import tty

TURN_S = 0.1  # how long closing may wait for a thread
ABSENT_TURN_S = 0.02  # how often it is looked whether somebody has opened it
PIECE = 1_024
_PTYS = "/dev/pts/"
_NAME_TAKEN = Message(
    "pty_name_taken", "{link}: is there already, and is no name of a pty; give another one",
    "{link}：已存在，且不是伪终端的名称；请换一个")
_NO_PTY = Message("no_pty", "pty: this system has no pseudo-terminals", "pty：本系统没有伪终端")


class PtyStream:
    """The calls of the master end.  It stays open: to close it is whoever's who made it."""

    def __init__(self, master: int) -> None:
        self._master = master
        self._shut = threading.Event()
        self._is_open = False  # a client has it, as far as is known here
        self._on_open: Callable[[bool], None] = lambda _: None
        os.set_blocking(master, False)

    def tell(self, on_open: Callable[[bool], None]) -> None:
        """Tell, in the reader's thread, that a client has opened or closed it; before it is begun."""
        self._on_open = on_open

    def read(self, within_s: float) -> bytes | None:
        """What a client has sent, ``b""`` if nothing came in this time."""
        until_s = time.monotonic() + within_s
        poll = select.poll()
        poll.register(self._master, select.POLLIN)
        while not self._shut.is_set():
            left_s = until_s - time.monotonic()
            if left_s <= 0:
                return b""
            found = poll.poll(min(TURN_S, left_s) * 1_000)
            if found and not found[0][1] & select.POLLIN:
                self._gone()
                self._shut.wait(min(ABSENT_TURN_S, left_s))
                continue
            if not self._is_open:
                self._is_open = True
                self._on_open(True)
            if not found:
                continue
            try:
                return os.read(self._master, PIECE)
            except BlockingIOError:
                continue
            except OSError:  # the last client has just closed it
                self._gone()
        return None

    def write(self, data: memoryview) -> int:
        """What the pseudo-terminal takes; all of it, and nowhere to, while nobody has it open."""
        if not self._is_open:
            return len(data)
        try:
            return os.write(self._master, data[:PIECE])
        except BlockingIOError:
            poll = select.poll()
            poll.register(self._master, select.POLLOUT)
            poll.poll(TURN_S * 1_000)
            return 0

    def finish(self, within_s: float) -> bool:
        """A client may read what it was sent as long as the master is open: nothing to wait for."""
        del within_s
        return False

    def shut(self) -> None:
        """End at the next turn of the reader."""
        self._shut.set()

    def release(self) -> None:
        """The next stream may have the master."""

    def _gone(self) -> None:
        if self._is_open:
            self._is_open = False
            self.clear()
            self._on_open(False)

    def clear(self) -> None:
        """Nothing is left of a client for the next one: neither what it did not read nor its settings."""
        with contextlib.suppress(OSError, termios.error):
            tty.setraw(self._master)
            termios.tcflush(self._master, termios.TCIOFLUSH)


class PtyServer:
    """One pseudo-terminal; there from construction on, ``PortError`` where it cannot be."""

    def __init__(
        self, clock: Clock, on_connected: Callable[[PumpedPort], PortEvents],
        *, link: str = "", limits: PortLimits = LIMITS,
        on_trouble: Callable[[str], None] = lambda _: None,
    ) -> None:
        """``on_connected`` is asked at once, and again where a client did not read and all was dropped.

        ``link`` is a name for it that stays the same from one start to the next.
        """
        if os.name != "posix":
            raise PortError(_NO_PTY.say())
        try:
            self._master, slave = pty.openpty()
        except OSError as error:
            raise PortError(words_for("pty:", error)) from error
        tty.setraw(slave)
        tty.setraw(self._master)
        self.path = os.ttyname(slave)
        os.close(slave)
        self._link = link
        if link:
            try:
                _name(self.path, Path(link))
            except BaseException:
                os.close(self._master)
                raise
        self.where = f"pty:{link or self.path}"
        self._clock = clock
        self._limits = replace(limits, idle_s=0.0)  # there is nobody to hang up on
        self._on_connected = on_connected
        self._on_trouble = on_trouble
        self._is_closed = False
        self._port: PumpedPort | None = None
        self._take()

    @property
    def connections(self) -> list[PumpedPort]:
        """The line."""
        return [self._port] if self._port is not None and not self._port.is_over else []

    def close(self) -> None:
        """Let it go, for good; no event comes after this returns."""
        if not self._is_closed and self._link:
            with contextlib.suppress(OSError):
                if str(Path(self._link).readlink()) == self.path:
                    Path(self._link).unlink()
        self._is_closed = True
        if self._port is not None:
            self._port.close()

    def _take(self) -> None:
        stream = PtyStream(self._master)
        port = PumpedPort(self._clock, self.path, stream, self._limits, self._released)
        events = self._on_connected(port)
        self._port = port
        if isinstance(events, LineEvents):
            on_lines = events.on_lines

            def opened(is_open: bool) -> None:
                lines = ModemLines(cts=is_open, dsr=is_open, dcd=is_open, ri=False)
                self._clock.inject(lambda: None if port.is_over else on_lines(lines))

            stream.tell(opened)

        def failed(failure: PortError) -> None:
            stream.clear()
            events.on_failed(failure)
            self._on_trouble(str(failure))

        port.start(replace(events, on_failed=failed))

    def _released(self) -> None:
        """In a thread of the port that has ended."""
        if self._is_closed:
            with contextlib.suppress(OSError):
                os.close(self._master)
        else:
            self._clock.inject(self._again)

    def _again(self) -> None:
        if self._is_closed:
            with contextlib.suppress(OSError):
                os.close(self._master)
        else:
            self._take()


def _name(path: str, link: Path) -> None:
    """Give it a name; one that was left by a process that was killed is taken over, no other file."""
    try:
        if link.is_symlink() and str(link.readlink()).startswith(_PTYS):
            link.unlink()
        link.symlink_to(path)
    except FileExistsError:
        raise PortError(_NAME_TAKEN.say(link=link)) from None
    except (OSError, ValueError) as error:
        raise PortError(words_for(str(link), error)) from error
