"""The ECR port of a virtual device: a till asks over a line, the terminal works, the till is answered.

An order is on the disk before the terminal begins it, its answer before a byte of it leaves, and
what was under way when the power went is looked up in the terminal's journal: "how did the last one
end" is told the truth.  What nobody foresaw on this line is written down and ends no process.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

import msgspec
import simpy

from hil.control.control import ControlError
from hil.control.few_words import LINE_OF_A_TILL, FewWords
from hil.control.net import caught
from hil.device.ecr_memory import EcrMemory, UnderWay
from hil.device.ecr_orders import (
    READS_CARD,
    Reader,
    answer_of,
    answer_of_journal,
    name_of,
    operation_of,
    reprint_answer,
    totals_answer,
)
from hil.device.requests import Operate
from hil.ecr.profile import Profile
from hil.ecr.terminal import (
    NO_LAST,
    AnswerLost,
    Memory,
    OrderHeard,
    TerminalEvent,
    TerminalSession,
)
from hil.ecr.values import Answer, Ask, Order, Result, Stage
from hil.files.one_owner import StateError
from hil.ports.limits import LIMITS
from hil.ports.line_address import LineKind
from hil.ports.line_server import serve_line, served
from hil.ports.ports import Clock, PortError
from hil.ports.pumped_port import PumpedPort
from hil.ports.serial_line import LineEvents, ModemLines, SerialLine, serial_line
from simulator.catalogue.language import Message, Told
from simulator.defect import Build, as_it_is
from simulator.judge.words.terms import KINDS_ZH, said
from simulator.machines.terminal.batch import totals
from simulator.machines.terminal.events import Conclude
from simulator.machines.terminal.memory import TerminalMemory
from simulator.machines.terminal.profile import Card, TerminalIdentity, TerminalProfile
from simulator.wire.kinds import Kind
from simulator.wire.subfields import CardTotals
from simulator.world.time.kernel import Call, call_in

ECR_LIMITS = msgspec.structs.replace(LIMITS, idle_s=86_400.0, unread_s=10.0, unread_bytes=1 << 20)
USUAL_CARD = Card(pan="6200009753180120")  # a test card, until another one is presented
NOT_OPERABLE = "not_operable"
_ASKED = Message("ecr_asked", "the till asks for {kind} {order}", "收银机请求 {kind} {order}")
_LOST = Message("ecr_lost", "the till has not taken the answer ({why})", "收银机未取走应答（{why}）")
_DAMAGED = Message(
    "ecr_damaged", "what was kept of the ECR link is damaged: it begins anew", "保存的 ECR 链路状态已损坏：重新开始")


class EcrSetting(msgspec.Struct, frozen=True):
    """How a device is driven."""

    profile: Profile
    line: str  # where it waits for the till


class Operator(Protocol):
    """The terminal, as a till's orders reach it."""

    @property
    def identity(self) -> TerminalIdentity:
        """Who it is."""

    @property
    def profile(self) -> TerminalProfile:
        """How it was built."""

    @property
    def memory(self) -> TerminalMemory:
        """What it knows."""

    @property
    def clock_ms(self) -> int:
        """What its clock shows."""

    def operate(self, asked: Operate, done: Callable[[Conclude], None]) -> None:
        """Ask once, and be told how it ended; ``ControlError`` where it cannot be asked that."""


