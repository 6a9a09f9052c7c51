"""What befalls messages of terminals at ports on their way through the world, said to whoever looks on.

Each has its record in the trace already, where it happened; here it gets its line.
"""

from __future__ import annotations

from collections.abc import Mapping

from hil.host.line_log import LineLog
from hil.host.remote import RemoteTerminal
from simulator.catalogue.language import Message, Told
from simulator.catalogue.reasons import Reason
from simulator.faults.points import Point
from simulator.trace.records import FaultFired, Lost, Record, Restarted
from simulator.wire.kinds import REPLY_MTI
from simulator.world.network.link import HOST

_LOST = Message(
    "message_lost", "terminal {tid}: {mti} {stan} ({what}) from {sender} did not arrive: {why}",
    "终端 {tid}：{sender} 的报文 {mti} {stan}（{what}）未到达：{why}")
_STRUCK = Message(
    "fault_struck", "terminal {tid}: fault {fault} ({mode}) did: {verb} at {anchor}",
    "终端 {tid}：故障 {fault}（{mode}）生效：{verb}，位置 {anchor}")


_RESTARTED = Message(
    "host_restarted", "the host starts again ({why}): what waited in it is gone",
    "主机重新启动（{why}）：其中等待的请求已丢失")


class LineWatch:
    """Hears the records of a host."""

    def __init__(self, terminals: Mapping[str, RemoteTerminal], log: LineLog) -> None:
        self._terminals = terminals
        self._log = log

    def hear(self, record: Record) -> None:
        """One record of any kind."""
        if isinstance(record, Lost):
            self._lost(record)
        elif isinstance(record, Restarted) and record.actor == HOST:
            self._log.say(HOST, _RESTARTED.both(why=_both(record.why)))
        elif isinstance(record, FaultFired):
            tid = record.anchor.partition("/")[0]
            if tid in self._terminals or record.point == Point.HOST_STEP:
                self._log.say(f"terminal {tid}", _STRUCK.both(
                    tid=tid, fault=record.fault, mode=record.mode, verb=record.verb,
                    anchor=record.anchor))

    def _lost(self, record: Lost) -> None:
        terminal = self._terminals.get(record.tid)
        if terminal is None:
            return
        reply = REPLY_MTI.get(record.mti, record.mti)  # a lost request is not answered either
        terminal.is_settled((record.tid, reply, record.batch, record.stan))
        self._log.say(f"terminal {record.tid}", _LOST.both(
            tid=record.tid, mti=record.mti, stan=record.stan or "", what=record.what,
            sender=record.sender,
            why=_both(record.why)))


def _both(why: Reason | None) -> Told:
    return Told(why.en, why.zh) if why is not None else Told("", "")
