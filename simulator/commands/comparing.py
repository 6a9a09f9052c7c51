"""``daozhang run --compare``: one scenario and seed with and without something, side by side."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from simulator.catalogue.language import Told, spoken
from simulator.commands import sayings as say
from simulator.commands.inputs import STANDARD_OUTPUT, InputError
from simulator.commands.outputs import StandardOutput, write
from simulator.commands.run_files import json_path
from simulator.judge.verdict import Judgement
from simulator.report.comparison import Comparison, Counted, compared, side_of
from simulator.report.comparison_text import comparison_text
from simulator.scenario.library import scenario_named
from simulator.scenario.read import ScenarioError, load_virtual
from simulator.scenario.scenario import Scenario
from simulator.scenario.without import NothingCalledError, Without, names_in, without
from simulator.trial import TrialOptions, try_scenario
from simulator.world.settings import working_days_of

AS_IT_IS, THE_FIRST = Told("as it is", "原样"), Told("the first", "前者")


def other_of(scenario: Scenario, given: str) -> Without:
    """What a scenario is compared with: itself without something, or another one.

    Raises :class:`InputError` where ``given`` names neither.
    """
    if given not in names_in(scenario) and (Path(given).exists() or scenario_named(given) is not None):
        try:
            return Without(load_virtual(given), Told(given, given), THE_FIRST)
        except ScenarioError as error:
            raise InputError(f"--compare {error}") from None
    try:
        return without(scenario, given)
    except NothingCalledError as error:
        raise InputError(f"--compare: {error}") from None


def compare(
    path: Path, scenario: Scenario, other: Without, options: TrialOptions,
) -> tuple[Judgement, Comparison]:
    """Both runs: the judgement of the first, and the two side by side."""
    seed = scenario.seed if options.seed is None else options.seed
    options = msgspec.structs.replace(options, seed=seed)
    name = AS_IT_IS if other.scenario.title == scenario.title else Told(str(path), str(path))
    sides = []
    moments = []
    judgements = []
    for told, each in ((name, scenario), (other.told, other.scenario)):
        counted = Counted()
        judgement = try_scenario(each, options, [counted.feed])
        judgements.append(judgement)
        sides.append(side_of(told, judgement, counted))
        moments.append(counted.moments)
    days = working_days_of(scenario.acquirer)
    return judgements[0], compared(scenario.title, seed, sides[0], sides[1], other.what, days, (moments[0], moments[1]))


def tell(comparison: Comparison, json: str) -> None:
    """Write it where it was asked for."""
    content = msgspec.json.format(msgspec.json.encode(comparison), indent=2) + b"\n"
    output = StandardOutput()
    with output.saying():
        if json == STANDARD_OUTPUT:
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
        else:
            sys.stdout.write(comparison_text(comparison, spoken()))
    if (path := json_path(json)) is not None:
        write(path, content)
    output.close()


def refuse_beside(given: dict[str, bool]) -> None:
    """Options of a single run that two runs have no place for."""
    for name, is_given in given.items():
        if is_given:
            raise InputError(say.NOT_COMPARED.say(option=name))
