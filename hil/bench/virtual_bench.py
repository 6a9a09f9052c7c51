"""A bench of processes: one live host and virtual devices, driven, killed, and judged as one run.

It is the counter: it means sales, operates devices and writes down what people meant.  The verdict
comes from the merged traces alone.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from hil.bench.kept import Kept
from hil.bench.lasting import lasts_s
from hil.bench.line_evidence import doubted, tails_of_spoilt
from hil.bench.people_first import people_first
from hil.bench.running_judge import WRITTEN_MS, RunningJudge
from hil.control.control import ANSWER_TIMEOUT_S
from hil.control.live_process import wall_ms
from hil.device.requests import CutPower
from hil.files.trace_file import read_trace
from hil.host.requests import (
    Announce,
    Balances,
    Crash,
    Drain,
    Heal,
    HostReport,
    HostStatus,
    Injected,
    InjectFault,
    JumpCalendar,
    Jumped,
    Ledger,
    StopHost,
    TakeAction,
)
from hil.ports.ports import Address
from hil.processes.process import HERE, PATIENCE_S, BenchError, BenchProcess, wait_until
from hil.tills.device import BenchDevice, Place
from hil.tills.ends import Told, Wish
from simulator.judge.judge import Judge
from simulator.judge.verdict import Judgement
from simulator.machines.terminal.profile import Card
from simulator.scenario.read import load_scenario
from simulator.trace.merge import closing_ms, merge
from simulator.trace.records import (
    ActionTaken,
    AnyRecord,
    Record,
    SaleMeant,
    SaleUndone,
    Unentitled,
)
from simulator.trial import added_in, conclusive, stayed_away, struck_in, taken_in, unstruck_in
from simulator.wire.kinds import Kind
from simulator.wire.masking import mask_pan
from simulator.world.people.orders import SELLS, UNDOES

REST_S = 30.0  # for what is under way to end by itself after the last phase began
CLERKS_S = 75.0  # a clerk who is told that a reversal waits tries again in a minute
_OF_A_CUSTOMER = frozenset({"not_signed_in", "no_right"})  # the clerk or the supervisor may
BEFORE_MS = 2  # what people mean comes before what a device does, whatever the rounding


class VirtualBench:
    """A host process of a scenario, with a device process for each terminal that is asked for."""

    def __init__(self, scenario: Path, folder: Path, *host_options: str) -> None:
        self.scenario = scenario
        self.folder = folder
        self._host_options = host_options
        self._people: Kept[tuple[str, AnyRecord]] = Kept(tuple[str, AnyRecord])  # what people meant, and by which order
        self._unjudged: list[tuple[str, AnyRecord]] = []  # of these
        self._meant: set[str] = set()
        self._must_refuse: dict[tuple[str, Kind], Unentitled] = {}  # by order and kind, until it is asked
        self.password = "0000"  # of clerks at terminals
        self._merchants: dict[str, str] = {}
        self.devices: dict[str, BenchDevice] = {}
        self.followers: list[Callable[[], None]] = []  # called when the calendar has jumped
        self.ahead_ms = 0
        self.rest_s = REST_S
        self.changed: frozenset[str] = frozenset()  # tails of messages that a line changed
        self.where = HERE  # the processes of devices
        self.answer_s = ANSWER_TIMEOUT_S  # a device that says nothing for so long is stuck
        self.door: Address | None = None  # where devices call, if there is a line in front of the host
        self._drained = False
        self._running: RunningJudge | None = None  # where the run is judged while it goes on
        self._judgement: Judgement | None = None  # of such a run
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
        self._terminals = {
            tid: mid for tid, mid, _ in report.terminals if tid in report.outside}

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
        self.host.ask(InjectFault(toml=toml), Injected)

    def unstruck(self) -> tuple[str, ...]:
        """The modes of added faults that have had no effect so far, without those that may stay away."""
        if self.host.is_running():
            self.report()  # after it all is written that has happened
        return unstruck_in([
            *(record for _, record in self._people), *read_trace(self.folder / "host.jsonl"),
            *(each for device in self.devices.values() for each in read_trace(device.trace))])

    def action(self, toml: str) -> None:
        """A documented remedy now."""
        self.host.do(TakeAction(toml=toml))

    def jump(self, *, to: str | None = None, by_ms: int | None = None) -> int:
        """The calendar of host and devices jumps."""
        jumped = self.host.ask(JumpCalendar(by_ms=by_ms, to=to), Jumped)  # type: ignore[arg-type]
        self.ahead_ms += jumped.by_ms
        for device in self.devices.values():
            device.jump(jumped.by_ms)
        for follow in self.followers:
            follow()
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

    def announce(self, tid: str, device: str) -> None:
        """Tell the host what stands at a port."""
        self.host.do(Announce(tid=tid, device=device))

    def plug_in(self, tid: str = "", *options: str) -> BenchDevice:
        """Power on a device in the place of one of the scenario's terminals, the next if none."""
        chosen = tid or next(each for each in self._terminals if each not in self.devices)
        place = Place(
            folder=self.folder, scenario=self.scenario, address=lambda: str(self.door or self.address),
            ahead_ms=lambda: self.ahead_ms, people=self, password=self.password, where=self.where,
            answer_s=self.answer_s,
        )
        device = BenchDevice(place, chosen, self._terminals[chosen], options)
        self.devices[chosen] = device
        self.announce(chosen, "virtual device")
        device.power_on()
        return device

    def mean(self, mid: str, wish: Wish, card: Card | None) -> None:
        """What people mean by an operation, before its first try: one sale, or that one is undone."""
        strange = self._must_refuse.pop((wish.order, wish.kind), None)
        if strange is None or strange.why in _OF_A_CUSTOMER:
            self._means(mid, wish, card)
        if strange is not None:
            self._meant.add(wish.order)
            self._mean(wish.order, msgspec.structs.replace(strange, at_ms=self._now_ms(), actor=f"merchant.{self._merchants[mid]}"))

    def must_refuse(self, tid: str, wish: Wish, why: str) -> None:
        """When this is asked next the terminal must refuse it: a customer means it only where somebody else may do it."""
        self._must_refuse[wish.order, wish.kind] = Unentitled(0, "", sale=wish.order, tid=tid, what=wish.kind.value, why=why)

    def _means(self, mid: str, wish: Wish, card: Card | None) -> None:
        if wish.order in self._meant:
            return
        self._meant.add(wish.order)
        actor, of = f"merchant.{self._merchants[mid]}", wish.original
        if wish.kind in SELLS:
            self._mean(wish.order, SaleMeant(
                self._now_ms(), actor, sale=wish.order, amount_fen=wish.amount_fen,
                card=mask_pan(card.pan) if card is not None else "", what=wish.kind.value))
        elif wish.kind in UNDOES and of is not None:
            part = wish.amount_fen if of.amount_fen != wish.amount_fen else 0
            self._mean(wish.order, SaleUndone(
                self._now_ms(), actor, sale=of.order, how=wish.kind.value, amount_fen=part))

    def write_down(self, record: AnyRecord) -> None:
        """Something that whoever drives the bench planned or did."""
        self._mean("", record)

    def _mean(self, order: str, record: AnyRecord) -> None:
        self._people.append((order, record))
        self._unjudged.append((order, record))

    def heard(self, mid: str, wish: Wish, told: Told) -> None:
        """A device says so in a trace of its own."""

    def pause(self, merchant: str) -> None:
        """A merchant stops selling: nobody sells here but whoever drives the bench."""
        self._mean("", ActionTaken(self._now_ms(), f"merchant.{merchant}", action="pause_sales"))

    # ---- the end -----------------------------------------------------------------------------

    def drain(self) -> None:
        """All faults end and no customer comes any more; wait until all comes to rest."""
        self._drained = True
        self.host.do(Heal())
        self.host.do(Drain())
        with contextlib.suppress(BenchError):  # a clerk who never gives up is no error of ours
            self.wait("all served", lambda report: not report.serving, CLERKS_S)
        self._rest()

    def _rest(self) -> None:
        for within_s in (self.rest_s, None):  # what stays pending is a finding, not our error
            with contextlib.suppress(BenchError):
                self.wait("at rest", lambda report: not report.pending, self.lasts_s() if within_s is None else within_s)
                return

    def lasts_s(self) -> float:
        """How long the faults of the host go on by themselves once they have struck."""
        return lasts_s(read_trace(self.folder / "host.jsonl"))

    def finish(self) -> Judgement:
        """Heal, drain, stop everything, and judge what was written down."""
        if self._drained:
            self._rest()  # what a jump of the calendar set off
        else:
            self.drain()
        for device in self.devices.values():
            device.stop()
        self.host.stop(StopHost())
        return self.judge()

    def judge(self) -> Judgement:
        """The judgement of the traces as they are."""
        if self._running is not None:
            return self._judged_to_the_end(self._running)
        records = self.records()
        judge = Judge(None)
        for record in records:
            judge.feed(record)
        planned = load_scenario(self.scenario)
        return conclusive(judge.finish(closing_ms(records)), stayed_away(
            planned, struck_in(records), taken_in(records, planned), added=added_in(records)))

    def judge_so_far(self) -> int:
        """Judge what came since the last look, and forget it; how many findings there are by now.

        From then on the run is judged piece by piece, and once: of its sales only those that ended
        otherwise than they should are kept.
        """
        if self._running is None:
            self._running = RunningJudge(self.folder / "host.jsonl")
        self._go_on(self._running, wall_ms() + self.ahead_ms - WRITTEN_MS)
        self._people.fold()
        self._meant.clear()  # what is settled is asked for no more
        return self._running.found

    def _go_on(self, running: RunningJudge, until_ms: int | None) -> None:
        people, self._unjudged = self._unjudged, []
        running.go_on(people, {tid: device.trace for tid, device in self.devices.items()}, self.changed, until_ms)

    def _judged_to_the_end(self, running: RunningJudge) -> Judgement:
        if self._judgement is None:
            self._go_on(running, None)
            planned = load_scenario(self.scenario)
            self._judgement = conclusive(running.finish(), stayed_away(
                planned, frozenset(running.struck), taken_in(running.actions, planned), added=running.added))
        return self._judgement

    def records(self) -> list[Record]:
        """The whole run as one trace."""
        told = read_trace(self.folder / "host.jsonl")
        changed = self.changed | tails_of_spoilt(told)
        devices = {tid: doubted(read_trace(device.trace), changed) for tid, device in self.devices.items()}
        host = doubted(told, self.changed)
        return merge(people_first(tuple(self._people), devices), host, devices)

    def _now_ms(self) -> int:
        return wall_ms() + self.ahead_ms - BEFORE_MS


__all__ = ["BenchDevice", "BenchError", "CutPower", "VirtualBench"]
