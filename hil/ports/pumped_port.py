"""A port made of a stream of blocking calls: a thread reads it, another writes it.

It never blocks the clock: what is written is queued, what is read is injected, and a closed port
ends in its own threads.  A peer that does not read, does not stop or does nothing meets a limit.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from typing import Protocol, runtime_checkable

from hil.ports.leaving import LEAVING
from hil.ports.limits import LIMITS, PortLimits
from hil.ports.ports import Clock, PortError, PortEvents, words_for
from hil.ports.reserve import Begun, NoThreadError, begin
from simulator.catalogue.language import Message
from simulator.catalogue.line_reasons import PortWarning

_UNREAD = Message(
    "unread", "{name}: the other side does not read what is sent to it", "{name}：对方不读取发送的数据")
_IDLE = Message(
    "idle", "{name}: nothing came or went for {seconds} s", "{name}：{seconds}秒内无数据往来")
_MADE_ROOM = Message(
    "made_room", "{name}: it was answered nothing for {seconds:.1f} s, and a newcomer needs its place",
    "{name}：{seconds:.1f}秒内未得到任何应答，让位给新连接")
LONGEST_TURN_S = 3_600.0
LINGER_S = 0.1  # a peer that says nothing for so long has nothing more to say


def _nothing() -> None:
    """What is done where nobody asked for anything."""


class Stream(Protocol):
    """What differs between kinds of ports: calls made by a port's own threads, one each way."""

    def read(self, within_s: float) -> bytes | None:
        """Some bytes; ``b""`` if none came in this time; None if the other side has closed."""

    def write(self, data: memoryview) -> int:
        """Write some and say how many bytes; 0 where none could leave within a short time."""

    def finish(self, within_s: float) -> bool:
        """Nothing more is written: let it leave; whether the other side may still end it itself."""

    def shut(self) -> None:
        """End both directions from any thread; a read in progress comes back with None."""

    def release(self) -> None:
        """Give the device back; called once, when no other call is in progress."""


@runtime_checkable
class TellsBreak(Protocol):
    """A stream that knows whether the other side has broken it off, without a call of a port's thread."""

    def is_broken(self) -> bool:
        """Whether nothing that is written can arrive any more, as far as is known here."""


@runtime_checkable
class TellsHeard(Protocol):
    """A stream that knows what the other side has said, whether a port's thread had time for it or not."""

    has_heard: bool  # whether anything that it said was read

    def has_unread(self) -> bool:
        """Whether it has said something that nobody has read yet."""


@runtime_checkable
class Resets(Protocol):
    """A stream that can be broken off, so that the other side hears of no good order."""

    def reset(self) -> None:
        """Nothing more is written; a read in progress comes back, and ``release`` breaks it off."""


