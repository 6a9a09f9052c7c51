"""``daozhang run``: scenarios on the virtual clock, judged and reported."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import perf_counter
from typing import IO, Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, TextColumn
from rich.progress import Progress as Bar

from simulator.catalogue.language import spoken
from simulator.commands import sayings as say
from simulator.commands.comparing import compare, other_of, refuse_beside, tell
from simulator.commands.file_kinds import CAPTURE, JUDGEMENT, JUNIT, TRACE_OF_RUN
from simulator.commands.inputs import STANDARD_OUTPUT, ExitCode, InputError, notice
from simulator.commands.outputs import (
    Named,
    StandardOutput,
    check_folder,
    check_outputs,
    replacing,
    write,
)
from simulator.commands.run_files import (
    capturing,
    folder_name,
    json_of,
    json_path,
    report_files,
    write_report,
)
from simulator.faults.atoms import Atom, AtomsError, read_atoms
from simulator.judge.verdict import Judgement, Verdict
from simulator.local_time import datetime_at
from simulator.report.junit import junit
from simulator.report.merchant_records import MerchantRecords
from simulator.report.text import write_text
from simulator.scenario.key_file import warnings_of
from simulator.scenario.read import ScenarioError, load_virtual
from simulator.scenario.scenario import Scenario
from simulator.trace.records import Listener, Record, to_line
from simulator.trial import TrialOptions, try_scenario
from simulator.world.run import Progress
from simulator.world.workshop import UnknownDefectError, Workshop

EXIT_OF = {
    Verdict.PASS: ExitCode.PASSED, Verdict.FAIL: ExitCode.FAILED,
    Verdict.ERROR: ExitCode.HARNESS_ERROR, Verdict.INCONCLUSIVE: ExitCode.INCONCLUSIVE,
}
WORST_FIRST = (Verdict.ERROR, Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.PASS)
HELP = """Run scenarios on the virtual clock, judge them, report.

Exit: 0 pass, 1 fail, 2 bad input, 3 harness error, 4 inconclusive.

Examples:

  daozhang run maintenance-case-study --wire --sales

  daozhang run day.toml --seed 7 --trace day.jsonl --json -

  daozhang run day.toml --seed 7 --atoms day.jsonl    (the same world from its faults alone)

  daozhang run lost-reply --defect terminal.no_reversal    (a terminal built wrong)

  daozhang run maintenance-case-study --compare actions    (what the remedies changed)
"""


class RunOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be run, and where what is to be written."""

    scenarios: tuple[Path, ...]
    seed: int | None = None
    wire: bool = False
    atoms: Path | None = None
    defects: tuple[str, ...] = ()
    trace: Path | None = None
    pcap: Path | None = None
    json: str = ""
    junit: Path | None = None
    report: Path | None = None
    sales: bool = False
    compare: str = ""


def run(options: RunOptions) -> ExitCode:
    """Run all scenarios; the worst verdict decides the exit code."""
    _check(options)
    scenarios = [_loaded(path) for path in options.scenarios]
    if options.compare:
        return _compare(options.scenarios[0], scenarios[0], options)
    atoms = _atoms(options.atoms)
    judgements = []
    took_s = []
    output = StandardOutput()
    for path, scenario in zip(options.scenarios, scenarios, strict=True):
        merchants = MerchantRecords()
        began_s = perf_counter()
        judgement = _run_one(scenario, options, atoms, merchants)
        took_s.append(perf_counter() - began_s)
        judgements.append(judgement)
        if options.report is not None:
            write_report(options.report / folder_name(path), judgement, merchants, spoken())
        if options.json != STANDARD_OUTPUT:
            _say(judgement, options, output)
    if options.junit is not None:
        write(options.junit, junit(*judgements, took_s=took_s, language=spoken()))
    _write_json(judgements, options, output)
    output.close()
    worst = min((each.verdict for each in judgements), key=WORST_FIRST.index)
    return EXIT_OF[worst]


def _compare(path: Path, scenario: Scenario, options: RunOptions) -> ExitCode:
    """Two runs side by side; the verdict of the scenario as it is decides the exit code."""
    other = other_of(scenario, options.compare)
    judgement, comparison = compare(path, scenario, other, TrialOptions(
        seed=options.seed, wire=options.wire, defects=options.defects))
    tell(comparison, options.json)
    return EXIT_OF[judgement.verdict]


def _write_json(
    judgements: list[Judgement], options: RunOptions, output: StandardOutput,
) -> None:
    """The judgement as JSON, in a file or on standard output."""
    if (path := json_path(options.json)) is not None:
        write(path, json_of(judgements))
    elif options.json:
        with output.saying():
            sys.stdout.buffer.write(json_of(judgements))
            sys.stdout.buffer.flush()


def _check(options: RunOptions) -> None:
    """Refuse before anything runs what could not be written after it."""
    if len(options.scenarios) > 1:
        for name, given in (
            ("--trace", options.trace), ("--pcap", options.pcap), ("--atoms", options.atoms),
            ("--compare", options.compare or None),
        ):
            if given is not None:
                raise InputError(say.ONE_SCENARIO.say(option=name, count=len(options.scenarios)))
    try:
        Workshop(options.defects)
    except UnknownDefectError as error:
        raise InputError(f"--defect: {error}") from None
    if options.compare:
        refuse_beside({
            "--trace": options.trace is not None, "--pcap": options.pcap is not None,
            "--atoms": options.atoms is not None, "--junit": options.junit is not None,
            "--report": options.report is not None, "--sales": options.sales,
        })
    _check_files(options)


