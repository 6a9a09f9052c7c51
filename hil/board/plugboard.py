"""The sockets around one board, in a thread of their own: its serial lines, the till's adapter, the modem's call.

The emulator connects to a port here for each of its serial lines.  A till connects to the adapter's
port, which stands across power cuts as a serial-to-TCP box on the counter does.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Callable

from hil.board.modem import Dial, HangUp, Modem, ToBoard, ToHost
from hil.ports.ports import Address, PortError, words_for

ECR, MODEM, SCREEN = 0, 1, 2  # serial lines of the board
PLUGS = (ECR, MODEM, SCREEN)
CHUNK = 65_536
LONGEST_TURN_S = 0.5
MOST_WAITING = 1 << 20  # bytes that nobody takes; who reads nothing for so long is gone
Call = Callable[[], None]


class _Wire:
    """One connection, with what waits to leave on it."""

    def __init__(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        with contextlib.suppress(OSError):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connection = connection
        self.waiting = bytearray()


class Plugboard:
    """All that is plugged into one board; each method may be called from any thread."""

    def __init__(self, ecr: Address, host: Callable[[], Address | None], on_screen: Callable[[bytes], None]) -> None:
        """``ecr``: where tills are awaited; ``host``: where the modem calls; ``on_screen`` hears UART2, in this thread."""
        self._host = host
        self._on_screen = on_screen
        self._selector = selectors.DefaultSelector()
        self._listeners = [_listening(Address("127.0.0.1", 0)) for _ in PLUGS]
        self.uarts = [each.getsockname()[1] for each in self._listeners]
        self._adapter = _listening(ecr)
        self.ecr = Address(ecr.host, self._adapter.getsockname()[1])
        self._plugged: dict[int, _Wire] = {}
        self._till: _Wire | None = None
        self._line: _Wire | None = None  # to the host
        self._is_dialing = False
        self._modem = Modem(knows_host=True)
        self._calls: deque[Call] = deque()
        self._wake_out, self._wake_in = socket.socketpair()
        self._wake_in.setblocking(False)
        self._is_over = False
        for plug, listener in enumerate(self._listeners):
            self._on(listener, self._plugs_in(plug))
        self._on(self._adapter, self._till_comes)
        self._on(self._wake_in, self._woken)
        self._thread = threading.Thread(target=self._run, name="plugboard", daemon=True)
        self._thread.start()

    def type(self, data: bytes) -> None:
        """Bytes for UART2."""
        self._do(lambda: self._send(self._plugged.get(SCREEN), data))

    def close(self) -> None:
        """All sockets are closed, and the thread ends."""
        if not self._is_over:
            self._do(self._ends)
            self._thread.join(LONGEST_TURN_S * 4)

    # ---- the thread --------------------------------------------------------------------------

    def _do(self, call: Call) -> None:
        self._calls.append(call)
        with contextlib.suppress(OSError):
            self._wake_out.send(b".")

    def _run(self) -> None:
        while not self._is_over:
            due_ms = self._modem.deadline_ms
            wait_s = LONGEST_TURN_S if due_ms is None else max(0.0, (due_ms - _now_ms()) / 1000)
            for key, _ in self._selector.select(min(wait_s, LONGEST_TURN_S)):
                key.data()
            self._modem.tick(_now_ms())
            self._carry_out()
        for each in (*self._listeners, self._adapter, self._wake_in, self._wake_out):
            each.close()
        for wire in (*self._plugged.values(), self._till, self._line):
            if wire is not None:
                wire.connection.close()
        self._selector.close()

    def _ends(self) -> None:
        self._is_over = True

    def _woken(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._wake_in.recv(CHUNK)
        while self._calls:
            self._calls.popleft()()

    def _on(self, each: socket.socket, call: Call) -> None:
        self._selector.register(each, selectors.EVENT_READ, call)

    def _send(self, wire: _Wire | None, data: bytes) -> None:
        """Bytes leave now or when there is room; where nobody is connected they are lost, as on a cable."""
        if wire is not None and len(wire.waiting) < MOST_WAITING:
            wire.waiting += data
            self._leave(wire)

    def _leave(self, wire: _Wire) -> None:
        try:
            while wire.waiting:
                del wire.waiting[:wire.connection.send(wire.waiting)]
        except BlockingIOError:
            pass
        except OSError:
            wire.waiting.clear()  # its end is heard by its reader
        try:
            key = self._selector.get_key(wire.connection)
        except (KeyError, ValueError):
            return
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if wire.waiting else 0)
        if key.events != wanted:
            self._selector.modify(wire.connection, wanted, key.data)

    def _read(self, wire: _Wire) -> bytes | None:
        """What came; b"" for nothing yet, None where it has ended."""
        self._leave(wire)
        try:
            return wire.connection.recv(CHUNK) or None
        except BlockingIOError:
            return b""
        except OSError:
            return None

    def _unplug(self, wire: _Wire | None) -> None:
        if wire is not None:
            with contextlib.suppress(KeyError, ValueError):
                self._selector.unregister(wire.connection)
            wire.connection.close()

    # ---- the board's serial lines ------------------------------------------------------------

    def _plugs_in(self, plug: int) -> Call:
        def comes() -> None:
            wire = _accepted(self._listeners[plug])
            if wire is None:
                return
            self._goes_dark(plug)
            self._plugged[plug] = wire
            self._on(wire.connection, lambda: self._board_speaks(plug, wire))

        return comes

    def _goes_dark(self, plug: int) -> None:
        self._unplug(self._plugged.pop(plug, None))
        if plug == MODEM:
            self._hang_up()
            self._modem = Modem(knows_host=self._host() is not None)

    def _board_speaks(self, plug: int, wire: _Wire) -> None:
        if self._plugged.get(plug) is not wire:
            return  # a later one took its place in this very turn
        data = self._read(wire)
        if data is None:
            self._goes_dark(plug)
        elif plug == ECR:
            self._send(self._till, data)
        elif plug == SCREEN:
            self._on_screen(data)
        elif data:
            self._modem.from_board(data, _now_ms())

    # ---- the till ----------------------------------------------------------------------------

    def _till_comes(self) -> None:
        wire = _accepted(self._adapter)
        if wire is None:
            return
        self._unplug(self._till)  # the newest has the line
        self._till = wire
        self._on(wire.connection, lambda: self._till_speaks(wire))

    def _till_speaks(self, wire: _Wire) -> None:
        if self._till is not wire:
            return
        data = self._read(wire)
        if data is None:
            self._unplug(wire)
            self._till = None
        else:
            self._send(self._plugged.get(ECR), data)

    # ---- the modem ---------------------------------------------------------------------------

    def _carry_out(self) -> None:
        for act in self._modem.taken():
            match act:
                case ToBoard(data):
                    self._send(self._plugged.get(MODEM), data)
                case ToHost(data):
                    self._send(self._line, data)
                case HangUp():
                    self._hang_up()
                case Dial():
                    self._dial()

    def _dial(self) -> None:
        self._hang_up()
        address = self._host()
        if address is None:
            self._modem.refused()
            self._carry_out()
            return
        connection = socket.socket(socket.AF_INET6 if ":" in address.host else socket.AF_INET, socket.SOCK_STREAM)
        self._line = wire = _Wire(connection)
        connection.connect_ex((address.host, address.port))
        self._is_dialing = True
        self._selector.register(connection, selectors.EVENT_READ | selectors.EVENT_WRITE, lambda: self._host_speaks(wire))

    def _host_speaks(self, wire: _Wire) -> None:
        if wire is not self._line:
            return
        if self._is_dialing:
            self._is_dialing = False
            if wire.connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                self._hang_up()
                self._modem.refused()
                return
            self._modem.opened()
            self._leave(wire)  # from now on it is only read
            return
        data = self._read(wire)
        if data is None:
            self._hang_up()
            self._modem.closed()
        else:
            self._modem.from_host(data)

    def _hang_up(self) -> None:
        self._unplug(self._line)
        self._line, self._is_dialing = None, False


def _listening(address: Address) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in address.host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address.host, address.port))
        listener.listen(4)
    except OSError as error:
        listener.close()
        raise PortError(words_for(str(address), error)) from error
    listener.setblocking(False)
    return listener


def _accepted(listener: socket.socket) -> _Wire | None:
    try:
        return _Wire(listener.accept()[0])
    except OSError:
        return None


def _now_ms() -> int:
    return time.monotonic_ns() // 1_000_000
