"""The line of a rig: a relay between terminal and host in a thread of its own, and what is done at its messages.

A *watch* is "when this message has been heard whole and before it leaves", or "so long after it left":
there the bench cuts the power.  What goes wrong in a deed is kept and raised where the case goes on.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from hil.benches.bench_file import BenchFile, BenchFileError
from hil.clock.live_clock import LiveEnvironment
from hil.control.bench_error import BenchError
from hil.control.live_process import wall_ms
from hil.ports.ports import Address, PortError, parse_address
from hil.ports.serial_line import USUAL_LINE, serial_line
from hil.ports.tls import TlsFiles, server_context
from hil.processes.living import LIVING
from hil.relay.decisions import Decision
from hil.relay.effects import Departure, Tell
from hil.relay.ends import RelayEnd, SerialEnd, TcpEnd
from hil.relay.line_record import LineRecord
from hil.relay.matching import Match
from hil.relay.relay import Relay
from hil.relay.seen import SeenMessage
from hil.relay.session_keys import MasterKey
from simulator.wire.dialect import Dialect

Place = Literal["before", "after"]
Deed = Callable[[], Decision | None]
LONGEST_END_S = 2.0
LOOK_AGAIN_S = 0.02
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Watch:
    """Something that is done when a message passes, and when it was."""

    def __init__(
        self, match: Match, place: Place, delay_ms: int, times: int, do: Deed,
        on_error: Callable[[BaseException], None], forget: Callable[[Watch], None],
    ) -> None:
        self.match = match
        self.place = place
        self.struck: list[SeenMessage] = []  # the messages at which it was done
        self._delay_ms = delay_ms
        self._times = times
        self._do = do
        self._on_error = on_error
        self._forget = forget
        self._met = 0
        self._due: set[int] = set()  # numbers of messages at whose leaving it is done
        self._done = threading.Event()

    def remove(self) -> None:
        """It is done no more; safe in any thread."""
        self._forget(self)

    def wait(self, within_s: float) -> bool:
        """Wait until it was done once; whether it was."""
        return self._done.wait(within_s)

    def hears(self, seen: SeenMessage) -> Decision | None:
        """A message was heard, and is counted whatever becomes of it."""
        if not self.match.meets(seen):
            return None
        self._met += 1
        if not self.match.is_turn(self._met):
            return None
        if self.place == "before":
            return self._strikes(seen)
        self._due.add(seen.number)
        return None

    def left(self, seen: SeenMessage) -> None:
        """A message has left the line."""
        if seen.number in self._due:
            self._due.remove(seen.number)
            self._strikes(seen)

    def _strikes(self, seen: SeenMessage) -> Decision | None:
        if self._times and len(self.struck) >= self._times:
            return None
        self.struck.append(seen)
        if self.place == "before" and not self._delay_ms:
            return self._act()
        timer = threading.Timer(self._delay_ms / 1000, self._act)
        timer.daemon = True
        timer.start()
        return None

    def _act(self) -> Decision | None:
        try:
            return self._do()
        except BaseException as error:  # noqa: BLE001 - the line goes on, the case hears it
            self._on_error(error)
            return None
        finally:
            self._done.set()


class RigLine:
    """A relay with its clock's thread, and the watches at it."""

    def __init__(
        self, listen: RelayEnd, host: Address, dialect: Dialect, master_key: MasterKey,
        trace: Path | None = None,
    ) -> None:
        """``PortError`` where the end cannot be opened; ``trace``: what passes is written down there."""
        self._watches: tuple[Watch, ...] = ()
        self._lock = threading.Lock()
        self._errors: list[BaseException] = []
        self.told: list[Tell] = []  # what somebody should know of the line
        self.clock = LiveEnvironment(wall_ms())
        self.relay = Relay(
            self.clock, listen, host, dialect, on_message=self._before, on_left=self._after,
            on_decided=self._decided, on_arrived=self._arrived, on_told=self.told.append,
            master_key=master_key)
        self._record = None if trace is None else LineRecord(self.clock, dialect, trace)
        self._thread = threading.Thread(target=self._run, name="line", daemon=True)
        self._thread.start()

    def when(
        self, match: Match, do: Deed, *, place: Place = "before", delay_ms: int = 0, times: int = 1,
    ) -> Watch:
        """Do something when a message passes; ``times`` 0: each time.

        With "before" and no delay it is done in the line's thread: the message leaves after it, and
        what it returns is decided about the message.  Else it is done in a thread of its own.
        """
        watch = Watch(match, place, delay_ms, times, do, self._errors.append, self._forget)
        with self._lock:
            self._watches = (*self._watches, watch)
        return watch

    def is_quiet(self, for_s: float, patience_s: float) -> bool:
        """Whether no message passed for so long, looked at for so long."""
        until_s = time.monotonic() + patience_s
        count, since_s = len(self.relay.seen), time.monotonic()
        while time.monotonic() < until_s:
            LIVING.go_on()
            time.sleep(LOOK_AGAIN_S)
            if len(self.relay.seen) != count:
                count, since_s = len(self.relay.seen), time.monotonic()
            elif time.monotonic() - since_s >= for_s:
                return True
        return False

    def fail(self, error: BaseException) -> None:
        """Something beside the line went wrong: the case hears it at its next look."""
        self._errors.append(error)

    def clear(self) -> None:
        """Nothing is watched, no rule stands, the line is a good one."""
        with self._lock:
            self._watches = ()
        self.relay.clear()

    def check(self) -> None:
        """Raise what went wrong in a deed."""
        if self._errors:
            error = self._errors.pop(0)
            if isinstance(error, BenchError):
                raise error
            raise BenchError(f"what was to be done at a message failed: {error}") from error

    def _decided(self, seen: SeenMessage) -> None:
        if self._record is not None:
            self._record.decided(seen)

    def _arrived(self, departure: Departure) -> None:
        if self._record is not None:
            self._record.arrived(departure)

    def seal(self) -> None:
        """Nothing more is written down: what passed is about to be judged."""
        if self._record is not None:
            self.clock.inject(self._record.close)

    def close(self) -> None:
        """Hang up, and end the thread."""
        self.relay.close()
        self.seal()
        self.clock.inject(lambda: self.clock.stop("closed"))
        self._thread.join(LONGEST_END_S)

    def _run(self) -> None:
        try:
            self.clock.run_live()
        except BaseException as error:  # noqa: BLE001 - the case hears it
            self._errors.append(error)

    def _before(self, seen: SeenMessage) -> Decision | None:
        decided = None
        for watch in self._watches:
            decision = watch.hears(seen)
            decided = decision if decided is None else decided
        return decided

    def _after(self, seen: SeenMessage) -> None:
        for watch in self._watches:
            watch.left(seen)

    def _forget(self, watch: Watch) -> None:
        with self._lock:
            self._watches = tuple(each for each in self._watches if each is not watch)


def end_of(bench: BenchFile) -> RelayEnd:
    """Where the terminals of a bench file are heard; ``BenchFileError`` for what cannot be."""
    end = bench.part.end
    kind, _, rest = end.listen.partition(":")
    try:
        if kind == "serial":
            device, _, line = rest.partition("?")
            return SerialEnd(url=device, line=serial_line(line or USUAL_LINE))
        address = parse_address(rest)
        tls = None
        if kind == "tls":
            tls = server_context(TlsFiles(
                certificate=bench.beside(end.certificate), key=bench.beside(end.key),
                client_ca=bench.beside(end.client_ca) if end.client_ca else None))
    except PortError as error:
        raise BenchFileError(f"{bench.path.name}: end.listen: {error}") from None
    return TcpEnd(address=address, tls=tls, anywhere=address.host not in LOOPBACK)

