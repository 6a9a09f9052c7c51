"""Why a port hung up, refused or ignored: one line for whoever looks on and one record, of each.

Of one peer a few are said at once; the rest is counted, and told at the end of a while, so a flood
of garbage fills no disk.  Bytes are shown by their first three at most: no card number shows in them.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from hil.clock.live_clock import LiveEnvironment
from hil.control.live_words import HEARD
from hil.control.net import short
from hil.ports.limits import LIMITS
from simulator.catalogue.language import Message, Told
from simulator.catalogue.line_reasons import PortWarning
from simulator.trace.recorder import Recorder
from simulator.trace.records import Warned
from simulator.world.network import message_records as records
from simulator.world.time.kernel import Call, call_in

WHILE_MS = 10_000
MOST_PEERS = 1_000
SHOWN = 3  # first bytes: six digits, which anybody may see of a card number

_LINE = Message("port_line", "{who}: {why}{detail}{data}", "{who}：{why}{detail}{data}")
_DETAIL = Message("port_detail", " ({text})", "（{text}）")
_DATA = Message("port_data", "; {shown}, {count} bytes", "；{shown}，共{count}字节")
_MORE = Message(
    "port_more", "{peer}: {count} more like that were not written down one by one",
    "{peer}：另有{count}次同类情况未逐条记录")


class _Peer(msgspec.Struct):
    said: int = 0
    untold: int = 0
    last: PortWarning | None = None  # None: it has a record of its own


class LineLog:
    """The words about the lines of one host or relay."""

    def __init__(
        self, env: LiveEnvironment, recorder: Recorder, say: Callable[[str], None],
        actor: str = records.HOST, most: int = LIMITS.log_lines,
    ) -> None:
        """``actor``: whose lines they are; ``most``: of one peer in a while."""
        self._most = most
        self._actor = actor
        self._env = env
        self._recorder = recorder
        self._say = say
        self._peers: dict[str, _Peer] = {}

    def tell(
        self, peer: str, who: str, why: PortWarning, detail: str = "", data: bytes = b"",
        size: int | None = None,
    ) -> bool:
        """Say and write down what ``who`` did, a connection of ``peer``; whether it was not only counted."""
        is_said = not self.only_counts(peer)
        heard = HEARD.say if is_said else str  # what is only counted takes no time
        return self._tell(peer, why, _LINE.both(
            who=heard(who), why=Told(why.en, why.zh),
            detail=_DETAIL.both(text=heard(detail)) if detail else "",
            data=_DATA.both(shown=first_bytes(data), count=len(data) if size is None else size)
            if data else ""))

    def only_counts(self, peer: str) -> bool:
        """Whether so much was said of a peer that more of it is only counted."""
        known = self._peers.get(peer)
        return known is not None and known.said >= self._most

    def say(self, peer: str, told: Told) -> bool:
        """Say what has a record of its own."""
        return self._tell(peer, None, told)

    def _tell(self, peer: str, why: PortWarning | None, told: Told) -> bool:
        found = self._peers.get(peer)
        if found is None:
            found = self._begin(peer)
        found.last = why
        if found.said >= self._most:
            found.untold += 1
            return False
        found.said += 1
        self._write(why, told)
        return True

    def close(self) -> None:
        """The end: what was only counted is told."""
        for peer in list(self._peers):
            self._end(peer)

    def _begin(self, peer: str) -> _Peer:
        if len(self._peers) >= MOST_PEERS:
            self._end(next(iter(self._peers)))
        found = self._peers[peer] = _Peer()
        call_in(self._env, WHILE_MS, self._over, (peer, found))
        return found

    def _over(self, call: Call) -> None:
        peer, found = call.arg
        if self._peers.get(peer) is found:
            self._end(peer)

    def _end(self, peer: str) -> None:
        found = self._peers.pop(peer)
        if found.untold:
            self._write(found.last, _MORE.both(peer=HEARD.say(peer), count=f"{found.untold:,}"))

    def _write(self, why: PortWarning | None, told: Told) -> None:
        text = printable(short(told.say()))
        if why is not None:
            self._recorder.emit(Warned(int(self._env.now), self._actor, code=why, text=text))
        self._say(text)


def first_bytes(data: bytes) -> str:
    """As much of bytes as anybody may see.

    >>> first_bytes(bytes.fromhex("6200009753180120"))
    '62 00 00 …'
    """
    return data[:SHOWN].hex(" ").upper() + (" …" if len(data) > SHOWN else "")


def printable(text: str) -> str:
    r"""A text without what would move a cursor or clear a screen.

    >>> printable("terminal \x1b[2J")
    'terminal \\x1b[2J'
    """
    return "".join(each if each.isprintable() else f"\\x{ord(each):02x}" for each in text)
