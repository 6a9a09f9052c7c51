"""One run on the virtual clock: build, faults, heal, drain; judges nothing."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import simpy

from simulator.defect import Calls
from simulator.faults.atoms import Atom, ReplayInjector
from simulator.faults.injector import Injector
from simulator.faults.points import Verb
from simulator.faults.schedule import Faults
from simulator.local_time import HOUR_MS
from simulator.scenario.key_file import keys_of
from simulator.scenario.places import Places, outside_of, places_of
from simulator.scenario.plan import fault_rules, planned_actions
from simulator.scenario.scenario import Scenario
from simulator.trace.recorder import Recorder
from simulator.trace.records import Listener
from simulator.version import own_version
from simulator.world import remedies
from simulator.world.bodies.kept_records import WorldHostMemory
from simulator.world.ground import Choices
from simulator.world.workshop import Workshop
from simulator.world.world import World

LARGE_FLEET = 500  # terminals from which walking the built world costs more than it finds
Progress = Callable[[int, int], None]  # simulated Unix ms, and the last one of the phase
OpenUntil = Callable[[int], int | None]
"""Until when something is still due at a moment, by rules and not by machines; None: nothing."""


def build_world(
    scenario: Scenario, listeners: Sequence[Listener], *, seed: int | None = None,
    wire: bool = False, atoms: Sequence[Atom] | None = None, defects: tuple[str, ...] = (),
    env: simpy.Environment | None = None, calls: Calls | None = None,
) -> World:
    """A world, built and not started; on the virtual clock unless another one is given.

    ``atoms`` replace the faults of the scenario: what is in them strikes, and nothing else.
    ``calls`` takes down what a defect could have replaced.
    Raises ``UnknownDefectError``.
    """
    workshop = Workshop(defects, calls)
    places = places_of(scenario)
    chosen = scenario.seed if seed is None else seed
    recorder = workshop.build(Recorder)(listeners)
    clock = "virtual" if env is None else "live"
    refuse_outside(places)
    if env is None:
        env = simpy.Environment(initial_time=scenario.start_ms)
    faults = faults_of(scenario, places, chosen, atoms)
    choices = Choices(
        seed=chosen, wire=wire, defects=defects, version=own_version(),
        host_memory=WorldHostMemory(kept=_host_may_crash(scenario, atoms)), clock=clock,
        keys=keys_of(scenario), calls=calls,
    )
    world = World(scenario, places, env, recorder, faults, choices)
    remedies.schedule(world, planned_actions(scenario))
    return world


class OutsideError(ValueError):
    """Terminals at ports, and no ports."""


def refuse_outside(places: Places) -> None:
    """A world without a host around it has no ports: nobody could ever come to them."""
    if outside := outside_of(places):
        raise OutsideError(f"terminal {min(outside)} is outside: only daozhang host has ports")


def faults_of(
    scenario: Scenario, places: Places, seed: int, atoms: Sequence[Atom] | None = None,
) -> Faults:
    """The injector of a scenario, or of the atoms in its place."""
    if atoms is not None:
        return ReplayInjector(atoms)
    return Injector(fault_rules(scenario), places.topology, seed)


def run_virtual(
    world: World, progress: Progress | None = None, open_until: OpenUntil | None = None,
) -> None:
    """Run a world through its phases: faults, heal, drain."""
    scenario = world.scenario
    with tuned_collector(large=len(world.bodies) >= LARGE_FLEET):
        world.open()
        world.enter("faults")
        _advance(world.env, scenario.until_ms, progress)
        come_to_rest(world, scenario.until_ms + scenario.drain_ms, progress, open_until)


def end_faults(world: World) -> None:
    """All faults end, where they have not ended yet."""
    if not world.is_healed:
        world.enter("heal")
        world.heal()


def come_to_rest(
    world: World, last_ms: int, progress: Progress | None = None,
    open_until: OpenUntil | None = None,
) -> None:
    """The last phases: all faults end, and what is pending has until a moment to be resolved.

    Machines that call themselves quiet end nothing before ``open_until`` says that nothing is due.
    """
    env = world.env
    end_faults(world)
    world.enter("drain")
    due_ms = 0
    while env.now < last_ms:
        if env.now >= due_ms and world.is_quiet():
            due_ms = (open_until(int(env.now)) if open_until is not None else None) or 0
            if due_ms <= env.now:
                break
        _advance(env, min(last_ms, int(env.now) + HOUR_MS), progress, last_ms)
    for pending in world.pending():
        world.recorder.emit(pending)
    world.enter("ended")


_STOPPING = frozenset({Verb.CRASH, Verb.RENEW})  # after which the host starts from its journal


def _host_may_crash(scenario: Scenario, atoms: Sequence[Atom] | None) -> bool:
    if atoms is not None:
        return any(atom.verb in _STOPPING for atom in atoms)
    return any(
        act.verb in _STOPPING for rule in fault_rules(scenario) for act in rule.acts)


def _advance(
    env: simpy.Environment, until_ms: int, progress: Progress | None, last_ms: int = 0,
) -> None:
    """Run to a moment, by the hour where progress is shown."""
    if progress is None:
        env.run(until=until_ms)
        return
    while env.now < until_ms:
        step_ms = min(until_ms, int(env.now) + HOUR_MS)
        env.run(until=step_ms)
        progress(step_ms, last_ms or until_ms)


@contextmanager
def tuned_collector(*, large: bool) -> Iterator[None]:
    """Keep the garbage collector from walking a whole built world again and again.

    Meant for large fleets; to a small world one collection would cost more than its whole run.
    """
    before = gc.get_threshold()
    if large:
        gc.collect()
        gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        if large:
            gc.unfreeze()
