"""One bench composed for one case: a terminal with its till, its power and its line, and a host.

A case is a fresh host process with fresh state.  The virtual device is a fresh process with fresh
memory; a standing one (real, emulated) goes on, and is brought to a clean start.  Several rigs may
run at once in threads of one process, each with its own ports and its own folder.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import msgspec

from hil.bench.board_stand import BoardStand
from hil.bench.kept import Kept
from hil.bench.line import Deed, Place, RigLine, Watch, end_of
from hil.bench.line_evidence import tails_of_changed
from hil.bench.looks import Looks
from hil.bench.reserved import reserved_names
from hil.bench.restless import restless
from hil.bench.rig_host import HostSide
from hil.bench.rig_setting import Dut, RigSetting
from hil.bench.scenery import Scenery
from hil.bench.standing import come_clean, hands_for, sign_on, supply_of
from hil.bench.starved import HOST, TERMINAL, Starved
from hil.bench.tills import AnyTill, TillPlace, board_till, standing_till, virtual_till
from hil.bench.virtual_bench import REST_S, VirtualBench
from hil.benches.bench_file import BenchFile
from hil.board.board import Board
from hil.capture.line_log import LineBytes
from hil.control.decoders import learn_structs
from hil.control.live_process import wall_ms
from hil.device.requests import DeviceStatus
from hil.ecr.tap import Passed
from hil.evidence.rig_evidence import RigEvidence, RunOf, tapped
from hil.evidence.time_line import BenchSources, on_time_line
from hil.hands.hands import HandsAct
from hil.judging.judging import judge_run
from hil.judging.terminal_log import read_logs
from hil.judging.traces import read_run
from hil.power.power import PowerAct, PowerSupply
from hil.power.powers import PowerPlace
from hil.power.reservation import Reservation
from hil.power.supply import Supply
from hil.processes.process import LOOK_AGAIN_S, BenchError, wait_until
from hil.processes.trouble import Trouble
from hil.relay.ends import RelayEnd, SerialEnd
from hil.relay.matching import Match
from hil.relay.relay import Relay
from hil.tills.counter import Counter
from hil.tills.device import BenchDevice
from hil.tills.device_stand import ProcessPower
from hil.tills.ends import People, Wish
from hil.tills.till_log import TillLog
from simulator.catalogue.language import Told
from simulator.judge.verdict import Judgement
from simulator.trace.records import Record
from simulator.wire.kinds import Kind

TILL_LOG, ECR_LOG, HOST_TRACE, BEFORE = "till.jsonl", "ecr.jsonl", "host.jsonl", "before"
SELDOM_S = 0.2  # between two looks at a terminal that takes long to come to rest
LINE_TRACE, SERIAL_LOG = "line.jsonl", "serial.jsonl"


class Rig:
    """A bench for one case; made by :func:`open_rig`."""

    def __init__(self, bench: BenchFile, setting: RigSetting) -> None:
        self.bench = bench
        self.folder = setting.folder
        self._setting = setting
        self._scenery = scenery = Scenery(bench, setting)
        self.path, self.scenario, self.dut, self.profile = (
            scenery.path, scenery.scenario, scenery.dut, scenery.profile)
        self._world = VirtualBench(self.path, self.folder, *scenery.host_options)
        self._world.rest_s = min(REST_S, bench.part.limits.rest_ms / 1000)
        self._world.password = bench.device.password
        self._world.answer_s = bench.part.limits.answer_ms / 1000
        self.acts: list[PowerAct] = []  # what the power supply did
        self.deeds: list[HandsAct] = []  # what hands were asked for
        self.ecr: Kept[Passed] = Kept(Passed, _without_bytes)  # what passed on the ECR link
        self.notes: list[Told] = []  # what whoever reads the evidence must know
        self.judgement: Judgement | None = None  # once it is finished
        self._is_dark = self._signed_on = False
        self._looks = Looks()  # at what a standing terminal has done so far
        self._log: TillLog | None = None  # of a terminal that keeps no trace for us
        self.board: Board | None = None  # an emulated one
        self.host = HostSide(self._world)
        self.till: AnyTill
        self.power: PowerSupply
        self.starved: Starved

    def open(self, on_line: Callable[[Rig], None] = lambda _: None) -> None:
        """Start host and line; a virtual device is there and has power, a standing one is brought to a clean start.

        ``on_line`` is called when the line stands and nothing has passed on it.
        """
        if not self.bench.is_fresh and self._setting.clean_start:
            self._come_clean()
        self._world.start_host()
        self._line = RigLine(
            self._end(), self._world.address, self._scenery.dialect, self._scenery.master_key,
            None if self.bench.is_virtual else self.folder / LINE_TRACE)
        on_line(self)
        if self.bench.is_virtual:
            self._open_virtual()
        elif self.bench.is_board:
            self._open_board()
        else:
            self._open_standing()
        self.starved = Starved(
            {TERMINAL: self._working_pid, HOST: self._host_pid}, self.profile.reply_timeout_ms, self._last_passed_s)

    def _come_clean(self) -> None:
        """What a standing terminal still has open is settled at a host of its own, so that no case inherits it."""
        before = Rig(self.bench, msgspec.structs.replace(
            self._setting, folder=self.folder / BEFORE, clean_start=False, defects=()))
        try:
            before.open()
            self.notes += come_clean(before.till, before.power, before.start)
        finally:
            before.close()

    def _open_virtual(self) -> None:
        """The device as a process, driven by its ECR link, or else by its control port."""
        self._world.door = self.line.address
        device = self._world.plug_in(self.dut.tid, *self._scenery.device_options)
        power = ProcessPower(device, self._acted)
        self.power = power
        self.till = virtual_till(self._till_place(self._world), device, power)

    def _open_board(self) -> None:
        """Firmware on an emulated board: new memory, power on; its till writes a log."""
        self._world.announce(self.dut.tid, "emulated terminal")
        stand = BoardStand(self._scenery, self._setting.options, self.folder, lambda: self.line.address,
                           lambda: self._world.ahead_ms)
        self.board = stand.board
        self._world.followers.append(self.board.set_clock)
        self.power = stand.power(self._acted)
        self._log = TillLog(self.folder / TILL_LOG, self.dut.tid)
        log = self._log
        self.board.on_receipt = lambda slip: log.receipt(slip.batch, slip.stan, slip.fen)
        self.till = board_till(self._till_place(log), self.board, lambda: self._is_dark)
        self._is_dark = True
        self.power.on()

    def _open_standing(self) -> None:
        """What stands there by itself: it is told to the host, and its till writes a log."""
        self._world.announce(self.dut.tid, f"{self.dut.kind} terminal")
        self.power = supply_of(
            self.bench, PowerPlace(tid=self.dut.tid, folder=self.folder, record=self._acted))
        self._log = TillLog(self.folder / TILL_LOG, self.dut.tid)
        self.till = standing_till(
            self._till_place(self._log), hands_for(self.bench, self.deeds.append), lambda: self._is_dark, self.rest)

    def _till_place(self, people: People) -> TillPlace:
        return TillPlace(
            bench=self.bench, line=self._line, now_ms=lambda: wall_ms() + self._world.ahead_ms,
            counter=Counter(self.dut.tid, self.dut.mid, self.profile, self._scenery.at_reader, people),
            keep=self._keep if self.bench.part.capture.serial else None, passed=self.ecr.append)

    def _end(self) -> RelayEnd:
        """Where the terminal is heard; the bytes of a serial line are kept, where the file says so."""
        end = end_of(self.bench)
        if isinstance(end, SerialEnd) and self.bench.part.capture.serial:
            return tapped(end, self.folder / SERIAL_LOG, self._scenery.dialect)
        return end

    def _keep(self, entry: LineBytes) -> None:
        """Bytes of the ECR line, masked."""
        with (self.folder / ECR_LOG).open("ab") as file:
            file.write(msgspec.json.encode(entry) + b"\n")

    def _acted(self, act: PowerAct) -> None:
        """The power supply did something."""
        self.acts.append(act)
        if not act.error and act.act in ("off", "on"):
            self._is_dark = act.act == "off"
            self._signed_on = self._signed_on and not self._is_dark
        if self._log is not None:
            self._log.power(act)

    def close(self) -> None:
        """Stop all that runs; nothing is left behind, whatever happened before."""
        if hasattr(self, "starved"):
            self.starved.close()
        for device in self._world.devices.values():
            with contextlib.suppress(BenchError):  # it is off
                device.cut_power()
        if hasattr(self, "till"):
            self.till.close()
        if hasattr(self, "power"):
            self.power.close()
        if self.board is not None:
            self.board.close()
        if hasattr(self, "_line"):
            self._line.close()
        if hasattr(self._world, "host"):
            self._world.host.kill()

    @property
    def line(self) -> Relay:
        """The relay between terminal and host."""
        return self._line.relay

    @property
    def has_address(self) -> bool:
        """Whether the terminal comes over TCP; else over a serial line."""
        return not self.bench.part.end.listen.startswith("serial:")

    # ---- what a case does --------------------------------------------------------------------

    def start(self) -> None:
        """Power on, sign on, downloads ended; does nothing where that is so already."""
        self.power.on()
        device = self._device
        if not (self._signed_on if device is None else device.status().signed_on):
            sign_on(self.till, self.bench, self.dut.tid)
            self._signed_on = True
        if not self.comes_to_rest():
            raise BenchError(f"terminal {self.dut.tid} does not come to rest after its sign-on")

    def when(
        self, match: Match, do: Deed, *, place: Place = "before", delay_ms: int = 0, times: int = 1,
    ) -> Watch:
        """Do something when a message passes on the line; see :meth:`RigLine.when`."""
        return self._line.when(match, do, place=place, delay_ms=delay_ms, times=times)

    def rest(self, within_s: float | None = None) -> bool:
        """Wait until nothing is pending and nothing on the line; whether it came to that.

        Within the time of the bench file, and for as long again as a fault of the host goes on by itself.
        """
        self._line.check()
        limit_s = self.bench.part.limits.rest_ms / 1000 if within_s is None else within_s
        return self._comes_to_rest(limit_s) or (
            within_s is None and (longer_s := self._world.lasts_s()) > 0 and self._comes_to_rest(limit_s + longer_s))

    def _comes_to_rest(self, patience_s: float) -> bool:
        limits = self.bench.part.limits
        device = self._device
        if self.board is not None and not self._rests(self.board, patience_s):
            return False
        if device is None:
            return self._line.is_quiet(limits.quiet_ms / 1000, patience_s)
        if self._hangs:
            return False
        try:
            wait_until(f"terminal {self.dut.tid}: at rest", device.status, _at_rest, patience_s)
        except BenchError:
            return False
        return True

    def comes_to_rest(self) -> bool:
        """As :meth:`rest`; ``RestlessError`` where it sends message after message by itself instead."""
        passed, began_s = len(self.line.seen), time.monotonic()
        if self.rest():
            return True
        error = restless(self.dut.tid, self.line.seen[passed:], time.monotonic() - began_s)
        if error is not None:
            raise error
        return False

    def _rests(self, board: Board, patience_s: float) -> bool:
        """Whether a board comes to say on its screen that nothing is pending; one that hangs says nothing."""
        until_s, again_s = time.monotonic() + patience_s, LOOK_AGAIN_S
        while not self._hangs and board.is_on and time.monotonic() < until_s:
            status = board.status()
            if status is not None and status.at_rest:
                return True
            time.sleep(again_s)
            again_s = min(2 * again_s, SELDOM_S)
        return False

    def clear_line(self) -> None:
        """Nothing is watched, no rule stands, the line is a good one."""
        self._line.clear()

    def device_status(self) -> DeviceStatus | None:
        """What a virtual device knows of itself; None where it is off, or where it is none."""
        device = self._device
        return device.status() if device is not None and device.is_on and not self._hangs else None

    def processes(self) -> dict[str, int]:
        """The processes of this bench that run now, by name: this one, the host, a virtual device."""
        found = {"bench": os.getpid()}
        if self.host.is_running:
            found["host"] = self._world.host.pid
        if (pid := self._terminal_pid()) is not None:
            found["board" if self.board is not None else "device"] = pid
        return found

    def _terminal_pid(self) -> int | None:
        """The process that is the terminal; None where none is."""
        device = self._device
        return device.running_pid() if device is not None else self.board.running_pid() if self.board is not None else None

    def _working_pid(self) -> int | None:
        """The same, unless the bench stopped it itself."""
        return None if self._hangs else self._terminal_pid()

    def _last_passed_s(self) -> float:
        """When the last message passed on the line, in time.monotonic; now where none did."""
        seen = self.line.seen
        return time.monotonic() - (max(0.0, wall_ms() - seen[-1].at_ms) / 1_000 if seen else 0.0)

    def _host_pid(self) -> int | None:
        return self._world.host.pid if self.host.is_running else None

    def trouble(self) -> Trouble | None:
        """What befell the virtual device that nobody here asked for: its process was killed, ended, or stands still."""
        device = self._device
        if device is None or not device.is_on or self._hangs or not self.power.is_on:
            return None
        found = device.process.trouble()
        return found if self.power.is_on else None  # whoever watches the line may have cut it meanwhile

    def judge(self) -> Judgement:
        """What the evidence says so far; nothing is ended."""
        self._world.changed |= tails_of_changed(self.line.seen)
        return self._world.judge() if self._log is None else self._judged_by(self._log)

    def judge_so_far(self, *, anew: bool = False) -> int:
        """How many findings there are by now; what was judged is folded away, as far as it can be.

        Of the line what is needed for its evidence stays, without the bytes.  The evidence of a standing
        terminal is judged whole each time, so the seldomer the longer that takes, unless it must be ``anew``.
        """
        if self._log is not None:
            return self._looks.found(lambda: len(self.judge().findings), anew=anew)
        self._world.changed |= tails_of_changed(self.line.seen)
        found = self._world.judge_so_far()
        self.line.fold()
        self.ecr.fold()
        return found

    def _judged_by(self, log: TillLog) -> Judgement:
        """A terminal that keeps no trace for us: judged by its line, and by what its till saw.

        What the relay did on the line is not held against it.
        """
        run = read_run([self.folder / HOST_TRACE, self.folder / LINE_TRACE])
        return judge_run(run, self.scenario, read_logs([log.path]) if log.path.exists() else None, all_sales=True)

    def finish(self, *, settle: bool = False) -> Judgement:
        """Settle if asked, jump over cut-over and payout, heal, drain, stop, and judge the evidence."""
        self._line.clear()
        if self._hangs:
            self.power.resume()
        self.rest()
        if settle:
            self.till.operate(Wish(kind=Kind.SETTLEMENT))
        self._line.check()
        self.host.heal()
        self._world.pay_out()
        self._world.changed |= tails_of_changed(self.line.seen)
        self._line.seal()
        if (starved := self.starved.too_much()) is not None:
            self.notes.append(starved)
        judgement = self._world.finish()
        self.judgement = judgement if self._log is None else self._judged_by(self._log)
        return self.judgement

    def records(self) -> list[Record]:
        """The whole run on one time line: terminal, host, people, and what the bench saw and did."""
        return on_time_line(self._world.records(), BenchSources(
            tid=self.dut.tid, ecr=self.ecr, line=self.line.seen if hasattr(self, "_line") else (), power=self.acts, hands=self.deeds))

    @property
    def ports(self) -> frozenset[int]:
        """Of the line: where the terminal comes, and where the host is."""
        there = {self._world.address.port}
        return frozenset(there | {self.line.address.port} if self.has_address else there)

    def wait(self, what: str, met: Callable[[], bool], within_s: float) -> None:
        """Look until something is so; ``BenchError`` where it never is."""
        wait_until(what, met, bool, within_s)

    @property
    def _device(self) -> BenchDevice | None:
        """The virtual device; None where a terminal stands by itself."""
        return self._world.devices.get(self.dut.tid)

    @property
    def _hangs(self) -> bool:
        return isinstance(self.power, ProcessPower | Supply) and self.power.hangs


@contextmanager
def open_rig(bench: BenchFile, setting: RigSetting) -> Iterator[Rig]:
    """A bench for one case; all of it is closed at the end, whatever happened."""
    learn_structs()  # here every program with a bench comes by before it has threads
    with Reservation(reserved_names(bench), bench.path.name), RigEvidence(bench, RunOf(
            setting.folder, setting.command, setting.seed) if setting.evidence else None) as evidence:
        rig = Rig(bench, setting)
        try:
            rig.open(evidence.capture)
            yield rig
        finally:
            rig.close()
            evidence.of(rig)


def _without_bytes(passed: Passed) -> Passed:
    return msgspec.structs.replace(passed, raw=b"", masked=b"")


def _at_rest(status: DeviceStatus) -> bool:
    return status.at_rest and not any(each.under_way for each in status.tables)


__all__ = ["Dut", "Rig", "RigSetting", "open_rig"]
