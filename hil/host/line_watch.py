"""What befalls messages of terminals at ports, on the way and at the host, said to whoever looks on.

Each has its record in the trace already, where it happened; here it gets its line.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from hil.control.line_log import LineLog
from hil.host.remote import RemoteTerminal
from simulator.catalogue.host_reasons import AlarmCode
from simulator.catalogue.language import Message, Told
from simulator.catalogue.reasons import Reason
from simulator.catalogue.response_codes import response_code
from simulator.faults.points import Point
from simulator.trace.records import FaultFired, Lost, Record, Restarted, Sent, Warned
from simulator.wire.identifiers import TID_LENGTH
from simulator.wire.kinds import REPLY_MTI
from simulator.world.network.link import HOST

STRANGERS = "strangers"  # whoever invents numbers is one of them, however many he invents
# Words stand between numbers: side by side they could be read as a card's, and hidden.
_LOST = Message(
    "message_lost", "terminal {tid}: {what} {mti}, STAN {stan}, from {sender} did not arrive: {why}",
    "终端 {tid}：{what} {mti}，流水号 {stan}，由 {sender} 发出，未到达：{why}")
_STRUCK = Message(
    "fault_struck", "terminal {tid}: fault {fault} ({mode}) did: {verb} at {anchor}",
    "终端 {tid}：故障 {fault}（{mode}）生效：{verb}，位置 {anchor}")
_ALARM = Message("alarm", "terminal {tid}: {what}; {text}", "终端 {tid}：{what}；{text}")
_REFUSED = Message(
    "answered_no", "terminal {tid}: {what} {mti}, STAN {stan}, is answered {code} ({why})",
    "终端 {tid}：{what} {mti}，流水号 {stan}，应答 {code}（{why}）")
_RESTARTED = Message(
    "host_restarted", "the host starts again ({why}): what waited in it is gone",
    "主机重新启动（{why}）：其中等待的请求已丢失")


class LineWatch:
    """Hears the records of a host."""

    def __init__(
        self, terminals: Mapping[str, RemoteTerminal], log: LineLog, inside: Collection[str] = (),
    ) -> None:
        """``inside``: TIDs of terminals of this world, of which nothing is said."""
        self._terminals = terminals
        self._log = log
        self._inside = inside
        self._hears: dict[type[Record], Callable[[Any], None]] = {
            Lost: self._lost, Restarted: self._restarted, FaultFired: self._struck,
            Warned: self._alarmed, Sent: self._answered,
        }

    def hear(self, record: Record) -> None:
        """One record of any kind."""
        if hears := self._hears.get(type(record)):
            hears(record)

    def _restarted(self, record: Restarted) -> None:
        if record.actor == HOST:
            self._log.say(HOST, _RESTARTED.both(why=_both(record.why)))

    def _struck(self, record: FaultFired) -> None:
        tid = record.anchor.rsplit("/", 4)[0]  # a TID may hold a stroke itself
        if tid in self._terminals or record.point == Point.HOST_STEP:
            self._log.say(f"terminal {tid}", _STRUCK.both(
                tid=tid, fault=record.fault, mode=record.mode, verb=record.verb,
                anchor=record.anchor))

    def _alarmed(self, record: Warned) -> None:
        """The host saw something that somebody should look at; its words begin with a TID."""
        tid, text = record.text[:TID_LENGTH], record.text[TID_LENGTH:].removeprefix(": ")
        what = _ALARMS.get(record.code)
        if record.actor == HOST and what is not None and tid not in self._inside:
            self._log.say(f"terminal {tid}" if tid in self._terminals else STRANGERS, _ALARM.both(tid=tid, what=_both(what), text=text))

    def _answered(self, record: Sent) -> None:
        """A reply that is no approval: whoever stands at the terminal wants to know which and why."""
        code = record.response_code
        if record.actor != HOST or not code or record.tid not in self._terminals:
            return
        row = response_code(code)
        if not row.approves:
            self._log.say(f"terminal {record.tid}", _REFUSED.both(
                tid=record.tid, mti=record.mti, stan=record.stan or "–", what=record.what, code=code,
                why=Told(row.en or row.text, row.text)))

    def _lost(self, record: Lost) -> None:
        terminal = self._terminals.get(record.tid)
        if terminal is None:
            return
        reply = REPLY_MTI.get(record.mti, record.mti)  # a lost request is not answered either
        terminal.is_settled((record.tid, reply, record.stan))
        self._log.say(f"terminal {record.tid}", _LOST.both(
            tid=record.tid, mti=record.mti, stan=record.stan or "–", what=record.what,
            sender=record.sender,
            why=_both(record.why)))


_ALARMS = {str(code): code for code in AlarmCode if code is not AlarmCode.UNKNOWN_KIND}  # has its own


def _both(why: Reason | None) -> Told:
    return Told(why.en, why.zh) if why is not None else Told("", "")
