"""The bench in a minute: a terminal driven over its ECR link, its power cut in the middle of a sale, and judged.

``python -m hil.demos.bench_demo [--bench FILE] [FOLDER]``.  What happened stays in the folder: traces, the bytes of
the ECR line, memory, host state.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from importlib.resources import as_file, files
from pathlib import Path

from hil.bench.rig import Rig, RigSetting, open_rig
from hil.benches.bench_file import read_bench
from hil.benches.bench_words import HEARD
from hil.control.bench_error import BenchError
from hil.demos import demo_words as say
from hil.demos.demo import EXIT_OF
from hil.relay.matching import Match
from hil.relay.seen import Way
from hil.shell.shell import told_in_words
from hil.shell.shell_bench import seen_in_words
from hil.tills.ends import Told, Wish
from simulator.catalogue.language import language_of_environment, speak, spoken
from simulator.commands.inputs import ExitCode
from simulator.commands.outputs import drop_standard_output
from simulator.judge.verdict import Judgement
from simulator.report.text import write_text
from simulator.report.wrap import wrapped
from simulator.scenario.library import PACKAGE
from simulator.wire.kinds import Kind

BENCH = "virtual.toml"
FOLDER = Path("out/bench-demo")
TRIES = 5


def main(arguments: list[str]) -> int:
    """Run the demonstration in the language of the environment; the exit status is that of its verdict."""
    speak(language_of_environment())
    parser = argparse.ArgumentParser(prog="python -m hil.demos.bench_demo", description=__doc__)
    parser.add_argument("--bench", type=Path)
    parser.add_argument("folder", type=Path, nargs="?", default=FOLDER)
    asked = parser.parse_args(arguments)
    folder: Path = asked.folder
    shutil.rmtree(folder, ignore_errors=True)
    try:
        with as_file(files(PACKAGE) / "benches" / BENCH) as shipped, \
                open_rig(read_bench(asked.bench or shipped), RigSetting(folder=folder)) as rig:
            judgement = play(rig)
        tell("")
        write_text(judgement, sys.stdout, language=spoken(), all_sales=True)
        tell(HEARD.say(f"Traces, terminal memory and host state: {folder}"))
    except BenchError as error:
        sys.stderr.write(f"bench-demo: {HEARD.say(str(error))}\n")
        return ExitCode.HARNESS_ERROR
    except BrokenPipeError:
        drop_standard_output()  # whoever read has read enough
        return ExitCode.PASSED
    except KeyboardInterrupt:
        sys.stderr.write(f"bench-demo: {HEARD.say('interrupted; all processes are stopped')}\n")
        return ExitCode.INTERRUPTED
    return EXIT_OF[judgement.verdict]


def play(rig: Rig) -> Judgement:
    """The story, told as it happens."""
    ecr = rig.bench.part.ecr
    tell(say.BENCH.say(name=rig.dut.name, tid=rig.dut.tid, address=rig.line.address))
    if ecr is not None:
        tell(say.DRIVEN.say(profile=ecr.profile, line=ecr.line))
    rig.start()
    tell(say.STARTED.say())
    ask(rig, Wish(kind=Kind.SALE, order="S1", amount_fen=6_800))
    lose_power(rig)
    if not ask(rig, Wish(kind=Kind.SETTLEMENT, order="settle")).approved:
        raise BenchError(f"terminal {rig.dut.tid} did not settle")
    tell(say.PAYING_OUT.say())
    return rig.finish()


def lose_power(rig: Rig) -> None:
    """A sale that the host approves and the terminal does not live to see."""
    sale = Wish(kind=Kind.SALE, order="S2", amount_fen=12_650)
    cut = rig.when(Match(way=Way.DOWN, mti="0210"), rig.power.off)
    tell(say.ARMED.say())
    before = len(rig.line.seen)
    ask(rig, sale)
    if not cut.struck:
        raise BenchError("the power did not go in sale S2")
    tell(say.CUT.say())
    rig.start()
    tell(say.BACK.say())
    for seen in rig.line.seen[before:]:
        tell(f"  {seen_in_words(seen)}")
    for _ in range(TRIES):
        if ask(rig, sale).approved:
            return
        rig.rest()
    raise BenchError(f"sale S2 was not approved in {TRIES} tries")


def ask(rig: Rig, wish: Wish) -> Told:
    """One operation, and what the counter sees of it."""
    told = rig.till.operate(wish)
    tell(told_in_words(told))
    return told


def tell(text: str) -> None:
    """One text in the columns of a terminal, at once."""
    for line in wrapped(text, again="  ") or [""]:
        sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
