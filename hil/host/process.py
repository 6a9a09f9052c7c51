"""The process of a live host: what was asked is checked, then it runs until it is stopped."""

from __future__ import annotations

import gc
from pathlib import Path
from time import perf_counter

import msgspec

from hil.control.live_process import clear_words, run_until_stopped, say
from hil.control.net import narrate
from hil.files.accepting_words import NOT_TAKEN_UP
from hil.files.apart import check_files
from hil.files.one_owner import real_path
from hil.host.accepting import accepts_of
from hil.host.cards_shown import card_lines
from hil.host.commands import HostCommands
from hil.host.host import Host, HostSettings
from hil.host.opening import opening_lines
from hil.host.ports_asked import ON_A_LINE, WITH_TLS, ports_asked
from hil.host.snapshot import SnapshotError, forget
from hil.host.store import BESIDE
from hil.judging.outlets import Outlets
from hil.judging.sayings import ONLY_WITH_JUDGE
from hil.ports.limits import (
    CONTROL_LIMITS,
    LIMITS,
    OF_CONNECTIONS,
    OF_MESSAGES,
    OF_TLS,
    limits_given,
)
from hil.ports.ports import Address, parse_address
from simulator.commands.inputs import ExitCode, InputError
from simulator.commands.outputs import Named
from simulator.scenario.key_file import KeyFileError, warnings_of, with_keys
from simulator.scenario.place_checks import at_ports
from simulator.scenario.read import ScenarioError, load_scenario, scenario_text
from simulator.scenario.scenario import Scenario
from simulator.toml_reading import read_toml
from simulator.world.workshop import UnknownDefectError, Workshop

GARBAGE = (20_000, 10, 10)  # objects, times, times: as much as some hundred sales make


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The command line, not checked yet."""

    scenario: Path
    state: Path
    listen: str
    control: str
    trace: Path | None
    seed: int | None
    defects: tuple[str, ...]
    anywhere: bool
    limits: tuple[str, ...] = ()
    control_limits: tuple[str, ...] = ()
    serial: str = ""
    line: str = ""
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    tls_client_ca: Path | None = None
    judge: bool = False  # at the end: the stop, however it comes, ends the run
    outlets: Outlets = Outlets()
    keys: Path | None = None  # instead of the scenario's key file
    accepts: tuple[str, ...] = ()  # damaged, older, foreign: go on with such a state
    every_terminal: bool = False  # show them all, not the first ones


def run_host(asked: Asked) -> int:
    """Run one host; the exit status.  ``InputError`` for what cannot be."""
    check_files(Named("--state", asked.state), BESIDE, asked.trace, asked.scenario)
    _check_outlets(asked)
    scenario = _scenario(asked)
    with clear_words():
        ports = ports_asked(asked, scenario)
        settings = HostSettings(
            scenario=scenario, source=read_toml(scenario_text(asked.scenario)),
            listen=ports.listen, serial=ports.serial, line=ports.line, tls=ports.tls,
            control=parse_address(asked.control), state=asked.state, trace=asked.trace,
            seed=asked.seed, defects=asked.defects, anywhere=asked.anywhere,
            limits=limits_given(
                asked.limits, LIMITS, (frozenset() if ports.tls is not None else OF_TLS)
                | (frozenset() if ports.listen is not None else OF_CONNECTIONS)),
            control_limits=limits_given(
                asked.control_limits, CONTROL_LIMITS, OF_MESSAGES | OF_TLS),
            accepts=accepts_of(asked.accepts),
        )
        try:
            running, control = _started(settings)
        except SnapshotError as error:
            narrate(f"daozhang host: {NOT_TAKEN_UP.say(why=error)}")
            forget(real_path(asked.state))
            running, control = _started(settings)  # from the whole history
    running.listener.narrate = narrate
    _keep_memory_unwatched()
    narrate(who_is_where(running))
    if ports.listen is not None:
        say(f"listening on {running.listener.address}")
    if ports.tls is not None:
        narrate(WITH_TLS.say(address=running.listener.address))
    if ports.serial:
        narrate(ON_A_LINE.say(device=ports.serial, line=ports.line))
    say(f"control on {control}")
    for told in (*running.went_on, *warnings_of(scenario), *running.other_keys):
        narrate(f"daozhang host: {told.say()}")
    for line in opening_lines(running, every_terminal=asked.every_terminal):
        say(line)
    with clear_words():
        if not asked.judge:
            return run_until_stopped(running.env, running.close)
        run_until_stopped(running.env, lambda: _end(running))
    return _judge(asked, scenario)


def _started(settings: HostSettings) -> tuple[Host, Address]:
    running = Host(settings)
    try:
        control = running.open_control(settings.control, HostCommands(running).table())
        running.start()
    except BaseException:
        running.withdraw()
        raise
    return running, control


def _keep_memory_unwatched() -> None:
    """What a host remembers grows and stays: it is not searched for garbage again and again."""
    gc.freeze()  # nothing is looked for in it: what a start leaves behind is little
    gc.enable()
    gc.set_threshold(*GARBAGE)


def _end(running: Host) -> None:
    try:
        running.end()
    finally:
        running.close()


def _judge(asked: Asked, scenario: Scenario) -> int:
    """What came of the run, as its state holds it."""
    from hil.judging.judging import judge_run, tell  # noqa: PLC0415 - no start waits for it
    from hil.judging.traces import read_run  # noqa: PLC0415

    began_s = perf_counter()
    judgement = judge_run(read_run([asked.state]), scenario, all_sales=asked.outlets.sales)
    return tell(judgement, asked.outlets, perf_counter() - began_s)


def _check_outlets(asked: Asked) -> None:
    if not asked.judge and asked.outlets != Outlets():
        raise InputError(ONLY_WITH_JUDGE.say())
    if not asked.judge:
        return
    kept = [Named("--state", asked.state), Named("the scenario", asked.scenario)]
    if asked.trace is not None:
        kept.append(Named("--trace", asked.trace))
    asked.outlets.check(kept)


def show_cards(scenario: Path) -> int:
    """Print the test cards of a scenario; ``InputError`` where it cannot be read."""
    try:
        read = load_scenario(scenario, at_ports)
    except ScenarioError as error:
        raise InputError(str(error)) from error
    for line in card_lines(read):
        say(line)
    return ExitCode.PASSED


def who_is_where(running: Host) -> str:
    """How many terminals are at ports and in the world, as it is said at the start."""
    outside, inside = len(running.outside), len(running.world.bodies)
    said = f"{outside:,} terminal{'s' * (outside != 1)} outside, {inside:,} inside"
    if not running.says_who_is_outside:
        said += " (the scenario calls none outside, so all are)"
    return said


def _scenario(asked: Asked) -> Scenario:
    try:
        Workshop(asked.defects)
        scenario = load_scenario(asked.scenario, at_ports)
        return scenario if asked.keys is None else with_keys(
            scenario, asked.keys.parent, at_ports(scenario), asked.keys)
    except (ScenarioError, KeyFileError, UnknownDefectError) as error:
        raise InputError(str(error)) from error
