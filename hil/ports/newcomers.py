"""Those who wait to be let in: taken out of the system's queue at once, and let in by what they have said.

Whoever has said all of a message goes before those who have not, the speakers in turn, so that a crowd
of one of them keeps nobody else waiting.  It neither reads what they say nor knows what it means.
"""

from __future__ import annotations

import select
import socket
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Any

from hil.ports.reserve import most_waiting
from hil.ports.tcp_stream import first_bytes

FIRST_BYTES = 8_192  # of a newcomer, from which it is known whether it has said all that it has to
FIRST_WITHIN_S = 0.002  # they come just behind the connection, if it wants to be served at once
MOST_AT_A_TURN = 64  # taken out of the system's queue, before one of them is let in
MOST_LOOKED_AT = 1_024  # the same with those who have gone
Speaker = Callable[[bytes], str | None]


class Newcomer:
    """A connection that the system has made and nobody hears yet."""

    def __init__(self, connection: socket.socket, peer: tuple[Any, ...], speaker: Speaker | None) -> None:
        connection.setblocking(False)
        self.connection = connection
        self.peer = peer
        self.came_s = time.monotonic()
        self.speaker: str | None = None  # who has said all of a message; None: it is not all yet
        self.has_gone = False  # without a word
        self._speaker_of = speaker
        self.look()

    def look(self, *, waits: bool = False) -> None:
        """What has it said by now?  ``waits``: its first words have the time that they need to come."""
        within_s = max(0.0, self.came_s + FIRST_WITHIN_S - time.monotonic()) if waits else 0.0
        start = first_bytes(self.connection, FIRST_BYTES, within_s)
        self.has_gone = start is None
        self.speaker = self._speaker_of(start) if start and self._speaker_of is not None else None

    def close(self) -> None:
        """Hang up on it."""
        self.connection.close()


class Newcomers:
    """Those who wait at one listener; used by its acceptor's thread only."""

    def __init__(
        self, listener: socket.socket, speaker: Speaker | None,
        is_for_others: Callable[[socket.socket], bool], turn_s: float,
    ) -> None:
        """``turn_s``: so long it is waited for somebody."""
        self._listener = listener
        self._speaker = speaker
        self._is_for_others = is_for_others
        self._turn_s = turn_s
        self._most = most_waiting()
        self._silent: dict[int, Newcomer] = {}  # who has not said all, in the order in which they came, by descriptor
        self._hears = _epoll()  # who of them says more
        self._spoken: OrderedDict[str, deque[Newcomer]] = OrderedDict()  # by speaker; the first has the turn
        self._count = 0  # of those who have said all
        self._has_overtaken = False  # the last one, those who have not
        self._turned_away = 0  # for want of a place to wait, since somebody asked

    def next(self) -> Newcomer:
        """Whose turn it is; ``TimeoutError`` where nobody comes, other ``OSError`` where nobody can be taken.

        In turn one who has said all and one who has not: who speaks a moment later is not overtaken for ever.
        """
        last = self._take_in()
        if last is not None:
            return last  # there is no descriptor to let it wait with
        self._listen_again()
        if not (self._count or self._silent):
            raise TimeoutError  # who came has gone
        if self._count and not (self._has_overtaken and self._silent):
            self._has_overtaken = True
            return self._next_spoken()
        self._has_overtaken = False
        newcomer = self._next_silent()
        newcomer.look()
        return newcomer

    def are_more(self) -> bool:
        """Whether somebody else waits, here or in the system's queue."""
        if self._count or self._silent:
            return True
        try:
            return bool(select.select([self._listener], [], [], 0)[0])
        except (OSError, ValueError):  # closed, or a number that select does not know
            return False

    def turned_away_since(self) -> int:
        """How many were hung up on since this was asked last, as there was no place to wait for them."""
        count, self._turned_away = self._turned_away, 0
        return count

    def close(self) -> None:
        """Nobody waits any more."""
        if self._hears is not None:
            self._hears.close()
        for newcomer in (*self._silent.values(), *(each for waiting in self._spoken.values() for each in waiting)):
            newcomer.close()

    def _take_in(self) -> Newcomer | None:
        """Take those who wait in the system's queue; one for whom a descriptor is short."""
        placed = 0
        if not (self._count or self._silent):
            placed += self._place(self._accept())
        self._listener.settimeout(0)
        try:
            for _ in range(MOST_LOOKED_AT):
                newcomer = self._accept()
                if self._is_for_others(newcomer.connection) and not newcomer.has_gone:
                    return newcomer
                placed += self._place(newcomer)
                if placed >= MOST_AT_A_TURN:
                    break
        except OSError:
            pass  # nobody else waits, or the next one will hear of it
        finally:
            self._listener.settimeout(self._turn_s)
        return None

    def _accept(self) -> Newcomer:
        connection, peer = self._listener.accept()
        return Newcomer(connection, peer, self._speaker)

    def _place(self, newcomer: Newcomer) -> bool:
        """Whether it waits from now on: who has gone does not."""
        if newcomer.has_gone:
            newcomer.close()
            return False
        if self._count + len(self._silent) >= self._most:
            self._turn_away()
        if newcomer.speaker is None:
            descriptor = newcomer.connection.fileno()
            self._silent[descriptor] = newcomer
            if self._hears is not None:
                self._hears.register(descriptor, select.EPOLLIN | select.EPOLLET)
        else:
            self._spoken.setdefault(newcomer.speaker, deque()).append(newcomer)
            self._count += 1
        return True

    def _listen_again(self) -> None:
        """Who has not said all, and says more, or has gone."""
        if self._hears is None or not self._silent:
            return
        for descriptor, _ in self._hears.poll(0):
            newcomer = self._silent[descriptor]
            newcomer.look()
            if newcomer.has_gone or newcomer.speaker is not None:
                self._place(self._forget(descriptor))

    def _next_silent(self) -> Newcomer:
        return self._forget(next(iter(self._silent)))

    def _forget(self, descriptor: int) -> Newcomer:
        if self._hears is not None:
            self._hears.unregister(descriptor)
        return self._silent.pop(descriptor)

    def _next_spoken(self) -> Newcomer:
        speaker, waiting = self._spoken.popitem(last=False)
        newcomer = waiting.popleft()
        self._count -= 1
        if waiting:
            self._spoken[speaker] = waiting
        return newcomer

    def _turn_away(self) -> None:
        """Hang up on one of those who are the most: who has waited longest without a word, or the last of the loudest.

        So neither a crowd that talks nor one that is silent drives the other out.
        """
        self._turned_away += 1
        if len(self._silent) >= self._count:
            self._next_silent().close()
            return
        speaker, waiting = max(self._spoken.items(), key=lambda each: len(each[1]))
        waiting.pop().close()
        self._count -= 1
        if not waiting:
            del self._spoken[speaker]


def _epoll() -> select.epoll | None:
    """None where the system has none, or no descriptor for it: then they are looked at when it is their turn."""
    try:
        return select.epoll() if hasattr(select, "epoll") else None
    except OSError:
        return None
