"""The target on the virtual clock: a world in this process, driven step by step.

The clerks are the world's own; what they do is asked of them here, and they try nothing twice by
themselves unless the scenario gives them that habit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import ClassVar

import simpy

from hil.host.additions import Additions
from hil.host.fault_log import FaultLog
from hil.host.live_faults import LiveFaults
from hil.targets.needs import NO_LINE, Need
from hil.targets.target import Target, TargetSetting
from hil.targets.world_disputes import SoldHere
from hil.targets.world_stand import Clerk, Sockets, WorldPower, stand_of
from simulator.catalogue.disputes import DisputeAct
from simulator.catalogue.language import Told as Words
from simulator.catalogue.places import Place
from simulator.judge.judge import Judge
from simulator.judge.verdict import Judgement
from simulator.local_time import HOUR_MS, datetime_at
from simulator.money.disputes import DisputeError
from simulator.scenario.dispute_parts import Dispute
from simulator.scenario.places import places_of
from simulator.scenario.read import scenario_of
from simulator.toml_reading import read_toml
from simulator.trace.recorder import Recorder
from simulator.trace.records import Concluded, Record
from simulator.trial import added_in, conclusive, stayed_away, taken_in, unstruck_in
from simulator.version import own_version
from simulator.world.ground import Choices
from simulator.world.people.counter import Counter
from simulator.world.people.orders import Order
from simulator.world.people.shop import Shop
from simulator.world.remedies import schedule
from simulator.world.run import come_to_rest, end_faults, faults_of, refuse_outside
from simulator.world.time.kernel import now_ms
from simulator.world.world import World

PATIENCE_MS = HOUR_MS  # a terminal that says nothing for longer is broken


class SimulatedTarget(Target):
    """One world on SimPy's clock."""

    terminal_settings: ClassVar[str] = ""  # time costs nothing: terminals wait as long as they usually do
    places: ClassVar[frozenset[Place]] = frozenset({Place.WORLD})
    cannot: ClassVar[Mapping[Need, Words]] = {Need.LINE: NO_LINE}

    def __init__(self, setting: TargetSetting) -> None:
        source = read_toml(setting.scenario)
        scenario = scenario_of(source)
        places = places_of(scenario)
        refuse_outside(places)
        self._records: list[Record] = []
        self._env = simpy.Environment(initial_time=scenario.start_ms)
        sockets = Sockets()
        faults = LiveFaults(
            faults_of(scenario, places, scenario.seed), lambda: None)
        faults.add(sockets)
        self._world = World(
            scenario, places, self._env, Recorder([self._records.append]), faults,
            Choices(seed=scenario.seed, wire=True, defects=setting.defects,
                    version=own_version()),
        )
        log = FaultLog(self._world, faults, lambda _fact: None, self.now_ms)  # its process is ours
        self._additions = Additions(self._world, faults, source, self.now_ms, log.add)
        counters = [
            (shop, counter) for shop in self._world.shops.values()
            for counter in shop.counters.values()]
        served: dict[str, Order] = {}
        self.stands = {
            number: stand_of(
                shop.mid,
                Clerk(counter, self._world.deck.named, self._records, self._run_until, served, shop.keyed),
                WorldPower(counter, sockets, lambda ms: self.advance(self.now_ms() + ms)), counter,
            )
            for number, (shop, counter) in enumerate(counters, 1)
        }
        self._world.open()
        self._world.take_disputes(SoldHere(self._world, self._shops_of_sales(counters), served))
        schedule(self._world, ())  # an emergency plan begins to watch
        self._world.enter("faults")
        self._run_until(
            lambda: all(each.body.machine.memory.signed_on and each.idle
                        for _, each in counters),
        )

    def _shops_of_sales(self, counters: Sequence[tuple[Shop, Counter]]) -> Callable[[str], tuple[str, str]]:
        """By which merchant and at which terminal a sale was made."""
        shops = {counter.body.actor: (shop.mid, counter.body.tid) for shop, counter in counters}

        def sold_by(sale: str) -> tuple[str, str]:
            return next((
                shops[each.actor] for each in self._records
                if isinstance(each, Concluded) and each.sale == sale and each.result == "approved"), ("", ""))

        return sold_by

    def now_ms(self) -> int:
        """What its calendar shows."""
        return now_ms(self._env)

    # ---- what happens around them ------------------------------------------------------------

    def at_once(self) -> str:
        """As a moment: times of a scenario count from its start."""
        return datetime_at(self.now_ms()).isoformat()

    def fault(self, toml: str) -> None:
        """A fault from now on, as in a scenario."""
        self._additions.fault(toml)
        while self._env.peek() <= self.now_ms():  # one that begins now holds before anything else is asked
            self._env.step()

    def action(self, toml: str) -> None:
        """A documented remedy now, as in a scenario."""
        self._additions.action(toml)

    def end_faults(self, modes: frozenset[str]) -> None:
        """The faults of these modes that somebody added end now."""
        windows = {window.label: window for window in self._world.windows}
        for label in self._world.faults.labels(modes):
            self._world.faults.end(label)
            if label in windows:
                self._world.window_ended(windows[label])

    def dispute(self, act: str, case: str, sale: str, amount_fen: int = 0, reason: str = "not_recognised") -> None:
        """Somebody acts in a dispute; the first act of a case opens it."""
        part = Dispute.model_construct(
            sale=sale, case=case, amount_fen=amount_fen or None, reason=reason, at_ms=self.now_ms(), course=())
        with suppress(DisputeError):  # nothing is recorded of an act that cannot be at this stage; the step says so
            self._world.money.disputes.take(case, part, DisputeAct(act))

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

    def records(self) -> Sequence[Record]:
        """Everything that was written down so far."""
        return self._records

    def unstruck(self) -> tuple[str, ...]:
        """The modes of added faults that have had no effect so far."""
        return unstruck_in(self._records)

    # ---- the end -----------------------------------------------------------------------------

    def balances(self) -> dict[str, int]:
        """The ledger: accounts and their fen."""
        return dict(self._world.ledger.balances())

    def judge(self) -> Judgement:
        """End all faults, close the day, let everything come to rest, and have the whole trace judged."""
        world = self._world
        end_faults(world)
        self.close_the_day()
        come_to_rest(world, self.now_ms() + world.scenario.drain_ms)
        judge = Judge(None)
        for record in self._records:
            judge.feed(record)
        stayed = stayed_away(
            world.scenario, judge.struck(), taken_in(self._records, world.scenario),
            added=added_in(self._records))
        return conclusive(judge.finish(self.now_ms()), stayed)

    def close(self) -> None:
        """Nothing runs outside of this process."""