class PumpedPort:
    """A port made of a stream, a thread that reads it and a thread that writes it."""

    THREADS = 2

    def __init__(
        self, clock: Clock, name: str, stream: Stream, limits: PortLimits = LIMITS,
        on_released: Callable[[], None] = _nothing,
        begun: Callable[[Callable[[], None], str], Begun] = begin,
    ) -> None:
        """``on_released`` is called in a thread of the port when it has given its device back.

        ``begun`` begins its threads; ``NoThreadError`` where it cannot.
        """
        self.name = name
        self._clock = clock
        self._stream = stream
        self._tells = stream if isinstance(stream, TellsHeard) else None  # asked once: it takes long
        self._limits = limits
        self._on_released = on_released
        self._events: PortEvents | None = None
        self._over = False  # written in the clock's thread only
        self._cut = False  # nothing more may leave, from the clock's thread too
        self._leave_by_s = 0.0  # when what was written must have left, of a port that was closed
        self._queued = 0  # bytes, counted in the clock's thread
        self._left = 0  # bytes, counted by the writer
        self._leaving: SimpleQueue[bytes | Callable[[], None] | None] = SimpleQueue()
        self._begun_s = self._moved_s = time.monotonic()  # since then: when bytes went either way
        self._has_heard = False
        self.is_owed = False  # an answer is due, as whoever hears it says: it keeps its place until then
        self._is_to_go = False  # to make room; in the thread of whoever wants it
        self._may_read = threading.Condition()
        self._unheard = bytearray()  # under the condition; the clock takes all of it at once
        self._paused = False  # under the condition
        self._heard_out = threading.Event()  # the reader reads no more
        self._begin = begun
        self._writer: Begun | None = None

    @property
    def is_over(self) -> bool:
        """Whether the port was closed by either side."""
        return self._over

    @property
    def is_broken(self) -> bool:
        """Whether the other side is known to take nothing any more; it may have stopped to speak only."""
        return self._over or (isinstance(self._stream, TellsBreak) and self._stream.is_broken())

    @property
    def is_flushed(self) -> bool:
        """Whether all that was written has left, or never will."""
        return self._cut or self._left == self._queued

    @property
    def waiting(self) -> int:
        """How many pieces were written and have not begun to leave."""
        return self._leaving.qsize()

    def start(self, events: PortEvents) -> None:
        """Begin to deliver; nothing that came before is lost.  ``PortError`` without a thread."""
        self._events = events
        try:
            self._writer = self._begin(self._write_all, f"write {self.name}")
            self._begin(self._read_all, f"read {self.name}")  # at its end it waits for the writer
        except NoThreadError:
            self._over = self._cut = True
            self._leaving.put(None)
            self._release()
            raise PortError(f"{self.name}: this computer has no room for another thread") from None

    def is_worth_s(self, now_s: float) -> tuple[bool, float] | None:
        """How well it uses its place, and since when (negative): less who is hung up on, or said nothing.

        None: it is to go already, was answered something or will be, or said what the clock has not
        looked at yet.  In any thread; it takes no call of the system, as many are asked.
        """
        if self._is_to_go or self._queued or (not self._over and (self.is_owed or self._unheard)):
            return None
        has_heard = self._has_heard if self._tells is None else self._tells.has_heard
        return has_heard and not self._over, self._begun_s - now_s

    def has_unread(self) -> bool:
        """Whether it said what no thread had time to read: it is not to blame for that."""
        return self._tells is not None and self._tells.has_unread()

    def make_room(self) -> None:
        """End it at once, as a newcomer needs its place; in the thread that asked what it is worth.

        The clock is told, and not waited for.
        """
        self._is_to_go = self._cut = True
        self._stream.shut()
        self._leaving.put(None)
        self._wake_reader()

    def write(self, data: bytes) -> None:
        """Queue bytes to leave, in order; never blocks."""
        if self._over:
            return
        waiting, limits = self._queued - self._left, self._limits
        if self._leaving.qsize() >= limits.unread_answers or (
            waiting and waiting + len(data) > limits.unread_bytes
        ):
            self._end(self._unread())
            return
        self._queued += len(data)
        self._leaving.put(bytes(data))

    def close(self) -> None:
        """Return at once; what was written has its time to leave, then the port ends."""
        if self._over:
            return
        LEAVING.begins(self)
        self._over = True
        self._leave_by_s = time.monotonic() + self._limits.flush_s
        self._leaving.put(None)
        self._wake_reader()
        if self._events is None:  # never begun
            self._release()

    def end_sending(self) -> None:
        """Stop to speak, once what was written has left; what comes is still heard."""
        def finish() -> None:
            self._stream.finish(self._limits.flush_s)

        self.in_turn(finish)

    def reset(self) -> None:
        """Break it off at once: what was written and has not left is lost.  No event comes any more."""
        if self._over:
            return
        LEAVING.begins(self)
        self._over = self._cut = True
        if isinstance(self._stream, Resets):
            self._stream.reset()
        else:
            self._stream.shut()
        self._leaving.put(None)
        self._wake_reader()
        if self._events is None:
            self._release()

    def pause(self) -> None:
        """Read no more for now: whoever heard it has enough to do."""
        with self._may_read:
            self._paused = True

    def resume(self) -> None:
        """Read on."""
        with self._may_read:
            self._paused = False
            self._may_read.notify_all()

    def in_turn(self, act: Callable[[], None]) -> None:
        """Have the writer do something, once all that was written before has left."""
        if not self._over:
            self._leaving.put(act)

    # ---- the reader's thread -----------------------------------------------------------------

    def _read_all(self) -> None:
        failure: PortError | None = None
        try:
            failure = self._read_until_end()
        except Exception as error:  # noqa: BLE001 - a driver may raise anything
            failure = self._as_port_error(error)
        if self._is_to_go:
            failure = PortError(_MADE_ROOM.say(
                name=self.name, seconds=time.monotonic() - self._begun_s), PortWarning.MADE_ROOM)
        if not self._over:
            self._clock.inject(lambda: self._end(failure))
        self._heard_out.set()
        assert self._writer is not None
        self._writer.join(self._turn_s())
        while self._writer.is_alive():  # the other side has stopped to speak, and may listen still
            if self._is_idle() and not self._over:
                self._failed(self._idle())
                self._writer.join()
            self._writer.join(self._turn_s())
        self._release()

    def _read_until_end(self) -> PortError | None:
        while not self._cut:
            self._wait_for_room()
            data = self._stream.read(self._turn_s())
            if data is None:
                return None
            if data:
                self._moved_s = time.monotonic()
                self._has_heard = True
            if self._over:
                continue  # it is let speak until it ends or its time is up
            if data:
                with self._may_read:
                    is_first = not self._unheard
                    self._unheard += data
                if is_first:  # else the clock has been asked already, and takes this with the rest
                    self._clock.inject(self._bytes_came)
            elif self._is_idle():
                return self._idle()
        return None

    def _wait_for_room(self) -> None:
        if self._paused or len(self._unheard) > self._limits.unheard_bytes:
            with self._may_read:
                self._may_read.wait_for(lambda: self._over or self._cut or not (
                    self._paused or len(self._unheard) > self._limits.unheard_bytes))
            self._moved_s = time.monotonic()  # that it was silent was not its fault

    def _wake_reader(self) -> None:
        with self._may_read:
            self._may_read.notify_all()

    def _turn_s(self) -> float:
        if not self._limits.idle_s:
            return LONGEST_TURN_S
        left_s = self._moved_s + self._limits.idle_s - time.monotonic()
        return min(max(left_s, 0.01), LONGEST_TURN_S)

    def _is_idle(self) -> bool:
        idle_s = self._limits.idle_s
        return bool(idle_s) and time.monotonic() - self._moved_s >= idle_s

    def _release(self) -> None:
        with contextlib.suppress(Exception):  # nobody is left who could be told
            self._stream.shut()
            self._stream.release()
        LEAVING.is_done(self)
        on_released, self._on_released = self._on_released, _nothing  # it may hold this port
        on_released()

    # ---- the writer's thread -----------------------------------------------------------------

    def _write_all(self) -> None:
        try:
            while (leaving := self._leaving.get()) is not None:
                if isinstance(leaving, bytes):
                    self._write(memoryview(leaving))
                else:
                    leaving()
            if not self._cut and self._stream.finish(self._time_left_s()):
                self._linger()
        except Exception as error:  # noqa: BLE001 - a driver may raise anything
            if not self._cut:
                self._failed(error)
        self._cut = True
        with contextlib.suppress(Exception):
            self._stream.shut()

    def _write(self, left: memoryview) -> None:
        took_s = time.monotonic()
        while left:
            if self._cut or (self._over and not self._time_left_s()):
                self._cut = True
                raise TimeoutError
            written = self._stream.write(left)
            now_s = time.monotonic()
            if written:
                left = left[written:]
                self._left += written
                self._moved_s = took_s = now_s
            elif now_s - took_s > self._limits.unread_s:
                raise self._unread()

    def _linger(self) -> None:
        """Who still speaks is let speak for a while: hung up on, it might not read the answer."""
        while not self._heard_out.wait(min(LINGER_S, self._time_left_s())):
            if not self._time_left_s() or time.monotonic() - self._moved_s >= LINGER_S:
                return

    def _time_left_s(self) -> float:
        return max(0.0, self._leave_by_s - time.monotonic())

    def _failed(self, error: Exception) -> None:
        failure = self._as_port_error(error)
        self._clock.inject(lambda: self._end(failure))

    def _as_port_error(self, error: Exception) -> PortError:
        return error if isinstance(error, PortError) else PortError(words_for(self.name, error))

    # ---- the clock's thread ------------------------------------------------------------------

    def _bytes_came(self) -> None:
        with self._may_read:
            data = bytes(self._unheard)
            self._unheard.clear()
            self._may_read.notify_all()
        if not self._over and self._events is not None:
            self._events.on_bytes(data)

    def _end(self, failure: PortError | None) -> None:
        if self._over:
            return
        if failure is None and self._events is not None and self._events.answers_after_end:
            self._events.on_closed()
            return
        LEAVING.begins(self)
        self._over = self._cut = True
        self._leaving.put(None)
        self._stream.shut()
        self._wake_reader()
        if self._events is None:
            return
        if failure is None:
            self._events.on_closed()
        else:
            self._events.on_failed(failure)

    def _unread(self) -> PortError:
        return PortError(_UNREAD.say(name=self.name), PortWarning.UNREAD)

    def _idle(self) -> PortError:
        return PortError(
            _IDLE.say(name=self.name, seconds=f"{self._limits.idle_s:g}"), PortWarning.IDLE)
