"""Which share of the steps of features is understood, without playing them: ``python -m hil.gherkin.understood FOLDER``.

Understood is a step of one meaning with values that are some.  Whether that is what its author meant
shows only when it is played.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from hil.gherkin.feature_file import read_feature
from hil.gherkin.reading import readings
from hil.gherkin.review import names_of


class StepRead(NamedTuple):
    """A step where it stands, and how many things it can mean; none: not understood, several: ambiguous."""

    place: str
    said: str
    meanings: int
    is_readable: bool

    @property
    def is_understood(self) -> bool:
        """Whether it has one meaning, with values that are some."""
        return self.meanings == 1 and self.is_readable


def steps_read(feature: Path) -> Iterator[StepRead]:
    """Each step of each scenario of a file, its backgrounds with each; InputError for a file that is no feature."""
    for scenario in read_feature(feature).walk_scenarios():
        steps: list[Any] = list(scenario.all_steps)
        names = names_of(steps)
        for step in steps:
            found = readings(step.name, step.step_type, names)
            yield StepRead(f"{step.location}", step.name, len(found), all(each.is_readable for each in found))


def main(folders: Sequence[str]) -> None:
    """One line for each file, those that are not understood below it, and the sum."""
    total = right = 0
    for feature in sorted(each for folder in folders for each in Path(folder).rglob("*.feature")):
        read = list(steps_read(feature))
        known = [each for each in read if each.is_understood]
        total, right = total + len(read), right + len(known)
        sys.stdout.write(f"{feature}: {len(known)} of {len(read)}" + "\n")
        for each in read:
            if not each.is_understood:
                sys.stdout.write(f"  {each.place}: {'no meaning' if not each.meanings else 'a value is none' if not each.is_readable else 'ambiguous'}: {each.said}" + "\n")
    sys.stdout.write(f"{right} of {total} steps understood ({100 * right / (total or 1):.1f} %)" + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
