"""Features played with an eye on what became of their faults: see test_every_mode_is_played."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from hil.gherkin.play import play
from hil.gherkin.runner import AnyFolder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simulator.trace.records import Record

class Watched(AnyFolder):
    """Has every scenario looked at before its stage is cleared."""

    look: ClassVar[Callable[[Any, Any], None]]

    def load_hooks(self, filename: str | None = None) -> None:
        super().load_hooks(filename)
        usual = self.hooks["after_scenario"]

        def after_scenario(context: Any, scenario: Any) -> None:
            type(self).look(context, scenario)
            usual(context, scenario)

        self.hooks["after_scenario"] = after_scenario


class Played:
    """One feature as it was played: how its scenarios ended, and what was written down in all of them."""

    def __init__(self) -> None:
        self.statuses: list[str] = []
        self.records: list[Record] = []


def played(paths: Sequence[Path]) -> dict[str, Played]:
    """Features played on the virtual clock in this process, by their file names."""
    found: dict[str, Played] = defaultdict(Played)

    def look(context: Any, scenario: Any) -> None:
        feature = found[Path(scenario.location.filename).name]
        feature.statuses.append(scenario.status.name)
        if "stage" in context and context.stage.is_open:
            feature.records += context.stage.records

    Watched.look = staticmethod(look)  # type: ignore[assignment]
    play([str(path) for path in paths], [f"--runner={__name__}:Watched", "--format=null", "--no-summary"])
    return dict(found)
