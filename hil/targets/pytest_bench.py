"""What the pytest plugin is made of once a bench is named: rigs, needs, and the terminal as tests see it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from hil.bench.asked import hold_bench
from hil.bench.rig import Rig, RigSetting, open_rig
from hil.bench.trigger_text import parse_trigger
from hil.bench.triggers import Armed
from hil.benches.bench_file import BenchFile, BenchFileError, read_bench
from hil.benches.bench_words import HEARD
from hil.control.bench_error import BenchError
from hil.power.power import Ability, PowerSupply
from hil.targets import pytest_words as say
from hil.targets.bench import BenchKind
from hil.tills.ends import Told, Wish
from simulator.catalogue.language import language_of_environment, speak
from simulator.catalogue.system_words import system_words
from simulator.commands.inputs import InputError
from simulator.commands.outputs import check_folder
from simulator.judge.verdict import Judgement
from simulator.wire.kinds import Kind

NEEDS, CASE = "bench_needs", "bench_case"
CASE_PARTS = ("scenario", "defects", "settings")
DEVICES = ("virtual", "emulated", "real")
_NOT_IN_A_NAME = re.compile(r"[^\w.-]+")


def bench_of(path: str, option: str) -> BenchFile:
    """The bench of a file; a usage error of pytest where it, or what it names, cannot be read."""
    speak(language_of_environment())
    if not path:
        raise pytest.UsageError(say.NAMES_NOTHING.say(option=option))
    try:
        bench = read_bench(path)
        hold_bench(bench)
    except (BenchFileError, InputError) as error:
        lines = HEARD.say(str(error)).splitlines()
        raise pytest.UsageError(*(f"{option}: {line}" for line in lines)) from None
    return bench


def hold_folder(folder: str, option: str) -> None:
    """A usage error where the evidence of tests cannot be kept there."""
    try:
        check_folder(Path(folder), option)
    except InputError as error:
        raise pytest.UsageError(str(error)) from None


def about(bench: BenchFile) -> str:
    """Which terminal it is."""
    return BenchKind(bench).about


def explain(report: pytest.TestReport, call: pytest.CallInfo[None]) -> None:
    """What is no finding about the terminal is told as what it is."""
    if call.excinfo is not None and isinstance(call.excinfo.value, BenchError):
        report.longrepr = say.AT_FAULT.say(error=call.excinfo.value)


def proves_nothing(item: pytest.Item) -> str:
    """Why a test that passed shows nothing: a fault of its own never struck.  "" where it shows something.

    A run that was judged says so in its judgement, which the test has seen.
    """
    rig = getattr(item, "funcargs", {}).get("rig")
    if not isinstance(rig, Rig) or rig.judgement is not None:
        return ""
    away = rig.host.unstruck()
    return say.NEVER_STRUCK.say(modes=", ".join(away)) if away else ""


def rig_for(bench: BenchFile, request: pytest.FixtureRequest, kept: str | None) -> Iterator[Rig]:
    """One rig for one test, after a look whether the terminal can do what the test needs."""
    needed = [str(need) for mark in request.node.iter_markers(NEEDS) for need in mark.args]
    for need in needed:
        if why := _why_not_by_file(bench, need):
            pytest.skip(why)
    folder = _folder(request, kept)
    with open_rig(bench, setting_of(request.node.get_closest_marker(CASE), folder)) as rig:
        rig.start()
        for need in needed:
            if why := _why_not(rig, need):
                pytest.skip(why)
        for name, value in _facts(bench, rig).items():
            request.node.user_properties.append((name, value))
        yield rig


def _folder(request: pytest.FixtureRequest, kept: str | None) -> Path:
    if kept is None:
        return Path(request.getfixturevalue("tmp_path")) / "bench"
    folder = Path(kept) / _NOT_IN_A_NAME.sub("-", request.node.nodeid).strip("-")
    if folder.exists() and any(folder.iterdir()):
        raise pytest.UsageError(say.FOLDER_FULL.say(folder=folder, option="--bench-folder"))
    return folder


def setting_of(mark: pytest.Mark | None, folder: Path) -> RigSetting:
    """What a test's marker asks a rig for; a usage error for what it cannot."""
    given: Mapping[str, Any] = mark.kwargs if mark is not None else {}
    unknown = sorted(set(given) - set(CASE_PARTS))
    names = ", ".join(CASE_PARTS)
    if unknown:
        raise pytest.UsageError(say.NOT_BY_NAME.say(marker=CASE, names=names, given=", ".join(unknown)))
    if mark is not None and mark.args:
        raise pytest.UsageError(say.BY_POSITION.say(marker=CASE, names=names))
    scenario = given.get("scenario")
    try:
        scenario = scenario.read_text("utf-8") if isinstance(scenario, Path) else scenario
    except (OSError, UnicodeDecodeError) as error:
        why = system_words(error) if isinstance(error, OSError) else str(error)
        raise pytest.UsageError(say.NO_SCENARIO.say(marker=CASE, given=scenario, error=why)) from None
    return RigSetting(folder=folder, scenario=scenario, defects=tuple(given.get("defects", ())),
                      settings=dict(given.get("settings", {})))


