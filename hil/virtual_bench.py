"""A bench of processes: one live host and virtual devices, driven, killed, and judged as one run.

It is the counter: it means sales, operates devices and writes down what people meant.  The verdict
comes from the merged traces alone.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from hil.bench_process import BenchError, BenchProcess
from hil.device_requests import CutPower, DeviceStatus, Jump, Operate, Outcome, Status, Stop
from hil.host_requests import (
    Balances,
    Crash,
    Drain,
    Heal,
    HostReport,
    HostStatus,
    InjectFault,
    JumpCalendar,
    Jumped,
    Ledger,
    StopHost,
    TakeAction,
)
from hil.live_process import wall_ms
from hil.ports import PortError
from hil.trace_file import read_trace
from hil.trace_merge import closing_ms, merge
from simulator.judge.judge import Judge
from simulator.judge.trace import AnyRecord, Concluded, Record, SaleMeant, SaleUndone
from simulator.judge.verdict import Judgement
from simulator.machines.profile import Card
from simulator.wire.kinds import Kind
from simulator.wire.masking import mask_pan

LOOK_AGAIN_S = 0.02
PATIENCE_S = 120.0  # a bench that waits longer is broken
REST_S = 30.0  # for what is under way to end by itself after the last phase began
BEFORE_MS = 2  # what people mean comes before what a device does, whatever the rounding
T = TypeVar("T")
TEST_CARD = Card(pan="6200000000000120")


class BenchDevice:
    """One virtual device, its memory and its trace, through as many processes as it takes."""

    def __init__(self, bench: VirtualBench, tid: str, mid: str, options: tuple[str, ...]) -> None:
        self._bench = bench
        self._options = options
        self.tid = tid
        self.mid = mid
        self.nvm = bench.folder / f"{tid}.nvm"
        self.trace = bench.folder / f"{tid}.jsonl"
        self._process: BenchProcess | None = None

    @property
    def process(self) -> BenchProcess:
        """The process that runs; ``BenchError`` where none does."""
        if self._process is None:
            raise BenchError(f"terminal {self.tid} is off")
        return self._process

    def power_on(self) -> None:
        """Start a process on this device's memory."""
        bench = self._bench
        self._process = BenchProcess(f"device {self.tid}", [
            "device", "--tid", self.tid, "--mid", self.mid, "--host", str(bench.address),
            "--scenario", str(bench.scenario), "--nvm", str(self.nvm), "--trace", str(self.trace),
            "--ahead-ms", str(bench.ahead_ms), *self._options,
        ], bench.folder / f"{self.tid}.err")

    def cut_power(self) -> None:
        """SIGKILL, now."""
        self.process.kill()
        self._process = None

    def wait_for_power_cut(self) -> None:
        """Wait until a cut that was prepared has happened."""
        if not self.process.has_died():
            raise BenchError(f"terminal {self.tid} ended by itself: {self.process.words()}")
        self._process = None

    def operate(self, kind: Kind, order: str = "", **asked: object) -> Outcome:
        """Do as a clerk does and wait for the outcome."""
        return self.process.ask(Operate(kind=kind, order=order, **asked), Outcome)  # type: ignore[arg-type]

    def sign_on(self) -> Outcome:
        """Sign on as clerk 01."""
        return self.operate(Kind.SIGN_ON, password="0000")

    def sell(self, sale: str, amount_fen: int, card: Card = TEST_CARD) -> Outcome:
        """A customer means a sale, and the clerk makes it."""
        self._bench.mean(self.mid, sale, amount_fen, card)
        return self.try_again(sale, amount_fen, card)

    def try_again(self, sale: str, amount_fen: int, card: Card = TEST_CARD) -> Outcome:
        """Once more for a sale that was meant before."""
        return self.operate(Kind.SALE, sale, amount_fen=amount_fen, card=card)

    def sell_into_power_cut(self, sale: str, amount_fen: int, cut: CutPower) -> None:
        """A sale in which the power goes."""
        self.process.do(cut)
        try:
            self.sell(sale, amount_fen)
        except PortError:
            self.wait_for_power_cut()
        else:
            raise BenchError(f"the power did not go in sale {sale}")

    def told(self, sale: str) -> str:
        """How the last try of a sale ended, as the counter saw it; "" if it saw nothing."""
        results = [
            record.result for record in read_trace(self.trace)
            if isinstance(record, Concluded) and record.sale == sale
        ]
        return results[-1] if results else ""

    def sell_in_the_end(self, sale: str, amount_fen: int, tries: int = 10) -> None:
        """What a patient clerk does: rest, look whether it was approved, else try once more."""
        for _ in range(tries):
            self.wait_at_rest()
            if self.told(sale) == "approved":
                return
            self.try_again(sale, amount_fen)
        raise BenchError(f"sale {sale} was not approved in {tries} tries")

    def status(self) -> DeviceStatus:
        """How it stands."""
        return self.process.ask(Status(), DeviceStatus)

    def wait(self, what: str, met: Callable[[DeviceStatus], bool]) -> DeviceStatus:
        """Look until a condition is met."""
        return wait_until(f"terminal {self.tid}: {what}", self.status, met)

    def wait_at_rest(self) -> DeviceStatus:
        """Look until nothing is pending."""
        return self.wait("at rest", lambda status: status.at_rest)

    def jump(self, by_ms: int) -> None:
        """Its calendar follows the host's."""
        if self._process is not None:
            self._process.do(Jump(by_ms=by_ms))

    def stop(self) -> None:
        """Switch it off in good order."""
        if self._process is not None:
            self._process.stop(Stop())
            self._process = None