def _check_files(options: RunOptions) -> None:
    inputs = [Named(say.THE_SCENARIO.say(), path) for path in options.scenarios]
    outputs = [
        Named(name, path, kind) for name, path, kind in (
            ("--trace", options.trace, TRACE_OF_RUN), ("--pcap", options.pcap, CAPTURE),
            ("--junit", options.junit, JUNIT), ("--json", json_path(options.json), JUDGEMENT),
        ) if path is not None
    ]
    if options.atoms is not None:
        inputs.append(Named("--atoms", options.atoms))
    if options.report is not None:
        check_folder(options.report, "--report")
        outputs += _report_files(options.report, options.scenarios)
    check_outputs(outputs, inputs)


def _report_files(report: Path, scenarios: tuple[Path, ...]) -> list[Named]:
    """Those that will be there already when something else is written over them."""
    of_name: dict[str, Path] = {}
    for path in scenarios:
        name = folder_name(path)
        other = of_name.setdefault(name, path)
        if other is not path:
            raise InputError(say.SAME_REPORT.say(
                report=report, one=other, other=path, folder=report / name))
        check_folder(report / name, "--report")
    return [each for name in of_name for each in report_files(report / name)]


def _loaded(path: Path) -> Scenario:
    try:
        scenario = load_virtual(path)
    except ScenarioError as error:
        raise InputError(str(error)) from None
    for told in warnings_of(scenario):
        notice(f"daozhang: {told.say()}")
    return scenario


def _atoms(path: Path | None) -> tuple[Atom, ...] | None:
    try:
        atoms = None if path is None else read_atoms(path)
    except AtomsError as error:
        raise InputError(str(error)) from None
    if atoms == ():
        raise InputError(say.NO_ATOM.say(path=path))
    return atoms


def _run_one(
    scenario: Scenario, options: RunOptions, atoms: tuple[Atom, ...] | None,
    merchants: MerchantRecords,
) -> Judgement:
    trial = TrialOptions(
        seed=options.seed, wire=options.wire or options.pcap is not None, atoms=atoms,
        defects=options.defects, keep_sales=None if options.sales else TrialOptions().keep_sales,
    )
    with ExitStack() as stack:
        listeners: list[Listener] = []
        if options.report is not None:
            listeners.append(merchants.feed)
        if options.trace is not None:
            listeners.append(_lines_to(stack.enter_context(replacing(options.trace))))
        if options.pcap is not None:
            listeners.append(stack.enter_context(capturing(options.pcap)))
        progress = stack.enter_context(_progress(scenario))
        return try_scenario(scenario, trial, listeners, progress)


def _lines_to(stream: IO[bytes]) -> Listener:
    def write(record: Record) -> None:
        stream.write(to_line(record) + b"\n")

    return write


# ---- saying ----------------------------------------------------------------------------------


def _say(judgement: Judgement, options: RunOptions, output: StandardOutput) -> None:
    if not output.is_open:
        return
    with output.saying():
        write_text(judgement, sys.stdout, language=spoken(), all_sales=options.sales)


@contextmanager
def _progress(scenario: Scenario) -> Iterator[Progress | None]:
    """A line that moves, on a terminal; nothing in a pipe."""
    if not sys.stderr.isatty():
        yield None
        return
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[moment]}"))
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task(scenario.title[:40], total=None, moment="")
        yield _moves(bar, task, scenario.start_ms)


def _moves(bar: Any, task: Any, start_ms: int) -> Callable[[int, int], None]:
    def move(at_ms: int, last_ms: int) -> None:
        moment = f"{datetime_at(at_ms):%Y-%m-%d %H:%M}"
        bar.update(task, total=last_ms - start_ms, completed=at_ms - start_ms, moment=moment)

    return move


# ---- the command line ------------------------------------------------------------------------


def register(app: typer.Typer) -> None:
    """The command on the command line."""
    app.command("run", help=HELP)(_run)


def _run(
    scenarios: Annotated[list[Path], typer.Argument(
        metavar="SCENARIO...", help="TOML files (see daozhang schema), or names that daozhang scenarios shows.")],
    seed: Annotated[int | None, typer.Option(
        min=0, help="Another seed than the scenario's.")] = None,
    wire: Annotated[bool, typer.Option(
        "--wire", help="Send every message through the real codec.")] = False,
    sales: Annotated[bool, typer.Option(
        "--sales", help="List every sale, however many.")] = False,
    trace: Annotated[Path | None, typer.Option(
        metavar="FILE", help="Write every record, JSON Lines.")] = None,
    atoms: Annotated[Path | None, typer.Option(
        metavar="FILE", help="Strike with the faults of a trace, in place of the scenario's.")] = None,
    pcap: Annotated[Path | None, typer.Option(
        metavar="FILE", help="Write a capture as seen at the terminals' end of the line (docs/pcap.md), card data zeroed; means --wire.")] = None,
    json: Annotated[str, typer.Option(
        metavar="FILE", help="Write the judgement as JSON; - for standard output.")] = "",
    junit: Annotated[Path | None, typer.Option(
        metavar="FILE", help="Write JUnit XML.")] = None,
    report: Annotated[Path | None, typer.Option(
        metavar="DIR", help="Write summary, JSON, JUnit, bank statement and notices into a folder for each scenario.")] = None,
    compare: Annotated[str, typer.Option(
        metavar="WHAT", help="Run it without WHAT as well and show both side by side: actions, faults, the name of an action (settle; settle/2 is the second), the label of a fault; or another scenario.")] = "",
    defect: Annotated[list[str] | None, typer.Option(
        metavar="NAME", help="Build a machine wrong on purpose; see daozhang defects.")] = None,
) -> None:
    raise typer.Exit(run(RunOptions(
        scenarios=tuple(scenarios), seed=seed, wire=wire, sales=sales, trace=trace, atoms=atoms,
        pcap=pcap, json=json, junit=junit, report=report, defects=tuple(defect or ()),
        compare=compare,
    )))
