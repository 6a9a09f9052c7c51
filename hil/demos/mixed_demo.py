"""One terminal at a port beside a thousand simulated ones: a router fails, the host is killed.

``python -m hil.demos.mixed_demo [FOLDER]``.  What happened stays in the folder: traces, memory, host
state.
"""

from __future__ import annotations

import shutil
import sys
import time
from importlib.resources import as_file, files
from pathlib import Path

from hil.bench.virtual_bench import BenchDevice, BenchError, VirtualBench
from hil.benches.bench_words import HEARD
from hil.control.live_process import say
from hil.demos.demo import EXIT_OF, sell, settle, tell
from hil.processes.process import wait_until
from simulator.catalogue.language import language_of_environment, speak, spoken
from simulator.judge.verdict import Judgement, Verdict
from simulator.local_time import MINUTE_MS
from simulator.report.text import write_text
from simulator.scenario.library import PACKAGE
from simulator.scenario.read import load_scenario
from simulator.trace.records import Concluded, FaultFired, Record

SCENARIO = "live/one-outside.toml"
FOLDER = Path("out/mixed-demo")
TRADE_S = 5.0


def main(arguments: list[str]) -> int:
    """Run the demonstration in the language of the environment; the exit status is that of its verdict."""
    speak(language_of_environment())
    folder = Path(arguments[0]) if arguments else FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    with as_file(files(PACKAGE) / "scenarios" / SCENARIO) as scenario:
        try:
            with VirtualBench(scenario, folder) as bench:
                judgement = play(bench, scenario)
        except BenchError as error:
            sys.stderr.write(f"mixed-demo: {HEARD.say(str(error))}\n")
            return EXIT_OF[Verdict.ERROR]
        except KeyboardInterrupt:
            sys.stderr.write(f"mixed-demo: {HEARD.say('interrupted; all processes are stopped')}\n")
            return 130
    say("")
    write_text(judgement, sys.stdout, language=spoken(), all_sales=False)
    say(HEARD.say(f"Traces, terminal memory and host state: {folder}"))
    return EXIT_OF[judgement.verdict]


def play(bench: VirtualBench, scenario: Path) -> Judgement:
    """The story, told as it happens."""
    outage = load_scenario(scenario).faults[0]
    assert outage.at_ms is not None
    assert outage.for_ms is not None
    device = bench.plug_in()
    inside = len(bench.report().terminals) - len(bench.report().outside)
    tell(bench, f"{inside:,} terminals in the host's process {bench.host.pid}, terminal {device.tid} "
                f"at its port: process {device.process.pid}")
    device.sign_on()
    bench.wait("all signed on", lambda report: not report.serving)
    bench.jump(by_ms=MINUTE_MS)
    tell(bench, "shops open: a customer every quarter of a second; the one at the port sells as well")
    sell(bench, device, "S1", 6_800)
    strike(bench, device, outage.at_ms, outage.for_ms)
    kill(bench, device)
    time.sleep(TRADE_S)
    sell(bench, device, "S4", 1_990)
    bench.drain()
    tell(bench, "no customer comes any more, and everybody has been served")
    settle(bench, device)
    bench.pay_out()
    tell(bench, "the calendar jumped over closing time, cut-over and payout: all have settled")
    tell(bench, f"the clock was late by {bench.report().worst_lateness_ms} ms at worst")
    judgement = bench.finish()
    say(HEARD.say(who_did_what(bench.records(), device.tid)))
    return judgement


def strike(bench: VirtualBench, device: BenchDevice, at_ms: int, for_ms: int) -> None:
    """The router that some of both kinds share loses everything for a while."""
    wait_until("the outage", lambda: bench.report().now_ms, lambda now: now > at_ms)
    tell(bench, "the market's router loses everything: the port and four hundred inside")
    sell(bench, device, "S2", 12_650)
    wait_until("its end", lambda: bench.report().now_ms, lambda now: now > at_ms + for_ms)
    device.sell_in_the_end("S2", 12_650)
    tell(bench, "it is back; the reversals were delivered, and sale S2 was made again: approved")


def kill(bench: VirtualBench, device: BenchDevice) -> None:
    """The whole host goes, with all who are inside, in the middle of trade."""
    pid = bench.host.pid
    bench.crash_host()
    bench.restart_host()
    tell(bench, f"process {pid} was killed (SIGKILL); process {bench.host.pid} goes on with its state")
    device.sell("S3", 2_600)
    device.sell_in_the_end("S3", 2_600)


def who_did_what(records: list[Record], outside: str) -> str:
    """Approved operations and faults that struck, at the port and inside."""
    told = [each for each in records if isinstance(each, Concluded) and each.result == "approved"
            and each.what in ("sale", "qr_sale")]
    ours = sum(each.actor == f"terminal.{outside}" for each in told)
    struck = [each.anchor for each in records if isinstance(each, FaultFired)]
    at_port = sum(anchor.startswith(f"{outside}/") for anchor in struck)
    return (f"approved: {ours} at the port, {len(told) - ours} inside; messages that the router lost: "
            f"{at_port} at the port, {len(struck) - at_port} inside")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
