"""Which target the features run on, and that nothing of it is left behind.

``behave``: the virtual clock.  ``behave -D target=virtual``: host and terminals as processes.
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

import words  # noqa: F401 - makes the words known to the steps
from stage import Stage

from hil.targets.targets import UnknownTargetError, target_named

USUAL = "simulator"
NEEDS = "needs."  # @needs.customers: only where the target has them
KEPT = Path("out/features")  # what a failed scenario left behind


def before_all(context: Any) -> None:
    """Choose the target; a signal to end is an interruption, after which everything is closed."""
    try:
        context.target = context.config.userdata.get("target", USUAL)
        context.kind = target_named(context.target)
    except UnknownTargetError as error:
        sys.stderr.write(f"behave: -D target: {error}\n")
        sys.stderr.flush()
        os._exit(2)  # behave takes an exit for a failed hook; nothing is open yet
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def before_scenario(context: Any, scenario: Any) -> None:
    """An empty stage, unless the target cannot do what the scenario needs."""
    reason = _why_not(context, set(scenario.effective_tags))
    if reason:
        _say(f"skipped: {scenario.location}: {scenario.name}: {reason}")
        scenario.skip(reason)
        return
    context.stage = Stage(context.kind, scenario.name, Path(mkdtemp(prefix="daozhang-")))
    context.stage.language = context.feature.language
    context.add_cleanup(_clear, context.stage)


def _why_not(context: Any, tags: set[str]) -> str:
    """Why a scenario is not for this target, or ""."""
    for tag in tags:
        if tag.startswith(NEEDS) and tag.removeprefix(NEEDS) in context.kind.cannot:
            return context.kind.cannot[tag.removeprefix(NEEDS)]
    if context.target != USUAL and context.target not in tags:
        return f"not tagged @{context.target}: shows nothing more there than its like"
    return ""


def after_scenario(context: Any, scenario: Any) -> None:
    """Keep what a failed scenario left behind."""
    if "stage" in context and scenario.status.has_failed():
        context.stage.close()
        kept = KEPT / re.sub(r"\W+", "-", f"{scenario.location}")
        if any(context.stage.folder.iterdir()):
            shutil.rmtree(kept, ignore_errors=True)
            shutil.copytree(context.stage.folder, kept)
            _say(f"kept: {kept}")


def _clear(stage: Stage) -> None:
    stage.close()
    shutil.rmtree(stage.folder, ignore_errors=True)


def _say(line: str) -> None:
    """One line for whoever watches: behave shows what hooks print only where something failed."""
    if sys.__stderr__ is not None:
        sys.__stderr__.write(f"{line}\n")
