"""Which target the features run on, and that nothing of it is left behind.

``behave``: the virtual clock.  ``behave -D target=virtual``: host and terminals as processes.
"""

from __future__ import annotations

import re
import shutil
import signal
import sys
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import words  # noqa: F401 - makes the words known to the steps
from stage import Stage

from hil.targets import UnknownTargetError, target_named

NEEDS = "needs."  # @needs.customers: only where the target has them
KEPT = Path("out/features")  # what a failed scenario left behind


def before_all(context: Any) -> None:
    """Choose the target; a signal to end is an interruption, after which everything is closed."""
    try:
        context.kind = target_named(context.config.userdata.get("target", "simulator"))
    except UnknownTargetError as error:
        sys.stderr.write(f"behave: -D target: {error}\n")
        sys.exit(2)
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def before_scenario(context: Any, scenario: Any) -> None:
    """An empty stage, unless the target cannot do what the scenario needs."""
    needs = [tag.removeprefix(NEEDS) for tag in scenario.effective_tags if tag.startswith(NEEDS)]
    for need in needs:
        if need in context.kind.cannot:
            reason = context.kind.cannot[need]
            sys.stdout.write(f"\nskipped: {scenario.location}: {scenario.name}: {reason}\n")
            scenario.skip(reason)
            return
    context.stage = Stage(context.kind, scenario.name, Path(mkdtemp(prefix="daozhang-")))
    context.stage.language = context.feature.language
    context.add_cleanup(_clear, context.stage)


def after_scenario(context: Any, scenario: Any) -> None:
    """Keep what a failed scenario left behind."""
    if "stage" in context and scenario.status.has_failed():
        context.stage.close()
        kept = KEPT / re.sub(r"\W+", "-", f"{scenario.location}")
        if any(context.stage.folder.iterdir()):
            shutil.rmtree(kept, ignore_errors=True)
            shutil.copytree(context.stage.folder, kept)
            sys.stdout.write(f"\nkept: {kept}\n")


def _clear(stage: Stage) -> None:
    stage.close()
    shutil.rmtree(stage.folder, ignore_errors=True)
