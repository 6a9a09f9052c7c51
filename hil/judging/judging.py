"""A run judged from its traces: what ``daozhang judge`` says, and a live host at its end.

The judge hears the merged trace and nothing else; a scenario adds what it expects.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from hil.judging import sayings as say
from hil.judging.outlets import Outlets
from hil.judging.terminal_log import TerminalLog
from hil.judging.traces import RunRead
from hil.judging.witness import testify
from simulator.catalogue.language import spoken
from simulator.commands.inputs import STANDARD_OUTPUT, ExitCode, InputError
from simulator.commands.outputs import StandardOutput, write
from simulator.commands.run import EXIT_OF
from simulator.commands.run_files import json_of, json_path
from simulator.judge.judge import KEEP_SALES, Judge
from simulator.judge.verdict import Judgement
from simulator.report.junit import junit
from simulator.report.text import write_text
from simulator.scenario.read import ScenarioError, load_scenario
from simulator.scenario.scenario import Scenario
from simulator.scenario.units import duration_ms
from simulator.trace.merge import closing_ms
from simulator.trace.records import Arrived, PhaseEntered
from simulator.trial import (
    StayedAway,
    added_in,
    conclusive,
    judged,
    names_sales,
    never_struck,
    noted,
    provisional_years,
    stayed_away,
    struck_in,
    taken_in,
)


def scenario_of(run: RunRead, path: Path) -> Scenario:
    """The scenario of a run; ``InputError`` where it is none, or another run's."""
    try:
        scenario = load_scenario(path)
    except ScenarioError as error:
        raise InputError(str(error)) from None
    if scenario.title != run.started.title:
        raise InputError(say.OTHER_SCENARIO.say(
            path=path, title=scenario.title, other=run.started.title))
    return scenario


def offset_of(given: str, *, logs: bool) -> int:
    """How far the clock of the logs is ahead, in milliseconds; ``InputError`` where it is no duration."""
    if not given:
        return 0
    if not logs:
        raise InputError(say.OFFSET_ALONE.say())
    try:
        size = duration_ms(given.removeprefix("-"))
    except ValueError:
        raise InputError(say.BAD_OFFSET.say(given=given)) from None
    return -size if given.startswith("-") else size


def judge_run(
    run: RunRead, scenario: Scenario | None = None, log: TerminalLog | None = None, *,
    offset_ms: int = 0, all_sales: bool = False,
) -> Judgement:
    """The judgement of a run as far as its traces go; ``offset_ms``: how far logs are ahead."""
    if log is None:
        records = run.merged()
    else:
        said = testify(run.host.records, tuple(run.devices), log, offset_ms)
        records = run.merged(said.people, said.host)
    keep_all = all_sales or (scenario is not None and names_sales(scenario))
    judge = Judge(None if keep_all else KEEP_SALES)
    for record in records:
        judge.feed(record)
    judgement = judge.finish(closing_ms(records))
    if not any(isinstance(each, Arrived) for each in records):
        judgement = conclusive(judgement, [StayedAway(say.NOTHING_CAME.both(), may=False)])
    struck, added = struck_in(records), added_in(records)
    notes = [say.STILL_GROWS.both(path=path) for path in run.growing]
    if scenario is not None:
        stayed = stayed_away(scenario, struck, taken_in(records, scenario), added=added)
        judgement = conclusive(judgement, stayed)
        if _is_finished(records):
            judgement = judged(scenario, judgement)
        else:
            notes.append(say.NOT_EXPECTED.both())
    else:
        judgement = conclusive(judgement, never_struck(added, struck))
    return noted(judgement, (*notes, *provisional_years(judgement)))


def tell(judgement: Judgement, outlets: Outlets, took_s: float) -> ExitCode:
    """Write a judgement to wherever it is wanted; what it means for the exit code."""
    output = StandardOutput()
    with output.saying():
        if outlets.json == STANDARD_OUTPUT:
            sys.stdout.buffer.write(json_of([judgement]))
            sys.stdout.buffer.flush()
        else:
            write_text(judgement, sys.stdout, language=spoken(), all_sales=outlets.sales)
    if (path := json_path(outlets.json)) is not None:
        write(path, json_of([judgement]))
    if outlets.junit is not None:
        write(outlets.junit, junit(judgement, took_s=[took_s], language=spoken()))
    output.close()
    return EXIT_OF[judgement.verdict]


def _is_finished(records: Sequence[object]) -> bool:
    phases = [each.phase for each in records if isinstance(each, PhaseEntered)]
    return not phases or phases[-1] == "ended"
