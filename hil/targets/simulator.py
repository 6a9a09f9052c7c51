"""The target on the virtual clock: a world in this process, driven step by step.

The clerks are the world's own; what they do is asked of them here, and they try nothing twice by
themselves unless the scenario gives them that habit.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from typing import ClassVar

import simpy

from hil.device.power import PowerSwitch
from hil.device.requests import CutPower
from hil.host.additions import Additions
from hil.host.live_faults import LiveFaults
from hil.targets.target import PowerCut, Sale, TargetSetting, Told
from simulator.faults.points import Action, Anchor, Point
from simulator.faults.schedule import Fired, Window
from simulator.judge.judge import Judge
from simulator.judge.verdict import Judgement
from simulator.local_time import HOUR_MS, SECOND_MS
from simulator.scenario.places import places_of
from simulator.scenario.read import scenario_of
from simulator.trace.recorder import Recorder
from simulator.trace.records import Concluded, Record
from simulator.wire.kinds import Kind
from simulator.world.ground import Choices
from simulator.world.network.wire_codec import WireCodec
from simulator.world.people.counter import Counter
from simulator.world.people.orders import Order
from simulator.world.run import come_to_rest, faults_of, own_version, refuse_outside
from simulator.world.time.kernel import now_ms
from simulator.world.world import World

PATIENCE_MS = HOUR_MS  # a terminal that says nothing for longer is broken


class SimulatedTarget:
    """One world on SimPy's clock."""

    terminal_settings: ClassVar[str] = ""  # time costs nothing: terminals wait as long as they usually do
    cannot: ClassVar[Mapping[str, str]] = {}

    def __init__(self, setting: TargetSetting) -> None:
        source = tomllib.loads(setting.scenario)
        scenario = scenario_of(source)
        places = places_of(scenario)
        refuse_outside(places)
        self._records: list[Record] = []
        self._env = simpy.Environment(initial_time=scenario.start_ms)
        self._sockets = _Sockets()
        faults = LiveFaults(
            faults_of(scenario, places, scenario.seed, self._fired), lambda: None)
        faults.add(self._sockets)
        self._world = World(
            scenario, places, self._env, Recorder([self._records.append]), faults,
            Choices(seed=scenario.seed, wire=WireCodec(), defects=setting.defects,
                    version=own_version()),
        )
        self._additions = Additions(self._world, faults, source, self.now_ms)
        shop = self._world.shops[scenario.merchants[0].name]
        self._counters: dict[int, Counter] = shop.counters
        self._meant: set[str] = set()
        self._settlements = 0
        self._world.open()
        self._world.enter("faults")
        self._run_until(
            lambda: all(each.body.machine.memory.signed_on and each.idle
                        for each in self._counters.values()),
        )

    def _fired(self, fired: Fired) -> None:
        self._world.fired(fired)

    def now_ms(self) -> int:
        """What its calendar shows."""
        return now_ms(self._env)

    # ---- people ------------------------------------------------------------------------------

    def sell(self, sale: Sale) -> Told:
        """A customer means a sale, and the clerk tries it once; the same name again: once more."""
        card = self._world.deck.named(sale.card)
        order = Order(Kind.SALE, sale.name, sale.amount_fen, card)
        order.meant = sale.name in self._meant
        self._meant.add(sale.name)
        return self._serve(sale.terminal, order)

    def settle(self, terminal: int) -> Told:
        """The clerk settles one terminal."""
        self._settlements += 1
        return self._serve(terminal, Order(Kind.SETTLEMENT, f"settlement-{self._settlements}"))

    def told(self, sale: str) -> str:
        """How the last try of a sale ended, as the terminal said; "" for nothing."""
        told = self._last_told(sale)
        return told.result if told is not None else ""

    def _serve(self, terminal: int, order: Order) -> Told:
        counter = self._counters[terminal]
        before = self._last_told(order.sale)
        counter.ask(order)
        self._run_until(lambda: order.ended or not counter.body.powered)
        told = self._last_told(order.sale)
        if told is None or told is before or not counter.body.powered:
            return Told("")
        return Told(told.result, told.response_code, told.reason)

    def _last_told(self, sale: str) -> Concluded | None:
        return next((
            each for each in reversed(self._records)
            if isinstance(each, Concluded) and each.sale == sale
        ), None)

    # ---- terminals ---------------------------------------------------------------------------

    def rest(self, terminal: int) -> None:
        """Wait until a terminal has nothing pending."""
        counter = self._counters[terminal]
        self._run_until(lambda: counter.idle and not counter.body.machine.pending())

    def cut_power(self, terminal: int, cut: PowerCut) -> None:
        """Prepare a power cut in the next operation; the power stays away."""
        tid = self._counters[terminal].body.tid
        self._sockets.arm(tid, CutPower(after_effects=cut.after_effects, before=cut.before))

    def power_on(self, terminal: int) -> None:
        """The power comes back, a moment later."""
        self.advance(self.now_ms() + SECOND_MS)
        self._counters[terminal].body.boot("power returned")

    # ---- what happens around them ------------------------------------------------------------

    def fault(self, toml: str) -> None:
        """A fault from now on, as in a scenario."""
        self._additions.fault(toml)

    def action(self, toml: str) -> None:
        """A documented remedy now, as in a scenario."""
        self._additions.action(toml)

    def advance(self, to_ms: int) -> None:
        """Let the calendar reach a moment."""
        if to_ms > self._env.now:
            self._env.run(until=to_ms)

    def wait(self, met: Callable[[], bool], within_ms: int) -> bool:
        """Let time pass until a condition is met, at most so long; whether it was."""
        last_ms = self.now_ms() + within_ms
        while not met() and self._env.peek() <= last_ms:
            self._env.step()
        return met()

    def _run_until(self, met: Callable[[], bool]) -> None:
        assert self.wait(met, PATIENCE_MS), "the terminal says nothing for an hour"

    # ---- the end -----------------------------------------------------------------------------

    def balances(self) -> dict[str, int]:
        """The ledger: accounts and their fen."""
        return dict(self._world.ledger.balances())

    def judge(self) -> Judgement:
        """End all faults, let everything come to rest, and have the whole trace judged."""
        world = self._world
        come_to_rest(world, self.now_ms() + world.scenario.drain_ms)
        judge = Judge(None)
        for record in self._records:
            judge.feed(record)
        return judge.finish(self.now_ms())

    def close(self) -> None:
        """Nothing runs outside of this process."""


