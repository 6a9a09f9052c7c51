"""A live host: the world of a scenario on the wall clock, some or all of its terminals at a TCP port.

Acquirer, issuers, clearing, payouts, faults and windows are the very same as on the virtual clock,
and so are the terminals inside with their people.  Those that the scenario calls ``outside`` are at
the port; where it calls none so, all of them are.
"""

from __future__ import annotations

import os
import signal
import ssl
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import msgspec

from hil.clock.calendar_jump import CalendarJump
from hil.clock.live_clock import LiveEnvironment
from hil.control.control import Command, ControlServer, Request
from hil.control.live_process import wall_ms
from hil.host.accepting import Accepts, go_on
from hil.host.fault_log import FaultLog
from hil.host.keeping import snapshot_key
from hil.host.key_memory import remember
from hil.host.link import HostListener
from hil.host.live_faults import LiveFaults
from hil.host.made_with import made_with
from hil.host.plan_memory import keep_plan, recall_plan
from hil.host.state import HostState, log_steps
from hil.host.step_log import Steps
from hil.ports.limits import CONTROL_LIMITS, LIMITS, PortLimits
from hil.ports.ports import Address
from hil.ports.serial_line import SerialLine
from hil.ports.tcp_port import WITH_ANYWHERE, refuse_taken
from simulator.catalogue.language import Told
from simulator.catalogue.run_reasons import RestartReason
from simulator.scenario.key_file import keys_of
from simulator.scenario.places import outside_of, places_of
from simulator.scenario.plan import planned_actions
from simulator.scenario.scenario import Scenario
from simulator.trace.recorder import Recorder
from simulator.trace.records import ClockSet, Restarted
from simulator.version import own_version
from simulator.world import remedies
from simulator.world.ground import Choices
from simulator.world.network.link import HOST
from simulator.world.run import faults_of
from simulator.world.time.kernel import Call, call_in
from simulator.world.world import World

COMMIT_EVERY_MS = 250  # of what nobody outside has seen yet
LONGEST_FLUSH_S = 2.0
FLUSH_TURN_S = 0.001


class HostSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What a live host is built from."""

    scenario: Scenario
    source: dict[str, Any]  # the same as read from TOML: what is added later is checked with it
    listen: Address | None  # None: only the serial line
    control: Address
    state: Path
    trace: Path | None = None
    seed: int | None = None
    defects: tuple[str, ...] = ()
    anywhere: bool = False  # listen to the network, not to loopback only
    limits: PortLimits = LIMITS
    control_limits: PortLimits = CONTROL_LIMITS
    serial: str = ""  # device or URL of a serial line for terminals
    line: SerialLine = SerialLine()
    tls: ssl.SSLContext | None = None
    accepts: tuple[Accepts, ...] = ()  # what may be wrong with the state


class Host:
    """One live host, from its start until it is stopped or killed."""

    def __init__(self, settings: HostSettings) -> None:
        """Open state and ports; ``StateError`` or ``PortError`` where one cannot be."""
        if settings.listen is not None:
            refuse_taken(settings.listen, anywhere=settings.anywhere, beyond=WITH_ANYWHERE)
        refuse_taken(settings.control)
        scenario = settings.scenario
        outside = outside_of(places_of(scenario))
        if not outside:
            scenario = without_people(scenario)
        places = places_of(scenario)
        self.says_who_is_outside = bool(outside)
        self.outside = outside or frozenset(each.tid for each in places.topology.terminals)
        seed = scenario.seed if settings.seed is None else settings.seed
        self.keys = keys_of(scenario)
        self.other_keys: tuple[Told, ...] = ()  # than those of the last start, to be told
        made = made_with(settings.scenario, seed)
        self._went = go_on(settings.state, settings.accepts, made)
        with ExitStack() as refused:
            refused.callback(self._undo)
            self.state = HostState(settings.state, settings.trace, snapshot_key(made, settings.defects))
            refused.pop_all()
        self.went_on = (*(() if self._went is None else (self._went.told,)), *self.state.passed_over)
        with self.state.folded(), ExitStack() as refused:
            refused.callback(self._undo)
            refused.callback(self.state.withdraw)
            self.state.keep_capture(self.state.last_ms, scenario.acquirer.capture)
            self.state.keep_identity(made)
            self._restarted = not self.state.is_new
            start_ms = max(self.state.last_ms, scenario.start_ms)
            self.env = LiveEnvironment(start_ms)
            self.source = settings.source
            self.recorder = Recorder()
            self.faults = LiveFaults(
                faults_of(scenario, places, seed), self._crashes)
            self.world = World(
                scenario, places, self.env, self.recorder, self.faults, Choices(
                    seed=seed, wire=True, defects=settings.defects, version=own_version(),
                    external=self.outside, clock="live", host_memory=self.state,
                    street_memory=self.state.inside, keys=self.keys,
                ),
            )
            self.steps = Steps(self.state.add_fact, lambda: int(self.env.now))
            self.fault_log = FaultLog(
                self.world, self.faults, self.state.add_fact, lambda: int(self.env.now))
            self.phase = "faults"
            self.env.on_jump(self._jumped)
            self.env.after_turn = self.state.group.turned
            self.jump = CalendarJump(self.env, self._clock_moved)
            self.listener = HostListener(
                self.env, self.recorder, self.world.acquirer, self.world.codec,
                {tid: self.world.links[tid] for tid in self.world.links if tid in self.outside},
                self.state.group, inside=frozenset(self.world.bodies), limits=settings.limits,
            )
            refused.callback(self.listener.close)
            if settings.listen is not None:
                self.listener.listen(settings.listen, settings.tls, anywhere=settings.anywhere)
            if settings.serial:
                self.listener.open_line(settings.serial, settings.line)
            refused.pop_all()
        self._control_limits = settings.control_limits
        self.control: ControlServer | None = None

    def open_control(self, address: Address, commands: dict[type[Request], Command]) -> Address:
        """Listen for requests; the address with its real port.  ``PortError`` if it cannot be."""
        self.control = ControlServer(
            self.env.first, address, commands, self._control_limits, hold=self.state.group.hold)
        return self.control.address

    def start(self) -> None:
        """Open the world, or take it up where a former process left it."""
        log_steps(self.world, self.steps)
        keep_plan(self.world, self.state)
        self.other_keys = remember(self.state, self.state.last_ms, {
            tid: self.keys.key_of(tid).check_value for tid in self.outside})
        if self._restarted:
            self._take_up()
        else:
            self.fault_log.start()
            self.recorder.listen(self.state.emit)
            self.world.open()
            self.world.enter("faults")
            self._keep_ahead()
        self.tell_clock()
        last_ms = self.state.last_ms
        remedies.schedule(self.world, tuple(
            action for action in planned_actions(self.world.scenario)
            if action.at_ms > last_ms
        ))
        self.state.commit()
        call_in(self.env, COMMIT_EVERY_MS, self._commits)

    @property
    def ahead_ms(self) -> int:
        """How far the calendar is ahead of the wall clock."""
        return self.env.clock_ms - wall_ms()

    def _keep_ahead(self) -> None:
        self.state.set_ahead(int(self.env.now), self.ahead_ms)

    def _clock_moved(self) -> None:
        self._keep_ahead()
        self.tell_clock()

    def tell_clock(self) -> None:
        """Write down how far the calendar is ahead: what people write down bears the wall clock."""
        self.recorder.emit(ClockSet(int(self.env.now), "run", ahead_ms=self.ahead_ms))

    def enter(self, phase: str) -> None:
        """Begin a phase."""
        self.phase = phase
        self.state.set_phase(int(self.env.now), phase)
        self.world.enter(phase)
        self._close_doors()

    def end(self) -> None:
        """The run is over: what is still open names itself, and nothing more is expected."""
        if self.phase == "ended":
            return
        for pending in self.world.pending():
            self.recorder.emit(pending)
        self.enter("ended")

    def close(self) -> None:
        """Let answers leave, close ports and files; the state stays for the next start."""
        self.state.commit()
        self._close_ports()
        self._keep(at_a_stop=True)
        self.state.close()

    def withdraw(self) -> None:
        """The start is refused: close ports and files; files that are new are gone again."""
        self._close_ports()
        self.state.withdraw()
        self._undo()

    def _undo(self) -> None:
        if self._went is not None:
            self._went.undo()

    def _close_ports(self) -> None:
        self.listener.close()
        if self.control is not None:
            self.control.close()

    def _take_up(self) -> None:
        """A former process was stopped or killed: the same world again, its books step by step."""
        world, last_ms = self.world, self.state.last_ms
        facts = self.state.facts()
        self.fault_log.take_up(facts)
        self.fault_log.start()
        world.windows = tuple(
            window for window in world.windows
            if (window.until_ms is None or window.until_ms > last_ms)
            and not self.faults.has_ended(window.label)
        )
        world.set_up()
        self.state.books_into(self.steps)
        self.steps.take_again(facts)
        self.phase = self.state.phase()
        if self.phase != "faults":
            world.heal()
        recall_plan(world, self.state)
        self.recorder.listen(self.state.emit)
        self.recorder.emit(Restarted(last_ms, HOST, why=RestartReason.PROCESS_RESTARTED))
        world.acquirer.resume()
        world.house.paymaster.arm()
        world.money.disputes.arm()
        for instruction in self.steps.on_their_way():
            world.house.paymaster.instruct_again(instruction)
        self.state.inside.take_up(world, last_ms)
        self._close_doors()
        ahead_ms = self.state.ahead_ms() or 0
        # What the calendar brought while nobody was here is made up for, in its order.
        self.env.jump(max(0, wall_ms() + ahead_ms - self.env.clock_ms))
        self.env.catch_up_first()

    def _close_doors(self) -> None:
        """In the last phase nothing new is begun: no customer comes any more."""
        if self.phase in ("drain", "ended"):
            for shop in self.world.shops.values():
                shop.close_doors()

    def _jumped(self, by_ms: int) -> None:
        self.world.deadlines.shift(by_ms)
        self.world.acquirer.clock_jumped(by_ms)
        for body in self.world.bodies.values():
            body.clock_jumped(by_ms)
        for shop in self.world.shops.values():
            shop.clock_jumped(by_ms)

    def _keep(self, *, at_a_stop: bool = False) -> None:
        """Shorten the next start, where it is time to."""
        acquirer = self.world.acquirer
        if acquirer.up and self.state.is_clean:  # while it is down its books are ahead of its journal
            self.state.keep(acquirer.machine.books, self.steps, at_a_stop=at_a_stop)

    def _commits(self, _call: Call) -> None:
        self.state.commit()
        self._keep()
        call_in(self.env, COMMIT_EVERY_MS, self._commits)

    def _crashes(self) -> None:
        """The switch: what was done so far is done, and nothing after it."""
        self.state.commit()
        deadline_s = time.monotonic() + LONGEST_FLUSH_S
        while not self.listener.is_flushed and time.monotonic() < deadline_s:
            time.sleep(FLUSH_TURN_S)
        os.kill(os.getpid(), signal.SIGKILL)


def without_people(scenario: Scenario) -> Scenario:
    """The scenario without what people do at its terminals: on a bench that is done outside."""
    return scenario.model_copy(update={
        "merchants": tuple(
            merchant.model_copy(update={"script": (), "sales": None})
            for merchant in scenario.merchants
        ),
    })
