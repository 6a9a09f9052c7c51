"""``daozhang behave``: features of one's own, in any folder."""

from __future__ import annotations

from typing import Annotated

import typer

HELP = """Run features (Gherkin) from any folder; the sentences are those of daozhang steps, own steps may stand beside.

Everything behind the paths goes to behave: --tags, --junit, -f plain, -D target=virtual, …

Exit: 0 all passed, 1 something failed or was undefined, 2 bad input, 130 interrupted.

Examples:

  daozhang behave my-features

  daozhang behave lunch.feature --lang zh

  daozhang behave my-features --junit --junit-directory out

  daozhang behave my-features -D target=virtual
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "behave", short_help="Run features from any folder.", help=HELP,
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    )(behave)


def behave(
    paths: Annotated[list[str], typer.Argument(
        metavar="FOLDER_OR_FILE... [OPTIONS OF BEHAVE]", help="features, or folders of them; then options of behave")],
) -> None:
    """Run features from any folder."""
    from hil.gherkin.play import play, split  # noqa: PLC0415 - no other command waits for it

    raise typer.Exit(play(*split(paths)))
