"""The case study on the wall clock: a host process, a terminal process, and a power cut in mid-sale.

``python -m hil.demos.demo [FOLDER]``.  What happened stays in the folder: traces, memory, host
state.
"""

from __future__ import annotations

import re
import shutil
import sys
from importlib.resources import as_file, files
from pathlib import Path

from hil.bench.virtual_bench import BenchDevice, BenchError, VirtualBench
from hil.benches.bench_words import HEARD
from hil.control.live_process import say
from hil.device.requests import CutPower
from simulator.catalogue.language import language_of_environment, speak, spoken
from simulator.catalogue.places import Place
from simulator.catalogue.remedies import ACTIONS
from simulator.faults.modes import MODES
from simulator.judge.verdict import Judgement, Verdict
from simulator.local_time import MINUTE_MS, datetime_at
from simulator.report.text import write_text
from simulator.scenario.library import PACKAGE
from simulator.scenario.read import load_scenario
from simulator.trace.records import to_line
from simulator.wire.kinds import Kind

SCENARIO = "maintenance-case-study.toml"
WINDOW = "system maintenance"
HANDS = {name for name, row in ACTIONS.items() if Place.LIVE_HOST not in row.places} | {
    name for name, mode in MODES.items() if Place.LIVE_HOST not in mode.places()}
FOLDER = Path("out/case-demo")
EXIT_OF = {Verdict.PASS: 0, Verdict.FAIL: 1, Verdict.ERROR: 3, Verdict.INCONCLUSIVE: 4}


def main(arguments: list[str]) -> int:
    """Run the demonstration in the language of the environment; the exit status is that of its verdict."""
    speak(language_of_environment())
    folder = Path(arguments[0]) if arguments else FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    with as_file(files(PACKAGE) / "scenarios" / SCENARIO) as scenario:
        try:
            folder.mkdir(parents=True)
            ours = folder / SCENARIO
            ours.write_text(without_hands(scenario.read_text("utf-8")), "utf-8")
            with VirtualBench(ours, folder) as bench:
                judgement = play(bench, ours)
        except BenchError as error:
            sys.stderr.write(f"case-demo: {HEARD.say(str(error))}\n")
            return EXIT_OF[Verdict.ERROR]
        except KeyboardInterrupt:
            sys.stderr.write(f"case-demo: {HEARD.say('interrupted; all processes are stopped')}\n")
            return 130
    say("")
    write_text(judgement, sys.stdout, language=spoken(), all_sales=True)
    say(HEARD.say(f"Traces, terminal memory and host state: {folder}"))
    return EXIT_OF[judgement.verdict]


def without_hands(text: str) -> str:
    r"""The scenario without what its people do: here that is done by the story below.

    >>> without_hands('title = "t"\n[[actions]]\ndo = "settle"\n[[actions]]\ndo = "check_records"\n')
    'title = "t"\n[[actions]]\ndo = "check_records"\n'
    """
    return "".join(
        part for part in re.split(r"^(?=\[\[)", text, flags=re.MULTILINE)
        if not any(f'"{name}"' in part and part.startswith(("[[faults]]", "[[actions]]"))
                   for name in HANDS)
    )


def play(bench: VirtualBench, scenario: Path) -> Judgement:
    """The story, told as it happens."""
    loaded = load_scenario(scenario)
    window = next(fault for fault in loaded.faults if fault.label == WINDOW)
    assert window.at_ms is not None
    assert window.for_ms is not None
    device = bench.plug_in()
    tell(bench, f"host is process {bench.host.pid}, terminal {device.tid} process "
                f"{device.process.pid}; both on the wall clock")
    device.sign_on()
    sell(bench, device, "S1", 6_800)
    lose_power(bench, device)

    jump_to(bench, window.at_ms + 10 * MINUTE_MS)
    tell(bench, "the acquirer closed settlement for maintenance; the firm goes on selling")
    sell(bench, device, "S3", 28_000)
    settle(bench, device)

    jump_to(bench, window.at_ms + window.for_ms + 30 * MINUTE_MS)
    tell(bench, "the cut-over is past and the batch was not in it; the maintenance is over: retry")
    settle(bench, device)
    bench.pay_out()
    tell(bench, "cut-over, clearing and payout have run; the calendar jumped, no protocol timer did")
    look = next(each for each in loaded.actions if each.do == "check_records")
    assert look.at_ms is not None
    jump_to(bench, look.at_ms + MINUTE_MS)
    tell(bench, "the firm looks into its records")
    judgement = bench.finish()
    (bench.folder / "whole.jsonl").write_bytes(
        b"".join(to_line(record) + b"\n" for record in bench.records()))
    return judgement


def lose_power(bench: VirtualBench, device: BenchDevice) -> None:
    """A sale that the host approves and the terminal does not live to see."""
    pid = device.process.pid
    device.sell_into_power_cut("S2", 12_650, CutPower(before="store:booked"))
    tell(bench, f"sale S2 ¥126.50: the host approved, and process {pid} was killed (SIGKILL) "
                "before the terminal could store it")
    device.power_on()
    tell(bench, f"power is back: process {device.process.pid} on the same memory")
    device.wait_at_rest()
    tell(bench, "the reversal that was stored before the request was sent is delivered")
    device.sell_in_the_end("S2", 12_650)
    tell(bench, "sale S2 ¥126.50 made again: approved")


def sell(bench: VirtualBench, device: BenchDevice, sale: str, amount_fen: int) -> None:
    """One sale."""
    outcome = device.sell(sale, amount_fen)
    tell(bench, f"sale {sale} ¥{amount_fen // 100}.{amount_fen % 100:02}: {outcome.result}")


def settle(bench: VirtualBench, device: BenchDevice) -> None:
    """One try to settle."""
    outcome = device.operate(Kind.SETTLEMENT)
    reason = f" ({outcome.reason})" if outcome.reason else ""
    tell(bench, f"settlement of batch {outcome.batch:06}: {outcome.result}{reason}")


def jump_to(bench: VirtualBench, at_ms: int) -> None:
    """The calendar of the whole bench jumps to a moment."""
    bench.jump(by_ms=at_ms - bench.report().now_ms)


def tell(bench: VirtualBench, text: str) -> None:
    """One line with the time of the bench's calendar."""
    when = datetime_at(bench.report().now_ms).strftime("%Y-%m-%d %H:%M:%S")
    say(f"{when}  {HEARD.say(text)}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
