"""The target on the wall clock: a host and virtual terminals as processes of their own."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping
from typing import ClassVar

from hil.bench.virtual_bench import VirtualBench
from hil.host.requests import Heal
from hil.processes.process import BenchError, wait_until
from hil.targets.needs import CLERKS_OF_STEPS, NO_HABITS, NO_LINE, NO_RECORDS, Need
from hil.targets.target import UPDATE, Accounts, Target, TargetSetting
from hil.targets.till_mistakes import TillMistakes
from hil.tills.device_stand import stand_of
from hil.tills.ends import Told, Wish
from simulator.catalogue.language import Told as Words
from simulator.catalogue.places import Place
from simulator.judge.verdict import Judgement
from simulator.machines.terminal.work import TerminalTable
from simulator.money.accounts import IN_TRANSIT
from simulator.scenario.read import load_scenario
from simulator.toml_reading import read_toml
from simulator.trace.records import AnyRecord
from simulator.world.defects import DEFECTS

SCENARIO = "scenario.toml"
LEAST_WAIT_S = 30.0
ON_ITS_WAY_S = 10.0


class VirtualTarget(Target):
    """One bench: what the calendar jumps over costs no time, what a protocol waits for does."""

    terminal_settings: ClassVar[str] = 'reply_timeout = "3s", reversal_idle = "1s"'
    places: ClassVar[frozenset[Place]] = frozenset({Place.LIVE_HOST, Place.TILL})
    cannot: ClassVar[Mapping[Need, Words]] = {
        Need.CUSTOMERS: CLERKS_OF_STEPS, Need.HABITS: NO_HABITS, Need.LINE: NO_LINE, Need.RECORDS: NO_RECORDS}

    def __init__(self, setting: TargetSetting) -> None:
        setting.folder.mkdir(parents=True, exist_ok=True)
        path = setting.folder / SCENARIO
        path.write_text(setting.scenario, "utf-8")
        accounts = Accounts(load_scenario(path))
        ours = {name for name in setting.defects if DEFECTS[name].is_of(TerminalTable)}
        self._bench = VirtualBench(
            path, setting.folder, *_options(name for name in setting.defects if name not in ours))
        self.stands = {}
        self._mistakes = TillMistakes(read_toml(setting.scenario), accounts.places, self)
        try:
            self._bench.start_host()
            terminals = [each for shop in accounts.places.merchants for each in shop.terminals]
            for number, terminal in enumerate(terminals, 1):
                device = self._bench.plug_in(terminal.tid, *UPDATE, *_options(ours))
                self.stands[number] = stand_of(device, accounts.at_reader, self._bench, terminal.profile)
                device.sign_on()
        except BaseException:
            self.close()
            raise

    def now_ms(self) -> int:
        """What its calendar shows."""
        return self._bench.report().now_ms

    # ---- what happens around them ------------------------------------------------------------

    def fault(self, toml: str) -> None:
        """A fault from now on, as in a scenario; what a clerk does wrong is done here."""
        if not self._mistakes.plan(toml, self.stands):
            self._bench.fault(toml)

    def operate(self, terminal: int, wish: Wish) -> Told:
        """The clerk asks a terminal for something, and errs where that was planned."""
        return self._mistakes.operate(self.stands[terminal], wish)

    def unstruck(self) -> tuple[str, ...]:
        """The modes of added faults that have had no effect so far."""
        return self._bench.unstruck()

    def action(self, toml: str) -> None:
        """A documented remedy now, as in a scenario; what needs a clerk's hands is done here."""
        asked = read_toml(toml)
        if asked.get("do") == "pause_sales":
            self._bench.pause(asked["by"])
        else:
            self._bench.action(toml)

    def advance(self, to_ms: int) -> None:
        """Let the calendar reach a moment: it jumps, once nothing is under way."""
        for stand in self.stands.values():
            if stand.power.is_on:
                stand.till.rest()
        with contextlib.suppress(BenchError):  # a bank that does not answer is no reason to stay
            wait_until("", self._on_its_way_fen, lambda fen: fen == 0, ON_ITS_WAY_S)
        by_ms = to_ms - self.now_ms()
        if by_ms > 0:
            self._bench.jump(by_ms=by_ms)

    def passes(self, ms: int) -> None:
        """So much goes by on the calendar."""
        self.advance(self.now_ms() + ms)

    def write_down(self, record: AnyRecord) -> None:
        """What people planned or did."""
        self._bench.write_down(record)

    def must_refuse(self, tid: str, wish: Wish, why: str) -> None:
        """What is asked next must be refused."""
        self._bench.must_refuse(tid, wish, why)

    tells_who_may_not = True

    def _on_its_way_fen(self) -> int:
        """What was sent to a bank that has not answered yet; a jump would date the answer after it."""
        return self.balances().get(IN_TRANSIT, 0)

    def wait(self, met: Callable[[], bool], within_ms: int) -> bool:
        """Look until a condition is met; processes are given no less than ``LEAST_WAIT_S``."""
        patience_s = max(LEAST_WAIT_S, within_ms / 1000)
        with contextlib.suppress(BenchError):
            return wait_until("", met, bool, patience_s)
        return False

    # ---- the end -----------------------------------------------------------------------------

    def balances(self) -> dict[str, int]:
        """The ledger: accounts and their fen."""
        return self._bench.balances()

    def judge(self) -> Judgement:
        """End all faults, close the day, let everything come to rest, and have the whole trace judged."""
        self._bench.host.do(Heal())
        if self.is_unsettled:
            self.close_the_day()
            self._bench.pay_out()
        return self._bench.finish()

    def close(self) -> None:
        """Kill all that still runs; nothing is left behind, whatever happened before."""
        for device in self._bench.devices.values():
            with contextlib.suppress(BenchError):  # it is off
                device.cut_power()
        if hasattr(self._bench, "host"):
            self._bench.host.kill()


def _options(defects: Iterable[str]) -> list[str]:
    return [word for name in defects for word in ("--defect", name)]
