"""The hooks of behave: which target the features run on, and that nothing of it is left behind.

``behave``: the virtual clock.  ``behave -D target=virtual``: host and terminals as processes.
``behave -D target=bench -D bench=FILE``: the terminal of a bench file.  A scenario that needs what the
target has not, by a tag or by a step, is passed over, and its reason is printed.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import sys
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from behave.model import Feature, Scenario
from behave.model_type import Status
from behave.runner import the_step_registry

from hil.benches.bench_file import BenchFileError
from hil.control.standard_error import tell
from hil.gherkin import review
from hil.gherkin.circumstances import early
from hil.gherkin.clauses import Clause
from hil.gherkin.matching import ReadingMatcher, SentenceMatch, install, rows_of
from hil.gherkin.stage import Stage
from hil.gherkin.steps import acquirer_steps
from hil.targets.bench import BenchKind
from hil.targets.needs import CannotError, Need
from hil.targets.targets import UnknownTargetError, target_named
from simulator.catalogue.language import Language, Told
from simulator.commands.inputs import InputError

USUAL = "simulator"
NEEDS = "needs."  # @needs.customers: only where the target has them
KEPT = Path("out/features")  # what a failed scenario left behind
PASSED_OVER = Told("skipped", "跳过")
_BAD_INPUT = 2

install()


def _duration(whole: Any) -> float:
    """Behave leaves out what stands in a rule, or in a background: then its JUnit says 0.0."""
    return sum((each.duration for each in whole.walk_scenarios()), 0.0)


def _duration_of_steps(scenario: Any) -> float:
    return sum((each.duration for each in scenario.all_steps), 0.0)


Feature.duration = property(_duration)
Scenario.duration = property(_duration_of_steps)


def before_all(context: Any) -> None:
    """Choose the target; a signal to end is an interruption, after which everything is closed."""
    given = context.config.userdata
    try:
        context.target = given.get("target", USUAL)
        context.kind = target_named(context.target, given.get("bench", ""))
    except (UnknownTargetError, BenchFileError, InputError) as error:
        option = "target" if isinstance(error, UnknownTargetError) else "bench"
        sys.stderr.write("".join(f"behave: -D {option}: {line}\n" for line in str(error).splitlines()))
        sys.stderr.flush()
        os._exit(_BAD_INPUT)  # behave takes an exit for a failed hook; nothing is open yet
    if isinstance(context.kind, BenchKind):
        say(context.kind.about)
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def before_scenario(context: Any, scenario: Any) -> None:
    """An empty stage, unless the target cannot do what the scenario needs."""
    context.language = language_of(context.feature)
    for tag in sorted(scenario.effective_tags):
        if tag.startswith(NEEDS) and (need := _need(scenario, tag)) in context.kind.cannot:
            _pass_over(context, scenario, context.kind.cannot[need])
            return
    find = the_step_registry.find_match
    steps = list(scenario.all_steps)
    if not steps:
        said = review.NO_STEP.both(place=f"{scenario.location}", name=scenario.name).say(context.language)
        say(said)
        raise AssertionError(said)
    ReadingMatcher.names = review.names_of(steps)
    for line in review.unknown_steps(steps, find, context.language):
        say(line)
    context.stage = Stage(context.kind, scenario.name, Path(mkdtemp(prefix="daozhang-")), context.language)
    context.stage.cast.has_wallets = review.wallets_are_named(steps, find)
    context.early = early(steps, clauses_of)
    context.stage.problem = review.proves(steps, find)
    context.add_cleanup(_clear, context.stage)


def before_step(context: Any, step: Any) -> None:
    """Behind the last step it is looked at whether anything happened."""
    if "stage" not in context:
        return
    steps = list(context.scenario.all_steps)
    place = next(number for number, each in enumerate(steps) if each is step)
    context.stage.step_kind = step.step_type
    context.stage.is_to_play = place not in context.early
    context.stage.meanwhile = tuple(
        (clause, rows_of(steps[later].table))
        for later, act in context.early.items() if act == place for clause in clauses_of(steps[later]))
    context.stage.banks_act = tuple(
        clause.all_values()["deal"] for each in steps[place + 1:] for clause in clauses_of(each)
        if clause.sentence.does in acquirer_steps.OPENING and clause.is_readable)
    if place == len(steps) - 1:
        context.stage.closing = review.closing


def clauses_of(step: Any) -> tuple[Clause, ...]:
    """What a step of ours says."""
    match = the_step_registry.find_match(step)
    return match.clauses if isinstance(match, SentenceMatch) else ()


def before_feature(context: Any, feature: Any) -> None:
    """A feature without scenarios proves nothing, so it does not pass."""
    del context
    if not any(feature.walk_scenarios()):
        said = review.NO_SCENARIO.both(place=f"{feature.location}").say(language_of(feature))
        say(said)
        raise AssertionError(said)


def language_of(feature: Any) -> Language:
    """The language in which a feature is written, as far as we speak it."""
    return "zh" if feature.language.startswith("zh") else "en"


def _need(scenario: Any, tag: str) -> Need:
    """The need that a tag names; a tag that names none would never pass anything over."""
    try:
        return Need(tag.removeprefix(NEEDS))
    except ValueError:
        allowed = ", ".join(f"@{NEEDS}{each}" for each in Need)
        raise AssertionError(f"{scenario.location}: no tag @{tag}; allowed: {allowed}") from None


def _pass_over(context: Any, scenario: Any, why: Told) -> None:
    """Said once, for whoever watches and in behave's own report."""
    reason = why.say(context.language)
    say(f"{PASSED_OVER.say(context.language)}: {scenario.location}: {scenario.name}: {reason}")
    scenario.skip(reason)


def after_step(context: Any, step: Any) -> None:
    """A step that the target cannot do has not failed: it and the rest of its scenario are passed over."""
    why = step.exception
    if isinstance(why, CannotError):
        step.reset()
        _pass_over(context, context.scenario, why.why)


def after_scenario(context: Any, scenario: Any) -> None:
    """Keep what a failed scenario left behind; behave itself has no words for a step that nobody knows."""
    for step in scenario.all_steps:
        if step.status == Status.undefined:
            step.error_message = review.undefined(step, context.language)
    if "stage" in context and scenario.status.has_failed():
        context.stage.close()
        kept = KEPT / re.sub(r"\W+", "-", f"{scenario.location}")
        if any(context.stage.folder.iterdir()):
            shutil.rmtree(kept, ignore_errors=True)
            shutil.copytree(context.stage.folder, kept)
            say(f"kept: {kept}")


def _clear(stage: Stage) -> None:
    stage.close()
    shutil.rmtree(stage.folder, ignore_errors=True)


def say(line: str) -> None:
    """One line for whoever watches: behave shows what hooks print only where something failed."""
    if sys.__stderr__ is not None:
        tell(line, sys.__stderr__)