class VirtualBench:
    """A host process of a scenario, with a device process for each terminal that is asked for."""

    def __init__(self, scenario: Path, folder: Path, *host_options: str) -> None:
        self.scenario = scenario
        self.folder = folder
        self._host_options = host_options
        self._people: list[AnyRecord] = []
        self._merchants: dict[str, str] = {}
        self.devices: dict[str, BenchDevice] = {}
        self.ahead_ms = 0
        self.host: BenchProcess

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.start_host()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for device in self.devices.values():
            device.stop()
        self.host.stop(StopHost())

    # ---- the host ----------------------------------------------------------------------------

    def start_host(self, listen: str = "127.0.0.1:0") -> None:
        """Start the host process, new or on the state of a former one."""
        self.host = BenchProcess("host", [
            "host", str(self.scenario), "--listen", listen,
            "--state", str(self.folder / "host.sqlite"),
            "--trace", str(self.folder / "host.jsonl"), *self._host_options,
        ], self.folder / "host.err")
        self.address = self.host.ports["listening"]
        report = self.report()
        self.ahead_ms = report.ahead_ms
        self._merchants = {mid: merchant for _, mid, merchant in report.terminals}
        self._terminals = {tid: mid for tid, mid, _ in report.terminals}

    def restart_host(self) -> None:
        """After its end: a new process on the same state and the same port."""
        self.start_host(str(self.address))

    def crash_host(self) -> None:
        """SIGKILL, now."""
        self.host.kill()

    def prepare_crash(self, crash: Crash) -> None:
        """SIGKILL between two effects of the acquirer."""
        self.host.do(crash)

    def wait_for_crash(self) -> None:
        """Wait until a crash that was prepared has happened."""
        if not self.host.has_died():
            raise BenchError(f"the host ended by itself: {self.host.words()}")

    def report(self) -> HostReport:
        """How the host stands."""
        return self.host.ask(HostStatus(), HostReport)

    def wait(
        self, what: str, met: Callable[[HostReport], bool], patience_s: float = PATIENCE_S,
    ) -> HostReport:
        """Look until a condition is met."""
        return wait_until(f"host: {what}", self.report, met, patience_s)

    def balances(self) -> dict[str, int]:
        """The host's ledger."""
        return dict(self.host.ask(Balances(), Ledger).accounts)

    def fault(self, toml: str) -> None:
        """A fault from now on."""
        self.host.do(InjectFault(toml=toml))

    def action(self, toml: str) -> None:
        """A documented remedy now."""
        self.host.do(TakeAction(toml=toml))

    def jump(self, *, to: str | None = None, by_ms: int | None = None) -> int:
        """The calendar of host and devices jumps."""
        jumped = self.host.ask(JumpCalendar(by_ms=by_ms, to=to), Jumped)  # type: ignore[arg-type]
        self.ahead_ms += jumped.by_ms
        for device in self.devices.values():
            device.jump(jumped.by_ms)
        return jumped.by_ms

    def pay_out(self) -> None:
        """Jump over the next cut-over and on until every payout has ended."""
        self.jump(to="cut_over")
        while any(each.what == "payout" for each in self.report().pending):
            try:
                self.jump(to="payout")
            except Exception as error:
                if "no payout is planned" not in str(error):
                    raise

    # ---- terminals and people ----------------------------------------------------------------

    def plug_in(self, tid: str = "", *options: str) -> BenchDevice:
        """Power on a device in the place of one of the scenario's terminals, the next if none."""
        chosen = tid or next(each for each in self._terminals if each not in self.devices)
        device = BenchDevice(self, chosen, self._terminals[chosen], options)
        self.devices[chosen] = device
        device.power_on()
        return device

    def mean(self, mid: str, sale: str, amount_fen: int, card: Card) -> None:
        """A customer means one sale."""
        self._people.append(SaleMeant(
            self._now_ms(), f"merchant.{self._merchants[mid]}", sale=sale, amount_fen=amount_fen,
            card=mask_pan(card.pan),
        ))

    def undo(self, mid: str, sale: str, how: str) -> None:
        """Customer and merchant agree to undo a sale."""
        self._people.append(SaleUndone(
            self._now_ms(), f"merchant.{self._merchants[mid]}", sale=sale, how=how,
        ))

    # ---- the end -----------------------------------------------------------------------------

    def finish(self) -> Judgement:
        """Heal, drain, stop everything, and judge what was written down."""
        self.host.do(Heal())
        self.host.do(Drain())
        with contextlib.suppress(BenchError):  # what stays pending is a finding, not our error
            self.wait("at rest", lambda report: not report.pending, REST_S)
        for device in self.devices.values():
            device.stop()
        self.host.stop(StopHost())
        return self.judge()

    def judge(self) -> Judgement:
        """The judgement of the traces as they are."""
        records = self.records()
        judge = Judge(None)
        for record in records:
            judge.feed(record)
        return judge.finish(closing_ms(records))

    def records(self) -> list[Record]:
        """The whole run as one trace."""
        return merge(self._people, read_trace(self.folder / "host.jsonl"), {
            tid: read_trace(device.trace) for tid, device in self.devices.items()
        })

    def _now_ms(self) -> int:
        return wall_ms() + self.ahead_ms - BEFORE_MS


def wait_until(
    what: str, look: Callable[[], T], met: Callable[[T], bool], patience_s: float = PATIENCE_S,
) -> T:
    """Look again and again until a condition is met; ``BenchError`` if it never is."""
    deadline_s = time.monotonic() + patience_s
    while True:
        seen = look()
        if met(seen):
            return seen
        if time.monotonic() > deadline_s:
            raise BenchError(f"waited in vain for {what}; last seen: {seen}")
        time.sleep(LOOK_AGAIN_S)


__all__ = ["BenchDevice", "BenchError", "CutPower", "VirtualBench", "wait_until"]
