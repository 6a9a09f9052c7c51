"""A virtual device: the terminal machine alone in its process, on the live clock, its NVM in a file.

It runs the same body as a terminal inside the world, with another link and another memory; what it
does beside that is to answer its control port and to die when told.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path

import msgspec

from hil.clock.live_clock import LiveEnvironment, jump_trouble
from hil.control.control import Answer, Command, ControlError, ControlServer, Done, Request
from hil.device.ecr_memory import EcrMemory
from hil.device.ecr_port import EcrPort, EcrSetting
from hil.device.link import HostLink
from hil.device.operate_rules import checked
from hil.device.power import PowerSwitch
from hil.device.requests import (
    CutPower,
    DeviceStatus,
    Jump,
    Operate,
    Outcome,
    Present,
    PrinterFails,
    Status,
    Stop,
)
from hil.device.table_status import table_status
from hil.device.trace_gap import untold
from hil.device.uplink import Uplink
from hil.files.nvm_file import MemoryOf, NvmFile
from hil.files.trace_file import TraceFile, read_trace
from hil.ports.limits import CLIENT_LIMITS, CONTROL_LIMITS, PortLimits
from hil.ports.ports import Address
from hil.ports.tcp_port import refuse_taken
from simulator.catalogue.language import Message, Told
from simulator.catalogue.reasons import reason_of
from simulator.catalogue.run_reasons import RestartReason
from simulator.defect import Build, as_it_is
from simulator.judge.words.terms import KINDS_ZH, RESULTS_ZH, said
from simulator.machines.sealing import Sealer
from simulator.machines.terminal.events import Conclude, NvmRecord, Operated
from simulator.machines.terminal.machine import Terminal
from simulator.machines.terminal.memory import TerminalMemory
from simulator.machines.terminal.profile import TerminalIdentity, TerminalProfile
from simulator.machines.terminal.records import StanTaken
from simulator.machines.terminal.work import Off, Resting
from simulator.trace.recorder import Recorder
from simulator.trace.records import Restarted
from simulator.wire.codec import Codec
from simulator.wire.des import check_value
from simulator.wire.dialect import Dialect
from simulator.wire.dialects import usual_dialect
from simulator.wire.errors import WireError
from simulator.wire.kinds import Kind
from simulator.wire.mac import WireSealer
from simulator.wire.pin import PinError
from simulator.world.bodies.terminal_body import UPDATE_MS, TerminalBody
from simulator.world.time.kernel import Call, Deadlines, call_in

_CONCLUDED = Message("concluded", "{kind} {order}: {result}", "{kind} {order}：{result}")
FLUSH_TURN_MS = 1
LONGEST_FLUSH_MS = 1_000  # a host that does not read does not keep a device alive

TerminalClass = Callable[
    [TerminalIdentity, TerminalProfile, Sealer, Iterable[NvmRecord], str], Terminal,
]


class DeviceSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What a device is and where it is plugged in."""

    identity: TerminalIdentity
    profile: TerminalProfile
    host: Address | Uplink
    control: Address
    nvm: Path
    ecr: EcrSetting | None = None  # a till's line; None: it is driven by its control port alone
    trace: Path | None = None
    limits: PortLimits = CLIENT_LIMITS
    control_limits: PortLimits = CONTROL_LIMITS
    dialect: Dialect = msgspec.field(default_factory=usual_dialect)
    offers: str = ""  # the software that an update brings, "" for none
    update_ms: int = UPDATE_MS
    store_ms: int = 0  # how long a record takes to be written
    first_stan: int = 1  # of a memory that is new: the number that is used next
    terminal: TerminalClass = Terminal  # another class: a machine built wrong on purpose
    build: Build = as_it_is  # the parts of its ECR port; others: built wrong on purpose


class DeviceBody(TerminalBody):
    """Of one device; what an update brings, and how long that takes, is told when it is started."""

    __slots__ = ("update_ms",)


