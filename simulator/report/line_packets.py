"""The packets of a run: from records in their order to packets in theirs.

What passes is seen at the terminal's end of the line: a request at the moment when it was sent, an
answer when it arrived; one that was lost when it was sent, as it is lost between here and the
terminal.  Each exchange has a connection of its own.  A frame of which nobody says what became of
it (a relay's, a list of frames) is one that was heard, on a connection that stands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any

from simulator.catalogue.line_reasons import NOT_SENT, LineReason
from simulator.faults.points import Point, Verb
from simulator.report.conversation import HANDSHAKE_US, MS, Conversation, Timer
from simulator.report.packets import CaptureStream, Peer
from simulator.trace.records import (
    Arrived,
    Concluded,
    FaultFired,
    Journaled,
    Lost,
    Record,
    Restarted,
    Sent,
    WireCarried,
)
from simulator.wire.kinds import REPLY_MTI

HOST = "acquirer"
HOST_ADDRESS = "10.255.0.1"
HOST_PORT = 8583  # the dissector's, see simulator.wire.dissector
_HOST_MAC = bytes.fromhex("020000ff0001")
_FIRST_PORT, _PORTS = 49_152, 16_384
_REQUEST_MTI = {reply: request for request, reply in REPLY_MTI.items()}
_LEAD_US = 1_000  # a handshake is told of after its request; more than HANDSHAKE_US
_NOTHING_ON_THE_LINE = frozenset({LineReason.NAME_UNKNOWN, LineReason.NOT_ENCODABLE})
_STOPS = frozenset({Verb.CUT_POWER.value, Verb.HANG.value})
assert _LEAD_US > HANDSHAKE_US

_Key = tuple[str, str, int, int]  # TID, MTI, batch, STAN


class _Leaving:
    """A message that has left just now: what befalls it is said by the next records."""

    __slots__ = ("changed", "copies", "frame", "sent", "verb", "why")

    def __init__(self, sent: Sent, frame: bytes) -> None:
        self.sent = sent
        self.frame = frame
        self.changed: bytes | None = None
        self.copies = 0
        self.verb = ""
        self.why: LineReason | None = None


class _Terminal:
    """What is known of one terminal: its address, its connections."""

    __slots__ = ("address", "connections", "forged", "mac", "ports", "standing")

    def __init__(self, number: int) -> None:
        octets = (number // 62_500 % 250, number // 250 % 250, number % 250 + 1)
        self.address = bytes((10, *octets))
        self.mac = bytes((2, 0, 0, *octets))
        self.ports = 0
        self.connections: list[Conversation] = []
        self.standing: Conversation | None = None
        self.forged: list[bytes] = []


class LinePackets:
    """Hears records, puts packets into a capture."""

    def __init__(self, capture: CaptureStream) -> None:
        self._capture = capture
        self._terminals: dict[str, _Terminal] = {}
        self._timers: list[tuple[int, int, Conversation, Timer, int]] = []
        self._timers_set = 0
        self._now_us = 0
        self._host_is_up = True
        self._sent: Sent | None = None
        self._leaving: _Leaving | None = None
        self._requests: defaultdict[_Key, list[Conversation]] = defaultdict(list)  # under way
        self._copies: defaultdict[_Key, list[bytes]] = defaultdict(list)  # of requests, under way
        self._replies: defaultdict[_Key, list[tuple[Conversation, bytes]]] = defaultdict(list)
        self._asked: defaultdict[tuple[str, str, int], list[Conversation]] = defaultdict(list)
        self._hears: dict[type[Record], Callable[[Any], None]] = {
            Sent: self._on_sent, WireCarried: self._on_carried, Arrived: self._on_arrived,
            Lost: self._on_lost, FaultFired: self._on_fault, Restarted: self._on_restarted,
            Concluded: self._on_done, Journaled: self._on_done,
        }

    def hear(self, record: Record) -> None:
        """The next record."""
        hears = self._hears.get(type(record))
        if hears is None:
            return
        if self._leaving is not None and not self._is_about_it(record):
            self._has_left(self._leaving)
        self._go_on_until(record.at_ms * MS)
        hears(record)

    def go_on(self, now_ms: int) -> None:
        """No record until then."""
        if self._leaving is not None:
            self._has_left(self._leaving)
        self._go_on_until(now_ms * MS)

    def finish(self) -> None:
        """No more records."""
        if self._leaving is not None:
            self._has_left(self._leaving)
        self._go_on_until(self._now_us + _LEAD_US)  # what is ending, ends
        self._capture.release_all()

    def _go_on_until(self, now_us: int) -> None:
        """What TCP does by itself until then, and whatever is told of by now is written."""
        if now_us <= self._now_us:
            return
        timers = self._timers
        while timers and timers[0][0] <= now_us:
            at_us, _, conversation, what, tries = heappop(timers)
            conversation.due(at_us, what, tries, host_is_up=self._host_is_up)
        self._now_us = now_us
        self._capture.release(now_us - _LEAD_US)

    def _set(self, at_us: int, conversation: Conversation, what: Timer, tries: int) -> None:
        self._timers_set += 1
        heappush(self._timers, (at_us, self._timers_set, conversation, what, tries))

    # ---- a message leaves --------------------------------------------------------------------

    def _on_sent(self, record: Sent) -> None:
        self._sent = record
        if record.actor != HOST:
            self._has_moved_on(record.actor, record.at_ms)

    def _on_carried(self, record: WireCarried) -> None:
        frame = bytes.fromhex(record.frame)
        leaving, sent = self._leaving, self._sent
        if leaving is not None and record.sender not in {HOST, leaving.sent.actor}:
            if leaving.verb == Verb.FORGE:
                self._terminal(leaving.sent.actor).forged.append(frame)
            else:
                leaving.changed = frame
            return
        self._sent = None
        if sent is not None and (sent.actor, sent.to) == (record.sender, record.receiver):
            self._leaving = _Leaving(sent, frame)
        elif HOST in {record.sender, record.receiver}:
            self._carried_for_certain(record, frame)

    def _is_about_it(self, record: Record) -> bool:
        """Whether it says what befalls the message that is leaving."""
        leaving = self._leaving
        assert leaving is not None
        if isinstance(record, FaultFired):
            return record.point in {Point.REQUEST, Point.REPLY}
        if isinstance(record, Lost):
            sent = leaving.sent
            return record.at_ms == sent.at_ms and record.sender == sent.actor and (
                record.mti, record.stan, record.batch) == (sent.mti, sent.stan, sent.batch)
        return isinstance(record, WireCarried) and record.sender not in {HOST, leaving.sent.actor}

    def _has_left(self, leaving: _Leaving) -> None:
        self._leaving = None
        if leaving.sent.actor == HOST:
            self._reply_has_left(leaving)
        else:
            self._request_has_left(leaving)

    def _request_has_left(self, leaving: _Leaving) -> None:
        sent = leaving.sent
        if leaving.why in _NOTHING_ON_THE_LINE:
            return
        at_us = sent.at_ms * MS
        conversation = self._connection(sent.actor)
        conversation.attempt = sent.attempt
        conversation.sent_us = at_us
        if leaving.why is LineReason.REFUSE_CONNECT:
            conversation.refused(at_us)
            self._drop(sent.actor, conversation)
            return
        if leaving.why in NOT_SENT:
            conversation.unanswered(at_us)
            return
        key = (sent.tid, sent.mti, sent.batch, sent.stan)
        if leaving.why is None and not self._host_is_up:
            conversation.unanswered(at_us, leaving.changed or leaving.frame)
            self._requests[key].append(conversation)
            return
        conversation.open(at_us)
        conversation.request(at_us, leaving.changed or leaving.frame)
        if leaving.why is not None:
            conversation.request_lost(at_us)
        else:
            self._requests[key].append(conversation)
        if leaving.copies:
            self._copies[key] += [leaving.frame] * leaving.copies

    def _reply_has_left(self, leaving: _Leaving) -> None:
        sent, frame = leaving.sent, leaving.changed or leaving.frame
        conversation = self._answered(sent)
        conversation.expects += leaving.copies
        key = (sent.tid, sent.mti, sent.batch, sent.stan)
        if leaving.why is not None:
            conversation.reply_lost(sent.at_ms * MS, frame, on_the_line=True)
        else:
            self._replies[key] += [(conversation, frame)] * (1 + leaving.copies)

    def _answered(self, sent: Sent) -> Conversation:
        """The connection of the request that is answered."""
        key = (sent.tid, _REQUEST_MTI.get(sent.mti, ""), sent.stan)
        asked = [each for each in self._asked.get(key, ()) if not each.is_over or each.terminal_forgot]
        chosen = next((each for each in asked if each.attempt == sent.attempt), asked[0] if asked else None)
        if chosen is None:
            return self._spare(sent.to, sent.at_ms * MS)
        _take(self._asked, key, chosen)
        return chosen

    def _spare(self, name: str, at_us: int) -> Conversation:
        """For an answer whose own connection cannot bring it any more, and the terminal heard it."""
        conversation = self._connection(name)
        conversation.sent_us = at_us
        conversation.open(at_us)
        return conversation

    def _carried_for_certain(self, record: WireCarried, frame: bytes) -> None:
        """A frame that was heard, whoever says nothing else of it."""
        from_host = record.sender == HOST
        name, at_us = record.receiver if from_host else record.sender, record.at_ms * MS
        terminal = self._terminal(name)
        if terminal.standing is None:
            terminal.standing = self._new(terminal)
            terminal.standing.open(at_us)
        terminal.standing.passes(at_us, frame, from_host=from_host)

    # ---- what becomes of it --------------------------------------------------------------------

    def _on_fault(self, record: FaultFired) -> None:
        leaving = self._leaving
        if leaving is not None and record.point in {Point.REQUEST, Point.REPLY}:
            leaving.verb = record.verb
            leaving.copies += record.verb == Verb.DUPLICATE
        elif record.point == Point.TERMINAL_STEP and record.verb in _STOPS:
            tid = record.anchor.rsplit("/", 4)[0]  # a TID may hold a stroke itself
            for conversation in self._terminal(f"terminal.{tid}").connections:
                conversation.is_mute = True
        elif record.point == Point.HOST_STEP and record.verb == Verb.CRASH:
            self._host_is_up = False

    def _on_arrived(self, record: Arrived) -> None:
        at_us = record.at_ms * MS
        key = (record.tid, record.mti, record.batch, record.stan)
        if record.actor != HOST:
            self._reply_arrives(record, key, at_us)
            return
        conversation = self._under_way(record.sender, key, at_us, attempt=record.attempt,
                                       is_copy=record.copy > 0)
        if conversation is not None:
            if conversation.is_refused:
                conversation.connects_late(at_us)
            conversation.request_came(at_us)
            self._asked[record.tid, record.mti, record.stan].append(conversation)

    def _under_way(
        self, name: str, key: _Key, at_us: int, *, attempt: int | None = None, is_copy: bool = False,
    ) -> Conversation | None:
        """The connection of a request that has come to its end: there, or lost."""
        requests = () if is_copy else self._requests.get(key, ())
        if requests:
            chosen = next((each for each in requests if each.attempt == attempt), requests[0])
            _take(self._requests, key, chosen)
            return chosen
        copies = self._copies.get(key)
        frame = None
        if copies:
            frame = copies.pop(0)
            if not copies:
                del self._copies[key]
        elif (terminal := self._terminal(name)).forged:
            frame = terminal.forged.pop(0)
        if frame is None:
            return None
        conversation = self._connection(name)
        conversation.open(at_us)
        conversation.request(at_us, frame)
        return conversation

    def _reply_arrives(self, record: Arrived, key: _Key, at_us: int) -> None:
        replies = self._replies.get(key)
        if not replies:
            return
        conversation, frame = replies.pop(0)
        if not replies:
            del self._replies[key]
        if not conversation.terminal_forgot and (conversation.is_over or conversation.is_broken_down):
            conversation = self._spare(record.actor, at_us)
        conversation.reply_came(at_us, frame)
        self._drop(record.actor, conversation)

    def _on_lost(self, record: Lost) -> None:
        if self._leaving is not None:
            self._leaving.why = record.why
            return
        at_us = record.at_ms * MS
        key = (record.tid, record.mti, record.batch, record.stan)
        if record.sender == HOST:
            replies = self._replies.get(key)
            if replies:
                conversation, frame = replies.pop(0)
                if not replies:
                    del self._replies[key]
                conversation.reply_lost(at_us, frame, on_the_line=False)
            return
        conversation_or_none = self._under_way(record.sender, key, at_us, attempt=record.attempt)
        if conversation_or_none is not None:
            conversation_or_none.request_lost(at_us)

    # ---- ends --------------------------------------------------------------------------------

    def _on_done(self, record: Concluded | Journaled) -> None:
        if record.actor != HOST:
            self._has_moved_on(record.actor, record.at_ms)

    def _has_moved_on(self, name: str, at_ms: int) -> None:
        """A terminal that waits for an answer does nothing else: it waits no more."""
        terminal = self._terminals.get(name)
        if terminal is None:
            return
        at_us = at_ms * MS
        for conversation in tuple(terminal.connections):
            if conversation.sent_us < at_us:
                conversation.give_up(at_us, host_is_up=self._host_is_up)
            self._drop(name, conversation)

    def _on_restarted(self, record: Restarted) -> None:
        if record.actor != HOST:
            terminal = self._terminal(record.actor)
            for conversation in terminal.connections:
                conversation.terminal_restarted(record.at_ms * MS)
            return
        self._host_is_up = True
        self._asked.clear()
        for terminal in self._terminals.values():
            for conversation in terminal.connections:
                conversation.host_forgot = True

    def _drop(self, name: str, conversation: Conversation) -> None:
        """Nobody needs one that is over."""
        connections = self._terminal(name).connections
        if conversation.is_over and conversation in connections:
            connections.remove(conversation)

    # ---- terminals and their connections -------------------------------------------------------

    def _terminal(self, name: str) -> _Terminal:
        if name not in self._terminals:
            self._terminals[name] = _Terminal(len(self._terminals))
        return self._terminals[name]

    def _connection(self, name: str) -> Conversation:
        terminal = self._terminal(name)
        terminal.connections = [each for each in terminal.connections if not each.is_over]
        conversation = self._new(terminal)
        terminal.connections.append(conversation)
        return conversation

    def _new(self, terminal: _Terminal) -> Conversation:
        number = terminal.ports
        terminal.ports += 1
        mine = Peer(terminal.address, terminal.mac, _FIRST_PORT + number % _PORTS,
                    1_000 + 64_000 * number)
        its = Peer(_ADDRESS, _HOST_MAC, HOST_PORT, 5_000 + 64_000 * number)
        return Conversation(mine, its, self._capture.put, self._set)


_ADDRESS = bytes(int(octet) for octet in HOST_ADDRESS.split("."))


def _take(held: dict[Any, list[Conversation]], key: object, taken: Conversation) -> None:
    held[key] = [each for each in held[key] if each is not taken]
    if not held[key]:
        del held[key]
