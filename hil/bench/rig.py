"""One bench composed for one case: a terminal with its till, its power and its line, and a host.

A case is a fresh host process with fresh state.  The virtual device is a fresh process with fresh
memory; a standing one (real, emulated) goes on, and is brought to a clean start.  Several rigs may
run at once in threads of one process, each with its own ports and its own folder.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from hil.bench.bench_file import BenchFile
from hil.bench.bench_scenario import dut_tid, scenario_text
from hil.bench.device_stand import ControlTill, ProcessPower, stand_of
from hil.bench.ends import Wish
from hil.bench.process import BenchError, wait_until
from hil.bench.virtual_bench import VirtualBench
from hil.control.live_process import wall_ms
from hil.host.requests import Heal, HostReport
from hil.ports.ports import Address
from simulator.judge.verdict import Judgement
from simulator.machines.terminal.work import TerminalTable
from simulator.scenario.places import places_of
from simulator.scenario.read import load_scenario
from simulator.version import own_version
from simulator.wire.kinds import Kind
from simulator.world.defects import DEFECTS
from simulator.world.people.card_deck import deck_of

SCENARIO = "scenario.toml"


class RigSetting(msgspec.Struct, frozen=True, kw_only=True):
    """What one case wants of a bench."""

    folder: Path  # for its evidence
    scenario: str | None = None  # TOML text; None: the bench's own
    defects: tuple[str, ...] = ()  # of a virtual device, of the host
    settings: Mapping[str, Any] = {}  # of the terminal, laid over the bench's: reply_timeout = "3s"


class Dut(msgspec.Struct, frozen=True, kw_only=True):
    """What is tested, as a report names it."""

    tid: str
    mid: str
    kind: str  # virtual, emulated, real
    name: str
    firmware: str
    serial_number: str


class DirectLine:
    """A terminal at the host's own port, with nothing in between."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self.seen: list[object] = []

    def close(self) -> None:
        """Nothing to close."""


class HostSide:
    """The acquirer of a case, and what is around it."""

    def __init__(self, bench: VirtualBench) -> None:
        self._bench = bench

    def fault(self, toml: str) -> None:
        """A fault from now on, as in a scenario."""
        self._bench.fault(toml)

    def action(self, toml: str) -> None:
        """A documented remedy now, as in a scenario."""
        self._bench.action(toml)

    def jump(self, *, to: str | None = None, by_ms: int | None = None) -> int:
        """The calendar of host and virtual device jumps; by how many milliseconds."""
        return self._bench.jump(to=to, by_ms=by_ms)

    def pay_out(self) -> None:
        """Jump over the next cut-over and on until every payout has ended."""
        self._bench.pay_out()

    def report(self) -> HostReport:
        """How the host stands."""
        return self._bench.report()

    def balances(self) -> dict[str, int]:
        """The ledger: accounts and their fen."""
        return self._bench.balances()

    def heal(self) -> None:
        """All faults end."""
        self._bench.host.do(Heal())

    def drain(self) -> None:
        """The last phase: wait until all has come to rest."""
        self._bench.drain()

    def crash(self) -> None:
        """SIGKILL, now."""
        self._bench.crash_host()

    def restart(self) -> None:
        """A new process on the same state and the same port."""
        self._bench.restart_host()


