"""``daozhang defects``: the machines built wrong on purpose, and the run that shows each."""

from __future__ import annotations

import difflib
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import typer

from simulator.catalogue.language import Message, Told, spoken
from simulator.commands import sayings as say
from simulator.commands.inputs import ExitCode, InputError, print_json
from simulator.commands.outputs import Named, check_outputs
from simulator.defect import Defect
from simulator.judge.rules import RULE_OF
from simulator.mutants import words
from simulator.mutants.kept import Kept, KeptError
from simulator.mutants.matrix import Asked, Progress, matrix, scenarios_tried
from simulator.mutants.summary import as_facts, summary_of
from simulator.mutants.told import told
from simulator.report.wrap import wrapped
from simulator.scenario.units import UnfitError, duration_ms
from simulator.world.defects import DEFECTS

WITHIN = "10m"


def show_matrix(asked: Asked, *, as_json: bool, save: Path | None, resume: Path | None = None) -> ExitCode:
    """Tries all of it, and says what the rules caught; 1 where that is not enough."""
    with _kept(resume) as kept, _progress() as progress:
        summary = summary_of(matrix(asked, progress, kept))
    facts = as_facts(summary)
    if save is not None:
        save.write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", "utf-8")
    if as_json:
        print_json(facts)
    else:
        for line in told(summary):
            typer.echo(line)
    if summary.interrupted:
        return ExitCode.INTERRUPTED
    return ExitCode.PASSED if summary.is_enough else ExitCode.FAILED


@contextmanager
def _kept(resume: Path | None) -> Iterator[Kept | None]:
    if resume is None:
        yield None
        return
    try:
        kept = Kept(resume)
    except KeptError as error:
        raise InputError(str(error)) from None
    with kept:
        yield kept


@contextmanager
def _progress() -> Iterator[Progress | None]:
    """A line that moves, on a terminal; nothing in a pipe."""
    if not sys.stderr.isatty():
        yield None
        return

    def tell(done: int, planned: int, left_s: float) -> None:
        minutes, seconds = divmod(round(left_s), 60)
        said = words.PROGRESS.say(done=done, planned=planned, left=f"{minutes}:{seconds:02}")
        sys.stderr.write(f"\r\x1b[K{said}")
        sys.stderr.flush()

    try:
        yield tell
    finally:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()


def show_defects(*, as_json: bool) -> ExitCode:
    """Prints all rows."""
    if as_json:
        facts = [facts_of(defect) for defect in DEFECTS.values()]
        typer.echo(json.dumps(facts, ensure_ascii=False, indent=2))
    else:
        _print_all()
    return ExitCode.PASSED


def facts_of(defect: Defect) -> dict[str, Any]:
    """Everything that is known of a defect, for JSON."""
    return {
        "name": defect.name, "what": defect.what, "what_zh": defect.zh,
        "caught_by": [
            {"number": number, "name": RULE_OF[number].en} for number in defect.caught_by
        ],
        "recorded": defect.recorded, "unmet": defect.unmet,
        "seen_in": defect.seen_in, "scenario": scenario_of(defect), "beside": list(defect.beside),
    }


def scenario_of(defect: Defect) -> str:
    """The scenario that shows a defect, as ``daozhang run`` takes it."""
    return defect.shown_by


def _print_all() -> None:
    for part, group in groupby(DEFECTS.values(), key=lambda each: each.name.partition(".")[0]):
        typer.echo(part)
        for defect in group:
            seen = say.SEEN_IN.say(where=say.WHERE_SEEN[defect.seen_in]) if defect.seen_in else ""
            _print_wrapped(f"{defect.name}: {Told(defect.what, defect.zh).say()}{seen}", 2)
            numbers = ", ".join(
                f"{number} {RULE_OF[number].en if spoken() == 'en' else RULE_OF[number].zh}"
                for number in defect.caught_by)
            if defect.caught_by:
                _print_wrapped(say.VIOLATES.say(invariants=numbers), 4)
            if defect.recorded:
                _print_wrapped(say.RECORDED.say(code=defect.recorded), 4)
            if defect.unmet:
                _print_wrapped(say.UNMET.say(), 4)
            beside = "".join(f" --defect {name}" for name in defect.beside)
            run = f"{scenario_of(defect)} --defect {defect.name}{beside}"
            typer.echo(f"    {say.SHOWN_BY.say(run=run)}")  # one line, to be copied
        typer.echo()
    _print_wrapped(say.ALL_DEFECTS.say(count=len(DEFECTS)))


