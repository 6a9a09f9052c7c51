"""The body of a terminal machine: carries out its effects one by one, can lose power between them.

It decides nothing about transactions.  Link, journal memory and recorder are handed in, so the
same body runs inside the world and alone in a device process.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

import simpy

from simulator.catalogue.run_reasons import RestartReason
from simulator.catalogue.terminal_reasons import Shown
from simulator.faults.points import Anchor, Point, Verb
from simulator.faults.schedule import Strike
from simulator.machines.terminal.events import (
    Booted,
    ClockJumped,
    Conclude,
    CountBatch,
    DrawRandom,
    InstallUpdate,
    NvmRecord,
    PeripheralFailed,
    Print,
    RandomDrawn,
    ReplyReceived,
    Send,
    SendFailed,
    Show,
    Store,
    TerminalEffect,
    TerminalEvent,
    TimePassed,
    UpdateFinished,
)
from simulator.machines.terminal.machine import Terminal
from simulator.machines.terminal.memory import TerminalMemory
from simulator.machines.terminal.receipts import SUM_PRINTED
from simulator.machines.terminal.records import DamageFound
from simulator.machines.terminal.work import Exchange
from simulator.trace.recorder import Recorder
from simulator.trace.records import (
    BatchCounted,
    Concluded,
    Journaled,
    ReceiptGiven,
    Restarted,
    Warned,
)
from simulator.wire.kinds import Kind
from simulator.wire.message import Message
from simulator.world.bodies.kept_records import Memory, record_name
from simulator.world.bodies.memory_service import (
    ONE_RECORD,
    MemoryService,
    has_record_to_lose,
    owes_nothing,
)
from simulator.world.network import message_records as records
from simulator.world.network.link import Faults
from simulator.world.time.kernel import Call, Deadlines, call_in, now_ms
from simulator.world.time.woken import Woken

UPDATE_MS = 180_000  # fetching and installing new software
_TIME_PASSED = TimePassed()


class Uplink(Protocol):
    """The terminal's way to the host."""

    def send(self, effect: Send) -> None:
        """Take a request."""


NEVER = 1 << 62  # ms: nobody switches it on again
Build = Callable[[Iterable[NvmRecord]], Terminal]
Conclusion = Callable[[Conclude], None]


def _any_bytes(_tid: str, count: int) -> bytes:
    return secrets.token_bytes(count)


