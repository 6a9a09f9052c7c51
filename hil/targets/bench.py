"""The target that is a bench: whatever terminal a bench file names, driven as that file says.

The host and all around it are ours; the terminal is virtual, emulated or real.  What it cannot do is
said, and the scenario is passed over with that reason.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from hil.bench.rig import Rig, RigSetting, open_rig
from hil.bench.standing import NoPower
from hil.bench.triggers import Armed, Trigger
from hil.benches.bench_file import BenchFile
from hil.benches.bench_scenario import scenario_text
from hil.benches.toml_text import toml_text
from hil.control.bench_error import BenchError
from hil.processes.process import wait_until
from hil.targets import needs as say
from hil.targets.needs import CannotError, Need
from hil.targets.target import UPDATE, Target, TargetSetting
from hil.targets.till_mistakes import TillMistakes
from hil.tills.device_stand import ProcessPower
from hil.tills.ends import End, PowerCut, Stand, Told, Wish
from simulator.catalogue.language import Told as Words
from simulator.catalogue.places import Place
from simulator.judge.verdict import Judgement
from simulator.money.accounts import IN_TRANSIT
from simulator.scenario.places import places_of
from simulator.toml_reading import read_toml
from simulator.trace.records import AT_A_PORT, AnyRecord

LEAST_WAIT_S = 30.0
ON_ITS_WAY_S = 10.0
OF_CLERKS = ("habits", "sales")  # of the world, which serve at no terminal outside
OF_PLASTIC = frozenset({"entry", "pin", "expiry", "service_code", "chip_key"})  # of a card, not of its account
SOFTWARE = "software"  # a terminal that stands there has its own, and what is newest is the host's word
USUAL_CLERKS = {"01": "0000"}


class BenchKind:
    """Targets of one bench file: what they cannot do, how a scenario is laid over the bench, how one is opened."""

    terminal_settings = ""  # the bench file has them
    places = frozenset({Place.LIVE_HOST, Place.TILL})

    def __init__(self, bench: BenchFile) -> None:
        self.bench = bench
        self.cannot: Mapping[Need, Words] = {
            Need.CUSTOMERS: say.CLERKS_OF_STEPS, Need.HABITS: say.NO_HABITS, Need.TERMINALS: say.ONE_TERMINAL, Need.RECORDS: say.NO_RECORDS,
            **({} if bench.is_virtual else {Need.STEP: say.NO_STEP, Need.TERMINAL_DEFECT: say.NOT_OURS}),
        }

    @property
    def about(self) -> str:
        """Which terminal it is, for whoever watches: virtual, emulated or real is always told."""
        device = self.bench.device
        numbers = " ".join(filter(None, (device.firmware, device.serial_number)))
        return f"{self.bench.path.name}: {device.name} ({device.kind}){f', {numbers}' if numbers else ''}, {self.bench.station}"

    def __call__(self, setting: TargetSetting) -> Target:
        """Open one."""
        return BenchTarget(self.bench, setting)

    def scenario(self, text: str) -> str:
        """A scenario with the bench's acquirer and cards, its first merchant at the bench's terminal."""
        return laid_over(self.bench, text)


def laid_over(bench: BenchFile, text: str) -> str:
    """The scenario of a case on a bench; ``CannotError`` where it wants a card or a terminal that the bench has not.

    How its acquirer trades is the case's word, and what the bench's terminal must find there the bench's.
    """
    own: dict[str, Any] = read_toml(text)
    there: dict[str, Any] = read_toml(scenario_text(bench, None, {}, 0))
    shop = there["merchants"][0]
    mine = {key: value for key, value in own["merchants"][0].items() if key not in OF_CLERKS}
    laid = {**mine, "mid": bench.terminal.mid, "terminals": [
        _terminals(bench, shop["terminals"][0], own["merchants"][0].get("terminals", {}))]}
    return toml_text({
        **there, **own, "cards": _cards(bench, there["cards"], own.get("cards", ())),
        "acquirer": {**own.get("acquirer", {}), **there["acquirer"]}, "merchants": [laid, *own["merchants"][1:]]})


def _cards(bench: BenchFile, there: Sequence[dict[str, Any]], own: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The bench's cards: their accounts are the case's, their plastic too where nobody has to hold it."""
    wanted = {each["name"]: each for each in own}
    laid = []
    for card in there:
        said = wanted.pop(card["name"], {})
        for key in OF_PLASTIC.intersection(said):
            if not bench.is_fresh and said[key] != card.get(key):
                raise CannotError(say.OTHER_CARD.both(name=card["name"], key=key, value=said[key]))
        laid.append({**card, **said})
    if wanted and not bench.is_fresh:
        raise CannotError(say.NO_CARD.both(name=next(iter(wanted)), names=", ".join(sorted(each["name"] for each in there))))
    return [*laid, *wanted.values()]


def _terminals(bench: BenchFile, there: dict[str, Any], said: dict[str, Any] | list[dict[str, Any]]) -> dict[str, Any]:
    """The bench's terminal, set up as the case wants it where it can be."""
    own = said if isinstance(said, dict) else said[0]
    laid = {**there, "count": 1, "tids": [bench.terminal.tid]}
    settings, clerks = own.get("settings", {}), own.get("clerks", {})
    taken = bench.taken(settings)
    had = there.get("settings", {})
    for name, value in settings.items():
        if name not in taken and name != SOFTWARE and had.get(name) != value:
            raise CannotError(say.OTHER_SETTING.both(name=name, value=value))
    if taken:
        laid["settings"] = {**had, **taken}
    if clerks and clerks != there.get("clerks", USUAL_CLERKS):
        if not bench.is_virtual:
            raise CannotError(say.OTHER_CLERKS.both(names=", ".join(sorted(clerks))))
        laid["clerks"] = clerks
    return laid


