"""One TCP connection between a terminal and the acquirer, as it passes the terminal's end of the line.

It carries one exchange: a request, its answers.  What the trace says is done to it (``lost``,
``request_came``, ``reply_came`` …), and it tells of each packet, and of each moment at which TCP
would act by itself: send again what is not acknowledged, give up.  A connection is *broken* in the
direction in which the trace says that a message was lost: nothing of that way arrives any more.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from simulator.report.packets import ACK, FIN, LARGEST_SEGMENT, PSH, RST, SYN, Peer, packet

MS, SECOND = 1_000, 1_000_000
HANDSHAKE_US = 300  # before the request: in the millisecond before it, which no record can name
STEP_US = 100  # from a packet to what answers it at the same place
FIRST_WAIT_US, LONGEST_WAIT_US = SECOND, 60 * SECOND  # RFC 6298, 2.1 and 5.5: 1 s, then doubled
MOST_TRIES = 15
FIN_TRIES, FIN_WAIT_US = 2, 7 * SECOND  # then the terminal's system forgets the connection by RST
IDLE_US = 900 * SECOND  # then the acquirer hangs up on who has stopped to speak

Put = Callable[[int, bytes], None]


class Timer(Enum):
    """What TCP does by itself."""

    CONNECT = "a SYN again"
    REQUEST = "the request again"
    REPLY = "the reply again"
    FIN = "the FIN again"
    CLOSE = "the terminal hangs up"
    FORGET = "forget the connection"
    IDLE = "the acquirer hangs up"


Set = Callable[[int, "Conversation", Timer, int], None]


class Conversation:
    """The state of one connection."""

    __slots__ = (
        "_at_host", "_fin_us", "_is_closing", "_last_us", "_put", "_reply", "_request", "_set", "attempt", "expects", "has_ended",
        "host", "host_forgot", "is_acknowledged", "is_broken_down", "is_broken_up", "is_mute",
        "is_over", "is_refused", "sent_us", "terminal", "terminal_forgot",
    )

    def __init__(self, terminal: Peer, host: Peer, put: Put, timer: Set) -> None:
        self.terminal = terminal
        self.host = host
        self._put = put
        self._set = timer
        self._request = b""
        self._reply = b""  # the one that nobody acknowledges
        self._at_host = False  # the request is there
        self._fin_us = 0
        self._last_us = -1
        self._is_closing = False  # it has what it waited for
        self.sent_us = 0
        self.attempt = 0
        self.expects = 1  # answers, copies that the line makes among them
        self.has_ended = False  # the terminal has stopped to speak
        self.is_broken_up = False
        self.is_broken_down = False
        self.is_mute = False  # the terminal is off or hung
        self.is_refused = False
        self.terminal_forgot = False  # it was started again
        self.host_forgot = False
        self.is_over = False

    # ---- what the trace says -----------------------------------------------------------------

    def open(self, at_us: int) -> None:
        """SYN, SYN and ACK, ACK."""
        terminal, host = self.terminal, self.host
        self._up(at_us - HANDSHAKE_US, SYN)
        terminal.sequence += 1
        host.expected = terminal.sequence
        self._down(at_us - HANDSHAKE_US + STEP_US, SYN | ACK)
        host.sequence += 1
        terminal.expected = host.sequence
        self._up(at_us - HANDSHAKE_US + 2 * STEP_US, ACK)

    def refused(self, at_us: int) -> None:
        """A SYN, and a RST for it."""
        self._up(at_us, SYN)
        self.host.expected = self.terminal.sequence + 1
        self.host.sequence = 0
        self._down(at_us + STEP_US, RST | ACK)
        self.is_over = True

    def unanswered(self, at_us: int, frame: bytes = b"") -> None:
        """A SYN, and nothing; ``frame`` goes where the host comes up meanwhile."""
        self.is_refused = True
        self._request = frame
        self._up(at_us, SYN)
        self._set(at_us + FIRST_WAIT_US, self, Timer.CONNECT, 1)

    def connects_late(self, at_us: int) -> None:
        """The host that gave no answer has come up, and hears at once what waited."""
        self.is_refused = False
        self.open(at_us)
        self.request(at_us, self._request)

    def request(self, at_us: int, frame: bytes) -> None:
        """The terminal sends."""
        self.sent_us = at_us
        self._request = frame
        self._send(self.terminal, self.host, at_us, frame)
        self._set(at_us + FIRST_WAIT_US, self, Timer.REQUEST, 1)

    def request_came(self, at_us: int) -> None:
        """It is at the host, which says so."""
        self._at_host = True
        self.host.expected = self.terminal.sequence
        if not self.terminal_forgot:
            self._down(at_us + STEP_US, ACK)
        if self.has_ended or self.terminal_forgot:
            self.idles(at_us)

    def request_lost(self, at_us: int) -> None:
        """It will not be there."""
        if self.is_refused:
            return
        self.is_broken_up = True
        if self.has_ended:
            self._forget_after(at_us)

    def reply_came(self, at_us: int, frame: bytes) -> None:
        """An answer passes, and is heard, unless the terminal knows nothing of the connection."""
        self._send(self.host, self.terminal, at_us, frame)
        if self.terminal_forgot:
            self._reset_by_terminal(at_us + STEP_US)
            return
        self.is_mute = False
        self.terminal.expected = self.host.sequence
        self._up(at_us + STEP_US, ACK)
        self.expects -= 1
        if self.host_forgot:
            self._reset_by_host(at_us + 2 * STEP_US)
        elif self.expects <= 0 and not self._is_closing:
            self._is_closing = True  # unless its power fails over it
            self._set(at_us + 2 * STEP_US, self, Timer.CLOSE, 0)

    def reply_lost(self, at_us: int, frame: bytes, *, on_the_line: bool) -> None:
        """An answer passes, and nobody hears it."""
        self._reply = frame
        self._send(self.host, self.terminal, at_us, frame)
        self.is_broken_down |= on_the_line
        self._set(at_us + FIRST_WAIT_US, self, Timer.REPLY, 1)
        if self.has_ended:
            self._forget_after(at_us)

    def passes(self, at_us: int, frame: bytes, *, from_host: bool) -> None:
        """A frame that is heard, as one of many on a connection that stands."""
        sender, receiver = (self.host, self.terminal) if from_host else (self.terminal, self.host)
        self._send(sender, receiver, at_us, frame)
        receiver.expected = sender.sequence
        self._out(at_us + STEP_US, packet(receiver, sender, ACK))

    def give_up(self, at_us: int, *, host_is_up: bool) -> None:
        """The terminal does something else: it waits no more, and stops to speak."""
        if self.has_ended or self._is_closing or self.is_mute or self.terminal_forgot or self.is_over:
            return
        self.has_ended = True
        if self.is_refused:
            self.is_over = True
            return
        self._fin_us = at_us
        self._up(at_us, FIN | ACK)
        self.terminal.sequence += 1
        if self._at_host:
            self._fin_came(at_us, host_is_up=host_is_up)
        if self.is_broken_up or self.is_broken_down:
            self._forget_after(at_us)

    def terminal_restarted(self, at_us: int) -> None:
        """Its terminal has begun anew and knows nothing of it."""
        self.terminal_forgot, self.is_mute = True, False
        if self._at_host:
            self.idles(at_us)

    def idles(self, at_us: int) -> None:
        """From now on it may be that nobody ever says anything."""
        self._set(at_us + IDLE_US, self, Timer.IDLE, 0)

    # ---- what TCP does by itself ---------------------------------------------------------------

    def due(self, at_us: int, what: Timer, tries: int, *, host_is_up: bool) -> None:
        """A moment is there that was set."""
        if not self.is_over:
            _DUE[what](self, at_us, tries, host_is_up)

    def _connect_again(self, at_us: int, tries: int, host_is_up: bool) -> None:
        if not self.is_refused or self.is_mute or self.terminal_forgot:
            return
        if self._request and host_is_up:  # what waited was lost: its port is not open yet
            self.refused(at_us)
            return
        self._up(at_us, SYN)
        self._again(at_us, Timer.CONNECT, tries)

    def _request_again(self, at_us: int, tries: int, host_is_up: bool) -> None:
        if self._at_host or self.is_mute or self.terminal_forgot:
            return
        size = len(self._request)
        first = self.terminal.sequence - size - self.has_ended
        self._out(at_us, packet(
            self.terminal, self.host, PSH | ACK, self._request[:LARGEST_SEGMENT], first))
        if self.host_forgot and host_is_up:
            self._reset_by_host(at_us + STEP_US)
        else:
            self._again(at_us, Timer.REQUEST, tries)

    def _reply_again(self, at_us: int, tries: int, host_is_up: bool) -> None:
        if self.host_forgot or not host_is_up:
            return
        first = self.host.sequence - len(self._reply)
        self._out(at_us, packet(
            self.host, self.terminal, PSH | ACK, self._reply[:LARGEST_SEGMENT], first))
        if self.terminal_forgot:
            self._reset_by_terminal(at_us + STEP_US)
        else:
            self._again(at_us, Timer.REPLY, tries)

    def _fin_again(self, at_us: int, tries: int, host_is_up: bool) -> None:
        if self.is_mute or self.terminal_forgot:
            return
        self._out(at_us, packet(
            self.terminal, self.host, FIN | ACK, b"", self.terminal.sequence - 1))
        self._fin_came(at_us, host_is_up=host_is_up, tries=tries)

    def _forget(self, at_us: int, _tries: int, _host_is_up: bool) -> None:
        if not self.is_mute and not self.terminal_forgot:
            self._reset_by_terminal(at_us)

    def _idle(self, at_us: int, _tries: int, host_is_up: bool) -> None:
        if self.host_forgot or not host_is_up or self.is_broken_down:
            self.is_over = True
        elif self.terminal_forgot or self.is_mute:
            self._down(at_us, FIN | ACK)
            self.host.sequence += 1
            if self.terminal_forgot:
                self._reset_by_terminal(at_us + STEP_US)
            self.is_over = True
        else:
            self._host_ends(at_us)

    def _again(self, at_us: int, what: Timer, tries: int) -> None:
        if tries < MOST_TRIES:
            wait_us = min(FIRST_WAIT_US << tries, LONGEST_WAIT_US)
            self._set(at_us + wait_us, self, what, tries + 1)
        else:
            self.is_over = True

    # ---- its end -------------------------------------------------------------------------------

    def _fin_came(self, at_us: int, *, host_is_up: bool, tries: int = 0) -> None:
        """What the host says to a FIN, where it says something."""
        if self.host_forgot and host_is_up:
            self._reset_by_host(at_us + STEP_US)
            return
        if host_is_up:
            self.host.expected = self.terminal.sequence
            self._down(at_us + STEP_US, ACK)
            if not self.is_broken_down:
                self.idles(at_us)
                return
        if tries < (FIN_TRIES if host_is_up else MOST_TRIES):
            wait_us = min(FIRST_WAIT_US << tries, LONGEST_WAIT_US)
            self._set(at_us + wait_us, self, Timer.FIN, tries + 1)

    def _forget_after(self, at_us: int) -> None:
        self._set(max(self._fin_us + FIN_WAIT_US, at_us), self, Timer.FORGET, 0)

    def _close(self, at_us: int, _tries: int, host_is_up: bool) -> None:
        if self.is_mute or self.terminal_forgot:
            self.idles(at_us)
            return
        if not self.has_ended:
            self.has_ended = True
            self._up(at_us, FIN | ACK)
            self.terminal.sequence += 1
            at_us += STEP_US
        if self.host_forgot or not host_is_up:
            self._fin_came(at_us - STEP_US, host_is_up=host_is_up)
            return
        self.host.expected = self.terminal.sequence
        self._host_ends(at_us)

    def _host_ends(self, at_us: int) -> None:
        self._down(at_us, FIN | ACK)
        self.host.sequence += 1
        self.terminal.expected = self.host.sequence
        self._up(at_us + STEP_US, ACK)
        self.is_over = True

    def _reset_by_host(self, at_us: int) -> None:
        self.host.sequence = self.terminal.expected  # a RST has the number that it was told
        self._down(at_us, RST)
        self.is_over = True

    def _reset_by_terminal(self, at_us: int) -> None:
        if self.terminal_forgot:
            self.terminal.sequence = self.host.expected
        self._up(at_us, RST if self.terminal_forgot else RST | ACK)
        self.is_over = True

    # ---- packets -------------------------------------------------------------------------------

    def _send(self, sender: Peer, receiver: Peer, at_us: int, frame: bytes) -> None:
        for start in range(0, len(frame), LARGEST_SEGMENT):
            part = frame[start:start + LARGEST_SEGMENT]
            self._out(at_us, packet(sender, receiver, PSH | ACK, part))
            sender.sequence += len(part)

    def _out(self, at_us: int, content: bytes) -> None:
        """A packet, behind all that this connection has told of already."""
        self._last_us = max(at_us, self._last_us + 1)
        self._put(self._last_us, content)

    def _up(self, at_us: int, flags: int) -> None:
        self._out(at_us, packet(self.terminal, self.host, flags))

    def _down(self, at_us: int, flags: int) -> None:
        self._out(at_us, packet(self.host, self.terminal, flags))


_DUE: dict[Timer, Callable[[Conversation, int, int, bool], None]] = {
    Timer.CONNECT: Conversation._connect_again,  # noqa: SLF001
    Timer.REQUEST: Conversation._request_again,  # noqa: SLF001
    Timer.REPLY: Conversation._reply_again,  # noqa: SLF001
    Timer.FIN: Conversation._fin_again,  # noqa: SLF001
    Timer.CLOSE: Conversation._close,  # noqa: SLF001
    Timer.FORGET: Conversation._forget,  # noqa: SLF001
    Timer.IDLE: Conversation._idle,  # noqa: SLF001
}