def _why_not_by_file(bench: BenchFile, need: str) -> str:
    """Why the bench file says no to a need; a need that nobody knows is a usage error."""
    part, kind = bench.part, bench.device.kind
    match need:
        case "virtual" | "emulated" | "real":
            return "" if need == kind else say.OTHER_DEVICE.say(need=need, kind=kind)
        case "ecr":
            return "" if part.ecr is not None else say.NO_ECR.say()
        case "power" | "hang":
            has_power = bench.is_fresh or part.power is not None
            return "" if has_power else say.NO_POWER.say(need=need)
        case _ if need in {each.value for each in Kind}:
            return ""
        case _:
            raise pytest.UsageError(say.NO_NEED.say(
                marker=NEEDS, given=repr(need), names=", ".join(("power", "hang", "ecr", *DEVICES)),
                kinds=", ".join(each.value for each in Kind)))


def _why_not(rig: Rig, need: str) -> str:
    """Why the terminal itself says no to a need."""
    if need == "hang":
        return "" if Ability.HANG in rig.power.can else say.NO_HANG.say(name=rig.power.name)
    if need not in {each.value for each in Kind}:
        return ""
    can = rig.till.can(Kind(need))
    return "" if can else say.CANNOT.say(need=need, error=can.why)


def _facts(bench: BenchFile, rig: Rig) -> dict[str, str]:
    """What JUnit keeps of each test."""
    dut = rig.dut
    return {"bench": bench.path.name, "station": bench.station, "device": dut.kind, "device_name": dut.name,
            "firmware": dut.firmware, "serial_number": dut.serial_number, "tid": dut.tid, "evidence": str(rig.folder)}


class BenchDut:
    """The terminal on the bench, as a test drives it."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self.tid = rig.dut.tid
        self.mid = rig.dut.mid
        self.kind = rig.dut.kind  # virtual, emulated, real
        self.name = rig.dut.name

    @property
    def power(self) -> PowerSupply:
        """What turns it off and on."""
        return self._rig.power

    def operate(self, kind: Kind | str, **wish: Any) -> Told:
        """Ask it for something, as a clerk does, and wait how that ends; ``result`` is "" where it went dark."""
        return self._rig.till.operate(Wish(kind=Kind(kind), **wish))

    def sale(self, amount_fen: int, order: str = "", **wish: Any) -> Told:
        """A sale; the same order again is one more try of the same."""
        return self.operate(Kind.SALE, order=order, amount_fen=amount_fen, **wish)

    def settle(self) -> Told:
        """Settle its batch."""
        return self.operate(Kind.SETTLEMENT)

    def told(self, order: str) -> str:
        """How the last try of an order ended, as the terminal said; "" for nothing."""
        return self._rig.till.told(order)

    def cut_power(self, moment: str) -> Armed:
        """Prepare a power cut at a moment on the line: ``before the 0210 leaves``; the power stays away."""
        return Armed(self._rig, parse_trigger(moment), self._rig.power.off)

    def power_on(self) -> None:
        """The power comes back, and what the terminal does then has come to rest."""
        self._rig.start()

    def rest(self) -> bool:
        """Wait until nothing is pending; whether it came to that."""
        return self._rig.rest()

    def judged(self, *, settle: bool = True) -> Judgement:
        """Settle, end the run and have its evidence judged; nothing can be done after it."""
        return self._rig.finish(settle=settle)


def dut_of(rig: Rig) -> BenchDut:
    """The terminal of a rig."""
    return BenchDut(rig)