class PlugPower:
    """The power of a standing terminal, which nobody cuts between two of its steps."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig

    @property
    def is_on(self) -> bool:
        """Whether it has power."""
        return self._rig.power.is_on

    def cut(self, _cut: PowerCut) -> None:
        """Nobody can."""
        raise CannotError(say.NO_STEP)

    def on(self) -> None:
        """The power comes back."""
        self._rig.power.on()


class BenchTarget(Target):
    """One rig, from its start to its verdict."""

    terminal_settings: ClassVar[str] = ""
    cannot: ClassVar[Mapping[Need, Words]] = {}  # of a kind, which knows its bench

    def __init__(self, bench: BenchFile, setting: TargetSetting) -> None:
        self._stack = contextlib.ExitStack()
        with contextlib.ExitStack() as opening:
            rig = opening.enter_context(open_rig(bench, RigSetting(
                folder=setting.folder, scenario=setting.scenario, defects=setting.defects,
                options=UPDATE if bench.is_virtual else ())))
            rig.start()
            self._stack = opening.pop_all()
        self._rig = rig
        power = rig.power if isinstance(rig.power, ProcessPower) else PlugPower(rig)
        self.stands = {1: Stand(End(rig.dut.tid, rig.dut.mid, AT_A_PORT), rig.till, power)}
        self.tells_who_may_not = bench.is_virtual
        self._mistakes = TillMistakes(read_toml(rig.path.read_text("utf-8")), places_of(rig.scenario), self)

    # ---- at the stand ------------------------------------------------------------------------

    def operate(self, terminal: int, wish: Wish) -> Told:
        """Ask, where that can be asked for."""
        if not (can := self._rig.till.can(wish.kind)):
            raise CannotError(say.CANNOT_ASK.both(error=can.why))
        return self._mistakes.operate(self.stands[terminal], wish)

    def passes(self, ms: int) -> None:
        """So much goes by on the calendar."""
        self.advance(self.now_ms() + ms)

    def write_down(self, record: AnyRecord) -> None:
        """What people planned or did."""
        self._rig.host.write_down(record)

    def must_refuse(self, tid: str, wish: Wish, why: str) -> None:
        """What is asked next must be refused."""
        self._rig.host.must_refuse(tid, wish, why)

    def rest(self, terminal: int) -> None:
        """Wait until a terminal has nothing pending."""
        del terminal
        self._rig.rest()

    def power_on(self, terminal: int) -> None:
        """The power comes back."""
        super().power_on(terminal)
        self._rig.rest()

    def cut_power_at(self, trigger: Trigger) -> Armed:
        """Prepare a power cut at a message; the power stays away."""
        rig = self._rig
        if isinstance(rig.power, NoPower):
            raise CannotError(say.NO_POWER.both(error="[power]"))
        return Armed(rig, trigger, rig.power.off)

    # ---- around it ---------------------------------------------------------------------------

    def now_ms(self) -> int:
        """What the calendar of the host shows."""
        return self._rig.host.report().now_ms

    def fault(self, toml: str) -> None:
        """A fault from now on, as in a scenario; what a clerk does wrong is done here."""
        if not self._mistakes.plan(toml, self.stands):
            self._rig.host.fault(toml)

    def unstruck(self) -> tuple[str, ...]:
        """The modes of added faults that have had no effect so far."""
        return self._rig.host.unstruck()

    def action(self, toml: str) -> None:
        """A documented remedy now, as in a scenario; what needs a clerk's hands is done here."""
        asked = read_toml(toml)
        if asked.get("do") == "pause_sales":
            self._rig.host.pause(asked["by"])
        else:
            self._rig.host.action(toml)

    def advance(self, to_ms: int) -> None:
        """Let the calendar reach a moment: it jumps, once nothing is under way."""
        if self.stands[1].power.is_on:
            self._rig.rest()
        with contextlib.suppress(BenchError):  # a bank that does not answer is no reason to stay
            wait_until("", lambda: self.balances().get(IN_TRANSIT, 0), lambda fen: fen == 0, ON_ITS_WAY_S)
        by_ms = to_ms - self.now_ms()
        if by_ms > 0:
            self._rig.host.jump(by_ms=by_ms)

    def wait(self, met: Callable[[], bool], within_ms: int) -> bool:
        """Look until a condition is met; processes are given no less than ``LEAST_WAIT_S``."""
        with contextlib.suppress(BenchError):
            return wait_until("", met, bool, max(LEAST_WAIT_S, within_ms / 1_000))
        return False

    # ---- the end -----------------------------------------------------------------------------

    def balances(self) -> dict[str, int]:
        """The ledger: accounts and their fen."""
        return self._rig.host.balances()

    def judge(self) -> Judgement:
        """End all faults, close the day, let everything come to rest, and have the evidence judged."""
        return self._rig.finish(settle=self.is_unsettled)

    def close(self) -> None:
        """Stop all that runs; nothing is left behind, whatever happened before."""
        self._stack.close()


__all__ = ["BenchKind", "BenchTarget", "laid_over"]
