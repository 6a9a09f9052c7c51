"""Where a judgement is to be written; needs no judge, so whoever may not come to judge waits for none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from simulator.commands.file_kinds import JUDGEMENT, JUNIT
from simulator.commands.outputs import Named, check_outputs


class Outlets(msgspec.Struct, frozen=True, kw_only=True):
    """Where a judgement is to be written, besides standard output."""

    json: str = ""  # "-": standard output, in place of the text
    junit: Path | None = None
    sales: bool = False

    def check(self, inputs: Sequence[Named]) -> None:
        """Refuse before anything is judged what could not be written after it."""
        from simulator.commands.run_files import json_path  # noqa: PLC0415 - takes the reports

        check_outputs([
            Named(name, path, kind) for name, path, kind in (
                ("--json", json_path(self.json), JUDGEMENT), ("--junit", self.junit, JUNIT),
            ) if path is not None
        ], inputs)