def _print_wrapped(text: str, indent: int = 0) -> None:
    for line in wrapped(text, indent=" " * indent, again=" " * (indent + 2 * (indent > 0))):
        typer.echo(line)


HELP = """Show the machines that can be built wrong on purpose, and which invariant must notice.

Examples:

  daozhang defects

  daozhang run lost-reply --defect terminal.no_reversal

  daozhang defects --matrix --save mutants.json

  daozhang defects --matrix --resume mutants.jsonl --within 8h
"""


def register(app: typer.Typer) -> None:
    """The command on the command line."""
    app.command("defects", help=HELP, short_help="Show the known defects.")(_defects)


def _defects(
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of text.")] = False,
    wants_matrix: Annotated[bool, typer.Option(
        "--matrix", help="Try each in every scenario, and say which invariants caught it; 1 below 95 %.")] = False,
    defects: Annotated[list[str] | None, typer.Option(
        "--defect", help="With --matrix: only this one; may be repeated.")] = None,
    scenarios: Annotated[list[str] | None, typer.Option(
        "--scenario", help="With --matrix: only this one; may be repeated.")] = None,
    jobs: Annotated[int, typer.Option(
        min=0, max=256, help="With --matrix: processes at a time; 0: one for each core.")] = 0,
    within: Annotated[str, typer.Option(
        help="With --matrix: nothing is begun after so long.")] = WITHIN,
    save: Annotated[Path | None, typer.Option(
        help="With --matrix: write all that was found as JSON.")] = None,
    resume: Annotated[Path | None, typer.Option(
        help="With --matrix: keep in this file what is tried, as it comes, and go on from what it has.")] = None,
) -> None:
    """Show the machines that can be built wrong on purpose, and the run that shows each."""
    if not wants_matrix:
        _refuse_without_matrix(defects, scenarios, jobs, within, save, resume)
        raise typer.Exit(show_defects(as_json=as_json))
    asked = Asked(
        _known(defects or (), DEFECTS, say.NO_DEFECT), _known(scenarios or (), scenarios_tried(), say.NO_SCENARIO),
        jobs, _seconds(within))
    if save is not None:
        check_outputs([Named("--save", save)], [Named("--resume", resume)] if resume is not None else [])
    raise typer.Exit(show_matrix(asked, as_json=as_json, save=save, resume=resume))


def _refuse_without_matrix(
    defects: object, scenarios: object, jobs: int, within: str, save: Path | None, resume: Path | None,
) -> None:
    """An option that would have no effect is refused by its name."""
    given = {"--defect": defects, "--scenario": scenarios, "--jobs": jobs,
             "--within": within != WITHIN, "--save": save, "--resume": resume}
    for option, value in given.items():
        if value:
            raise InputError(say.WITH_MATRIX.say(option=option))


def _known(given: Sequence[str], names: Iterable[str], unknown: Message) -> tuple[str, ...]:
    """Names that there are; InputError where one is none."""
    allowed = tuple(names)
    for name in given:
        if name not in allowed:
            close = difflib.get_close_matches(name, allowed, 1)
            perhaps = say.DID_YOU_MEAN.say(name=close[0]) if close else ""
            raise InputError(unknown.say(given=name, perhaps=perhaps, allowed=", ".join(allowed)))
    return tuple(dict.fromkeys(given))


def _seconds(within: str) -> float:
    try:
        return duration_ms(within) / 1000
    except UnfitError as error:
        raise InputError(f"--within {within} is no time: {error}") from None
