"""``daozhang steps``: the sentences that features are written in."""

from __future__ import annotations

import json
from typing import Annotated

import typer

HELP = """Show the sentences for features (Gherkin), by topic, each with an example, and how values are written.

Examples:

  daozhang steps

  daozhang steps refund

  daozhang steps 退货 --lang zh

  daozhang steps --values
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("steps", short_help="Show the sentences for features.", help=HELP)(steps)


def steps(
    word: Annotated[str, typer.Argument(metavar="[WORD]", help="only sentences that this can say", show_default=False)] = "",
    values: Annotated[bool, typer.Option("--values", help="Only how values are written.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of text.")] = False,
) -> None:
    """Show the sentences for features."""
    from hil.gherkin import finding, shown  # noqa: PLC0415 - no other command waits for it
    from hil.gherkin.sayings import no_sentence  # noqa: PLC0415
    from simulator.catalogue.language import spoken  # noqa: PLC0415
    from simulator.commands.inputs import InputError  # noqa: PLC0415

    found, kinds = finding.found(word), finding.values_found(word)
    if not found and not kinds:
        raise InputError(no_sentence(word))
    if as_json:
        typer.echo(json.dumps(shown.as_facts(found), ensure_ascii=False, indent=2))
        return
    if not values:
        for line in shown.lines(found, spoken()):
            typer.echo(line)
    if values or kinds:
        for line in shown.forms(spoken(), kinds):
            typer.echo(line)