class TerminalBody(Woken):
    """One terminal: machine, memory, power."""

    __slots__ = (
        "_backup",
        "_faults",
        "_hung",
        "_memory",
        "_on_concluded",
        "_passwords",
        "_recorder",
        "_starts",
        "_told",
        "_uplink",
        "actor",
        "build",
        "machine",
        "on_boot",
        "on_silence",
        "powered",
        "printer_fails",
        "random_bytes",
        "service",
        "silent_until_ms",
        "software_offered",
        "tid",
    )

    update_ms: int = UPDATE_MS  # a device on a bench may be quicker

    def __init__(
        self, env: simpy.Environment, recorder: Recorder, faults: Faults, deadlines: Deadlines,
        tid: str, build: Build, memory: Memory, uplink: Uplink, on_concluded: Conclusion,
    ) -> None:
        super().__init__(env, deadlines)
        self._recorder = recorder
        self._faults = faults
        self._memory = memory
        self._uplink = uplink
        self._on_concluded = on_concluded
        self._told: list[Conclude] = []
        self._backup: list[NvmRecord] = []  # of the journal, as it was then
        self._passwords: dict[str, str] = {}  # by clerk, changed since it was installed
        self._hung = False
        self._starts = 0
        self.tid = tid
        self.actor = f"terminal.{tid}"
        self.build = build
        self.software_offered = ""
        self.on_boot: Callable[[], None] | None = None
        self.on_silence: Callable[[], None] | None = None  # it falls silent, or is there again
        self.silent_until_ms = 0  # off or hung; NEVER where nobody switches it on, 0: it is there
        self.printer_fails = False
        self.random_bytes: Callable[[str, int], bytes] = _any_bytes  # a world has its own
        self.service = MemoryService()
        self.machine: Terminal = build(memory.records())
        self.powered = True

    @property
    def hears_perhaps(self) -> bool:
        """It hears or it does not: that is known here."""
        return False

    def has_heard(self, message: Message) -> bool:
        """Asked of nobody who hears for certain."""
        raise NotImplementedError(message.mti)

    @property
    def hears(self) -> bool:
        """Whether a message that comes now is taken."""
        return self.powered and not self._hung

    def waits_for(self, order: str) -> bool:
        """Whether the outcome of an order is still asked for: its display says so."""
        return any(each.order == order for each in self.machine.memory.advised)

    # ---- what happens to it ------------------------------------------------------------------

    def boot(self, why: RestartReason = RestartReason.POWER_ON) -> None:
        """Build the machine anew from the journal and start it."""
        self._starts += 1
        self.powered = True
        self._hung = False
        self._is_silent(0)
        self.armed_ms = None
        self.machine = self.build(self._memory.records())
        self._set_passwords()
        if self._starts > 1:
            self._recorder.emit(Restarted(now_ms(self._env), self.actor, why=why))
        self.give(Booted())
        if self._starts > 1 and self.on_boot is not None:
            self.on_boot()

    def take_up(self) -> None:
        """Whatever ran the world died, and this one goes on: to the terminal a power cut.

        One that was off or hung stays so for the rest of its time.
        """
        self._starts += 1
        now, until_ms = now_ms(self._env), self.silent_until_ms
        if until_ms > now:
            self.cut_power(until_ms - now if until_ms < NEVER else -1)
        else:
            self.boot(RestartReason.POWER_RETURNED)

    def cut_power(self, off_ms: int) -> None:
        """Volatile state is gone; on again after ``off_ms``, or never where it is negative."""
        self.powered = False
        self.armed_ms = None
        self._is_silent(now_ms(self._env) + off_ms if off_ms >= 0 else NEVER)
        if off_ms >= 0:
            call_in(self._env, off_ms, self._power_returns, self._starts)

    def hang(self, for_ms: int) -> None:
        """Answer nothing until somebody restarts it, after ``for_ms``."""
        self._hung = True
        self.armed_ms = None
        self._is_silent(now_ms(self._env) + for_ms)
        call_in(self._env, for_ms, self._power_returns, self._starts)

    def _is_silent(self, until_ms: int) -> None:
        if until_ms != self.silent_until_ms:
            self.silent_until_ms = until_ms
            if self.on_silence is not None:
                self.on_silence()

    def wipe(self) -> None:
        """Factory reset: journal, batch and STAN counter are gone."""
        self._memory.wipe()
        self.boot(RestartReason.FACTORY_RESET)

    def back_up(self) -> None:
        """Keep a copy of the journal elsewhere."""
        self._backup = list(self._memory.records())

    def change_password(self, clerk: str, password: str) -> None:
        """A clerk signs in by another password from now on."""
        self._passwords[clerk] = password
        self._set_passwords()

    def _set_passwords(self) -> None:
        if self._passwords:
            self.machine.set_passwords(self._passwords)

    @property
    def disabled(self) -> tuple[str, ...]:
        """The functions that are switched off."""
        return self.machine.disabled

    def may_lose(self, code: str = "") -> bool:
        """Whether records can be lost now of which the host has all that they say."""
        held = self._held()  # what is there, be the terminal on or off
        return owes_nothing(self.machine.memory) and owes_nothing(TerminalMemory(held)) and (
            code != ONE_RECORD or has_record_to_lose(held))

    def reprints(self, batch: int, stan: int) -> bool:
        """Print the slip of a transaction again (重打印): what is in the open batch can be had."""
        return self.service.holds_slip(self._held(), batch, stan)

    def damage(self, code: str) -> None:
        """Bytes of its memory are damaged: it sees so when it starts, and says so."""
        records = self.service.damaged(self._held(), code)
        is_seen = any(isinstance(record, DamageFound) for record in records)
        self._comes_up_with(
            records, RestartReason.MEMORY_DAMAGED if is_seen else RestartReason.POWER_RETURNED)
        if is_seen:
            self._show(Show(Shown.JOURNAL_DAMAGED, self.machine.memory.damage))

    def lose(self, for_ms: int) -> None:
        """Gone for good; after ``for_ms`` another device has its TID."""
        self._memory.replace(self.service.commissioned(self._held()))
        self._out_of_use(for_ms, RestartReason.REPLACED)

    def roll_back(self, software: str) -> None:
        """Earlier software and settings."""
        self._comes_up_with(
            self.service.rolled_back(self._held(), software), RestartReason.ROLLED_BACK)

    def restore(self) -> None:
        """Its memory is an older backup: the last that somebody made, where somebody did."""
        self._comes_up_with(
            self.service.restored(self._held(), self._backup), RestartReason.RESTORED)

    def update(self, software: str, for_ms: int) -> None:
        """Out of use for a time, then with other software."""
        self._show(Show(Shown.UPDATING, Shown.UPDATING.zh))
        self._memory.replace(self.service.updated(self._held(), software or self.software_offered))
        self._out_of_use(for_ms, RestartReason.UPDATED)

    def break_update(self, for_ms: int) -> None:
        """An update of which nothing comes: the power fails in it, the old software is whole."""
        self._show(Show(Shown.UPDATING, Shown.UPDATING.zh))
        self._out_of_use(for_ms, RestartReason.POWER_RETURNED)

    def _held(self) -> list[NvmRecord]:
        return list(self._memory.records())

    def _comes_up_with(self, records: Iterable[NvmRecord], why: RestartReason) -> None:
        self._memory.replace(records)
        self.boot(why)

    def _out_of_use(self, for_ms: int, why: RestartReason) -> None:
        self.powered = False
        self.armed_ms = None
        self._is_silent(now_ms(self._env) + for_ms)
        call_in(self._env, for_ms, self._comes_back, (self._starts, why))

    def _comes_back(self, call: Call) -> None:
        starts, why = call.arg
        if starts == self._starts:
            self.boot(why)

    def give(self, event: TerminalEvent) -> None:
        """Hand an event to the machine and carry out what it wants."""
        if not self.powered or self._hung:
            return
        effects = self.machine.handle(event, now_ms(self._env))
        if effects:
            if self._faults.busy[Point.TERMINAL_STEP]:
                self._carry_in_danger(effects)
                if not self.hears:
                    self._tell()
                    return
            else:
                for effect in effects:
                    CARRY[type(effect)](self, effect)
        self._arm(self.machine)
        if self._told:
            self._tell()

    def _tell(self) -> None:
        """Whoever asked hears how it ended, once all effects of the moment are done."""
        told = tuple(self._told)
        self._told.clear()
        for conclusion in told:
            self._on_concluded(conclusion)

    def receive(self, message: Message) -> None:
        """A reply arrived."""
        if message.private and self.hears:
            self._look_at_keys(message)
        self.give(ReplyReceived(message))

    def _look_at_keys(self, message: Message) -> None:
        asked = self.machine.waiting
        if isinstance(asked, Exchange) and asked.kind is Kind.SIGN_ON and asked.request.stan == message.stan:
            unfit = records.keys_unfit(now_ms(self._env), self.actor, message, self.machine.master_key)
            if unfit is not None:
                self._recorder.emit(unfit)

    def send_failed(self, reason: str) -> None:
        """The last Send did not leave."""
        self.give(SendFailed(reason))

    def time_passed(self) -> None:
        """The armed moment is there: hand it on if the deadline is, else arm again."""
        if self._is_due(self.machine):
            self.give(_TIME_PASSED)

    def clock_jumped(self, by_ms: int) -> None:
        """The calendar jumped; what the machine waits for keeps its distance, and its power too."""
        self._jump(by_ms)
        if 0 < self.silent_until_ms < NEVER:
            self._is_silent(self.silent_until_ms + by_ms)
        self.give(ClockJumped(by_ms))

    def _power_returns(self, call: Call) -> None:
        if call.arg == self._starts:  # who stood before it knows a dark screen from one that stood still
            self.boot(RestartReason.HUNG if self._hung else RestartReason.POWER_RETURNED)

    # ---- what it does ------------------------------------------------------------------------

    def _carry_in_danger(self, effects: Sequence[TerminalEffect]) -> None:
        for effect in effects:
            strike = self._faults.decide(step_of(self.tid, effect), now_ms(self._env))
            if strike is None:
                CARRY[type(effect)](self, effect)
            elif not TERMINAL_STEP_VERBS[strike.verb](self, strike, effect):
                return

    def _loses_power(self, strike: Strike, _effect: TerminalEffect) -> bool:
        self._faults.struck(strike)
        self.cut_power(strike.ms)
        return False

    def _hangs(self, strike: Strike, _effect: TerminalEffect) -> bool:
        self._faults.struck(strike)
        self.hang(strike.ms)
        return False

    def _jams(self, strike: Strike, effect: TerminalEffect) -> bool:
        """No paper comes out, and all else is done; where there is no paper nothing jams."""
        if isinstance(effect, Print) and not effect.electronic:
            self._faults.struck(strike)
            call_in(self._env, 0, self._printer_failed, (self._starts, effect.order))
        else:
            CARRY[type(effect)](self, effect)
        return True

    def _store(self, effect: Store) -> None:
        record = effect.record
        self._memory.append(record)
        self._recorder.emit(
            Journaled(
                now_ms(self._env), self.actor, entry=record_name(record), tid=self.tid,
                batch=getattr(record, "batch", 0), stan=getattr(record, "stan", 0),
            ),
        )

    def _send(self, effect: Send) -> None:
        self._uplink.send(effect)

    def _print(self, effect: Print) -> None:
        if self.printer_fails and not effect.electronic:
            call_in(self._env, 0, self._printer_failed, (self._starts, effect.order))
            return
        self._recorder.emit(ReceiptGiven(
            now_ms(self._env), self.actor, sale=effect.order, amount_fen=fen_of(effect.lines)))

    def _printer_failed(self, call: Call) -> None:
        starts, order = call.arg
        if starts == self._starts:
            self.give(PeripheralFailed("printer", order))

    def _show(self, effect: Show) -> None:
        self._recorder.emit(
            Warned(now_ms(self._env), self.actor, code=effect.code, text=effect.text),
        )

    def _install(self, _effect: InstallUpdate) -> None:
        call_in(self._env, self.update_ms, self._updated, self._starts)

    def _draw(self, effect: DrawRandom) -> None:
        call_in(self._env, 0, self._drawn, (self._starts, self.random_bytes(self.tid, effect.count)))

    def _drawn(self, call: Call) -> None:
        starts, octets = call.arg
        if starts == self._starts:
            self.give(RandomDrawn(octets))

    def install_by_hand(self, _call: Call) -> None:
        """Somebody installed the software that is offered."""
        self.give(UpdateFinished(self.software_offered))

    def _updated(self, call: Call) -> None:
        if call.arg == self._starts:
            self.give(UpdateFinished(self.software_offered))

    def _conclude(self, effect: Conclude) -> None:
        self._recorder.emit(
            Concluded(
                now_ms(self._env), self.actor, sale=effect.order, what=effect.kind._value_,
                result=effect.result._value_, batch=effect.batch, stan=effect.stan,
                response_code=effect.response_code, rrn=effect.rrn,
                amount_fen=effect.amount_fen, reason=effect.reason,
            ),
        )
        self._told.append(effect)

    def _count(self, effect: CountBatch) -> None:
        self._recorder.emit(
            BatchCounted(
                now_ms(self._env), self.actor, tid=self.tid, batch=effect.batch,
                debit_fen=effect.debit_fen, debit_count=effect.debit_count,
                credit_fen=effect.credit_fen, credit_count=effect.credit_count,
                result=effect.result, closed=effect.closed,
            ),
        )