class Device:
    """One device, from power on until it is stopped or killed."""

    def __init__(self, env: LiveEnvironment, settings: DeviceSettings) -> None:
        """Open memory, trace and control port; ``StateError`` or ``PortError`` where one cannot."""
        refuse_taken(settings.control)
        self._env = env
        self._settings = settings
        self._waiting: dict[str, Callable[[Conclude], None]] = {}  # whoever asked, by order
        self._orders = 0
        self._dies_by_ms = 0
        self.narrate: Callable[[str], None] = lambda _: None  # to whoever looks on
        self.nvm = NvmFile(
            settings.nvm, MemoryOf(settings.identity.tid, settings.identity.mid), write_ms=settings.store_ms)
        with ExitStack() as refused:
            refused.callback(self.nvm.withdraw)
            is_new = not self.nvm.records()
            if is_new and settings.first_stan > 1:
                self.nvm.append(StanTaken(settings.first_stan - 1))
            self._trace = TraceFile(settings.trace) if settings.trace else None
            if self._trace is not None:
                refused.callback(self._trace.withdraw)
            recorder = Recorder([self._trace.emit] if self._trace else [])
            codec = Codec(settings.dialect)
            sealer = WireSealer(codec)
            tid = settings.identity.tid
            self._link = HostLink(env, env, recorder, codec, tid, settings.host, settings.limits)
            self._power = PowerSwitch(self._dies)
            self._deadlines = Deadlines(env)
            env.on_jump(self._jumped)
            self.body = DeviceBody(
                env, recorder, self._power, self._deadlines, tid,
                lambda records: settings.terminal(
                    settings.identity, settings.profile, sealer, records, self.nvm.recovered),
                self.nvm, self._link, self._concluded,
            )
            self.body.software_offered = settings.offers
            self.body.update_ms = settings.update_ms
            self._link.body = self.body
            self.ecr: EcrPort | None = None
            if settings.ecr is not None:
                self.ecr = self._open_ecr(settings.ecr)
                refused.callback(self.ecr.close)
            self._control = ControlServer(
                env.first, settings.control, self._commands(), settings.control_limits)
            self.control_address = self._control.address
            if not is_new:
                self._tell_what_was_stored(recorder, tid)
                recorder.emit(Restarted(env.clock_ms, self.body.actor, why=RestartReason.POWER_RETURNED))
            refused.pop_all()

    def _tell_what_was_stored(self, recorder: Recorder, tid: str) -> None:
        """The kill may have come between memory and trace."""
        if self._settings.trace is not None:
            gap = untold(
                self.nvm.records(), read_trace(self._settings.trace), tid, self._env.clock_ms)
            if gap is not None:
                recorder.emit(gap)

    def start(self) -> None:
        """Power on."""
        self._env.inject(self.body.boot)

    def close(self) -> None:
        """Let answers leave, hang up, close the files."""
        self._control.close()
        if self.ecr is not None:
            self.ecr.close()
        self._link.close()
        self.nvm.close()
        if self._trace is not None:
            self._trace.close()

    # ---- what is asked -----------------------------------------------------------------------

    def _commands(self) -> dict[type[Request], Command]:
        return {
            Operate: self._operate, Status: self._status, CutPower: self._cut_power,
            PrinterFails: self._printer, Present: self._present, Jump: self._jump, Stop: self._stop,
        }

    def _operate(self, wanted: Operate, answer: Answer) -> None:
        self.operate(wanted, lambda effect: answer(_outcome(effect)))

    def operate(self, asked: Operate, done: Callable[[Conclude], None]) -> None:
        """Ask the terminal once, and be told how it ended; ``ControlError`` where it cannot be asked that."""
        asked = checked(asked)
        if asked.order in self._waiting:
            raise ControlError(f"order {asked.order!r} is under way; give each one its own name")
        self._orders += 1
        order = asked.order or f"{asked.kind.value}-{os.getpid()}-{self._orders}"
        self._waiting[order] = done
        facts = {name: getattr(asked, name) for name in asked.__struct_fields__}
        try:
            self.body.give(Operated(**{**facts, "order": order}))
        except (WireError, PinError) as error:
            # Nothing of it was carried out; the machine forgets what it half began.
            del self._waiting[order]
            self.body.boot(RestartReason.REQUEST_WITHOUT_BYTES)
            raise ControlError(f"operate: {error}") from error

    def _concluded(self, effect: Conclude) -> None:
        why = effect.reason or effect.response_code.replace("00", "")
        kind, result = effect.kind.value, effect.result.value
        told = _CONCLUDED.both(
            kind=Told(kind, said(KINDS_ZH, kind)), order=effect.order,
            result=Told(result, said(RESULTS_ZH, result)))
        because = Told(f" ({why})", f"（{reason.zh if (reason := reason_of('concluded.reason', why)) else why}）")
        self.narrate(told.say() + (because.say() if why else ""))
        done = self._waiting.pop(effect.order, None)
        if done is not None:
            done(effect)
        elif self.ecr is not None:
            self.ecr.concluded(effect)

    def _status(self, _asked: Status, answer: Answer) -> None:
        memory = self.body.machine.memory
        advices = len(memory.advised)
        pending = memory.armed is not None or memory.settling is not None or advices > 0
        answer(DeviceStatus(
            tid=self.body.tid, mid=self._settings.identity.mid, host=str(self._settings.host),
            now_ms=self._env.clock_ms, stan=memory.stan, batch=memory.batch,
            signed_on=memory.signed_on, reversal_pending=memory.armed is not None,
            advices_pending=advices, settling=memory.settling is not None,
            tables=table_status(memory),
            master_key=check_value(
                memory.master_key or self._settings.identity.master_key).hex().upper(),
            at_rest=not pending and not self._waiting and isinstance(self.body.machine.waiting, Resting | Off),
            effects_done=self._power.effects_done,
            nvm_recovered=self.nvm.recovered, last_link_error=self._link.last_error,
            worst_lateness_ms=self._env.worst_lateness_ms,
            ecr=self.ecr.where if self.ecr is not None else "",
        ))

    def _cut_power(self, asked: CutPower, answer: Answer) -> None:
        self._power.arm(asked)
        answer(Done())

    def _printer(self, asked: PrinterFails, answer: Answer) -> None:
        self.body.printer_fails = asked.fails
        answer(Done())

    def _present(self, asked: Present, answer: Answer) -> None:
        if self.ecr is None:
            raise ControlError("present is of a device with --ecr: over this port the card stands in operate")
        probe = checked(Operate(kind=Kind.SALE, card=asked.card, qr_code=asked.qr_code, order=asked.order,
                                signature=asked.signature))
        reader = self.ecr.reader
        reader.card, reader.qr_code, reader.order = probe.card, probe.qr_code, probe.order
        reader.signature = probe.signature
        answer(Done())

    def _jump(self, asked: Jump, answer: Answer) -> None:
        if why := jump_trouble(self._env.clock_ms, asked.by_ms):
            raise ControlError(why)
        self._env.jump(asked.by_ms)
        answer(Done())

    def _jumped(self, by_ms: int) -> None:
        self._deadlines.shift(by_ms)
        self.body.clock_jumped(by_ms)

    def _stop(self, _asked: Stop, answer: Answer) -> None:
        answer(Done())
        self._env.stop("stop")

    # ---- the end -----------------------------------------------------------------------------

    def _dies(self) -> None:
        """The power is cut: what has been done so far is done, and nothing after it."""
        if self.ecr is not None:
            self.ecr.goes_dark()
        self._dies_by_ms = self._env.clock_ms + LONGEST_FLUSH_MS
        call_in(self._env, 0, self._dies_when_flushed)

    def _dies_when_flushed(self, _call: Call) -> None:
        if self._link.is_flushed or self._env.clock_ms >= self._dies_by_ms:
            os.kill(os.getpid(), signal.SIGKILL)
        call_in(self._env, FLUSH_TURN_MS, self._dies_when_flushed)

    # ---- as a till sees it -------------------------------------------------------------------

    def _open_ecr(self, setting: EcrSetting) -> EcrPort:
        identity = self._settings.identity
        build = self._settings.build
        return build(EcrPort)(
            self._env, self._env, setting, self,
            EcrMemory(
                self._settings.nvm, MemoryOf(identity.tid, identity.mid), setting.profile.name,
                is_new=not self.nvm.records()),
            self._narrate, build)

    def _narrate(self, line: str) -> None:
        self.narrate(line)  # to whoever looks on by then

    @property
    def identity(self) -> TerminalIdentity:
        """Who it is."""
        return self._settings.identity

    @property
    def profile(self) -> TerminalProfile:
        """How it was built."""
        return self._settings.profile

    @property
    def memory(self) -> TerminalMemory:
        """What the terminal knows."""
        return self.body.machine.memory

    @property
    def clock_ms(self) -> int:
        """What its clock shows."""
        return self._env.clock_ms


def _outcome(effect: Conclude) -> Outcome:
    return Outcome(
        order=effect.order, kind=effect.kind.value, result=effect.result.value,
        batch=effect.batch, stan=effect.stan, response_code=effect.response_code,
        rrn=effect.rrn, auth_code=effect.auth_code, amount_fen=effect.amount_fen,
        voucher=effect.voucher, reason=effect.reason,
    )