class Rig:
    """A bench for one case; made by :func:`open_rig`."""

    def __init__(self, bench: BenchFile, setting: RigSetting) -> None:
        self.bench = bench
        self.folder = setting.folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self._scenario = self.folder / SCENARIO
        text = scenario_text(bench, setting.scenario, setting.settings, wall_ms())
        self._scenario.write_text(text, "utf-8")
        tid = dut_tid(bench, text, str(self._scenario))
        ours = [name for name in setting.defects if DEFECTS[name].is_of(TerminalTable)]
        others = [name for name in setting.defects if name not in ours]
        self._world = VirtualBench(self._scenario, self.folder, *_options(others))
        self._world.password = bench.device.password
        self._device_options = _options(ours)
        scenario = load_scenario(self._scenario)
        places = places_of(scenario)
        mids = {each.tid: (shop.mid, each.profile) for shop in places.merchants for each in shop.terminals}
        mid, self._profile = mids[tid]
        deck = deck_of(scenario, places.pan_prefixes)
        cards = {part.name: deck.name(part, number) for number, part in enumerate(scenario.cards)}
        self._at_reader = lambda name, fen: deck.at_reader(cards[name], fen)
        self.dut = Dut(
            tid=tid, mid=mid, kind=bench.device.kind, name=bench.device.name,
            firmware=bench.device.firmware or f"daozhang {own_version()}",
            serial_number=bench.device.serial_number,
        )
        self.host = HostSide(self._world)
        self.line: DirectLine
        self.till: ControlTill
        self.power: ProcessPower

    def open(self) -> None:
        """Start host, line and device; the device has power."""
        self._world.start_host()
        self.line = DirectLine(self._world.address)
        self._world.door = self.line.address
        device = self._world.plug_in(self.dut.tid, *self._device_options)
        stand = stand_of(device, self._at_reader, self._world, self._profile)
        assert isinstance(stand.till, ControlTill)
        assert isinstance(stand.power, ProcessPower)
        self.till, self.power = stand.till, stand.power

    def close(self) -> None:
        """Stop all that runs; nothing is left behind, whatever happened before."""
        for device in self._world.devices.values():
            with contextlib.suppress(BenchError):  # it is off
                device.cut_power()
        if hasattr(self, "line"):
            self.line.close()
        if hasattr(self._world, "host"):
            self._world.host.kill()

    # ---- what a case does --------------------------------------------------------------------

    def start(self) -> None:
        """Power on, sign on, downloads ended; does nothing where that is so already."""
        self.power.on()
        device = self._world.devices[self.dut.tid]
        if not device.status().signed_on:
            told = self.till.operate(Wish(kind=Kind.SIGN_ON))
            if not told.approved:
                raise BenchError(
                    f"terminal {self.dut.tid} did not sign on: {told.result or 'it went dark'} "
                    f"{told.reason or told.response_code}".rstrip())
        self.rest()

    def rest(self, within_s: float | None = None) -> bool:
        """Wait until nothing is pending and nothing on the line; whether it came to that."""
        limits = self.bench.part.limits
        patience_s = limits.rest_ms / 1000 if within_s is None else within_s
        device = self._world.devices[self.dut.tid]
        try:
            wait_until(f"terminal {self.dut.tid}: at rest", device.status, lambda status: status.at_rest, patience_s)
        except BenchError:
            return False
        return True

    def when(self, match: object, *, place: str = "before", delay_ms: int = 0, do: Callable[[], None]) -> object:
        """Do something when a message passes on the line."""
        del match, place, delay_ms, do
        raise BenchError("there is no relay in this line yet")

    def finish(self) -> Judgement:
        """Jump over cut-over and payout, heal, drain, stop, and judge the evidence."""
        self.rest()
        self.host.heal()
        self._world.pay_out()
        return self._world.finish()

    def wait(self, what: str, met: Callable[[], bool], within_s: float) -> None:
        """Look until something is so; ``BenchError`` where it never is."""
        wait_until(what, met, bool, within_s)


@contextmanager
def open_rig(bench: BenchFile, setting: RigSetting) -> Iterator[Rig]:
    """A bench for one case; all of it is closed at the end, whatever happened."""
    rig = Rig(bench, setting)
    try:
        rig.open()
        yield rig
    finally:
        rig.close()


def _options(defects: list[str]) -> tuple[str, ...]:
    return tuple(word for name in defects for word in ("--defect", name))


__all__ = ["Dut", "Rig", "RigSetting", "open_rig"]
