"""The second plane at work: a virtual terminal in a network namespace, each fault below TCP, the money.

``python -m hil.demos.net_demo [FOLDER]``, as root.  What cannot be done on this machine is skipped with
its reason.  Both ends of the line are captured: a segment sent again is seen there and counted.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from importlib.resources import as_file, files
from pathlib import Path

import msgspec

from hil.bench.virtual_bench import VirtualBench
from hil.benches.bench_file import BenchFile, read_bench
from hil.benches.bench_scenario import USUAL_START_MS, scenario_text
from hil.benches.bench_words import HEARD
from hil.control.live_process import say
from hil.demos import net_words as words
from hil.demos.demo import EXIT_OF
from hil.demos.net_told import tell_abilities
from hil.evidence.evidence import Evidence
from hil.evidence.evidence_index import RunFacts
from hil.evidence.line_captures import LineCaptures
from hil.plane.abilities import Ability, Probed, needed, probe
from hil.plane.fault_text import PlaneFault, apply, plane_fault
from hil.plane.plane import Plane
from hil.plane.programs import PlaneError
from hil.processes.process import BenchError, Where
from hil.tills.device import BenchDevice
from simulator.catalogue.language import Told, language_of_environment, speak, spoken
from simulator.commands.inputs import InputError
from simulator.judge.verdict import Judgement, Verdict
from simulator.judge.words.terms import RESULTS_ZH, said
from simulator.report.junit import junit
from simulator.report.text import write_text
from simulator.scenario.library import PACKAGE
from simulator.trace.records import to_line
from simulator.version import own_version
from simulator.wire.dialects import usual_dialect
from simulator.wire.kinds import Kind

FOLDER = Path("out/bench-net")
BENCH = "virtual.toml"
SHORT_WAITS = {"reply_timeout": "3s", "reversal_idle": "500ms"}
_SUM_FEN = 6_800
_TRIES, _ECHOES = 6, 12


class Row(msgspec.Struct, frozen=True):
    """A fault of the demonstration, and what the plane must be able to do for it."""

    text: str
    needs: tuple[Ability, ...] = ()


FAULTS: tuple[Row, ...] = (
    Row("drop down mti=0210 times=1", (Ability.TIMES, Ability.CONTENT)),
    Row("drop down mti=0210", (Ability.DROP, Ability.CONTENT)),
    Row("drop up longer=60", (Ability.DROP, Ability.LENGTH)),
    Row("reset up mti=0200", (Ability.RESET, Ability.CONTENT)),
    Row("drop chance=0.25", (Ability.CHANCE,)),
    Row("slow rate=300", (Ability.RATE,)),
    Row("shape rate=400", (Ability.TUN,)),
    Row("shape delay=300ms jitter=80ms", (Ability.TUN,)),
    Row("shape delay=20ms loss=0.2 duplicate=0.3 reorder=0.3", (Ability.TUN,)),
)


def main(arguments: list[str]) -> int:
    """Run the demonstration; the exit status is that of its verdict."""
    speak(language_of_environment())
    folder = Path(arguments[0]) if arguments else FOLDER
    try:
        probed = probe()
        tell_abilities(probed)
        if probed[0].why_not:
            return EXIT_OF[Verdict.ERROR]
        judgement = _shown(folder, probed)
    except (BenchError, PlaneError) as error:
        sys.stderr.write(f"bench-net: {HEARD.say(str(error))}\n")
        return EXIT_OF[Verdict.ERROR]
    except InputError as error:
        sys.stderr.write(f"bench-net: {error}\n")
        return 2
    except KeyboardInterrupt:
        sys.stderr.write(f"bench-net: {words.INTERRUPTED.say()}\n")
        return 130
    say("")
    write_text(judgement, sys.stdout, language=spoken(), all_sales=True)
    say(words.EVIDENCE.say(folder=folder))
    return EXIT_OF[judgement.verdict]


def _shown(folder: Path, probed: Sequence[Probed]) -> Judgement:
    with as_file(files(PACKAGE) / "benches" / BENCH) as path:
        return _of_bench(read_bench(path), folder, probed)


def _of_bench(bench: BenchFile, folder: Path, probed: Sequence[Probed]) -> Judgement:
    facts = RunFacts(
        kind="virtual", device=bench.device.name, station=bench.station,
        firmware=f"daozhang {own_version()}", tid=bench.terminal.tid, mid=bench.terminal.mid,
        title="the second plane", command=("make", "bench-net"))
    with Evidence(folder, facts) as evidence:
        scenario = evidence.path("scenario.toml", "the scenario, as it was run")
        scenario.write_text(scenario_text(bench, None, SHORT_WAITS, USUAL_START_MS), "utf-8")
        evidence.copy("bench.toml", bench.path, "the bench file")
        with Plane() as plane, LineCaptures(plane, evidence) as captures:
            world = VirtualBench(scenario, folder, "--anywhere")
            world.where = Where(plane.command(()), plane.connect)
            world.start_host(f"{plane.host_address}:{plane.port}")
            try:
                judgement = _Story(world, plane, captures, probed).told()
            finally:
                world.__exit__(None, None, None)
        evidence.add("run.jsonl", b"".join(to_line(each) + b"\n" for each in world.records()),
                     "the whole run on one time line")
        evidence.add("report.xml", junit(
            judgement, language=spoken(), properties=facts.properties()), "JUnit")
        evidence.finish(judgement.verdict.value)
    return judgement


class _Story:
    """The day of the demonstration."""

    def __init__(
        self, world: VirtualBench, plane: Plane, captures: LineCaptures, probed: Sequence[Probed],
    ) -> None:
        self._world = world
        self._plane = plane
        self._captures = captures
        self._probed = tuple(probed)
        self._device: BenchDevice
        self._sales = 0

    def told(self) -> Judgement:
        """All of it, told as it happens."""
        self._device = self._world.plug_in()
        say(words.STANDS.say(
            tid=self._device.tid, terminal=self._plane.terminal_address,
            host=self._plane.host_address))
        self._device.sign_on()
        self._device.wait_at_rest()
        self._sell(words.GOOD.say())
        for row in FAULTS:
            if why := needed(row.needs, self._probed):
                say(words.SKIPPED.say(fault=row.text, why=why))
                continue
            self._under(plane_fault(row.text, usual_dialect()))
        outcome = self._device.operate(Kind.SETTLEMENT)
        say(words.SETTLED.say(batch=f"{outcome.batch:06}", result=_result(outcome.result)))
        self._world.pay_out()
        return self._world.finish()

    def _under(self, fault: PlaneFault) -> None:
        apply(self._plane, (fault,))
        for _ in range(_ECHOES if fault.bytes_per_s else 0):
            self._device.operate(Kind.ECHO_TEST)  # what tbf lets through at first is used up
        for _ in range(_TRIES):  # chance may pass over one sale
            name = self._sell(fault.text)
            if self._plane.strikes() or self._device.told(name) != "approved":
                break
        else:
            say(words.NEVER_STRUCK.say(fault=fault.text))
        self._plane.clear()
        if self._device.told(name) != "approved":
            self._device.sell_in_the_end(name, _SUM_FEN)
            say(words.RECOVERED.say())
        self._device.wait_at_rest()

    def _sell(self, fault: str) -> str:
        """One sale; its name."""
        self._sales += 1
        name = f"S{self._sales}"
        again = self._captures.sent_again()
        began_s = time.monotonic()
        outcome = self._device.sell(name, _SUM_FEN)
        took_ms = round((time.monotonic() - began_s) * 1_000)
        say(words.SOLD.say(
            fault=fault, yuan=f"{_SUM_FEN / 100:.2f}", result=_result(outcome.result), ms=took_ms,
            struck=self._plane.strikes(), again=self._captures.sent_again() - again))
        return name


def _result(result: str) -> Told:
    return Told(result, said(RESULTS_ZH, result))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
