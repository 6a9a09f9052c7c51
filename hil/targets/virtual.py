"""The target on the wall clock: a host and virtual terminals as processes of their own."""

from __future__ import annotations

import contextlib
import tomllib
from collections.abc import Callable, Iterable, Mapping
from typing import ClassVar

from hil.bench.device import BenchDevice
from hil.bench.process import PATIENCE_S, BenchError, wait_until
from hil.bench.virtual_bench import VirtualBench
from hil.device.requests import CutPower, Outcome
from hil.ports.ports import PortError
from hil.targets.target import Accounts, PowerCut, Sale, TargetSetting, Told
from simulator.judge.verdict import Judgement
from simulator.machines.terminal.work import TerminalTable
from simulator.money.accounts import IN_TRANSIT
from simulator.scenario.read import load_scenario
from simulator.wire.kinds import Kind
from simulator.world.defects import DEFECTS

SCENARIO = "scenario.toml"
LEAST_WAIT_S = 30.0
ON_ITS_WAY_S = 10.0


class VirtualTarget:
    """One bench: what the calendar jumps over costs no time, what a protocol waits for does."""

    terminal_settings: ClassVar[str] = 'reply_timeout = "3s", reversal_idle = "1s"'
    cannot: ClassVar[Mapping[str, str]] = {
        "customers": "customers who come by chance need clerks in the world; here the steps do the clerks' work",
    }

    def __init__(self, setting: TargetSetting) -> None:
        setting.folder.mkdir(parents=True, exist_ok=True)
        path = setting.folder / SCENARIO
        path.write_text(setting.scenario, "utf-8")
        accounts = Accounts(load_scenario(path))
        self._cards = accounts.cards
        ours = {name for name in setting.defects if DEFECTS[name].is_of(TerminalTable)}
        self._bench = VirtualBench(
            path, setting.folder, *_options(name for name in setting.defects if name not in ours))
        self._devices: dict[int, BenchDevice] = {}
        self._meant: set[str] = set()
        self._prepared: set[int] = set()
        self._dark: set[int] = set()
        try:
            self._bench.start_host()
            for number, terminal in enumerate(accounts.shop.terminals, 1):
                device = self._bench.plug_in(terminal.tid, *_options(ours))
                self._devices[number] = device
                device.sign_on()
        except BaseException:
            self.close()
            raise

    def now_ms(self) -> int:
        """What its calendar shows."""
        return self._bench.report().now_ms

    # ---- people ------------------------------------------------------------------------------

    def sell(self, sale: Sale) -> Told:
        """A customer means a sale, and the clerk tries it once; the same name again: once more."""
        device, card = self._devices[sale.terminal], self._cards[sale.card]
        if sale.name not in self._meant:
            self._meant.add(sale.name)
            self._bench.mean(device.mid, sale.name, sale.amount_fen, card)
        return self._serve(
            sale.terminal, lambda: device.try_again(sale.name, sale.amount_fen, card))

    def settle(self, terminal: int) -> Told:
        """The clerk settles one terminal."""
        return self._serve(terminal, lambda: self._devices[terminal].operate(Kind.SETTLEMENT))

    def told(self, sale: str) -> str:
        """How the last try of a sale ended, as the terminal said; "" for nothing."""
        results = [result for each in self._devices.values() if (result := each.told(sale))]
        return results[-1] if results else ""

    def _serve(self, terminal: int, operate: Callable[[], Outcome]) -> Told:
        try:
            outcome = operate()
        except PortError:
            self._goes_dark(terminal)
            return Told("")
        if terminal in self._prepared:
            self._goes_dark(terminal)
            return Told("")
        return Told(outcome.result, outcome.response_code, outcome.reason)

    def _goes_dark(self, terminal: int) -> None:
        """The power that was to go off goes off; ``BenchError`` if it does not, or was not to."""
        device = self._devices[terminal]
        if terminal not in self._prepared:
            raise BenchError(f"terminal {device.tid} went away by itself: {device.process.words()}")
        self._prepared.discard(terminal)
        wait_until(f"the end of terminal {device.tid}", device.process.is_running,
                   lambda running: not running, PATIENCE_S)
        device.wait_for_power_cut()
        self._dark.add(terminal)

    # ---- terminals ---------------------------------------------------------------------------

    def rest(self, terminal: int) -> None:
        """Wait until a terminal has nothing pending."""
        self._devices[terminal].wait_at_rest()

    def cut_power(self, terminal: int, cut: PowerCut) -> None:
        """Prepare a power cut in the next operation; the power stays away."""
        self._devices[terminal].process.do(
            CutPower(after_effects=cut.after_effects, before=cut.before))
        self._prepared.add(terminal)

    def power_on(self, terminal: int) -> None:
        """The power comes back."""
        self._devices[terminal].power_on()
        self._dark.discard(terminal)

    # ---- what happens around them ------------------------------------------------------------

    def fault(self, toml: str) -> None:
        """A fault from now on, as in a scenario."""
        self._bench.fault(toml)

    def action(self, toml: str) -> None:
        """A documented remedy now, as in a scenario; what needs a clerk's hands is done here."""
        asked = tomllib.loads(toml)
        if asked.get("do") == "pause_sales":
            self._bench.pause(asked["by"])
        else:
            self._bench.action(toml)

    def advance(self, to_ms: int) -> None:
        """Let the calendar reach a moment: it jumps, once nothing is under way."""
        for number, device in self._devices.items():
            if number not in self._dark:
                device.wait_at_rest()
        with contextlib.suppress(BenchError):  # a bank that does not answer is no reason to stay
            wait_until("", self._on_its_way_fen, lambda fen: fen == 0, ON_ITS_WAY_S)
        by_ms = to_ms - self.now_ms()
        if by_ms > 0:
            self._bench.jump(by_ms=by_ms)

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
        """End all faults, let everything come to rest, and have the whole trace judged."""
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
