"""What is done to a terminal at one boundary: a table of harms; carries out none.

A boundary is a message of an operation, or the operation's beginning or end.  A harm is what is done
there: the power goes, or the line does something to the message.  What of both together has no
meaning is told by a :class:`Without`, with its reason.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import msgspec

from hil.relay.decisions import CUT_SHORT, GARBAGE, LOSE, RESET, WRONG_MAC, Decision, hold, repeat
from hil.relay.matching import Match
from hil.relay.seen import Fate, SeenMessage, Way
from simulator.catalogue.language import Message, Told
from simulator.wire.kinds import REVERSIBLE

LONGEST_HOLD_MS = 600_000.0  # a message that waits for another one waits no longer than this
SOON_MS = 10  # a terminal that has heard a reply is at work on it


class Place(StrEnum):
    """Of a power cut: on which side of the boundary."""

    BEFORE = "before"  # the message is whole on the line and goes no further
    AFTER = "after"  # its last byte has left


class Column(msgspec.Struct, frozen=True):
    """One column of the table of results."""

    name: str
    zh: str


class Harm(msgspec.Struct, frozen=True, kw_only=True):
    """One row: where it has a meaning, and what is done."""

    name: str  # as it stands in the name of a case
    column: Column
    what: Told
    ways: frozenset[Way] = frozenset(Way)
    of_operation: bool = False  # at its beginning and its end, not at a message
    power: Place | None = None  # the power goes there, so long after it
    delay_ms: int = 0
    decision: Decision | None = None  # what the line does with the message

    @property
    def cuts_power(self) -> bool:
        """Whether somebody has to turn the terminal off."""
        return self.of_operation or self.power is not None


class Without(msgspec.Struct, frozen=True):
    """One reason for which a harm has no meaning at a message."""

    why: Message
    is_so: Callable[[Harm, SeenMessage], bool]


_UP, _DOWN = frozenset({Way.UP}), frozenset({Way.DOWN})
OFF_BEFORE = Column("off<", "断前")
OFF_AFTER = Column("off>", "断后")
OFF_SOON = Column("off+", "稍后")
LOST, LATE, LATER = Column("lost", "丢失"), Column("late", "迟到"), Column("+rev", "正后")
TWICE, MAC, CUT = Column("2x", "重复"), Column("mac", "MAC"), Column("cut", "截断")
NOISE, RST = Column("junk", "乱码"), Column("rst", "重置")
COLUMNS = (OFF_BEFORE, OFF_AFTER, OFF_SOON, LOST, LATE, LATER, TWICE, MAC, CUT, NOISE, RST)

_ANY_UP, _ANY_DOWN = Match(way=Way.UP), Match(way=Way.DOWN)
HARMS: dict[str, Harm] = {each.name: each for each in (
    Harm(name="power", column=OFF_BEFORE, of_operation=True,
         what=Told("the power goes", "断电")),
    Harm(name="power-before", column=OFF_BEFORE, power=Place.BEFORE, decision=LOSE,
         what=Told("the power goes once the message is whole on the line, and it goes no further",
                   "报文在线路上完整之后断电，报文不再前行")),
    Harm(name="power-after", column=OFF_AFTER, power=Place.AFTER,
         what=Told("the power goes as the message leaves the line", "报文离开线路时断电")),
    Harm(name="power-soon", column=OFF_SOON, power=Place.AFTER, delay_ms=SOON_MS, ways=_DOWN,
         what=Told(f"the power goes {SOON_MS} ms after the reply has left the line",
                   f"应答离开线路 {SOON_MS} 毫秒后断电")),
    Harm(name="lost-request", column=LOST, ways=_UP, decision=LOSE,
         what=Told("the request is lost", "请求丢失")),
    Harm(name="late-request", column=LATE, ways=_UP, decision=hold(LONGEST_HOLD_MS, _ANY_UP),
         what=Told("the request is overtaken by the terminal's next message", "请求被终端的下一条报文超过")),
    Harm(name="repeated-request", column=TWICE, ways=_UP, decision=repeat(),
         what=Told("the request arrives twice", "请求到达两次")),
    Harm(name="reset-request", column=RST, ways=_UP, decision=RESET,
         what=Told("the connection is reset in place of the request", "请求未到，连接被重置")),
    Harm(name="lost-reply", column=LOST, ways=_DOWN, decision=LOSE,
         what=Told("the reply is lost", "应答丢失")),
    Harm(name="late-reply", column=LATE, ways=_DOWN, decision=hold(LONGEST_HOLD_MS, _ANY_UP),
         what=Told("the reply comes when the terminal has given up waiting and sent its next message",
                   "终端已停止等待并发出下一条报文之后，应答才到")),
    Harm(name="late-after-reversal", column=LATER, ways=_DOWN,
         decision=hold(LONGEST_HOLD_MS, Match(way=Way.DOWN, mti="0410")),
         what=Told("the reply comes after that to its reversal", "应答在其冲正的应答之后才到")),
    Harm(name="repeated-reply", column=TWICE, ways=_DOWN, decision=repeat(),
         what=Told("the reply comes twice", "应答到达两次")),
    Harm(name="wrong-mac", column=MAC, ways=_DOWN, decision=WRONG_MAC,
         what=Told("the reply has a wrong MAC", "应答的 MAC 错误")),
    Harm(name="cut-short", column=CUT, ways=_DOWN, decision=CUT_SHORT,
         what=Told("the reply ends in its middle", "应答中途截断")),
    Harm(name="garbage", column=NOISE, ways=_DOWN, decision=GARBAGE,
         what=Told("garbage comes in place of the reply", "应答变成乱码")),
    Harm(name="reset-reply", column=RST, ways=_DOWN, decision=RESET,
         what=Told("the connection is reset in place of the reply", "应答未到，连接被重置")),
)}
_REVERSIBLE = frozenset(kind.value for kind in REVERSIBLE)
WITHOUT: tuple[Without, ...] = (  # the first that is so is the reason
    Without(Message("lost_anyway", "this {kind} is lost in every case of its kind", "这条 {kind} 在该种类的每种情形中都丢失"),
            lambda harm, seen: seen.fate is Fate.LOST and harm.power is not Place.BEFORE),
    Without(Message("no_mac", "the message carries no MAC", "报文没有 MAC"),
            lambda harm, seen: harm.column is MAC and (seen.message is None or not seen.message.mac)),
    Without(Message("not_reversed", "{kind} is not reversed", "{kind} 不冲正"),
            lambda harm, seen: harm.column is LATER and seen.kind not in _REVERSIBLE),
)
NOT_THIS_WAY = Message("not_this_way", "of requests the line loses, delays or repeats; replies it spoils as well",
                       "线路对请求只丢失、延迟、重复；对应答还会损坏")


def why_without(harm: Harm, seen: SeenMessage) -> Told | None:
    """Why a harm has no meaning at a message; None where it has one."""
    return next((each.why.both(kind=seen.kind) for each in WITHOUT if each.is_so(harm, seen)), None)