CARRY: dict[type, Callable[[TerminalBody, object], None]] = {
    Store: TerminalBody._store,  # type: ignore[dict-item]  # noqa: SLF001
    Send: TerminalBody._send,  # type: ignore[dict-item]  # noqa: SLF001
    Print: TerminalBody._print,  # type: ignore[dict-item]  # noqa: SLF001
    Show: TerminalBody._show,  # type: ignore[dict-item]  # noqa: SLF001
    DrawRandom: TerminalBody._draw,  # type: ignore[dict-item]  # noqa: SLF001
    InstallUpdate: TerminalBody._install,  # type: ignore[dict-item]  # noqa: SLF001
    Conclude: TerminalBody._conclude,  # type: ignore[dict-item]  # noqa: SLF001
    CountBatch: TerminalBody._count,  # type: ignore[dict-item]  # noqa: SLF001
}


def fen_of(lines: tuple[str, ...]) -> int:
    """The sum that is printed on a receipt; 0 where it is none of a transaction.

    >>> fen_of(("消费", "RMB 68.05")), fen_of(("结算总计单",))
    (6805, 0)
    """
    for line in lines:
        if line.startswith(SUM_PRINTED):
            return int(line.removeprefix(SUM_PRINTED).replace(".", ""))
    return 0


# Whether what comes after the step is done.
TERMINAL_STEP_VERBS: dict[Verb, Callable[[TerminalBody, Strike, TerminalEffect], bool]] = {
    Verb.CUT_POWER: TerminalBody._loses_power,  # noqa: SLF001
    Verb.HANG: TerminalBody._hangs,  # noqa: SLF001
    Verb.JAM: TerminalBody._jams,  # noqa: SLF001
}


def step_of(tid: str, effect: TerminalEffect) -> Anchor:
    """The step just before an effect, as faults name it: ``store:armed`` or ``send:0400``."""
    if isinstance(effect, Store):
        record = effect.record
        return Anchor(
            Point.TERMINAL_STEP, tid, getattr(record, "batch", 0), getattr(record, "stan", 0),
            f"store:{record_name(record)}", kind=getattr(record, "kind", ""),
        )
    if isinstance(effect, Send):
        message = effect.message
        return Anchor(
            Point.TERMINAL_STEP, tid, message.batch, message.stan or 0, f"send:{message.mti}",
            effect.attempt, effect.kind._value_,
        )
    return Anchor(
        Point.TERMINAL_STEP, tid, getattr(effect, "batch", 0), getattr(effect, "stan", 0),
        type(effect).__name__.lower(), kind=getattr(effect, "kind", ""),
    )