class EcrPort:
    """One line to a till; open from construction on, ``PortError`` where it cannot be."""

    def __init__(
        self, env: simpy.Environment, clock: Clock, setting: EcrSetting, operator: Operator,
        memory: EcrMemory, narrate: Callable[[str], None], build: Build = as_it_is,
    ) -> None:
        self._env = env
        self._sessions = build(TerminalSession)
        self._profile = setting.profile
        self._operator = operator
        self._memory = memory
        self._narrate = narrate
        self.reader = Reader(USUAL_CARD)
        self._orders = 0
        self._under_way: UnderWay | None = None
        self._order: Order | None = None
        self._settled: CardTotals | None = None
        self._session = self._new_session(self._after_a_cut())
        self._port: PumpedPort | None = None
        self._wakes_ms: int | None = None  # of the session's clock
        self._is_dark = False
        self._tells_open = served(setting.line).kind is LineKind.PTY  # who has it open is told
        self._is_plugged = False  # a till is there, as far as the line shows
        self._server = serve_line(
            clock, setting.line, self._connected, limits=ECR_LIMITS,
            on_trouble=FewWords(self._narrate, LINE_OF_A_TILL.say(), ECR_LIMITS.log_lines).say, usual=_line_of(setting.profile))
        self.where = self._server.where
        if memory.was_damaged:
            self._narrate(_DAMAGED.say())
        self._keep()

    def close(self) -> None:
        """Let answers leave, then close."""
        self._is_dark = True
        self._server.close()

    def goes_dark(self) -> None:
        """The power goes: nothing is heard or said any more."""
        self._is_dark = True

    def concluded(self, effect: Conclude) -> None:
        """An operation ended that nobody waits for here: what was told of it may be wrong by now."""
        orders = self._session.memory.orders
        for each in reversed(orders):
            if each.answer is not None and each.answer.stan == effect.stan and \
                    each.answer.batch == effect.batch and each.answer.result != effect.result.value:
                answer = self._answer(effect, Order(kind=each.kind, order=each.order), None)
                self._session.memory = Memory(tuple(
                    msgspec.structs.replace(other, answer=answer) if other is each else other
                    for other in orders))
                self._keep()
                return

    # ---- the line -------------------------------------------------------------------------------

    def _connected(self, port: PumpedPort) -> LineEvents:
        self._port = port
        self._is_plugged = not self._tells_open
        return LineEvents(
            on_bytes=self._heard, on_closed=lambda: self._gone(port),
            on_failed=lambda failure: self._failed(port, failure), on_lines=self._saw)

    def _saw(self, lines: ModemLines) -> None:
        """The till's end drives its lines otherwise: one without DTR is none."""
        if not lines.dsr and self._is_plugged:
            self._unplugged()
        self._is_plugged = lines.dsr

    def _heard(self, data: bytes) -> None:
        self._is_plugged = True
        self._safely(lambda: self._session.receive(data, _now_ms()))

    def _failed(self, port: PumpedPort, failure: PortError) -> None:
        self._narrate(str(failure))
        self._gone(port)

    def _gone(self, port: PumpedPort) -> None:
        if port is self._port:
            self._port = None
            self._unplugged()

    def _unplugged(self) -> None:
        self._is_plugged = False
        self._safely(lambda: self._session.line_lost(_now_ms()))

    def _safely(self, work: Callable[[], None]) -> None:
        """The last net: no byte on this line ends the process."""
        if self._is_dark:
            return
        try:
            work()
            self._go_on()
        except StateError:
            raise  # what cannot be kept must not go on
        except Exception as error:  # noqa: BLE001
            caught("the ECR line", error)
            if self._order is None:
                self._session = self._new_session(self._session.memory)
            if self._port is not None:
                self._port.close()
                self._port = None

    def _go_on(self) -> None:
        """Do what was heard, keep what is known, say what is to be said, and look when to wake up."""
        while events := self._session.take_events():
            for event in events:
                self._take(event)
        self._keep()
        out = self._session.take_outbox()
        if out and self._port is not None:
            self._port.write(out)
        self._wake()

    def _wake(self) -> None:
        due_ms = self._session.deadline_ms
        if due_ms is None or (self._wakes_ms is not None and self._wakes_ms <= due_ms):
            return
        self._wakes_ms = due_ms
        call_in(self._env, max(0, due_ms - _now_ms()), self._woken, due_ms)

    def _woken(self, call: Call) -> None:
        if self._wakes_ms == call.arg:
            self._wakes_ms = None
            self._safely(lambda: self._session.tick(_now_ms()))

    # ---- orders ---------------------------------------------------------------------------------

    def _take(self, event: TerminalEvent) -> None:
        match event:
            case OrderHeard(order):
                self._begin(order)
            case AnswerLost(why):
                self._narrate(_LOST.say(why=why))
            case _:
                pass  # the session has done what is to be done

    def _begin(self, order: Order) -> None:
        self._orders += 1
        name, self.reader.order = name_of(order, self._orders, self.reader.order), ""
        kind = order.kind.value
        self._narrate(_ASKED.say(kind=Told(kind, said(KINDS_ZH, kind)), order=name))
        if order.kind is Ask.TOTALS:
            self._tell(totals_answer(self._operator.memory))
        elif order.kind is Ask.REPRINT:
            self._tell(reprint_answer(self._operator.memory, self._operator.identity)
                       or _refused(order, NO_LAST))
        elif order.kind.value not in set(Kind):
            self._tell(_refused(order, NOT_OPERABLE))
        else:
            self._operate(order, name)

    def _operate(self, order: Order, name: str) -> None:
        terminal = self._operator
        self._order = order
        self._settled = totals(terminal.memory.items) if order.kind is Ask.SETTLEMENT else None
        self._under_way = UnderWay(name, terminal.memory.stan, terminal.memory.batch)
        self._keep()
        asked = operation_of(order, name, terminal.memory, terminal.profile, self.reader)
        if asked.card is not None:
            self._session.progress(Stage.CARD, _now_ms())
            if asked.card.pin:
                self._session.progress(Stage.PIN, _now_ms())
        self._session.progress(Stage.HOST, _now_ms())
        try:
            terminal.operate(asked, lambda effect: self._ended(effect, order))
        except ControlError as error:
            self._narrate(str(error))
            self._order = self._under_way = None
            self._tell(_refused(order, NOT_OPERABLE))

    def _ended(self, effect: Conclude, order: Order) -> None:
        """The terminal has told how it ended."""
        if self._is_dark:
            return
        card = self.reader.card if effect.kind in READS_CARD else None
        answer = self._answer(effect, order, card)
        self._order = self._under_way = None

        def tell() -> None:
            self._tell(answer)

        self._safely(tell)

    def _answer(self, effect: Conclude, order: Order, card: Card | None) -> Answer:
        terminal = self._operator
        return answer_of(
            effect, order, terminal.memory, terminal.identity, card, terminal.clock_ms, self._settled)

    def _tell(self, answer: Answer) -> None:
        self._session.answer(answer, _now_ms())
        if not self._is_plugged:  # it is remembered, and told to nobody
            self._session.line_lost(_now_ms())

    # ---- over a power cut -----------------------------------------------------------------------

    def _after_a_cut(self) -> Memory:
        """What was under way when the power went, by the terminal's own journal."""
        kept = self._memory.kept
        if kept.under_way is None:
            return kept.memory
        terminal, begun = self._operator, kept.under_way
        return Memory(tuple(
            msgspec.structs.replace(
                each, answer=answer_of_journal(each, begun, terminal.memory, terminal.identity))
            if each.answer is None else each for each in kept.memory.orders))

    def _keep(self) -> None:
        self._memory.keep(self._session.memory, self._under_way)

    def _new_session(self, memory: Memory) -> TerminalSession:
        identity = self._operator.identity
        return self._sessions(
            self._profile, tid=identity.tid, mid=identity.mid, memory=memory,
            can_cancel=lambda: False)  # its card is read and its request stored at once


def _refused(order: Order, reason: str) -> Answer:
    return Answer(result=Result.REFUSED, reason=reason, order=order.order, amount_fen=order.amount_fen)


def _line_of(profile: Profile) -> SerialLine:
    return serial_line(profile.said.line.mode)


def _now_ms() -> int:
    """The clock of a line: no jump of the calendar moves it."""
    return time.monotonic_ns() // 1_000_000
