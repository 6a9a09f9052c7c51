"""The files of one live process are apart: none is an input, another one, or what lies beside it."""

from __future__ import annotations

from pathlib import Path

from hil.files.one_owner import LOCK
from simulator.commands.outputs import Named, check_apart


def check_files(kept: Named, beside: tuple[str, ...], trace: Path | None, scenario: Path | None) -> None:
    """``InputError`` where two of them are one file; ``beside`` are endings of what is kept."""
    outputs = [kept, *(
        Named(f"what lies beside {kept.option}:", kept.path.with_name(kept.path.name + ending))
        for ending in (*beside, LOCK)
    )]
    if trace is not None:
        outputs.append(Named("--trace", trace))
    check_apart(outputs, [] if scenario is None else [Named("the scenario", scenario)])
