"""``daozhang bench boundaries``, ``cuts`` and ``soak``: a fault at every boundary, cuts at random, sales without end."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hil.bench.tried_again import MOST_ROUNDS, ROUNDS

HELP = """Cut the power, lose, delay, repeat or spoil a message at every boundary of every kind of transaction.

A run without any fault finds the messages of each kind; then each boundary and each fault is a run of its own in a fresh world, recovered as a merchant does, settled, paid out and judged.

With --out what is done is kept after each case, and --resume goes on with it; Ctrl-C ends in good order.

Exit: 0 all held, 1 the terminal failed, 2 bad input, 3 the bench is at fault, 4 something was not reached, 130 interrupted, 143 terminated.

Examples:

  daozhang bench boundaries fixtures/benches/virtual.toml

  daozhang bench boundaries my.toml --kinds sale,void --out out/sweep --junit sweep.xml

  daozhang bench boundaries my.toml --out out/sweep --resume

  daozhang bench boundaries my.toml --case sale/0210/lost-reply
"""

SOAK_HELP = """Sell without end: all kinds, settlements, nights, small faults; watch reply times, numbers and memory.

A terminal that does not answer is switched off and on, noted and judged. The verdict so far is told at each settlement; Ctrl-C ends it, and it is judged as far as it went. What is done is the same for the same seed.

Exit: 0 pass, 1 the terminal failed, 2 bad input, 3 the bench is at fault, 4 inconclusive, 130 interrupted, 143 terminated.

Examples:

  daozhang bench soak fixtures/benches/virtual.toml --sales 5000

  daozhang bench soak my.toml --hours 12 --seed 7 --json soak.json
"""

CUTS_HELP = """Cut the power at random instants inside the terminal: start, recovery, settlement, verdict after each.

The instants are drawn from the seed over the measured time of each kind of operation; on a board half of them lie within microseconds of a write to its memory, and some are followed by another cut while it starts.

Exit: 0 all held, 1 the terminal failed, 2 bad input, 3 the bench is at fault, 4 something was not decided, 130 interrupted.

Examples:

  daozhang bench cuts fixtures/benches/board.toml --count 500 --seed 7

  daozhang bench cuts fixtures/benches/virtual.toml --kinds sale,settlement

  daozhang bench cuts fixtures/benches/board.toml --seed 7 --only sale/17
"""


def register(app: typer.Typer) -> None:
    """Add the command to the bench's."""
    app.command("boundaries", short_help="A fault at every boundary of every kind of transaction.", help=HELP)(
        boundaries)
    app.command("cuts", short_help="Power cuts at random instants inside the terminal.", help=CUTS_HELP)(cuts)
    app.command("soak", short_help="Sales without end, watched and judged.", help=SOAK_HELP)(soak)


def boundaries(
    bench: Annotated[Path, typer.Argument(metavar="BENCH", help="a bench file (TOML)")],
    kinds: Annotated[str | None, typer.Option(
        metavar="KIND,...", help="only these kinds; an unknown one lists all")] = None,
    case: Annotated[list[str] | None, typer.Option(
        metavar="KIND/BOUNDARY/FAULT", help="only this case; may be repeated")] = None,
    some: Annotated[bool, typer.Option(
        "--some", help="of more than three messages that are alike the first two and the last")] = False,
    out: Annotated[Path | None, typer.Option(
        metavar="FOLDER", help="keep results and the evidence of what failed here")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="go on with the sweep in --out")] = False,
    keep: Annotated[bool, typer.Option("--keep", help="keep the evidence of what held as well")] = False,
    defect: Annotated[list[str] | None, typer.Option(
        help="build the virtual device wrong: name of a defect; may be repeated")] = None,
    jobs: Annotated[int, typer.Option(min=0, max=64, help="cases at once; 0: as many as suit this machine")] = 0,
    repeat: Annotated[int, typer.Option(
        min=0, max=MOST_ROUNDS, help="rounds, one case at a time, in which what this machine was too busy to decide is tried again")] = ROUNDS,
    json: Annotated[str, typer.Option(
        metavar="FILE", help="write everything as JSON; - for standard output")] = "",
    junit: Annotated[Path | None, typer.Option(metavar="FILE", help="write JUnit XML")] = None,
) -> None:
    """Sweep the boundaries of a terminal."""
    from hil.sweep.boundaries import Wanted, run_boundaries  # noqa: PLC0415 - no other command waits for it

    raise typer.Exit(run_boundaries(Wanted(
        bench=bench, kinds=kinds, cases=tuple(case or ()), some=some, out=out, resume=resume, keep=keep,
        defects=tuple(defect or ()), jobs=jobs, repeat=repeat, json=json, junit=junit)))


def cuts(
    bench: Annotated[Path, typer.Argument(metavar="BENCH", help="a bench file (TOML)")],
    count: Annotated[int, typer.Option(min=0, max=1_000_000, help="how many; 0: 500")] = 0,
    seed: Annotated[int, typer.Option(help="of the instants")] = 1,
    kinds: Annotated[str | None, typer.Option(
        metavar="KIND,...", help="only these kinds; an unknown one lists all")] = None,
    only: Annotated[list[str] | None, typer.Option(
        metavar="KIND/NUMBER", help="only this cut; may be repeated")] = None,
    out: Annotated[Path | None, typer.Option(
        metavar="FOLDER", help="keep the evidence of what did not hold here")] = None,
    defect: Annotated[list[str] | None, typer.Option(
        help="build the virtual device wrong: name of a defect; may be repeated")] = None,
    jobs: Annotated[int, typer.Option(min=0, max=64, help="cuts at once; 0: as many as suit this machine")] = 0,
    repeat: Annotated[int, typer.Option(
        min=0, max=MOST_ROUNDS, help="rounds, one case at a time, in which what this machine was too busy to decide is tried again")] = ROUNDS,
    json: Annotated[str, typer.Option(
        metavar="FILE", help="write everything as JSON; - for standard output")] = "",
) -> None:
    """Cut at random."""
    from hil.sweep.cuts import CutsWanted, run_cuts  # noqa: PLC0415 - no other command waits for it

    raise typer.Exit(run_cuts(CutsWanted(
        bench=bench, count=count, seed=seed, kinds=kinds, only=tuple(only or ()), out=out,
        defects=tuple(defect or ()), jobs=jobs, repeat=repeat, json=json)))


def soak(
    bench: Annotated[Path, typer.Argument(metavar="BENCH", help="a bench file (TOML)")],
    sales: Annotated[int, typer.Option(min=0, help="how many; 0: until the hours are over")] = 0,
    hours: Annotated[float, typer.Option(min=0, help="for how long; 0: until the sales are done")] = 0.0,
    seed: Annotated[int, typer.Option(help="of what is sold and of the faults")] = 1,
    no_faults: Annotated[bool, typer.Option("--no-faults", help="without small faults and windows")] = False,
    out: Annotated[Path | None, typer.Option(metavar="FOLDER", help="keep the evidence here")] = None,
    defect: Annotated[list[str] | None, typer.Option(
        help="build the virtual device wrong: name of a defect; may be repeated")] = None,
    json: Annotated[str, typer.Option(
        metavar="FILE", help="write everything as JSON; - for standard output")] = "",
) -> None:
    """Soak a terminal."""
    from hil.sweep.soaking import SoakWanted, run_soak  # noqa: PLC0415 - no other command waits for it

    raise typer.Exit(run_soak(SoakWanted(
        bench=bench, sales=sales, hours=hours, seed=seed, troubled=not no_faults, out=out,
        defects=tuple(defect or ()), json=json)))