class _Sockets:
    """The plugs of all terminals, as one more injector: a switch where one was prepared."""

    def __init__(self) -> None:
        self.busy = dict.fromkeys(Point, False)
        self._switches: dict[str, PowerSwitch] = {}

    def arm(self, tid: str, cut: CutPower) -> None:
        """Prepare one cut."""
        switch = PowerSwitch(lambda: self._pulled(tid))
        switch.arm(cut)
        self._switches[tid] = switch
        self.busy[Point.TERMINAL_STEP] = True

    def _pulled(self, tid: str) -> None:
        del self._switches[tid]
        self.busy[Point.TERMINAL_STEP] = bool(self._switches)

    def decide(self, anchor: Anchor, now_ms: int) -> Action | None:
        """Whether the plug is pulled before this effect."""
        switch = self._switches.get(anchor.actor)
        return switch.decide(anchor, now_ms) if switch is not None else None

    def windows(self) -> tuple[Window, ...]:
        """None."""
        return ()

    def open(self, label: str) -> None:
        """Has no window."""

    def close(self, label: str) -> None:
        """Has no window."""

    def end(self, label: str) -> None:
        """Has no label."""

    def labels(
        self, modes: frozenset[str], actor: str = "", card: str = "",
    ) -> tuple[str, ...]:
        """No remedy ends a cut."""
        del modes, actor, card
        return ()

    def heal(self) -> None:
        """What was prepared and did not come up does not any more."""
        self._switches.clear()
        self.busy[Point.TERMINAL_STEP] = False
