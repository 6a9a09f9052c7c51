"""What every port keeps, as a suite that whoever writes a port can run against it with pytest.

::

    class TestMyPort(PortContract):
        def open_port(self, clock, events, limits):
            return my_port, my_peer

It knows no kind of port: the far end is whatever the factory gives, and is none of our code.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from queue import Empty, SimpleQueue
from typing import Protocol

import msgspec

from hil.ports.limits import LIMITS, PortLimits
from hil.ports.ports import Clock, Port, PortError, PortEvents

PATIENCE_S = 30.0  # whoever waits longer waits in vain
AT_ONCE_S = 2.0  # what no call in the clock's thread may take, on a busy machine
MANY = 20
PIECE = b"x" * 4_096
SMALL = msgspec.structs.replace(LIMITS, unread_bytes=256 << 10, flush_s=0.3)


class Peer(Protocol):
    """The far end of an open port."""

    def send(self, data: bytes) -> None:
        """Send all of it."""

    def take(self, count: int) -> bytes:
        """So many bytes, or fewer where the port has ended."""

    def close(self) -> None:
        """Go away."""

    def end_sending(self) -> None:
        """Stop to speak and still listen; asked only where ``half_closes``."""


class ContractClock:
    """A clock that does what was injected when it is told to run."""

    def __init__(self) -> None:
        self._work: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self.longest_s = 0.0  # that one piece of work held it

    def inject(self, work: Callable[[], None]) -> None:
        """Have it done, in the thread that runs."""
        self._work.put(work)

    def run_until(self, met: Callable[[], object]) -> None:
        """Do what comes until a condition is met; an assertion fails where it never is."""
        until_s = time.monotonic() + PATIENCE_S
        while not met():
            assert time.monotonic() < until_s, "waited in vain"
            try:
                work = self._work.get(timeout=0.01)
            except Empty:
                continue
            began_s = time.monotonic()
            work()
            self.longest_s = max(self.longest_s, time.monotonic() - began_s)

    def run_all(self) -> None:
        """Do what has come by now."""
        while not self._work.empty():
            self._work.get()()


class Ear:
    """Remembers what a port told, and in which threads."""

    def __init__(self, *, answers_after_end: bool = False) -> None:
        self.heard = b""
        self.ends: list[str] = []
        self.threads: set[int] = set()
        self.events = PortEvents(
            on_bytes=self._bytes, on_closed=lambda: self._end("closed"),
            on_failed=lambda failure: self._end(str(failure)),
            answers_after_end=answers_after_end,
        )

    def _bytes(self, data: bytes) -> None:
        self.threads.add(threading.get_ident())
        self.heard += data

    def _end(self, how: str) -> None:
        self.threads.add(threading.get_ident())
        self.ends.append(how)


class PortContract:
    """Order, wholeness, one end, clear words; and nobody holds up the clock."""

    half_closes = True  # the far end can stop to speak and still listen
    keeps_unread = True  # what the far end has not read yet is still there when the port has closed
    tells_goodbye = True  # a far end that goes away has "closed"; else it may have "failed"

    def open_port(self, clock: Clock, events: PortEvents, limits: PortLimits) -> tuple[Port, Peer]:
        """An open port with these events and limits, and its far end."""
        raise NotImplementedError

    def opened(
        self, limits: PortLimits = LIMITS, *, answers_after_end: bool = False,
    ) -> tuple[ContractClock, Ear, Port, Peer]:
        """A clock, an ear, and an open port between them."""
        clock, ear = ContractClock(), Ear(answers_after_end=answers_after_end)
        port, peer = self.open_port(clock, ear.events, limits)
        return clock, ear, port, peer

    # ---- bytes -------------------------------------------------------------------------------

    def test_bytes_come_whole_in_order_and_in_the_clocks_thread(self) -> None:
        """In slices of any length."""
        for slice_ in (1, 7, 700, 10_240):
            clock, ear, port, peer = self.opened()
            data = bytes(range(256)) * (4 if slice_ < 100 else 40)
            sender = threading.Thread(target=_send, args=(peer, data, slice_))
            sender.start()
            clock.run_until(lambda: len(ear.heard) >= len(data))  # noqa: B023
            sender.join()
            assert ear.heard == data
            assert ear.threads == {threading.get_ident()}
            port.close()
            peer.close()

    def test_what_is_written_arrives_whole_and_in_order(self) -> None:
        """However it was cut."""
        _, _, port, peer = self.opened()
        data = bytes(reversed(range(256))) * 8
        for at in range(0, len(data), 100):
            port.write(data[at:at + 100])
        assert peer.take(len(data)) == data
        port.close()
        peer.close()

    # ---- the other side ends -----------------------------------------------------------------

    def test_a_peer_that_goes_away_is_one_end_and_what_it_said_before_is_heard(self) -> None:
        """The last words come before the end."""
        clock, ear, port, peer = self.opened()
        peer.send(b"last words")
        clock.run_until(lambda: len(ear.heard) == len(b"last words"))
        peer.close()
        clock.run_until(lambda: ear.ends)
        port.close()
        clock.run_all()
        assert ear.heard == b"last words"
        assert len(ear.ends) == 1
        assert ear.ends == ["closed"] or not self.tells_goodbye

    def test_a_peer_that_hangs_up_at_once_is_one_end(self) -> None:
        """Before a byte went either way, and what is written then is dropped."""
        clock, ear, port, peer = self.opened()
        peer.close()
        clock.run_until(lambda: ear.ends)
        port.write(b"dropped")
        port.close()
        clock.run_all()
        assert (ear.heard, len(ear.ends)) == (b"", 1)

    def test_who_stops_to_speak_and_still_listens_is_answered(self) -> None:
        """After ``on_closed`` the port takes what is written, until it is closed."""
        if not self.half_closes:
            return
        clock, ear, port, peer = self.opened(answers_after_end=True)
        peer.send(b"question")
        peer.end_sending()
        clock.run_until(lambda: ear.ends)
        assert (ear.heard, ear.ends) == (b"question", ["closed"])
        port.write(b"answer")
        port.close()
        assert peer.take(100) == b"answer"
        peer.close()

    # ---- this side ends ----------------------------------------------------------------------

    def test_no_event_comes_after_closing_though_it_was_on_its_way(self) -> None:
        """Not of bytes, not of an end."""
        clock, ear, port, peer = self.opened()
        peer.send(b"too late")
        port.close()
        peer.close()
        _wait_for_threads(port.name)
        clock.run_all()
        port.write(b"dropped")
        port.close()
        assert (ear.heard, ear.ends) == (b"", [])

    def test_what_was_written_leaves_though_the_port_was_closed_while_writing(self) -> None:
        """It has its time."""
        if not self.keeps_unread:
            return
        _, _, port, peer = self.opened()
        for _ in range(64):
            port.write(PIECE)
        port.close()
        assert len(peer.take(64 * len(PIECE) + 1)) == 64 * len(PIECE)
        peer.close()

    def test_closing_leaves_no_thread(self) -> None:
        """None is at work for it, once what was written had its time."""
        _, _, port, peer = self.opened(SMALL)
        port.write(b"something")
        port.close()
        _wait_for_threads(port.name)
        peer.close()

    # ---- nobody holds up the clock -----------------------------------------------------------

    def test_a_peer_that_never_reads_is_hung_up_on_at_the_limit(self) -> None:
        """With words; no call of the clock's thread waited for it."""
        clock, ear, port, peer = self.opened(SMALL)
        longest_s, written = 0.0, 0
        while not ear.ends:
            longest_s = max(longest_s, _took_s(lambda: port.write(PIECE)))
            clock.run_all()
            written += len(PIECE)
            assert written < 64 << 20, "no limit"
        assert "does not read" in ear.ends[0]
        assert longest_s < AT_ONCE_S
        assert clock.longest_s < AT_ONCE_S
        port.close()
        _wait_for_threads(port.name)
        peer.close()

    def test_a_peer_that_takes_nothing_for_too_long_is_hung_up_on(self) -> None:
        """Below the limit of bytes."""
        clock, ear, port, peer = self.opened(
            msgspec.structs.replace(LIMITS, unread_s=0.2))
        port.write(PIECE * 4_096)
        clock.run_until(lambda: ear.ends)
        assert "does not read" in ear.ends[0]
        peer.close()

    def test_a_peer_that_does_nothing_is_hung_up_on(self) -> None:
        """After the idle time, with words that name it."""
        clock, ear, _, peer = self.opened(msgspec.structs.replace(LIMITS, idle_s=0.2))
        clock.run_until(lambda: ear.ends)
        assert "nothing came or went for 0.2 s" in ear.ends[0]
        peer.close()

    def test_closing_returns_at_once_whoever_does_not_read(self) -> None:
        """Many of them; their threads end after their time, all at the same time."""
        opened = [self.opened(SMALL) for _ in range(MANY)]
        for _, _, port, _ in opened:
            for _ in range(60):
                port.write(PIECE)
        took_s = _took_s(lambda: _close(port for _, _, port, _ in opened))
        assert took_s < AT_ONCE_S
        for _, _, port, _ in opened:
            _wait_for_threads(port.name)
        for *_, peer in opened:
            peer.close()

    def test_closing_again_and_writing_after_it_do_nothing(self) -> None:
        """Whoever closes need not know who closed before."""
        clock, ear, port, peer = self.opened()
        port.close()
        port.close()
        port.write(b"dropped")
        peer.close()
        clock.run_all()
        assert ear.ends == []


def _took_s(work: Callable[[], object]) -> float:
    began_s = time.monotonic()
    work()
    return time.monotonic() - began_s


def _send(peer: Peer, data: bytes, slice_: int) -> None:
    for at in range(0, len(data), slice_):
        peer.send(data[at:at + slice_])


def _close(ports: Iterable[Port]) -> None:
    for port in ports:
        port.close()


def _wait_for_threads(name: str) -> None:
    """Until none is at work for a port: such a one bears its name."""
    until_s = time.monotonic() + PATIENCE_S
    while busy := [each.name for each in threading.enumerate() if each.name.endswith(name)]:
        if time.monotonic() > until_s:
            raise PortError(f"{busy[0]}: still there after {PATIENCE_S:g} s")
        time.sleep(0.001)
